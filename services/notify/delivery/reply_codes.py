"""Give each person four digits for each alert, short enough to type at night: "T 4821".

A code is one of a kind among the person's open alerts and stays the same in every reminder. It is random, and good for
one acknowledgement and one escalation; situation reports may carry it as often as there is something to tell. A bundle
has one more, for all that it asks of its reader, good for a day.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping

from schemas.records.answers import ReplyCode
from schemas.rows.alerts import DeliveryRow
from schemas.rows.answers import ReplyCodeRow
from services.notify.delivery.queries import bundled, open_codes
from services.store.ids import derived
from services.store.transaction import Transaction

SPENT_KEPT = 10  # used codes of one alert that are known again when they come back
FIRST, COUNT = 1000, 9000  # 1000 to 9999: a code has no leading zero to lose


def new_code(taken: Collection[str]) -> str:
    """Draw a code that is not taken. It is random: what a person can see of an alert must not lead to its code.

    >>> new_code({str(number) for number in range(FIRST, FIRST + COUNT) if number != 4821})
    '4821'
    """
    start = secrets.randbelow(COUNT)
    for step in range(COUNT):
        code = str(FIRST + (start + step) % COUNT)
        if code not in taken:
            return code
    return str(FIRST + start)  # nine thousand open alerts of one person: he is asked which one he means


class Codes:
    """The codes of one transaction: read once per person, written at its end."""

    def __init__(self, tx: Transaction) -> None:
        self._unit = tx
        self._known: dict[str, dict[str, str]] = {}  # person -> alert -> code
        self._bundles: dict[str, set[str]] = {}  # person -> codes of bundles
        self._new: dict[str, ReplyCodeRow] = {}

    def of(self, person: str, alert: str, incident: str, *, answered: bool = False) -> str:
        """Give the code by which a person answers an alert, making one if there is none.

        One that has acknowledged is spent: whoever owes an answer again (not `answered`) gets another.
        """
        known = self._known[person] if person in self._known else self._read(person)
        id_ = derived("reply code", person, alert)
        old = self._unit.session.get(ReplyCode, id_) if id_ not in self._new else None
        spent = old is not None and old.accepted_at is not None and not answered
        if alert in known and not spent and not _is_anothers(alert, known):
            return known[alert]
        taken = {*(code for other, code in known.items() if other != alert), *self._bundles[person]}
        # One that was closed when the others were read keeps its code, unless another has come to it meanwhile.
        keeps = old is not None and old.code not in taken and not spent
        code = old.code if old and keeps else new_code({*taken, *([*old.spent, old.code] if old else ())})
        known.pop(alert, None)
        known[alert] = code
        if old is None:
            self._new[id_] = {
                "id": id_,
                "person_id": person,
                "alert_id": alert,
                "incident_id": incident,
                "code": code,
                "made_at": self._unit.now,
                "spent": [],
            }
        elif old.code != code:
            old.spent = [*old.spent, old.code][-SPENT_KEPT:]
            old.code, old.made_at, old.accepted_at, old.escalated_at = code, self._unit.now, None, None
            self._unit.audit("alert.code", "notify", incident=incident, subject=alert, person=person)
        return code

    def _read(self, person: str) -> dict[str, str]:
        self._unit.also([f"codes of {person}"])  # of his incidents' alerts no two get the same
        self._bundles[person] = {str(row["bundle_code"]) for row in bundled(self._unit, [person])}
        found = {row["alert_id"]: row["code"] for row in open_codes(self._unit, person)}
        return self._known.setdefault(person, found)

    def write(self) -> None:
        """Keep the new ones."""
        self._unit.add(ReplyCode, list(self._new.values()))


def _is_anothers(alert: str, known: Mapping[str, str]) -> bool:
    """Say whether an alert of later has come to this one's code, as while its incident was closed; newest last."""
    later = list(known)[list(known).index(alert) + 1 :]
    return known[alert] in {known[other] for other in later}


def bundle_code(tx: Transaction, asking: Iterable[DeliveryRow]) -> str:
    """Give the code of a bundle: the one it has, or one that none of its readers has for anything else."""
    asking = list(asking)
    kept = next((row["bundle_code"] for row in asking if row["bundle_code"]), None)
    if kept:
        return str(kept)
    people = sorted({row["person_id"] for row in asking if row["person_id"]})
    taken = {str(row["bundle_code"]) for row in bundled(tx, people)}
    taken |= {row["code"] for person in people for row in open_codes(tx, person)}
    return new_code(taken)
