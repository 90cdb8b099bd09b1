"""Let the reporter hear back, in the channel used, what became of a report: never from whom, never who was told.

diterima, diverifikasi, diteruskan, ditindaklanjuti, selesai or ditolak: the words officials know from SP4N-LAPOR.
Which are due follows from the state the incident is in, so that a missed event loses none; each is told once.
Issues for named persons only, anonymous reports and whoever sent STOP are left alone.

A number that a program names as contact may be anybody's. It is told by SMS, where STOP can be sent back, only of
reports by keys to which the office gave that right, and so many times a day (decision 0018).
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import timedelta

from schemas.records.reports import ReportSource
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import IncidentState
from services.notify.context import NotifyContext
from services.notify.delivery.direct_messages import owe, words_back
from services.notify.messages.alert_message import told_time
from services.notify.replies import queries
from services.notify.replies.queries import ReportedIncident
from services.notify.replies.senders import way_back, way_to_number
from services.oncall.queries import count_deliveries
from services.policy.situation import named_only
from services.sources.kept import opened
from services.store.transaction import Transaction

WORDS = {
    "diterima": "Laporan {ref} diterima {time}. Nyawa terancam: hubungi {emergency}. Kirim STOP untuk berhenti.",
    "named": "Laporan {ref} dengan nomor Anda diterima {time}. Nyawa terancam: hubungi {emergency}. "
    "Bukan laporan Anda? Kirim STOP.",
    "diverifikasi": "Laporan {ref}: diverifikasi.",
    "diteruskan": "Laporan {ref}: diteruskan kepada yang berwenang.",
    "ditindaklanjuti": "Laporan {ref}: ditindaklanjuti.",
    "selesai": "Laporan {ref}: selesai. Terima kasih.",
    "ditolak": "Laporan {ref}: ditolak setelah diperiksa. Terima kasih.",
}
HEARD = "heard"  # reason of these deliveries
NAMED = "api"  # channel of reports whose contact was typed by a program, not vouched for by a gateway
DAY = timedelta(days=1)
OF_STATE = {
    IncidentState.VERIFIED: "diverifikasi",
    IncidentState.HANDLED: "ditindaklanjuti",
    IncidentState.SETTLED: "selesai",
    IncidentState.DISMISSED: "ditolak",
}


def statuses(state: str, *, told: bool) -> list[str]:
    """Say which words are due in a state; `told`: somebody has been told of it.

    >>> statuses("open", told=False), statuses("open", told=True), statuses("settled", told=True)
    (['diterima'], ['diterima', 'diteruskan'], ['selesai'])
    """
    word = OF_STATE.get(IncidentState(state), "diteruskan" if told else None)
    if word in ("selesai", "ditolak"):
        return [word]
    return ["diterima", *([word] if word else [])]


def anybody_hears(context: NotifyContext) -> bool:
    """Say whether there is any way back to a reporter."""
    return context.contacts.divert is None and any(context.answers(name) for name in context.channels)


def send_reporter_updates(tx: Transaction, context: NotifyContext, incidents: Sequence[str]) -> list[DeliveryRow]:
    """Owe reporters the words that are due for these incidents; gives the deliveries, leased to this process."""
    if not anybody_hears(context):
        return []
    rows = queries.reported_incidents(tx, incidents)
    if not rows:
        return []
    told = queries.alerted(tx, {row["incident"] for row in rows})
    trusted = queries.replying_keys(tx)
    gone = queries.opted_out(tx)
    owed: dict[str, DeliveryRow] = {}
    named: set[str] = set()  # of these, what goes to a number that a program has named
    for row in rows:
        issue = context.district.issues.get(row["issue"])
        back = _way(context, row, trusted)
        if (
            back is None
            or issue is None
            or named_only((row["issue"], row["issue_secondary"]), context.district)
            or not gone.isdisjoint(context.sender_handles(back[1]))
        ):
            continue
        for status in statuses(row["state"], told=row["incident"] in told):
            message = _message(tx, context, row, status, back)
            if message["id"] not in owed:
                owed[message["id"]] = message
                named |= {message["id"]} if row["channel"] == NAMED else set()
    return owe(tx, _within_a_day(tx, context, list(owed.values()), named))


def _way(context: NotifyContext, row: ReportedIncident, trusted: Collection[str]) -> tuple[str, str] | None:
    """Give how a reporter is told: as the report came, or by SMS to a number that a program with that right named."""
    source = ReportSource(report_id=row["id"], reporter=row["reporter"], contact=row["contact"], sealed=row["sealed"])
    known = opened(context.vault, source, row["wrapped"])
    if known is None or known.contact is None:  # nobody left one, or it was erased
        return None
    if row["channel"] != NAMED:
        return way_back(context, row["channel"], known.contact)
    return way_to_number(context, known.contact) if known.reporter in trusted else None


def _within_a_day(
    tx: Transaction, context: NotifyContext, messages: list[DeliveryRow], of: set[str]
) -> list[DeliveryRow]:
    """Leave out what would be too much for a number that a program has named; whoever wrote himself hears it all."""
    named = {message["id"]: message for message in messages if message["id"] in of}
    if not named:
        return messages
    numbers = sorted({message["address"] for message in named.values()})
    known = queries.known_deliveries(tx, named)
    told = Counter(count_deliveries(tx, numbers, HEARD, tx.now - DAY))
    left_out = set()
    for id_, message in named.items():
        if id_ in known:
            continue
        if told[message["address"]] >= context.district.intake.heard_per_day:
            left_out.add(id_)
        told[message["address"]] += 1
    return [message for message in messages if message["id"] not in left_out]


def _message(
    tx: Transaction, context: NotifyContext, row: ReportedIncident, status: str, back: tuple[str, str]
) -> DeliveryRow:
    """Build one message: a receipt for each report, later words once per incident and address."""
    filed = told_time(row["filed_at"], told_at=tx.now, zone=context.zone)
    said = "named" if status == "diterima" and row["channel"] == NAMED else status
    text = WORDS[said].format(ref=row["id"][:8], time=filed, emergency=context.district.emergency)
    if row["exercise"]:
        text = f"LATIHAN - {text}"
    key = (row["id"], status) if status == "diterima" else (row["incident"], status, context.kept_address(back[1]))
    return words_back(tx, context, key, *back, text, reason=HEARD)
