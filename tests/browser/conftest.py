"""A headless Chromium that sees only the backend and the project's own fonts."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from backend import running_backend
from notalone_pdf.fonts import directories
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

EXECUTABLES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PHONE = {"width": 390, "height": 844}


def pytest_configure() -> None:
    # Generous: the machine may be busy with other tests.
    expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@dataclass
class Visitor:
    """A person at the page: finds things as people do, by what they say."""

    page: Page
    base: str
    # What the browser asked of other hosts; all of it was answered here, so that nothing left the machine.
    elsewhere: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def arrive(self, path: str = "/") -> Visitor:
        self.page.goto(self.base + path)
        if path == "/":
            expect(self.page.locator("#choices button").first).to_be_visible()
        return self

    def choose(self, *labels: str) -> None:
        for label in labels:
            steps = self.page.locator("#log > li").count()
            self.page.locator("#choices").get_by_role("button", name=label, exact=True).click()
            expect(self.page.locator("#log > li")).to_have_count(steps + 1)

    def say(self, text: str) -> None:
        steps = self.page.locator("#log > li").count()
        self.page.locator("#words").fill(text)
        self.page.locator("#say button[type=submit]").click()
        expect(self.page.locator("#log > li")).to_have_count(steps + 1)


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_backend(tmp_path_factory.mktemp("browser") / "state") as url:
        yield url


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    # Of each file its own: while it is open its event loop counts as running, and no other test could have one.
    executable = next(filter(None, map(shutil.which, EXECUTABLES)), None)
    if executable is None:
        pytest.fail("The browser tests need Chromium: on Debian, sudo apt-get install chromium")
    environment = {**os.environ, "FONTCONFIG_FILE": str(_fonts(tmp_path_factory.mktemp("fonts")))}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=ARGUMENTS, chromium_sandbox=False, env=environment
        )
        yield browser
        browser.close()


def _fonts(folder: Path) -> Path:
    """The memo's fonts for the browser too: a fresh machine has none."""
    listed = "".join(f"<dir>{directory}</dir>" for directory in directories())
    path = folder / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig>{listed}<cachedir>{folder}/cache</cachedir></fontconfig>",
        "utf-8",
    )
    return path


@pytest.fixture
def visitor(chromium: Browser, base: str) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors; whoever meets a fault of the page's scripts fails the test."""
    contexts = []
    visitors: list[Visitor] = []

    def make(language: str = "ja", **options: Any) -> Visitor:
        settings = {"viewport": PHONE, "locale": language, "timezone_id": "Asia/Tokyo", "reduced_motion": "reduce"}
        context = chromium.new_context(**{**settings, **options})
        contexts.append(context)
        person = Visitor(context.new_page(), base)
        visitors.append(person)

        def stay(route: Route) -> None:
            if route.request.url.startswith((base, "blob:", "data:")):
                route.continue_()
                return
            person.elsewhere.append(route.request.url)
            route.fulfill(content_type="text/html", body="<!doctype html><title>weather</title><p>sunny")

        context.route("**/*", stay)
        person.page.on("pageerror", lambda error: person.faults.append(str(error)))
        person.page.on("console", lambda told: person.faults.append(told.text) if told.type == "error" else None)
        return person

    yield make
    for context in contexts:
        context.close()
    assert [fault for person in visitors for fault in person.faults] == []
