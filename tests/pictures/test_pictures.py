"""The table of pages leaves none out, and no picture lies there that no page of docs shows."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from unittest.mock import Mock

import pytest
from PIL import Image

from services.cli.demo_data import load_reports
from services.console.app import create_app
from services.console.dependencies import Deps
from services.policy.loader import default_folder
from services.policy.versions import Rules
from tests.console.desk import reader
from tests.console.night import DISTRICT, NOW, SECRET
from tests.console.test_reads import routes
from tests.pictures.night import PLACES
from tests.pictures.pages import GROUPS, NO_PAGE, PAGES, PAPERS, PROGRAMS, SINGLES, WIDTHS
from tests.pictures.sheets import SCALE

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MOST_BYTES = 8_000_000  # of all pictures together: whoever clones the repository gets them too


def read() -> set[str]:
    """Give the addresses that are read in a browser."""
    deps = Deps(store=Mock(), secret=SECRET, keys=Mock(), rules=Rules.fixed(DISTRICT), base_url="http://x")
    found = {route.path for route in routes(create_app(deps).router) if "GET" in (route.methods or ())}
    return {path for path in found if not path.startswith(PROGRAMS)}


def route_of(address: str, known: set[str]) -> str | None:
    """Give the route that a page's address leads to: the one with the fewest blanks that fits."""
    path = address.partition("?")[0]
    fits = [route for route in known if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(route)), path)]
    return min(fits, key=lambda route: route.count("{"), default=None)


def test_every_page_has_its_picture_or_a_reason_why_it_has_none() -> None:
    known = read()
    shown = {route_of(page.address, known) for page in PAGES if page.name != "not-found"}
    assert None not in shown
    assert shown & set(NO_PAGE) == set()
    assert shown | set(NO_PAGE) == known
    assert all(NO_PAGE.values())


def test_an_address_leads_to_the_narrower_of_two_routes() -> None:
    known = {"/li/{id}", "/peringatan/{id}", "/peringatan/tanda"}
    assert route_of("/peringatan/tanda?minggu=1", known) == "/peringatan/tanda"
    assert route_of("/peringatan/{warning}", known) == "/peringatan/{id}"
    assert route_of("/li/{note}/pdf", known) is None


def test_names_are_given_once_and_pictures_by_themselves_are_of_pages_in_the_table() -> None:
    names = [page.name for page in PAGES]
    assert len(set(names)) == len(names)
    alone = [one.name for one in (*SINGLES, *PAPERS)]
    assert len(set(alone)) == len(alone)
    assert {one.page for one in SINGLES} <= set(names)


def test_what_stands_in_braces_is_made_by_the_night() -> None:
    night = (Path(__file__).parent / "night.py").read_text(encoding="utf-8")
    wanted = {name for one in (*PAGES, *PAPERS) for _, name, _, _ in Formatter().parse(one.address) if name is not None}
    assert {name for name in wanted if f'"{name}"' not in night} == set()


def test_the_sample_reports_bring_every_incident_that_pictures_are_taken_of() -> None:
    """How they are judged changes with the rules, and pictures are made seldom: it would be found only then."""
    told = [reader().assess(one, filed_at=NOW) for one in load_reports(default_folder(), NOW)]
    brought = {(one.place.kecamatan, one.issue) for one in told if one.place is not None}
    assert {name: where for name, where in PLACES.items() if where not in brought} == {}


def sheets_table() -> list[str]:
    """Write the rows of docs/desk.md that lead to every sheet; what to paste there when the test below fails."""
    return [
        f"| {group} | {', '.join(f'[{page.what}](pictures/forms/{page.name}.webp)' for page in pages)} |"
        for group, pages in GROUPS.items()
    ]


def test_desk_md_leads_to_every_sheet() -> None:
    lines = (ROOT / "docs" / "desk.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "pictures/forms/" in line] == sheets_table()


def made() -> dict[str, Path]:
    """Give what `make pictures` writes, by its address below docs/pictures."""
    sheets = {f"forms/{page.name}.webp" for page in PAGES}
    return {name: PICTURES / name for name in sheets | {f"{one.name}.png" for one in (*SINGLES, *PAPERS)}}


def referred() -> Iterator[Path]:
    for page in DOCS:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r'(?:\]\(|src=")([^)"\s]+\.(?:png|webp))', text):
            yield (page.parent / target).resolve()


def test_every_picture_that_docs_show_lies_there_and_every_one_that_lies_there_is_shown() -> None:
    there = {file for file in PICTURES.rglob("*") if file.is_file()}
    assert set(referred()) == there
    assert set(made().values()) == there


def test_pictures_stay_small() -> None:
    assert sum(file.stat().st_size for file in made().values()) < MOST_BYTES


def test_a_sheet_shows_every_width_beside_the_others() -> None:
    for page in PAGES:
        with Image.open(PICTURES / "forms" / f"{page.name}.webp") as sheet:
            assert sheet.width > sum(WIDTHS) * SCALE, page.name


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_a_picture_says_nothing_of_the_machine_that_made_it(kind: str) -> None:
    for file in PICTURES.rglob(f"*.{kind}"):
        with Image.open(file) as picture:
            assert set(picture.info) <= {"loop", "background", "timestamp", "duration"}, file.name
