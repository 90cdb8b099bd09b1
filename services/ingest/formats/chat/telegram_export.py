"""Read what Telegram Desktop exports as JSON ("Machine-readable JSON"). Pure.

Shape: https://core.telegram.org/import-export: a chat with `messages`, or all chats under `chats.list`.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.ingest.formats.chat.messages import Apart, Chat, ChatMessage, finished, forwarded, never

MEDIA = ("photo", "file", "media_type", "sticker_emoji", "contact_information", "poll")


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
        text, position = _words(message.get("text")).strip(), _position(message)
        if not text and position:
            text = "lokasi: {lat}, {lon}".format(**position)
        if not text and "poll" in message:
            left_out["jajak pendapat"] += 1
            continue
        if not text:
            left_out["media tanpa keterangan" if any(name in message for name in MEDIA) else "pesan kosong"] += 1
            continue
        sender = message.get("from") or message.get("from_id")
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
    chats = document.get("chats")
    for chat in chats.get("list") or () if isinstance(chats, dict) else ():
        if isinstance(chat, dict) and isinstance(chat.get("messages"), list):
            yield chat["messages"]


def _words(text: object) -> str:
    """Join a text that may be cut into pieces where it is bold, a link or a name."""
    if isinstance(text, str):
        return text
    if isinstance(text, list):
        return "".join(_words(piece) for piece in text if isinstance(piece, str | dict))
    return _words(text.get("text", "")) if isinstance(text, dict) and not isinstance(text.get("text"), dict) else ""


def _position(message: dict[str, Any]) -> dict[str, Any] | None:
    told = message.get("location_information")
    if not isinstance(told, dict):
        return None
    lat, lon = told.get("latitude"), told.get("longitude")
    real = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (lat, lon))
    return {"lat": float(lat), "lon": float(lon)} if real and lat is not None and lon is not None else None


def _sent_at(message: dict[str, Any], zone: ZoneInfo) -> datetime | None:
    """Give when it was sent: the seconds since 1970, or the local time of the machine that exported."""
    try:
        if seconds := message.get("date_unixtime"):
            return datetime.fromtimestamp(int(seconds), UTC)
        local = datetime.fromisoformat(str(message.get("date")))
        return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
