"""Find the channels by looking in the folder, and set up those that have their settings."""

import importlib
import importlib.util
import inspect
import os
import pkgutil
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError

from services.notify.channel_kit.base import Channel

HERE = Path(__file__).parent.parent / "channels"
PACKAGE = "services.notify.channels"
FIELD = re.compile(r'\bfield "(\w+)"')


class ChannelSettingsError(ValueError):
    """Settings of a channel are wrong; the message names them and never their values."""


def discover(*extra: Path) -> dict[str, type[Channel]]:
    """Find every channel in this folder and in `extra` folders, by name.

    Raises ValueError if two files claim one name.
    """
    found: dict[str, type[Channel]] = {}
    for module in _modules(extra):
        kinds = [kind for kind in vars(module).values() if _is_channel(kind) and kind.__module__ == module.__name__]
        for kind in kinds:
            if found.setdefault(kind.name, kind) is not kind:
                raise ValueError(f"two channels are called {kind.name}")
    return dict(sorted(found.items()))


def _modules(extra: tuple[Path, ...]) -> Iterator[ModuleType]:
    for entry in pkgutil.iter_modules([str(HERE)]):
        yield importlib.import_module(f"{PACKAGE}.{entry.name}")
    for path in (path for folder in extra for path in sorted(folder.glob("*.py"))):
        spec = importlib.util.spec_from_file_location(f"kentongan_channel_{path.stem}", path)
        if spec is None or spec.loader is None:
            continue
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module


def _is_channel(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, Channel) and not inspect.isabstract(thing)


def shown_on(channel: str, address: str) -> str:
    """Show an address on a screen as its channel allows it; nothing of one whose channel nobody knows."""
    kind = discover().get(channel)
    return kind.shown(address) if kind else "***"


@cache
def nicknames() -> Mapping[str, str]:
    """Give the channels by what gateways with a key of their own call them."""
    return {nick: name for name, kind in discover().items() for nick in kind.capabilities.nicknames}


def prefix(kind: type[Channel]) -> str:
    """Give the beginning of the environment variables of a channel."""
    return f"KENTONGAN_CHANNEL_{kind.name.upper()}_"


def set_up(
    kinds: Mapping[str, type[Channel]], given: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, Channel]:
    """Make the channels that have settings in the environment, not yet opened.

    `given` holds settings by channel and field that stand in where the environment says nothing. A channel nobody
    has set anything for is left out unless it needs nothing. Raises ChannelSettingsError if one is half set up.
    """
    channels: dict[str, Channel] = {}
    for name, kind in kinds.items():
        start = prefix(kind)
        stated = {key for key, value in os.environ.items() if key.upper().startswith(start) and value}
        spared = {
            field: value for field, value in (given or {}).get(name, {}).items() if start + field.upper() not in stated
        }
        if not (stated or spared) and any(field.is_required() for field in kind.Settings.model_fields.values()):
            continue
        try:
            channels[name] = kind(kind.Settings(**spared))  # type: ignore[call-arg]
        except SettingsError as error:  # a table of a setting that is no JSON; its words name the field alone
            named = FIELD.search(str(error))
            raise ChannelSettingsError(f"{start}{named[1].upper() if named else '*'}: must be JSON") from None
        except ValidationError as error:
            faults = "; ".join(
                f"{start}{'_'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}"
                for fault in error.errors(include_url=False, include_input=False, include_context=False)
            )
            raise ChannelSettingsError(faults) from None
    return channels
