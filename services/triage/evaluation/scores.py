"""Measure answers against labels. Pure.

Measures and their intervals are those of `measures`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.vocabulary import Level
from services.early_warning.proportions import wilson
from services.triage.evaluation.checks import CHECKS, Row, check, level_of, what_is_wrong
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


@dataclass(frozen=True, slots=True)
class Scores:
    """All measures of one run, per-label tables, and the rows that are wrong with what they should have been."""

    measures: tuple[Measure, ...]
    issues: Mapping[str, ByLabel]
    forms: Mapping[str, ByLabel]
    wrong: tuple[dict[str, Any], ...]


def compare(answers: Iterable[dict[str, Any]], labels: Iterable[dict[str, Any]]) -> Scores:
    """Measure answers in the shape of `assess` against labels in the shape of the sample reports, matched by id."""
    labelled = {str(label["id"]): label for label in labels}
    rows: list[Row] = [
        (answer, labelled[str(answer["id"])])
        for answer in answers
        if "error" not in answer and str(answer.get("id")) in labelled
    ]
    measures = [_share(name, rows) for name in CHECKS]
    issue_pairs = [_accepted(answer["issue"], label, "issue") for answer, label in rows if label.get("issue")]
    form_pairs = [_accepted(answer["form"], label, "form") for answer, label in rows if label.get("form")]
    clusters = [(str(answer["incident"]), str(label["event_key"])) for answer, label in rows if label.get("event_key")]
    measures += [
        _over_events("issue, macro-F1", rows, _issue_f1),
        _over_events("form, macro-F1", rows, _form_f1),
        _over_events("level, weighted kappa", [row for row in rows if level_of(row[1])], _kappa),
        _b_cubed_measure(clusters),
        _merged_measure(clusters),
    ]
    wrong = tuple(found for row in rows if (found := what_is_wrong(row)))
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


def _share(name: str, rows: Sequence[Row]) -> Measure:
    """Measure how many rows are right; several tellings of one event are no independent rows, so events are drawn."""
    judged = [row for row in rows if check(name, row) is not None]
    hits = sum(bool(check(name, row)) for row in judged)
    low, high = wilson(hits, len(judged))
    if len(_events(judged)) < len(judged):
        drawn = _over_events(name, judged, lambda some: sum(bool(check(name, row)) for row in some) / len(some))
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
    return weighted_kappa([(int(Level[answer["level"]]), level_of(label)) for answer, label in rows])
