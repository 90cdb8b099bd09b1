"""One report at the door: accepted once and for good, or refused by name."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from schemas.vocabulary import Role
from tests.ingest.door import NOON, Door

ID = "0197c3a4-6f0e-7000-8000-000000000001"


def test_a_report_is_accepted_with_what_the_reporter_keeps(door: Door) -> None:
    answer = door.file(id=ID, kecamatan="35.23.11", observed_at="2026-11-24T11:30:00+07:00", issue="SLT", killed=0)
    assert answer.status == 202
    assert answer.body == {
        "id": ID,
        "receipt": answer.body["receipt"],
        "accepted_at": "2026-11-24T05:00:00.000Z",
        "status_url": f"http://kentongan.test/v1/reports/{ID}",
    }
    filed = door.journal.only
    assert (filed.source.reporter, filed.source.institution, filed.source.channel) == ("key-Pos Soko", "POLSEK", "api")
    assert filed.report.observed_at == NOON - timedelta(minutes=30)


def test_a_report_without_an_id_is_given_one(door: Door) -> None:
    first, second = door.file(), door.file()
    assert UUID(first.body["id"]) != UUID(second.body["id"])


def test_the_same_report_again_days_later_gets_the_same_answer(door: Door) -> None:
    first = door.file(id=ID)
    door.now += timedelta(days=9)
    assert door.file(id=ID).body == first.body
    assert len(door.journal.kept) == 1


def test_the_same_report_many_times_at_once_is_one(door: Door) -> None:
    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(lambda _: door.file(id=ID), range(24)))
    assert {(answer.status, answer.raw) for answer in answers} == {(202, answers[0].raw)}
    assert len(door.journal.kept) == 1


def test_a_known_id_with_other_content_is_refused(door: Door) -> None:
    door.file(id=ID)
    answer = door.file(id=ID, text="Lain sama sekali.")
    assert (answer.status, answer.fields) == (409, ["id"])
    assert door.journal.only.report.text == "Dua kelompok pemuda saling lempar batu."


def test_a_known_id_from_another_reporter_is_refused(door: Door) -> None:
    door.file(id=ID)
    other = door.post("/v1/reports", {"id": ID, "text": door.journal.only.report.text}, key=door.key(name="Pos Rengel"))
    assert other.status == 409


def test_the_bus_away_is_503_and_nothing_is_kept(door: Door) -> None:
    door.journal.away = True
    answer = door.file(id=ID)
    assert (answer.status, answer.headers["retry-after"]) == (503, "2")
    assert answer.headers["content-type"] == "application/problem+json"
    assert door.journal.kept == {}
    door.journal.away = False
    assert door.file(id=ID).status == 202


def test_a_keyless_report_keeps_nothing_of_who_told_it(door: Door) -> None:
    assert door.post("/v1/reports", {"text": "Ada kumpulan massa."}, key=None).status == 202
    source = door.journal.only.source
    assert (source.reporter, source.name, source.institution, source.reliability) == ("anonymous", None, None, "F")


def test_a_keyed_report_may_be_anonymous(door: Door) -> None:
    assert door.file(anonymous=True).status == 202
    source = door.journal.only.source
    assert (source.reporter, source.name, source.institution) == ("anonymous", None, None)


def test_keyless_reports_are_limited_per_address_and_the_limit_passes(door: Door) -> None:
    statuses = [door.post("/v1/reports", {"text": "Ribut."}, key=None).status for _ in range(7)]
    assert statuses == [202] * 6 + [429]
    refused = door.post("/v1/reports", {"text": "Ribut."}, key=None)
    assert int(refused.headers["retry-after"]) == 600
    assert door.file().status == 202  # a key is counted by itself
    door.now += timedelta(minutes=10)
    assert door.post("/v1/reports", {"text": "Ribut."}, key=None).status == 202


def test_a_try_that_failed_on_our_side_does_not_count(door: Door) -> None:
    door.journal.away = True
    assert {door.post("/v1/reports", {"text": "Ribut."}, key=None).status for _ in range(10)} == {503}
    door.journal.away = False
    assert door.post("/v1/reports", {"text": "Ribut."}, key=None).status == 202


def test_a_wrong_key_is_401_even_where_none_is_needed(door: Door) -> None:
    for key in ("kt_wrong", "kt_e30.x", "x"):
        answer = door.post("/v1/reports", {"text": "Ribut."}, key=key)
        assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
    basic = door.post("/v1/reports", {"text": "Ribut."}, key=None, Authorization="Basic YTpi")
    assert basic.status == 401
    assert door.journal.kept == {}


def test_an_auditors_key_reads_only(door: Door) -> None:
    assert door.post("/v1/reports", {"text": "Ribut."}, key=door.key(Role.AUDITOR)).status == 403


def test_scripts_and_sql_are_kept_as_the_text_they_are(door: Door) -> None:
    text = "<script>alert('x')</script> '; DROP TABLE report; -- ${7*7} {{7*7}} %00 \x1b[31m"
    assert door.file(text=text).status == 202
    assert door.journal.only.report.text == text


def test_health_says_whether_a_report_would_be_promised(door: Door) -> None:
    assert door.request("GET", "/healthz").status == 200
    assert door.request("GET", "/readyz").status == 200
    door.journal.away = True
    assert door.request("GET", "/healthz").status == 200
    assert door.request("GET", "/readyz").status == 503


def test_openapi_tells_every_answer(door: Door) -> None:
    spec = door.request("GET", "/v1/openapi.json").body
    report = spec["paths"]["/v1/reports"]["post"]
    assert set(report["responses"]) == {"202", *["400", "401", "403", "408", "409", "413", "415", "422", "429", "503"]}
    schema = report["requestBody"]["content"]["application/json"]["schema"]
    assert schema["required"] == ["text"]
    assert schema["additionalProperties"] is False
    assert report["security"] == [{"key": []}, {}]
    assert spec["paths"]["/v1/reports:batch"]["post"]["security"] == [{"key": []}]
    assert spec["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert set(spec["paths"]) == {
        "/v1/reports",
        "/v1/reports:batch",
        "/v1/attachments",
        "/v1/inbound/{gateway}",
        "/healthz",
        "/readyz",
    }


def test_ids_of_any_version_are_taken(door: Door) -> None:
    assert door.file(id=str(uuid4())).status == 202
    assert door.file(id="urn:uuid:" + ID).body["id"] == ID


def test_what_nobody_foresaw_is_a_quiet_500(
    door: Door, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("jangan-diulang")

    monkeypatch.setattr(door.journal, "publish_report", broken)
    answer = door.file(text="jangan-diulang")
    assert answer.status == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert b"jangan-diulang" not in answer.raw
    assert "POST /v1/reports failed: RuntimeError at test_the_door.py" in caplog.text
    assert "jangan-diulang" not in caplog.text
