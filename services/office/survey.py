"""Ask reporters how they were served, once and without a name: the nine elements of PermenPANRB 14/2017."""

import re
import secrets
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Final

from schemas.office.records import SurveyAnswer, SurveySpent
from schemas.rows import SurveyAnswerRow, SurveySpentRow
from services.security.refusal import Refused
from services.security.secret import Secret
from services.store.transaction import Transaction

ELEMENTS: Final = (
    "Persyaratan",
    "Sistem, mekanisme, dan prosedur",
    "Waktu penyelesaian",
    "Biaya atau tarif",
    "Produk layanan",
    "Kompetensi pelaksana",
    "Perilaku pelaksana",
    "Penanganan pengaduan, saran, dan masukan",
    "Sarana dan prasarana",
)
MARKS: Final = (1, 2, 3, 4)
# Lowest value of each grade of the index, of 100 (PermenPANRB 14/2017).
GRADES: Final = (
    (88.31, "A", "Sangat baik"),
    (76.61, "B", "Baik"),
    (65.0, "C", "Kurang baik"),
    (25.0, "D", "Tidak baik"),
)
REMARK_LIMIT: Final = 1000


def spent_id(secret: Secret, report: str) -> str:
    """Give what a used survey of a report is known by; without the secret nobody can work it out."""
    return secret.sign("survey", report)


def take(tx: Transaction, secret: Secret, report: str, form: Mapping[str, str]) -> None:
    """Keep an answer, tied to nobody: of the time only the month, of the report nothing. Raises Refused."""
    used = spent_id(secret, report)
    if tx.session.get(SurveySpent, used) is not None:
        raise Refused("state", "Survei untuk laporan ini sudah diisi. Terima kasih.")
    marks = [form.get(f"u{number}", "") for number in range(1, len(ELEMENTS) + 1)]
    if not all(re.fullmatch(r"[1-4]", mark) for mark in marks):
        raise Refused("state", "Jawab kesembilan pertanyaan.")
    spent: SurveySpentRow = {"id": used}
    answer: SurveyAnswerRow = {
        "id": secrets.token_hex(16),
        "month": f"{tx.now:%Y-%m}",
        "marks": [int(mark) for mark in marks],
        "remark": form.get("remark", "").strip()[:REMARK_LIMIT],
    }
    tx.add(SurveySpent, [spent])
    tx.add(SurveyAnswer, [answer])


def index(answers: Sequence[Sequence[int]]) -> float | None:
    """Give the satisfaction index, of 100: the mean of nine means, times 25. Pure; None without answers.

    >>> index([[4] * 9, [3] * 9])
    87.5
    """
    if not answers:
        return None
    return round(25 * fmean(fmean(one[place] for one in answers) for place in range(len(ELEMENTS))), 2)


def grade(value: float) -> tuple[str, str]:
    """Give the letter and the words of an index.

    >>> grade(87.5), grade(90.0)
    (('B', 'Baik'), ('A', 'Sangat baik'))
    """
    return next(((letter, words) for least, letter, words in GRADES if value >= least), ("D", "Tidak baik"))
