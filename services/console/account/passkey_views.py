"""Say which passkeys somebody has, and whether any can be made or shown here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from schemas.records.accounts import Passkey
from services.console.dependencies import Deps

if TYPE_CHECKING:
    from services.security.accounts.passkey_ceremony import Ceremonies


@dataclass(frozen=True)
class PasskeyView:
    """One passkey as its owner sees it; `site` is named where it was made for another address than ours."""

    id: str
    name: str
    made_at: datetime
    used_at: datetime | None
    site: str
    here: bool  # this browser asks for it at the door


def shown(found: Sequence[Passkey], site: str, here: str | None = None) -> list[PasskeyView]:
    """Show passkeys; `here` is the one of the browser that asks."""
    return [
        PasskeyView(one.id, one.name, one.made_at, one.used_at, one.site * (one.site != site), one.id == here)
        for one in found
    ]


def ceremonies_of(deps: Deps) -> "Ceremonies | None":
    """Give what asks for passkeys; None where there are none."""
    site = deps.passkey_site
    if site is None:
        return None
    from services.security.accounts.passkey_ceremony import Ceremonies  # noqa: PLC0415 - 5 MB, once somebody uses one

    return Ceremonies(site, deps.secret, deps.clock)
