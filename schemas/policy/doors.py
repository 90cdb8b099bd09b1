"""Say how a district lets reports and people in: columns of files, limits of the anonymous door, ways to sign in."""

from typing import Literal

from pydantic import Field

from schemas.messages import Frozen

# What is done with a column of a file (services/ingest/formats/fields.py); by another name its cells would be lost.
Column = Literal[
    "external_id",
    "title",
    "issue_label",
    "fact",
    "observed_at",
    "region",
    "kecamatan",
    "desa",
    "address",
    "text",
    "background",
    "action",
    "recommendation",
    "reporter",
    "phone",
    "position",
    "latitude",
    "longitude",
    "accuracy",
    "killed",
    "injured",
    "badly_injured",
    "lightly_injured",
    "crowd",
    "casualties",
    "status",
    "follows",
    "follows_receipt",
    "follows_as",
]


class Intake(Frozen):
    """Column headings of export files -> field of a report (compared without case, spaces and punctuation)."""

    columns: dict[Column, tuple[str, ...]]
    anonymous: bool = True
    anonymous_per_hour: int = 6  # of one device, or of an address that shows none
    address_per_hour: int = Field(default=300, ge=1)  # of all devices behind one address
    sms: str = ""  # number that takes a report when nothing else gets through; empty: none
    heard_per_day: int = Field(default=6, ge=0)  # messages to a contact that a program has named, not proved


class SignInPolicy(Frozen):
    """How people sign in where the office has a provider of its own (KENTONGAN_OIDC_ISSUER)."""

    password: bool = True  # names and passwords of ours count beside it, also while it does not answer
