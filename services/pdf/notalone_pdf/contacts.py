"""How a way to reach a desk stands on paper: read weeks later, so nothing of "open now"."""

from __future__ import annotations

from collections.abc import Sequence

from notalone.common.v1 import contact_pb2
from notalone_kernel import telephone

Contact = contact_pb2.Contact

_KINDS = {
    Contact.PHONE: "電話",
    Contact.SMS: "SMS",
    Contact.CHAT: "チャット",
    Contact.SNS: "SNS",
    Contact.EMAIL: "メール",
    Contact.WEB: "ウェブ",
    Contact.VISIT: "窓口",
    Contact.LETTER: "手紙",
}
_CHARGES = {Contact.FREE: "無料", Contact.CHARGED: "有料（通話料など）"}
# Somebody must be there to answer; a page is there at all hours.
_ATTENDED = (Contact.PHONE, Contact.SMS, Contact.CHAT, Contact.SNS, Contact.VISIT)
_PAYABLE = (Contact.PHONE, Contact.SMS)
# More would push the person's own note to the next page; the site has the rest.
MOST = 4


def present(contact: Contact, own: Contact | None) -> dict[str, object]:
    """One contact in Japanese, with what helps the person in their own language.

    Args:
        contact: In Japanese.
        own: The same in the person's language; None where that is Japanese.
    """
    facts = [contact.hours or "受付時間は未確認"] if contact.hours or contact.kind in _ATTENDED else []
    if contact.kind in _PAYABLE:
        facts.append(_CHARGES.get(contact.charge, "料金は未確認"))
    if contact.keypad_path:
        facts.append(f"つながったら {contact.keypad_path}")
    if contact.reachable_from:
        facts.append(contact.reachable_from)
    elif contact.HasField("ip_phone_ok"):
        facts.append("IP電話から可" if contact.ip_phone_ok else "IP電話からは、つながらないことがあります")
    return {
        "kind": _KINDS.get(contact.kind, "連絡先"),
        "name": contact.name_ja or contact.name,
        "value": contact.value,
        "href": _href(contact),
        "facts": "／".join(facts),
        "own": "" if own is None or own.hours == contact.hours else own.hours,
        "checked": checked(contact.check_state, contact.checked_on),
    }


def _href(contact: Contact) -> str:
    """What opens at a tap where the memo is read on a telephone; empty where nothing should."""
    if contact.kind == Contact.PHONE:
        return telephone.tel_uri(contact.value)
    return contact.value if contact.value.isascii() and contact.value.startswith(("https://", "http://")) else ""


def checked(state: Contact.CheckState.ValueType, on: str) -> str:
    """Says how far a fact can be trusted, and since when."""
    match state:
        case Contact.CHECKED:
            return f"確認日 {on}" if on else "確認済み"
        case Contact.NEEDS_RECHECK:
            return f"要再確認（{on} の情報）" if on else "要再確認"
        case _:
            return f"未確認（{on} の情報）" if on else "未確認"


def matching(contact: Contact, others: Sequence[Contact]) -> Contact | None:
    """The same channel in another language's list; the order of the lists may differ."""
    return next((other for other in others if (other.kind, other.value) == (contact.kind, contact.value)), None)
