"""Verify, export or vouch for the audit log."""

import argparse
import re
import sys
from pathlib import Path

from services.cli.audit import export, verify
from services.cli.connect import add_place, open_store, settings_of
from services.cli.words.in_indonesian import said
from services.runtime.settings import Settings
from services.store.database import StoreShapeError

KNOWN = re.compile(r"(\d{1,18}):([0-9a-f]{16,64})\Z")

PUBLIC = re.compile(r"[0-9a-f]{64}")  # Ed25519, 32 bytes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `audit`."""
    acts = parser.add_subparsers(dest="act", required=True)
    checking = acts.add_parser("verify", help="name the first wrong line and what is wrong with it")
    add_place(checking)
    checking.add_argument("--json", action="store_true", help="for programs")
    _add_places(checking)
    checking.add_argument("--known", action="append", default=[], type=_known, metavar="LINE:HASH", help="as printed")
    checking.add_argument("--alone", action="store_true", help="without checkpoints: the lines and the rows only")
    exporting = acts.add_parser("export", help="write the log and what proves it into a folder, or the lines alone")
    add_place(exporting)
    exporting.add_argument("folder", nargs="?", type=Path, help="new folder; without it JSON lines to standard output")
    _add_places(exporting)
    add_place(acts.add_parser("key", help="print the public keys that checkpoints are signed with"))
    restarting = acts.add_parser("restart", help="after a restore: say that the log goes on from here, and why")
    add_place(restarting)
    restarting.add_argument("--reason", required=True, metavar="WORDS")


def _add_places(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--key", action="append", default=[], type=_public, metavar="PUBLIC", help="trust this public key only"
    )
    parser.add_argument("--file", type=Path, action="append", default=[], help="checkpoints, instead of the usual file")
    parser.add_argument("--no-bus", action="store_true", help="do not ask the bus for checkpoints")


def _public(word: str) -> str:
    """Read a public key as `audit key` prints it."""
    if PUBLIC.fullmatch(word.lower()) is None:
        raise argparse.ArgumentTypeError("a public key has 64 digits 0 to f: kentongan audit key")
    return word.lower()


def _known(word: str) -> tuple[int, str]:
    """Read a line's number and hash as the foot of a recap has them."""
    found = KNOWN.match(word.lower())
    if found is None:
        raise argparse.ArgumentTypeError("a line's number, a colon and at least 16 digits of its hash")
    return int(found[1]), found[2]


def run(options: argparse.Namespace) -> int:
    """Do it: 0 all fits or done; 1 something is wrong; 2 it was told nonsense."""
    settings = settings_of(options)
    if options.act == "key":
        return _print_keys(settings, options.language)
    try:
        store = open_store(settings)
    except StoreShapeError:
        if options.act == "verify" and (code := verify.without_store(options, settings)) is not None:
            return code
        raise
    try:
        if options.act == "verify":
            return verify.run(options, settings, store)
        if options.act == "restart":
            return verify.restart(options.reason, settings, store, options.language)
        if options.folder is None:
            export.lines_to(store, sys.stdout)
            return 0
        return export.run(options, settings, store)
    finally:
        store.close()


def _print_keys(settings: Settings, language: str) -> int:
    keys = verify.own_keys(settings)
    if keys:
        print("\n".join(keys))
        return 0
    print(said(f"There is no secret in {settings.data} yet: nothing was signed here.", language), file=sys.stderr)
    return 1
