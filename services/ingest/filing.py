"""Put one report on disk and promise it: what the API, gateways and the page to report on have in common."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

from schemas.district import District
from schemas.messages import ReportFiled, ReportIn, Source
from services.bus import BusUnavailable
from services.ingest.attachments import Attachments
from services.ingest.dependencies import Deps, Identity
from services.ingest.validation import Refused, ReportBody, as_kept, digest, read_report
from services.runtime.steps.step_times import STEP_TIMES, WORKS
from services.web.field_errors import Fault
from services.web.problem_details import Problem
from services.web.rate_limit import Buckets, Rate, caller

KEYED = Rate(burst=30_000, per_hour=2_000 * 3600)  # per key: far above a district, well below an attack
PEOPLE = Rate(burst=200, per_hour=200)  # reports of one person who has signed in
ANONYMOUS = "anonymous"
RETRY_AFTER = "2"  # seconds: a bus that is started again is back by then
PHOTOS = 10  # photographs for each report that may come, at most as many as one report holds


class NotPromised(BusUnavailable):
    """A report could not be promised; sent again under `id`, it is known if it was kept all the same."""

    def __init__(self, id_: UUID) -> None:
        super().__init__()
        self.id = id_


def unavailable(error: BusUnavailable | None = None) -> Problem:
    """Give the problem of a bus that cannot promise, with the id under which the report is to be sent again."""
    more = {"id": str(error.id)} if isinstance(error, NotPromised) else {}
    return Problem(503, headers={"Retry-After": RETRY_AFTER}, more=more)


@dataclass(frozen=True)
class Turn:
    """A call that was counted against one or more buckets."""

    taken: tuple[tuple[Buckets, str, int], ...]

    def give_back(self, now: datetime) -> None:
        """Undo the count: the call failed on our side, and will be made again."""
        for buckets, who, tokens in self.taken:
            buckets.give_back(who, now, tokens)


def take(now: datetime, *wanted: tuple[Buckets, str, int]) -> Turn:
    """Count a call in every bucket, or in none and raise Problem (429)."""
    done: list[tuple[Buckets, str, int]] = []
    for buckets, who, tokens in wanted:
        if wait := buckets.take(who, now, tokens):
            Turn(tuple(done)).give_back(now)
            raise Problem(429, headers={"Retry-After": str(wait)})
        done.append((buckets, who, tokens))
    return Turn(tuple(done))


def nameless_rate(district: District) -> Rate:
    """Give how often one device, or an address without one, may report."""
    hourly = max(1, district.intake.anonymous_per_hour)
    return Rate(burst=hourly, per_hour=hourly)


def village_rate(district: District) -> Rate:
    """Give how often all devices behind one address may report together: a mobile network shows one for thousands."""
    hourly = max(1, district.intake.address_per_hour)
    return Rate(burst=hourly, per_hour=hourly)


def times(rate: Rate, factor: int) -> Rate:
    """Give a rate `factor` as high."""
    return Rate(rate.burst * factor, rate.per_hour * factor)


class Filing:
    """Counts, validates and keeps reports; one for all doors of a process, so that they count together."""

    def __init__(self, deps: Deps) -> None:
        self.attachments = Attachments(deps.attachments, deps.clock)
        self._deps = deps
        self._keyed = Buckets(KEYED)
        self._people = Buckets(PEOPLE)
        self._nameless = Buckets(nameless_rate(deps.district))
        self._village = Buckets(village_rate(deps.district))
        self._photos = Buckets(times(nameless_rate(deps.district), PHOTOS))
        self._photos_village = Buckets(times(village_rate(deps.district), PHOTOS))

    def count(self, host: str | None, identity: Identity | None, reports: int, now: datetime) -> Turn:
        """Count a call of the API against its key, or its address; raises Problem (429)."""
        if identity is not None:
            return take(now, (self._keyed, identity.id, reports))
        self._follow_district()
        return take(now, (self._nameless, caller(host), reports))

    async def from_page(
        self,
        body: bytes,
        who: Identity | None,
        device: str | None,
        host: str | None,
        notes: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """File what the page to report on has read from its form: JSON of a report, and notes of our own beside it.

        `device` is a word that we have given to one browser; without one, its address is counted alone. Raises Problem.
        """
        now = self._deps.clock()
        if who is None and not self._deps.district.intake.anonymous:
            raise Problem(401, "Daerah ini tidak menerima laporan tanpa akun")
        try:
            report = read_report(body, self._deps.district, now)
        except Refused as refused:
            raise Problem(refused.status, faults=refused.faults) from None
        turn = self._turn(who, device, host, now, (self._nameless, self._village))
        source = source_of(who, anonymous=report.anonymous, channel="form")
        try:
            return await self.keep(report, source, now, notes)
        except BusUnavailable as error:
            turn.give_back(now)
            raise unavailable(error) from None

    async def photo(self, body: bytes, who: Identity | None, device: str | None, host: str | None) -> str:
        """Keep one photograph for a report that follows; returns its id. Raises Problem (413, 415, 422, 429)."""
        self._turn(who, device, host, self._deps.clock(), (self._photos, self._photos_village))
        return await self.attachments.take(body)

    def picture(self, id_: str) -> Path | None:
        """Give the file of a photograph that a report has named."""
        return self.attachments.find(id_)

    def _turn(
        self,
        who: Identity | None,
        device: str | None,
        host: str | None,
        now: datetime,
        nameless: tuple[Buckets, Buckets],
    ) -> Turn:
        self._follow_district()
        if who is not None:
            return take(now, (self._people, who.id, 1))
        own, village = nameless
        if device is None:
            return take(now, (own, caller(host), 1))
        return take(now, (own, device, 1), (village, caller(host), 1))

    def _follow_district(self) -> None:
        own, village = nameless_rate(self._deps.district), village_rate(self._deps.district)
        self._nameless.rate, self._village.rate = own, village
        self._photos.rate, self._photos_village.rate = times(own, PHOTOS), times(village, PHOTOS)

    async def keep(
        self, report: ReportIn, source: Source, now: datetime, notes: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Put a report on disk and give what the reporter is told; raises Problem (409, 422) and NotPromised."""
        self._check_receipt(report)
        unknown, new = await self.attachments.keep_new(report.attachments) if report.attachments else ([], [])
        if unknown:
            await self.attachments.give_back(new)
            raise Problem(422, faults=[Fault("attachments", f"{len(unknown)} lampiran tidak dikenal")])
        filed = filed_as(report, source, now, notes or {})
        fingerprint = digest(report, source.reporter)
        STEP_TIMES.note("ingest", "door", WORKS, (self._deps.clock() - now).total_seconds())
        begun = perf_counter()
        try:
            kept = await self._deps.journal.publish_report(filed, fingerprint)
        except BusUnavailable as error:
            raise NotPromised(filed.id) from error
        STEP_TIMES.note("ingest", "bus", WORKS, perf_counter() - begun)
        if not kept.same:
            await self.attachments.give_back(new)
            raise Problem(409, faults=[Fault("id", "sudah dipakai laporan lain yang isinya berbeda")])
        return self.promise(kept.id, kept.filed_at)

    def _check_receipt(self, report: ReportIn) -> None:
        """Raise Problem (422) unless what a report is added to is named by somebody who holds its receipt.

        Whether there is such a report is not looked up: one of nobody's and one of another's are answered alike.
        """
        if report.follows is None:
            return
        given = report.follows_receipt if isinstance(report, ReportBody) else None
        if not given or not self._deps.receipts.fits(report.follows, given):
            raise Problem(422, faults=[Fault("follows_receipt", "tidak cocok dengan laporan yang disebut")])

    def promise(self, id_: UUID, at: datetime) -> dict[str, Any]:
        """Give what the sender of a report is told."""
        return {
            "id": str(id_),
            "receipt": self._deps.receipts.issue(id_),
            "accepted_at": _rfc3339(at),
            "status_url": f"{self._deps.base_url}/v1/reports/{id_}",
        }


def filed_as(report: ReportIn, source: Source, now: datetime, notes: dict[str, str]) -> ReportFiled:
    """Give a report as it goes on the bus; what its digest is made of is the report as it was sent."""
    kept, more = as_kept(report, now)
    return ReportFiled(id=report.id or uuid4(), filed_at=now, report=kept, source=source, notes={**notes, **more})


def source_of(identity: Identity | None, *, anonymous: bool, channel: str = "api") -> Source:
    """Give what is kept of who told it: nothing, when it was told anonymously."""
    if identity is None or anonymous:
        return Source(reporter=ANONYMOUS, channel=channel)
    return Source(
        reporter=identity.id,
        name=identity.name,
        institution=identity.institution,
        channel=channel,
        reliability=identity.reliability,
    )


def _rfc3339(moment: datetime) -> str:
    """Show a time in UTC, to the millisecond.

    >>> _rfc3339(datetime(2026, 11, 1, 12, 0, 0, 5000, tzinfo=UTC))
    '2026-11-01T12:00:00.005Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
