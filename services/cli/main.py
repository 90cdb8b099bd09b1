"""Offer the commands. Each imports what it needs only when it is called, so that starting stays quick and small.

Exit codes: 0 done, 1 found something wrong, 2 bad usage.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import pairwise
from typing import Any

from services.cli.words.parser import OPTION, language_of, parser_in
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    os.umask(UMASK)  # whatever a command writes is its owner's alone
    write_no_core()
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = language_of(given)
    parser = parser_in(language)(prog="kentongan", description="Early warning for social conflict.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    words = (word for before, word in pairwise(["", *given]) if not word.startswith("-") and before != OPTION)
    chosen = next(words, None)
    run: Callable[[argparse.Namespace], int] | None = None
    for name, module, about in COMMANDS:
        command = commands.add_parser(name, help=about, description=about)
        if name == chosen:
            try:
                found: Any = import_module(module)
            except ModuleNotFoundError as error:
                if error.name not in ("tests", module):
                    raise
                return _sorry("The bench stands with the tests: run it from a checkout.", language)
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
        from services.cli.words.faults import told  # noqa: PLC0415 - only who fails pays for it

        if (fault := told(error, options.language)) is None:
            raise
        sentence, code = fault
        print(sentence, file=sys.stderr)
        return code


def _sorry(sentence: str, language: str) -> int:
    from services.cli.words.in_indonesian import said  # noqa: PLC0415 - only who fails pays for it

    print(said(sentence, language), file=sys.stderr)
    return 1
