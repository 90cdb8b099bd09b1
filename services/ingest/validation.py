"""Decide whether a body is a report that this district can take. Pure: the time and the district are given.

What is refused is told by field and reason, never by what was sent.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from schemas.district import District
from schemas.messages import Position, ReportIn, ShortText, Text, Utc
from schemas.vocabulary import FollowUp
from services.web.field_errors import WHEN, Fault, reason

AHEAD = timedelta(minutes=3)  # how wrong a phone's clock may be
LIVE = timedelta(days=2 * 365)  # an older date in a single report is a slip
ARCHIVE = timedelta(days=30 * 365)  # files may be archives
FAULTS_TOLD = 10
OBSERVED = "Waktu menurut pelapor"  # the note that keeps a time to come
NOTES_LIMIT = 40
NOTE_LIMIT = 4000

_END = datetime(9999, 12, 31, tzinfo=UTC)
RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(?P<zone>[Zz]|[+-]\d\d:\d\d)?", re.ASCII)


class Refused(Exception):  # noqa: N818 - said as a fact
    """A body that is not taken: HTTP status and the fields at fault."""

    def __init__(self, status: int, faults: Iterable[Fault]) -> None:
        super().__init__(status)
        self.status = status
        self.faults = tuple(faults)


def _rfc3339(value: object) -> object:
    """Refuse numbers and bare dates, which pydantic would take for times."""
    if value is None or isinstance(value, datetime):
        return value
    if isinstance(value, str) and RFC3339.fullmatch(value):
        # The calendar's last day, moved over its end by its zone: a clock that is wrong, as every time to come.
        return _END if value.startswith("9999-12-31") else value
    code, why = "rfc3339", WHEN
    raise PydanticCustomError(code, why)


Moment = Annotated[Utc, BeforeValidator(_rfc3339)]


class _Fix(Position):
    lat: float = Field(ge=-90, le=90, strict=True)
    lon: float = Field(ge=-180, le=180, strict=True)
    accuracy_m: float | None = Field(default=None, ge=0, le=100_000, strict=True)


class ReportBody(ReportIn):
    """A report as the door reads it: as ReportIn, but no number or word passes for a time or a degree."""

    observed_at: Moment | None = None
    observed_until: Moment | None = None
    position: _Fix | None = None
    follows_receipt: ShortText | None = None  # proof of `follows`; looked at by the door, and kept nowhere


class Row(ReportBody):
    """A row of a batch: a report, and the columns of an export that no field of a report holds."""

    notes: dict[ShortText, Annotated[Text, Field(max_length=NOTE_LIMIT)]] = Field(
        default_factory=dict, max_length=NOTES_LIMIT
    )


Kind = TypeVar("Kind", bound=ReportBody)
Kept = TypeVar("Kept", bound=ReportIn)


def read_report(body: bytes, district: District, now: datetime, *, oldest: timedelta = LIVE) -> ReportBody:
    """Read one report from the bytes of its JSON; raises Refused (400 unreadable, 422 a field)."""
    return _read(ReportBody, body, district, now, oldest)


def read_row(body: bytes, district: District, now: datetime) -> Row:
    """Read one row of a batch; raises Refused."""
    return _read(Row, body, district, now, ARCHIVE)


def _read(kind: type[Kind], body: bytes, district: District, now: datetime, oldest: timedelta) -> Kind:
    try:
        report = kind.model_validate_json(body)
    except ValidationError as error:
        raise refusal(error) from None
    except OverflowError:  # a year at the beginning of time, moved over it by its zone
        raise Refused(422, [Fault("observed_at", "di luar rentang tahun yang dikenal")]) from None
    if faults := list(_against_district(report, district, now, oldest)):
        raise Refused(422, faults)
    return report


def _against_district(report: ReportIn, district: District, now: datetime, oldest: timedelta) -> Iterable[Fault]:
    places = district.places
    if report.kecamatan and getattr(places.get(report.kecamatan), "kind", "") != "kecamatan":
        yield Fault("kecamatan", f"kode tidak dikenal di {district.name}")
    elif report.desa and getattr(places.get(report.desa), "kind", "") not in ("desa", "kelurahan"):
        yield Fault("desa", f"kode tidak dikenal di {district.name}")
    elif report.desa and report.kecamatan and places[report.desa].kecamatan != report.kecamatan:
        yield Fault("desa", "bukan bagian dari kecamatan yang disebut")
    if report.issue and report.issue not in district.issues:
        yield Fault("issue", f"kode masalah tidak dikenal di {district.name}")
    if report.observed_until and (report.observed_at is None or report.observed_until < report.observed_at):
        yield Fault("observed_until", "harus sesudah observed_at")
    if report.follows_as and report.follows is None:
        yield Fault("follows_as", "hanya bersama follows")
    if report.observed_at and report.observed_at < now - oldest:
        yield Fault("observed_at", f"lebih dari {oldest.days // 365} tahun yang lalu")


def not_yet(report: ReportIn, now: datetime) -> bool:
    """Say whether a report tells of a time to come: a wrong clock or a slip, for nobody has seen it."""
    return report.observed_at is not None and report.observed_at > now + AHEAD


def as_kept(report: Kept, now: datetime) -> tuple[Kept, dict[str, str]]:
    """Give a report as it is kept, and what is noted beside it.

    A wrong clock never costs a report: a time to come is taken out, so that it is judged as told now, and noted. One
    that names an earlier report and not what it is to that one brings news of it; the receipt has been looked at.
    """
    if report.follows is not None:
        report = report.model_copy(update={"follows_as": report.follows_as or FollowUp.UPDATE})
    if isinstance(report, ReportBody):
        report = report.model_copy(update={"follows_receipt": None})
    if not not_yet(report, now):
        return report, {}
    said = report.observed_at.isoformat() if report.observed_at else ""
    return report.model_copy(update={"observed_at": None, "observed_until": None}), {
        OBSERVED: f"{said} (belum terjadi)"
    }


def digest(report: ReportIn, reporter: str) -> str:
    """Give the fingerprint of what was said and by whom; the id, a receipt and unset fields do not count.

    Unset fields are left out so that a field added to ReportIn later does not change the fingerprint of an old report.
    """
    canonical = report.model_dump_json(exclude={"id", "notes", "follows_receipt"}, exclude_defaults=True)
    return hashlib.sha256(f"{reporter}\n{canonical}".encode()).hexdigest()


def refusal(error: ValidationError) -> Refused:
    """Turn pydantic's errors into fields and Indonesian reasons, leaving out every input."""
    found = error.errors(include_url=False, include_input=False)
    if any(each["type"] == "json_invalid" for each in found):
        return Refused(400, [Fault("", unreadable(str(found[0].get("ctx", {}).get("error", ""))))])
    faults = [
        Fault(".".join(map(str, each["loc"])), reason(each["type"], each.get("ctx", {})))
        for each in found[:FAULTS_TOLD]
    ]
    return Refused(422, faults)


def unreadable(said: str) -> str:
    """Say in Indonesian why bytes are no JSON, from what the parser said."""
    if "recursion" in said:
        return "JSON terlalu dalam"
    if "unicode" in said or "escape" in said or "surrogate" in said:
        return "teks harus UTF-8 yang utuh"
    return "isi harus JSON dalam UTF-8"
