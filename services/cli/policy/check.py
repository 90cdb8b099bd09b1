"""Offer `policy check`, `policy who` and `policy diff`; what they print is read by officers."""

import argparse
import json
import sys
from collections.abc import Callable, Container, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from schemas.district import District
from schemas.vocabulary import Level
from schemas.words.recipient_reasons import told_why
from services.notify.messages.alert_message import told_time
from services.oncall.roster import Roster
from services.policy import proof_words
from services.policy.geography import kecamatan_code
from services.policy.loader import default_folder, load_district
from services.policy.proof import Finding, Line, Walk, check, differences, who
from services.policy.routing import Situation
from services.web.in_english import words_in

SHOWN = 40  # lines of a list a person reads; --json gives all
RosterOf = Callable[[argparse.Namespace, District], Roster]
SituationsOf = Callable[[argparse.Namespace, District], Iterable[tuple[Situation, int]] | None]
MovesOf = Callable[
    [argparse.Namespace, District, District], Mapping[str, Any] | None
]  # old, new; None: nothing on file


def add_arguments(parser: argparse.ArgumentParser) -> tuple[argparse.ArgumentParser, ...]:
    """Declare the options of `policy`; gives the parsers of its acts, for what the caller adds to each."""
    acts = parser.add_subparsers(dest="act", required=True)
    prove = acts.add_parser("check", help="prove that every cell ends at a person who can be reached")
    prove.add_argument("--from", dest="start", type=_instant, metavar="TIME", help="first hour of the week to look at")
    explain = acts.add_parser("who", help="who would be told, in what order, and why")
    explain.add_argument("--issue", required=True, help="issue code, or ISSUE/sub")
    explain.add_argument("--form", required=True)
    explain.add_argument("--level", required=True, type=str.upper, choices=[level.name for level in Level])
    explain.add_argument("--kecamatan", metavar="CODE", help="leave out: the place is not known yet")
    explain.add_argument("--desa", metavar="CODE")
    explain.add_argument("--at", type=_instant, metavar="TIME", help="RFC 3339; default now")
    explain.add_argument("--accused", action="append", default=[], metavar="CODE", help="an agency the report accuses")
    explain.add_argument("--spread", type=int, default=0, help="points of component sebaran, 0-5")
    for flag in ("casualties", "fire", "minors", "exercise"):
        explain.add_argument(f"--{flag}", action="store_true")
    differ = acts.add_parser("diff", help="what a change of rules would do to the reports on file")
    differ.add_argument("old", type=Path, metavar="OLD", help="folder of a district")
    differ.add_argument("new", type=Path, metavar="NEW", help="folder of a district")
    differ.add_argument("--cells", action="store_true", help="compare every cell instead of the reports on file")
    take = acts.add_parser("take", help="put a folder in force by hand, proved or despite objections")
    for command in (prove, explain, take):
        command.add_argument("--district", type=Path, default=None, metavar="DIR", help="folder of the district")
    for command in (prove, explain, differ):
        command.add_argument("--json", action="store_true", help="for programs")
    return prove, explain, differ, take


def _no_moves(_options: argparse.Namespace, _old: District, _new: District) -> None:
    return None


def run(
    options: argparse.Namespace, roster_of: RosterOf, situations_of: SituationsOf, moves_of: MovesOf = _no_moves
) -> int:
    """Do it: 0 done, 1 the policy does not hold or would change something, 2 bad usage; raises DistrictError."""
    if options.act == "diff":
        return _diff(options, situations_of, moves_of)
    district = load_district(options.district or default_folder())
    roster = roster_of(options, district)
    return _check(options, district, roster) if options.act == "check" else _who(options, district, roster)


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _check(options: argparse.Namespace, district: District, roster: Roster) -> int:
    walk = check(district, roster, options.start or datetime.now(UTC))
    if options.json:
        found = [_finding_json(one, options.language) for one in walk.findings]
        _print_json({"holds": walk.holds, "cells": walk.cells, "findings": found})
    else:
        print(*_walk_lines(walk, district, options.language), sep="\n")
    return 0 if walk.holds else 1


def _walk_lines(walk: Walk, district: District, language: str) -> list[str]:
    say, zone, beginning = words_in(language), ZoneInfo(district.timezone), datetime.min.replace(tzinfo=UTC)
    lines = []
    ordered = sorted(walk.findings, key=lambda one: not one.fails)
    for one in ordered[:SHOWN]:
        at = told_time(one.at, told_at=beginning, zone=zone, language=language) if one.at else ""
        when = f", {say(f'mulai {at}')}" if at else ""
        mark = say("GAGAL" if one.fails else "perhatian")
        instance = say(f"{one.cells} sel, misalnya {one.example(language)}")
        lines.append(f"{mark}: {one.what(language)}{when}; {instance}")
    if len(ordered) > SHOWN:
        lines.append(say(f"... dan {len(ordered) - SHOWN} lagi (--json memberi semuanya)"))
    seen = say(f"{walk.cells} sel, {walk.posts} pos, seminggu dengan {walk.moments} saat berbeda")
    holds = say("Setiap sel berakhir pada orang yang dapat dihubungi")
    return [*lines, f"{holds if walk.holds else say('Kebijakan belum dapat dipakai')}: {seen}."]


def _finding_json(one: Finding, language: str) -> dict[str, Any]:
    at = one.at.isoformat() if one.at else None
    return {
        "kind": one.kind,
        "fails": one.fails,
        "what": one.what(language),
        "cells": one.cells,
        "example": one.example(language),
        "at": at,
    }


def _who(options: argparse.Namespace, district: District, roster: Roster) -> int:
    issue, _, sub = options.issue.upper().partition("/")
    wrong = _unknown(options, issue, district)
    if wrong:
        print(wrong, file=sys.stderr)
        return 2
    situation = Situation(
        issue=issue,
        sub_issue=sub.lower() or None,
        form=options.form.upper(),
        level=Level[options.level],
        kecamatan=options.kecamatan or (kecamatan_code(options.desa) if options.desa else None),
        desa=options.desa,
        casualties=options.casualties,
        fire=options.fire,
        minors=options.minors,
        accused=tuple(code.upper() for code in options.accused),
        spread=options.spread,
        exercise=options.exercise,
    )
    at = options.at or datetime.now(UTC)
    lines = who(district, roster, situation, at)
    if options.json:
        _print_json([_line_json(line, options.language) for line in lines])
        return 0
    if not lines:
        print(proof_words.say("everybody_accused", options.language))
    for line in lines:
        print(_line_text(line, at, district, options.language))
        print(*(f"        - {told_why(why, options.language)}" for why in line.why), sep="\n")
    return 0


def _unknown(options: argparse.Namespace, issue: str, district: District) -> str:
    asked: tuple[tuple[str | None, Container[str], str], ...] = (
        (issue, district.issues, "unknown_issue"),
        (options.form.upper(), district.forms, "unknown_form"),
        (options.kecamatan or options.desa, district.places, "unknown_place"),
        *((code.upper(), district.institutions, "unknown_institution") for code in options.accused),
    )
    for value, known, code in asked:
        if value is not None and value not in known:
            return proof_words.say(code, options.language, value=value)
    return ""


def _line_text(line: Line, at: datetime, district: District, language: str) -> str:
    told = proof_words.say(
        "told",
        language,
        when=told_time(line.at, told_at=at, zone=ZoneInfo(district.timezone), language=language),
        minutes=line.minutes,
        duty=proof_words.called(line.what, language),
        name=district.called(line.institution, line.unit),
        people=", ".join(line.people) or proof_words.say("nobody_there", language),
    )
    channels = proof_words.say("by", language, channels=", ".join(line.channels)) if line.channels else ""
    return told + channels + (proof_words.say("hidden", language) if line.redacted else "")


def _line_json(line: Line, language: str) -> dict[str, Any]:
    return {
        "minutes": line.minutes,
        "at": line.at.isoformat(),
        "what": line.what,
        "institution": line.institution,
        "unit": line.unit,
        "people": line.people,
        "channels": line.channels,
        "why": [told_why(why, language) for why in line.why],
        "redacted": line.redacted,
    }


def _diff(options: argparse.Namespace, situations_of: SituationsOf, moves_of: MovesOf) -> int:
    old, new, spoken = load_district(options.old), load_district(options.new), options.language
    given = None if options.cells else situations_of(options, new)
    changes = differences(old, new, given)
    moves = None if options.cells else moves_of(options, old, new)
    if options.json:
        handled = [
            {"situation": proof_words.Example(one.situation).say(spoken), "cells": one.cells, "what": one.what(spoken)}
            for one in changes
        ]
        _print_json({"handled": handled, "judged": moves})
    else:
        lines = [
            f"{proof_words.Example(one.situation).say(spoken)} ({one.cells}): {'; '.join(one.what(spoken))}"
            for one in changes
        ]
        _print_some(lines, spoken)
        unit = "cells_change" if given is None else "incidents_change"
        print(proof_words.say(unit, spoken, count=sum(one.cells for one in changes)))
        if moves is not None:
            _print_moves(moves, spoken)
    return 1 if changes or (moves and moves["moved"]) else 0


def _print_some(lines: list[str], language: str) -> None:
    print(*lines[:SHOWN], sep="\n", end="\n" if lines else "")
    if len(lines) > SHOWN:
        print(words_in(language)(f"... dan {len(lines) - SHOWN} lagi (--json memberi semuanya)"))


def _print_moves(moves: Mapping[str, Any], language: str) -> None:
    moved = [f"{one['incident']}: {_verdict(one['old'])} -> {_verdict(one['new'])}" for one in moves["moved"]]
    _print_some(moved, language)
    whole = {"incidents": moves["incidents"], "reports": moves["reports"]}
    print(proof_words.say("judged_otherwise", language, **whole, **moves["counts"]))


def _verdict(one: Mapping[str, Any]) -> str:
    return f"{one['issue']} {one['form']} {one['level']} {one['score']}"


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False))
