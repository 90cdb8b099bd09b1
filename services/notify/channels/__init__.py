"""The ways to reach people: one file each, found by looking in this folder."""

from services.notify.channels.channel import Capabilities, Channel, Example, Inbound, Outgoing, Receipt, Verdict
from services.notify.channels.discovery import ChannelSettingsError, discover, set_up, shown_on
from services.notify.channels.homemade import homemade

__all__ = [
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
    "set_up",
    "shown_on",
]
