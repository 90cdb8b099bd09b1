"""What several reports of one incident make of it together: a conflict that any of them tells of stays one."""

from itertools import permutations

import pytest

from schemas.vocabulary import Level
from services.triage.correlation.correlation import candidate
from services.triage.correlation.incident_fold import absorb, first_row
from tests.house import NIGHT
from tests.incidents import filed, judged

# conflict, score, level, form of what each report says
TOLD = [
    (True, 40, Level.SEDANG, "BENTROK"),
    (False, 60, Level.RENDAH, "NIHIL"),  # a collision with four dead scores high and is no conflict
    (True, 20, Level.RENDAH, "ANCAMAN"),
]


@pytest.mark.parametrize("order", list(permutations(TOLD)))
def test_no_report_makes_a_conflict_none(order):
    row = None
    for number, (conflict, score, level, form) in enumerate(order):
        report = filed(f"laporan {number}", reporter=f"warga-{number}")
        said = judged(level, conflict=conflict, score=score, form=form)
        if row is None:
            features = candidate(str(report.id), report.report.text, said, ()).to_dict()
            row = first_row(str(report.id), report, said, features, "warga-0", NIGHT)
        else:
            absorb(row, report, said, f"warga-{number}", NIGHT)
    assert (row["conflict"], row["form"], row["level"]) == (True, "BENTROK", Level.SEDANG)
