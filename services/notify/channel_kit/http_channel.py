"""Call a provider over HTTP: one session, kept alive, and one reading of what came back."""

import asyncio
import ipaddress
import json
import socket
import time
from abc import abstractmethod
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, cast

import aiohttp
from aiohttp.abc import ResolveResult
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.vocabulary import Blame
from services.notify.channel_kit.base import LONGEST_WAIT, Channel, Outgoing, Verdict
from services.notify.channel_kit.names import Names

LONGEST_ANSWER = 65_536  # bytes of an answer that are read; what is longer costs the connection, not our memory
LONGEST_PAUSE = 3600.0  # seconds; nobody may put a warning off for longer than this
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last four bytes are an IPv4 address
# Where hosters answer a machine's questions about itself, outside the link-local range: AWS over IPv6, Alibaba Cloud.
METADATA = frozenset(map(ipaddress.ip_address, ("fd00:ec2::254", "100.100.100.200")))
NOT_NOW = frozenset({408, 425, 429})
# What a refusal is about, for providers who follow HTTP: a wrong or vanished recipient, a message they do not take.
# Any other status below 500 is about our account, or about settings of ours that lead elsewhere.
BLAME: Mapping[int, Blame] = {
    **dict.fromkeys((400, 404, 410, 422), Blame.ADDRESS),
    **dict.fromkeys((413, 414, 415, 431), Blame.MESSAGE),
}


class HttpSettings(BaseSettings):
    """What every channel over HTTP can be told."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    timeout: float = Field(default=10.0, gt=0, le=LONGEST_WAIT, description="Seconds for one try")
    connections: int = Field(default=64, ge=1, description="Connections at once, to all hosts together")
    connections_per_host: int = Field(default=16, ge=1, description="Connections at once to one host")


def by_status(status: int, headers: Mapping[str, str], reached: Verdict, blame: Mapping[int, Blame] = BLAME) -> Verdict:
    """Read an HTTP status: 2xx is `reached`; 5xx, 408, 425 and 429 are `again`; the rest, redirects too, `never`.

    `blame` says what a refusal is about, where this provider means something else by a status than others do.
    """
    if 200 <= status < 300:  # noqa: PLR2004
        return reached
    error = f"HTTP {status}"
    if status >= 500 or status in NOT_NOW:  # noqa: PLR2004
        return Verdict("again", retry_after=retry_after(headers.get("Retry-After")), error=error)
    return Verdict("never", error=error, blame=blame.get(status, Blame.ACCOUNT), may_pass=_may_pass(status))


def _may_pass(status: int) -> bool:
    """Say whether a page of maintenance, a sign-in portal or a proxy of the other side gives this for a while."""
    return 300 <= status < 400 or status in (401, 403, 404, 405, 410)  # noqa: PLR2004 - redirects


def retry_after(value: str | None) -> float | None:
    """Read a Retry-After header (RFC 9110 10.2.3) as seconds from now, None if it says nothing usable."""
    if not value:
        return None
    try:
        seconds = float(value) if value.strip().isdigit() else parsedate_to_datetime(value).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 1.0), LONGEST_PAUSE)


def forbidden(host: str) -> bool:
    """Say whether an IP address is one nobody is to be told at: link-local, a machine's own metadata, multicast, none.

    An IPv4 address inside an IPv6 one counts as itself, in every form in which a network carries it on: mapped
    (RFC 4291 2.5.5.2), NAT64 (RFC 6052 2.1), 6to4 (RFC 3056), Teredo (RFC 4380). A name is not forbidden; what it
    resolves to is asked again.
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(
        one.is_link_local or one.is_multicast or one.is_unspecified or one in METADATA for one in _meant_by(address)
    )


def _meant_by(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """Return an address, without its zone, and the IPv4 addresses that it carries."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    plain = ipaddress.IPv6Address(int(address))
    inside = [plain.ipv4_mapped, plain.sixtofour, *(plain.teredo or ())]
    if plain in NAT64:
        inside.append(ipaddress.IPv4Address(int(plain) & 0xFFFF_FFFF))
    return [plain, *(one for one in inside if one is not None)]


class _Resolver(aiohttp.ThreadedResolver):
    """Resolve names, but never to a forbidden address: a name, or a number in disguise, is no way around the rule."""

    def __init__(self, refused: Callable[[str], bool] = forbidden) -> None:
        super().__init__(cast("asyncio.AbstractEventLoop", Names()))  # of a loop it asks only what these answer
        self._refused = refused

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = [one for one in await super().resolve(host, port, family) if not self._refused(one["host"])]
        if not found:
            raise OSError(None, "no address that may be called")
        return found


class HttpChannel(Channel):
    """A channel whose other side speaks HTTP."""

    def __init__(self, settings: HttpSettings) -> None:
        self._http = settings
        self._session: aiohttp.ClientSession | None = None

    @property
    def at_once(self) -> int:
        """Give the number of its connections."""
        return self._http.connections

    @staticmethod
    def refused(host: str) -> bool:
        """Say whether an address that a name leads to may not be called."""
        return forbidden(host)

    async def open(self) -> None:
        """Open the session; connections are made when first needed and kept alive."""
        if self._session is not None:
            return
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._http.connections,
                limit_per_host=self._http.connections_per_host,
                ttl_dns_cache=60,
                resolver=_Resolver(self.refused),
            ),
            timeout=aiohttp.ClientTimeout(total=self._http.timeout),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
            headers={"User-Agent": "Kentongan"},
        )

    async def close(self) -> None:
        """Close the session and its connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _send(self, message: Outgoing, address: str) -> Verdict:
        if self._session is None:
            return Verdict("again", error="channel is not open")
        try:
            return await self._call(self._session, message, address)
        except TimeoutError:
            return Verdict("again", error="no answer in time")
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
            return Verdict("never", error="address not usable on this channel", blame=Blame.ADDRESS)
        except (aiohttp.ClientError, OSError) as error:
            return Verdict("again", error=f"no connection ({type(error).__name__})")

    @abstractmethod
    async def _call(self, session: aiohttp.ClientSession, message: Outgoing, address: str) -> Verdict:
        """Make the call that sends one message; network errors may be raised."""


async def answer(response: aiohttp.ClientResponse) -> bytes:
    """Read an answer to its end, so that the connection can be used again; b"" if it is longer than we care for."""
    parts: list[bytes] = []
    size = 0
    while part := await response.content.read(LONGEST_ANSWER):
        size += len(part)
        if size > LONGEST_ANSWER:
            response.close()
            return b""
        parts.append(part)
    return b"".join(parts)


async def json_answer(response: aiohttp.ClientResponse) -> dict[str, Any]:
    """Read an answer as a JSON object; {} if it is none."""
    try:
        found = json.loads(await answer(response))
    except (ValueError, RecursionError):  # nested more deeply than any provider answers
        return {}
    return found if isinstance(found, dict) else {}
