from collections import Counter

import pytest
from notalone_kernel.municipality import PREFECTURES, six
from notalone_portal_link.domain.places import Places
from notalone_portal_link.domain.spelling import folded, folded_clean

# 地方自治法施行令 and 総務省「市町村数の推移」: since 2018-10-01 there are 792 cities (20 of them designated) and 743
# towns; of the 189 villages 6 lie in the northern territories, so 1,718, and 1,741 with the 23 wards of Tokyo.
CITIES, TOWNS, VILLAGES, WARDS_OF_TOKYO, DESIGNATED = 792, 743, 183, 23, 20
# 175 wards in 2023, less the 4 that 浜松市 gave up on 2024-01-01.
WARDS_OF_CITIES = 171


def test_every_municipality_and_ward_is_there(places: Places) -> None:
    kinds = Counter(place.name[-1] for place in places.municipalities if not place.parent_code)
    assert kinds == {"市": CITIES, "町": TOWNS, "村": VILLAGES, "区": WARDS_OF_TOKYO}
    assert sum(kinds.values()) == 1741
    assert len({place.prefecture_code for place in places.municipalities}) == len(PREFECTURES)


def test_wards_belong_to_the_twenty_designated_cities(places: Places) -> None:
    wards = [place for place in places.municipalities if place.parent_code]
    assert len(wards) == WARDS_OF_CITIES
    assert len({ward.parent_code for ward in wards}) == DESIGNATED
    for ward in wards:
        city = places.by_code[ward.parent_code]
        assert ward.name.startswith(city.name)
        assert ward.furigana.startswith(city.furigana)
        assert not city.parent_code


def test_hamamatsu_has_the_three_wards_of_2024(places: Places) -> None:
    wards = [place.name for place in places.municipalities if place.parent_code == "221309"]
    assert wards == ["浜松市中央区", "浜松市浜名区", "浜松市天竜区"]


def test_codes_are_right_and_in_order(places: Places) -> None:
    codes = [place.code for place in places.municipalities]
    assert codes == sorted(set(codes))
    assert all(six(code) == code for code in codes)


def test_a_name_is_given_once_in_a_prefecture(places: Places) -> None:
    named = Counter((place.prefecture_code, place.name) for place in places.municipalities)
    assert max(named.values()) == 1


def test_readings_are_hiragana_and_roman_names_are_whole(places: Places) -> None:
    for place in places.municipalities:
        assert all("ぁ" <= kana <= "ゖ" or kana == "ー" for kana in place.furigana), place.name
        assert place.name_en.rsplit("-", 1)[-1] in {"shi", "ku", "cho", "machi", "mura", "son"}, place.name


@pytest.mark.parametrize(
    ("code", "name", "furigana", "prefecture", "name_en"),
    [
        ("012301", "登別市", "のぼりべつし", "北海道", "Noboribetsu-shi"),
        ("131016", "千代田区", "ちよだく", "東京都", "Chiyoda-ku"),
        ("011011", "札幌市中央区", "さっぽろしちゅうおうく", "北海道", "Sapporo-shi Chuo-ku"),
        ("472018", "那覇市", "なはし", "沖縄県", "Naha-shi"),
        ("193461", "市川三郷町", "いちかわみさとちょう", "山梨県", "Ichikawamisato-cho"),
        ("133817", "三宅村", "みやけむら", "東京都", "Miyake-mura"),
    ],
)
def test_places_are_what_they_are(places: Places, code, name, furigana, prefecture, name_en) -> None:
    place = places.by_code[code]
    assert (place.name, place.furigana, place.prefecture, place.name_en) == (name, furigana, prefecture, name_en)


def test_the_quick_folding_of_packaged_names_is_the_folding_of_typed_ones(places: Places) -> None:
    for place in places.municipalities:
        for name in (place.name, place.furigana, place.prefecture):
            assert folded(name) == folded_clean(name)


def test_every_postal_code_belongs_to_a_place_and_every_place_but_the_cities_of_wards_has_one(places: Places) -> None:
    table = places.postal
    assert len(table.postal_codes) == len(table.places)
    assert all(one <= other for one, other in zip(table.postal_codes, table.postal_codes[1:], strict=False))
    served = set(table.places)
    without = {place.code for number, place in enumerate(places.municipalities) if number not in served}
    assert without == {place.parent_code for place in places.municipalities} - {""}
