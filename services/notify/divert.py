"""Read `--divert`, the one address that everything goes to; loads the channels alone, for a start waits for it."""

from collections.abc import Mapping

from services.notify.channels import Channel, discover, homemade, set_up
from services.security.secret import Secret


class DivertError(ValueError):
    """The address that every delivery should go to is one that no channel can use."""


def divert_address(address: str, channels: Mapping[str, Channel]) -> tuple[str, str]:
    """Give the channel of an address and how that writes it: a web address means webhook, any other e-mail.

    Raises DivertError where that channel is not set up or cannot use the address: nothing would reach anybody.
    """
    channel = "webhook" if "://" in address else "email"
    found = channels.get(channel)
    if found is None:
        raise DivertError(f"--divert: the channel {channel} is not set up (docs/channels.md)")
    usable = found.canonical(address)
    if usable is None:
        raise DivertError(f"--divert: no channel can use this address; {channel} takes {found.example.address}")
    return channel, usable


def check_divert(address: str, base_url: str) -> None:
    """Refuse an address for `--divert` before anything is started; raises DivertError or ChannelSettingsError."""
    divert_address(
        address, set_up(discover(), homemade(Secret(bytes(32)), base_url))
    )  # the secret signs, it decides nothing
