"""Ids that are made later stand later in an index, and those of one incident stand together."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.store.ids import PLACE, beside, derived, is_beside, new_id

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
TIMES = [NOW + timedelta(hours=hours) for hours in (0, 1, 2, 23, 24, 8_760, 100_000)]


def test_what_is_made_in_a_later_hour_stands_later() -> None:
    made = [new_id(at) for at in TIMES]
    assert made == sorted(made)
    alerts = [beside(id_, "alert", id_, "POLRES", "") for id_ in made]
    assert alerts == sorted(alerts)


@pytest.mark.parametrize("at", [*TIMES, datetime(1960, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)])
def test_a_new_id_is_a_uuid_of_version_7_whatever_the_clock_says(at: datetime) -> None:
    made = new_id(at)
    assert (str(UUID(made)), UUID(made).version, UUID(made).variant) == (made, 7, "specified in RFC 4122")


def test_ids_of_one_instant_differ() -> None:
    assert len({new_id(NOW) for _ in range(1_000)}) == 1_000


@pytest.mark.parametrize("seconds", [0, 1, 59.999, 60, 1_800, 3_599.999])
def test_an_id_tells_the_hour_and_no_minute(seconds: float) -> None:
    """Who is told of an incident knows its id, and must not learn from it when a source came by."""
    time = UUID(new_id(NOW + timedelta(seconds=seconds))).int >> 80
    assert time == int(NOW.timestamp() * 1000)


@pytest.mark.parametrize(
    "incident", [new_id(NOW), str(uuid4()), "", "kurz"], ids=["new", "of chance", "empty", "short"]
)
def test_ids_beside_an_incident_are_the_same_each_time_and_as_long_as_any_other(incident: str) -> None:
    parts = [("alert", "POLRES", ""), ("alert", "POLRE", "S"), ("alert", "CAMAT", "35.23.11"), ("delivery", 1)]
    made = [beside(incident, *one) for one in parts]
    assert made == [beside(incident, *one) for one in parts]
    assert len(set(made)) == len(parts)
    assert {len(id_) for id_ in made} == {len(derived("any"))}
    assert all(is_beside(id_, incident) for id_ in made)


def test_an_id_of_an_earlier_release_stands_beside_no_incident() -> None:
    for incident in (str(uuid4()), new_id(NOW)):
        assert not is_beside(derived("alert", incident, "POLRES", ""), incident)
    assert PLACE == 16  # another number would give what was told by this release other ids
