"""Writes the help pages under web/help/: numbers to call, without scripts and without a server.

python tools/build_help_page.py           writes web/help/index.html and one page for each other language
python tools/build_help_page.py --check   says whether the committed pages are the ones this would write

The numbers and the texts come from libs/crisis, the page's own words from web/i18n. The pages say nothing of what is
open now: they stand still.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from generated import keep
from notalone.common.v1.common_pb2 import CHILD, GENERAL, Audience
from notalone.common.v1.contact_pb2 import Contact
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_crisis import contact_id, floor_entries, respond
from notalone_kernel import telephone
from notalone_kernel.languages import DEFAULT, LANGUAGES, same_language
from notalone_kernel.programmes import present_contact
from site_words import WEB, Words, html

# Any will do: hours are given in words, and the floor has no dates.
NOW = datetime(2026, 1, 1, tzinfo=UTC)
# As in js/leave.js.
HARMLESS = "https://www.jma.go.jp/bosai/forecast/"
# How each language calls itself, as in js/words.js.
NAMES = {
    "ja": "日本語",
    "en": "English",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
    "ko": "한국어",
    "pt": "Português",
    "es": "Español",
    "tl": "Tagalog",
    "th": "ไทย",
    "vi": "Tiếng Việt",
    "ne": "नेपाली",
    "id": "Bahasa Indonesia",
}
# Of an answer's texts: what to do if it is now, and whom to tell.
SAFETY, PERSON = 1, 2
WRITTEN = frozenset({Contact.CHAT, Contact.SNS, Contact.EMAIL})


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: its heading's key, the texts of libs/crisis, the desks."""

    name: str
    heading: str
    kind: Crisis.Kind.ValueType
    text: int
    desks: Sequence[str]
    audience: Audience.ValueType = GENERAL


SECTIONS = (
    Section("now", "helpNow", Crisis.EMERGENCY, SAFETY, ("shobo-119", "keisatsu-110")),
    Section(
        "talk",
        "helpTalk",
        Crisis.SUICIDE,
        PERSON,
        ("yorisoi-hotline", "yorisoi-hotline-tohoku", "anata-no-ibasho-chat"),
    ),
    Section("children", "helpChildren", Crisis.SUICIDE, PERSON, ("kodomo-sos-24", "jido-sodanjo-189"), CHILD),
    Section("partner", "helpPartner", Crisis.VIOLENCE, PERSON, ("dv-sodan-plus",)),
    Section("sexual", "helpSexual", Crisis.SEXUAL_VIOLENCE, PERSON, ("one-stop-8891",)),
)


def main(arguments: Sequence[str]) -> int:
    """Writes or checks; returns the exit code."""
    texts = {WEB / "help" / _file(language): page(language) for language in LANGUAGES}
    return keep(texts, arguments, command="python tools/build_help_page.py")


def page(language: str) -> str:
    """The whole help page in one language."""
    words = Words(language)
    sections = "\n".join(_section(section, language, words) for section in SECTIONS)
    note = "" if language == DEFAULT else f"\n  <p>{words('translated')}</p>"
    return f"""<!doctype html>
<html lang="{language}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="referrer" content="no-referrer">
  <meta name="color-scheme" content="light">
  <title>NotAlone</title>
  <link rel="icon" href="/icons/leaf.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/css/base.css">
  <link rel="stylesheet" href="/css/chat.css">
  <link rel="stylesheet" href="/css/help.css">
  <script type="module" src="/js/help-page.js"></script>
</head>
<body class="help-page">
<header class="top">
  <p class="brand"><img src="/icons/leaf.svg" alt="" width="28" height="28"><span>NotAlone</span></p>
  <a class="exit" id="exit" href="{HARMLESS}" rel="noreferrer">{words("exit")}</a>
</header>
<main class="help-content">
<h1>{words("helpTitle")}</h1>
<p class="lead">{words("helpLead")}</p>
{sections}
<section aria-labelledby="about">
<h2 id="about" class="quiet">{words("helpAbout")}</h2>
<p>{words("helpBusy")}</p>
<p>{words("helpHours")}</p>
<p>{words("helpTraces")}</p>
</section>
<p class="on"><a class="go" href="/">{words("helpToChat")}</a></p>
</main>
<footer class="foot">
  <nav aria-label="{escape(words("helpLanguages"))}"><ul class="languages">
{_links(language)}
  </ul></nav>{note}
</footer>
</body>
</html>
"""


def _file(language: str) -> str:
    return "index.html" if language == DEFAULT else f"{language}.html"


def _links(language: str) -> str:
    """The other languages, each called as it calls itself."""
    link = '    <li><a href="/help/{file}" hreflang="{tag}" lang="{tag}">{name}</a></li>'
    return "\n".join(
        link.format(file="" if tag == DEFAULT else _file(tag), tag=tag, name=NAMES[tag])
        for tag in LANGUAGES
        if tag != language
    )


def _section(section: Section, language: str, words: Words) -> str:
    told = respond([section.kind], language=language, audience=section.audience, now=NOW).messages[section.text]
    cards = "\n".join(_contact(desk, contact, language, words) for desk, contact in _contacts(section, language))
    return f"""<section aria-labelledby="{section.name}">
<h2 id="{section.name}">{words(section.heading)}</h2>
<p>{html(told)}</p>
{cards}
</section>"""


def _contacts(section: Section, language: str) -> Iterator[tuple[str, Contact]]:
    """The ways to reach the section's desks; those for other languages are no help to who reads Japanese."""
    entries = {entry.id: entry for entry in floor_entries()}
    for desk in section.desks:
        for channel in entries[desk].channels:
            if language != DEFAULT or any(same_language(spoken, DEFAULT) for spoken in channel.languages):
                yield desk, present_contact(entries[desk], channel, language=language, now=NOW)


def _contact(desk: str, contact: Contact, language: str, words: Words) -> str:
    """One card; the gateway leaves out those whose contact is withdrawn, by its mark."""
    japanese = contact.name_ja if contact.name_ja != contact.name else ""
    lines = [
        f"<h3>{escape(contact.name)}</h3>",
        f'<p class="hint" lang="ja">{escape(japanese)}</p>' if japanese else "",
        _way(contact, words),
        f'<p class="keys">{words("keypad", keys=escape(contact.keypad_path))}</p>' if contact.keypad_path else "",
        f'<p class="first">{words("sayFirst", words=escape(contact.say_first))}</p>' if contact.say_first else "",
        f'<ul class="facts">{"".join(f"<li>{fact}</li>" for fact in _facts(contact, language, words))}</ul>',
    ]
    mark = escape(contact_id(desk, contact.value))
    return f'<div class="contact" data-contact="{mark}">\n' + "\n".join(line for line in lines if line) + "\n</div>"


def _way(contact: Contact, words: Words) -> str:
    shown = escape(contact.value)
    if contact.kind == Contact.PHONE:
        return (
            f'<a class="call" href="{escape(telephone.tel_uri(contact.value))}">{words("call")} <bdi>{shown}</bdi></a>'
        )
    label = words("openChat" if contact.kind in WRITTEN else "openPage")
    # The address is for who reads the page on paper.
    return f'<a class="call" href="{shown}" rel="noreferrer">{label} <span class="address">{shown}</span></a>'


def _facts(contact: Contact, language: str, words: Words) -> Iterator[str]:
    if contact.charge == Contact.FREE:
        yield words("free")
    if contact.charge == Contact.CHARGED:
        yield words("charged")
    yield escape(contact.hours) or words("hoursUnknown")
    if language != DEFAULT:
        yield words("listed").join(_spoken(tag, words) for tag in contact.languages)
    if contact.reachable_from:
        yield escape(contact.reachable_from)
    if contact.check_state == Contact.UNCHECKED:
        yield words("unchecked")
        return
    date = (
        words("checkedOn", date=f'<span class="date">{escape(contact.checked_on)}</span>')
        if contact.checked_on
        else words("checkedUnknown")
    )
    yield date + ("" if contact.check_state == Contact.CHECKED else words("needsRecheck"))


def _spoken(tag: str, words: Words) -> str:
    """A language as it calls itself; Japanese so that who does not read it knows."""
    if tag == DEFAULT:
        return words("japanese")
    return f'<span lang="{tag}">{escape({**NAMES, "zh": "中文"}.get(tag, tag))}</span>'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
