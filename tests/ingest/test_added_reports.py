"""A report that names an earlier one: taken from whoever holds the receipt of that one, and from nobody else."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from schemas.messages import ReportFiled
from schemas.vocabulary import FollowUp, Role
from tests.ingest.door import Answer, Door

WORDS = "Korban bertambah dua."


def first(door: Door, name: str = "Pos Soko") -> dict[str, Any]:
    """File a report by somebody; gives what its reporter keeps, and forgets it."""
    told = door.post("/v1/reports", {"text": "Bentrok di Mentoro."}, key=door.key(name=name)).body
    door.journal.kept.clear()
    return dict(told)


def add(door: Door, told: dict[str, Any], **fields: Any) -> Answer:
    body = {"text": WORDS, "follows": told["id"], "follows_receipt": told["receipt"], **fields}
    return door.post("/v1/reports", {name: value for name, value in body.items() if value is not None})


@pytest.mark.parametrize("kind", list(FollowUp))
def test_who_holds_the_receipt_adds_to_a_report(door: Door, kind: FollowUp) -> None:
    told = first(door)
    answer = add(door, told, follows_as=kind)
    assert (answer.status, answer.body["id"] != told["id"]) == (202, True)
    filed = door.journal.only
    assert (filed.report.follows, filed.report.follows_as) == (UUID(told["id"]), kind)


def test_what_does_not_say_what_it_is_brings_news(door: Door) -> None:
    assert add(door, first(door)).status == 202
    assert door.journal.only.report.follows_as == FollowUp.UPDATE


def test_the_receipt_travels_no_further_than_the_door(door: Door) -> None:
    told = first(door)
    add(door, told)
    filed = door.journal.only
    assert told["receipt"] not in filed.model_dump_json()
    assert told["receipt"] not in repr(filed)
    assert ReportFiled.model_validate_json(filed.model_dump_json()).report.follows == UUID(told["id"])


@pytest.mark.parametrize("channel", ["/v1/reports", "/v1/reports:batch"])
def test_a_guess_and_the_receipt_of_another_are_answered_as_an_unknown_report_is(door: Door, channel: str) -> None:
    mine, other = first(door), first(door, "Pos Rengel")
    nobodys = str(uuid4())
    tries = [
        {"follows": other["id"], "follows_receipt": mine["receipt"]},  # of another
        {"follows": other["id"], "follows_receipt": "A" * len(mine["receipt"])},
        {"follows": other["id"], "follows_receipt": ""},
        {"follows": other["id"]},  # no proof, though the number is right
        {"follows": nobodys, "follows_receipt": mine["receipt"]},
        {"follows": nobodys},
    ]
    answers = []
    for one in tries:
        body = {"text": WORDS, **one}
        told = door.post(channel, body if channel == "/v1/reports" else [body])
        answers.append((told.status, told.body) if channel == "/v1/reports" else (200, told.body[0]))
    assert answers == [answers[0]] * len(tries)
    problem = answers[0][1] if channel == "/v1/reports" else answers[0][1]["problem"]
    assert (problem["status"], [one["field"] for one in problem["errors"]]) == (422, ["follows_receipt"])
    assert door.journal.kept == {}


def test_a_key_alone_proves_nothing(door: Door) -> None:
    """Whoever filed the first by the same key still shows its receipt: a key is an office, and the receipt a report's."""
    told = first(door)
    assert add(door, told, follows_receipt=None).status == 422


def test_what_it_is_without_what_it_follows_is_refused(door: Door) -> None:
    answer = door.file(follows_as="update")
    assert (answer.status, answer.fields) == (422, ["follows_as"])
    assert door.file(follows=str(uuid4()), follows_as="gossip").fields == ["follows_as"]


def test_the_same_news_twice_is_one_report(door: Door) -> None:
    told, id_ = first(door), str(uuid4())
    one, two = add(door, told, id=id_), add(door, told, id=id_)
    assert (one.raw, len(door.journal.kept)) == (two.raw, 1)
    assert add(door, first(door), id=id_).status == 202  # the journal was emptied: a new one
    assert add(door, told, id=id_).status == 409  # the same words, added to another report


def test_without_a_key_it_counts_as_a_report_of_its_address(door: Door) -> None:
    told = first(door)
    body = {"text": WORDS, "follows": told["id"], "follows_receipt": told["receipt"]}
    most = door.district.intake.anonymous_per_hour
    tries = [door.post("/v1/reports", body, key=None).status for _ in range(most + 1)]
    assert tries == [202] * most + [429]


def test_a_guess_counts_too(door: Door) -> None:
    body = {"text": WORDS, "follows": str(uuid4()), "follows_receipt": "x"}
    most = door.district.intake.anonymous_per_hour
    assert [door.post("/v1/reports", body, key=None).status for _ in range(most + 1)] == [422] * most + [429]


def test_nothing_is_promised_while_the_bus_is_away(door: Door) -> None:
    told = first(door)
    door.journal.away = True
    assert add(door, told).status == 503


def test_a_gateway_names_no_report(door: Door) -> None:
    told = first(door)
    message = {"from": "+6281", "text": WORDS, "follows": told["id"], "follows_receipt": told["receipt"]}
    answer = door.post("/v1/inbound/sms", message, key=door.gateway())
    assert (answer.status, Role.GATEWAY.value) == (422, "gateway")


@pytest.mark.parametrize(
    ("said", "kind"),
    [("Perkembangan", "update"), ("ralat", "correction"), ("Sudah selesai", "all_clear"), ("Keliru", "retraction")],
)
def test_a_row_of_a_table_names_the_earlier_report_by_its_columns(door: Door, said: str, kind: str) -> None:
    told = first(door)
    row = {
        "Uraian Kejadian": WORDS,
        "ID Laporan Sebelumnya": told["id"],
        "Tanda Terima Laporan Sebelumnya": told["receipt"],
        "Jenis Kabar": said,
    }
    [result] = door.post("/v1/reports:batch", [row]).body
    assert result["status"] == 202
    filed = door.journal.only
    assert (filed.report.follows, filed.report.follows_as) == (UUID(told["id"]), kind)
    assert told["receipt"] not in filed.model_dump_json()  # a note would keep it
    [refused] = door.post("/v1/reports:batch", [{**row, "Tanda Terima Laporan Sebelumnya": "x"}]).body
    assert [one["field"] for one in refused["problem"]["errors"]] == ["follows_receipt"]


def test_the_fields_stand_in_the_contract(door: Door) -> None:
    paths = door.request("GET", "/v1/openapi.json").body["paths"]
    for path, kind in (("/v1/reports", "application/json"), ("/v1/reports:batch", "application/x-ndjson")):
        schema = paths[path]["post"]["requestBody"]["content"][kind]["schema"]
        assert {"follows", "follows_as", "follows_receipt"} <= set(schema["properties"])
