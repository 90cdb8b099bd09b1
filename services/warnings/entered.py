"""Keep what people enter about early warning: what a warning was worth, signs of the week, vulnerable dates.

Each function works on an open transaction and writes its audit line; who may see a warning is the caller's to check.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from schemas.district import District
from schemas.records.warnings import DateEntry, EarlyWarning, Indicator, Outcome
from schemas.rows.warnings import DateEntryRow, IndicatorRow, OutcomeRow
from schemas.vocabulary import Role
from services.incidents.access import hidden_issues
from services.policy.geography import kecamatan_code
from services.security.auth import Identity
from services.security.refusal import Refused
from services.store.ids import derived
from services.store.transaction import Transaction
from services.warnings import queries
from services.warnings.counting import kecamatan_of

BECAME = ("escalated", "calmed", "nothing", "unknown")
JUDGES = (Role.MEMBER, Role.COORDINATOR, Role.VERIFIER, Role.LEADER)
LOWERS = (Role.COORDINATOR, Role.VERIFIER)
LONGEST = timedelta(days=366)
TEXT = 500  # characters of a note, a name, a source


def judge(tx: Transaction, warning_id: str, who: Identity, *, useful: bool, became: str, note: str = "") -> None:
    """Keep what somebody says a warning was worth; a later word of the same person replaces it. Raises Refused."""
    if who.role not in JUDGES:
        raise Refused("role_cannot_judge_warning")
    if became not in BECAME:
        raise Refused("warning_became_unknown")
    if tx.session.get(EarlyWarning, warning_id) is None:
        raise Refused("warning_not_found")
    row: OutcomeRow = {"id": derived("outcome", warning_id, who.id), "warning_id": warning_id, "by": who.id}
    row |= {"institution": who.institution, "useful": useful, "became": became, "note": note[:TEXT], "at": tx.now}
    if not tx.add_new(Outcome, [row]):
        tx.put(Outcome, [row])
    told = {"useful": useful, "became": became, "note": note[:TEXT]}
    tx.audit("warning.judged", who.id, incident=warning_id, subject=row["id"], **told)


def monday_of(day: date) -> date:
    """Give the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def note_signs(
    tx: Transaction,
    district: District,
    who: Identity,
    week: date,
    kecamatan: str,
    codes: Collection[str],
    note: str = "",
) -> None:
    """Keep that signs were seen in a kecamatan in a week, beside those that others saw. Raises Refused.

    A note on a sign that stands is written behind the one it has. What stands is taken back by `take_sign_back` only.
    """
    known = {one.code for one in district.warnings.sign}
    if not known.issuperset(codes):
        raise Refused("sign_unknown")
    _may_enter_signs(who, district, kecamatan)
    if not codes:
        raise Refused("sign_needed")
    monday, said = monday_of(week).isoformat(), note.strip()
    before = _standing(tx, monday, kecamatan)
    rows: list[IndicatorRow] = [
        {
            "id": derived("sign", monday, kecamatan, code),
            "week": monday,
            "kecamatan": kecamatan,
            "code": code,
            "note": said[:TEXT],
            "by": who.id,
            "at": tx.now,
        }
        for code in codes
        if code not in before
    ]
    tx.add(Indicator, rows)
    more = [before[code] for code in codes if code in before and said and said not in before[code]["note"]]
    longer: list[IndicatorRow] = [
        {**one, "note": f"{one['note']} · {said}" if one["note"] else said[:TEXT]} for one in more
    ]
    if any(len(one["note"]) > TEXT for one in longer):
        raise Refused("sign_note_full", most=str(TEXT))
    tx.put(Indicator, longer)
    _tell_signs(tx, who, monday, kecamatan, {*before, *codes}, before)


def take_sign_back(tx: Transaction, district: District, who: Identity, id_: str) -> None:
    """Take back one sign that somebody entered; the audit log keeps that it stood. Raises Refused."""
    found = tx.session.get(Indicator, id_)
    if found is None:
        raise Refused("sign_unknown")
    week, kecamatan, code = found.week, found.kecamatan, found.code
    _may_enter_signs(who, district, kecamatan)
    before = _standing(tx, week, kecamatan)
    queries.delete_indicator(tx, id_)
    _tell_signs(tx, who, week, kecamatan, set(before) - {code}, before)


def _may_enter_signs(who: Identity, district: District, kecamatan: str) -> None:
    if who.role not in JUDGES:
        raise Refused("role_cannot_enter_signs")
    if kecamatan not in kecamatan_of(district):
        raise Refused("sign_unknown")
    if who.unit and kecamatan_code(who.unit) != kecamatan:
        raise Refused("sign_of_other_place")


def _standing(tx: Transaction, monday: str, kecamatan: str) -> dict[str, IndicatorRow]:
    here = [one for one in queries.indicators(tx.session, monday) if one["kecamatan"] == kecamatan]
    return {one["code"]: one for one in here if one["week"] == monday}


def _tell_signs(
    tx: Transaction, who: Identity, monday: str, kecamatan: str, codes: Collection[str], before: Collection[str]
) -> None:
    facts: dict[str, Any] = {"week": monday, "kecamatan": kecamatan, "codes": sorted(codes), "before": sorted(before)}
    tx.audit("signs.noted", who.id, subject=derived("signs", monday, kecamatan), **facts)


def enter_date(
    tx: Transaction,
    district: District,
    who: Identity,
    *,
    name: str,
    first: date,
    last: date,
    issue: str,
    source: str,
    kecamatan: str | None = None,
    lowered: bool = False,
    reason: str = "",
) -> str:
    """Keep a vulnerable window with where it is known from; gives its id. Raises Refused.

    Who lowers thresholds in it says why, and is a coordinator, verifier or administrator.
    """
    if who.role not in JUDGES:
        raise Refused("role_cannot_enter_dates")
    if not name.strip() or not source.strip():
        raise Refused("window_needs_source")
    if not first <= last <= first + LONGEST:
        raise Refused("window_dates")
    if issue in hidden_issues(who, district):
        raise Refused("issue_of_named_persons")
    if issue not in district.issues or (kecamatan is not None and kecamatan not in kecamatan_of(district)):
        raise Refused(
            "code_unknown", what=("Jenis masalah atau kecamatan", "Issue or kecamatan"), given=kecamatan or issue
        )
    if lowered and who.role not in LOWERS:
        raise Refused("lowering_not_yours")
    if lowered and not reason.strip():
        raise Refused("lowering_needs_reason")
    id_ = derived("date", name, first.isoformat(), last.isoformat(), issue, kecamatan or "", tx.seq + 1)
    row: DateEntryRow = {
        "id": id_,
        "name": name.strip()[:TEXT],
        "first": first.isoformat(),
        "last": last.isoformat(),
        "issue": issue,
        "kecamatan": kecamatan,
        "source": source.strip()[:TEXT],
        "lowered": lowered,
        "reason": reason.strip()[:TEXT],
        "by": who.id,
        "at": tx.now,
        "withdrawn_at": None,
    }
    tx.add(DateEntry, [row])
    facts: dict[str, Any] = {
        "name": row["name"],
        "first": row["first"],
        "last": row["last"],
        "issue": issue,
        "lowered": lowered,
    }
    tx.audit("date.entered", who.id, subject=id_, **facts, source=row["source"], reason=row["reason"])
    return id_


def withdraw_date(tx: Transaction, district: District, id_: str, who: Identity) -> None:
    """Take a window back; it stays on file. Its author may, and who may lower thresholds. Raises Refused."""
    entry = tx.session.get(DateEntry, id_)
    if entry is None or entry.withdrawn_at is not None or entry.issue in hidden_issues(who, district):
        raise Refused("window_not_found")
    if who.id != entry.by and who.role not in LOWERS:
        raise Refused("window_not_yours")
    entry.withdrawn_at = tx.now
    tx.audit("date.withdrawn", who.id, subject=id_)
