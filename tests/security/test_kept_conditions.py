"""Conditions that are kept are those of the reader as he is now, under the rules of now."""

from collections.abc import Callable
from dataclasses import replace

from schemas.district import District
from schemas.vocabulary import Role
from services.security.auth import Identity
from services.security.kept_conditions import DISTRICTS, READERS, kept
from tests.console.night import DISTRICT

RATNA = Identity("ratna", "Ratna", Role.COORDINATOR, "KESBANG", clearance=4)


def noted() -> tuple[list[tuple[Identity, District]], Callable[[Identity, District], list[str]]]:
    """Give what is made, and what keeps it."""
    made: list[tuple[Identity, District]] = []

    @kept
    def conditions(reader: Identity, district: District) -> list[str]:
        made.append((reader, district))
        return [f"{reader.id} {reader.clearance}", district.name]

    return made, conditions


def test_they_are_made_once_and_nobody_changes_them_for_others() -> None:
    made, conditions = noted()
    conditions(RATNA, DISTRICT).append("more")
    assert conditions(replace(RATNA), DISTRICT) == ["ratna 4", DISTRICT.name]
    assert len(made) == 1


def test_other_rights_and_other_rules_are_asked_for_at_once() -> None:
    made, conditions = noted()
    renamed = DISTRICT.model_copy(update={"name": "Kabupaten Lain"})
    for reader, district in ((RATNA, DISTRICT), (replace(RATNA, clearance=1), DISTRICT), (RATNA, renamed)):
        assert conditions(reader, district) == [f"ratna {reader.clearance}", district.name]
    assert len(made) == 3


def test_what_is_kept_is_bounded() -> None:
    made, conditions = noted()
    for number in range(READERS + 1):
        conditions(replace(RATNA, id=str(number)), DISTRICT)
    conditions(replace(RATNA, id="0"), DISTRICT)
    assert len(made) == READERS + 2
    for _ in range(DISTRICTS):
        conditions(RATNA, DISTRICT.model_copy())
    conditions(replace(RATNA, id="0"), DISTRICT)
    assert len(made) == READERS + 2 + DISTRICTS + 1
