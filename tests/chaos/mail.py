"""A mail server that can be told to say nothing, and people who are told by webhook and by mail alike."""

import asyncio
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from schemas.district import District
from services.store.database import Store
from tests.channels.provider_fakes import FakeSmtp
from tests.people import move_in, residents


class MailServer(FakeSmtp):
    """A real SMTP server; while it hangs it takes connections and says nothing on any of them."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[str] = []  # Message-ID of each mail it said it would deliver
        self._hangs = False
        self._dumb: list[asyncio.BaseTransport] = []

    def hang(self) -> None:
        """Say nothing from now on."""
        self._hangs = self.silent = True

    def speak(self) -> None:
        """Speak again: to new connections, and to those that were mute in the middle of a mail."""
        self._hangs = self.silent = False
        self._released.set()
        self._released = asyncio.Event()
        for transport in self._dumb:
            transport.close()
        self._dumb.clear()

    def _protocol(self) -> asyncio.Protocol:  # type: ignore[override]
        return _Dumb(self._dumb.append) if self._hangs else super()._protocol()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name aiosmtpd calls
        reply = await super().handle_DATA(server, session, envelope)
        self.mails.clear()  # they are counted; an hour of them would be kept for nothing
        if reply.startswith("2"):
            self.taken.append(str(message_from_bytes(envelope.content or b"")["Message-ID"]))
        return reply

    @property
    def settings(self) -> dict[str, str]:
        """Give the settings with which an installation hands its mail over here."""
        own = {"HOST": "127.0.0.1", "PORT": str(self.port), "SECURITY": "none", "SENDER": "siaga@tuban.example"}
        return {f"KENTONGAN_CHANNEL_EMAIL_{name}": value for name, value in own.items()}


class _Dumb(asyncio.Protocol):
    """A connection on which nothing is said."""

    def __init__(self, keep: Callable[[asyncio.BaseTransport], None]) -> None:
        self._keep = keep

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._keep(transport)


def people_move_in(store: Path, district: District, sink: str) -> None:
    """Give each office, local ones too, one person who is told by webhook, and one by mail."""
    kecamatan = tuple(place.code for place in district.places.values() if place.kind == "kecamatan")
    people = list(residents(district, kecamatan))
    people += [
        replace(one, login=f"{one.login}.surat", addresses=(("email", f"{one.login}@kantor.example"),))
        for one in people
    ]
    kept = Store(f"sqlite:///{store}")
    try:
        kept.write_now(lambda tx: move_in(tx, people, sink, datetime.now(UTC)))
    finally:
        kept.close()


def unhurried(district: Path, folder: Path) -> Path:
    """Give a copy of a district whose messages wait for no hour: else most of a flood would, and could not be counted."""
    shutil.copytree(district, folder)
    file = folder / "district.toml"
    text = file.read_text(encoding="utf-8")
    text = re.sub(r'^("\*"|email) = \[\[.*\]\]', r"\1 = [[100000, 1]]", text, flags=re.MULTILINE)
    file.write_text(re.sub(r"^every = \d+", "every = 0", text, flags=re.MULTILINE), encoding="utf-8")
    return folder
