"""Say what is kept of how people and programs prove who they are."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Column
from sqlmodel import Field

from schemas.record import Record, json_field
from schemas.rows.accounts import (
    InvitationRow,
    KeyRow,
    PasskeyRow,
    ProviderLinkRow,
    SecondFactorRow,
    SignInRow,
    SpentChallengeRow,
)


class Key(Record[KeyRow], table=True):
    """A key of a program or reporter; its secret is not kept, it proves itself by its signature."""

    __tablename__: ClassVar[Any] = "key"
    id: str = Field(primary_key=True)
    kid: str | None = Field(default=None, unique=True)  # the number that is signed; None: made by 0.1, known by its id
    name: str
    role: str
    institution: str | None = None
    reliability: str = "F"
    may_reply: bool = False  # whoever a report by this key names as contact hears what became of it
    scopes: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))  # None: those of its role
    channel: str | None = None  # the one that a gateway's key speaks for
    made_at: datetime
    ends_at: datetime | None = None
    revoked_at: datetime | None = None


class SignIn(Record[SignInRow], table=True):
    """A session cookie's hash and whose it is."""

    __tablename__: ClassVar[Any] = "sign_in"
    id: str = Field(primary_key=True)  # sha256 of the cookie
    person_id: str = Field(index=True)
    made_at: datetime
    ends_at: datetime
    mark: str | None = None  # digest of password, role and office: the session ends with any of them
    agent: str = ""  # what the browser says it is, for whoever looks at his own sessions
    provider_account: str | None = Field(default=None, index=True)  # `ProviderLink.id` of whoever was vouched for
    provider_session: str | None = Field(default=None, index=True)  # digest of the session there
    two_steps: bool = False  # were shown when it began, or since


class Invitation(Record[InvitationRow], table=True):
    """A link by which one person chooses a password, once; its word is kept as a hash."""

    __tablename__: ClassVar[Any] = "invitation"
    id: str = Field(primary_key=True)  # sha256 of the link's word
    person_id: str = Field(index=True)
    made_by: str
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None = None


class SecondFactor(Record[SecondFactorRow], table=True):
    """The secret of a person's authenticator (RFC 6238), sealed with a key of the installation, and his way back."""

    __tablename__: ClassVar[Any] = "second_factor"
    person_id: str = Field(primary_key=True)
    sealed: str
    made_at: datetime
    proved_at: datetime | None = None  # when a code of it was shown first; asked for at the door from then on
    last_step: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))  # a code counts once
    recovery: list[Any] = json_field(list)  # digests of unused codes
    next_sealed: str | None = None  # the secret it moves to, which counts once a code of it was shown
    next_at: datetime | None = None


class Passkey(Record[PasskeyRow], table=True):
    """The public half of a passkey of a person (W3C Web Authentication); its secret half never leaves his device."""

    __tablename__: ClassVar[Any] = "passkey"
    id: str = Field(primary_key=True)  # of the credential, base64url
    person_id: str = Field(index=True)
    handle: str  # by which keys know the person: random, base64url
    public_key: str  # COSE, base64url
    count: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))  # signatures it has made, 0: no counter
    name: str = ""
    site: str  # the host name it was made for
    made_at: datetime
    used_at: datetime | None = None


class SpentChallenge(Record[SpentChallengeRow], table=True):
    """What counts once: a question to a passkey, a provider's word that a session is over; kept until it is too old."""

    __tablename__: ClassVar[Any] = "spent_challenge"
    id: str = Field(primary_key=True)  # a digest
    ends_at: datetime


class ProviderLink(Record[ProviderLinkRow], table=True):
    """Which account at an office's own sign-in provider is a person's."""

    __tablename__: ClassVar[Any] = "provider_link"
    id: str = Field(primary_key=True)  # sha256 of issuer and the provider's own name of the account
    person_id: str = Field(index=True)
    issuer: str
    made_at: datetime
