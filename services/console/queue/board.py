"""Keep what the queue knows of open incidents, so that a look at it costs what has changed and not what is open.

What is known of an incident is held once, whoever may know of it; of each kind of reader only what is hidden from him,
which is little. A look reads the journal's lines since the last one and asks the store anew about their incidents only;
time needs no asking, because deadlines are kept as instants. A change that no line tells is found by a full reading,
made in the background once a minute while anybody looks.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import nsmallest
from threading import Lock
from time import monotonic

from schemas.district import District
from schemas.vocabulary import Level, Role
from services.console.incidents.queries import newest_line
from services.console.queue import queries
from services.console.queue.queries import MOST, Facts, Pair, Pressing, Waiting
from services.security.auth import Identity, identity_of
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Session

AGAIN = 60.0  # seconds after which everything is read once more
AT_ONCE = 400  # changed incidents above which reading all is cheaper
SAME = timedelta(seconds=5)  # within which a look finds the same, as far as time is concerned
SOON = timedelta(minutes=15)  # what falls due within is shown with its countdown
OVERSEE = (Role.COORDINATOR, Role.VERIFIER, Role.LEADER, Role.AUDITOR)
RULES = 5.0  # seconds between two looks at whether the rules have changed
MEMORIES = 8  # kinds of readers whose view is kept
Found = tuple[int, datetime, str]


@dataclass
class _Open:
    """What is open, for all readers, as it stood at journal line `line`."""

    lock: Lock = field(default_factory=Lock)
    line: int = -1
    read_at: float = 0.0
    times: int = 0  # how often all was read because the lines told too much, or another log
    facts: dict[str, Facts] = field(default_factory=dict)
    pairs: dict[str, Pair] = field(default_factory=dict)  # suggestions, by their ids


@dataclass
class _Memory:
    """What is hidden from one kind of reader of what is open, as it stood at journal line `line`."""

    district: District | None = None
    line: int = -1
    times: int = 0  # of the reading of all on which it rests
    read_at: float = 0.0
    hidden: set[str] = field(default_factory=set)
    found: Pressing | None = None  # what the last look found, as long as no line is newer
    found_for: datetime | None = None


class Board:
    """The open incidents of one installation, for whoever oversees."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._open = _Open()
        self._memories: OrderedDict[tuple[object, ...], _Memory] = OrderedDict()
        self._rereading: asyncio.Task[None] | None = None

    async def pressing(self, reader: Identity, district: District, soon: datetime) -> Pressing:
        """Give what needs a person: overdue or due before `soon`, the gravest and latest first."""
        memory = self._memory_of(reader)
        found = await self._store.read(lambda session: self._look(session, memory, reader, district, soon))
        if monotonic() - memory.read_at > AGAIN and (self._rereading is None or self._rereading.done()):
            self._rereading = asyncio.create_task(self._reread(memory, reader, district))
        return found

    async def keep_ready(
        self, district: Callable[[], District], clock: Callable[[], datetime], first: Callable[[District], object]
    ) -> None:
        """Read what is open before anybody looks, for everybody who oversees; again where the rules have changed.

        `first` is done before that, beside the loop. For whoever awaits it as a task beside the pages: it ends with
        them.
        """
        prepared: District | None = None
        while True:
            if (now := district()) is not prepared:
                try:
                    await asyncio.to_thread(first, now)
                    await self.prepare(now, clock())
                    prepared = now
                except StoreUnavailable:
                    pass  # whoever looks is told; asked again below
            await asyncio.sleep(RULES)

    async def prepare(self, district: District, now: datetime) -> None:
        """Look once for each kind of reader who oversees, those of whom most have signed in first."""
        people = await self._store.read(lambda session: queries.overseers(session, OVERSEE, now))
        readers = {self._key(reader): reader for reader in map(identity_of, people)}
        for reader in list(readers.values())[:MEMORIES]:
            await self.pressing(reader, district, now + SOON)

    @staticmethod
    def _key(reader: Identity) -> tuple[object, ...]:
        return (reader.role, reader.institution, reader.unit, tuple(reader.named_for), reader.openly)

    def _memory_of(self, reader: Identity) -> _Memory:
        key = self._key(reader)
        memory = self._memories.setdefault(key, _Memory())
        self._memories.move_to_end(key)
        while len(self._memories) > MEMORIES:
            self._memories.popitem(last=False)
        return memory

    async def _reread(self, memory: _Memory, reader: Identity, district: District) -> None:
        """Read anew what is hidden from a reader and, where nobody has for so long, everything that is open."""
        known, old = self._open, monotonic() - self._open.read_at > AGAIN

        def read(session: Session) -> tuple[int, dict[str, Facts], dict[str, Pair], set[str]]:
            line = newest_line(session)
            facts = queries.open_facts(session, known=known.facts) if old else known.facts
            pairs = queries.open_pairs(session) if old else known.pairs
            return line, facts, pairs, queries.hidden_from(session, reader, district, list(facts))

        try:
            line, facts, pairs, hidden = await self._store.read(read)
        except StoreUnavailable:
            return  # the next look says so itself
        with known.lock:
            if old:  # lines that came meanwhile are read once more by the next look
                known.line, known.facts, known.pairs, known.read_at = line, facts, pairs, monotonic()
            if memory.district is district:
                memory.line, memory.hidden, memory.read_at = line, hidden, monotonic()
                memory.found = None

    def _look(
        self, session: Session, memory: _Memory, reader: Identity, district: District, soon: datetime
    ) -> Pressing:
        known = self._open
        with known.lock:  # whoever comes at the same time waits for one reading instead of making another
            self._bring_up_to_date(session, memory, reader, district)
            if memory.found and memory.found_for and timedelta() <= soon - memory.found_for < SAME:
                return memory.found
            found, shown, unverified, proposed = _sorted_out(known.facts, memory.hidden, soon)
            asked = queries.proposals_by_id(session, proposed)
            found.proposals = [asked[id_] for id_ in proposed if id_ in asked]
            alike = _alike(known.pairs, known.facts, memory.hidden)
            found.suggestions = queries.suggestions_by_id(session, alike[:MOST])
            found.counts["suggestions"] = len(alike)
            self._fill(session, reader, district, found, shown, unverified)
            memory.found, memory.found_for = found, soon
            return found

    @staticmethod
    def _fill(
        session: Session,
        reader: Identity,
        district: District,
        found: Pressing,
        shown: dict[str, list[str]],
        unverified: list[str],
    ) -> None:
        alerts = queries.alerts_by_id(session, {id_ for ids in shown.values() for id_ in ids})
        for kind, ids in shown.items():
            setattr(found, kind, [alerts[id_] for id_ in ids if id_ in alerts])
        queries.gather(session, reader, district, found, unverified)

    def _bring_up_to_date(self, session: Session, memory: _Memory, reader: Identity, district: District) -> None:
        line = newest_line(session)  # first: what is read below may be newer, and is then read once more
        known, before = self._open, self._open.line
        changed = queries.changed_since(session, before, AT_ONCE) if 0 <= before <= line else None
        if changed is None:
            known.facts, known.read_at = queries.open_facts(session, known=known.facts), monotonic()
            known.pairs = queries.open_pairs(session)
            known.times += 1
        elif changed:
            fresh = queries.open_facts(session, changed)
            for id_ in changed:
                known.facts.pop(id_, None)
            known.facts.update(fresh)
            known.pairs = _paired_anew(session, known.pairs, changed)
        known.line = line
        if memory.line != before:  # others have looked meanwhile, or nobody of his kind has
            changed = queries.changed_since(session, memory.line, AT_ONCE) if 0 <= memory.line <= line else None
        if changed is None or memory.district is not district or memory.times != known.times:
            memory.hidden, memory.read_at = queries.hidden_from(session, reader, district, known.facts), monotonic()
            memory.found = None
        elif changed:
            memory.hidden -= changed
            memory.hidden |= queries.hidden_from(session, reader, district, known.facts, changed)
            memory.found = None
        memory.line, memory.district, memory.times = line, district, known.times


def _paired_anew(session: Session, pairs: dict[str, Pair], changed: set[str]) -> dict[str, Pair]:
    """Give the suggestions as they stand after a change of some incidents.

    A new one may take the place of another of its second incident, which has no line: those are read too.
    """
    fresh = queries.open_pairs(session, changed)
    near = changed.union(*((one.incident, one.other) for one in fresh.values()))
    if near != changed:
        fresh |= queries.open_pairs(session, near - changed)
    return {id_: one for id_, one in pairs.items() if one.incident not in near and one.other not in near} | fresh


def _alike(pairs: dict[str, Pair], facts: dict[str, Facts], hidden: Container[str]) -> list[str]:
    """Give the suggestions both of whose incidents are open and there for the reader, the surest first."""

    def there(id_: str) -> bool:
        return id_ in facts and id_ not in hidden

    both = [(-one.score, id_) for id_, one in pairs.items() if there(one.incident) and there(one.other)]
    return [id_ for _, id_ in sorted(both)]


def _there(facts: dict[str, Facts], hidden: Container[str]) -> Iterator[tuple[str, Facts]]:
    """Give what is open and not hidden."""
    return ((id_, one) for id_, one in facts.items() if id_ not in hidden)


def _sorted_out(
    facts: dict[str, Facts], hidden: Container[str], soon: datetime
) -> tuple[Pressing, dict[str, list[str]], list[str], list[str]]:
    """Sort what is open into kinds; gives counts, alerts shown of each kind, what is to be verified, proposals."""
    found = Pressing(open=sum(one.reported for _, one in _there(facts, hidden)))
    kinds: dict[str, list[Found]] = {"silent": [], "due": [], "declined": [], "stuck": []}
    places: dict[str, tuple[int, int]] = {}
    busy: set[str] = set()
    for id_, level, waiting in _waiting(facts, hidden):
        if waiting.kind == "declined" or (waiting.kind and waiting.at <= soon):
            kinds[waiting.kind].append((-level, waiting.at, waiting.alert))
            busy.add(id_)
        if waiting.stuck:
            kinds["stuck"].append((-level, waiting.owed_at, waiting.alert))
            busy.add(id_)
    unverified: list[Found] = []
    proposed: list[Found] = []
    for id_, one in _there(facts, hidden):
        if one.verifying:
            unverified.append((-one.level, one.opened_at, id_))
            busy.add(id_)
        if one.proposed:
            proposed += [(-one.level, made_at, proposal) for made_at, proposal in one.proposed]
            busy.add(id_)
        if one.kecamatan and one.reported:
            count, worst = places.get(one.kecamatan, (0, 0))
            places[one.kecamatan] = count + 1, max(one.level, worst)
    found.by_place = places
    found.busy = len(busy)
    gravest = -int(Level.KRITIS)
    found.critical = sum(level == gravest for level, _, _ in kinds["silent"])
    found.counts = {kind: len(rows) for kind, rows in kinds.items()} | {"unverified": len(unverified)}
    found.counts["proposals"] = len(proposed)
    return found, {kind: _first(rows) for kind, rows in kinds.items()}, _first(unverified), _first(proposed)


def _waiting(facts: dict[str, Facts], hidden: Container[str]) -> Iterator[tuple[str, int, Waiting]]:
    for id_, one in _there(facts, hidden):
        for waiting in one.waiting:
            yield id_, one.level, waiting


def _first(rows: list[Found]) -> list[str]:
    return [id_ for _, _, id_ in nsmallest(MOST, rows)]
