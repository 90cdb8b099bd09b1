"""Read what Telegram Desktop exports as JSON ("Machine-readable JSON"). Pure.

Shape: https://core.telegram.org/import-export: a chat with `messages`, or all chats under `chats.list`.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.ingest.formats.chat.messages import Apart, Chat, ChatMessage, finished, forwarded, never
from services.ingest.formats.positions import find_position

MEDIA = ("photo", "file", "media_type", "sticker_emoji", "contact_information", "poll")
FOUNDED = datetime(2013, 8, 14, tzinfo=UTC)  # what is older was sent by no clock that is right


def is_telegram(document: object) -> bool:
    """Say whether a JSON document is an export of Telegram."""
    return isinstance(document, dict) and any(True for _ in _chats(document))


def read_telegram(document: dict[str, Any], timezone: str, apart: Apart = never) -> Chat:
    """Give the messages of an export; the line of a message is its place in the file, counted from 1."""
    left_out: Counter[str] = Counter()
    parts: list[ChatMessage] = []
    messages = (message for chat in _chats(document) for message in chat)
    for number, message in enumerate(messages, 1):
        if not isinstance(message, dict):
            parts.append(ChatMessage("", line=number, why="bukan pesan Telegram"))
            continue
        if message.get("type") != "message":
            left_out["pesan sistem"] += 1
            continue
        text, position = _told(message), _position(message)
        if not text and "poll" in message:
            left_out["jajak pendapat"] += 1
            continue
        if not text:
            left_out["media tanpa keterangan" if any(name in message for name in MEDIA) else "pesan kosong"] += 1
            continue
        # A channel's post may be signed; the id is all that is left of an account that is no more.
        sender = message.get("from") or message.get("author") or message.get("from_id")
        if "forwarded_from" in message:
            sender = forwarded(_name(message["forwarded_from"]), _name(sender))
        sent_at = _sent_at(message, ZoneInfo(timezone))
        why = "" if sent_at else "waktu pesan tidak terbaca"
        parts.append(ChatMessage(text, str(sender) if sender else None, sent_at, number, why, position))
    return finished(parts, left_out, apart)


def _name(told: object) -> str | None:
    return told if isinstance(told, str) and told else None


def _chats(document: dict[str, Any]) -> Iterator[list[Any]]:
    if isinstance(document.get("messages"), list):
        yield document["messages"]
        return
    for chats in (document.get("chats"), document.get("left_chats")):
        for chat in chats.get("list") or () if isinstance(chats, dict) else ():
            if isinstance(chat, dict) and isinstance(chat.get("messages"), list):
                yield chat["messages"]


def _told(message: dict[str, Any]) -> str:
    """Give the words of a message; of a shared place its name and address."""
    text = _words(message.get("text") or message.get("text_entities")).strip()
    shared = _shared(message)
    place = ", ".join(told for name in ("place_name", "address") if (told := _name(message.get(name))))
    if shared and place:
        return "\n".join(filter(None, (text, f"lokasi: {place}")))
    return text or ("lokasi: {lat}, {lon}".format(**shared) if shared else "")


def _words(text: object) -> str:
    """Join a text that may be cut into pieces where it is bold, a link or a name."""
    if isinstance(text, str):
        return text
    if isinstance(text, list):
        return "".join(_words(piece) for piece in text if isinstance(piece, str | dict))
    if not isinstance(text, dict) or isinstance(text.get("text"), dict):
        return ""
    said, link = _words(text.get("text", "")), text.get("href")
    return f"{said} {link} " if isinstance(link, str) and find_position(link) else said


def _position(message: dict[str, Any]) -> dict[str, Any] | None:
    """Give the position that a phone shared, or that a link in the words shows."""
    if shared := _shared(message):
        return shared
    found = find_position(_told(message))
    return found.position if found else None


def _shared(message: dict[str, Any]) -> dict[str, Any] | None:
    told = message.get("location_information")
    if not isinstance(told, dict):
        return None
    lat, lon = told.get("latitude"), told.get("longitude")
    real = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (lat, lon))
    return {"lat": float(lat), "lon": float(lon)} if real and lat is not None and lon is not None else None


def _sent_at(message: dict[str, Any], zone: ZoneInfo) -> datetime | None:
    """Give when it was sent: the seconds since 1970, or the local time of the machine that exported."""
    try:
        if (sent_at := datetime.fromtimestamp(int(message.get("date_unixtime") or 0), UTC)) >= FOUNDED:
            return sent_at
    except (ValueError, OverflowError, OSError, TypeError):
        pass  # the local time may be right
    try:
        local = datetime.fromisoformat(str(message.get("date")))
        return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
