"""What is published is what the AsyncAPI describes, no kind less and none more, and carries what it says it does."""

import ast
import json
from pathlib import Path

import pytest

from schemas.vocabulary import EventKind, Role
from services.bus import CONSUMERS, STREAMS, Bus, place_subject, stream_of
from services.bus.streams import PAYLOADS, TYPE
from tests.house import SOKO, House

SERVICES = Path(__file__).parents[2] / "services"
COORDINATOR = ("KESBANG", Role.COORDINATOR)


def described() -> dict[str, str]:
    """Give the address of every channel of the AsyncAPI, by its name."""
    bus = Bus("nats://127.0.0.1:1", name="test", kabupaten="35.23")
    document = json.loads(bus.asyncapi())
    assert json.loads(bus.asyncapi()) == document  # as often as it is asked for
    assert document["operations"].keys() == document["channels"].keys()
    return {name: channel["address"] for name, channel in document["channels"].items()}


def published() -> set[str]:
    """Give every kind that some code of the services names when it publishes, outside the list of kinds itself."""
    found = set()
    for file in SERVICES.rglob("*.py"):
        tree = ast.parse(file.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "EventKind":
                found.add(EventKind[node.attr].value)
            # Triage says what became of an incident by an outcome: EventKind(f"incident.{outcome}").
    return found | {f"incident.{outcome}" for outcome in ("opened", "raised", "changed", "reopened")}


def test_what_is_published_is_what_is_described() -> None:
    assert set(described()) == published() == {kind.value for kind in EventKind} == set(PAYLOADS)


def test_every_kind_has_its_stream_and_whoever_takes_it_declares_it_there() -> None:
    streams = {stream.name: [subject.removesuffix(">") for subject in stream.subjects or ()] for stream in STREAMS}
    for kind in EventKind:
        assert any(f"{kind}.".startswith(subject) for subject in streams[stream_of(kind)])
    for stream, _, subjects in CONSUMERS:
        assert all(stream_of(subject.removesuffix(".>")) == stream for subject in subjects)
        assert {subject.removesuffix(".>") for subject in subjects} <= set(EventKind)


async def test_a_bus_that_is_open_describes_the_same(house: House) -> None:
    answer = await house.call("GET", "/v1/asyncapi.json")
    assert (answer.status, {one["address"] for one in answer.body["channels"].values()}) == (
        200,
        set(described().values()),
    )


@pytest.mark.parametrize(
    ("kabupaten", "kecamatan", "tokens"),
    [
        ("35.23", "35.23.11", "3523.11"),
        ("35.23", None, "3523.00"),
        ("35.22", None, "3522.00"),
        (None, None, "00.00"),
        ("35.23", "35.22.05", "3522.05"),  # a kecamatan of Bojonegoro is never told under Tuban
    ],
)
def test_a_subject_carries_the_place_of_the_incident(kabupaten: str | None, kecamatan: str | None, tokens: str) -> None:
    assert place_subject(EventKind.INCIDENT_OPENED, kabupaten, kecamatan) == f"incident.opened.{tokens}"


@pytest.mark.nats
async def test_an_incidents_opening_and_every_act_on_it_go_out_under_its_own_place(house: House) -> None:
    inside = await house.file("Bentrok dua kelompok pemuda di balai desa Mentoro, 3 luka.", basis="saw", kecamatan=SOKO)
    outside = await house.file("Tawuran dua kelompok pemuda di Kabupaten Bojonegoro, 3 orang luka.", basis="saw")
    expected = {}
    for report in (inside, outside):
        incident = house.incident_of(report)
        expected[incident.id] = place_subject(EventKind.REPORT_FILED, incident.kabupaten, incident.kecamatan)
        lead = house.lead(incident.id).institution
        await house.act(incident.id, "acknowledgements", by=lead)
        await house.act(incident.id, "sitreps", by=lead, text="Aman.")
        await house.close(incident.id, by=COORDINATOR, second=("POLRES", Role.VERIFIER), reason="Selesai.")
        await house.act(incident.id, "reopenings", by=COORDINATOR, reason="Belum selesai.")
    await house.forward(seconds=2)  # the outbox is paid
    assert {subject.partition(".filed.")[2] for subject in expected.values()} == {"3523.11", "3522.00"}
    addresses, seen = described(), {}
    async for message in house.bus.stored("INCIDENTS"):
        kind = message.headers["ce-type"].removeprefix(TYPE).removesuffix(".v1")
        assert kind in addresses
        event = PAYLOADS[EventKind(kind)].model_validate_json(message.data)
        seen.setdefault(str(event.incident), {})[kind] = (message.subject, event.reason)
    for incident, subject in expected.items():
        place = subject.removeprefix("report.filed")
        assert {kind: told for kind, (told, _) in seen[incident].items()} == {
            f"incident.{kind}": f"incident.{kind}{place}"
            for kind in ("opened", "acknowledged", "reported", "settled", "reopened")
        }
        assert seen[incident]["incident.reopened"][1] == "reopened"
