"""Keep the suggestions few: at most three open ones an incident has, the best. A person decides each of them."""

from collections import defaultdict

from schemas.records.incidents import Suggestion
from schemas.rows.incidents import SuggestionRow
from services.store.ids import derived
from services.store.transaction import Transaction
from services.triage.correlation.correlation import Relation

MOST_OPEN = 3  # of one incident, whichever side of the pair it is
OUTDONE = "outdone"  # a better one has taken its place


class Suggestions:
    """The suggestions of one batch, and the open ones they compete with."""

    def __init__(self, tx: Transaction) -> None:
        self._unit = tx
        self._made: dict[str, SuggestionRow] = {}

    def make(self, incident: str, other: str, report: str, relation: Relation) -> None:
        """Suggest that two incidents are one."""
        id_ = derived("suggestion", *sorted((incident, other)))
        known = self._made.get(id_)
        if known is None or relation.score > known["score"]:
            self._made[id_] = {
                "id": id_,
                "incident_id": incident,
                "other_id": other,
                "report_id": report,
                "score": relation.score,
                "reasons": list(relation.reasons),
                "state": "open",
                "made_at": self._unit.now,
            }

    def write(self) -> None:
        """Write the best; what they leave no room for is not made, or gives way."""
        if not self._made:
            return
        open_ = self._open()
        decided = {row["id"] for row in self._unit.rows(Suggestion, "id", list(self._made))}
        fresh = [row for id_, row in self._made.items() if id_ not in decided]
        outdone = _outdone([*open_, *fresh])
        self._unit.add(Suggestion, [row for row in fresh if row["id"] not in outdone])
        giving_way: SuggestionRow = {"state": OUTDONE, "decided_at": self._unit.now, "decided_by": "triage"}
        self._unit.put(Suggestion, [row | giving_way for row in open_ if row["id"] in outdone])

    def _open(self) -> list[SuggestionRow]:
        """Give the open suggestions of every incident that is to get one."""
        concerned = sorted({id_ for row in self._made.values() for id_ in (row["incident_id"], row["other_id"])})
        found = {
            row["id"]: row
            for side in ("incident_id", "other_id")
            for row in self._unit.rows(Suggestion, side, concerned)
            if row["state"] == "open"
        }
        return list(found.values())


def _outdone(rows: list[SuggestionRow]) -> set[str]:
    """Give those that find no room beside the better ones; of two as good, the earlier stays."""
    taken: defaultdict[str, int] = defaultdict(int)
    outdone: set[str] = set()
    for row in sorted(rows, key=lambda row: -row["score"]):
        pair = (row["incident_id"], row["other_id"])
        if any(taken[incident] >= MOST_OPEN for incident in pair):
            outdone.add(row["id"])
        else:
            for incident in pair:
                taken[incident] += 1
    return outdone
