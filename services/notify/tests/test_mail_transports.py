"""One contract for the ways of a mail, held by a folder and by a real SMTP server on loopback."""

import asyncio
import socket
from contextlib import closing
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from notalone_notify.adapters.folder_mail import FolderMail
from notalone_notify.adapters.smtp_mail import Server, SmtpMail
from notalone_notify.ports import OutcomeUnknown, PermanentFailure, TemporaryFailure

TEXT = "「広島いのちの電話」の下書きが承認を待っています。\n" + "長い行" * 400 + "\n.\n..ends\n"


def letter(number: int = 1, *, to: str = "approver@example.jp") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "notalone@example.jp"
    message["To"] = to
    message["Subject"] = "承認を待つ下書きがあります（2）"
    message["Message-ID"] = f"<{number}@example.jp>"
    message.set_content(TEXT, charset="utf-8", cte="base64")
    return message


class MailTransportContract:
    """A subclass gives `transport`, `arrived()` and `broken()`: a transport whose other end is away."""

    async def test_a_mail_arrives_whole(self, transport, arrived):
        await transport.send(letter())
        [found] = arrived()
        assert found["To"] == "approver@example.jp"
        assert found["Subject"] == "承認を待つ下書きがあります（2）"
        assert found["Message-ID"] == "<1@example.jp>"
        assert found.get_content().replace("\r\n", "\n") == TEXT

    async def test_the_same_mail_again_is_handed_over_again_under_the_same_id(self, transport, arrived):
        await transport.send(letter())
        await transport.send(letter())
        assert [found["Message-ID"] for found in arrived()] == ["<1@example.jp>"] * 2

    async def test_mails_to_two_people_are_two(self, transport, arrived):
        await transport.send(letter(1, to="a@example.jp"))
        await transport.send(letter(1, to="b@example.jp"))
        assert {found["To"] for found in arrived()} == {"a@example.jp", "b@example.jp"}

    async def test_what_is_away_now_may_be_back_later(self, broken):
        with pytest.raises(TemporaryFailure) as caught:
            await broken.send(letter())
        assert "example.jp" not in caught.value.reason

    async def test_it_can_be_closed_twice(self, transport):
        await transport.close()
        await transport.close()


class TestFolderMail(MailTransportContract):
    @pytest.fixture
    def folder(self, tmp_path):
        return tmp_path / "notify" / "mail"

    @pytest.fixture
    def transport(self, folder):
        return FolderMail(folder)

    @pytest.fixture
    def arrived(self, folder):
        return lambda: [message_from_bytes(file.read_bytes(), policy=default) for file in sorted(folder.glob("*.eml"))]

    @pytest.fixture
    def broken(self, tmp_path):
        (tmp_path / "file").write_text("no folder")
        return FolderMail(tmp_path / "file" / "mail")


class Handler:
    """What the server says, by step; keeps what it took."""

    def __init__(self):
        self.taken = []
        self.says = {}
        self.hangs_at = ""
        self.cuts_at = ""
        self.go_on = asyncio.Event()

    async def step(self, name, server):
        if self.hangs_at == name:
            await self.go_on.wait()
        if self.cuts_at == name:
            server.transport.abort()
            return "250 nobody hears this"
        return self.says.get(name, "")

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        await self.step("ehlo", server)
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return await self.step("mail", server) or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        envelope.rcpt_tos.append(address)
        return await self.step("rcpt", server) or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        said = await self.step("data", server)
        if said and not said.startswith("250"):
            return said
        self.taken.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def handler():
    return Handler()


@pytest.fixture
async def port(handler):
    loop = asyncio.get_running_loop()
    connections = []

    def connected():
        connections.append(
            SMTP(
                handler,
                hostname="localhost",
                auth_require_tls=False,
                authenticator=lambda *_: AuthResult(success=False, handled=False),
                loop=loop,
            )
        )
        return connections[-1]

    server = await loop.create_server(connected, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    handler.go_on.set()
    server.close()
    for connection in connections:
        if connection.transport is not None:
            connection.transport.abort()
    await server.wait_closed()


def to(port, **more):
    return SmtpMail(Server(**{"host": "127.0.0.1", "port": port, "security": "none", "timeout": 10.0} | more))


class TestSmtpMail(MailTransportContract):
    @pytest.fixture
    def transport(self, port):
        return to(port)

    @pytest.fixture
    def arrived(self, handler):
        return lambda: handler.taken

    @pytest.fixture
    def broken(self):
        with closing(socket.create_server(("127.0.0.1", 0))) as listener:
            free = listener.getsockname()[1]
        return to(free)

    @pytest.mark.parametrize(
        ("step", "said", "error"),
        [
            ("mail", "451 later", TemporaryFailure),
            # A sender that is refused is a setting of ours, and no fault of the mail.
            ("mail", "550 not you", TemporaryFailure),
            ("rcpt", "450 mailbox busy", TemporaryFailure),
            ("rcpt", "550 no such user", PermanentFailure),
            ("data", "452 no room", TemporaryFailure),
            ("data", "554 not that", PermanentFailure),
            ("data", "421 closing", OutcomeUnknown),
        ],
    )
    async def test_what_the_server_says_decides(self, transport, handler, step, said, error):
        handler.says[step] = said
        with pytest.raises(error) as caught:
            await transport.send(letter())
        assert type(caught.value) is error
        assert caught.value.reason == said[:3]
        handler.says.clear()
        await transport.send(letter())
        assert len(handler.taken) == 1

    @pytest.mark.parametrize(
        ("step", "error"),
        [("ehlo", TemporaryFailure), ("rcpt", TemporaryFailure), ("data", OutcomeUnknown)],
    )
    async def test_a_server_that_says_nothing_is_left_in_time(self, port, handler, step, error):
        handler.hangs_at = step
        async with asyncio.timeout(15):
            with pytest.raises(error):
                await to(port, timeout=0.2).send(letter())

    @pytest.mark.parametrize(("step", "error"), [("rcpt", TemporaryFailure), ("data", OutcomeUnknown)])
    async def test_a_connection_that_breaks_after_the_text_leaves_the_end_unknown(
        self, transport, handler, step, error
    ):
        handler.cuts_at = step
        with pytest.raises(error):
            await transport.send(letter())

    async def test_a_refused_sign_in_is_tried_again_later(self, port):
        with pytest.raises(TemporaryFailure):
            await to(port, username="notalone", password="wrong").send(letter())

    @pytest.mark.parametrize("security", ["starttls", "tls"])
    async def test_without_the_tls_that_was_asked_for_nothing_is_sent(self, port, handler, security):
        with pytest.raises(TemporaryFailure):
            await to(port, security=security, timeout=2.0).send(letter())
        assert handler.taken == []
