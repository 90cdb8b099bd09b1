"""Assess lines of JSON without a bus or a store, one after another, as triage would take them. Pure."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from schemas.district import District
from schemas.messages import CODE_DESA, CODE_KECAMATAN, Frozen, ReportIn, ShortText
from schemas.vocabulary import Basis
from services.triage.assess import Assessor, Context
from services.triage.correlation.bubbles import Piece, goes_on, joined, own_spans, stays, together
from services.triage.correlation.correlation import Candidate, Incidents, Relation, candidate, grown
from services.triage.evaluation.answers import shown
from services.triage.text.normalise import lower
from services.triage.text.times import latest_date


class Line(Frozen):
    """One line of input to `assess`."""

    id: str | int
    text: str
    observed_at: AwareDatetime | None = None
    reported_at: AwareDatetime | None = None
    kecamatan: str | None = Field(default=None, pattern=CODE_KECAMATAN)
    desa: str | None = Field(default=None, pattern=CODE_DESA)
    place: ShortText | None = None
    basis: Basis | None = None
    reporter: str | None = None


_LINE = TypeAdapter(Line)


def assess_lines(lines: Iterable[str], district: District, language: str = "id") -> Iterator[dict[str, Any]]:
    """Judge lines of JSON in order, correlating within the input; a bad line gives `{"id"?, "error"}` in its place.

    `language` is that of the reasons, "id" or "en".
    """
    night = _Night(district, language)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        told: Any = None
        try:
            told = json.loads(line, parse_constant=_no_constant)
            one = _LINE.validate_python(_only_known(told, night.zone))
            report = ReportIn(
                text=one.text,
                observed_at=one.observed_at,
                kecamatan=one.kecamatan,
                desa=one.desa,
                place=one.place,
                basis=one.basis,
            )
        except (ValueError, RecursionError, TypeError) as error:
            yield _failed(told, number, error)
            continue
        yield night.take(f"{number}", one, report)


class _Night:
    """The lines of one input, one after another, as triage would take them."""

    def __init__(self, district: District, language: str) -> None:
        self.zone = ZoneInfo(district.timezone)
        self._language = language
        self._assessor = Assessor(district)
        self._incidents = Incidents()
        self._called: dict[str, str | int] = {}  # incident -> the id of the line that opened it
        self._told_by: defaultdict[str, set[str]] = defaultdict(set)
        self._pieces: defaultdict[str, list[Piece]] = defaultdict(list)  # by reporter
        self._put: dict[str, str] = {}  # line -> its incident

    def take(self, id_: str, one: Line, report: ReportIn) -> dict[str, Any]:
        """Judge a line and say which incident it belongs to."""
        made = one.reported_at or one.observed_at or _made_of(one.text, self.zone)
        assessment = self._assessor.judge(report, made=made)
        features = candidate(id_, report.text, assessment, (), told_at=made, source=one.reporter, basis=one.basis)
        before, behind = self._pieces_of(id_, one, report, features, made), 0
        if before:
            report, behind = joined(before, report)
            assessment = self._assessor.judge(report, made=made)
            features = candidate(id_, report.text, assessment, (), told_at=made, source=one.reporter, basis=one.basis)
        relation = self._incidents.relate(features)
        incident = self._incident(id_, one, relation, features, before)
        if one.reporter is not None and not relation.copy:
            self._told_by[incident].add(one.reporter)
            if len(self._told_by[incident]) > 1:  # another reporter told it before: confirmed independently
                assessment = self._assessor.judge(report, made=made, context=Context(corroborated=True))
        found = own_spans(assessment, behind) if before else assessment
        return shown(one.id, found, self._called[incident], self._language)

    def _pieces_of(
        self, id_: str, one: Line, report: ReportIn, features: Candidate, made: datetime | None
    ) -> tuple[Piece, ...]:
        """Give the earlier lines of the message that a line goes on with, and remember this one."""
        if one.reporter is None or made is None:
            return ()
        piece = Piece(id_, report, made)
        before = together(self._pieces[one.reporter], piece)
        self._pieces[one.reporter].append(piece)
        if not before:
            return ()
        whole, _ = joined(before[:-1], before[-1].report)
        earlier = candidate(before[-1].id, whole.text, self._assessor.judge(whole, made=made), (), told_at=made)
        return before if goes_on(earlier, features) else ()

    def _incident(self, id_: str, one: Line, relation: Relation, features: Candidate, before: tuple[Piece, ...]) -> str:
        """Give the incident of a line: that of its earlier pieces, the one it belongs to, or a new one."""
        first = self._put[before[-1].id] if before else None
        if first is not None and (earlier := self._incidents.get(first)):
            told = sum(incident == first for incident in self._put.values())
            first = first if stays(earlier, features, alone=told == len(before)) else None
        if first is None and relation.kind == "same":
            first = relation.incident
        if first is None:
            self._called[id_] = one.id
        incident = self._put[id_] = first or id_
        known = self._incidents.get(incident)
        if not relation.copy:
            self._incidents.put(grown(known, features) if known else features)
        return incident


def _no_constant(name: str) -> float:
    msg = f"{name} is no JSON number"
    raise ValueError(msg)


def _only_known(told: object, zone: ZoneInfo) -> object:
    """Leave out fields that `assess` does not read, so that a labelled file can be its own input.

    A time without an offset is the district's; a date alone is the end of that day: what happened that
    afternoon lies behind whoever told it.
    """
    if not isinstance(told, dict):
        msg = "a line must be a JSON object"
        raise TypeError(msg)
    known = {"id", "text", "place", "observed_at", "reported_at", "basis", "reporter"}
    kept = {key: value for key, value in told.items() if key in known and value is not None}
    for name, digits in (("kecamatan", 2), ("desa", 3)):
        value = told.get(name)  # a labelled file gives the name there; only a code is input
        if isinstance(value, str) and value[:1].isdigit() and value.count(".") == digits:
            kept[name] = value
    if "reported_at" not in kept and told.get("published") is not None:
        kept["reported_at"] = told["published"]
    for name in ("observed_at", "reported_at"):
        if isinstance(kept.get(name), str):
            moment = datetime.fromisoformat(kept[name])
            if len(kept[name]) == len("2026-11-24"):
                moment = moment.replace(hour=23, minute=59)
            kept[name] = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return kept


def _failed(told: object, number: int, error: Exception) -> dict[str, Any]:
    where = {"id": told["id"]} if isinstance(told, dict) and isinstance(told.get("id"), str | int) else {}
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        why = f"{'.'.join(str(part) for part in first['loc']) or 'line'}: {first['msg']}"
    else:
        why = str(error).split("\n", maxsplit=1)[0] or "cannot be read"
    return {**where, "line": number, "error": why}


def _made_of(text: str, zone: ZoneInfo) -> datetime | None:
    """Take the latest full date in a text for when it was made, where the line does not say."""
    day = latest_date(lower(text))
    return None if day is None else datetime.combine(day, time(23, 59), zone)
