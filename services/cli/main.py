"""Offer the commands. Each imports what it needs only when it is called, so that starting stays quick and small.

Exit codes: 0 done, 1 found something wrong, 2 bad usage.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from services.runtime.private import UMASK, write_no_core

COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("up", "services.cli.up", "everything on one machine: bus, services, pages"),
    ("serve", "services.cli.serve", "one or more services, configured by KENTONGAN_*"),
    ("key", "services.cli.keys", "make, list and revoke keys, replace the secret behind them"),
    ("person", "services.cli.people", "add and list people"),
    ("file", "services.cli.filing.command", "send a table, a JSONL, a chat; --check shows it first"),
    ("assess", "services.triage.evaluation.command", "judge reports without a bus or a store"),
    ("watch", "services.cli.watch.command", "early warning over a table of counts, or --replay of the store"),
    ("policy", "services.cli.policy.command", "prove and explain who is told"),
    ("learn", "services.cli.ops.train", "train the second reader on what officers confirmed"),
    ("bus", "services.cli.ops.bus", "declare streams and consumers"),
    ("deadletters", "services.cli.ops.dead_letters", "list, show, replay or drop what could not be processed"),
    ("reconcile", "services.cli.ops.reconcile", "prove that nothing accepted went missing"),
    ("audit", "services.cli.audit.command", "verify or export the journal"),
    ("db", "services.cli.ops.database", "bring the tables up to date"),
    ("backup", "services.cli.ops.backup", "write the store into one file"),
    ("source", "services.cli.sources.command", "seal who reported, replace the master key"),
    ("restore", "services.cli.ops.restore", "put a backup back"),
    ("rota", "services.cli.oncall", "who is on duty when, and where nobody is"),
    ("silence", "services.cli.silences", "leave some tellings out for a while"),
    ("drill", "services.cli.ops.drill", "sound an exercise through the real path, and time who answers"),
    ("siladeni", "services.cli.office.siladeni", "take Siladeni's reports in, give status and answers back"),
    ("ormas", "services.cli.office.ormas", "take in the list of ormas"),
    ("places", "services.cli.places.command", "take in official boundaries for the map"),
    ("province", "services.cli.province.command", "the line to the province: its hub, and what districts tell it"),
    ("doctor", "services.cli.ops.doctor", "look for what is missing or wrong"),
    ("bench", "tests.bench", "measure the whole line beside a bare floor; from a checkout, whose tests hold it"),
)


# What a file or folder that was named wrongly says; a disk that is full or fails is no bad usage.
MISNAMED = (FileNotFoundError, NotADirectoryError, IsADirectoryError, FileExistsError, PermissionError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    os.umask(UMASK)  # whatever a command writes is its owner's alone
    write_no_core()
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="kentongan", description="Early warning for social conflict.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    chosen = next((word for word in given if not word.startswith("-")), None)
    run: Callable[[argparse.Namespace], int] | None = None
    for name, module, about in COMMANDS:
        command = commands.add_parser(name, help=about, description=about)
        if name == chosen:
            try:
                found: Any = import_module(module)
            except ModuleNotFoundError as error:
                if error.name not in ("tests", module):
                    raise
                print("The bench stands with the tests: run it from a checkout.", file=sys.stderr)
                return 1
            found.add_arguments(command)
            run = found.run
    options = parser.parse_args(given)
    if run is None:  # argparse has already refused unknown words
        parser.error("no command")
    try:
        return run(options)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0
    except Exception as error:
        said = _sentence(error)
        if said is None:
            raise
        print(said, file=sys.stderr)
        return 2 if _misread(error) else 1


def _misread(error: Exception) -> bool:
    """Say whether it is a setting or a word that cannot be read: bad usage."""
    from pydantic import ValidationError  # noqa: PLC0415 - only who fails pays for it

    from services.notify.channel_kit.registry import ChannelSettingsError  # noqa: PLC0415
    from services.runtime.settings import SettingError  # noqa: PLC0415
    from services.runtime.standard_input import NothingGiven  # noqa: PLC0415
    from services.store.database import StoreAddressError  # noqa: PLC0415

    of_settings = isinstance(error, ValidationError) and error.title == "Settings"
    named = StoreAddressError | SettingError | ChannelSettingsError | NothingGiven
    return of_settings or isinstance(error, named) or (isinstance(error, MISNAMED) and error.filename is not None)


def _sentence(error: Exception) -> str | None:
    """Say what an office can mend, in a sentence; None for what only a programmer can."""
    from pydantic import ValidationError  # noqa: PLC0415 - only who fails pays for it

    from services.bus import BusUnavailable  # noqa: PLC0415
    from services.cli.supervision.start_checks import AddressTaken  # noqa: PLC0415
    from services.policy.loader import DistrictError  # noqa: PLC0415
    from services.security.secret import SecretError  # noqa: PLC0415
    from services.store.database import StoreShapeError, StoreUnavailable  # noqa: PLC0415

    if _misread(error):
        from services.runtime.settings import said_of  # noqa: PLC0415

        said = said_of(error) if isinstance(error, ValidationError) else str(error)
        return _of_file(error) if isinstance(error, MISNAMED) else said
    if isinstance(error, DistrictError):
        return f"The district's folder cannot be used: {error}"
    if isinstance(error, SecretError | StoreShapeError | AddressTaken):
        return str(error)
    if isinstance(error, StoreUnavailable):
        return f"The store cannot be reached ({error})."
    if isinstance(error, BusUnavailable | TimeoutError) or _of_a_bus_away(error):
        own = str(error) if isinstance(error, BusUnavailable) else ""
        return own or "The bus does not answer; is `kentongan up` running?"
    return _of_file(error) if isinstance(error, OSError) and error.filename is not None else None


def _of_a_bus_away(error: Exception) -> bool:
    if not type(error).__module__.startswith("nats."):  # whose module nobody loads to say something else
        return False
    from services.bus import is_away  # noqa: PLC0415

    return is_away(error)


def _of_file(error: OSError) -> str:
    """Say which file it was and what the system said of it."""
    name = os.fsdecode(error.filename) if isinstance(error.filename, bytes) else error.filename
    return f"{name}: {error.strerror}."
