"""Say how often warnings came true and how many incidents came without one. Pure.

Two figures side by side: what people said of warnings, and what the store's own incidents say. Neither knows what a
warning has prevented. Exercises, vulnerable dates and silent kecamatan are left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from schemas.district import District
from schemas.rows.warnings import EarlyWarningRow, OutcomeRow
from schemas.vocabulary import Level
from schemas.warnings import WarningKind
from services.warnings.counting import Counted

MONTH = 30.44  # days
JUDGED = (WarningKind.RISE, WarningKind.DISTRICT, WarningKind.RULE)


@dataclass(frozen=True)
class Record:
    """How warnings have done since `since`.

    `judged` warnings have somebody's word, `useful` are those of which most said so; `unuseful_per_month` are the
    others. `settled` warnings are old enough to know what followed, `true` are those after which a serious incident
    came in their place; `serious` incidents came since, `preceded` are those that a warning in their place came before.
    """

    since: date | None
    months: float
    raised: int
    judged: int
    useful: int
    settled: int
    true: int
    serious: int
    preceded: int

    @property
    def unuseful_per_month(self) -> float | None:
        """Give the warnings a month that people found useless; None before anybody said anything."""
        return (self.judged - self.useful) / self.months if self.judged else None

    @property
    def raised_per_month(self) -> float:
        """Give the warnings raised a month."""
        return self.raised / self.months

    @property
    def detection(self) -> float | None:
        """Give the share of serious incidents that a warning came before (POD); None where there was none."""
        return self.preceded / self.serious if self.serious else None

    @property
    def false_share(self) -> float | None:
        """Give the share of warnings after which nothing serious came (false alarm ratio); None where none is known."""
        return 1 - self.true / self.settled if self.settled else None


def is_useful(outcomes: Sequence[OutcomeRow]) -> bool:
    """Say whether more people found a warning useful than not."""
    return 2 * sum(one["useful"] for one in outcomes) > len(outcomes)


def record_of(
    warnings: Sequence[EarlyWarningRow],
    outcomes: Mapping[str, Sequence[OutcomeRow]],
    incidents: Sequence[Counted],
    district: District,
    today: date,
) -> Record:
    """Work the figures out; `outcomes` by warning."""
    mine = [one for one in warnings if one["kind"] in JUDGED and not one["exercise"]]
    length = timedelta(days=district.warnings.true_days)
    since = min((date.fromisoformat(one["day"]) for one in mine), default=None)
    serious = [one for one in incidents if one.level >= Level.TINGGI and since is not None and one.day > since]
    judged = [one for one in mine if outcomes.get(one["id"])]
    settled = [
        one for one in mine if date.fromisoformat(one["day"]) + length < today or _followed(one, serious, length)
    ]
    return Record(
        since=since,
        months=max(1.0, (today - since).days / MONTH) if since else 1.0,
        raised=len(mine),
        judged=len(judged),
        useful=sum(is_useful(outcomes[one["id"]]) for one in judged),
        settled=len(settled),
        true=sum(_followed(one, serious, length) for one in settled),
        serious=len(serious),
        preceded=sum(any(_before(one, other, length) for one in mine) for other in serious),
    )


def _followed(warning: EarlyWarningRow, serious: Sequence[Counted], length: timedelta) -> bool:
    return any(_before(warning, one, length) for one in serious)


def _before(warning: EarlyWarningRow, incident: Counted, length: timedelta) -> bool:
    """Say whether an incident came after a warning, within the time, in its place, and is not what it was made of."""
    raised = date.fromisoformat(warning["day"])
    here = warning["area"] in ("", incident.kecamatan) and warning["group"] in ("", incident.group)
    return here and raised <= incident.day <= raised + length and incident.id not in warning["facts"]["incidents"]
