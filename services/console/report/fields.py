"""Turn the form of the page to report on into a report, JSON as the API takes it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from schemas.district import District
from schemas.messages import TEXT_LIMIT
from schemas.vocabulary import Basis
from services.console.fact_checks import FIELDS as COUNTED
from services.console.fact_checks import note_of
from services.console.place_choices import Choice, choices, matching

DAY = timedelta(days=1)
AHEAD = timedelta(minutes=3)  # how wrong a phone's clock may be
PHOTOS = 4
DIGITS = 9  # of a number of people; more is no number that anybody counted
FAR = 0.05  # degrees, some 5 km: who is farther from every place we know is not placed by it


@dataclass(frozen=True)
class Field:
    """One field of the form, by the name that page, script and door know it by."""

    name: str
    kept: bool = False  # the page's script keeps it in the draft
    copied: bool = False  # goes into the report as it is
    names: str = ""  # field of the report that is refused for what stands here, and has its words (`lapor.field.…`)


FORM = (
    Field("id", copied=True, names="id"),
    Field("text", kept=True, names="text"),
    Field("fits", kept=True),
    Field("when", kept=True, names="observed_at"),
    Field("time", kept=True),
    Field("made"),
    Field("where", kept=True),
    Field("chosen"),
    Field("place", kept=True, copied=True, names="place"),
    Field("basis", kept=True),
    Field("anonymous", kept=True),
    Field("contact", kept=True, copied=True, names="contact"),
    Field("lat", kept=True),
    Field("lon", kept=True),
    Field("accuracy", kept=True),
    Field("attachments", names="attachments"),
    Field("right"),
    Field("not"),
    *(Field(name, names=name) for name in COUNTED),
)
KEPT = tuple(one.name for one in FORM if one.kept)
NAMED = tuple(one.names for one in FORM if one.names)


@dataclass(frozen=True)
class Written:
    """A report as written, and what must still be asked: places to choose from, or that the text is missing."""

    report: dict[str, Any]
    checks: str = ""  # what the reporter said of what was read (console/fact_checks.py)
    ask: tuple[Choice, ...] = ()
    empty: bool = False


def written(form: Mapping[str, str], district: District, now: datetime) -> Written:
    """Read a form; `now` is when it came in. Field names are those of the page, all optional but `text`."""
    report: dict[str, Any] = {"text": text_of(form)}
    for name in (one.name for one in FORM if one.copied):
        if form.get(name):
            report[name] = form[name]
    if form.get("basis") in [basis.value for basis in Basis]:
        report["basis"] = form["basis"]
    if form.get("anonymous"):
        report["anonymous"] = True
        report.pop("contact", None)  # what would tell who it was is not sent
    for name in COUNTED:
        if said := form.get(name):  # a number that was confirmed or put right; what is none is refused by its field
            report[name] = int(said) if said.isascii() and said.isdecimal() and len(said) <= DIGITS else said
    if photos := [one for one in form.get("attachments", "").split(",") if one]:
        report["attachments"] = photos[:PHOTOS]
    if seen := moment(form, district, now):
        report["observed_at"] = seen.isoformat()
    if position := _position(form):
        report["position"] = position
    offered = choices(district)
    asked = _placed(report, form, offered)
    checks = note_of(form.get("right", ""), form.get("not", ""), district)
    return Written(report, checks, tuple(asked), empty=not report["text"].strip())


def text_of(form: Mapping[str, str]) -> str:
    """Give the text, cut where it is too long and the reporter has ticked that the rest is left out."""
    text = form.get("text", "")
    if len(text) <= TEXT_LIMIT:
        return text
    counted = _as_counted(text)
    return counted[:TEXT_LIMIT] if form.get("fits") else counted


def over(text: str) -> int:
    """Count the letters of a text that is longer than a report may be; 0 for one that fits."""
    found = len(_as_counted(text))
    return found if found > TEXT_LIMIT else 0


def _as_counted(text: str) -> str:
    """Give a text as the person sees it counted: a form sends each end of a line as two letters."""
    return text.replace("\r\n", "\n").strip()


def _placed(report: dict[str, Any], form: Mapping[str, str], offered: list[Choice]) -> list[Choice]:
    """Put the place into the report; returns what to choose from when it is not plain."""
    chosen = form.get("chosen", "")  # a code, from the question which of two places is meant
    found = [one for one in offered if (one.desa or one.kecamatan) == chosen] if chosen else []
    found = found or matching(form.get("where", ""), offered)
    if len(found) > 1:
        return found
    if found:
        report["kecamatan"] = found[0].kecamatan
        if found[0].desa:
            report["desa"] = found[0].desa
    elif form.get("where"):
        said = (report.get("place"), form["where"])
        report["place"] = ", ".join(one for one in said if one)
    elif "position" in report and (near := nearest(report["position"]["lat"], report["position"]["lon"], offered)):
        report["kecamatan"] = near[0].kecamatan
    return []


def nearest(lat: float, lon: float, offered: list[Choice], most: int = 3) -> list[Choice]:
    """Give the desa whose middles are nearest to a position, none when all are far."""
    near = sorted(
        (max(abs(one.lat - lat), abs(one.lon - lon)), one.label, one)
        for one in offered
        if one.desa and one.lat is not None and one.lon is not None
    )
    return [one for distance, _, one in near[:most] if distance <= FAR]


def moment(form: Mapping[str, str], district: District, now: datetime) -> datetime | None:
    """Say when it was seen; None when that is not known well enough to be told as a fact."""
    if made := form.get("made"):  # the phone's own clock, when it was written
        try:
            told = datetime.fromisoformat(made)
        except ValueError:
            return None
        known = told.tzinfo is not None and now - 7 * DAY < told <= now + AHEAD
        return min(told, now) if known else None
    when = form.get("when", "")
    if when == "now":
        return now
    if when == "at" and (time := form.get("time")):
        try:
            hour, minute = (int(part) for part in time.replace(".", ":").split(":")[:2])
            local = now.astimezone(ZoneInfo(district.timezone))
            at = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        except ValueError:
            return None
        return at if at <= now else at - DAY
    return None


def _position(form: Mapping[str, str]) -> dict[str, float] | None:
    try:
        lat, lon = float(form.get("lat", "")), float(form.get("lon", ""))
        accuracy = float(form.get("accuracy") or 0)
    except ValueError:
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):  # noqa: PLR2004 - degrees; NaN fails too
        return None
    told = {"lat": lat, "lon": lon}
    return {**told, "accuracy_m": accuracy} if 0 < accuracy <= 100_000 else told  # noqa: PLR2004
