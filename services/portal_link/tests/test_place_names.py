import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone_portal_link.domain.places import Places

PLACES = Places.packaged()
anything = st.text(max_size=100) | st.text(alphabet="東京都中央区札幌しちゅうおうkuchō-  ０1１23ヶケｹ府県", max_size=30)


def found(query: str) -> list[str]:
    return [place.prefecture + place.name for place in PLACES.with_name(query)]


@pytest.mark.parametrize(
    "query",
    [
        *("登別市", "登別", "登別 市", "　登別市　", "北海道登別市", "北海道 登別", "北海道　登別市"),
        *("のぼりべつし", "のぼりべつ", "ノボリベツ", "ﾉﾎﾞﾘﾍﾞﾂｼ", "ほっかいどうのぼりべつ"),
        *(
            "noboribetsu",
            "Noboribetsu-shi",
            "NOBORIBETSU CITY",
            "ｎｏｂｏｒｉｂｅｔｓｕ",
            "noboribetsushi",
            "noboribetu",
        ),
        *("Noboribetsu, Hokkaido", "012301", "01230", "０１２３０１", "北海道登別市中央町6丁目11番地"),
    ],
)
def test_noboribetsu_is_found_by_whatever_people_call_it(query: str) -> None:
    assert found(query) == ["北海道登別市"]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("札幌", "北海道札幌市"),
        ("中央区", "東京都中央区"),
        ("東京都中央区", "東京都中央区"),
        ("札幌市中央", "北海道札幌市中央区"),
        ("札幌中央区", "北海道札幌市中央区"),
        ("浜名区", "静岡県浜松市浜名区"),
        ("はまなく", "静岡県浜松市浜名区"),
        ("津", "三重県津市"),
        ("Ōtsu", "滋賀県大津市"),
        ("ootsu", "滋賀県大津市"),
        ("Ohtsu City", "滋賀県大津市"),
        ("茅が崎", "神奈川県茅ヶ崎市"),
        ("茅ケ崎市", "神奈川県茅ヶ崎市"),
        ("龍ヶ崎", "茨城県龍ケ崎市"),
        ("四条畷", "大阪府四條畷市"),
        ("須惠町", "福岡県須恵町"),
        ("檮原町", "高知県梼原町"),
        ("虻田郡豊浦町", "北海道豊浦町"),
        ("三宅島三宅村", "東京都三宅村"),
        ("東京新宿", "東京都新宿区"),
        ("chuo-ku, tokyo", "東京都中央区"),
        ("Sapporo Chuo", "北海道札幌市中央区"),
        ("東京都新宿区西新宿2-8-1", "東京都新宿区"),
        ("札幌市中央区北1条西2丁目", "北海道札幌市中央区"),
        ("kobe", "兵庫県神戸市"),
        ("大阪", "大阪府大阪市"),
        ("京都", "京都府京都市"),
    ],
)
def test_the_place_that_is_meant_comes_first(query: str, first: str) -> None:
    assert found(query)[0] == first


def test_a_ward_with_a_common_name_gives_all_of_them() -> None:
    assert len(found("中央区")) == 11
    assert found("府中市") == ["東京都府中市", "広島県府中市"]
    assert found("東京都府中市") == ["東京都府中市"]


def test_a_prefecture_gives_its_municipalities() -> None:
    assert len(found("東京都")) == 62
    assert all(place.startswith("東京都") for place in found("東京都"))
    assert {place[:3] for place in found("Okinawa Prefecture")} >= {"沖縄県"}


@pytest.mark.parametrize("query", ["", "  ", "、。", "ない町の名前", "999999", "1", "xyzzy", "😀"])
def test_what_names_no_place_finds_none(query: str) -> None:
    assert found(query) == []


@given(st.sampled_from(PLACES.municipalities), st.sampled_from(["name", "furigana", "code"]), st.booleans())
def test_every_place_is_found_by_its_own_names(place, field: str, spaced: bool) -> None:
    typed = getattr(place, field)
    names = found(f" {typed} " if spaced else typed)
    assert place.prefecture + place.name in names
    assert found(place.prefecture + place.name)[0] == place.prefecture + place.name


@given(st.sampled_from(PLACES.municipalities))
def test_every_place_is_found_by_its_roman_name(place) -> None:
    assert place.prefecture + place.name in found(place.name_en)
    assert place.prefecture + place.name in found(place.name_en.upper())


@given(anything)
def test_any_text_is_answered_with_each_place_at_most_once(query: str) -> None:
    names = [place.code for place in PLACES.with_name(query)]
    assert len(names) == len(set(names))
