"""Find the earlier pieces of a message that its sender goes on with: those of the same batch, and those on file."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from schemas.messages import ReportFiled, ReportIn
from schemas.records.reports import Report
from services.store.transaction import Session
from services.triage import queries
from services.triage.correlation.bubbles import MOST_PIECES, TOGETHER, Piece
from services.triage.memory import Memory
from services.triage.rows import NAMELESS, handle_of

LATELY = (TOGETHER * MOST_PIECES).total_seconds()
Sender = tuple[str, bool]  # the handle of a sender, and whether what he sends is an exercise
Kept = tuple[Sender, Piece]


def made_at(filed: ReportFiled) -> datetime:
    """Give when a report was made: as its reporter says, else when it was filed."""
    return filed.report.observed_at or filed.filed_at


def sender_of(filed: ReportFiled) -> Sender:
    """Give who sent a report, as its earlier messages are found by."""
    return handle_of(filed), filed.report.exercise


def piece_of(filed: ReportFiled) -> Piece:
    """Give a report as a piece of a message."""
    return Piece(str(filed.id), filed.report, made_at(filed))


def comes_in_pieces(filed: ReportFiled) -> bool:
    """Tell whether one person stands behind the handle: a chat or SMS sender, not a program or nobody."""
    source, report = filed.source, filed.report
    if source.reporter == NAMELESS or report.anonymous or report.archive:
        return False
    if report.follows is not None:
        return False  # what it goes on with is named, and was a whole report
    return bool(report.contact) or ":" in source.reporter  # "sms:+62812...", as a gateway names its sender


class Pieces:
    """The messages that senders of one batch have sent of late."""

    def __init__(self, batch: Sequence[ReportFiled], memory: Memory) -> None:
        self._told: defaultdict[Sender, list[Piece]] = defaultdict(list)
        chatting = {sender_of(filed): filed for filed in batch if comes_in_pieces(filed)}
        self._senders = frozenset(chatting)
        self.incidents = sorted(
            {
                known.id
                for (source, exercise), filed in chatting.items()
                for known in memory.of(exercise=exercise).told_by(source)
                if known.told is not None and abs(known.told - made_at(filed).timestamp()) <= LATELY
            }
        )  # that these senders told of just before: only there can an earlier piece lie

    def kept(self, session: Session) -> list[Kept]:
        """Read what these senders have on file in the incidents they told of."""
        most = MOST_PIECES * max(1, len(self._senders))
        found = queries.newest_reports(session, self.incidents, {source for source, _ in self._senders}, most)
        return [((row.source, row.exercise), _piece(row)) for row in found]

    def add(self, kept: Iterable[Kept]) -> None:
        """Take in what is on file."""
        for sender, piece in kept:
            self._told[sender].append(piece)

    def tell(self, filed: ReportFiled) -> None:
        """Take in a report of this batch once it has been read."""
        if (sender := sender_of(filed)) in self._senders:
            self._told[sender].append(piece_of(filed))

    def of(self, filed: ReportFiled) -> list[Piece]:
        """Give the earlier messages of the sender of a report: what is an exercise goes on with exercises alone."""
        return self._told.get(sender_of(filed), [])


def _piece(row: Report) -> Piece:
    fields = {name: value for name, value in row.told.items() if name in ReportIn.model_fields}
    at = row.observed_at or row.filed_at
    return Piece(
        row.id, ReportIn.model_validate({**fields, "text": row.text}), at if at.tzinfo else at.replace(tzinfo=UTC)
    )
