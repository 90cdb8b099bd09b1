"""README's story, end to end: one report, the right offices told, chased until somebody has answered."""

from uuid import uuid4

from schemas.records.incidents import Judgement
from schemas.records.reports import Report, ReportSource
from schemas.vocabulary import Role
from services.sources.kept import opened
from services.sources.queries import wrapped_key
from tests.house import SOKO, House, institutions

CLASH = "Ds. Mentoro Kec. Soko: dua kelompok pemuda perguruan silat saling lempar batu, 80 orang, 3 orang luka"
COORDINATOR = ("KESBANG", Role.COORDINATOR)


async def test_one_report_from_post_to_a_settled_incident(house: House) -> None:
    key = await house.key("piket-soko", Role.REPORTER, reliability="B")
    body = {"id": str(uuid4()), "text": CLASH, "kecamatan": SOKO, "basis": "saw"}
    filed = await house.call("POST", "/v1/reports", body, key=key)
    assert filed.status == 202
    assert set(filed.body) == {"id", "receipt", "accepted_at", "status_url"}
    await house.settle()

    incident = house.incident_of(body["id"])
    assert (incident.issue, incident.form, incident.kecamatan, incident.desa) == (
        "SLT",
        "BENTROK",
        SOKO,
        "35.23.11.2010",
    )
    lead = house.expect_alert("POLRES", duty="lead", reason="opened")
    house.expect_alert("POLSEK", duty="support", reason="opened")
    house.expect_alert("DINKES", duty="inform", reason="opened")
    assert lead.data["reports"] == [body["id"]]
    assert (lead.data["level"], lead.data["place"]["desa_name"]) == ("TINGGI", "Mentoro")
    assert lead.data["url"] == f"{house.url}/peristiwa/{incident.id}"

    async def status() -> str:
        told = await house.call("GET", f"/v1/reports/{body['id']}?receipt={filed.body['receipt']}")
        return str(told.body["status"])

    assert await status() == "Diteruskan"
    house.news()
    await house.forward(minutes=8)
    house.expect_alert("POLRES", duty="lead", reason="reminder")
    await house.forward(minutes=7)
    house.expect_alert("KASATINTEL", duty="support", reason="escalated")
    await house.act(incident.id, "acknowledgements", by="POLRES")
    assert await status() == "Ditindaklanjuti"
    await house.act(incident.id, "sitreps", by="POLRES", text="Regu di lokasi, massa bubar.")
    house.news()
    await house.forward(minutes=60)
    house.expect_silence()
    await house.close(incident.id, by=COORDINATOR, second=("POLRES", Role.VERIFIER), reason="Didamaikan di balai desa.")
    assert await status() == "Selesai"
    over = {(whom, reason) for whom, _, reason in house.told()}
    assert over == {(whom, "closed") for whom in ("POLRES", "POLSEK", "KORAMIL", "CAMAT", "KASATINTEL")}
    await house.forward(hours=24)
    house.expect_silence()


async def test_who_told_it_is_kept_apart_from_what_was_told(house: House) -> None:
    report = await house.file(CLASH, by="piket-soko", kecamatan=SOKO, contact="0812-0000-0000")
    [kept] = house.rows(Report)
    assert "piket-soko" not in str(kept.model_dump())
    assert "0812-0000-0000" not in str(kept.model_dump())
    [source] = house.rows(ReportSource, report_id=report)
    assert "piket-soko" not in str(source.model_dump())
    assert "0812-0000-0000" not in str(source.model_dump())
    known = opened(house.vault, source, house.ask(lambda session: wrapped_key(session, report)))
    assert known is not None
    assert (known.reporter, known.contact) == ("piket-soko", "0812-0000-0000")
    assert "0812-0000-0000" not in str([call.raw for call in house.sink.calls])


async def test_the_same_id_is_one_report_and_another_text_under_it_is_refused(house: House) -> None:
    key = await house.key("piket-soko", Role.REPORTER)
    body = {"id": str(uuid4()), "text": CLASH, "kecamatan": SOKO}
    first = await house.call("POST", "/v1/reports", body, key=key)
    house.clock.forward(days=3)
    again = await house.call("POST", "/v1/reports", body, key=key)
    assert again.body == first.body  # the same answer, days later
    other = await house.call("POST", "/v1/reports", body | {"text": "Lain."}, key=key)
    assert (other.status, other.headers["content-type"]) == (409, "application/problem+json")
    await house.settle()
    assert len(house.rows(Report)) == 1
    assert len([call for call in house.sink.calls if call.institution == "POLRES"]) == 1


async def test_the_machines_judgement_is_kept_with_its_reasons_and_the_words_that_gave_them(house: House) -> None:
    report = await house.file(CLASH, kecamatan=SOKO, basis="saw")
    [judgement] = house.rows(Judgement, report_id=report)
    reasons = house.incident_of(report).reasons
    assert sum(reason["points"] for reason in reasons) == house.incident_of(report).score
    hurt = next(reason for reason in reasons if reason["component"] == "korban")
    assert "luka" in "".join(CLASH[start:end] for start, end in hurt["spans"])
    assert judgement.by == "machine"


async def test_a_batch_and_an_export_take_the_same_way_as_one_report(house: House) -> None:
    key = await house.key("siladeni", Role.REPORTER)
    rows = [
        {"id": str(uuid4()), "text": CLASH.replace("Mentoro", desa), "basis": "saw"} for desa in ("Sokosari", "Rahayu")
    ]
    answer = await house.call("POST", "/v1/reports:batch", rows, key=key)
    assert answer.status == 200
    await house.settle()
    assert {row.id for row in house.rows(Report)} == {row["id"] for row in rows}
    assert "POLRES" in institutions(house.sink.calls)
