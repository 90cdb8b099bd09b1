"""E-mail against a real SMTP server, beyond the contract every channel keeps."""

import asyncio
import email
import ssl
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from provider_fakes import FakeSmtp, message

from services.notify.channels.email import Email, EmailSettings

CERTIFICATE = Path(__file__).parent / "certificate.pem"


def channel_for(server: FakeSmtp, **changes: Any) -> Email:
    given = {
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "sender": "siaga@tuban.example",
        "timeout": 5,
    }
    return Email(EmailSettings(**(given | changes)))


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=default)  # type: ignore[return-value]


async def test_the_mail_says_who_it_is_and_that_no_machine_should_answer(smtp: FakeSmtp, opened):
    channel = await opened(channel_for(smtp))
    verdict = await channel.send(message(urgent=True))
    mail = read(smtp.mails[0])
    assert (verdict.outcome, verdict.provider_id) == ("sent", mail["Message-ID"])
    assert mail["Message-ID"] == f"<{message().delivery_id}@tuban.example>"
    assert mail["References"] == f"<incident.{message().data['incident']}@tuban.example>"
    assert mail["Date"] == "Tue, 24 Nov 2026 03:04:05 +0000"
    assert mail["Subject"] == message().subject
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Kentongan-Delivery"] == message().delivery_id
    assert mail["Importance"] == "high"


async def test_the_same_words_stand_in_both_parts_and_markup_in_them_is_harmless(smtp: FakeSmtp, opened):
    channel = await opened(channel_for(smtp))
    await channel.send(message(body="Baris satu\n\n<script>alert(1)</script> & é", url="https://a.example/?x=1&y=2"))
    mail = read(smtp.mails[0])
    plain = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "<script>alert(1)</script> & é" in plain
    assert "https://a.example/?x=1&y=2" in plain
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; é" in html
    assert '<a href="https://a.example/?x=1&amp;y=2"' in html
    assert ">Terima</a>" in html


async def test_a_link_that_stands_in_the_words_can_be_tapped_once(smtp: FakeSmtp, opened):
    channel = await opened(channel_for(smtp))
    await channel.send(message(body="Buka https://a.example/t\nTerima kasih", url="https://a.example/t", button=""))
    mail = read(smtp.mails[0])
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert html.count("https://a.example/t") == 2
    assert '<p>Buka <a href="https://a.example/t">https://a.example/t</a><br>Terima kasih</p>' in html
    assert mail.get_body(("plain",)).get_content().count("https://a.example/t") == 1  # type: ignore[union-attr]


async def test_no_more_connections_are_made_than_allowed(smtp: FakeSmtp, opened):
    channel = await opened(channel_for(smtp, connections=2))
    verdicts = await asyncio.gather(*(channel.send(message(delivery_id=f"d{number}")) for number in range(20)))
    assert {verdict.outcome for verdict in verdicts} == {"sent"}
    assert len({verdict.provider_id for verdict in verdicts}) == 20
    assert smtp.connections <= 2


async def test_a_subject_cannot_smuggle_in_a_header(smtp: FakeSmtp, opened):
    channel = await opened(channel_for(smtp))
    assert (await channel.send(message(subject="TINGGI\r\nBcc: x@y.example"))).outcome == "sent"
    mail = read(smtp.mails[0])
    assert (mail["Bcc"], mail["Subject"]) == (None, "TINGGI Bcc: x@y.example")


@pytest.mark.parametrize(
    ("where", "reply", "outcome"),
    [
        ("rcpt", "451 4.7.1 Greylisted, try again later", "again"),
        ("rcpt", "452 4.2.2 Mailbox full", "again"),
        ("rcpt", "550 5.1.1 No such user", "never"),
        ("data", "421 4.3.2 Shutting down", "again"),
        ("data", "451 4.3.0 Local error", "again"),
        ("data", "554 5.7.1 Looks like spam", "never"),
    ],
)
async def test_a_4xx_answer_is_for_later_and_a_5xx_is_final(
    smtp: FakeSmtp, opened, where: str, reply: str, outcome: str
):
    setattr(smtp, where, [reply])
    channel = await opened(channel_for(smtp))
    verdict = await channel.send(message())
    assert (verdict.outcome, verdict.error) == (outcome, f"SMTP {reply[:3]}")


async def test_greylisting_ends_with_the_same_mail_let_in(smtp: FakeSmtp, opened):
    smtp.rcpt = ["451 4.7.1 Greylisted", "250 OK"]
    channel = await opened(channel_for(smtp))
    assert [(await channel.send(message())).outcome for _ in range(2)] == ["again", "sent"]
    assert len(smtp.mails) == 1


async def test_one_connection_serves_one_mail_after_another_even_after_a_refusal(smtp: FakeSmtp, opened):
    smtp.rcpt = ["250 OK", "550 No such user", "250 OK"]
    channel = await opened(channel_for(smtp))
    assert [(await channel.send(message())).outcome for _ in range(3)] == ["sent", "never", "sent"]
    assert smtp.connections == 1


async def test_a_server_that_restarted_costs_no_mail(opened):
    smtp = FakeSmtp()
    await smtp.start()
    channel = await opened(channel_for(smtp))
    assert (await channel.send(message())).outcome == "sent"
    _, kept = channel._idle[0]
    kept.transport.abort()  # as a server that hung up on the idle line
    assert (await channel.send(message())).outcome == "sent"
    assert (len(smtp.mails), smtp.connections) == (2, 2)
    await smtp.stop()


def tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


@pytest.mark.parametrize(("password", "outcome", "error"), [("right", "sent", ""), ("wrong", "never", "SMTP 535")])
async def test_it_secures_the_line_before_it_signs_in(opened, password: str, outcome: str, error: str):
    def check(server: object, session: object, envelope: object, mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=given.password == b"right", handled=False)

    smtp = FakeSmtp(tls_context=tls(), require_starttls=True, authenticator=check, auth_required=True)
    await smtp.start()
    secured = {"security": "starttls", "host": "localhost", "ca_file": str(CERTIFICATE)}
    channel = await opened(channel_for(smtp, username="siaga", password=password, **secured))
    verdict = await channel.send(message())
    assert (verdict.outcome, verdict.error) == (outcome, error)
    await channel.close()
    await smtp.stop()


async def test_a_certificate_nobody_vouches_for_gets_no_mail(opened):
    smtp = FakeSmtp(tls_context=tls())
    await smtp.start()
    channel = await opened(channel_for(smtp, security="starttls", host="localhost"))
    verdict = await channel.send(message())
    assert verdict.outcome == "again"
    assert smtp.mails == []
    await smtp.stop()


async def test_a_server_without_tls_gets_nothing_when_tls_is_asked(smtp: FakeSmtp, opened):
    channel = await opened(channel_for(smtp, security="starttls"))
    assert (await channel.send(message())).outcome in ("again", "never")
    assert smtp.mails == []
