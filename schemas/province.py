"""Say what a district tells its province: a message as the policy lets that recipient have it, or its withdrawal."""

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from schemas.messages import BodyText, Frozen, ShortText, Utc
from schemas.vocabulary import AlertReason, Duty, IncidentState

CODE_KABUPATEN = r"^\d\d\.\d\d$"
CODE_PROVINCE = r"^\d\d$"
TYPE = "id.kentongan.province.told.v1"
TYPE_WITHDRAWN = "id.kentongan.province.withdrawn.v1"
KEPT_DAYS = 90  # for which a message is kept, on the leaf node's disk and at the hub
WITHDRAWN: Final = "withdrawn"  # reason of a delivery that takes an incident out of a list


class ToldPlace(Frozen):
    """Where it is: Kemendagri codes and names; the desa is None where the recipient's clearance is too low."""

    kabupaten: str | None = None
    kecamatan: str | None = None
    kecamatan_name: str | None = None
    desa: str | None = None
    desa_name: str | None = None


class ProvinceTold(Frozen):
    """`id.kentongan.province.told.v1`: what one recipient at the province was told of one incident.

    Who sends it stands in the subject, which the hub's accounts guard, and never here.
    """

    id: str = Field(min_length=1, max_length=100)  # of the delivery, the same at every retry
    told_at: Utc  # when it was owed: of two messages about one incident the later one counts
    incident: UUID
    institution: str  # whom it is for, and in which duty
    duty: Duty
    reason: AlertReason
    level: str
    issue: str
    issue_label: str = ""  # what the district calls it, in the reader's language
    form: str | None = None
    place: ToldPlace = ToldPlace()
    since: Utc | None = None  # when it began, as far as it is known and may be said
    exercise: bool = False
    outcome: IncidentState | None = None  # of a closing: settled or dismissed
    lead: str = ""  # name of the institution that leads
    waiting: tuple[str, ...] = ()  # names of those whose answer is missing, where the message is about that
    says: Annotated[str, StringConstraints(max_length=600)] = ""  # the message in a line
    asks: Annotated[str, StringConstraints(max_length=2000)] = ""  # what is asked of its reader
    url: ShortText = ""  # the district's own page, behind its sign-in
    language: str = "id"
    text: BodyText | None = None  # the report's words, numbers of people hidden; None where they may not be said


class ProvinceWithdrawn(Frozen):
    """`id.kentongan.province.withdrawn.v1`: the province is to see nothing more of an incident that it was told of.

    Why is not said: it may be what the province may not know.
    """

    id: str = Field(min_length=1, max_length=100)  # of the delivery, the same at every retry
    told_at: Utc  # when it was owed: what was told before counts no more
    incident: UUID
    reason: Literal["withdrawn"] = WITHDRAWN


ProvinceMessage = ProvinceTold | ProvinceWithdrawn


class Told(Frozen):
    """A message as it lies at the hub: beside its words who sent it, by the account it came through."""

    kabupaten: Annotated[str, StringConstraints(pattern=CODE_KABUPATEN)]
    number: int  # in the hub's stream
    message: ProvinceMessage
