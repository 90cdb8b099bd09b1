"""Turn the form by which a reporter adds to the own report into one more report, JSON as the API takes it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.district import District
from schemas.records.reports import Report
from schemas.vocabulary import FollowUp
from services.console import texts as words
from services.console.report.fields import moment, text_of
from services.console.report.receipt import Ticket, number_of
from services.security.redaction import with_dots

# Kinds that say all by themselves: who writes no words with one of these has them filed.
SAY_ALL = (FollowUp.ALL_CLEAR, FollowUp.RETRACTION)


@dataclass(frozen=True)
class Added:
    """What a reporter has added to the own report, as its page lists it."""

    number: str
    kind: str
    at: datetime
    text: str


def kind_of(form: Mapping[str, str]) -> FollowUp:
    """Give what a form's words are to the report: news of it, unless another kind was chosen."""
    told = form.get("kind", "")
    return FollowUp(told) if told in list(FollowUp) else FollowUp.UPDATE


def addition(
    form: Mapping[str, str], first: Ticket, district: District, now: datetime, *, exercise: bool
) -> dict[str, Any]:
    """Read the form into a report that names `first` and proves it by its receipt.

    `exercise`: the first report is one, and so is what is added to it.
    """
    kind = kind_of(form)
    text = text_of(form) or (words.say(f"status.said.{kind}", "id") if kind in SAY_ALL else "")
    report: dict[str, Any] = {
        "text": text,
        "follows": str(first.id),
        "follows_as": kind.value,
        "follows_receipt": first.receipt,
    }
    if form.get("id"):
        report["id"] = form["id"]
    if form.get("anonymous"):
        report["anonymous"] = True
    if exercise:
        report["exercise"] = True
    if form.get("made") and (at := moment(form, district, now)):
        report["observed_at"] = at.isoformat()
    return report


def listed(report: Report) -> Added:
    """Give a report that was added to another one as the page of that one lists it."""
    kind = report.told.get("follows_as", FollowUp.UPDATE.value)
    return Added(number_of(report.id), kind, report.filed_at, with_dots(report.text))
