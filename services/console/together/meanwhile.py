"""Stop an act whose form was read before somebody else changed the incident, so that nothing is overwritten unseen.

A form carries the number of the audit log's line up to which its page was read. An act that judges looks whether a
later line says that the incident was changed by somebody else: then it is not done, the person is shown what changed
and may send it once more. Answers and follow-up reports are never stopped: they overwrite nothing, and each is wanted
at once.
"""

from collections.abc import Mapping, Sequence

from schemas.vocabulary import EventKind
from services.console.together.queries import changes_by_others
from services.security.auth import Identity
from services.store.transaction import Transaction

FIELD = "as_of"
JUDGING = frozenset({"verifikasi", "penilaian", "tutup", "buka", "gabung", "pisah"})
CHANGES = tuple(
    kind.value
    for kind in (
        EventKind.INCIDENT_RAISED,
        EventKind.INCIDENT_CHANGED,
        EventKind.INCIDENT_REOPENED,
        EventKind.INCIDENT_VERIFIED,
        EventKind.INCIDENT_ASSESSED,
        EventKind.INCIDENT_MERGED,
        EventKind.INCIDENT_SPLIT,
        EventKind.INCIDENT_SETTLED,
        EventKind.INCIDENT_DISMISSED,
    )
)
DIGITS = 18  # of a line's number; more is none of ours


class ChangedMeanwhile(Exception):  # noqa: N818 - said to a person
    """Somebody else changed the incident after the form was read; `lines` are the numbers that say so."""

    def __init__(self, lines: Sequence[int]) -> None:
        super().__init__("changed meanwhile")
        self.lines = frozenset(lines)


def look(tx: Transaction, incident: str, who: Identity, act: str, form: Mapping[str, str]) -> None:
    """Raise ChangedMeanwhile where an act that judges would go over what somebody else did.

    A form without the number, as a program or an older page sends it, passes.
    """
    read = form.get(FIELD, "")
    if act not in JUDGING or not (read.isascii() and read.isdecimal() and len(read) <= DIGITS):
        return
    if lines := changes_by_others(tx.session, incident, int(read), who.id, CHANGES):
        raise ChangedMeanwhile(lines)
