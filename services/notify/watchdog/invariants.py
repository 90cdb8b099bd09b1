"""Look whether everything that was promised still has a timer or an end: the rules, as questions to the store.

Every open incident has a live timer or a state in which none is needed; every delivery owed has an outcome or a next
try; nothing that is due waits longer than two ticks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.words.languages import LANGUAGES
from services.notify.watchdog import queries
from services.store.transaction import Session

SEALED_WITHIN = timedelta(minutes=2)  # of its writing; notify looks twice a second
LATE_LOOKS = 3  # intervals after which early warning counts as stopped
AT_LEAST = timedelta(seconds=10)  # two ticks of a second are over before a sweep of a thousand timers is

SAID = {
    "untold": (
        "peristiwa terbuka belum diteruskan kepada siapa pun",
        "open incidents of which nobody has been told",
    ),
    "timerless": (
        "peristiwa terbuka tanpa pengatur waktu",
        "open incidents without a timer",
    ),
    "unchased": (
        "peristiwa terbuka yang jawabannya kurang, tetapi tidak ditagih",
        "open incidents that lack an answer and are not chased",
    ),
    "late_ladder": (
        "tangga eskalasi terlambat",
        "escalation ladders that are late",
    ),
    "late_reminder": (
        "pengingat terlambat",
        "reminders that are late",
    ),
    "late_sitrep": (
        "tagihan lapjut terlambat",
        "situation reports not asked for in time",
    ),
    "unpromised": (
        "peringatan diterima tanpa batas lapjut",
        "acknowledged alerts without a time for a situation report",
    ),
    "stuck": (
        "kiriman tanpa hasil dan tanpa waktu coba lagi",
        "deliveries without an outcome and without a next try",
    ),
    "late_delivery": (
        "kiriman menunggu terlalu lama",
        "deliveries that wait too long",
    ),
    "given_up": (
        "kiriman tidak dapat disampaikan dan tidak ada jalan lain",
        "deliveries that could not be made and have no other way",
    ),
    "bus_refuses": (
        "bus tidak menyimpan laporan baru",
        "the bus keeps no new reports",
    ),
    "bus_lost": (
        "bus pernah kehilangan pesan",
        "the bus has lost messages",
    ),
    "store_taken_over": (
        "server basis data berganti, laporan terakhir mungkin hilang (jalankan `kentongan reconcile --mend`)",
        "another database server took over, the last reports may be lost (run `kentongan reconcile --mend`)",
    ),
    "clocks_apart": (
        "layanan pada mesin yang jamnya tidak sama dengan jam basis data (perbaiki NTP)",
        "services on a machine whose clock is not the database's (mend NTP)",
    ),
    "same_name": (
        "nama notify yang dipakai beberapa proses (beri KENTONGAN_INSTANCE masing-masing)",
        "names that several notifiers have (give each its own KENTONGAN_INSTANCE)",
    ),
    "consumer_beyond": (
        "pembaca bus berada di luar akhir antreannya",
        "readers of the bus stand beyond the end of their queue",
    ),
    "lagging": (
        "pembaca bus tidak maju",
        "readers of the bus do not move on",
    ),
    "unheld": (
        "bagian kerja yang tidak diambil layanan mana pun (apakah `triage` dan `notify` berjalan?)",
        "partitions that no worker takes from (do `triage` and `notify` run?)",
    ),
    "dead_letters": (
        "pesan tidak dapat diproses layanan",
        "messages that could not be processed",
    ),
    "door_shut": (
        "pintu laporan tidak siap",
        "the front door is not ready",
    ),
    "disk_low": (
        "ruang disk hampir habis",
        "the disk is almost full",
    ),
    "canary_lost": (
        "laporan uji tidak sampai",
        "test reports that did not arrive",
    ),
    "unsealed": (
        "baris catatan audit belum bersidik, terlama",
        "lines of the audit log without a hash yet, the oldest",
    ),
    "journal": (
        "tempat catatan audit tidak cocok (jalankan `kentongan audit verify`)",
        "places where the audit log does not fit (run `kentongan audit verify`)",
    ),
    "checkpoints": (
        "tempat bukti catatan audit tidak dapat ditulis",
        "places where proofs of the audit log cannot be written",
    ),
    "unwatched": (
        "peringatan dini berhenti melihat",
        "early warning has stopped looking",
    ),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is not as promised: `kind` is a key of `SAID`, `subject` the row it is about."""

    kind: str
    subject: str
    incident: str = ""


def patience(tick: float) -> timedelta:
    """Give how long something due may wait: two ticks, and never less than ten seconds."""
    return max(timedelta(seconds=2 * tick), AT_LEAST)


def look(session: Session, now: datetime, tick: float) -> list[Finding]:
    """Ask every question; an empty list means that all promises are kept. `tick` in seconds."""
    late = now - patience(tick)
    found = [Finding(kind, id_, id_) for kind, ids in queries.broken_incidents(session, late).items() for id_ in ids]
    for kinds in (queries.broken_alerts(session, late), queries.broken_deliveries(session, late)):
        found += [Finding(kind, id_, incident) for kind, rows in kinds.items() for id_, incident in rows]
    return found + [Finding("unsealed", str(line)) for line in queries.unsealed_line(session, now - SEALED_WITHIN)]


def unwatched(
    notifiers: Sequence[tuple[datetime, Mapping[str, Any]]], now: datetime, every: timedelta
) -> list[Finding]:
    """Say whether nobody has looked for what is unusual for three times as long as it should take."""
    looks = [datetime.fromtimestamp(facts["watched"], UTC) for _, facts in notifiers if "watched" in facts]
    latest = max([*looks, *(started for started, _ in notifiers)], default=None)
    return [Finding("unwatched", "watch")] if latest is not None and now - latest > LATE_LOOKS * every else []


def sentences(findings: list[Finding], language: str = LANGUAGES[0]) -> list[str]:
    """Say findings to a person in this language, a line per kind with the first few ids.

    >>> sentences([Finding("stuck", "d1", "i1"), Finding("stuck", "d2", "i2")])
    ['2 kiriman tanpa hasil dan tanpa waktu coba lagi: i1, i2']
    """
    lines = []
    for kind, said in SAID.items():
        ids = [finding.incident or finding.subject for finding in findings if finding.kind == kind]
        if ids:
            rest = f" and {len(ids) - 3} more" if language == "en" else f" dan {len(ids) - 3} lagi"
            more = rest if len(ids) > 3 else ""  # noqa: PLR2004 - as many as fit on a line
            lines.append(f"{len(ids)} {said[LANGUAGES.index(language)]}: {', '.join(ids[:3])}{more}")
    return lines
