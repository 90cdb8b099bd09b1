"""A reporter adds to the own report from its page: joined for certain, on the real bus, whatever the words say."""

import re
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest

from schemas.records.incidents import Suggestion
from schemas.records.reports import Report
from schemas.vocabulary import Level, Role
from schemas.words.explanations import explained
from services.console.report.receipt import ticket
from services.security.auth import Receipts
from services.sources import subject
from tests.house import SECRET, SEMANDING, SOKO, Answer, House

CLASH = "Bentrok dua kelompok pesilat di Ds. Mentoro Kec. Soko, massa 40 orang, 3 luka"
OTHER = "Bentrok dua kelompok pesilat di Ds. Prunggahan Kulon Kec. Semanding, massa 50 orang, 4 luka"
COORDINATOR = ("KESBANG", Role.COORDINATOR)


def code_of(report: str) -> str:
    return ticket(UUID(report), Receipts(SECRET)).code


async def add(house: House, report: str, text: str = "", kind: str = "update", **fields: str) -> Answer:
    """Send the form of a report's page, as a browser without scripts does."""
    form = urlencode({"text": text, "kind": kind, "id": str(uuid4()), **fields}).encode()
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": house.url}
    path = f"{house.url}/status/{code_of(report)}"
    async with house.client.post(path, data=form, headers=headers, allow_redirects=False) as told:
        answer = Answer(told.status, await told.text(), {name.lower(): value for name, value in told.headers.items()})
    await house.settle()
    return answer


def added(house: House, report: str) -> list[Report]:
    return sorted(house.rows(Report, follows=report), key=lambda one: one.filed_at)


async def test_what_changed_joins_the_incident_of_the_first_report(house: House) -> None:
    first = await house.file_with(None, CLASH)
    await house.file_with(None, OTHER)  # a brawl as live as the own, which the words may mean as well
    house.clock.forward(minutes=20)
    answer = await add(house, first, "korban bertambah dua")
    assert answer.status == 303
    [report] = added(house, first)
    incident = house.incident_of(first)
    assert (report.incident_id, report.told["follows_as"]) == (incident.id, "update")
    assert incident.reports == 2
    page = await house.call("GET", f"/status/{code_of(first)}")
    assert "korban bertambah dua" in page.body
    assert "Perkembangan" in page.body


@pytest.mark.parametrize(
    "text",
    [
        "ada lagi ribut di Kec. Semanding",  # another kecamatan is named
        "pasar buka seperti biasa, cuaca cerah",  # no word of trouble
        "kejadian lain, beda dengan yang tadi",  # says itself that it is another one
        "x",
    ],
)
async def test_it_is_joined_whatever_its_words_are(house: House, text: str) -> None:
    first = await house.file_with(None, CLASH)
    await house.file_with(None, OTHER)
    await add(house, first, text)
    [report] = added(house, first)
    assert report.incident_id == house.rows(Report, id=first)[0].incident_id
    assert house.rows(Suggestion) == []  # nobody is asked what is certain


async def test_worse_news_raises_the_level_and_is_told(house: House) -> None:
    first = await house.file(CLASH)
    incident = house.incident_of(first)
    assert incident.level == Level.TINGGI
    house.news()
    await add(house, first, "2 orang tewas")
    assert house.incident_of(first).level == Level.KRITIS
    assert ("POLRES", "lead", "raised") in house.told()


@pytest.mark.parametrize(
    ("kind", "text", "asked"),
    [
        ("all_clear", "massa sudah bubar", "check_lowering_calm"),
        ("all_clear", "", "check_lowering_calm"),
        ("retraction", "", "check_lowering_denied"),
        ("retraction", "ternyata anak-anak latihan silat", "check_lowering_denied"),
        ("retraction", "keliru, bukan luka tapi 5 orang tewas", "check_lowering_denied"),
    ],
)
async def test_what_lowers_is_proposed_to_a_person_and_lowers_nothing_by_itself(
    house: House, kind: str, text: str, asked: str
) -> None:
    first = await house.file_with(None, CLASH)
    before = house.incident_of(first).level
    await add(house, first, text, kind)
    incident = house.incident_of(first)
    assert asked in incident.missing
    assert incident.level >= before
    assert explained(asked, "en") != asked


async def test_a_correction_of_the_place_is_asked_about(house: House) -> None:
    first = await house.file_with(None, CLASH)
    await add(house, first, "Bukan di Mentoro, di Ds. Sokosari Kec. Soko", "correction")
    assert any(one.startswith("check_place_corrected") for one in house.incident_of(first).missing)


async def test_it_confirms_nothing_that_its_own_reporter_told(house: House) -> None:
    """By a handle of its own it would count as a second source, and raise how sure the first is."""
    first = await house.file_with(None, CLASH, contact="+6281200000001")
    before = house.incident_of(first)
    await add(house, first, "massa masih saling lempar batu di Mentoro, 3 luka")
    after = house.incident_of(first)
    assert (after.sources, after.confidence, after.rating[1]) == (before.sources, before.confidence, before.rating[1])


@pytest.mark.parametrize(("by", "handling"), [("Pos Soko", "send"), (None, "verify_first")])
async def test_who_stood_for_the_first_stands_for_what_is_added(house: House, by: str | None, handling: str) -> None:
    """Without it the worse half of a named report would wait to be verified, since the phone had no session."""
    quiet = "Warga kumpul di balai desa Mentoro Kec. Soko protes batas tanah, 10 orang"
    first = await (house.file(quiet, by=by) if by else house.file_with(None, quiet))
    before = house.incident_of(first)
    await add(house, first, "jalan raya diblokir warga, massa 150 orang")
    after = house.incident_of(first)
    assert (before.handling, after.handling, after.level > before.level) == (handling, handling, True)


async def test_it_follows_the_first_into_what_that_was_merged_into(house: House) -> None:
    first, other = await house.file(CLASH), await house.file(OTHER, by="lain")
    into = house.incident_of(other).id
    merged = await house.act(house.incident_of(first).id, "merges", by=COORDINATOR, into=into, reason="satu")
    if merged.status == 200 and house.incident_of(first).state != "merged":
        await house.agree(house.incident_of(first).id, by=("POLRES", Role.VERIFIER))
    assert house.incident_of(first).merged_into == into
    await add(house, first, "massa sudah bubar", "all_clear")
    [report] = added(house, first)
    assert report.incident_id == into


async def test_it_follows_the_first_weeks_later(house: House) -> None:
    """Likeness looks at incidents of fourteen days; a receipt has no end."""
    first = await house.file_with(None, CLASH)
    house.clock.forward(days=40)
    await add(house, first, "laporan saya keliru", "retraction")
    [report] = added(house, first)
    assert report.incident_id == house.rows(Report, id=first)[0].incident_id


async def test_first_and_added_at_once_are_one_incident(house: House) -> None:
    """Both wait on the bus and come in one batch, each naming another kecamatan."""
    first = str(uuid4())
    told = await house.call("POST", "/v1/reports", {"id": first, "text": CLASH})
    more: dict[str, Any] = {"follows": first, "follows_receipt": told.body["receipt"], "follows_as": "update"}
    answer = await house.call("POST", "/v1/reports", {"text": "50 orang datang", "kecamatan": SEMANDING, **more})
    assert (told.status, answer.status) == (202, 202)
    await house.settle()
    [report] = added(house, first)
    assert report.incident_id == house.rows(Report, id=first)[0].incident_id
    assert house.incident_of(first).kecamatan == SOKO


async def test_what_is_added_to_a_report_that_is_on_its_way_waits_for_it(house: House) -> None:
    """Another worker may have the first still; likeness would open an incident of its own meanwhile."""
    first = str(uuid4())
    receipt = Receipts(SECRET).issue(UUID(first))
    more: dict[str, Any] = {"follows": first, "follows_receipt": receipt}
    answer = await house.call("POST", "/v1/reports", {"text": "mereka bubar", **more})
    assert answer.status == 202
    told = await house.call("POST", "/v1/reports", {"id": first, "text": CLASH})
    assert told.status == 202
    await house.settle()
    [report] = added(house, first)
    assert report.incident_id == house.rows(Report, id=first)[0].incident_id


async def test_an_exercise_is_added_to_as_an_exercise(house: House) -> None:
    first = await house.file(CLASH, exercise=True)
    await add(house, first, "2 orang tewas")
    [report] = added(house, first)
    assert (report.exercise, report.incident_id) == (True, house.rows(Report, id=first)[0].incident_id)


async def test_sending_twice_is_one(house: House) -> None:
    first, id_ = await house.file_with(None, CLASH), str(uuid4())
    answers = [await add(house, first, "massa bubar", id=id_) for _ in range(2)]
    assert {one.headers["location"] for one in answers} == {answers[0].headers["location"]}
    assert len(added(house, first)) == 1
    assert house.incident_of(first).reports == 2


async def test_what_was_added_has_a_receipt_and_a_page_of_its_own(house: House) -> None:
    first = await house.file_with(None, CLASH)
    answer = await add(house, first, "massa bubar")
    page = await house.call("GET", answer.headers["location"])
    number, key = re.search(r"<b>([0-9A-F]{4}-[0-9A-F]{4})</b>.*?<b>([A-Z2-7]{4}-[A-Z2-7]{4})</b>", page.body).groups()
    form = urlencode({"number": number, "key": key}).encode()
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": house.url}
    async with house.client.post(f"{house.url}/status", data=form, headers=headers, allow_redirects=False) as told:
        assert (told.status, told.headers["location"]) == (303, f"/status/{code_of(added(house, first)[0].id)}")


async def test_who_is_given_or_erased_what_is_kept_of_him_has_what_he_added_with_it(house: House) -> None:
    """It was filed without a name, so by a search for the person alone it would be found by nobody."""
    key = await house.key("Sumarni", Role.REPORTER)
    first = await house.file_with(key, CLASH, contact="Sumarni Lestari, 081200000077")
    await add(house, first, "massa bubar. Hubungi Sumarni, nomor lama 081299999977")
    found = house.ask(lambda session: subject.find(session, house.vault, "081200000077"))
    assert found.reports == (first,)
    [told] = house.ask(lambda session: subject.export(session, house.vault, found))["reports"]
    assert [one["text"] for one in told["added"]] == ["massa bubar. Hubungi Sumarni, nomor lama 081299999977"]
    await house.store.write(lambda tx: subject.erase(tx, house.vault, found, "office", "surat"))
    [report] = added(house, first)
    assert "massa bubar" in report.text
    assert "Sumarni" not in report.text
    assert "081299999977" not in report.text
