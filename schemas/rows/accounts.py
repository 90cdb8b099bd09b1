"""Type the rows of how people and programs prove who they are."""

from datetime import datetime
from typing import Any, TypedDict


class KeyRow(TypedDict, total=False):
    """A row of `Key`."""

    id: str
    name: str
    role: str
    institution: str | None
    reliability: str
    may_reply: bool
    kid: str | None
    scopes: list[str] | None
    channel: str | None
    made_at: datetime
    ends_at: datetime | None
    revoked_at: datetime | None


class SignInRow(TypedDict, total=False):
    """A row of `SignIn`."""

    id: str
    person_id: str
    made_at: datetime
    ends_at: datetime
    mark: str | None
    agent: str
    provider_account: str | None
    provider_session: str | None
    two_steps: bool


class InvitationRow(TypedDict, total=False):
    """A row of `Invitation`."""

    id: str
    person_id: str
    made_by: str
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None


class SecondFactorRow(TypedDict, total=False):
    """A row of `SecondFactor`."""

    person_id: str
    sealed: str
    made_at: datetime
    proved_at: datetime | None
    last_step: int
    recovery: list[Any]
    next_sealed: str | None
    next_at: datetime | None


class PasskeyRow(TypedDict, total=False):
    """A row of `Passkey`."""

    id: str
    person_id: str
    handle: str
    public_key: str
    count: int
    name: str
    site: str
    made_at: datetime
    used_at: datetime | None


class SpentChallengeRow(TypedDict, total=False):
    """A row of `SpentChallenge`."""

    id: str
    ends_at: datetime


class ProviderLinkRow(TypedDict, total=False):
    """A row of `ProviderLink`."""

    id: str
    person_id: str
    issuer: str
    made_at: datetime
