"""Turn what ends a command into a sentence in its user's language and an exit code, for all commands alike.

1 says that something was found wrong or is away now, 2 that a setting, a word or a file cannot be read: bad usage.
What only a programmer can mend is no fault here.
"""

import os

from pydantic import ValidationError

from schemas.words.district_faults import fault_said
from services.bus import BusUnavailable
from services.cli.supervision.start_checks import AddressTaken
from services.cli.words.in_indonesian import DISTRICT, said
from services.notify.channel_kit.registry import ChannelSettingsError
from services.policy.loader import DistrictError
from services.runtime.settings import SettingError, said_of
from services.runtime.standard_input import NothingGiven, Unreadable
from services.security.secret import SecretError
from services.store.database import StoreAddressError, StoreShapeError, StoreUnavailable

FOUND, USAGE = 1, 2
MISREAD = (StoreAddressError, SettingError, ChannelSettingsError, NothingGiven, Unreadable)
# What a file or folder that was named wrongly says; a disk that is full or fails is no bad usage.
MISNAMED = (FileNotFoundError, NotADirectoryError, IsADirectoryError, FileExistsError, PermissionError)


def told(error: Exception, language: str) -> tuple[str, int] | None:
    """Give the sentence and the exit code; None for what an office cannot mend."""
    if isinstance(error, DistrictError):
        return said(DISTRICT, language).format(fault_said(str(error), language)), USAGE
    sentence, code = _english(error)
    return (said(sentence, language), code) if sentence else None


def _english(error: Exception) -> tuple[str, int]:
    of_settings = isinstance(error, ValidationError) and error.title == "Settings"
    if of_settings or isinstance(error, MISREAD):
        return said_of(error) if isinstance(error, ValidationError) else str(error), USAGE
    if isinstance(error, SecretError | StoreShapeError | AddressTaken):
        return str(error), FOUND
    if isinstance(error, StoreUnavailable):
        return f"The store cannot be reached ({error}).", FOUND
    if isinstance(error, BusUnavailable | TimeoutError) or _of_a_bus_away(error):
        own = str(error) if isinstance(error, BusUnavailable) else ""
        return own or "The bus does not answer; is `kentongan up` running?", FOUND
    if isinstance(error, OSError) and error.filename is not None:
        return _of_file(error), USAGE if isinstance(error, MISNAMED) else FOUND
    return "", FOUND


def _of_a_bus_away(error: Exception) -> bool:
    if not type(error).__module__.startswith("nats."):  # whose module nobody loads to say something else
        return False
    from services.bus import is_away  # noqa: PLC0415

    return is_away(error)


def _of_file(error: OSError) -> str:
    name = os.fsdecode(error.filename) if isinstance(error.filename, bytes) else error.filename
    return f"{name}: {error.strerror}."
