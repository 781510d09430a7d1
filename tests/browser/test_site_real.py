"""One whole way through the site, on the backend of several processes and real servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from backend import Environment
from playwright.sync_api import expect
from talk import SEED_PATH, SEED_PROGRAMME


@pytest.fixture(scope="module")
def base(real_environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with real_environment.running(tmp_path_factory.mktemp("browser-real") / "state") as backend:
        yield backend.url


@pytest.mark.timeout(180)
def test_a_worry_leads_to_a_programme_a_memo_and_help_that_is_always_there(visitor):
    person = visitor().arrive()
    person.choose(*SEED_PATH)
    expect(person.page.locator("#cards > li").first).to_contain_text(SEED_PROGRAMME)
    with person.page.expect_download() as download:
        person.page.get_by_role("button", name="メモを作る（PDF）").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    person.say("死にたい")
    expect(person.page.locator("a[href^='tel:']").first).to_be_visible()
    assert person.elsewhere == []
