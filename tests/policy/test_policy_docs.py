"""The policy's documentation says what the code does."""

import re
from pathlib import Path

from schemas.district import District
from schemas.vocabulary import Level
from services.cli.policy import check as policy_command
from services.cli.words.parser import Parser
from services.policy.proof import Demands
from services.policy.recipient_rules import ORDER

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "policy.md").read_text(encoding="utf-8")


def test_links_lead_to_files() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert targets
    assert [target for target in targets if not (DOCS / target).exists()] == []


def test_overlays_are_listed_in_their_order() -> None:
    listed = re.findall(r"^\| +\d+ \| ([a-z ]+) \|", TEXT, flags=re.MULTILINE)
    assert listed == [rule.__name__.strip("_").replace("_", " ") for rule in ORDER]


def test_minutes_are_those_of_the_district_file(tuban: District) -> None:
    for level in Level:
        clock = tuban.clocks[level]
        rungs = " · ".join(str(step.after) for step in clock.ladder)
        cells = (level.name, clock.ack, clock.remind[0], rungs, clock.first_sitrep, clock.sitrep_every or "-")
        assert f"| {' | '.join(map(str, cells))} |" in TEXT


def test_the_number_of_cells_is_the_walks(demands: Demands) -> None:
    assert f"{demands.cells:,} cells" in TEXT


def test_commands_are_understood() -> None:
    parser = Parser()
    policy_command.add_arguments(parser)
    commands = re.findall(r"^kentongan policy (.+)$", TEXT, flags=re.MULTILINE)
    assert [parser.parse_args(command.split()).act for command in commands] == ["check", "who", "diff"]


def test_rules_are_numbered_without_a_gap() -> None:
    numbers = re.findall(
        r"^(\d+)\. \*\*|^(\d+)\. ", (DOCS / "rules.md").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert [int(one or other) for one, other in numbers] == list(range(1, 18))
