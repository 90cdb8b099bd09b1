"""What SMS and chat gateways pass on becomes reports; a gateway's retry is harmless."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from services.ingest.gateways import WROTE
from services.security.auth import Receipts
from services.security.secret import Secret
from services.sources.kept import is_public
from tests.ingest.door import NOON, Answer, Door

MESSAGE = {
    "from": "+6281200000001",
    "text": "Tawuran di balai desa Bangunrejo",
    "id": "SM1",
    "at": "2026-11-24T11:59:00+07:00",
}


def sms(door: Door, body: Any, **more: Any) -> Answer:
    return door.post("/v1/inbound/sms", body, **{"key": door.gateway("sms"), **more})


def wa(door: Door, body: Any) -> Answer:
    return door.post("/v1/inbound/wa", body, key=door.gateway("wa"))


def test_a_message_becomes_a_report_with_its_sender_as_contact(door: Door) -> None:
    answer = sms(door, MESSAGE)
    assert answer.status == 202
    filed = door.journal.only
    assert [each["id"] for each in answer.body["accepted"]] == [str(filed.id)]
    assert (filed.report.contact, filed.source.reporter) == ("+6281200000001", "sms:+6281200000001")
    assert (filed.source.channel, filed.source.reliability) == ("sms", "F")


def test_nobody_takes_the_place_of_a_message_that_is_still_to_come(door: Door) -> None:
    """A stranger who knows this code and that a gateway counts its messages files under the ids of the next ones."""
    sender, number = UUID("6b656e74-6f6e-5467-a16e-696e74616b65"), MESSAGE["id"]
    guesses = [uuid5(sender, f"sms:{number}:0"), uuid5(sender, f"sms\x1f{number}\x1f0")]
    for guess in guesses:
        assert door.post("/v1/reports", {"id": str(guess), "text": "Tidak ada apa-apa di sini."}).status == 202
    answer = sms(door, MESSAGE)
    assert answer.status == 202, answer.body
    assert UUID(answer.body["accepted"][0]["id"]) not in guesses
    assert len(door.journal.kept) == len(guesses) + 1


def test_ids_of_messages_follow_from_the_secret_of_the_installation(door: Door) -> None:
    one, other = (Receipts(Secret(bytes([number]) * 32)) for number in (1, 2))
    assert one.follows("sms", "17", 0) == one.follows("sms", "17", 0)
    assert len({who.follows(*told) for who in (one, other) for told in (("sms", "17", 0), ("sms", "1", 70))}) == 4


def test_a_gateways_retry_is_the_same_report(door: Door) -> None:
    first = sms(door, MESSAGE)
    assert sms(door, MESSAGE).body == first.body
    assert wa(door, MESSAGE).body != first.body
    assert len(door.journal.kept) == 2


def test_several_forwarded_messages_are_several_reports(door: Door) -> None:
    text = "[24/11/26 10.00] Rukun: Tawuran di Soko\n[24/11/26 10.05] Guyub: Massa ke Rengel"
    assert len(wa(door, {**MESSAGE, "text": text}).body["accepted"]) == 2


def test_a_pasted_chat_says_beside_each_report_who_wrote_it(door: Door) -> None:
    """Sealed with the source, as every note is that is not our own; who sent it stays the one that can be answered."""
    text = "[24/11/26 10.00] Rukun: Tawuran di Soko\n[24/11/26 10.05] Guyub: Massa ke Rengel"
    assert wa(door, {**MESSAGE, "text": text}).status == 202
    kept = [filed for filed, _ in door.journal.kept.values()]
    assert [filed.notes for filed in kept] == [{WROTE: "Rukun"}, {WROTE: "Guyub"}]
    assert {filed.report.contact for filed in kept} == {MESSAGE["from"]}
    assert not is_public(WROTE, "Rukun")
    assert wa(door, {**MESSAGE, "id": "18"}).status == 202
    assert [filed.notes for filed, _ in door.journal.kept.values()][-1] == {}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "\u200e\u200e"}, "text"),
        ({"text": "a\x00"}, "text"),
        ({"at": {}}, "at"),
        ({"at": "x" * 301}, "at"),
        ({"from": ""}, "from"),
        ({"from": 5}, "from"),
        ({"media": []}, "media"),
    ],
)
def test_what_is_not_valid_is_named(door: Door, change: dict[str, Any], field: str) -> None:
    answer = sms(door, MESSAGE | change)
    assert (answer.status, answer.fields) == (422, [field])


@pytest.mark.parametrize(
    ("at", "seen"),
    [
        ("2026-11-24T11:59:00", datetime(2026, 11, 24, 4, 59, tzinfo=UTC)),  # local, without a zone
        ("24/11/2026 11.59", datetime(2026, 11, 24, 4, 59, tzinfo=UTC)),
        (1795496340, datetime(2026, 11, 24, 4, 59, tzinfo=UTC)),
        (1795496340000, datetime(2026, 11, 24, 4, 59, tzinfo=UTC)),
        ("1795496340", datetime(2026, 11, 24, 4, 59, tzinfo=UTC)),
        ("Tue, 24 Nov 2026 04:59:00 GMT", datetime(2026, 11, 24, 4, 59, tzinfo=UTC)),
        ("Tue Nov 24 2026 11:59:00 GMT+0700 (Western Indonesia Time)", datetime(2026, 11, 24, 4, 59, tzinfo=UTC)),
        ("24/11/2026", None),
        (1795496340000000, None),
        ("2027-01-01T00:00:00Z", None),
        ("1970-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("0001-01-01T00:00:00+07:00", None),
        (0, None),
        (-1e30, None),
        (9e18, None),
        ("kemarin", None),
        ("", None),
    ],
)
def test_a_gateways_wrong_clock_costs_no_report(door: Door, at: Any, seen: datetime | None) -> None:
    assert sms(door, MESSAGE | {"at": at}).status == 202
    filed = door.journal.only
    assert filed.report.observed_at == seen
    assert (seen is None) == bool(filed.notes or at == "")
    assert set(filed.notes) <= {"Jam gerbang pesan", "Waktu menurut pelapor"}


def test_a_retry_after_the_clock_was_set_right_is_the_same_report(door: Door) -> None:
    first = sms(door, MESSAGE | {"at": "2026-11-24T12:30:00+07:00"})
    door.now = NOON + timedelta(hours=1)
    again = sms(door, MESSAGE | {"at": "2026-11-24T12:30:00+07:00"})
    assert (first.status, again.status) == (202, 202)
    assert again.body == first.body


def test_gateways_need_a_key_a_name_and_json(door: Door) -> None:
    assert sms(door, MESSAGE, key=None).status == 401
    assert door.post("/v1/inbound/A%2Fb", MESSAGE).status == 404
    assert sms(door, MESSAGE, kind="text/plain").status == 415
    assert sms(door, b"from=1").status == 400


def test_the_bus_away_is_503(door: Door) -> None:
    door.journal.away = True
    assert sms(door, MESSAGE).status == 503


def test_only_the_channels_own_gateway_speaks_for_others(door: Door) -> None:
    """A reporter's key once acknowledged as any officer whose number it named, through any name it made up."""
    answer = {"from": "+6281200004821", "text": "T 4821", "id": "x"}
    assert sms(door, answer, key=door.key()).status == 403  # a reporter's
    assert sms(door, answer, key=door.gateway("wa", answers=True)).status == 403  # another channel's
    assert door.post("/v1/inbound/bikinan", answer, key=door.gateway("sms", answers=True)).status == 403  # made up
    assert (
        door.post("/v1/reports", {"text": "a"}, key=door.gateway("sms")).status == 403
    )  # and files nothing of its own
    assert (door.journal.told, door.journal.kept) == ([], {})
    assert sms(door, answer).status == 202  # without the right to answers it is a report like any other
    assert (door.journal.told, len(door.journal.kept)) == ([], 1)
    assert sms(door, answer | {"id": "y"}, key=door.gateway("sms", answers=True)).status == 202
    assert [event.kind for event in door.journal.told] == ["inbound.message"]
