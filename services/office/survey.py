"""Ask reporters how they were served, once and without a name: the nine elements of PermenPANRB 14/2017."""

import re
import secrets
from collections.abc import Mapping
from typing import Final

from schemas.office.records import SurveyAnswer, SurveySpent
from schemas.rows.office import SurveyAnswerRow, SurveySpentRow
from services.office.papers.satisfaction import ELEMENTS
from services.security.refusal import Refused
from services.security.secret import Secret
from services.store.transaction import Transaction

REMARK_LIMIT: Final = 1000


def spent_id(secret: Secret, report: str) -> str:
    """Give what a used survey of a report is known by; without the secret nobody can work it out."""
    return secret.sign("survey", report)


def take(tx: Transaction, secret: Secret, report: str, form: Mapping[str, str]) -> None:
    """Keep an answer, tied to nobody: of the time only the month, of the report nothing. Raises Refused."""
    used = spent_id(secret, report)
    if tx.session.get(SurveySpent, used) is not None:
        raise Refused("survey_done")
    marks = [form.get(f"u{number}", "") for number in range(1, len(ELEMENTS) + 1)]
    if not all(re.fullmatch(r"[1-4]", mark) for mark in marks):
        raise Refused("survey_incomplete")
    spent: SurveySpentRow = {"id": used}
    answer: SurveyAnswerRow = {
        "id": secrets.token_hex(16),
        "month": f"{tx.now:%Y-%m}",
        "marks": [int(mark) for mark in marks],
        "remark": form.get("remark", "").strip()[:REMARK_LIMIT],
    }
    tx.add(SurveySpent, [spent])
    tx.add(SurveyAnswer, [answer])
