"""Prove, explain and compare policies with the people and incidents of an installation."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from schemas.district import District
from services.cli.connect import add_place, open_store, settings_of
from services.cli.demo_data import load_people
from services.cli.policy import activate as taking
from services.cli.policy import check as policy_command
from services.cli.policy import queries
from services.cli.policy.activate import add_take
from services.cli.policy.rescoring import moves
from services.cli.policy.stored_reports import TEXTS_READ, refiled
from services.incidents.situation_of import situation_of
from services.oncall.roster import Officer, Reach, Roster
from services.oncall.schedule import roster_of
from services.policy.proof_words import say
from services.policy.routing import Situation
from services.runtime.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `policy`; each of its acts may be told which installation is meant."""
    prove, explain, differ, take = policy_command.add_arguments(parser)
    add_take(take)
    for act in (prove, explain, differ, take):
        add_place(act)


def run(options: argparse.Namespace) -> int:
    """Do it: 0 done, 1 the policy does not hold, is not taken or would change something, 2 bad usage."""
    if options.act == "take":
        return taking.run(options)
    if options.act != "diff" and options.district is None:
        options.district = settings_of(options).district
    return policy_command.run(options, _roster, _situations, _moves)


def _kept(settings: Settings) -> bool:
    """Say whether there is a store to ask; looking must not make one."""
    return bool(settings.store_url) or (settings.data / "kentongan.db").exists()


def _roster(options: argparse.Namespace, district: District) -> Roster:
    """Give the installation's people; the demonstration's where there are none yet."""
    settings = settings_of(options)
    if _kept(settings):
        store = open_store(settings)
        try:
            roster = store.read_now(roster_of)
        finally:
            store.close()
        if roster.people:
            return roster
    print(say("sample_people", options.language), file=sys.stderr)
    return demo_roster(options.district, district)


def demo_roster(folder: Path, district: District) -> Roster:
    """Give the demonstration's people as a roster."""
    return Roster(
        tuple(
            Officer(
                id=one.login,
                name=one.name,
                institution=one.institution,
                unit=one.unit,
                role=one.role,
                post=one.post,
                clearance=one.clearance,
                named_for=one.named_for,
                addresses=tuple(Reach(channel, address) for channel, address in one.addresses),
            )
            for one in load_people(folder, district)
            if one.institution is not None
        )
    )


def _situations(options: argparse.Namespace, _district: District) -> Iterable[tuple[Situation, int]] | None:
    """Give the situations of the incidents on file and how often each occurs; None when nothing is on file."""
    settings = settings_of(options)
    if not _kept(settings):
        return None
    store = open_store(settings)
    try:
        rows = store.read_now(queries.all_incidents)
    finally:
        store.close()
    return list(Counter(situation_of(row) for row in rows).items()) or None


def _moves(options: argparse.Namespace, old: District, new: District) -> dict[str, Any] | None:
    """Judge the reports on file by both districts; None when nothing is on file."""
    settings = settings_of(options)
    if not _kept(settings):
        return None
    store = open_store(settings)
    try:
        reports = store.read_now(refiled)
        store.write_now(lambda tx: tx.audit(TEXTS_READ, "office", what="policy", count=len(reports)))
    finally:
        store.close()
    return moves(reports, old, new).as_json() if reports else None
