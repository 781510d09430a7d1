"""Writes the pages of the reference site from one skeleton, tools/pages/: the same header, ways out, help and footer.

python tools/build_pages.py           writes web/index.html, web/{child,teen,search,checked}/index.html
python tools/build_pages.py --check   says whether the committed pages are the ones this would write

The parts hold no words but those for readers without scripts: each element with `data-text` gets its Japanese words
from web/i18n, as the scripts fill it later in every language. Who serves the site needs only web/.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from generated import keep
from site_words import WEB, Words

PARTS = Path(__file__).resolve().parent / "pages"
LEAF = '<img src="/icons/leaf.svg" alt="{}" width="28" height="28">'
WAYS = {
    "talkLink": '<a href="/" data-text="talkLink"></a>',
    "searchLink": '<a href="/search/" data-text="searchLink"></a>',
    "helpPage": '<a href="/help/" data-text="helpPage" id="foot-help"></a>',
    "checkedLink": '<a href="/checked/" data-text="checkedLink"></a>',
    "api": '<a href="/docs" data-text="api"></a>',
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of the site.

    Attributes:
        folder: Where it stands under web/; empty for the first page.
        main: Its part under tools/pages/, and its script under web/js/.
        styles: Sheets under web/css/.
        skip: Id of what the first link leads to.
        ways: Links of the footer, by the key of their words.
        handoff: Whether one can go on to a municipality from here.
        audience: Chosen beforehand; the entrances of the young have their own.
    """

    folder: str
    main: str
    script: str
    styles: Sequence[str]
    skip: str
    ways: Sequence[str]
    handoff: bool = True
    audience: str = "GENERAL"


def _talk(folder: str, audience: str) -> Page:
    return Page(
        folder=folder,
        main="talk",
        script="main",
        styles=("base", "chat", "results"),
        skip="question",
        ways=("searchLink", "helpPage", "checkedLink", "api"),
        audience=audience,
    )


PAGES = (
    _talk("", "GENERAL"),
    _talk("child", "CHILD"),
    _talk("teen", "TEEN"),
    Page(
        folder="search",
        main="search",
        script="search",
        styles=("base", "chat", "results", "search"),
        skip="query",
        ways=("talkLink", "checkedLink", "helpPage"),
    ),
    Page(
        folder="checked",
        main="checked",
        script="checked",
        styles=("base", "chat", "search"),
        skip="main",
        ways=("talkLink", "searchLink", "helpPage"),
        handoff=False,
    ),
)


def html(page: Page) -> str:
    """The whole page.

    Raises:
        KeyError: a part asks for words or for another part that there are not.
    """
    home = page.main == "talk"
    parts = {name: _part(name) for name in ("audience", "noscript")}
    whole = Template(_part("skeleton")).substitute(
        entrance="" if page.audience == "GENERAL" else f' data-entrance="{page.audience}"',
        styles="\n".join(f'  <link rel="stylesheet" href="/css/{name}.css">' for name in page.styles),
        script=f"{page.script}.js",
        skip=page.skip,
        brand=LEAF.format("") + "<span>NotAlone</span>"
        if home
        else f'<a href="/">{LEAF.format("NotAlone")}<span aria-hidden="true">NotAlone</span></a>',
        main=Template(_part(page.main)).substitute(parts),
        ways="\n".join(f"      <li>{WAYS[key]}</li>" for key in page.ways),
        write='\n    <button type="button" id="write" class="plain write" data-text="write"></button>' if home else "",
        handoff=f"\n{_part('handoff')}\n" if page.handoff else "",
    )
    words = Words("ja", "ja-x-child") if page.audience == "CHILD" else Words("ja")
    return _filled(whole.replace(f'value="{page.audience}" ', f'value="{page.audience}" checked '), words)


def _part(name: str) -> str:
    return (PARTS / f"{name}.html").read_text("utf-8").rstrip("\n") + ("\n" if name == "skeleton" else "")


def _filled(whole: str, words: Words) -> str:
    """With words in every element that asks for some."""
    return re.sub(r'(data-text="(\w+)"[^>]*>)(?=</)', lambda found: found[1] + words(found[2]), whole)


def main(arguments: Sequence[str]) -> int:
    """Writes or checks; returns the exit code."""
    texts = {WEB / page.folder / "index.html": html(page) for page in PAGES}
    return keep(texts, arguments, command="python tools/build_pages.py")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
