"""The sign-in page: a list of people to choose from, and a warning that this is no real one."""

from __future__ import annotations

from html import escape

from notalone_app.issuer.codes import Request
from notalone_app.issuer.people import PEOPLE, Person

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Development sign-in</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 2rem auto; padding: 0 1rem; }}
.warning {{ border: 2px solid #a40000; padding: .5rem 1rem; }}
button {{ font: inherit; display: block; width: 100%; margin: .5rem 0; padding: .6rem; text-align: left; }}
</style>
<main>
<h1>Development sign-in</h1>
<p class="warning"><strong>For development only.</strong> No password is asked for, and nobody below exists.
In production staff sign in with the identity provider of <code>NOTALONE_OIDC_ISSUER</code>.</p>
{body}
</main>
"""


def sign_in(request: Request) -> str:
    """The people, each with a button."""
    hidden = "\n".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in request.fields().items()
    )
    buttons = "\n".join(_button(one) for one in PEOPLE)
    return _PAGE.format(body=f'<form method="post" action="/authorize">\n{hidden}\n{buttons}\n</form>')


def refused(told: str) -> str:
    """Why nobody can sign in with this request."""
    return _PAGE.format(body=f"<p>This request cannot be answered: {escape(told)}.</p>")


def about() -> str:
    """What this is."""
    return _PAGE.format(body="<p>Front ends send people here to sign in; see <code>docs/access.md</code>.</p>")


def _button(who: Person) -> str:
    roles = escape(", ".join(who.roles) or "no role")
    return f'<button name="person" value="{escape(who.id)}">{escape(who.name)} <small>({roles})</small></button>'
