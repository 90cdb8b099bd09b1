"""Read what a page's form sent: short, UTF-8, each field once. What was not taken is kept sealed for a while."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from cryptography.fernet import Fernet, InvalidToken
from fastapi import Request

from services.console.web.errors import Kind, Sorry
from services.oncall.shifts import YEARS
from services.security.refusal import Refused
from services.security.secret import Secret

MOST = 64 * 1024  # bytes of a form; a sitrep has at most 8,000 characters
FIELDS = 120  # a meeting's attendance names three things of each of thirty

WORDS_COOKIE = "kentongan_tulisan"  # what somebody wrote in a form that was not taken, sealed for his session
WORDS_SECONDS = 15 * 60
WORDS_MOST = 2_700  # bytes; sealed they are less than the 4,096 that a browser keeps of a cookie
SECRETS = frozenset({"csrf", "old", "password", "again", "kode", "bukti", "ticket"})  # fields that are never kept


async def form_of(request: Request) -> dict[str, str]:
    """Give the fields of a form; raises Sorry when it is too long or no form at all."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST:
            raise Sorry(Kind.BAD, 413)
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS, errors="strict")
    except ValueError as error:
        raise Sorry(Kind.BAD, 400) from error
    fields = {name: value.strip() for name, value in pairs}
    if any("\x00" in value for value in fields.values()):
        raise Sorry(Kind.BAD, 400)
    return fields


def moment_of(text: str, zone: ZoneInfo) -> datetime:
    """Read an instant as a browser's field gives it, local time. Raises Refused.

    >>> moment_of("2026-11-24T19:00", ZoneInfo("Asia/Jakarta")).isoformat()
    '2026-11-24T19:00:00+07:00'
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused("time_unreadable", text=text[:30]) from error
    if moment.year not in YEARS:
        raise Refused("year_impossible", year=str(moment.year))
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def words_of(form: Mapping[str, str]) -> list[str]:
    """Give what somebody wrote in a form: values of several words, and no secret.

    >>> words_of({"csrf": "a b", "old": "a b c", "kind": "patrol", "text": "Patroli malam di Mentoro"})
    ['Patroli malam di Mentoro']
    """
    return [value for name, value in form.items() if name not in SECRETS and len(value.split()) > 1]


def sealed_words(secret: Secret, session: str, words: list[str]) -> str:
    """Seal what was written for this session; "" where a cookie cannot hold it."""
    plain = json.dumps(words, ensure_ascii=False).encode()
    return _boxes(secret, session)[0].encrypt(plain).decode() if words and len(plain) <= WORDS_MOST else ""


def opened_words(secret: Secret, session: str, sealed: str) -> list[str]:
    """Give what was written, to the session that it was sealed for; nothing to any other."""
    for box in _boxes(secret, session):
        try:
            words: list[str] = json.loads(box.decrypt(sealed.encode()))
        except InvalidToken:
            continue
        return words
    return []


def _boxes(secret: Secret, session: str) -> list[Fernet]:
    return [Fernet(base64.urlsafe_b64encode(key)) for key in secret.keys(f"written {session}")]
