"""What a stranger's words could do on their way: to the headers of a mail, to links, to files by their names."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel, select

from schemas.district import District
from schemas.records.accounts import Invitation
from schemas.records.alerts import Delivery
from schemas.vocabulary import Role
from services.ingest.formats.detect import UnreadableFile, read_file
from services.notify.channels.email import Email, EmailSettings
from tests.channels.provider_fakes import message
from tests.console.caller import Caller
from tests.console.conftest import *  # noqa: F403 - its desk and people
from tests.console.desk import Desk

EVIL = "jahat.example"
SENT_AS = {"Host": EVIL, "X-Forwarded-Host": EVIL, "X-Forwarded-Proto": "https", "Forwarded": f"host={EVIL}"}
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "References", "Auto-Submitted", "X-Auto-Response-Suppress",
    "X-Kentongan-Delivery", "Content-Language", "Importance", "X-Priority", "MIME-Version", "Content-Type",
}  # fmt: skip
BREAKS = ("\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x00")


def channel(**more: str) -> Email:
    return Email(EmailSettings(host="127.0.0.1", sender="siaga@tuban.example", **more))


@pytest.mark.parametrize("sign", BREAKS)
def test_a_line_break_in_a_subject_begins_no_header_of_a_mail(sign: str) -> None:
    told = message(subject=f"KRITIS{sign}Bcc: {EVIL}{sign}{sign}<b>x</b>", urgent=True)
    mail = message_from_bytes(channel().compose(told, "polres@tuban.example").as_bytes(), policy=default)
    assert set(mail.keys()) <= HEADERS
    assert str(mail["To"]) == "polres@tuban.example"
    assert "Bcc" in str(mail["Subject"])


@settings(deadline=None)
@given(st.text(alphabet='a@b.c\r\n\x0b\x85\u2028 ,;:<>"()Bc', max_size=30))
def test_no_address_is_two_or_begins_a_header(tail: str) -> None:
    """Whatever is taken as an address of a mailbox is one, and a mail to it has one reader."""
    for raw in (f"polres@tuban.example{tail}", f"{tail}@tuban.example"):
        address = Email.canonical(raw)
        if address is None:
            continue
        mail = message_from_bytes(channel().compose(message(), address).as_bytes(), policy=default)
        assert set(mail.keys()) <= HEADERS
        assert [one.addr_spec for one in mail["To"].addresses] == [address]


def everything_written(desk: Desk) -> str:
    tables: tuple[type[SQLModel], ...] = (Delivery, Invitation)
    return desk.store.read_now(lambda session: repr([list(session.exec(select(table))) for table in tables]))


def test_no_link_follows_the_name_under_which_it_was_asked_for(desk: Desk) -> None:
    """Else whoever sends a request with a false name gets the invitation, the new password or the receipt of another."""
    admin: Caller = desk.official(Role.ADMIN, "KESBANG", login="admin-tautan")
    csrf = admin.get("/akun").csrf
    form = {"csrf": csrf, "name": "Baru", "login": "baru-tautan", "role": "member", "institution": "POLRES"}
    answers = [admin.ask("POST", "/pengaturan/orang/baru", _form(form), SENT_AS | FORM)]
    told = {"csrf": csrf, "text": "Tawuran di Ds. Mentoro Kec. Soko, massa 80 orang", "sure": "1", "id": str(uuid4())}
    stranger = Caller(desk.url)
    answers += [one.ask("POST", "/lapor", _form(told), SENT_AS | FORM) for one in (stranger, admin)]
    answers += [admin.ask("GET", page, headers=SENT_AS) for page in ("/akun", "/saya", "/pengaturan/orang", "/lapor")]
    assert any(answer.status < 400 for answer in answers)
    for answer in answers:
        assert EVIL not in answer.body
        assert EVIL not in str(answer.headers)
    assert EVIL not in everything_written(desk)


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _form(fields: dict[str, str]) -> bytes:
    return urlencode(fields).encode()


def test_no_line_of_the_product_asks_a_request_for_its_host() -> None:
    """Links are made of the address that the operator has given."""
    services = Path(__file__).resolve().parents[2] / "services"
    asks = re.compile(
        r"request\.(?:url\b(?!\.(?:path|query))|base_url|url_for)|\bheaders(?:\.get)?[\[(]\"(?:host|x-forwarded-host)\"",
        re.IGNORECASE,
    )
    found = [
        f"{file.name}: {line.strip()}"
        for file in services.rglob("*.py")
        if file.name != "sessions.py"  # compares a form's origin with it, and makes no link
        for line in file.read_text().splitlines()
        if asks.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "name", ["../../keluar/_chat.txt", "/tmp/keluar/_chat.txt", "..\\..\\keluar\\_chat.txt", "C:\\keluar\\_chat.txt"]
)
def test_no_file_of_an_archive_is_written_by_its_name(
    name: str, tuban: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(zipfile.ZipInfo(name), "20/04/25 01.12 - Budi: ribut di pasar Soko\n")
        made.writestr(zipfile.ZipInfo("../../keluar/foto.jpg"), b"\xff\xd8\xff")
    written: list[str] = []
    opened: Callable[..., object] = zipfile.ZipFile._extract_member  # type: ignore[attr-defined]
    monkeypatch.setattr(zipfile.ZipFile, "_extract_member", lambda *given: written.append(str(given)) or opened(*given))
    try:
        assert len(read_file(out.getvalue(), "x.zip", tuban, datetime(2026, 11, 28, tzinfo=UTC)).rows) == 1
    except UnreadableFile as refused:
        assert "zip" in str(refused)  # noqa: PT017
    assert written == []
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []
    assert not Path("/tmp/keluar").exists()
