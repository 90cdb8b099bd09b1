"""Assess lines of JSON without a bus or a store, and measure the answers against labels. Pure.

Measures and their intervals are those of `measures`.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from schemas.assessment import Assessment, Count
from schemas.district import District
from schemas.messages import CODE_DESA, CODE_KECAMATAN, Frozen, ReportIn, ShortText
from schemas.vocabulary import Basis, Level
from schemas.words.explanations import explained
from services.early_warning.proportions import wilson
from services.triage.assess import Assessor, Context
from services.triage.correlation.bubbles import Piece, goes_on, joined, own_spans, stays, together
from services.triage.correlation.correlation import Candidate, Incidents, Relation, candidate, grown
from services.triage.evaluation.measures import (
    ByLabel,
    Measure,
    b_cubed,
    bootstrap,
    by_label,
    macro_f1,
    weighted_kappa,
    wrongly_merged,
)
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


def shown(id_: str | int, assessment: Assessment, incident: str | int, language: str) -> dict[str, Any]:
    """Write one judgement in the shape of the contract's `assess`."""
    place, facts, occurred = assessment.place, assessment.facts, assessment.occurred
    return {
        "id": id_,
        "conflict": assessment.conflict,
        "issue": assessment.issue,
        "issue_secondary": assessment.issue_secondary,
        "sub_issue": assessment.sub_issue,
        "form": assessment.form,
        "stage": assessment.stage.value,
        "score": assessment.score,
        "level": assessment.level.name,
        "confidence": assessment.confidence,
        "rating": assessment.rating,
        "handling": assessment.handling.value,
        "place": {
            "kabupaten": place.kabupaten,
            "kecamatan": place.kecamatan,
            "desa": place.desa,
            "kecamatan_name": place.kecamatan_name,
            "desa_name": place.desa_name,
            "candidates": list(place.candidates),
            "contradiction": explained(place.contradiction, language) if place.contradiction else None,
        },
        "occurred": {
            "from": occurred.start.isoformat() if occurred.start else None,
            "to": occurred.end.isoformat() if occurred.end else None,
            "basis": occurred.basis,
        },
        "facts": {
            "killed": _range(facts.killed),
            "injured": _range(facts.injured),
            "badly_injured": _range(facts.badly_injured),
            "crowd": _range(facts.crowd),
            "held": _range(facts.held),
            "weapons": list(facts.weapons),
            "damage": facts.damage,
            "trigger": facts.trigger,
            "call": facts.call,
            "minors": facts.minors,
        },
        "incident": incident,
        "reasons": [
            {
                "component": reason.component,
                "points": reason.points,
                "spans": [list(span) for span in reason.spans],
                "rule": explained(reason.rule, language),
            }
            for reason in assessment.reasons
        ],
        "missing": [explained(one, language) for one in assessment.missing],
        "ruleset": assessment.ruleset,
    }


def _range(count: Count | None) -> dict[str, int | None] | None:
    return None if count is None else {"min": count.min, "max": count.max}


@dataclass(frozen=True, slots=True)
class Scores:
    """All measures of one run, per-label tables, and the rows that are wrong with what they should have been."""

    measures: tuple[Measure, ...]
    issues: Mapping[str, ByLabel]
    forms: Mapping[str, ByLabel]
    wrong: tuple[dict[str, Any], ...]


Row = tuple[dict[str, Any], dict[str, Any]]  # answer, label


def compare(answers: Iterable[dict[str, Any]], labels: Iterable[dict[str, Any]]) -> Scores:
    """Measure answers in the shape of `assess` against labels in the shape of the sample reports, matched by id."""
    labelled = {str(label["id"]): label for label in labels}
    rows: list[Row] = [
        (answer, labelled[str(answer["id"])])
        for answer in answers
        if "error" not in answer and str(answer.get("id")) in labelled
    ]
    measures = [_share(name, rows) for name in _CHECKS]
    issue_pairs = [_accepted(answer["issue"], label, "issue") for answer, label in rows if label.get("issue")]
    form_pairs = [_accepted(answer["form"], label, "form") for answer, label in rows if label.get("form")]
    clusters = [(str(answer["incident"]), str(label["event_key"])) for answer, label in rows if label.get("event_key")]
    measures += [
        _over_events("issue, macro-F1", rows, _issue_f1),
        _over_events("form, macro-F1", rows, _form_f1),
        _over_events("level, weighted kappa", [row for row in rows if _level_of(row[1])], _kappa),
        _b_cubed_measure(clusters),
        _merged_measure(clusters),
    ]
    wrong = tuple(found for row in rows if (found := _wrong(row)))
    kept = tuple(measure for measure in measures if measure.of)
    return Scores(kept, by_label(issue_pairs), by_label(form_pairs), wrong)


def _b_cubed_measure(clusters: Sequence[tuple[str, str]]) -> Measure:
    """Measure the clusters; the interval leaves out whole incidents, since drawn copies would be easy pairs."""
    by_event: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for pair in clusters:
        by_event[pair[1]].append(pair)

    def drawn(events: Sequence[list[tuple[str, str]]]) -> float:
        renamed = [(f"{a}/{number}", f"{b}/{number}") for number, event in enumerate(events) for a, b in event]
        return b_cubed(renamed)[2]

    return Measure(
        "same incident, B-cubed F1", b_cubed(clusters)[2], *bootstrap(list(by_event.values()), drawn), len(clusters)
    )


def _merged_measure(clusters: Sequence[tuple[str, str]]) -> Measure:
    merged, pairs = wrongly_merged(clusters)
    return Measure("different incidents merged", merged / pairs if pairs else 0.0, *wilson(merged, pairs), pairs)


def _accepted(answer: str, label: dict[str, Any], name: str) -> tuple[str, str]:
    """Pair an answer with the label, or with itself where it is among those to accept."""
    return answer, answer if answer in label.get(f"{name}_accept", ()) else label[name]


def _squeezed(name: str | None) -> str:
    return (name or "").replace(" ", "").lower()


def _issue(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    return answer["issue"] in label.get("issue_accept", [label["issue"]]) if label.get("issue") else None


def _form(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    return answer["form"] in label.get("form_accept", [label["form"]]) if label.get("form") else None


def _exact_level(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    return Level[answer["level"]] == _level_of(label) if _level_of(label) else None


def _in_range(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    if not label.get("level_range"):
        return None
    low, high = label["level_range"]
    return bool(low <= Level[answer["level"]] <= high)


def _not_missed(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    return Level[answer["level"]] >= Level.TINGGI if _level_of(label) == Level.KRITIS else None


def _no_false_alarm(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    level = _level_of(label)
    if not level or level == Level.KRITIS:
        return None
    return Level[answer["level"]] != Level.KRITIS or Level.KRITIS in label.get("level_range", ())


def _conflict(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    return bool(answer["conflict"]) if label.get("conflict") is True else None


def _quiet(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    return not answer["conflict"] if label.get("conflict") is False else None


def _kecamatan(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    if not label.get("kecamatan"):
        return None
    accepted = {_squeezed(name) for name in (label["kecamatan"], *label.get("kecamatan_also", ()))}
    return _squeezed(answer["place"]["kecamatan_name"]) in accepted


def _kecamatan_sure(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    found = _kecamatan(answer, label)
    return None if found is None else found or not answer["place"]["kecamatan_name"]


def _killed(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    if "killed" not in label:
        return None
    killed = answer["facts"]["killed"]
    return bool((killed["min"] if killed else 0) == (label["killed"] or 0))


def _hurt(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    if not _says_hurt(label):
        return None
    return bool(answer["facts"]["injured"] and answer["facts"]["injured"]["min"])


def _not_hurt(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    if _says_hurt(label) or "injured" not in label:
        return None
    return not (answer["facts"]["injured"] and answer["facts"]["injured"]["min"])


def _says_hurt(label: dict[str, Any]) -> bool:
    """Tell whether somebody was hurt by the label; "beberapa orang luka" has words (`injured_said`) and no number."""
    return bool(label.get("injured") or label.get("injured_said"))


_CHECKS: dict[str, Callable[[dict[str, Any], dict[str, Any]], bool | None]] = {
    "issue": _issue,
    "form": _form,
    "level, exact": _exact_level,
    "level in the readers' range": _in_range,
    "KRITIS read as TINGGI or KRITIS": _not_missed,
    "no KRITIS where none is": _no_false_alarm,
    "conflict recognised": _conflict,
    "quiet recognised": _quiet,
    "kecamatan right": _kecamatan,
    "kecamatan not wrong": _kecamatan_sure,
    "killed, exact": _killed,
    "hurt, found": _hurt,
    "nobody hurt, none found": _not_hurt,
}


def _check(name: str, row: Row) -> bool | None:
    return _CHECKS[name](*row)


def _share(name: str, rows: Sequence[Row]) -> Measure:
    """Measure how many rows are right; several tellings of one event are no independent rows, so events are drawn."""
    judged = [row for row in rows if _check(name, row) is not None]
    hits = sum(bool(_check(name, row)) for row in judged)
    low, high = wilson(hits, len(judged))
    if len(_events(judged)) < len(judged):
        drawn = _over_events(name, judged, lambda some: sum(bool(_check(name, row)) for row in some) / len(some))
        low, high = min(low, drawn.low), max(high, drawn.high)
    return Measure(name, hits / len(judged) if judged else 0.0, low, high, len(judged))


def _events(rows: Sequence[Row]) -> list[list[Row]]:
    """Group rows by the event they tell of; a row without one stands alone."""
    events: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        events[str(row[1].get("event_key") or row[1]["id"])].append(row)
    return list(events.values())


def _over_events(name: str, rows: Sequence[Row], figure: Callable[[Sequence[Row]], float]) -> Measure:
    """Measure rows; the interval comes from drawing whole events with replacement."""

    def drawn(events: Sequence[list[Row]]) -> float:
        return figure([row for event in events for row in event])

    return Measure(name, figure(rows) if rows else 0.0, *bootstrap(_events(rows), drawn), len(rows))


def _issue_f1(rows: Sequence[Row]) -> float:
    return macro_f1([_accepted(answer["issue"], label, "issue") for answer, label in rows if label.get("issue")])


def _form_f1(rows: Sequence[Row]) -> float:
    return macro_f1([_accepted(answer["form"], label, "form") for answer, label in rows if label.get("form")])


def _kappa(rows: Sequence[Row]) -> float:
    return weighted_kappa([(int(Level[answer["level"]]), _level_of(label)) for answer, label in rows])


def _level_of(label: dict[str, Any]) -> int:
    """Give the level of a label, a number 1-4 or its name; 0 where it has none."""
    told = label.get("level") or label.get("expected_level")
    if isinstance(told, str):
        return int(Level[told]) if told in Level.__members__ else 0
    return int(told or 0)


def _wrong(row: Row) -> dict[str, Any] | None:
    """Name what is wrong with one row: measure -> (answer, label)."""
    answer, label = row
    named = {
        "issue": (answer["issue"], label.get("issue")),
        "form": (answer["form"], label.get("form")),
        "level, exact": (answer["level"], Level(_level_of(label)).name if _level_of(label) else None),
        "level in the readers' range": (answer["level"], label.get("level_range")),
        "kecamatan right": (answer["place"]["kecamatan_name"], label.get("kecamatan")),
        "killed, exact": (answer["facts"]["killed"], label.get("killed")),
        "hurt, found": (answer["facts"]["injured"], label.get("injured")),
        "nobody hurt, none found": (answer["facts"]["injured"], label.get("injured")),
        "conflict recognised": (answer["conflict"], label.get("conflict")),
        "quiet recognised": (answer["conflict"], label.get("conflict")),
    }
    found = {name: pair for name, pair in named.items() if _check(name, row) is False}
    return {"id": label["id"], **found} if found else None


# -- labels of others -----------------------------------------------------------------------------------------------

# Forms of the CVEW codebook (CSIS Indonesia 2022) and ours that say the same.
CVEW_FORMS: dict[str, tuple[str, ...]] = {
    "SERANGAN TANPA SENJATA": ("PENGEROYOKAN", "PERKELAHIAN", "BENTROK", "HAKIM-MASSA", "KERUSUHAN"),
    "SERANGAN BERSENJATA": ("PENGEROYOKAN", "BENTROK", "PERKELAHIAN", "HAKIM-MASSA", "TEROR", "PEMBAKARAN"),
    "SERANGAN INFRASTRUKTUR/PENUTUPAN PAKSA": (
        "PERUSAKAN", "PEMBAKARAN", "SEGEL", "BLOKADE", "PEMBUBARAN", "SWEEPING", "KERUSUHAN",
    ),
    "INTIMIDASI MASSA/PUBLIK": ("INTIMIDASI", "UNRAS", "SWEEPING", "AJAKAN", "PENGEROYOKAN", "BLOKADE"),
    "PESAN ULTIMATUM": ("INTIMIDASI", "AJAKAN"),
    "PENCULIKAN/PENGURUNGAN": ("PENYANDERAAN",),
    "PENGEBOMAN/LEDAKAN": ("TEROR",),
}  # fmt: skip
CVEW_ISSUES: dict[str, tuple[str, ...]] = {
    "ISU MAIN HAKIM SENDIRI": ("MHS", "WRG"),
    "ISU SUMBER DAYA": ("AGR", "TAM", "NEL", "IND", "EKO", "BTS"),
    "ISU IDENTITAS": ("SLT", "WRG", "AGM", "ETN", "ORM", "ASG"),
    "ISU TATA KELOLA PEMERINTAH": ("UNR", "DES", "EKO", "BTS"),
    "ISU PEMILIHAN DAN JABATAN": ("POL", "DES"),
    "ISU SEPARATISME": ("RAD",),
    "ISU TERORISME": ("RAD",),
}
UNKNOWN = -99


def from_cvew(rows: Iterable[Mapping[str, str]]) -> Iterator[dict[str, Any]]:
    """Give rows of a CVEW table (columns of the CSIS data set) as labels with `text`; unknown (-99) is left out."""
    for number, row in enumerate(rows, start=1):
        label: dict[str, Any] = {"id": f"{row['incident_id']}-{number}", "text": row["inc_desc"]}
        forms, issues = CVEW_FORMS.get(row["violence_form1"]), CVEW_ISSUES.get(row["issue_type1"])
        if forms:
            label |= {"form": forms[0], "form_accept": list(forms)}
        if issues:
            label |= {"issue": issues[0], "issue_accept": list(issues)}
        for name, column in (("killed", "num_death"), ("injured", "num_injured")):
            value = int(row[column] or 0)
            if value != UNKNOWN:
                label[name] = value
        yield label
