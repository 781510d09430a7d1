"""The entrances of their own for children and teenagers: web/child/ and web/teen/, made from web/index.html.

They are the same page with another audience chosen and its own colours, so that a school can link to them and nothing
has to be chosen first. Run after a change of web/index.html; `--check` says whether they are up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path

WEB = Path(__file__).resolve().parents[1] / "web"
ENTRANCES = {"child": "CHILD", "teen": "TEEN"}
GENERAL = 'value="GENERAL" checked '


def entrance(index: str, audience: str) -> str:
    """The page with an audience chosen.

    Raises:
        ValueError: the page no longer has the places that are changed.
    """
    page = index
    for before, after in {
        '<html lang="ja">': f'<html lang="ja" data-entrance="{audience}">',
        GENERAL: 'value="GENERAL" ',
        f'value="{audience}" ': f'value="{audience}" checked ',
    }.items():
        if page.count(before) != 1:
            raise ValueError(f"web/index.html has {before!r} {page.count(before)} times, not once")
        page = page.replace(before, after)
    return page


def main() -> int:
    """Writes the pages, or says which are not up to date."""
    index = (WEB / "index.html").read_text("utf-8")
    stale = []
    for folder, audience in ENTRANCES.items():
        path, page = WEB / folder / "index.html", entrance(index, audience)
        if path.is_file() and path.read_text("utf-8") == page:
            continue
        if "--check" in sys.argv:
            stale.append(path.parent.name)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(page, "utf-8")
    if stale:
        print(f"not up to date: {', '.join(stale)} (python tools/build_entrances.py)")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
