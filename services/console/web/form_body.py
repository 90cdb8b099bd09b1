"""Read what a page's form sent: short, UTF-8, each field once."""

from datetime import datetime
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from fastapi import Request

from services.console.web.errors import Kind, Sorry
from services.oncall.shifts import YEARS
from services.security.refusal import Refused

MOST = 64 * 1024  # bytes of a form; a sitrep has at most 8,000 characters
FIELDS = 120  # a meeting's attendance names three things of each of thirty


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
