"""Connect to a leaf node or a hub as one of its users."""

import asyncio
import contextlib
import ssl
from urllib.parse import urlsplit

from nats.aio.client import Client

PATIENCE = 6.0  # seconds until a server that does not let us in is said to be away
GOODBYE = 3.0  # seconds to wait for it when leaving


async def _quiet(_error: Exception) -> None:
    """Say nothing: whoever asks hears of it, and the address in a trace holds a password."""


async def connected(url: str, authority: str, *, name: str, patience: float = PATIENCE) -> Client:
    """Connect within `patience` seconds; from then on the client comes back by itself.

    Raises OSError, TimeoutError or an error of NATS. By itself a client that may reconnect tries for ever, also a
    server that it does not trust or that refuses its password.
    """
    user = urlsplit(url.split(",", maxsplit=1)[0].strip()).username or ""
    trusted = ssl.create_default_context(cafile=authority) if authority else None
    client = Client()
    try:
        async with asyncio.timeout(patience):
            await client.connect(
                [one.strip() for one in url.split(",")],
                name=name,
                inbox_prefix=f"_INBOX_{user}" if user else "_INBOX",
                allow_reconnect=True,
                max_reconnect_attempts=-1,
                reconnect_time_wait=0.25,  # type: ignore[arg-type]  # it is slept for: a fraction is fine
                connect_timeout=2,
                ping_interval=10,
                max_outstanding_pings=2,
                error_cb=_quiet,
                tls=trusted,
            )
    except BaseException:
        await left(client)
        raise
    return client


async def left(client: Client | None) -> None:
    """Close a connection; with the server gone there is nobody to say goodbye to."""
    if client is not None and not client.is_closed:
        with contextlib.suppress(Exception):
            async with asyncio.timeout(GOODBYE):
                await client.close()
