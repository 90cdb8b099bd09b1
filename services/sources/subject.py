"""Give a person what is kept of them, and erase it: the rights of access and of erasure (UU 27/2022).

What happened stays: a report's place, time, figures and words, without what identifies who told it. The keys of the
person's reports are erased on the bus, in the store and in the key file beside the backups; texts are redacted in the
store, and every copy that a key has sealed opens no more.
"""

import re
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast
from uuid import UUID

from schemas.messages import InboundMessage
from schemas.records.alerts import Delivery
from schemas.records.incidents import Incident, Judgement
from schemas.records.reports import Report, ReportSource
from schemas.rows.alerts import DeliveryRow
from schemas.rows.incidents import IncidentRow, JudgementRow
from schemas.rows.reports import ReportRow, ReportSourceRow
from services.search.queries import forget
from services.security.redaction import hidden
from services.sources import person, queries
from services.sources.kept import Known, opened
from services.sources.person import ERASED
from services.sources.vault import LOST, Vault
from services.store.transaction import Session, Transaction

HANDLE = re.compile(r"[0-9a-f]{32}")
SHORTEST = 3  # letters of a name's word that is looked for in texts
DOT = "•"


class Bus(Protocol):
    """What has to be erased outside of the store; services/bus has this shape."""

    async def erase_keys(self, reports: Sequence[str]) -> int:
        """Overwrite the keys of reports."""
        ...

    async def erase_inbound(self, is_theirs: Callable[[bytes], bool]) -> int:
        """Overwrite inbound messages."""
        ...


@dataclass(frozen=True)
class Found:
    """What is on file of one person: own reports, and reports of others whose text names the number or mail address."""

    spelt: tuple[str, ...]
    reports: tuple[str, ...]
    named_in: tuple[str, ...]


def find(session: Session, vault: Vault, given: str) -> Found:
    """Find a person by number, mail address, name, key, handle, or by the id of one report."""
    given = given.strip()
    if _is_report(given):
        handle = queries.person_of(session, given)
        own = queries.reports_of(session, [handle]) if handle else [given]
        return Found((), tuple(sorted(own)), ())
    if HANDLE.fullmatch(given):
        return Found((), tuple(sorted(queries.reports_of(session, [given]))), ())
    spelt = person.spellings(given)
    own = queries.reports_of(session, [vault.person(one) for one in spelt])
    named = [id_ for id_, text in queries.texts(session) if _names(text, spelt)] if _is_address(spelt[0]) else []
    return Found(spelt, tuple(sorted(own)), tuple(sorted(set(named) - set(own))))


def _is_report(given: str) -> bool:
    try:
        return str(UUID(given)) == given.lower()
    except ValueError:
        return False


def _is_address(spelt: str) -> bool:
    return spelt.startswith(("tel:", "mail:"))


def _names(text: str, spelt: Collection[str]) -> bool:
    """Say whether a text holds a number or mail address, however it is written."""
    digits = re.sub(r"\D", "", text)
    for one in spelt:
        kind, _, value = one.partition(":")
        if kind == "tel" and _national(value) in digits:
            return True
        if kind == "mail" and value in text.lower():
            return True
    return False


def _national(number: str) -> str:
    """Give the digits that every spelling of a number ends with."""
    return number.removeprefix("+62").removeprefix("+")


# -- access ------------------------------------------------------------------------------------------------------------


def export(session: Session, vault: Vault, found: Found) -> dict[str, Any]:
    """Give what is kept of a person: their reports with who told them, the messages to them, by 0.1's spelling too."""
    addresses = _addresses(session, vault, found)
    return {
        "reports": [_exported(session, vault, id_) for id_ in found.reports],
        "named_in": list(found.named_in),
        "messages": [
            {"at": row.owed_at.isoformat(), "channel": row.channel, "text": row.payload.get("body", "")}
            for row in queries.deliveries_to(session, addresses)
        ],
        "accounts": [
            {"login": one.login, "name": one.name, "role": one.role, "institution": one.institution, "post": one.post}
            for one in queries.officers_at(session, [spelt.partition(":")[2] for spelt in found.spelt])
        ],
    }


def _exported(session: Session, vault: Vault, id_: str) -> dict[str, Any]:
    report, source = session.get(Report, id_), session.get(ReportSource, id_)
    if report is None or source is None:
        return {"id": id_, "kept": False}
    known = opened(vault, source, queries.wrapped_key(session, id_))
    return {
        "id": id_,
        "filed_at": report.filed_at.isoformat(),
        "channel": report.channel,
        "text": report.text,
        "added": [
            {"filed_at": one.filed_at.isoformat(), "text": one.text} for one in queries.added_to(session, id_)
        ],  # by who held its receipt
        "fields": report.told,
        "notes": {**report.notes, **(known.notes if known else {})},
        "reporter": known.reporter if known else LOST,
        "name": known.name if known else None,
        "contact": known.contact if known else None,
        "incident": report.folded_into or report.incident_id,
    }


def _addresses(session: Session, vault: Vault, found: Found) -> set[str]:
    """Give every form in which an address of this person is kept with a message."""
    plain = {one.partition(":")[2] for one in found.spelt}
    for id_ in found.reports:
        if known := _known(session, vault, id_):
            plain |= {known.contact or "", known.reporter.partition(":")[2], _number(known.contact or "")}
    plain -= {""}
    return plain | {vault.seal_address(one) for one in plain}


def _number(contact: str) -> str:
    kind, _, value = person.spelt(contact).partition(":")
    return value if kind in ("tel", "mail") else ""


def _known(session: Session, vault: Vault, id_: str) -> Known | None:
    source = session.get(ReportSource, id_)
    return opened(vault, source, queries.wrapped_key(session, id_)) if source else None


# -- erasure -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Erased:
    """What an erasure has done; the receipt is what its audit line is found by."""

    receipt: str
    reports: int
    named_in: int
    messages: int


async def erase_on_bus(bus: Bus, vault: Vault, found: Found) -> tuple[int, int]:
    """Overwrite on the bus the keys of a person's reports and what they have sent lately; gives how many of each."""
    return await bus.erase_keys(found.reports), await bus.erase_inbound(_sent_by(vault, found.spelt))


def _sent_by(vault: Vault, spelt: Collection[str]) -> Callable[[bytes], bool]:
    def is_theirs(body: bytes) -> bool:
        try:
            message = InboundMessage.model_validate_json(vault.open_inbound(body))
        except (ValueError, KeyError):
            return False
        return person.spelt(message.sender) in spelt

    return is_theirs


def erase(
    tx: Transaction, vault: Vault, found: Found, actor: str, why: str, photographs: Collection[str] = ()
) -> Erased:
    """Erase a person from the store; their keys first on the bus (`erase_on_bus`). The receipt is written down.

    `photographs`: those of the reports that are erased as well; their files are the caller's to delete.
    """
    addresses = _addresses(tx.session, vault, found)
    for id_ in found.reports:
        erase_report(tx, vault, id_, actor)
        if report := tx.session.get(Report, id_):
            _without_photographs(tx, report, photographs)
    for id_ in found.named_in:
        if report := tx.session.get(Report, id_):
            _redact(tx, report, _marks_in(report.text, found.spelt))
    changes: list[DeliveryRow] = [
        {"id": row.id, "address": LOST} for row in queries.deliveries_to(tx.session, addresses)
    ]
    tx.put(Delivery, changes)
    queries.forget_senders(tx, [vault.handle("sender", one.partition(":")[2]) for one in found.spelt])
    queries.delete_keys(tx, found.reports)
    queries.bury(tx, [vault.tombstone(id_) for id_ in found.reports])
    receipt = f"HAPUS-{secrets.token_hex(6).upper()}"
    own, others, told = len(found.reports), len(found.named_in), len(changes)
    tx.audit(
        "person.erased",
        actor,
        subject=receipt,
        reason=why,
        reports=own,
        named_in=others,
        messages=told,
        photographs=len(photographs),
    )
    return Erased(receipt, len(found.reports), len(found.named_in), len(changes))


def erase_report(tx: Transaction, vault: Vault, id_: str, actor: str) -> None:
    """Leave of one report what happened; who told it is nobody. Its key is the caller's to delete."""
    report, known = tx.session.get(Report, id_), _known(tx.session, vault, id_)
    if report is None:
        return
    marks = _marks_of(known) | {report.text[one.start : one.end] for one in hidden(report.text)}
    before, after = report.source, f"{ERASED}-{secrets.token_hex(8)}"
    _redact(tx, report, marks, {before: after})
    for added in queries.added_to(tx.session, id_):  # by who held its receipt, with no name of their own
        _redact(tx, added, marks | {added.text[one.start : one.end] for one in hidden(added.text)})
    row: ReportSourceRow = {"report_id": id_, "reporter": ERASED, "name": None, "contact": None, "sealed": LOST}
    tx.put(ReportSource, [row], key="report_id")
    tx.audit("report.source_erased", actor, incident=report.folded_into or report.incident_id, subject=id_)


def _without_photographs(tx: Transaction, report: Report, gone: Collection[str]) -> None:
    """Let a report name no photograph that is erased."""
    named = report.told.get("attachments", ())
    if gone and named:
        kept = [photo for photo in named if photo not in gone]
        row: ReportRow = {"id": report.id, "told": {**report.told, "attachments": kept}}
        tx.put(Report, [row])


def _marks_of(known: Known | None) -> set[str]:
    """Give what identifies a reporter, as it may stand in a text: name, contact, and what the contact is made of."""
    if known is None:
        return set()
    marks = {known.name or "", known.contact or "", *known.notes.values()}
    for text in (known.name or "", known.contact or ""):
        marks |= {text[one.start : one.end] for one in hidden(text)}
        marks |= {word for word in re.findall(r"[^\W\d_]+", text) if len(word) >= SHORTEST}
        marks |= {match[0] for match in re.finditer(r"\+?\d[\d .()/-]{6,20}\d", text)}
    return {mark.strip() for mark in marks if len(mark.strip()) >= SHORTEST}


def _marks_in(text: str, spelt: Collection[str]) -> set[str]:
    """Give the hidden stretches of a text that are this person's number or mail address."""
    found = (text[one.start : one.end] for one in hidden(text))
    return {stretch for stretch in found if person.spelt(stretch) in spelt}


def _redact(tx: Transaction, report: Report, marks: Collection[str], handles: Mapping[str, str] | None = None) -> None:
    """Put dots where a report, its judgement and its incident say who told it; spans into the text stay true."""
    hide = _Hide(marks, handles or {})
    row: ReportRow = {"id": report.id, "text": hide.text(report.text), "told": hide.json(report.told)}
    row |= {"notes": hide.json(report.notes), "source": (handles or {}).get(report.source, report.source)}
    tx.put(Report, [row])
    forget(tx, [report.id])
    judged: list[JudgementRow] = [
        {"id": one["id"], "data": hide.json(one["data"])} for one in tx.rows(Judgement, "report_id", [report.id])
    ]
    tx.put(Judgement, judged)
    for incident in tx.rows(Incident, "id", list({report.incident_id, report.folded_into or report.incident_id})):
        columns = ("place", "facts", "reasons", "missing", "parties", "features", "sources")
        kept = cast(
            "IncidentRow", {"id": incident["id"]} | {name: hide.json(cast("Any", incident)[name]) for name in columns}
        )
        tx.put(Incident, [kept])
        told: list[DeliveryRow] = [
            {"id": one["id"], "payload": hide.json(one["payload"])}
            for one in tx.rows(Delivery, "incident_id", [incident["id"]])
        ]
        tx.put(Delivery, told)


class _Hide:
    """Puts dots in place of marks, as whole words where they are words, and other handles in place of handles."""

    def __init__(self, marks: Collection[str], handles: Mapping[str, str]) -> None:
        self._handles = handles
        longest = sorted(marks, key=len, reverse=True)
        self._pattern = re.compile(
            "|".join(rf"(?<!\w){re.escape(mark)}(?!\w)" for mark in longest) or r"(?!)", re.IGNORECASE
        )

    def text(self, text: str) -> str:
        return self._pattern.sub(lambda match: DOT * len(match[0]), text)

    def json(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._handles.get(value) or self.text(value)
        if isinstance(value, list):
            return [self.json(one) for one in value]
        if isinstance(value, dict):
            return {self.text(name): self.json(one) for name, one in value.items()}
        return value
