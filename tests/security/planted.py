"""One running installation into which distinctive values were put through every door that takes them.

What is personal comes with reports and in attempts to get in; what is secret are keys, passwords and words of the
installation itself. Doors are made to fail as well: by what is sent, by what answers, and by `breaking/`.
"""

import asyncio
import base64
import contextlib
import io
import json
import os
import re
import secrets
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from PIL import Image
from sqlmodel import select

from schemas.records.reports import Report
from services.bus import Bus
from services.cli.main import main
from services.console.web.sessions import COOKIE
from services.runtime.bus_users import passwords_of
from services.security.accounts import first_passwords
from services.store.database import Store
from tests.channels.provider_fakes import FakeSmtp
from tests.console.caller import Answer, Caller
from tests.doors.oidc_provider import CLIENT, SmallProvider
from tests.doors.test_judging import served
from tests.kill.installation import Installation
from tests.security.breaking import sitecustomize as broken
from tests.servers import GENEROUS, Sink, until

BREAKING = Path(__file__).parent / "breaking"
PERSONAL = {
    "name": "Tarjiyem Kusumawardhani",
    "number": "081290017788",
    "NIK": "3523115507920009",
    "mail": "tarjiyem.kw@contoh.example",
    "plate": "S 7391 QZX",
    "minor": "Rafli Hadikusumo",
}
WRONG = {
    "a wrong key": "kt_1.pelapor.Q7zTn4kWvB2xRm9LsYp3",
    "a wrong password": "Durian-Montong-Masak-73",
    "a wrong code": "739164",
    "a wrong session": "sesi-Zk81QwMn55TtRr20",
    "a wrong invitation": "undangan-Hh27PpLs09VvBb",
    "a wrong receipt": "resi-Mn63KkDd18XxCc44",
    "a code of the provider": "kode-Jj52GgFf61NnSs80",
}
POISON = "racun-Ww39EeRr72YyUu"  # on the bus as somebody has put it there; in no list or line about it
PASSWORD = "Kelapa-Sawit-Rimbun-88"
HOOK = "kunci-alamat-Bb47NnMm93"  # the part of a webhook's address that is its receiver's key
TEXT = (
    f"Tawuran dua kelompok silat di Desa Bangunrejo Soko, massa 80 orang bawa celurit, dua luka bacok. "
    f"Korban {PERSONAL['minor']} (14 tahun). Pelaku naik motor {PERSONAL['plate']}. Nama saya {PERSONAL['name']}, "
    f"NIK {PERSONAL['NIK']}, hubungi {PERSONAL['number']} atau {PERSONAL['mail']}"
)
ALL = " ".join((*PERSONAL.values(), *WRONG.values()))
ENDLESS = ("/v1/events",)
PART = re.compile(r"\{\w+(?::\w+)?\}")  # of a route's path
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Heard:
    """One answer of a door and what it was asked, without the query."""

    asked: str
    answer: Answer


@dataclass
class Planted:
    """The installation, what was put in, what its doors and commands said."""

    running: Installation
    sink: Sink
    mail: FakeSmtp
    provider: SmallProvider
    secret: dict[str, str]
    heard: list[Heard] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)  # by the words of a command
    auditor: str = ""
    started: asyncio.subprocess.Process | None = None  # a process that a test has started beside it

    @property
    def values(self) -> dict[str, str]:
        """Give every planted value by its name."""
        return {**PERSONAL, **WRONG, **self.secret, "a poisonous message": POISON}

    # -- asking ----------------------------------------------------------------------------------------------------

    def caller(self) -> Caller:
        return Caller(self.running.url)

    def hear(self, by: Caller, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Ask, and keep what is answered."""
        answer = by.ask(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        self.heard.append(Heard(f"{method} {path.partition('?')[0]}", answer))
        return answer

    async def office(self, *words: str, told: str = "") -> str:
        """Run an office command as its own program would, and keep what it says; gives that."""
        self.said[" ".join(words)] = said = await asyncio.to_thread(self._command, words, told)
        return said

    def _command(self, words: tuple[str, ...], told: str) -> str:
        out = io.StringIO()
        with (
            mock.patch.dict(os.environ, self.running.environment, clear=True),
            mock.patch.object(sys, "stdin", io.StringIO(told)),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(out),
            contextlib.suppress(SystemExit),
        ):  # what a command does not know is seen by a test
            main([*words, "--data", str(self.running.data)])
        return out.getvalue()

    @contextlib.contextmanager
    def store(self) -> Iterator[Store]:
        opened = Store(f"sqlite:///{self.running.data / 'kentongan.db'}")
        try:
            yield opened
        finally:
            opened.close()

    async def bus(self, user: str) -> Bus:
        password = passwords_of(self.running.data)[user]
        bus = Bus(f"nats://{user}:{password}@127.0.0.1:{self.running.nats_port}", name="test", kabupaten="35.23")
        await asyncio.wait_for(bus.open(), GENEROUS)
        return bus

    # -- planting --------------------------------------------------------------------------------------------------

    async def plant(self) -> None:
        """Put everything in, and wait until it has gone where it goes."""
        await self._people()
        self._reports()
        self._refused_reports()
        self._refused_people()
        self._every_address()
        self._broken_requests()
        await self._poison()
        with self.store() as store:
            await until(
                lambda: len(store.read_now(lambda one: one.exec(select(Report)).all())) >= self.filed, "reports"
            )
        ways = {"kait", "gateway"}
        await until(lambda: self.mail.mails and ways <= {one.login for one in self.sink.calls}, "a message by each way")
        await self._commands()

    async def _people(self) -> None:
        key = await self.office("key", "add", "pelapor", "--role", "reporter", "--reliability", "B")
        relay = await self.office("key", "add", "Gerbang", "--role", "gateway", "--channel", "smsku", "--answers")
        self.auditor = (await self.office("key", "add", "Pemeriksa", "--role", "auditor")).strip()
        self.secret |= {"a reporter's key": key.strip(), "a gateway's key": relay.strip(), "a password": PASSWORD}
        self.secret |= {"an auditor's key": self.auditor, "a webhook's address": HOOK}
        first = (self.running.data / first_passwords.FOLDER / "koordinator").read_text(encoding="utf-8").strip()
        self.secret |= {
            f"the password of {user} on the bus": word for user, word in passwords_of(self.running.data).items()
        }
        self.secret["a first password"] = first
        for login, address in (
            ("pecah", f"webhook:{self.sink.url}/POLRES/-/{broken.SENDING}?kunci={HOOK}"),
            ("kait", f"webhook:{self.sink.url}/POLRES/-/kait?kunci={HOOK}"),
            ("surat", "email:piket@polres.example"),
            ("sms", "sms_gateway:+6281290017799"),
        ):
            words = ("person", "add", f"Petugas {login}", "--login", f"{login}-uji", "--role", "member")
            more = ("--institution", "POLRES", "--post", f"Piket {login}", "--address", "-", "--password-stdin")
            await self.office(*words, *more, told=f"{PASSWORD}\n{address}\n")
        admin = ("person", "add", "Admin Uji", "--login", "admin-uji", "--role", "admin", "--password-stdin")
        await self.office(*admin, told=f"{PASSWORD}\n")
        self.admin = self.caller().sign_in("admin-uji", PASSWORD)
        self.secret["a session"] = self.admin.cookies[COOKIE]
        link = await self.office("person", "invite", "surat-uji")
        self.secret["an invitation"] = link.strip().rpartition("/")[2]
        self.key, self.gateway = key.strip(), relay.strip()

    def _reports(self) -> None:
        """File by the page, the API, many at once, the gateway, a photograph with what a camera writes into it."""
        by = self.caller()
        form = {"text": TEXT, "contact": PERSONAL["number"], "id": str(uuid4())}
        assert by.form("/lapor", form).status == 303
        by.bearer = self.key
        told = {"text": f"{TEXT} {broken.READING}", "contact": f"{PERSONAL['name']}, {PERSONAL['number']}"}
        made = [by.post("/v1/reports", told), by.post("/v1/reports", told | {"text": f"{TEXT} {broken.TASK}"})]
        row = {"text": f"Warga blokade jalan. {TEXT}", "contact": PERSONAL["mail"]}
        row["notes"] = {"NIK": PERSONAL["NIK"], "Saksi": PERSONAL["name"]}
        made.append(by.post("/v1/reports:batch", [row]))
        photo = by.ask("POST", "/v1/attachments", _photograph(), {"Content-Type": "image/jpeg"})
        assert photo.status == 201, photo.body
        made.append(by.post("/v1/reports", {"text": TEXT, "attachments": [photo.json["id"]]}))
        by.bearer = self.gateway
        words = {"from": PERSONAL["number"], "text": TEXT, "id": "sms-1"}
        made += [by.post("/v1/inbound/smsku", words)]
        made += [by.post("/v1/inbound/smsku", words | {"text": f"T {WRONG['a wrong code']}", "id": "sms-2"})]
        assert [one.status for one in made] == [202, 202, 200, 202, 202, 202], [one.body for one in made]
        self.filed = 6

    def _refused_reports(self) -> None:
        """Send what cannot be read, what has a wrong type, what breaks a handler, with no key, a wrong one, a right one."""
        lists: list[Any] = [
            {"text": 17, "contact": [ALL], "kecamatan": ALL, "observed_at": PERSONAL["NIK"], "salah": ALL},
            {"text": ALL, "position": {"lat": PERSONAL["NIK"], "lon": ALL}, "notes": {"a": [ALL]}},
            {"from": 17, "text": [ALL], "at": {"x": ALL}},
            [ALL],
            {"text": f"{TEXT} {broken.DOOR}", "contact": PERSONAL["number"]},
        ]
        for bearer in ("", WRONG["a wrong key"], self.key, self.gateway):
            by = self.caller()
            by.bearer = bearer
            for path in ("/v1/reports", "/v1/reports:batch?channel=" + PERSONAL["NIK"], "/v1/inbound/smsku"):
                for one in lists:
                    self._post(by, path, one)
                whole = f'{{"text": "{ALL}", "contact": "{ALL}'.encode()
                for raw in (whole, whole + b"\xff\xfe", b"[" * 9_000 + whole):
                    self.hear(by, "POST", path, raw, **JSON)
                self.hear(by, "POST", path, whole, Content_Type=f"text/{PERSONAL['NIK']}")
            self.hear(by, "POST", "/v1/attachments", ALL.encode(), Content_Type="image/jpeg")
            self.hear(by, "POST", f"/v1/inbound/{PERSONAL['number']}", ALL.encode(), **JSON)
        for channel in ("sms_gateway", "webhook", "email"):
            self.hear(self.caller(), "POST", f"/v1/inbound/{channel}", ALL.encode(), Authorization=WRONG["a wrong key"])

    def _post(self, by: Caller, path: str, body: Any) -> None:
        answer = by.post(path, body)
        self.heard.append(Heard(f"POST {path.partition('?')[0]}", answer))

    def _refused_people(self) -> None:
        """Try to come in by what is wrong, and by what belongs to somebody else."""
        for login in (PERSONAL["number"], PERSONAL["NIK"], "admin-uji", PASSWORD):
            form = {"login": login, "password": WRONG["a wrong password"], "ke": f"/?cari={PERSONAL['NIK']}"}
            self._form("/masuk", form)
        self._form("/masuk/kode", {"ticket": WRONG["a wrong session"], "kode": WRONG["a wrong code"]})
        self._form("/status", {"number": PERSONAL["NIK"], "key": WRONG["a wrong receipt"]})
        self._form("/lapor", {"text": f"{TEXT} {broken.PAGE}", "contact": PERSONAL["number"]})
        self._form("/lapor", {"text": TEXT, "contact": PERSONAL["number"]}, origin="https://jahat.example")
        self._form("/masuk/penyedia/berakhir", {"logout_token": f"{WRONG['a code of the provider']}.x.y"})
        for token in (WRONG["a wrong invitation"], self.secret["an invitation"]):
            self._form(f"/undangan/{token}", {"password": WRONG["a wrong password"], "again": PASSWORD})
            self._form(f"/terima/{token}", {"csrf": ALL})
        by, itself = self.caller(), "/.well-known/openid-configuration"
        for raw in (ALL.encode(), f'{{"issuer": "{ALL}"}}'.encode(), None):
            if raw is None:
                del self.provider.raw[itself]
            else:
                self.provider.raw[itself] = (200, raw)
            self.hear(by, "GET", "/masuk/penyedia")
        for state in (
            WRONG["a wrong session"],
            parse_qs(urlsplit(self.heard[-1].answer.headers["location"]).query)["state"][0],
        ):
            self.hear(by, "GET", f"/masuk/penyedia/kembali?code={WRONG['a code of the provider']}&state={state}")

    def _form(self, path: str, fields: dict[str, str], origin: str = "") -> None:
        by = self.caller()
        answer = by.form(path, fields, **({"Origin": origin} if origin else {}))
        self.heard.append(Heard(f"POST {path}", answer))

    def _every_address(self) -> None:
        """Ask every address with values in its parts, its query and its headers, as a stranger and as somebody."""
        query = (
            f"kunci={WRONG['a wrong key']}&cari={PERSONAL['NIK']}&pesan={PERSONAL['number']}&bahasa={PERSONAL['mail']}"
        )
        headers = {
            "User_Agent": ALL,
            "Referer": f"https://jahat.example/?x={WRONG['a wrong receipt']}",
            "X_Forwarded_For": PERSONAL["number"],
        }
        strange = self.caller()
        strange.cookies[COOKIE] = WRONG["a wrong session"]
        for route in served():
            path = PART.sub(WRONG["a wrong invitation"], route.path)
            if "GET" in route.methods and route.path not in ENDLESS:
                for by in (strange, self.admin):
                    self.hear(by, "GET", f"{path}?{query}", **headers)
            if "POST" in route.methods and route.path not in ("/keluar", "/lapor"):
                path = PART.sub(PERSONAL["NIK"], route.path)
                kind = JSON if path.startswith("/v1/") else FORM
                body = f"csrf={WRONG['a wrong session']}&x={ALL}".encode()
                self.hear(self.admin, "POST", f"{path}?{query}", body, **kind)

    def _broken_requests(self) -> None:
        """Send what is no HTTP, with values in it."""
        for raw in (
            f"GET /{ALL} HTTP/9.9\r\n",
            f"{ALL}\r\n\r\n",
            f"POST /lapor HTTP/1.1\r\nContent-Length: {ALL}\r\n\r\n",
        ):
            with socket.create_connection(("127.0.0.1", self.running.port), timeout=GENEROUS) as wire:
                wire.sendall(raw.encode())
                wire.shutdown(socket.SHUT_WR)
                told = b"".join(iter(lambda wire=wire: wire.recv(4096), b""))  # type: ignore[misc]
            self.heard.append(Heard("no HTTP", Answer(400, {}, told.decode("utf-8", "replace"))))

    async def _poison(self) -> None:
        """Put onto the bus what nobody can process, as whoever has a service's password could."""
        bus = await self.bus("pages")
        for headers in ({"ce-type": "report.filed"}, {"ce-type": "report.filed", "ce-dataschema": "x"}, {}):
            await bus.js.publish("report.filed.35.23.00", POISON.encode(), headers=headers)
        await bus.close()

    async def _commands(self) -> None:
        """Run every command that only looks, the file import, and the backup."""
        file = self.running.data.parent / "rekap.csv"
        cells = (TEXT.replace(";", ","), PERSONAL["name"], PERSONAL["number"], PERSONAL["NIK"], PERSONAL["plate"])
        head = "Uraian Kejadian;Pelapor;No HP;NIK;Nopol;Tanggal Kejadian\n"
        file.write_text(f"{head}{';'.join(cells)};31/02/2025\n{';'.join(cells)};\n", encoding="utf-8")
        await self.office("file", str(file), "--url", self.running.url, "--json")
        await self.office("file", str(file), "--url", self.running.url, "--key", WRONG["a wrong key"])
        for words in (
            "doctor",
            "key list",
            "person list",
            "person sessions admin-uji",
            "reconcile --json --wait 0",
            "audit verify --json",
            "audit export",
            "deadletters list --json",
            "deadletters list",
            "rota show --json",
            "silence list --json",
            "policy check --json",
            f"backup {self.running.data.parent / 'salinan.backup'}",
        ):
            await self.office(*words.split())
        await self.office("person", "erase", "-", "--reason", "surat 1/2026", told=f"{PERSONAL['number']}\n")


def _photograph() -> bytes:
    """A photograph as a telephone writes it: with who took it, and where."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x013B], exif[0x010E] = PERSONAL["name"], f"{PERSONAL['number']} {PERSONAL['mail']}"
    exif[0x0112] = 6  # turned: what a reader of it must look at
    Image.new("RGB", (64, 48), "grey").save(out, "JPEG", exif=exif)
    return out.getvalue()


def settings(sink: Sink, mail: FakeSmtp, provider: SmallProvider) -> tuple[dict[str, str], dict[str, str]]:
    """Give the environment of the installation, and what of it is secret, by name."""
    made = {
        name: f"{name}-{secrets.token_hex(20)}"
        for name in ("induk", "segel", "penyedia", "surat", "sms", "siladeni", "kepala")
    }
    hook = base64.b64encode(secrets.token_bytes(32)).decode()
    told = {
        "LOG_LEVEL": "DEBUG",
        "SECRET": made["induk"],
        "MASTER_KEY": made["segel"],
        "OIDC_ISSUER": provider.url,
        "OIDC_CLIENT": CLIENT,
        "OIDC_CLIENT_SECRET": made["penyedia"],
        "SILADENI_KEY": made["siladeni"],
        "CHANNEL_EMAIL_HOST": "127.0.0.1",
        "CHANNEL_EMAIL_PORT": str(mail.port),
        "CHANNEL_EMAIL_SECURITY": "none",
        "CHANNEL_EMAIL_SENDER": "siaga@tuban.example",
        "CHANNEL_EMAIL_USERNAME": "siaga",
        "CHANNEL_EMAIL_PASSWORD": made["surat"],
        "CHANNEL_WEBHOOK_SECRET": f"whsec_{hook}",
        "CHANNEL_SMS_GATEWAY_URL": f"{sink.url}/SMS/-/gateway",
        "CHANNEL_SMS_GATEWAY_SECRET": made["sms"],
        "CHANNEL_SMS_GATEWAY_HEADERS": json.dumps({"Webhook-Id": "sms", "Authorization": made["kepala"]}),
    }
    environment = {f"KENTONGAN_{name}": value for name, value in told.items()} | {"PYTHONPATH": str(BREAKING)}
    named = {"the secret": "induk", "the master": "segel", "the provider's secret": "penyedia"}
    named |= {
        "the header for the gateway": "kepala",
        "the mail password": "surat",
        "the gateway's secret": "sms",
        "the key of Siladeni": "siladeni",
    }
    return environment, {**{name: made[short] for name, short in named.items()}, "the webhooks' secret": hook}
