"""The words of opening hours in the twelve languages. Japanese and English are read by us; the rest is unchecked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_NUMBERS = tuple(str(number) for number in range(1, 13))


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What one language needs to say opening hours; the fields in braces are filled in."""

    always: str
    all_day: str
    every_day: str
    weekdays: tuple[str, ...]
    holidays_open: str
    holidays_closed: str
    holidays_as_sunday: str
    holidays_unknown: str
    closed_between: str
    year_end_unknown: str
    monthly: str
    next_day: str
    only: str
    months: tuple[str, ...] = _NUMBERS
    date: str = "{day} {month}"
    entry: str = "{days} {times}"
    after_days: str = ""
    comma: str = ", "
    joint: str = "; "
    to: str = "–"


def _months(names: str) -> tuple[str, ...]:
    return tuple(names.split())


VOCABULARY: Mapping[str, Vocabulary] = MappingProxyType(
    {
        "ja": Vocabulary(
            always="24時間（年中無休）",
            all_day="24時間",
            every_day="毎日",
            weekdays=tuple("月火水木金土日"),
            holidays_open="祝日も受付",
            holidays_closed="祝日は休み",
            holidays_as_sunday="祝日は日曜と同じ",
            holidays_unknown="祝日は要確認",
            closed_between="{period}は休み",
            year_end_unknown="年末年始は要確認",
            monthly="毎月{day}日 {times}",
            next_day="翌{time}",
            only="{period}の間だけ",
            date="{month}月{day}日",
            comma="・",
            joint="、",
            to="～",
        ),
        "en": Vocabulary(
            always="24 hours, every day of the year",
            all_day="24 hours",
            every_day="every day",
            weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
            holidays_open="also on national holidays",
            holidays_closed="closed on national holidays",
            holidays_as_sunday="national holidays as on Sundays",
            holidays_unknown="national holidays not known",
            closed_between="closed {period}",
            year_end_unknown="New Year period not known",
            monthly="on day {day} of each month {times}",
            next_day="{time} the next day",
            only="only {period}",
            months=_months("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
        ),
        "zh-Hans": Vocabulary(
            always="24小时，全年无休",
            all_day="24小时",
            every_day="每天",
            weekdays=("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
            holidays_open="日本节假日照常",
            holidays_closed="日本节假日休息",
            holidays_as_sunday="日本节假日同周日",
            holidays_unknown="日本节假日情况不明",
            closed_between="{period}休息",
            year_end_unknown="年末年初情况不明",
            monthly="每月{day}日 {times}",
            next_day="次日{time}",
            only="仅限{period}",
            date="{month}月{day}日",
            comma="、",
            joint="，",
            to="～",
        ),
        "zh-Hant": Vocabulary(
            always="24小時，全年無休",
            all_day="24小時",
            every_day="每天",
            weekdays=("週一", "週二", "週三", "週四", "週五", "週六", "週日"),
            holidays_open="日本國定假日照常",
            holidays_closed="日本國定假日休息",
            holidays_as_sunday="日本國定假日同週日",
            holidays_unknown="日本國定假日情況不明",
            closed_between="{period}休息",
            year_end_unknown="年末年初情況不明",
            monthly="每月{day}日 {times}",
            next_day="隔天{time}",
            only="僅限{period}",
            date="{month}月{day}日",
            comma="、",
            joint="，",
            to="～",
        ),
        "ko": Vocabulary(
            always="24시간 연중무휴",
            all_day="24시간",
            every_day="매일",
            weekdays=tuple("월화수목금토일"),
            holidays_open="일본 공휴일에도 운영",
            holidays_closed="일본 공휴일 휴무",
            holidays_as_sunday="일본 공휴일은 일요일과 동일",
            holidays_unknown="일본 공휴일 운영 여부 미확인",
            closed_between="{period} 휴무",
            year_end_unknown="연말연시 운영 여부 미확인",
            monthly="매월 {day}일 {times}",
            next_day="다음 날 {time}",
            only="{period} 기간에만",
            date="{month}월 {day}일",
            comma="·",
            joint=", ",
            to="~",
        ),
        "pt": Vocabulary(
            always="24 horas, todos os dias do ano",
            all_day="24 horas",
            every_day="todos os dias",
            weekdays=("seg", "ter", "qua", "qui", "sex", "sáb", "dom"),
            holidays_open="também nos feriados do Japão",
            holidays_closed="fechado nos feriados do Japão",
            holidays_as_sunday="feriados do Japão como aos domingos",
            holidays_unknown="feriados do Japão: não se sabe",
            closed_between="fechado {period}",
            year_end_unknown="fim de ano: não se sabe",
            monthly="dia {day} de cada mês {times}",
            next_day="{time} do dia seguinte",
            only="somente {period}",
            months=_months("jan fev mar abr mai jun jul ago set out nov dez"),
        ),
        "es": Vocabulary(
            always="24 horas, todos los días del año",
            all_day="24 horas",
            every_day="todos los días",
            weekdays=("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
            holidays_open="también en festivos de Japón",
            holidays_closed="cerrado en festivos de Japón",
            holidays_as_sunday="festivos de Japón como los domingos",
            holidays_unknown="festivos de Japón: no se sabe",
            closed_between="cerrado {period}",
            year_end_unknown="fin de año: no se sabe",
            monthly="día {day} de cada mes {times}",
            next_day="{time} del día siguiente",
            only="solo {period}",
            months=_months("ene feb mar abr may jun jul ago sep oct nov dic"),
        ),
        "tl": Vocabulary(
            always="24 oras, araw-araw sa buong taon",
            all_day="24 oras",
            every_day="araw-araw",
            weekdays=("Lun", "Mar", "Miy", "Huw", "Biy", "Sab", "Lin"),
            holidays_open="bukas din sa mga pista opisyal ng Japan",
            holidays_closed="sarado sa mga pista opisyal ng Japan",
            holidays_as_sunday="sa mga pista opisyal ng Japan, gaya ng Linggo",
            holidays_unknown="hindi tiyak sa mga pista opisyal ng Japan",
            closed_between="sarado {period}",
            year_end_unknown="hindi tiyak sa Bagong Taon",
            monthly="ika-{day} ng bawat buwan {times}",
            next_day="{time} kinabukasan",
            only="sa {period} lamang",
            months=_months("Ene Peb Mar Abr May Hun Hul Ago Set Okt Nob Dis"),
        ),
        "th": Vocabulary(
            always="24 ชั่วโมง ทุกวันตลอดปี",
            all_day="24 ชั่วโมง",
            every_day="ทุกวัน",
            weekdays=("จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส.", "อา."),
            holidays_open="เปิดในวันหยุดราชการของญี่ปุ่นด้วย",
            holidays_closed="ปิดในวันหยุดราชการของญี่ปุ่น",
            holidays_as_sunday="วันหยุดราชการของญี่ปุ่นเหมือนวันอาทิตย์",
            holidays_unknown="วันหยุดราชการของญี่ปุ่นไม่ทราบแน่ชัด",
            closed_between="ปิด {period}",
            year_end_unknown="ช่วงปีใหม่ไม่ทราบแน่ชัด",
            monthly="ทุกวันที่ {day} ของเดือน {times}",
            next_day="{time} ของวันถัดไป",
            only="เฉพาะ {period}",
            months=_months("ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค."),
        ),
        "vi": Vocabulary(
            always="24 giờ, tất cả các ngày trong năm",
            all_day="24 giờ",
            every_day="hằng ngày",
            weekdays=("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
            holidays_open="cả ngày lễ của Nhật Bản",
            holidays_closed="nghỉ ngày lễ của Nhật Bản",
            holidays_as_sunday="ngày lễ của Nhật Bản như Chủ nhật",
            holidays_unknown="ngày lễ của Nhật Bản: chưa rõ",
            closed_between="nghỉ {period}",
            year_end_unknown="dịp năm mới: chưa rõ",
            monthly="ngày {day} hằng tháng {times}",
            next_day="{time} hôm sau",
            only="chỉ trong {period}",
            date="{day}/{month}",
        ),
        "ne": Vocabulary(
            always="२४ घण्टा, वर्षभरि हरेक दिन",
            all_day="२४ घण्टा",
            every_day="हरेक दिन",
            weekdays=("सोम", "मंगल", "बुध", "बिही", "शुक्र", "शनि", "आइत"),
            holidays_open="जापानका सार्वजनिक बिदामा पनि खुला",
            holidays_closed="जापानका सार्वजनिक बिदामा बन्द",
            holidays_as_sunday="जापानका सार्वजनिक बिदामा आइतबारजस्तै",
            holidays_unknown="जापानका सार्वजनिक बिदामा थाहा छैन",
            closed_between="{period} बन्द",
            year_end_unknown="नयाँ वर्षको समय थाहा छैन",
            monthly="हरेक महिनाको {day} गते {times}",
            next_day="भोलिपल्ट {time}",
            only="{period} मात्र",
            months=_months("जनवरी फेब्रुअरी मार्च अप्रिल मे जुन जुलाई अगस्ट सेप्टेम्बर अक्टोबर नोभेम्बर डिसेम्बर"),
            date="{month} {day}",
        ),
        "id": Vocabulary(
            always="24 jam, setiap hari sepanjang tahun",
            all_day="24 jam",
            every_day="setiap hari",
            weekdays=("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"),
            holidays_open="juga pada hari libur nasional Jepang",
            holidays_closed="tutup pada hari libur nasional Jepang",
            holidays_as_sunday="hari libur nasional Jepang seperti hari Minggu",
            holidays_unknown="hari libur nasional Jepang: belum diketahui",
            closed_between="tutup {period}",
            year_end_unknown="akhir tahun: belum diketahui",
            monthly="tanggal {day} setiap bulan {times}",
            next_day="{time} hari berikutnya",
            only="hanya {period}",
            months=_months("Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des"),
        ),
    }
)
