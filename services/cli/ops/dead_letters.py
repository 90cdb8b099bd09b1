"""List, show, replay or drop what could not be processed."""

import argparse
import contextlib
import dataclasses
import json
from typing import Any

from schemas.district import District
from services.bus import Bus, DeadLetter, LetterGone
from services.cli.connect import add_place, open_store, settings_of, with_bus
from services.runtime.settings import Settings
from services.sources.keyring import open_vault


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `deadletters`."""
    acts = parser.add_subparsers(dest="act", required=True)
    listing = acts.add_parser("list", help="what lies there, oldest first")
    listing.add_argument("--json", action="store_true")
    add_place(listing)
    for name, about in (("show", "its content"), ("replay", "tell it again"), ("drop", "take it off the list")):
        act = acts.add_parser(name, help=about)
        act.add_argument("number", type=int, nargs="?" if name == "replay" else None, help="its number in the list")
        if name == "replay":
            act.add_argument("--all", action="store_true")
        if name == "drop":
            act.add_argument("--reason", default="", metavar="WORDS", help="why, for the audit log")
        add_place(act)


def run(options: argparse.Namespace) -> int:
    """Do it; 1 when there is no such letter, or when the list is not empty."""

    async def act(bus: Bus, _district: District) -> int:
        letters = await bus.dead_letters()
        if options.act == "list":
            return _show_list(letters, as_json=options.json)
        chosen = [letter for letter in letters if getattr(options, "all", False) or letter.advisory == options.number]
        if not chosen:
            print("No such dead letter.")
            return 1
        if options.act == "drop":
            await _note_drop(bus, settings, chosen[0], options.reason)
        done = [await _act(bus, options.act, letter) for letter in chosen]
        return 0 if all(done) else 1

    settings, vault = settings_of(options), None
    if options.act == "show":
        with contextlib.closing(open_store(settings)) as store:
            store.write_now(lambda tx: tx.audit("deadletter.read", "office", subject=str(options.number)))
            vault = open_vault(settings, store)
    return with_bus(settings, act, vault)


async def _note_drop(bus: Bus, settings: Settings, letter: DeadLetter, reason: str) -> None:
    """Write down which letter is dropped, before it is; if it is a report, that counts as put aside from then."""
    report = await bus.dead_report(letter)
    facts: dict[str, Any] = {"stream": letter.stream, "sequence": letter.sequence}
    facts |= {name: value for name, value in (("reason", reason), ("report", report)) if value}
    with contextlib.closing(open_store(settings)) as store:
        await store.write(lambda tx: tx.audit("deadletter.drop_asked", "office", subject=str(letter.advisory), **facts))


async def _act(bus: Bus, what: str, letter: DeadLetter) -> bool:
    """Show, replay or drop one; False, having said so, where its message is kept no longer."""
    if what == "drop":
        await bus.drop(letter)
        print(f"{letter.advisory} dropped")
        return True
    try:
        if what == "replay":
            await bus.replay(letter)
            print(f"{letter.advisory} told again")
        else:
            subject, body = await bus.dead_body(letter)
            print(json.dumps({**dataclasses.asdict(letter), "subject": subject}, indent=2))
            print(body.decode("utf-8", "replace"))
    except LetterGone:
        print(f"{letter.advisory}: its message is kept no longer; take it off the list with: deadletters drop")
        return False
    return True


def _show_list(letters: list[DeadLetter], *, as_json: bool) -> int:
    for letter in letters:
        if as_json:
            print(json.dumps(dataclasses.asdict(letter)))
        else:
            print(
                f"{letter.advisory}\t{letter.at}\t{letter.stream}/{letter.consumer} #{letter.sequence}\t{letter.reason}"
            )
    if not letters and not as_json:
        print("None.")
    return 1 if letters else 0
