"""An operator takes a CPSV-J file in: drafts, a report for each line, and nothing twice."""

import asyncio
import sys

import pytest
from notalone_app import main
from notalone_catalog.adapters.sql_records import SqlRecords
from notalone_catalog.settings import CatalogSettings
from notalone_chassis.clock import SystemClock
from notalone_chassis.sql import migrations
from notalone_chassis.sql.database import open_database

HEADER = "service_id,name,abstract,detail_url,contact\r\n"
GOOD = HEADER + "mado-a,相談窓口,話せます,,0120-000-000\r\nmado-b,相談窓口の二,話せます,,\r\n"


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("NOTALONE_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("NOTALONE_CATALOG_DATABASE_URL", raising=False)


async def in_database(do):
    database = open_database(CatalogSettings().database_address("catalog"), application="test")
    try:
        return await do(database)
    finally:
        await database.close()


@pytest.fixture
def migrated(data_dir):
    async def migrate(database):
        await migrations.migrate(database, "notalone_catalog")

    asyncio.run(in_database(migrate))


def drafts():
    async def look(database):
        async with SqlRecords(database, clock=SystemClock(), new_id=str).look() as look:
            return {record.id: record for record in await look.records()}

    return asyncio.run(in_database(look))


@pytest.fixture
def take_in(tmp_path, monkeypatch, capsys):
    def take_in(content: str | bytes, *more: str):
        file = tmp_path / "list.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        named = ["notalone", "catalog", "import-cpsv", str(file), "--source", "https://example.jp/", "--as", "hanako"]
        monkeypatch.setattr(sys, "argv", [*named, *more])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main.main()
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err

    return take_in


def test_each_line_becomes_a_draft_and_the_second_time_nothing_happens(migrated, take_in):
    code, out, _ = take_in(GOOD)
    assert (code, out) == (0, "row 2: draft mado-a\nrow 3: draft mado-b\n2 drafts, 0 already there, 0 refused\n")

    code, out, _ = take_in(GOOD)
    assert (code, out.splitlines()[-1]) == (0, "0 drafts, 2 already there, 0 refused")
    assert out.startswith("row 2: already there mado-a")

    records = drafts()
    assert set(records) == {"mado-a", "mado-b"}
    assert all(record.live is None and record.open.author == "hanako" for record in records.values())
    assert not records["mado-a"].open.entry.channels


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig"])
def test_files_of_offices_are_read(migrated, take_in, encoding):
    assert take_in(GOOD.encode(encoding))[0] == 0
    assert drafts()["mado-b"].open.entry.name["ja"] == "相談窓口の二"


def test_what_is_refused_is_named_by_row_and_column_and_never_repeated(migrated, take_in):
    code, out, _ = take_in(GOOD + "mado-c,=cmd|calc,話せます,,\r\nmado-d,,話せます,,\r\nyorisoi-ip,名前,説明,,\r\n")

    assert code == 1
    assert "row 4: refused: name begins like a formula of a spreadsheet" in out
    assert "row 5: refused: name is empty" in out
    assert "row 6: already there yorisoi-ip" in out
    assert "calc" not in out
    assert set(drafts()) == {"mado-a", "mado-b"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\r\n", "no row has the names of the columns"),
        (GOOD + '"never closed', "row 4"),
        ("窓口".encode("utf-16"), "neither UTF-8 nor Shift_JIS"),
        (GOOD + "x," + "長" * 200_000 + ",,,\r\n", "row 4"),
    ],
)
def test_a_file_that_cannot_be_used_takes_nothing_in(migrated, take_in, content, said):
    code, _, err = take_in(content)
    assert code == 2
    assert said in err
    assert "Nothing was taken in" in err
    assert drafts() == {}


def test_on_a_database_without_tables_it_says_what_to_do(take_in):
    code, _, err = take_in(GOOD)
    assert code == 1
    assert "notalone-catalog migrate" in err


def test_a_file_that_is_not_there_is_named(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["notalone", "catalog", "import-cpsv", "/none.csv", "--source", "x", "--as", "h"])
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code != 0
    assert "none.csv" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--as", ""], ["--as", "a\nb"], ["--source", " "], ["--as", "x" * 101]])
def test_who_and_where_from_must_be_said(take_in, wrong):
    assert take_in(GOOD, *wrong)[0] == 2
