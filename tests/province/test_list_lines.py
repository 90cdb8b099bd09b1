"""What a list shows of an incident is read out of deliveries."""

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.deliveries import delivery_row
from services.notify.lists.lines import lines_of

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def word(id_: str, reason: str, state: str = "sent", attempts: int = 1, **payload: Any) -> Any:
    row = delivery_row(id_, "province", "35", payload, reason=reason, now=NOW, alert="a", incident="i")
    return row | {"state": state, "attempts": attempts}


@pytest.mark.parametrize("ids", [("1", "2"), ("2", "1")])
def test_of_two_words_of_one_instant_a_closing_is_the_later_one(ids: tuple[str, str]) -> None:
    rows = [word(ids[0], "closed", closing={"line": 1}), word(ids[1], "changed", listed={"alert": "a"})]
    for given in (rows, rows[::-1]):
        (line,) = lines_of(given)
        assert line.is_closed


@pytest.mark.parametrize(
    ("state", "attempts", "there"),
    [("sent", 1, True), ("failed", 1, True), ("dead", 1, False), ("dead", 20, True), ("pending", 0, False)],
)
def test_what_was_refused_at_once_is_not_there_and_what_failed_may_be(state: str, attempts: int, there: bool) -> None:  # noqa: FBT001
    (line,) = lines_of([word("1", "escalated", state, attempts)])
    assert (line.last is not None) == there
