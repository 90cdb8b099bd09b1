"""Tell the province: onto the disk of the installation's own leaf node, which passes it on to the province's hub.

What is said is what policy, clearance and this channel let that recipient have, and nothing else leaves the district.
Sent means that it lies on the leaf node's disk: it waits there for a line that is cut (docs/decisions/0090).
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.province import CODE_KABUPATEN, CODE_PROVINCE, WITHDRAWN, ProvinceMessage, ProvinceTold, ProvinceWithdrawn
from schemas.vocabulary import Blame, Classification
from services.notify.channel_kit.base import Capabilities, Channel, Example, Outgoing, Verdict
from services.security.redaction import with_placeholders

if TYPE_CHECKING:
    from services.bus.province.line import Line

AT_ONCE = 4  # they are kept one after another, each within ANSWER: all of them within a lease


class ProvinceSettings(BaseSettings):
    """The leaf node of this installation."""

    model_config = SettingsConfigDict(
        env_prefix="KENTONGAN_CHANNEL_PROVINCE_", extra="ignore", hide_input_in_errors=True
    )

    url: SecretStr = Field(description="The installation's own leaf node, with its user and password")
    kabupaten: str = Field(pattern=CODE_KABUPATEN, description="Kemendagri code under which the hub knows it")
    ca: str = Field(default="", description="File of who signed the leaf node's certificate; empty: on this machine")


class Province(Channel):
    """Leave a message for the hub of the province `35`."""

    name: ClassVar[str] = "province"
    Settings: ClassVar[type[BaseSettings]] = ProvinceSettings
    capabilities = Capabilities(carries=Classification.RAHASIA, max_length=None, lists=True)
    example: ClassVar[Example] = Example(
        address="35",
        settings={"url": "nats://line:lineword@{host}:{port}", "kabupaten": "35.23"},
        bad_addresses=("", " ", "3", "35.23", "province.35", ">", "javascript:alert(1)"),
        speaks="nats",
    )

    def __init__(self, settings: ProvinceSettings) -> None:
        self._settings = settings
        self._line: Line | None = None

    @property
    def at_once(self) -> int:
        """Give how many are handed over at the same time."""
        return AT_ONCE

    async def open(self) -> None:
        """Begin to pass on what lies at the leaf node; needs no answer from it."""
        from services.bus.province.line import Line  # noqa: PLC0415 - whoever only lists channels needs no NATS

        if self._line is None:
            settings = self._settings
            self._line = Line(settings.url.get_secret_value(), settings.kabupaten, settings.ca)
            await self._line.open()

    async def close(self) -> None:
        """End it."""
        line, self._line = self._line, None
        if line is not None:
            await line.close()

    @classmethod
    def canonical(cls, address: str) -> str | None:
        """Accept the code of a province: two digits."""
        return address if re.fullmatch(CODE_PROVINCE, address) else None

    async def _send(self, message: Outgoing, address: str) -> Verdict:  # noqa: ARG002 - the leaf node knows its hub
        from services.bus.line import BusUnavailable  # noqa: PLC0415 - as above

        if message.data.get("restricted"):
            return Verdict("never", error="for named persons, and a list has others", blame=Blame.MESSAGE)
        try:
            told = told_of(message)
        except (ValidationError, ValueError, TypeError):
            return Verdict("never", error="no message about an incident", blame=Blame.MESSAGE)
        if self._line is None:
            return Verdict("again", error="not open")
        try:
            kept = await self._line.keep(told)
        except BusUnavailable:
            full = "the leaf node keeps nothing: is its disk full? with room again it is to be started anew"
            return Verdict("again", error=full if self._line.is_there else "the leaf node does not answer")
        return Verdict("sent", error="" if kept else "withdrawn meanwhile, and not passed on")


def told_of(message: Outgoing) -> ProvinceMessage:
    """Write what the province is told; raises ValueError for what is about no incident (a notice to a person).

    The page of the message, and what is said of it, may let its reader answer: the district's own page is named alone.
    """
    data: Mapping[str, Any] = message.data
    if message.at is None or not data.get("incident"):
        raise ValueError("no incident")
    if data.get("reason") == WITHDRAWN:
        return ProvinceWithdrawn(id=message.delivery_id, told_at=message.at, incident=data["incident"])
    place, occurred = data.get("place") or {}, data.get("occurred") or {}
    text = data.get("text")
    return ProvinceTold(
        id=message.delivery_id,
        told_at=message.at,
        incident=data["incident"],
        institution=data["institution"],
        duty=data["duty"],
        reason=data["reason"],
        level=data["level"],
        issue=data["issue"],
        issue_label=data.get("issue_label", ""),
        form=data.get("form"),
        place=place,
        since=occurred.get("from"),
        exercise=bool(data.get("exercise")),
        outcome=data.get("outcome"),
        lead=data.get("lead", ""),
        waiting=data.get("waiting", ()),
        says=message.subject[:600],
        asks=message.line[:2000],
        url=data.get("url", ""),
        language=message.language,
        text=with_placeholders(text) if text else None,
    )
