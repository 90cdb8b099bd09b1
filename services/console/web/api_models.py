"""Say what the API takes and gives for acts; unknown fields are refused with their name."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from schemas.messages import CODE_DESA, CODE_KECAMATAN, BodyText, Frozen


def _storable(text: str) -> str:
    if "\x00" in text:
        msg = "must not hold a NUL character"
        raise ValueError(msg)
    text.encode()
    return text


Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]{1,20}$")]
Why = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True), AfterValidator(_storable)]


class AcknowledgementIn(Frozen):
    """Take responsibility for an institution; one's own unless a coordinator names another, with a reason."""

    institution: Code | None = None
    reason: Why | None = None
    how: Literal["api", "phone", "sms", "page"] | None = None


class SitrepIn(Frozen):
    """What an institution found and did."""

    text: BodyText
    institution: Code | None = None


class EscalationIn(Frozen):
    """Climb the ladder at once."""

    reason: Why


class ClosureIn(Frozen):
    """Settle or dismiss an incident. The reporter of a dismissed report reads the reason: name nobody in it."""

    reason: Why
    outcome: Literal["settled", "dismissed"] = "settled"


class ReopeningIn(Frozen):
    """Open a settled or dismissed incident again: whoever it concerns is told anew."""

    reason: Why


class VerificationIn(Frozen):
    """Confirm that the incident is as told."""

    note: Annotated[str, StringConstraints(max_length=1000, strip_whitespace=True), AfterValidator(_storable)] = ""


class AssessmentIn(Frozen):
    """An officer's values over the machine's, which stay beside them."""

    reason: Why
    issue: Code | None = None
    form: Code | None = None
    level: Literal["RENDAH", "SEDANG", "TINGGI", "KRITIS"] | None = None
    kecamatan: Annotated[str, StringConstraints(pattern=CODE_KECAMATAN)] | None = None
    desa: Annotated[str, StringConstraints(pattern=CODE_DESA)] | None = None


class DecisionIn(Frozen):
    """Agree with a proposal of another institution, or refuse it with a reason."""

    proposal: Annotated[str, StringConstraints(max_length=60)]
    agrees: bool
    reason: Annotated[str, StringConstraints(max_length=1000, strip_whitespace=True), AfterValidator(_storable)] = ""


class UnmaskingIn(Frozen):
    """Read what is hidden in one report; the reason is kept."""

    report: Annotated[str, StringConstraints(max_length=60)]
    reason: Why


class MergeIn(Frozen):
    """Fold this incident into another, reversibly."""

    into: Annotated[str, StringConstraints(max_length=60)] = Field(description="Id of the incident that stays")
    reason: Why


class SplitIn(Frozen):
    """Undo a merge."""

    reason: Why


class ReferralIn(Frozen):
    """Tell one more institution, to support or for information; who reads the incident in full reads the reason."""

    institution: Code
    duty: Literal["support", "inform"] = "support"
    reason: Why


class Done(Frozen):
    """An act that was done, and the incident as it stands after it; `id` is that of what was made.

    With `proposal` nothing was changed yet: a second person, of another institution, agrees with it or refuses it.
    """

    incident: str
    state: str
    level: str
    revision: int
    id: str | None = None
    proposal: str | None = None


class ReportStatus(Frozen):
    """How far a report has come, in the words its reporter knows; the reason only when it was refused."""

    id: str
    status: Literal["Diterima", "Diverifikasi", "Diteruskan", "Ditindaklanjuti", "Selesai", "Ditolak"]
    reason: str | None = None
