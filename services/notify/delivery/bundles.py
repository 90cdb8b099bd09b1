"""Make one message of several that wait for the same address, so that a phone rings once and not ten times.

Pure. What is pressing (KRITIS, the lead of TINGGI) is never part of a bundle, so that none can hide it. Tried again, a
bundle is the same message under the same id, with whatever of it is still owed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast
from uuid import NAMESPACE_URL, uuid5

from schemas.policy.clocks import UNLIMITED
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import AlertReason, Blame, DeliveryState, Duty, Level
from services.notify.messages.alert_message import plain
from services.silences.matching import CHASING, pressing

SHORT = 160
ENOUGH = 2  # alerts that ask for an answer, from which a bundle has a code of its own
SHOWN = 20  # alerts that a bundle lists; the rest is counted

_WORDS = {
    "id": {
        "ask": "{count} peringatan menunggu jawaban Anda",
        "some": "{count} peringatan, {asked} menunggu jawaban Anda",
        "copy": " (tembusan)",
        "know": "Rangkuman: {count} peringatan untuk diketahui",
        "more": "dan {count} lagi; buka aplikasi.",
        "exercise": "LATIHAN - ",
        "code": "Balas T {code} · ",
        "all": "Balas T {code} untuk menerima semuanya. Eskalasi dan lapjut satu per satu, dengan kode masing-masing.",
        "all_short": "{subject}. Balas T {code} terima semua.",
    },
    "en": {
        "ask": "{count} alerts wait for your answer",
        "some": "{count} alerts, {asked} of them waiting for your answer",
        "copy": " (for information)",
        "know": "Digest: {count} alerts for your information",
        "more": "and {count} more; open the application.",
        "exercise": "EXERCISE - ",
        "code": "Reply T {code} · ",
        "all": "Reply T {code} to accept all of them. Escalate and report one by one, each with its own code.",
        "all_short": "{subject}. Reply T {code} to accept all.",
    },
}


class OutgoingRow(DeliveryRow, total=False):
    """A delivery as it is sent: its own row, or that of the one message in which several go."""

    members: list[DeliveryRow]  # of a bundle
    gone: bool  # after it was given up: its address is no more
    blame: Blame  # after it was given up: what its channel says was at fault
    final: bool  # False: it has failed, another way is wanted, and it is still being tried itself


def may_wait(row: DeliveryRow) -> bool:
    """Say whether a delivery may be held back and bundled: a person's, and nothing pressing."""
    data = row["payload"].get("data", {})
    if row["channel"] in UNLIMITED or row["urgent"] or "level" not in data:
        return False
    if data["reason"] in (AlertReason.UNREACHABLE, AlertReason.HANDED_OVER, AlertReason.TAKEN_BACK):
        return False
    if data["reason"] == AlertReason.CLOSED:
        return not data.get("on_the_way")
    needed = bool(row["payload"].get("needed"))
    return not pressing(Level[data["level"]], Duty(data["duty"]), AlertReason(data["reason"]), needed=needed)


def is_copy(row: DeliveryRow) -> bool:
    """Say whether a delivery belongs into a digest: for information only, below TINGGI, and not the ladder's word.

    Who led until now may be on the way, and waits for no digest to hear that he no longer does.
    """
    data = row["payload"]["data"]
    informs = data["duty"] == Duty.INFORM and data["reason"] not in CHASING and not data.get("released")
    return bool(informs and Level[data["level"]] < Level.TINGGI)


def gathered(rows: Sequence[DeliveryRow]) -> list[OutgoingRow]:
    """Give the messages to send: one for each address that several rows wait for, the other rows as they are.

    What was under way when a process died goes as it went, under the id it had, alone or bundled: it may have arrived.
    """
    alone: list[OutgoingRow] = []
    together: dict[tuple[str, ...], list[DeliveryRow]] = defaultdict(list)
    for row in rows:
        if bundle := row.get("bundle_id"):
            together[(bundle,)].append(row)
        elif may_wait(row) and row["state"] != DeliveryState.SENDING:
            together[row["channel"], row["address"]].append(row)
        else:
            alone.append(cast("OutgoingRow", dict(row)))
    one_each = together.values()
    return alone + [_bundle(rows) if len(rows) > 1 else cast("OutgoingRow", dict(rows[0])) for rows in one_each]


def asking(message: OutgoingRow) -> Sequence[DeliveryRow]:
    """Give the deliveries of a bundle that can be answered by a code; none where one code for all helps nobody."""
    rows = [row for row in message.get("members", ()) if row["payload"].get("code") and row["person_id"]]
    return rows if len(rows) >= ENOUGH else []


def with_code(message: OutgoingRow, code: str, length: int | None) -> OutgoingRow:
    """Give a bundle with the code that answers all it asks; `length` is the most characters of its short form."""
    ids = {row["id"] for row in asking(message)}
    members = [_coded(row, code) if row["id"] in ids else row for row in message["members"]]
    return {**message, "payload": _words(members, code, length or SHORT), "members": members}


def _coded(row: DeliveryRow, code: str) -> DeliveryRow:
    return {**row, "bundle_code": code}


def members_of(row: DeliveryRow) -> Sequence[DeliveryRow]:
    """Give the deliveries that one message stands for."""
    return cast("OutgoingRow", row).get("members", [row])


def _bundle(members: Iterable[DeliveryRow]) -> OutgoingRow:
    ordered = sorted(members, key=lambda row: (-Level[row["payload"]["data"]["level"]], row["owed_at"], row["id"]))
    first = ordered[0]
    # Derived from what it holds: the same rows tried again are the same message to the other side.
    id_ = first.get("bundle_id")
    id_ = id_ or str(uuid5(NAMESPACE_URL, "kentongan:bundle:" + ":".join(sorted(row["id"] for row in ordered))))
    whole: DeliveryRow = {
        **first,
        "id": id_,
        "payload": _words(ordered),
        "classification": max(row["classification"] for row in ordered),
        "owed_at": min(row["owed_at"] for row in ordered),
        "bundle_id": id_,
    }
    return cast("OutgoingRow", {**whole, "members": [{**row, "bundle_id": id_} for row in ordered]})


def _words(rows: Sequence[DeliveryRow], code: str | None = None, length: int = SHORT) -> dict[str, Any]:
    payloads = [row["payload"] for row in rows]
    language = payloads[0].get("language", "id")
    words = _WORDS.get(language, _WORDS["id"])
    asked = sum(map(_asks, payloads))
    kind = "know" if asked == 0 else "ask" if asked == len(rows) else "some"
    subject = words[kind].format(count=len(rows), asked=asked)
    if all(payload["data"]["exercise"] for payload in payloads):
        subject = words["exercise"] + subject
    lines = [subject, "", *([words["all"].format(code=code), ""] if code else [])]
    for number, payload in enumerate(payloads[:SHOWN], start=1):
        copy = words["copy"] if kind == "some" and payload["data"]["duty"] == Duty.INFORM else ""
        lines += [f"{number}. {payload['subject']}{copy}", f"   {_ways(payload, words)}"]
    if len(rows) > SHOWN:
        lines.append(words["more"].format(count=len(rows) - SHOWN))
    # The first alert's page, an incident's or a warning's, tells where the application is: all is listed at its root.
    home = str(payloads[0]["data"]["url"]).rsplit("/", 2)[0]
    data = {"bundle": [row["id"] for row in rows], "exercise": payloads[0]["data"]["exercise"]}
    head = words["all_short"].format(subject=subject, code=code) if code else f"{subject}:"
    short = _fit(head, [_named(payload) for payload in payloads], home, length)
    return {"subject": subject, "body": "\n".join(lines), "short": short, "url": home, "data": data} | {
        "language": language
    }


def _asks(payload: Mapping[str, Any]) -> bool:
    """Say whether a message waits for an answer: not a copy, nor that something was closed."""
    data = payload["data"]
    return bool(data["duty"] != Duty.INFORM and data["reason"] != AlertReason.CLOSED)


def _ways(payload: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """Give how one alert of a bundle is answered: by its code, where the channel lets people reply, and by its page."""
    code = words["code"].format(code=payload["code"]) if payload.get("code") else ""
    return f"{code}{payload['url']}"


def _named(payload: Mapping[str, Any]) -> str:
    """Name one alert in few words, with what to reply."""
    subject = str(payload["subject"])
    return f"{subject} (T {payload['code']})" if payload.get("code") else subject


def _fit(head: str, subjects: Sequence[str], url: str, length: int) -> str:
    """List as many alerts as the short form holds, the gravest first, and the way to all of them."""
    said = plain(head)
    for number, subject in enumerate(subjects):
        part = plain(subject.replace(" - ", ", "))
        longer = f"{said} {part}" if number == 0 else f"{said}; {part}"
        if len(longer) + 1 + len(url) > length:
            break
        said = longer
    return f"{said} {url}"
