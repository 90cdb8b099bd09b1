"""Read what the store knows of early warning: warnings by kind, what people said of them, when somebody last looked."""

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import Metric

from schemas.warnings import WarningKind
from services.metrics.store_metrics import gauge
from services.store.transaction import Session
from services.warnings import queries


def warnings(session: Session, _now: datetime) -> Iterator[Metric]:
    """Count warnings, exercises left out, and people's words on them; say when early warning last looked."""
    known = {(kind, ended): number for kind, ended, number in queries.counts_by_kind(session)}
    states = ((False, "open"), (True, "over"))
    values = [((kind.value, word), known.get((kind.value, ended), 0)) for kind in WarningKind for ended, word in states]
    yield gauge("warnings", "Early warnings by kind, exercises left out", values, "kind", "state")
    said = [one["useful"] for one in queries.outcomes(session)]
    words = [(("useful",), said.count(True)), (("not_useful",), said.count(False))]
    yield gauge("warning_outcomes", "What people said of warnings", words, "state")
    looks = [one.facts["watched"] for one in queries.watchers(session) if "watched" in one.facts]
    last = [((), max(looks))] if looks else []
    yield gauge("watch_timestamp_seconds", "When early warning last looked", last)
