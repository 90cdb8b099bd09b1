"""Turn what an SMS or chat gateway passes on into reports. Pure: the time and the district are given."""

import re
from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4, uuid5

from pydantic import AliasChoices, Field, StringConstraints, ValidationError

from schemas.district import District
from schemas.messages import BodyText, Frozen, ReportIn, ShortText
from services.ingest.formats.chat_message import split
from services.ingest.formats.row import NAMESPACE
from services.ingest.validation import AHEAD, LIVE, Moment, Refused, refusal
from services.web.field_errors import Fault

GATEWAY = re.compile(r"[a-z][a-z0-9-]{0,19}", re.ASCII)


class GatewayMessage(Frozen):
    """One message as a gateway passes it on."""

    sender: Annotated[str, StringConstraints(min_length=1, max_length=100)] = Field(
        validation_alias=AliasChoices("from", "sender")
    )
    text: BodyText
    id: ShortText | None = None
    at: Moment | None = None


def read_messages(gateway: str, body: bytes, district: District, now: datetime) -> tuple[str, list[ReportIn]]:
    """Read a gateway's message into its sender and its reports; raises Refused.

    Ids follow from the gateway's own id, so that its retries are harmless; without one, every delivery is new.
    """
    try:
        message = GatewayMessage.model_validate_json(body)
    except ValidationError as error:
        raise refusal(error) from None
    if message.at and not now - LIVE <= message.at <= now + AHEAD:
        raise Refused(422, [Fault("at", "waktu ini belum terjadi atau sudah terlalu lama")])
    told = split(message.text, district.timezone)
    reports = [
        ReportIn(
            id=_id(gateway, message.id, place),
            text=part.text,
            observed_at=part.sent_at if part.sent_at and part.sent_at <= now + AHEAD else message.at,
            contact=message.sender,
        )
        for place, part in enumerate(told)
    ]
    if not reports:
        raise Refused(422, [Fault("text", "tidak memuat laporan")])
    return message.sender, reports


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


def _id(gateway: str, given: str | None, place: int) -> UUID:
    return uuid5(NAMESPACE, f"{gateway}:{given}:{place}") if given else uuid4()
