"""Turn what an SMS or chat gateway passes on into reports. Pure: the time and the district are given."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import AliasChoices, BeforeValidator, Field, StringConstraints, ValidationError

from schemas.district import District
from schemas.messages import BodyText, Frozen, Position, ReportIn, ShortText
from services.ingest.formats.chat.messages import read_chat
from services.ingest.formats.dates import read_time
from services.ingest.formats.detect import apart
from services.ingest.validation import LIVE, Refused, refusal
from services.web.field_errors import Fault

CLOCK = "Jam gerbang pesan"  # the note that keeps a gateway's time which cannot be
WROTE = "Ditulis oleh"  # the note that keeps whose words a pasted chat holds
SECONDS = re.compile(r"[0-9]{9,19}(?:\.[0-9]{1,9})?")
MILLISECONDS = 1e11  # a number above is no count of seconds since 1970: that would be the year 5138
Follows = Callable[..., UUID]
GATEWAY = re.compile(r"[a-z][a-z0-9-]{0,19}", re.ASCII)


def _written(value: object) -> object:
    """Give a count of seconds as its digits."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


class GatewayMessage(Frozen):
    """One message as a gateway passes it on."""

    sender: Annotated[str, StringConstraints(min_length=1, max_length=100)] = Field(
        validation_alias=AliasChoices("from", "sender")
    )
    text: BodyText
    id: ShortText | None = None
    at: Annotated[ShortText, BeforeValidator(_written)] | None = None


@dataclass(frozen=True)
class Passed:
    """A message as it was passed on: its sender, its reports, and what is noted beside each of them."""

    sender: str
    reports: tuple[tuple[ReportIn, dict[str, str]], ...]


def read_messages(gateway: str, body: bytes, district: District, now: datetime, follows: Follows) -> Passed:
    """Read a gateway's message into its sender and its reports; raises Refused.

    Ids follow (`follows`) from the gateway's own id, so that its retries are harmless; without one, every delivery is
    new. They are nobody else's to work out: gateways count, and who files under the next number first would have the
    message refused that gets it. A clock
    that is wrong costs no report: a time that cannot be is noted, one to come when the report is kept.
    """
    try:
        message = GatewayMessage.model_validate_json(body)
    except ValidationError as error:
        raise refusal(error) from None
    sent_at = _sent_at(message.at, district, now)
    notes = {} if sent_at or message.at is None else {CLOCK: message.at}
    chat = read_chat(message.text, district.timezone, now, apart(district))
    reports = []
    for place, part in enumerate(chat.messages):
        report = ReportIn(
            id=follows(gateway, message.id, place) if message.id else uuid4(),
            text=part.text,
            observed_at=part.sent_at or sent_at,
            contact=message.sender,
            position=Position(**part.position) if part.position else None,
        )
        # What is pasted may be the words of others; the number that sent them stays the contact, for it is the only one
        # that can be answered.
        wrote = {WROTE: part.sender} if part.sender else {}
        reports.append((report, notes | wrote))
    if not reports:
        raise Refused(422, [Fault("text", "tidak memuat laporan")])
    return Passed(message.sender, tuple(reports))


def _sent_at(told: str | None, district: District, now: datetime) -> datetime | None:
    """Give when a message was sent, None when a gateway's clock is wrong or tells nothing that can be read."""
    if told is None:
        return None
    try:
        if SECONDS.fullmatch(told):
            seconds = float(told)
            sent_at = datetime.fromtimestamp(seconds / 1000 if seconds > MILLISECONDS else seconds, UTC)
        else:
            found = read_time(told, district.timezone, now)
            if found.end is not None:
                return None  # a day alone is no time of sending
            sent_at = found.start
    except (ValueError, OverflowError, OSError):
        return None
    return sent_at if sent_at >= now - LIVE else None


_WORDS = "t|e|l|terima|diterima|trima|ack|eskalasi|eskalasikan|naikkan|lapjut|lanjut|lanjutan|laporan lanjutan|lap jut"
_STOPS = "stop|berhenti|mulai|start"
MAYBE = re.compile(
    rf"\W*(?:(?:{_WORDS})\W*[0-9]{{2}}|[0-9]{{3,6}}(?:\W|$)|[0-9]{{2}}[ .-][0-9]{{2}}\W|(?:{_STOPS}|t|e)\W*$)",
    re.IGNORECASE,
)


def may_answer(text: str) -> bool:
    """Say whether a message may be an officer's answer and not a report; notify decides, which knows the sender.

    >>> may_answer("T 4821"), may_answer("“terima4821”"), may_answer("4821 t"), may_answer("Stop"), may_answer("t")
    (True, True, True, True, True)
    >>> may_answer("Tawuran di Soko"), may_answer("Terima kasih"), may_answer("50 orang di jalan")
    (False, False, False)
    """
    return MAYBE.match(text) is not None
