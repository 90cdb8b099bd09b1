"""The sample night of `kentongan up --demo`, lived through in one process under a clock that we hold.

Reports, people and rota are those of the demonstration; the clock stands at one instant, so that "4 minutes ago" is the
same in every picture and at every run. What the night itself does not bring is done here as people do it, by the pages'
own forms: a note, an ask, a meeting, a letter, a silence, a key.
"""

import asyncio
import contextlib
import io
import itertools
import json
import re
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

from sqlmodel import col, select

from schemas.records.alerts import Delivery
from schemas.records.incidents import Incident, Suggestion
from schemas.records.people import Person
from schemas.records.reports import Report
from schemas.records.warnings import EarlyWarning
from schemas.vocabulary import Role
from services.cli.people import prepare
from services.console.report.receipt import ticket
from services.console.web.sessions import COOKIE, veiled
from services.office import ormas
from services.policy.loader import default_folder, load_district
from services.runtime.settings import Settings
from services.security import auth
from services.security.accounts.invitations import invite
from services.security.auth import Identity, Receipts
from services.store.database import Store
from services.store.transaction import Transaction
from services.warnings.watcher import Watcher
from tests.house import SECRET, Clock, House, person_id
from tests.servers import NatsServer

HOST = "http://kentongan.example"  # what stands on posters and receipts; no such host is ever asked for
ADMIN = Identity("admin", "Admin", Role.ADMIN)
STEP = 0x9E3779B97F4A7C15F39CC0605CEDC835  # odd, so that numbers of incidents differ from their first digit on
TRIES = 20
MINUTES = 4  # since the last report: the first answers are still waited for
PLACES = {  # the incidents that pictures are taken of: kecamatan and issue
    "kerek": ("35.23.08", "AGR"),
    "soko": ("35.23.11", "SLT"),
    "bangilan": ("35.23.03", "SLT"),
    "semanding": ("35.23.15", "AGM"),
    "senori": ("35.23.05", "DES"),
    "rengel": ("35.23.14", "EKO"),
    "jenu": ("35.23.12", "IND"),
    "grabagan": ("35.23.20", "MHS"),
    "plumpang": ("35.23.17", "MHS"),
}
NOTE = {
    "subject": "Rencana penolakan rumah ibadah",
    "issue": "AGM",
    "classification": "2",
    "source": "Perangkat kelurahan",
    "relation": "Melihat spanduk",
    "how": "Wawancara",
    "obtained": "2026-11-23T19:00",
    "reliability": "B",
    "credibility": "2",
    "facts": "Pukul 16.00 spanduk dipasang di tepi jalan.\nPukul 18.00 sekitar 20 warga berkumpul, lalu pulang.",
    "opinion": "Kemungkinan ada pertemuan warga besok malam.",
    "to_KODIM": "1",
    "to_KEJARI": "1",
}
ORMAS = (
    ("Nomor SKT", "Nama Ormas", "Status", "Alamat"),
    ("123/2020", "Perguruan Tapak Angin", "aktif", "Kec. Soko"),
    ("124/2020", "Karang Taruna Melati", "aktif", "Kec. Rengel"),
    ("125/2021", "Paguyuban Nelayan Bahari", "tidak aktif", "Kec. Palang"),
)


class SampleNight(House):
    """The whole system on the sample night."""

    def __init__(self, folder: Path, nats: NatsServer) -> None:
        """Prepare an installation in `folder` as `up --demo` does at its first start."""
        database = f"sqlite:///{folder / 'kentongan.db'}"
        super().__init__(load_district(default_folder()), nats, database, people=lambda _: [])
        self.settings = self.settings.model_copy(update={"sample": True, "data": folder, "base_url": HOST})
        self.names: dict[str, str] = {}  # what addresses of pages are filled with
        self._folder = folder
        self._cookies: dict[str, str] = {}
        _prepare(database, self.settings)

    async def live(self) -> None:
        """File the day and the year, let them take their course, and do what people do."""
        await self._file()
        found = {name: self._incident(*where) for name, where in PLACES.items()}
        self.names.update({name: one.id for name, one in found.items()})
        await self._answer()
        await self._office()
        await self._settings()
        await self.look()
        self._rest(found)

    async def cookie(self, login: str) -> str:
        """Give the session of one of the sample people."""
        if login not in self._cookies:
            opened = await self.store.write(
                lambda tx: auth.open_session(tx, tx.session.get_one(Person, person_id(login)))
            )
            self._cookies[login] = opened
        return self._cookies[login]

    async def send(self, login: str, path: str, **fields: str) -> str:
        """Send a form of a page as one of the sample people; gives where it leads."""
        status, body, leads = await self._post(login, path, fields)
        assert status == HTTPStatus.SEE_OTHER, (path, status, re.sub(r"<[^>]+>|\s+", " ", body)[:2000])
        return leads

    async def _post(self, login: str, path: str, fields: dict[str, str]) -> tuple[int, str, str]:
        cookie = await self.cookie(login)
        sent = {**fields, "csrf": veiled(auth.form_token(SECRET, cookie))}
        headers = {"Cookie": f"{COOKIE}={cookie}"}
        async with self.client.post(path, data=sent, headers=headers, allow_redirects=False) as answer:
            return answer.status, await answer.text(), answer.headers.get("location", "")

    # -- the night -------------------------------------------------------------------------------------------------

    async def _file(self) -> None:
        key = await self.key("demo", Role.REPORTER, reliability="B")
        lines = (self._folder / "demo-reports.jsonl").read_text(encoding="utf-8").splitlines()
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson"}
        for first in range(0, len(lines), 200):
            body = "\n".join(lines[first : first + 200])
            for _ in range(TRIES):  # a busy machine's bus may be late; ids make it harmless to send again
                async with self.client.post("/v1/reports:batch", data=body.encode(), headers=headers) as answer:
                    told = [json.loads(line) for line in (await answer.text()).splitlines()]
                if answer.status == 200 and all(one["status"] in (200, 202) for one in told):
                    break
            else:
                raise AssertionError(told)
            await self.settle()
        await self.forward(minutes=1)
        await Watcher(self.store, lambda: self.district, self.notify.desk.instance).look()
        await self.settle()
        await self.forward(minutes=MINUTES - 1)

    async def _answer(self) -> None:
        """Let a few institutions answer; whoever leads the worst is still silent."""
        soko, rengel = (f"/peristiwa/{self.names[name]}" for name in ("soko", "rengel"))
        await self.send("polres", f"{soko}/terima")
        await self.send("polres", f"{soko}/lapjut", text="Massa sudah bubar, 12 personel berjaga di balai desa.")
        await self.send("kodim", f"{soko}/terima")
        await self.send(
            "koordinator", f"{rengel}/tutup", outcome="settled", reason="Pupuk sudah dibagikan, warga pulang."
        )
        await self.settle()

    async def _office(self) -> None:
        note = await self.send("polres", "/li", **NOTE)
        wish = {"kind": "clarify", "institution": "KODIM", "text": "Mohon penjelasan pergerakan massa dari Bojonegoro."}
        await self.send("koordinator", "/permintaan", **wish, due="2026-11-24T09:00", incident=self.names["soko"])
        meeting = await self.send(
            "koordinator", "/rapat", kind="rapat", title="Rapat Kominda", place="Ruang rapat Bakesbangpol",
            starts_at="2026-11-23T22:00",
        )  # fmt: skip
        there = {"of0": "KESBANG", "name0": "Ratna Wijayanti", "post0": "Koordinator piket"}
        there |= {"of1": "POLRES", "name1": "Arif Setyabudi", "post1": "Kanit Sosbud"}
        await self.send("koordinator", f"{meeting}/hadir", **there)
        await self.send("koordinator", f"{meeting}/risalah", minutes="Dibahas keadaan Soko dan Kerek.")
        decided = {"text": "Mediasi dua perguruan di Soko", "institution": "POLRES", "due": "2026-11-27T12:00"}
        await self.send("koordinator", f"{meeting}/putusan", **decided)
        soko = self.names["soko"]
        lists = ormas.read_list(ORMAS).rows

        def register(tx: Transaction) -> None:
            ormas.put_list(tx, "office", lists)
            tx.put(Incident, [{"id": soko, "parties": ["Tapak Angin Soko", "warga"]}])

        await self.store.write(register)
        linked = {"incident": soko, "party": "Tapak Angin Soko", "number": "123/2020", "letter": "c"}
        await self.send("koordinator", "/ormas", **linked)
        letter = await self.send(
            "koordinator", "/ormas/rujukan", number="123/2020", to="Menteri Dalam Negeri melalui Gubernur Jawa Timur",
            letter="c", institution="KESBANG", text="Peristiwa berulang di Kecamatan Soko, dua kali dalam satu malam.",
        )  # fmt: skip
        self.names |= {"note": _last(note), "meeting": _last(meeting), "letter": _last(letter)}

    async def _settings(self) -> None:
        wish = {"issue": "UNR", "hours": "4", "reason": "Unjuk rasa tertib, aparat sudah di lokasi."}
        _, page, _ = await self._post("koordinator", "/redam/periksa", wish)
        hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
        await self.send("koordinator", "/redam", **{name: value for name, value in hidden if name != "csrf"})
        key = {
            "name": "Aplikasi laporan desa",
            "role": "reporter",
            "institution": "",
            "reliability": "B",
            "days": "365",
        }
        status, _, _ = await self._post("admin", "/pengaturan/kunci", key)
        assert status == HTTPStatus.OK

    def _rest(self, found: dict[str, Incident]) -> None:
        """Name what else addresses need: a receipt, a message's button, a warning, an invitation, a pair."""
        receipts = Receipts(SECRET)

        def code(name: str) -> str:
            return ticket(UUID(self._first_report(found[name].id).id), receipts).code

        self.names |= {"open": code("soko"), "closed": code("rengel")}
        self.names["report"] = self._first_report(found["soko"].id).id
        asked = select(Delivery).where(Delivery.incident_id == self.names["kerek"], Delivery.channel == "email")
        delivery = self.ask(lambda session: session.exec(asked.order_by(col(Delivery.id))).first())
        assert delivery is not None
        self.names["button"] = auth.answer_token(SECRET, delivery.id)
        warnings = self.rows(EarlyWarning)
        self.names["warning"] = min(warnings, key=lambda one: (one.kind != "rise", one.id)).id
        self.names["invitation"] = self.write(lambda tx: invite(tx, ADMIN, person_id("kodim")))
        self.names["person"] = person_id("polres")
        pair = min(self.rows(Suggestion, state="open"), key=lambda one: one.id)
        self.names |= {"pair": f"{pair.incident_id}.{pair.id}"}

    # -- finding ---------------------------------------------------------------------------------------------------

    def _incident(self, kecamatan: str, issue: str) -> Incident:
        found = self.rows(Incident, kecamatan=kecamatan, issue=issue, state="open")
        return max(found, key=lambda one: (one.level, one.reports, one.id))

    def _first_report(self, incident: str) -> Report:
        return min(self.rows(Report, incident_id=incident), key=lambda one: (one.filed_at, one.id))


def _last(address: str) -> str:
    return address.partition("?")[0].rsplit("/", 1)[1]


def _prepare(database: str, settings: Settings) -> None:
    """Make the tables, add the sample people and lay out their reports, saying nothing."""
    store = Store(database, Clock())
    try:
        store.upgrade()
        with contextlib.redirect_stdout(io.StringIO()):
            prepare(store, settings, demo_day=True)
    finally:
        store.close()


@contextlib.asynccontextmanager
async def sample_night(folder: Path) -> AsyncIterator[SampleNight]:
    """Give the sample night, lived through and running; its incidents have the same numbers at every run."""
    nats = await asyncio.to_thread(NatsServer(folder / "nats").start)
    numbers = itertools.count(1)
    try:
        with patch("services.triage.worker.new_id", lambda _at: str(UUID(int=next(numbers) * STEP % 2**128))):
            async with SampleNight(folder, nats) as house:
                await house.live()
                yield house
    finally:
        nats.kill()
