"""How many results stand under each need and each kind."""

from __future__ import annotations

from collections.abc import Mapping

from notalone.catalog.v1.catalog_service_pb2 import Facet, FacetValue
from notalone_kernel import languages

from notalone_catalog.ports import Found

KIND_LABELS: Mapping[str, Mapping[str, str]] = {
    "SCHEME": {
        "ja": "支援制度", "en": "Support programmes", "zh-Hans": "支援制度", "zh-Hant": "支援制度", "ko": "지원 제도",
        "pt": "Programas de apoio", "es": "Programas de ayuda", "tl": "Mga programang tulong", "th": "โครงการช่วยเหลือ",
        "vi": "Chế độ hỗ trợ", "ne": "सहायता कार्यक्रम", "id": "Program bantuan",
    },
    "DESK": {
        "ja": "相談窓口", "en": "Consultation desks", "zh-Hans": "咨询窗口", "zh-Hant": "諮詢窗口", "ko": "상담 창구",
        "pt": "Serviços de consulta", "es": "Servicios de consulta", "tl": "Mga tanggapang mapagtatanungan",
        "th": "จุดให้คำปรึกษา", "vi": "Nơi tư vấn", "ne": "परामर्श कक्ष", "id": "Layanan konsultasi",
    },
}  # fmt: skip


def facets(found: Found, *, language: str, need_labels: Mapping[str, Mapping[str, str]]) -> tuple[Facet, Facet]:
    """The facets "topics" and "kind", most frequent value first."""
    return (
        Facet(name="topics", values=_values(found.topics, language, need_labels)),
        Facet(name="kind", values=_values(found.kinds, language, KIND_LABELS)),
    )


def _values(counts: Mapping[str, int], language: str, labels: Mapping[str, Mapping[str, str]]) -> list[FacetValue]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [
        FacetValue(value=value, label=languages.pick(labels.get(value, {}), language)[0] or value, count=count)
        for value, count in ordered
    ]
