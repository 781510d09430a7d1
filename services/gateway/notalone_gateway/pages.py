"""The page a person sees at an address that leads nowhere (any more): where to go on, and numbers to call."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from notalone.common.v1.contact_pb2 import Contact
from notalone_kernel import telephone
from starlette.responses import HTMLResponse

from notalone_gateway.wording import sentence


def not_found(*, language: str, contacts: Sequence[Contact]) -> HTMLResponse:
    """404 with the help contacts, in a person's language."""
    return problem(sentence("page.not_found", language=language), http=404, language=language, contacts=contacts)


def problem(text: str, *, http: int, language: str, contacts: Sequence[Contact]) -> HTMLResponse:
    """One sentence and the help contacts, in a person's language; works without scripts."""

    def say(rule: str) -> str:
        return escape(sentence(rule, language=language))

    listed = "\n".join(f"<li>{_contact(contact)}</li>" for contact in contacts)
    title = escape(text)
    page = f"""<!doctype html>
<html lang="{escape(language)}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="stylesheet" href="/docs/page.css">
<main>
<h1>{title}</h1>
<p><a class="home" href="/">{say("page.home")}</a></p>
<h2>{say("page.help")}</h2>
<ul class="contacts">
{listed}
</ul>
</main>
</html>
"""
    return HTMLResponse(page, status_code=http, headers={"Cache-Control": "no-store"})


def _contact(contact: Contact) -> str:
    name = f"<strong>{escape(contact.name or contact.name_ja)}</strong>"
    # A number without its keys, or from where it does not answer, is half a number.
    more = (contact.keypad_path, contact.reachable_from, contact.hours)
    return " ".join([name, _way(contact), *(f"<small>{escape(text)}</small>" for text in more if text)])


def _way(contact: Contact) -> str:
    shown = escape(contact.value)
    if contact.kind == Contact.PHONE:
        return f'<a href="{escape(telephone.tel_uri(contact.value))}">{shown}</a>'
    if contact.value.startswith("https://"):
        return f'<a href="{shown}" rel="noreferrer">{shown}</a>'
    return shown
