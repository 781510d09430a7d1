"""What staff reads: plain Japanese, English below, links; and nothing in a header that came with an event."""

from email import message_from_bytes
from email.policy import SMTP, default

import pytest
from google.protobuf.message import DecodeError
from notalone.catalog.v1 import notices_pb2 as catalog
from notalone.notify.v1 import events_pb2 as pb
from notalone_notify.domain import notices
from notalone_notify.letters import MOST_LINES, LetterWriter
from notalone_notify.settings import NOBODY, NotifySettings
from notalone_notify.staff import Staff
from notify_samples import NOW, event, fresh
from pydantic import ValidationError

EVIL = 'x\r\nBcc: everybody@example.jp\r\n\r\n<script>"{0}{entry.__class__}%s\u202e'
WRITER = LetterWriter(sender="notalone@example.jp", staff_url="https://example.jp/staff/")


def filled(rule, text):
    """An event of a kind, every text in it the same."""
    message = rule.message()
    for field in message.DESCRIPTOR.fields:
        setattr(message, field.name, text if field.type == field.TYPE_STRING else 3)
    return event(message)


def written(kind, text="izumi-madoguchi", count=1, **more):
    rule = notices.OF_KIND[kind]
    found = notices.read(filled(rule, text))[:1] * count
    mail = fresh(kind=kind, notices=count, urgent=rule.urgent, **more)
    return message_from_bytes(
        WRITER.write(mail, found, to="approver@example.jp", now=NOW).as_bytes(policy=SMTP), policy=default
    )


@pytest.mark.parametrize("kind", list(notices.OF_KIND), ids=pb.NoticeKind.Name)
def test_every_kind_is_told_in_both_languages_with_a_link(kind):
    message = written(kind)
    text = message.get_content()
    assert "izumi-madoguchi" in text
    assert "https://example.jp/staff/#" in text
    assert any("぀" <= character <= "ヿ" for character in message["Subject"])
    assert ("【至急】" in message["Subject"]) == notices.OF_KIND[kind].urgent
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("kind", list(notices.OF_KIND), ids=pb.NoticeKind.Name)
def test_whatever_comes_with_an_event_makes_no_header_and_no_line(kind):
    plain, message = written(kind), written(kind, EVIL)
    assert message.keys() == plain.keys()
    assert message["To"] == "approver@example.jp"
    assert message["Subject"] == plain["Subject"]
    assert len(message.get_content().splitlines()) == len(plain.get_content().splitlines())


def test_every_kind_of_the_contract_is_told():
    told = {rule.message.DESCRIPTOR for rule in notices.RULES.values()}
    assert told == set(catalog.DESCRIPTOR.message_types_by_name.values())
    assert set(notices.OF_KIND) == set(pb.NoticeKind.values()) - {pb.NOTICE_KIND_UNSPECIFIED}


def test_a_possible_repeat_says_so_and_keeps_its_id():
    first, second = written(pb.LINK_DEAD), written(pb.LINK_DEAD, repeats=1)
    assert first["Message-ID"] == second["Message-ID"]
    assert "【再送の可能性】" in second["Subject"]
    assert "【再送の可能性】" not in first["Subject"]
    assert "You may have had this mail before" in second.get_content()


def test_a_long_list_is_cut_and_says_how_many_more():
    text = written(pb.CONTACT_EXPIRING, count=MOST_LINES + 7).get_content()
    assert "ほか 7 件" in text
    assert "and 7 more" in text


def test_an_event_of_a_kind_that_we_do_not_know_is_nobodys():
    assert notices.read(event(catalog.DraftSubmitted(entry_id="a"), type="notalone.catalog.v1.Later")) == []


@pytest.mark.parametrize("data", [None, b"", b"\xff\xff"])
def test_an_event_that_is_not_what_it_says_fails(data):
    with pytest.raises((ValueError, DecodeError)):
        notices.read(event(catalog.DraftSubmitted(), data=data))


@pytest.mark.parametrize("text", ["catalog-approver", "boss=a@example.jp", "catalog-editor=a@b\r\nBcc: c@d", "x=y=z"])
def test_staff_that_cannot_be_read_stops_the_start_and_is_not_shown(text):
    with pytest.raises(ValidationError) as caught:
        NotifySettings(staff=text)
    assert "example.jp" not in str(caught.value)


def test_a_person_of_two_roles_is_told_once_for_each_and_known_by_a_hash():
    staff = Staff.parse("catalog-editor=a@example.jp, catalog-approver=A@example.jp,catalog-approver=a@example.jp")
    [recipient] = staff.recipients("catalog-approver")
    assert "example" not in recipient
    assert staff.address("catalog-approver", recipient) == "A@example.jp"
    assert Staff.parse(NOBODY).address("catalog-approver", recipient) is None


PRODUCTION = {
    "environment": "production",
    "database_url": "postgresql+psycopg://x@127.0.0.1/x",
    "staff": "catalog-approver=a@example.jp,catalog-editor=b@example.jp",
    "smtp_host": "mail.example.jp",
}


def test_production_takes_no_folder_nobody_and_no_open_password():
    NotifySettings(**PRODUCTION)
    for wrong in (
        {"smtp_host": ""},
        {"staff": NOBODY},
        {"staff": "catalog-editor=b@example.jp"},
        {"smtp_security": "none", "smtp_password": "secret"},
    ):
        with pytest.raises(ValidationError):
            NotifySettings(**PRODUCTION | wrong)
