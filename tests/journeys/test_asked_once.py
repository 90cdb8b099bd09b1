"""Within one transaction nothing is asked of the store twice: while one writes, everybody waits for each statement."""

from collections import Counter, defaultdict
from typing import Any, Self

from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.house import SOKO, House

CLASH = "Bentrok dua kelompok pemuda perguruan silat di Desa Mentoro, saling lempar batu, {n} orang luka."


class Asked:
    """The questions of each transaction, by what was asked with which values."""

    def __init__(self) -> None:
        self.twice: list[tuple[str, int]] = []
        self._open: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)

    def __enter__(self) -> Self:
        event.listen(Engine, "before_cursor_execute", self._seen)
        event.listen(Engine, "commit", self._over)
        event.listen(Engine, "rollback", self._over)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "before_cursor_execute", self._seen)
        event.remove(Engine, "commit", self._over)
        event.remove(Engine, "rollback", self._over)

    def _seen(self, connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:  # noqa: FBT001
        if statement.startswith("SELECT"):
            self._open[id(connection)][statement, repr(values)] += 1
        elif statement.startswith(("INSERT", "UPDATE", "DELETE")):
            self._over(connection)  # what is asked now may be answered otherwise

    def _over(self, connection: Any) -> None:
        asked = self._open.pop(id(connection), Counter())
        self.twice += [(" ".join(statement.split())[:120], n) for (statement, _), n in asked.items() if n > 1]


async def test_a_first_report_and_a_second_ask_nothing_twice(house: House) -> None:
    with Asked() as asked:
        await house.file(CLASH.format(n=3), by="piket", basis="saw", kecamatan=SOKO)
        await house.file(CLASH.format(n=5), by="warga", basis="saw", kecamatan=SOKO)
    assert asked.twice == []
