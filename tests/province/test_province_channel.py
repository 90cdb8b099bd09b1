"""The channel to the province: what it says, what it refuses to say, and what became of it, in honest words."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.province import ProvinceTold, ProvinceWithdrawn
from schemas.vocabulary import Classification
from services.notify.channel_kit.base import Outgoing
from services.notify.channels import discover, set_up
from services.notify.channels.province import Province as Channel
from services.notify.channels.province import ProvinceSettings, told_of
from tests.province.servers import TUBAN, Province, arrived, told

Opened = Callable[[Any], Any]
DATA = {
    "incident": "0192f0c4-1111-7b1e-9d43-0a1b2c3d4e5f",
    "reports": [],
    "institution": "PROV",
    "duty": "support",
    "round": 2,
    "reason": "escalated",
    "level": "KRITIS",
    "score": 88,
    "issue": "SLT",
    "form": "BENTROK",
    "place": {"kabupaten": "35.23", "kecamatan": "35.23.11", "desa": None, "kecamatan_name": "Soko", "desa_name": None},
    "occurred": {"from": "2026-11-24T01:00:00+00:00", "to": None},
    "ack_due": None,
    "exercise": False,
    "url": "https://siaga.tuban.example/peristiwa/x",
    "text": "Korban Budi Santoso, HP 0812-3456-7890",
    "issue_label": "Perguruan silat",
    "lead": "Polres Tuban",
    "waiting": ["Polres Tuban"],
}


def message(**changes: Any) -> Outgoing:
    given: dict[str, Any] = {
        "delivery_id": "0192f0c4-7a3e-7b1e-9d43-0a1b2c3d4e5f",
        "address": "35",
        "subject": "KRITIS - Perguruan silat - Kec. Soko - belum dijawab",
        "body": "https://siaga.tuban.example/terima/TOKEN T 4821",
        "short": "https://siaga.tuban.example/terima/TOKEN T 4821",
        "line": "Polres Tuban belum menjawab.",
        "url": "https://siaga.tuban.example/terima/TOKEN",
        "data": DATA,
        "at": datetime(2026, 11, 24, 1, 30, tzinfo=UTC),
    }
    return Outgoing(**(given | changes))


def test_the_hub_is_told_who_leads_and_hides_peoples_numbers_and_no_way_to_answer() -> None:
    said = told_of(message())
    assert (said.lead, said.waiting, said.level) == ("Polres Tuban", ("Polres Tuban",), "KRITIS")
    assert "0812" not in (said.text or "")
    for kept in ("TOKEN", "4821"):
        assert kept not in said.model_dump_json()
    assert ProvinceTold.model_validate_json(said.model_dump_json()) == said


def test_a_withdrawal_says_which_incident_and_nothing_else_of_what_the_message_holds() -> None:
    said = told_of(message(data={**DATA, "reason": "withdrawn"}))
    assert isinstance(said, ProvinceWithdrawn)
    assert said.model_dump().keys() == {"id", "told_at", "incident", "reason"}


@pytest.mark.parametrize("changes", [{"data": {}}, {"at": None}, {"data": {**DATA, "level": None}}])
async def test_what_is_about_no_incident_is_never_told(changes: dict[str, Any]) -> None:
    channel = Channel(ProvinceSettings(url="nats://127.0.0.1:1", kabupaten=TUBAN))
    assert (await channel.send(message(**changes))).outcome == "never"


async def test_what_is_for_named_persons_only_is_never_told() -> None:
    channel = Channel(ProvinceSettings(url="nats://127.0.0.1:1", kabupaten=TUBAN))
    verdict = await channel.send(message(data={**DATA, "restricted": True}))
    assert (verdict.outcome, verdict.error) == ("never", "for named persons, and a list has others")


async def test_words_above_its_classification_are_refused() -> None:
    channel = Channel(ProvinceSettings(url="nats://127.0.0.1:1", kabupaten=TUBAN))
    verdict = await channel.send(message(classification=Classification.SANGAT_RAHASIA))
    assert (verdict.outcome, verdict.error) == ("never", "classified above what this channel may carry")


@pytest.mark.nats
async def test_it_is_sent_once_the_leaf_node_has_it_and_again_until_then(province: Province, opened: Opened) -> None:
    await province.declare()
    leaf = province.leaf(TUBAN)
    leaf.kill()
    channel = await opened(Channel(ProvinceSettings(url=province.url("line", leaf), kabupaten=TUBAN)))
    assert (await channel.send(message())).outcome == "again"
    province.leaf(TUBAN)
    verdicts: list[str] = []
    while "sent" not in verdicts[-1:]:
        verdicts.append((await channel.send(message())).outcome)
        await asyncio.sleep(0.02)
    assert (await channel.send(message())).outcome == "sent"  # told twice under one id
    (one,) = await arrived(await opened(province.reader()), 1)
    assert (one.kabupaten, one.message) == (TUBAN, told_of(message()))
    await channel.close()
    await channel.close()
    assert (await channel.send(message())).outcome == "again"


def test_it_is_set_up_where_its_leaf_node_is_named_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "province" not in set_up(discover())
    monkeypatch.setenv("KENTONGAN_CHANNEL_PROVINCE_URL", "nats://line:word@127.0.0.1:4223")
    monkeypatch.setenv("KENTONGAN_CHANNEL_PROVINCE_KABUPATEN", TUBAN)
    assert "province" in set_up(discover())
    assert "word" not in repr(ProvinceSettings(url="nats://line:word@h", kabupaten=TUBAN))


def test_what_travels_is_versioned_and_strict() -> None:
    body = json.loads(told().model_dump_json())
    with pytest.raises(ValueError):
        ProvinceTold.model_validate(body | {"more": 1})
