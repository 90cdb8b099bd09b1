"""Tell a person over anything Apprise knows (https://appriseit.com/services/): Slack, Teams, Matrix, Signal and others.

An address is an Apprise URL and names secrets, so it is never logged and shown only by its kind. Apprise says yes or
no; why not is read from what it logs: an HTTP status where there was one. It follows no redirect, tries once, checks
certificates whatever the address says, splits nothing, and reads no file of this machine.
"""

import asyncio
import contextlib
import re
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from threading import Thread
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from schemas.vocabulary import Blame, Classification
from services.notify.channel_kit.base import LONGEST_WAIT, Capabilities, Channel, Example, Outgoing, Verdict
from services.notify.channel_kit.http_channel import BLAME, by_status, forbidden
from services.notify.channel_kit.text_limits import fit
from services.notify.channel_kit.thread_guard import Watch, listen_to, watching

if TYPE_CHECKING:
    from apprise import AppriseAsset, NotifyBase

ADDRESS = re.compile(r"([A-Za-z0-9]{1,20})://([!-~]{1,1500})")  # as much as a database indexes
# Apprise's own names for what speaks to this machine instead of to somebody: desktops, lights, the system's log
LOCAL = frozenset({"blink1", "dbus", "gio", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows"})
TALKATIVE = ("apprise", "charset_normalizer", "oauthlib", "requests", "requests_oauthlib", "urllib3")
TALKATIVE_TOO = ("urllib3.connection", "urllib3.connectionpool", "urllib3.poolmanager", "urllib3.util.retry")
REFUSALS = range(300, 600)
NOT_TAKEN = Verdict("again", error="service did not take it")
NOT_USABLE = Verdict("never", error="address not usable on this channel", blame=Blame.ADDRESS)
KEY_IN_ADDRESS = {**BLAME, 401: Blame.ADDRESS, 403: Blame.ADDRESS}  # whoever is not let in has a wrong address here
TOO_LATE = Verdict("again", error="no answer in time")


def _split(given: object) -> object:
    return [word.strip().lower() for word in given.split(",") if word.strip()] if isinstance(given, str) else given


def _usable(schemas: list[str]) -> list[str]:
    """Check each schema; raises ValueError for one that is local, unknown or lacks a package."""
    for schema in schemas:
        if schema in LOCAL:
            raise ValueError(f"{schema} speaks to this machine, not to a person")
        if schema not in known():
            raise ValueError(f"{schema} is not known to Apprise, or needs a package that is not installed")
    return schemas


class AppriseSettings(BaseSettings):
    """Which of Apprise's services may be used; none by default."""

    model_config = SettingsConfigDict(
        env_prefix="KENTONGAN_CHANNEL_APPRISE_", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    schemas: Annotated[list[str], NoDecode, BeforeValidator(_split), AfterValidator(_usable)] = Field(
        min_length=1, description="Kinds of address that may be used, comma separated: slack,matrixs,signals"
    )
    timeout: float = Field(default=15.0, gt=0, le=LONGEST_WAIT, description="Seconds for one try")
    at_once: int = Field(default=8, ge=1, le=64, description="Calls at once, each in a thread of its own")


class Apprise(Channel):
    """Hand a message to one of Apprise's services, in a thread, because Apprise waits for each answer."""

    name: ClassVar[str] = "apprise"
    Settings: ClassVar[type[BaseSettings]] = AppriseSettings
    capabilities = Capabilities(carries=Classification.BIASA, max_length=None, tells_id=False)
    example: ClassVar[Example] = Example(
        address="json://{host}:{port}/hook/made-up-secret",
        settings={"schemas": "json"},
        bad_addresses=(
            "",
            "piket",
            "slack://",
            "javascript:alert(1)",
            "nobody://sink.example/",
            "syslog://",
            "json://a b/",
            "json://169.254.169.254/latest",
            "json://[::ffff:169.254.169.254]/latest",
        ),
    )

    def __init__(self, settings: AppriseSettings) -> None:
        self._settings = settings
        self._allowed = frozenset(settings.schemas)
        self._room: asyncio.Semaphore | None = None

    async def open(self) -> None:
        """Make room for threads; each starts when needed."""
        if self._room is None:
            self._room = asyncio.Semaphore(self._settings.at_once)

    async def close(self) -> None:
        """Send no more; a thread that still waits for an answer ends by its own time-out and holds nobody up."""
        self._room = None

    @classmethod
    def canonical(cls, address: str) -> str | None:
        """Accept an Apprise URL of one recipient elsewhere, its kind in lower case."""
        return _canonical(address)

    @classmethod
    def shown(cls, address: str) -> str:
        """Show the kind of an address; the rest of it are secrets."""
        return f"{address.partition('://')[0]}://***"

    async def _send(self, message: Outgoing, address: str) -> Verdict:
        if self._room is None:
            return Verdict("again", error="channel is not open")
        if address.partition("://")[0] not in self._allowed:
            return Verdict("never", error="kind of address is not allowed here", blame=Blame.ACCOUNT)
        until = time.monotonic() + self._settings.timeout
        try:
            async with asyncio.timeout(self._settings.timeout):
                return await _in_thread(self._room, lambda: _deliver(message, address, until))
        except TimeoutError:
            return TOO_LATE


async def _in_thread(room: asyncio.Semaphore, call: Callable[[], Verdict]) -> Verdict:
    """Wait for room and for the call; the room is free again when the thread has ended, whoever still waits for it."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Verdict] = loop.create_future()

    def settle(verdict: Verdict) -> None:
        room.release()
        if not answer.done():
            answer.set_result(verdict)

    def work() -> None:
        verdict = call()
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(settle, verdict)

    await room.acquire()
    Thread(target=work, name="apprise", daemon=True).start()  # daemon: a service that hangs holds up no exit
    return await answer


def _deliver(message: Outgoing, address: str, until: float) -> Verdict:
    """Hand the message over in this thread, and say what became of it; `until` is of the monotonic clock."""
    remaining = until - time.monotonic()
    if remaining <= 0:
        return TOO_LATE
    with watching() as watch:
        try:
            service = _service(address)
            if service is None:
                return NOT_USABLE
            service.socket_connect_timeout = service.socket_read_timeout = remaining
            done = _notify(service, message)
        except Exception as error:  # noqa: BLE001 - two hundred plug-ins by others, each with errors of its own
            return Verdict("again", error=type(error).__name__)
    return Verdict("sent") if done else _refused(watch, late=time.monotonic() >= until)


def _notify(service: "NotifyBase", message: Outgoing) -> bool:
    from apprise import NotifyFormat, NotifyType, OverflowMode  # noqa: PLC0415 - only where it is set up
    from apprise.conversion import convert_between  # noqa: PLC0415

    title = " ".join(message.subject.split())[: max(service.title_maxlen, 0)]
    room = service.body_maxlen - service.overflow_buffer
    if service.overflow_amalgamate_title:  # Apprise keeps room for the title and for a count it does not print
        room -= len(title) + service.overflow_max_display_count_width
    written = service.resolve_format(NotifyFormat.TEXT)
    # To Markdown, words go as they are: Apprise would escape the dots of the link too, and nobody could follow it
    given = written if written is NotifyFormat.MARKDOWN else NotifyFormat.TEXT

    def fits(text: str) -> bool:
        return len(service.dialect_convert(convert_between(given, written, text), written)) <= room  # marks count too

    body = fit((message.body, message.short), message.url, fits)
    if service.body_max_line_count:  # of a screen that shows a line or two, and would lose the link
        body = " ".join(body.split())
    return service.notify(
        body=body,
        title=title,
        notify_type=NotifyType.WARNING if message.urgent else NotifyType.INFO,
        body_format=given,
        overflow=OverflowMode.TRUNCATE,
    )


def _refused(watch: Watch, *, late: bool) -> Verdict:
    """Say why a service said no: where it went is forbidden, an HTTP status, or nothing that can be known."""
    if watch.stopped:
        return Verdict("never", error="no address that may be called", blame=Blame.ADDRESS)
    if late:
        return TOO_LATE
    status = watch.statuses[-1] if watch.statuses else 0
    verdict = by_status(status, {}, NOT_TAKEN, KEY_IN_ADDRESS) if status in REFUSALS else NOT_TAKEN
    return replace(verdict, error=f"Apprise {status}") if verdict.outcome == "never" else verdict


@cache
def known() -> frozenset[str]:
    """Give the schemas Apprise can use here; loads it."""
    from apprise import AttachmentManager, NotificationManager  # noqa: PLC0415 - only where it is set up

    listen_to(TALKATIVE + TALKATIVE_TOO)
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of Python, to its authors
        attachments = AttachmentManager()
        attachments.remove(*attachments.schemas())  # templates and key files, of this machine or from elsewhere
        return frozenset(NotificationManager().schemas(include_disabled=False)) - LOCAL


@cache
def _asset() -> "AppriseAsset":
    """Give what all services share: our name, no pictures from elsewhere, nothing kept on disk."""
    from apprise import AppriseAsset  # noqa: PLC0415 - only where it is set up

    return AppriseAsset(
        storage_mode="memory",
        app_id="Kentongan",
        app_desc="Kentongan",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        pgp_autogen=False,
        pem_autogen=False,
    )


@lru_cache(maxsize=4096)
def _canonical(address: str) -> str | None:
    found = ADDRESS.fullmatch(address)
    if found is None or found[1].lower() not in known():
        return None
    spelt = f"{found[1].lower()}://{found[2]}"
    with watching():
        return spelt if _service(spelt) is not None else None


def _service(address: str) -> "NotifyBase | None":
    """Make the service of an address; None where Apprise cannot, where it is many recipients, or nobody's host."""
    from apprise import Apprise as Library  # noqa: PLC0415 - only where it is set up

    service = Library.instantiate(address, asset=_asset())
    if service is None or forbidden((service.host or "").strip("[]")):
        return None
    service.retry, service.redirects, service.verify_certificate = 0, False, True
    return service if len(service) <= 1 else None  # half of many reached could not be told from none
