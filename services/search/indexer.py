"""Fill the index of words from the reports that are kept, outside of the transaction that keeps them.

Whoever keeps a report does nothing for it. The audit log says which reports are new or were changed, and the index
follows it by number. What it does not hold yet is looked through as it is (`Index.of`).

What is hidden in a text from everybody (numbers, names of children, ...) is not in the index. One that was made by
other rules of hiding, or of parting words, is made anew.
"""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.search import queries, words
from services.search.words import says, terms_of
from services.security import redaction
from services.security.redaction import with_dots
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Session, Transaction

log = logging.getLogger("kentongan.search")
AT_ONCE = 200  # reports in one transaction: nobody waits long for the writer
PAUSE = 0.05  # seconds between two of them, for whoever else waits
STEPS = 40  # of one look: the watchdog of notify takes one of a minute for one that hangs
LONGEST_TAIL = 500  # reports that are looked through as they are; with more the index is not usable
SILENT_LINES = 500  # of the audit log that speak of no report, after which the mark moves all the same
THINGS = frozenset({"search"})  # what it changes, beside whoever changes incidents
MADE_BY = hashlib.sha256(b"".join(Path(str(one.__file__)).read_bytes() for one in (redaction, words))).hexdigest()[:32]


@dataclass(frozen=True)
class Index:
    """What may be asked of the index at one moment."""

    usable: bool
    tail: tuple[str, ...] = ()  # reports that are newer than it, or were changed since

    @classmethod
    def of(cls, session: Session) -> "Index":
        """Give the index as a session sees it; not usable while it is being filled."""
        mark = queries.mark_of(session)
        if mark is None or not mark.complete or mark.made_by != MADE_BY:
            return cls(usable=False)
        newer = queries.told_after(session, mark.seq)
        if newer is None or len(newer[1]) > LONGEST_TAIL:
            return cls(usable=False)
        return cls(usable=True, tail=tuple(newer[1]))

    def tail_says(self, session: Session, asked: Sequence[str]) -> list[str]:
        """Give the reports of the tail that hold all of these words."""
        texts = queries.texts_of(session, self.tail)
        return [id_ for id_, text in texts.items() if says(with_dots(text), asked)]


@dataclass(frozen=True)
class _Step:
    """What one transaction is to put into the index."""

    reports: tuple[str, ...]
    terms: dict[str, str]  # by text
    seq: int
    complete: bool


@dataclass
class Indexer:
    """Fills the index of one store, a step at a time."""

    store: Store
    _left: list[str] | None = field(default=None, repr=False)  # reports still to be taken in while it is being filled

    async def look(self) -> int:
        """Take in what is new, some thousands at most; gives how many reports. The next look goes on."""
        taken = 0
        try:
            for _ in range(STEPS):
                if (step := await self.store.read(self._next)) is None:
                    break
                taken += await self.store.write(lambda tx, step=step: self._take(tx, step), THINGS)  # type: ignore[misc]
                await asyncio.sleep(PAUSE)
        except StoreUnavailable:
            self._left = None  # what was not taken in is found again
            log.warning("the index of words: the store is away")
        return taken

    def look_now(self) -> int:
        """Do what `look` does, without a loop; raises StoreUnavailable."""
        taken = 0
        while (step := self.store.read_now(self._next)) is not None:
            taken += self.store.write_now(lambda tx, step=step: self._take(tx, step))  # type: ignore[misc]
        return taken

    def _next(self, session: Session) -> _Step | None:
        mark = queries.mark_of(session)
        if mark is None or mark.made_by != MADE_BY:
            self._left = None
            return _Step((), {}, -1, complete=False)
        if not mark.complete:
            if self._left is None:
                self._left = queries.not_indexed(session)
            some, self._left = self._left[:AT_ONCE], self._left[AT_ONCE:]
            done = not self._left
            if done:
                self._left = None
            return self._step(session, some, mark.seq, complete=done)
        found = queries.told_after(session, mark.seq, queries.newest(session), AT_ONCE)
        assert found is not None  # noqa: S101 - bounded
        reached, reports = found
        if not reports and reached - mark.seq < SILENT_LINES:
            return None
        return self._step(session, reports, reached, complete=True)

    def _step(self, session: Session, reports: list[str], seq: int, *, complete: bool) -> _Step:
        texts = queries.texts_of(session, reports)
        return _Step(tuple(reports), {text: terms_of(with_dots(text)) for text in texts.values()}, seq, complete)

    def _take(self, tx: Transaction, step: _Step) -> int:
        if step.seq < 0:
            mark = queries.mark_of(tx.session)
            if mark is None or mark.made_by != MADE_BY:  # nobody else has begun meanwhile
                queries.begin(tx, MADE_BY)
            return 0
        texts = queries.texts_of(tx.session, step.reports)
        # A text that was erased a moment ago is not among the terms: a later line speaks of it.
        terms = {id_: step.terms[text] for id_, text in texts.items() if text in step.terms}
        known = queries.held(tx.session, terms)
        changed = {id_: said for id_, said in terms.items() if not _same(known.get(id_), said)}
        queries.forget(tx, [id_ for id_ in changed if id_ in known])
        queries.put(tx, changed)
        queries.move(tx, step.seq, complete=step.complete)
        return len(changed)


def _same(held: str | None, said: str) -> bool:
    """Tell whether the index holds these terms; PostgreSQL gives them sorted and in quotes."""
    return held is not None and (held == said or set(held.replace("'", "").split()) == set(said.split()))
