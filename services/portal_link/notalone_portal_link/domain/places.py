"""The municipalities of Japan, as packaged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from notalone.portal_link.v1.portal_link_service_pb2 import Municipality
from notalone_kernel.municipality import PREFECTURES

from notalone_portal_link.domain.names import NameIndex, Names
from notalone_portal_link.domain.postal import PostalTable

_FOLDER = "places"


@dataclass(frozen=True, slots=True)
class Places:
    """Every municipality and ward, found by code, by name and by postal code."""

    municipalities: Sequence[Municipality]
    by_code: Mapping[str, Municipality]
    names: NameIndex
    postal: PostalTable

    @classmethod
    def packaged(cls) -> Places:
        """Reads the files in the package (see the README beside them)."""
        folder = files("notalone_portal_link") / _FOLDER
        lines = folder.joinpath("municipalities.tsv").read_text("utf-8").splitlines()
        rows = [line.split("\t") for line in lines[1:]]
        municipalities = tuple(_municipality(row) for row in rows)
        by_code = {municipality.code: municipality for municipality in municipalities}
        names = [
            _names(municipality, row[3], by_code.get(municipality.parent_code))
            for municipality, row in zip(municipalities, rows, strict=True)
        ]
        return cls(
            municipalities=municipalities,
            by_code=by_code,
            names=NameIndex(names),
            postal=PostalTable.inflate(folder.joinpath("postal_codes.bin").read_bytes()),
        )

    def with_name(self, query: str) -> list[Municipality]:
        """The municipalities with a name, a part of it or a code, most fitting first."""
        return [self.municipalities[number] for number in self.names.find(query)]

    def with_postal_code(self, digits: str) -> list[Municipality]:
        """The municipalities of a postal code or of all codes that begin so, in the order of their codes."""
        return [self.municipalities[number] for number in self.postal.find(digits)]

    def deciding(self, municipality: Municipality) -> Municipality:
        """The municipality that decides on procedures: of a designated city's ward, the city."""
        return self.by_code[municipality.parent_code] if municipality.parent_code else municipality


def _municipality(row: list[str]) -> Municipality:
    code, name, furigana, _, parent_code, name_en = row
    return Municipality(
        code=code,
        name=name,
        furigana=furigana,
        prefecture=PREFECTURES[code[:2]].ja,
        prefecture_en=PREFECTURES[code[:2]].en,
        prefecture_code=code[:2],
        parent_code=parent_code,
        name_en=name_en,
    )


def _names(municipality: Municipality, county: str, city: Municipality | None) -> Names:
    return Names(
        code=municipality.code,
        kanji=municipality.name,
        kana=municipality.furigana,
        latin=municipality.name_en,
        county=county,
        prefecture=PREFECTURES[municipality.prefecture_code],
        city_kanji=city.name if city else "",
        city_kana=city.furigana if city else "",
    )
