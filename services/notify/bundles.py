"""Make one message of several that wait for the same address, so that a phone rings once and not ten times.

Pure. What is pressing (KRITIS, the lead of TINGGI) is never part of a bundle, so that none can hide it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from schemas.vocabulary import AlertReason, DeliveryState, Duty, Level
from services.notify.limits import UNLIMITED
from services.notify.muting import pressing
from services.notify.wording import plain

SHORT = 160
SHOWN = 20  # alerts that a bundle lists; the rest is counted
Row = Mapping[str, Any]

_WORDS = {
    "id": {
        "ask": "{count} peringatan menunggu jawaban Anda",
        "know": "Rangkuman: {count} peringatan untuk diketahui",
        "more": "dan {count} lagi; buka aplikasi.",
        "exercise": "LATIHAN - ",
        "code": "Balas T {code} · ",
    },
    "en": {
        "ask": "{count} alerts wait for your answer",
        "know": "Digest: {count} alerts for your information",
        "more": "and {count} more; open the application.",
        "exercise": "EXERCISE - ",
        "code": "Reply T {code} · ",
    },
}


def may_wait(row: Row) -> bool:
    """Say whether a delivery may be held back and bundled: a person's, and nothing pressing."""
    data = row["payload"].get("data", {})
    if row["channel"] in UNLIMITED or row["urgent"] or "level" not in data:
        return False
    if data["reason"] == AlertReason.UNREACHABLE:
        return False
    return not pressing(Level[data["level"]], Duty(data["duty"]), AlertReason(data["reason"]))


def is_copy(row: Row) -> bool:
    """Say whether a delivery belongs into a digest: for information only, below TINGGI."""
    data = row["payload"]["data"]
    return bool(data["duty"] == Duty.INFORM and Level[data["level"]] < Level.TINGGI)


def gathered(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Give the messages to send: one for each address that several rows wait for, the other rows as they are.

    What was under way when a process died goes alone, under its own id: it may have arrived.
    """
    alone: list[dict[str, Any]] = []
    together: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if may_wait(row) and row["state"] != DeliveryState.SENDING:
            together[row["channel"], row["address"]].append(row)
        else:
            alone.append(dict(row))
    return alone + [_bundle(members) if len(members) > 1 else dict(members[0]) for members in together.values()]


def members_of(row: Row) -> Sequence[Row]:
    """Give the deliveries that one message stands for."""
    members: Sequence[Row] = row.get("members", (row,))
    return members


def _bundle(members: Iterable[Row]) -> dict[str, Any]:
    ordered = sorted(members, key=lambda row: (-Level[row["payload"]["data"]["level"]], row["owed_at"], row["id"]))
    first = ordered[0]
    # Derived from what it holds: the same rows tried again are the same message to the other side.
    id_ = str(uuid5(NAMESPACE_URL, "kentongan:bundle:" + ":".join(sorted(row["id"] for row in ordered))))
    return {
        **first,
        "id": id_,
        "payload": _words(ordered),
        "classification": max(row["classification"] for row in ordered),
        "owed_at": min(row["owed_at"] for row in ordered),
        "bundle_id": id_,
        "members": [{**row, "bundle_id": id_} for row in ordered],
    }


def _words(rows: Sequence[Row]) -> dict[str, Any]:
    payloads = [row["payload"] for row in rows]
    language = payloads[0].get("language", "id")
    words = _WORDS.get(language, _WORDS["id"])
    asks = any(payload["data"]["duty"] != Duty.INFORM for payload in payloads)
    subject = words["ask" if asks else "know"].format(count=len(rows))
    if all(payload["data"]["exercise"] for payload in payloads):
        subject = words["exercise"] + subject
    lines = [subject, ""]
    for number, payload in enumerate(payloads[:SHOWN], start=1):
        lines += [f"{number}. {payload['subject']}", f"   {_ways(payload, words)}"]
    if len(rows) > SHOWN:
        lines.append(words["more"].format(count=len(rows) - SHOWN))
    # The first alert's page tells where the application is; a list of everything lies at its root.
    home = payloads[0]["data"]["url"].partition("/peristiwa/")[0]
    data = {"bundle": [row["id"] for row in rows], "exercise": payloads[0]["data"]["exercise"]}
    short = _fit(f"{subject}: ", [_named(payload) for payload in payloads], home)
    return {"subject": subject, "body": "\n".join(lines), "short": short, "url": home, "data": data} | {
        "language": language
    }


def _ways(payload: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """Give how one alert of a bundle is answered: by its code, where the channel lets people reply, and by its page."""
    code = words["code"].format(code=payload["code"]) if payload.get("code") else ""
    return f"{code}{payload['url']}"


def _named(payload: Mapping[str, Any]) -> str:
    """Name one alert in few words, with what to reply."""
    subject = str(payload["subject"])
    return f"{subject} (T {payload['code']})" if payload.get("code") else subject


def _fit(head: str, subjects: Sequence[str], url: str) -> str:
    """List as many alerts as one SMS holds, the gravest first, and the way to all of them."""
    said = plain(head).rstrip()
    for number, subject in enumerate(subjects):
        part = plain(subject.replace(" - ", ", "))
        longer = f"{said} {part}" if number == 0 else f"{said}; {part}"
        if len(longer) + 1 + len(url) > SHORT:
            break
        said = longer
    return f"{said} {url}"
