"""Try rules before they are obeyed: what another policy would have done is journalled, and nobody is told.

Two ways: one rule of the district's own in `monitor` mode, or a whole second district folder (`[monitor]`).
"""

from schemas.district import District
from schemas.rows.incidents import IncidentRow
from services.notify.alerting.alert_rows import AlertRows
from services.policy.proof import differences
from services.policy.routing import monitored
from services.policy.situation import Situation

WHOLE = "[monitor]"  # what the second district is called where a rule's name would stand


def would_differ(district: District, trial: District | None, situation: Situation) -> dict[str, list[str]]:
    """Give what would be decided otherwise, by the name of the rule on trial.

    An issue or form that the second district does not know is routed there as it routes what it does not know.
    """
    found = {name: list(changes) for name, changes in monitored(situation, district).items()}
    if trial is not None and (changes := differences(district, trial, [(situation, 1)])):
        found[WHOLE] = list(changes[0].what())
    return found


def journal_trials(books: AlertRows, row: IncidentRow, case: Situation) -> None:
    """Keep what rules on trial would have changed for an incident that opens or rises."""
    for name, changes in would_differ(books.desk.district, books.desk.trial, case).items():
        books.unit.audit("policy.would_differ", "notify", incident=row["id"], rule=name, changes=changes)
