"""Whatever shows an incident of Rahasia or above leaves a line: which route, who, how many, which. Exports say so."""

import asyncio
import csv
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from xml.etree import ElementTree as ET

import aiohttp
import pytest
from sqlmodel import select

from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident
from schemas.vocabulary import Classification, Role
from services.cli.main import main
from services.console.app import create_app
from services.console.dependencies import Deps
from services.console.read_log import MOST
from services.policy.versions import Rules
from services.security.auth import Identity
from services.store.database import StoreUnavailable
from tests.console.caller import Caller
from tests.console.desk import Desk
from tests.console.night import DISTRICT, SECRET, Clock
from tests.console.test_events import COORDINATOR, heard, verify
from tests.servers import GENEROUS, end_tasks

SECRET_ONE = "bomb"  # its issue is told to named persons only
CLASSIFIED = ("SANGAT_RAHASIA", "RAHASIA")
# Every address that is read, and what is asked of it; None with a reason: it gives nothing of a case.
READS: dict[str, str | None] = {
    "/v1/incidents": "/v1/incidents",
    "/v1/incidents.csv": "/v1/incidents.csv",
    "/v1/incidents.geojson": "/v1/incidents.geojson",
    "/v1/incidents/{id}.cap.xml": "/v1/incidents/{id}.cap.xml",
    "/v1/incidents/{id}": "/v1/incidents/{id}",
    "/": "/",
    "/potongan/peristiwa": "/potongan/peristiwa",
    "/peristiwa/{id}": "/peristiwa/{id}",
    "/p/{id}": "/p/{id}",
    "/peristiwa/{id}/foto/{photo}": "/peristiwa/{id}/foto/0123456789abcdef0123456789abcdef",
    "/serah-terima": "/serah-terima",
    "/utang": "/utang?instansi=POLRES",
    "/peta": "/peta?kecamatan=35.23.17",
    "/borongan/dilihat": "/borongan/dilihat?p.{id}=1",
    "/borongan/beda": "/borongan/beda?p.{id}=1",
    "/peristiwa/{id}/sumber/{report}": None,  # writes down who opened a source and why: tests of its own room
    # Papers leave by one door (services/console/office/printing.py), which writes down and marks what is Rahasia and above.
    **dict.fromkeys(["/li/{id}", "/li/{id}/{kind}", "/rujukan/{id}", "/rujukan/{id}/{kind}"]),
    **dict.fromkeys(["/rapat/{id}", "/rapat/{id}/{which}", "/rapat/{id}/{which}/{kind}"]),
    **dict.fromkeys([f"/laporan-berkala{rest}" for rest in ("", "/{kind}/{key}", "/{kind}/{key}/{file}")]),
    **dict.fromkeys([f"/kerukunan{rest}" for rest in ("", "/{month}", "/{month}/{kind}")]),  # issues of the forum's own
    # Lists of papers, meetings and organisations: of issues that may be spoken of openly.
    **dict.fromkeys(["/li", "/rapat", "/ormas", "/ormas/satu", "/permintaan", "/permintaan/{id}", "/kantor"]),
    # Counts, and warnings about places: no incident.
    **dict.fromkeys(
        [
            "/angka",
            "/angka.csv",
            "/angka.xlsx",
            "/angka-umum",
            "/angka-umum/{kind}",
            "/v1/warnings",
            "/v1/warnings/places",
        ]
    ),
    **dict.fromkeys(
        ["/v1/warnings/{id}", "/peringatan", "/peringatan/{id}", "/peringatan/kalender", "/peringatan/rekap"]
    ),
    **dict.fromkeys(["/peringatan/setahun", "/peringatan/tanda", "/peringatan/tempat"]),
    # People, keys and settings; help; what is hung up or given to everybody.
    **dict.fromkeys(
        [f"/pengaturan{rest}" for rest in ("", "/kunci", "/orang", "/orang-tabel", "/orang/{id}", "/periksa")]
    ),
    **dict.fromkeys(["/pengaturan/saluran", "/undangan/{token}", "/istilah", "/panduan", "/panduan/{role}", "/poster"]),
    **dict.fromkeys(["/poster/{code}", "/poster/{code}/qr.svg", "/standar-pelayanan", "/standar-pelayanan/{kind}"]),
    "/survei/{code}": None,
    **dict.fromkeys(["/akun", "/akun/faktor/qr.svg"]),  # one's own account
    **dict.fromkeys(["/pengaturan/latihan", "/pengaturan/latihan/{id}"]),  # invented, and who has answered
    "/pengaturan/pesan": None,  # a list without words; reading one leaves `deadletter.read`
    "/peringatan/rekap.pdf": None,  # of warnings
    "/v1/events": None,  # streams: has a test of its own below
    "/terima/{token}": None,  # no more than a message carries: level, issue, kecamatan; nothing of a named issue
    "/v1/reports/{id}": None,  # one word of progress, to who filed it
    "/status": None,
    "/status/{code}": None,  # the same, by receipt
    "/status/{code}/qr.svg": None,
    "/v1/silences": None,  # rules and counts
    "/redam": None,
    "/v1/rota": None,  # who is on duty
    "/v1/rota/duty": None,
    "/v1/rota/gaps": None,
    "/piket": None,
    "/saya": None,  # one's own addresses
    "/saya/piket.ics": None,  # one's own shifts
    "/lapor": None,
    "/lapor/peta": None,  # outlines and names of places
    "/masuk": None,
    "/masuk/penyedia": None,
    "/masuk/penyedia/kembali": None,
    "/masuk/penyedia/keluar": None,
    "/static/{name}": None,
    "/sw.js": None,
    "/healthz": None,
    "/readyz": None,
    "/v1/openapi.json": None,
}


def routes(router: Any) -> Iterator[Any]:
    for route in router.routes:
        if hasattr(route, "path"):
            yield route
        else:
            yield from routes(route.original_router)


def test_every_address_that_is_read_stands_in_the_table() -> None:
    deps = Deps(store=Mock(), secret=SECRET, keys=Mock(), rules=Rules.fixed(DISTRICT), base_url="http://x")
    found = {route.path for route in routes(create_app(deps).router) if "GET" in (route.methods or ())}
    assert found == set(READS)


def lines(desk: Desk, after: int = 0) -> list[Journal]:
    query = select(Journal).where(
        Journal.seq > after, Journal.kind.in_(["incident.read", "incidents.read", "incidents.exported"])
    )  # type: ignore[attr-defined]
    return desk.store.read_now(lambda session: list(session.exec(query)))


def newest(desk: Desk) -> int:
    return max((line.seq for line in lines(desk)), default=0)


def soon(desk: Desk, after: int) -> list[Journal]:
    """Give what was written of a read; a quarter of a second is its own pause."""
    until = time.monotonic() + GENEROUS
    while not (found := lines(desk, after)):
        assert time.monotonic() < until, "no line was written"
        time.sleep(0.02)
    return found


@pytest.mark.parametrize("route", [route for route, path in READS.items() if path])
def test_a_read_of_a_secret_incident_leaves_one_line(desk: Desk, person: Callable[..., Caller], route: str) -> None:
    reader, id_ = person("ratna"), desk.ids[SECRET_ONE]
    before = newest(desk)
    reader.get(str(READS[route]).replace("{id}", id_))
    [line] = soon(desk, before)
    assert line.actor == "ratna"
    told = [line.incident_id] if line.kind == "incident.read" else line.data["ids"]
    assert told.count(id_) == 1
    assert line.data["classification"] in CLASSIFIED
    if line.kind != "incident.read":
        assert (line.incident_id, line.data["count"] >= len(told)) == (None, True)
        assert all(desk.ids[name] not in told for name in ("protest", "clash"))  # what is not secret is not listed


LISTS = [route for route, path in READS.items() if path and "{id}" not in path and "borongan" not in path]


@pytest.mark.parametrize("route", LISTS)
def test_what_is_secret_by_its_second_issue_leaves_a_line_too(
    desk: Desk, person: Callable[..., Caller], route: str
) -> None:
    """Only the page of one incident looked at both of its issues; every list and export looked at the first."""
    id_ = secret_by_second_issue(desk)
    before = newest(desk)
    answer = person("ratna").get(str(READS[route]))
    assert answer.status == 200
    told = [one for line in soon(desk, before) for one in line.data["ids"]]
    assert told.count(id_) == 1


def secret_by_second_issue(desk: Desk) -> str:
    """Let the secret incident be about what is no secret first; gives its number."""
    id_ = desk.ids[SECRET_ONE]

    def act(tx: Any) -> None:
        one = tx.session.get_one(Incident, id_)
        one.issue, one.issue_secondary = "TAM", one.issue

    desk.write(act)
    return id_


def test_who_sees_nothing_secret_leaves_no_line(desk: Desk, person: Callable[..., Caller]) -> None:
    before = newest(desk)
    for path in ("/v1/incidents", "/", "/potongan/peristiwa"):
        assert person("dewi").get(path).status == 200
    person("ratna").get("/v1/incidents")  # in the same order of writing: what came before it is written before it
    assert {line.actor for line in soon(desk, before)} == {"ratna"}


async def test_what_an_event_stream_tells_is_written_down(desk: Desk, person: Callable[..., Caller]) -> None:
    cookies = (await asyncio.to_thread(person, "ratna")).cookies
    async with aiohttp.ClientSession(cookies=cookies) as session, session.get(f"{desk.url}/v1/events") as answer:
        await heard(answer.content, "hello")
        before = newest(desk)
        verify(desk, SECRET_ONE)
        await heard(answer.content, "incident")
    found = await asyncio.to_thread(soon, desk, before)
    assert [(line.actor, line.data["what"], line.data["ids"]) for line in found] == [
        ("ratna", "events", [desk.ids[SECRET_ONE]])
    ]


def test_many_reads_are_one_transaction(desk: Desk, person: Callable[..., Caller]) -> None:
    """Reading stays fast: a reader does not wait for the writers, and forty reads are no forty commits."""
    reader = person("ratna")
    before = newest(desk)
    for _ in range(40):
        reader.get("/v1/incidents")
    until = time.monotonic() + GENEROUS
    while len(lines(desk, before)) < 40:
        assert time.monotonic() < until
        time.sleep(0.02)
    assert {line.data["count"] for line in lines(desk, before)} == {1}


# -- exports -----------------------------------------------------------------------------------------------------------


def test_every_row_of_an_export_says_who_took_it_when_and_its_number(desk: Desk, person: Callable[..., Caller]) -> None:
    reader = person("ratna")
    answer = reader.get("/v1/incidents.csv")
    [line] = lines(desk)
    mark = f"ekspor {line.seq}, Ratna Wijayanti (ratna), {Clock().now:%Y-%m-%dT%H:%M:%SZ}"
    rows = list(csv.DictReader(io.StringIO(answer.body)))
    assert rows[0]["export"] == "#meta+export"
    assert {row["export"] for row in rows[1:]} == {mark}
    assert answer.headers["x-export-number"] == str(line.seq)
    assert line.data["count"] == len(rows) - 1
    features = reader.get("/v1/incidents.geojson").json["features"]
    assert {one["properties"]["export"].split(",")[0] for one in features} == {f"ekspor {line.seq + 1}"}
    alert = ET.fromstring(reader.get(f"/v1/incidents/{desk.ids[SECRET_ONE]}.cap.xml").body)
    assert alert.findtext("{urn:oasis:names:tc:emergency:cap:1.2}note", "").startswith(f"ekspor {line.seq + 2}, Ratna")


def test_an_export_of_nothing_secret_is_numbered_too(desk: Desk, program: Callable[..., Caller]) -> None:
    assert program(Role.MEMBER, "POLRES").get("/v1/incidents.csv").status == 200
    [line] = lines(desk)
    assert (line.kind, line.data["ids"], line.data["count"] > 0) == ("incidents.exported", [], True)


async def test_what_cannot_be_written_down_waits_and_then_nothing_secret_is_shown(desk: Desk) -> None:
    deps = Deps(store=Mock(), secret=SECRET, keys=Mock(), rules=Rules.fixed(DISTRICT), base_url="")
    issue = next(code for code, one in DISTRICT.issues.items() if one.named_persons_only)
    named = Identity("ratna", "Ratna", Role.COORDINATOR, "KESBANG", clearance=4, named_for=(issue,))

    async def away(_act: object) -> None:
        raise StoreUnavailable("test")

    deps.store.write = away  # type: ignore[method-assign]
    secret, open_ = DISTRICT.issues[issue].classification, Classification.TERBATAS
    deps.reads.note(named, "list", [("i-1", secret)])
    with pytest.raises(StoreUnavailable):
        await deps.reads.flush()
    for number in range(MOST - 1):
        deps.reads.note(named, "list", [(f"i-{number}", secret)])
    with pytest.raises(StoreUnavailable):
        deps.reads.note(named, "list", [("one too many", secret)])
    deps.reads.note(COORDINATOR, "list", [("i-2", open_)])  # what is not secret is shown all the same
    await end_tasks([deps.reads._task])  # type: ignore[list-item]


# -- the office --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["backup", "{tmp}/b.jsonl.gz"], "backup.written"),
        (["audit", "export"], "audit.exported"),
        (["audit", "export", "{tmp}/inspektorat", "--no-bus"], "audit.exported"),
        (["learn"], "reports.read"),
    ],
)
def test_office_commands_that_give_case_data_leave_a_line(
    desk: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    kind: str,
) -> None:
    monkeypatch.setenv("KENTONGAN_STORE_URL", desk.store.url)
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
    main([word.replace("{tmp}", str(tmp_path)) for word in words])
    query = select(Journal).where(Journal.actor == "office", Journal.kind == kind)
    assert len(desk.store.read_now(lambda session: session.exec(query).all())) == 1
