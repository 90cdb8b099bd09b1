"""Refuse at a start what a service would stumble over later, in a sentence that names the setting."""

from collections.abc import Collection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from services.runtime.listening import Fault, fault_of, sentence
from services.runtime.settings import SettingError, Settings

if TYPE_CHECKING:
    from services.security.oidc.provider import Office

PROVIDER = (
    "KENTONGAN_OIDC_ISSUER must be the address of the sign-in provider, with https:// at its beginning, and "
    "KENTONGAN_OIDC_CLIENT our name there."
)
PAGES = "KENTONGAN_BASE_URL must be the address of the pages, with https:// or http:// at its beginning."


def check_start(settings: Settings, services: Collection[str], *, listens: bool = True) -> None:
    """See that these services can start with these settings; each loads only what it runs.

    `listens`: the address of the pages is tried too. Raises SettingError, ChannelSettingsError, AddressTaken.
    """
    if not (settings.public_url.startswith(("https://", "http://")) and urlsplit(settings.public_url).hostname):
        raise SettingError(PAGES)
    if "console" in services:
        office_of(settings)
    if settings.divert and "notify" in services:
        from services.notify.divert import DivertError, check_divert  # noqa: PLC0415 - each loads only what it runs

        try:
            check_divert(settings.divert, settings.public_url)
        except DivertError as error:
            raise SettingError(str(error)) from None
    if {"ingest", "notify"} & set(services):  # the console alone goes on without channels
        from services.notify.channels import discover, homemade, set_up  # noqa: PLC0415 - as above
        from services.security.secret import Secret  # noqa: PLC0415

        set_up(discover(), homemade(Secret(bytes(32)), settings.public_url))
    if listens and {"ingest", "console"} & set(services) and (fault := fault_of(settings.host, settings.port)):
        said = sentence(fault, settings.port, "--port N or KENTONGAN_PORT")
        raise (SettingError if fault is Fault.ADDRESS else AddressTaken)(said)


class AddressTaken(Exception):  # noqa: N818 - said as a fact
    """Nobody can listen there now; the sentence says why."""


def office_of(settings: Settings) -> "Office | None":
    """Give what is said of the office's own sign-in provider; None where there is none. Raises SettingError."""
    if not settings.oidc_issuer:
        return None
    from services.security.oidc.provider import Office, guarded  # noqa: PLC0415 - where there is one

    issuer = settings.oidc_issuer
    if not guarded(issuer) or not settings.oidc_client:
        raise SettingError(PROVIDER)
    return Office(
        issuer=issuer,
        client=settings.oidc_client,
        client_secret=settings.oidc_client_secret,
        name=settings.oidc_name or str(urlsplit(issuer).hostname),
        claim=settings.oidc_claim,
        factors=tuple(one.strip() for one in settings.oidc_factors.split(",") if one.strip()),
        redirect=f"{settings.public_url}/masuk/penyedia/kembali",
    )
