"""The order of what is suggested: fitting, for both of two worries, for the person's age and language."""

from collections.abc import Mapping
from datetime import UTC, datetime

from notalone.catalog.v1.entry_pb2 import Channel, Entry
from notalone.catalog.v1.programme_pb2 import Programme
from notalone.common.v1.common_pb2 import Audience
from notalone.common.v1.contact_pb2 import Contact
from notalone_dialogue.understanding.candidates import Candidates
from notalone_dialogue.understanding.ranking import Person, Ranked, rank

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
ANY = [Audience.GENERAL, Audience.CHILD, Audience.TEEN]


def entry(
    name: str,
    needs: Mapping[str, float],
    *,
    kind: Programme.Kind.ValueType = Programme.DESK,
    audiences: list[Audience.ValueType] | None = None,
    languages: tuple[str, ...] = ("ja",),
    maximum_age: int | None = None,
    prefectures: tuple[str, ...] = (),
    status: Entry.Status.ValueType = Entry.ACTIVE,
) -> Entry:
    made = Entry(id=name, kind=kind, status=status, name={"ja": name}, summary={"ja": name}, needs=needs)
    made.audiences.extend(audiences or ANY)
    made.prefectures.extend(prefectures)
    made.channels.append(Channel(kind=Contact.PHONE, value="0120-000-000", languages=languages))
    if maximum_age is not None:
        made.maximum_age = maximum_age
    return made


def ranked(
    needs: Mapping[str, float],
    entries: list[Entry],
    *,
    audience: Audience.ValueType = Audience.GENERAL,
    language: str = "ja",
) -> list[Ranked]:
    return rank(needs, Candidates(entries), person=Person(audience=audience, language=language), now=NOW)


def ids(found: list[Ranked]) -> list[str]:
    return [item.entry.id for item in found]


def test_the_better_fit_comes_first_and_others_are_left_out() -> None:
    found = ranked({"a.x": 1.0}, [entry("weak", {"a.x": 0.4}), entry("strong", {"a.x": 1.0}), entry("no", {"b.y": 1})])
    assert ids(found) == ["strong", "weak"]
    assert found[0].because == ("a.x",)


def test_two_strong_needs_share_the_first_three() -> None:
    desks = [entry(f"a{number}", {"a.x": 1.0}) for number in range(3)] + [entry("b", {"b.y": 0.9})]
    assert "b" in ids(ranked({"a.x": 1.0, "b.y": 0.9}, desks))[:3]


def test_what_answers_both_needs_comes_before_what_answers_one() -> None:
    found = ranked({"a.x": 0.8, "b.y": 0.8}, [entry("one", {"a.x": 0.9}), entry("both", {"a.x": 0.9, "b.y": 0.9})])
    assert found[0].entry.id == "both"
    assert set(found[0].because) == {"a.x", "b.y"}


def test_the_specific_comes_before_the_general_of_the_same_fit() -> None:
    wide = entry("a-wide", {"a.x": 1.0, "c.1": 0.5, "c.2": 0.5, "c.3": 0.5})
    assert ids(ranked({"a.x": 1.0}, [wide, entry("narrow", {"a.x": 1.0})]))[0] == "narrow"


def test_a_desk_that_speaks_the_language_comes_first_for_who_speaks_it() -> None:
    desks = [entry("japanese", {"a.x": 1.0}), entry("vietnamese", {"a.x": 0.95}, languages=("vi",))]
    assert ids(ranked({"a.x": 1.0}, desks, language="vi"))[0] == "vietnamese"
    assert ids(ranked({"a.x": 1.0}, desks))[0] == "japanese"


def test_desks_only_for_the_young_come_later_for_adults() -> None:
    desks = [entry("young", {"a.x": 1.0}, maximum_age=18), entry("adult", {"a.x": 0.8})]
    assert ids(ranked({"a.x": 1.0}, desks))[0] == "adult"
    assert ids(ranked({"a.x": 1.0}, desks, audience=Audience.CHILD))[0] == "young"


def test_what_serves_one_region_comes_later_while_the_region_is_unknown() -> None:
    desks = [entry("tokyo", {"a.x": 1.0}, prefectures=("13",)), entry("country", {"a.x": 0.8})]
    assert ids(ranked({"a.x": 1.0}, desks))[0] == "country"


def test_for_who_has_no_status_of_residence_desks_that_ask_nothing_come_first() -> None:
    unknown, asks, nothing, nameless = (entry(name, {"foreign.no_status": 0.8, "a.x": 0.8}) for name in "uanm")
    asks.asks_residence_status = True
    nothing.asks_residence_status = False
    nameless.anonymous_ok = True
    desks = [asks, unknown, nameless, nothing]
    assert ids(ranked({"foreign.no_status": 1.0}, desks)) == ["n", "m", "u", "a"]
    # For others it makes no difference.
    assert len({item.score for item in ranked({"a.x": 1.0}, desks)}) == 1


def test_what_has_ended_is_never_shown() -> None:
    assert ranked({"a.x": 1.0}, [entry("ended", {"a.x": 1.0}, status=Entry.DEFUNCT)]) == []


def test_no_needs_or_no_entries_give_nothing() -> None:
    assert ranked({}, [entry("desk", {"a.x": 1.0})]) == []
    assert ranked({"a.x": 1.0}, []) == []


def test_a_child_whose_need_only_older_people_have_help_for_is_not_left_with_nothing() -> None:
    desks = [entry("teens", {"a.x": 1.0}, audiences=[Audience.TEEN, Audience.GENERAL])]
    assert ids(ranked({"a.x": 1.0}, desks, audience=Audience.CHILD)) == ["teens"]
