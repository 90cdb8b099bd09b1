"""Tell a person on the desk itself: the alert is there for whoever signs in, so it has arrived once it is kept."""

from typing import ClassVar

from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.vocabulary import Classification
from services.notify.channel_kit.base import Capabilities, Channel, Example, Outgoing, Verdict


class DeskSettings(BaseSettings):
    """Nothing to set: the desk is always there."""

    model_config = SettingsConfigDict(env_prefix="KENTONGAN_CHANNEL_DESK_", extra="ignore")


class Desk(Channel):
    """Leave the alert on the desk of `login`."""

    name: ClassVar[str] = "desk"
    Settings: ClassVar[type[BaseSettings]] = DeskSettings
    capabilities = Capabilities(
        carries=Classification.SANGAT_RAHASIA,
        max_length=None,
        can_answer=True,
        proves_sender=True,
        tells_id=False,
    )
    example: ClassVar[Example] = Example(address="piket", settings={}, bad_addresses=("", " ", "a b"), speaks="desk")

    def __init__(self, settings: DeskSettings) -> None:
        """Take settings as every channel does."""

    @classmethod
    def canonical(cls, address: str) -> str | None:
        """Accept a login: one word."""
        return address if address and address.split() == [address] else None

    async def _send(self, message: Outgoing, address: str) -> Verdict:  # noqa: ARG002 - nothing leaves the house
        return Verdict("delivered")
