"""Tell a person by e-mail: SMTP over connections that are kept, plain words and the same in HTML with a button."""

import asyncio
import re
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, localtime
from html import escape
from typing import ClassVar, Literal

import aiosmtplib
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.vocabulary import Blame, Classification
from services.notify.channel_kit.base import LONGEST_WAIT, Capabilities, Channel, Example, Outgoing, Verdict

# RFC 5321 4.5.3.1 sizes; ASCII only, because few servers here take SMTPUTF8
ADDRESS = re.compile(
    r"(?=.{3,254}$)(?=[^@]{1,64}@)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}"
)
PAGE = "font-family:sans-serif;font-size:16px;line-height:1.5;max-width:40em"
BUTTON = "display:inline-block;padding:12px 20px;background:#8b1a1a;color:#fff;border-radius:6px;text-decoration:none"
TEMPORARY = range(400, 500)
# RFC 5321 4.2.3: no such mailbox, not here, no such name, no mail taken; too long, or refused for what it says.
BLAME = {**dict.fromkeys((550, 551, 553, 556), Blame.ADDRESS), **dict.fromkeys((552, 554), Blame.MESSAGE)}


class EmailSettings(BaseSettings):
    """Where mail is handed over."""

    model_config = SettingsConfigDict(
        env_prefix="KENTONGAN_CHANNEL_EMAIL_", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    host: str = Field(description="SMTP server that takes our mail")
    port: int = Field(default=587, ge=1, le=65535, description="Its port")
    security: Literal["starttls", "tls", "none"] = Field(default="starttls", description="How the line is secured")
    username: str = Field(default="", description="Name to sign in with; empty: no sign-in")
    password: SecretStr = Field(default=SecretStr(""), description="Password to sign in with")
    sender: str = Field(description="Address the mail comes from")
    sender_name: str = Field(default="Kentongan", description="Name shown beside it")
    ca_file: str | None = Field(default=None, description="Certificates to trust instead of the system's, PEM")
    connections: int = Field(default=4, ge=1, le=32, description="Connections at once")
    keep: float = Field(default=20.0, ge=0, description="Seconds an idle connection is trusted to be still there")
    timeout: float = Field(default=20.0, gt=0, le=LONGEST_WAIT, description="Seconds for one try")


class Email(Channel):
    """Send mail; 4xx answers and a silent server are `again`, 5xx answers `never`."""

    name: ClassVar[str] = "email"
    Settings: ClassVar[type[BaseSettings]] = EmailSettings
    capabilities = Capabilities(
        carries=Classification.BIASA,
        max_length=None,
        invites=True,
        columns=("email", "surel", "e-mail", "mail"),
    )
    example: ClassVar[Example] = Example(
        address="piket@polres.example",
        settings={"host": "{host}", "port": "{port}", "security": "none", "sender": "siaga@tuban.example"},
        bad_addresses=(
            "",
            "piket",
            "@polres.example",
            "piket@",
            "a@b",
            "a b@c.example",
            "a@c.example\nBcc: x@y.example",
        ),
        speaks="smtp",
    )

    def __init__(self, settings: EmailSettings) -> None:
        self._settings = settings
        self._room = asyncio.Semaphore(settings.connections)
        self._idle: list[tuple[float, aiosmtplib.SMTP]] = []
        self._closed = True

    async def open(self) -> None:
        """Be ready; the first message makes the first connection."""
        self._closed = False

    async def close(self) -> None:
        """Say goodbye on every idle connection."""
        self._closed = True
        idle, self._idle = self._idle, []
        for _, client in idle:
            client.close()

    @property
    def at_once(self) -> int:
        """Give the number of its connections."""
        return self._settings.connections

    @classmethod
    def canonical(cls, address: str) -> str | None:
        """Accept a plain ASCII mailbox; the domain in lower case."""
        if not ADDRESS.fullmatch(address):
            return None
        mailbox, _, domain = address.rpartition("@")
        return f"{mailbox}@{domain.lower()}"

    async def _send(self, message: Outgoing, address: str) -> Verdict:
        if self._closed:
            return Verdict("again", error="channel is not open")
        mail = self.compose(message, address)
        try:
            async with asyncio.timeout(self._settings.timeout), self._room:
                return await self._hand_over(mail, address)
        except (aiosmtplib.SMTPException, OSError) as error:  # TimeoutError is an OSError
            return _after(error)

    async def _hand_over(self, mail: EmailMessage, address: str) -> Verdict:
        """Send over a kept connection, or once over a new one if the kept one turns out to be gone."""
        client = await self._kept()
        if client is not None:
            try:
                return await self._through(client, mail, address)
            except aiosmtplib.SMTPServerDisconnected:
                pass  # the server hung up on an idle line: no reason to make a warning wait
            except aiosmtplib.SMTPResponseException as answer:
                if answer.code != aiosmtplib.SMTPStatus.domain_unavailable:  # 421: the server is closing this line
                    raise
        return await self._through(await self._connect(), mail, address)

    async def _through(self, client: aiosmtplib.SMTP, mail: EmailMessage, address: str) -> Verdict:
        keep = False
        try:
            await client.send_message(mail, sender=self._settings.sender, recipients=[address])
            keep = True
        except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPResponseException):
            keep = client.is_connected  # the server said no to this message, not to us
            raise
        finally:
            if keep and client.is_connected and not self._closed:
                self._idle.append((asyncio.get_running_loop().time(), client))
            else:
                client.close()
        return Verdict("sent", provider_id=mail["Message-ID"])

    async def _kept(self) -> aiosmtplib.SMTP | None:
        """Give the connection used last, if it is young enough to be trusted."""
        oldest = asyncio.get_running_loop().time() - self._settings.keep
        while self._idle:
            since, client = self._idle.pop()
            if since >= oldest and client.is_connected:
                return client
            client.close()
        return None

    async def _connect(self) -> aiosmtplib.SMTP:
        settings = self._settings
        client = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            cert_bundle=settings.ca_file,
            timeout=settings.timeout,
            username=settings.username or None,
            password=settings.password.get_secret_value() if settings.username else None,
        )
        try:
            await client.connect()
        except BaseException:
            client.close()
            raise
        return client

    def compose(self, message: Outgoing, address: str) -> EmailMessage:
        """Write the mail of a message: the same Message-ID at every retry, answered by no machine (RFC 3834)."""
        domain = self._settings.sender.rpartition("@")[2]
        mail = EmailMessage(policy=SMTP_POLICY)
        mail["From"] = f'"{self._settings.sender_name}" <{self._settings.sender}>'
        mail["To"] = address
        mail["Subject"] = " ".join(message.subject.split())
        mail["Date"] = format_datetime(message.at or localtime())
        mail["Message-ID"] = f"<{message.delivery_id}@{domain}>"
        incident = message.data.get("incident")
        if incident:
            mail["References"] = f"<incident.{incident}@{domain}>"  # one thread per incident in the reader's mailbox
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        mail["X-Kentongan-Delivery"] = message.delivery_id
        mail["Content-Language"] = message.language
        if message.urgent:
            mail["Importance"] = "high"
            mail["X-Priority"] = "1"
        link = message.url if message.url and message.url not in message.body else None
        mail.set_content(f"{message.body}\n\n{link}\n" if link else message.body)
        mail.add_alternative(_page(message), subtype="html")
        return mail


def _after(error: Exception) -> Verdict:
    """Say what an error of SMTP means: 4xx and trouble on the line `again`, 5xx and what will not change `never`."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused(recipients=[refused, *_]):
            return _by_code(refused.code)
        case aiosmtplib.SMTPResponseException():
            return _by_code(error.code)
        case aiosmtplib.SMTPNotSupported():
            return Verdict("never", error="mail server lacks what we need", blame=Blame.ACCOUNT)
        case TimeoutError():
            return Verdict("again", error="no answer in time")
        case _:
            return Verdict("again", error=f"no connection ({type(error).__name__})")


def _by_code(code: int) -> Verdict:
    if code in TEMPORARY or code < 0:
        return Verdict("again", error=f"SMTP {code}")
    return Verdict("never", error=f"SMTP {code}", blame=BLAME.get(code, Blame.ACCOUNT))


def _page(message: Outgoing) -> str:
    """Lay the same words out in HTML, with a button where wording gave a label; else the address can be tapped."""
    words = escape(message.body.strip())
    button = ""
    if message.url:
        url = escape(message.url, quote=True)
        link = f'<a href="{url}">{url}</a>'
        if message.button:
            button = f'<p><a href="{url}" style="{BUTTON}">{escape(message.button)}</a></p>'
        elif url not in words:
            button = f"<p>{link}</p>"
        words = words.replace(url, link)
    paragraphs = "".join(
        f"<p>{part.strip().replace(chr(10), '<br>')}</p>" for part in words.split("\n\n") if part.strip()
    )
    language = escape(message.language, quote=True)
    return f'<!doctype html><html lang="{language}"><body style="{PAGE}">{paragraphs}{button}</body></html>'
