"""The ways to reach people: one file each, found by looking in this folder."""

from schemas.vocabulary import Blame
from services.notify.channel_kit.base import Capabilities, Channel, Example, Inbound, Outgoing, Receipt, Verdict
from services.notify.channel_kit.default_settings import homemade
from services.notify.channel_kit.registry import (
    ChannelSettingsError,
    discover,
    nicknames,
    prefix,
    set_up,
    shown_on,
)

__all__ = [
    "Blame",
    "Capabilities",
    "Channel",
    "ChannelSettingsError",
    "Example",
    "Inbound",
    "Outgoing",
    "Receipt",
    "Verdict",
    "discover",
    "homemade",
    "nicknames",
    "prefix",
    "set_up",
    "shown_on",
]
