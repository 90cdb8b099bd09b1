"""Every word is there in both languages, every colour can be read, no template carries script or style."""

import ast
import doctest
import hashlib
import re
import string
from importlib import import_module
from itertools import pairwise
from types import SimpleNamespace

import pytest

from schemas.vocabulary import (
    AlertState,
    Classification,
    DeliveryState,
    Duty,
    EventKind,
    Handling,
    IncidentState,
    LadderStop,
    Level,
    Role,
    Stage,
)
from services.console.texts import WORDS, name
from services.console.web import rendering as page

FOLDER = page.FOLDER
SERVICES = FOLDER.parent
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_templates_say_only_words_that_exist(template):
    said = re.findall(r"""\bt\(\s*["']([^"']+)["']\s*[,)]""", template.read_text())
    assert [key for key in said if key not in WORDS] == []


def test_both_languages_ask_for_the_same_facts():
    def asked(text: str) -> set[str]:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field}

    assert [key for key, (indonesian, english) in WORDS.items() if asked(indonesian) != asked(english)] == []
    assert [key for key, both in WORDS.items() if not all(both)] == []


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("level", [level.name for level in Level]),
        ("state", IncidentState),
        ("alert", AlertState),
        ("delivery", DeliveryState),
        ("duty", Duty),
        ("handling", Handling),
        ("stage", Stage),
        ("role", Role),
        ("classification", [one.name for one in Classification]),
    ],
)
def test_every_code_of_the_house_has_a_name(group, codes):
    assert [str(code) for code in codes if f"{group}.{code}" not in WORDS] == []


def kinds_of_timelines() -> set[str]:
    """Give every kind of line that some code writes to the audit log about an incident, by that code's own words."""
    found = set()
    for file in SERVICES.rglob("*.py"):
        for call in (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)):
            called = getattr(call.func, "attr", getattr(call.func, "id", ""))
            about = called == "changed" or any(word.arg == "incident" for word in call.keywords)
            if called in ("audit", "changed") and about:
                said = call.args[2] if called == "changed" and len(call.args) > 2 else call.args[0]
                found |= {said.value} if isinstance(said, ast.Constant) else set()
    return found | {kind.value for kind in EventKind if kind.startswith("incident.")}


def test_every_line_of_a_timeline_is_worded():
    kinds = kinds_of_timelines()
    assert {"incident.opened", "incident.acknowledged", "alert.other_way"} <= kinds
    assert [kind for kind in sorted(kinds) if f"journal.{kind}" not in WORDS] == []


@pytest.mark.parametrize("why", list(LadderStop))
def test_why_a_ladder_stands_still_is_worded(why):
    assert name("ladder_stopped", why) != why


def test_a_merge_is_no_report_that_was_added():
    def said(**data: str) -> str:
        return page._happening(SimpleNamespace(kind="incident.changed", data=data), "id")

    assert (said(report="r"), said(merged="i")) == ("Laporan lain ditambahkan", "Peristiwa lain digabung ke sini")
    assert said(split="i") == "Peristiwa yang digabung ke sini dipisahkan lagi"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_templates_carry_no_script_style_or_foreign_address(template):
    text = template.read_text()
    assert not re.search(r"<style|style=|<script(?! src=\"\{\{ asset\()|\son\w+=|https?://", text)


def test_forbidden_words_are_not_on_screen():
    # Siaga and Awas are force-readiness orders; Kominda's sanctions on ormas do not exist (docs/language.md).
    shown = " ".join(indonesian for indonesian, _ in WORDS.values())
    assert not re.search(r"\b(Siaga|Awas|tiket|sanksi)\b", shown, re.IGNORECASE)
    assert name("level", "TINGGI") == "Tinggi"


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", block))


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(sign * 2 for sign in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


LEVELS = ("kritis", "tinggi", "sedang", "rendah")
MAP_STEPS = ("step4", "step3", "step2", "step1")  # of a map whose colour says a number
PAIRS = [
    *[(text, ground) for text in ("ink", "soft", "link", "late") for ground in ("card", "paper", "tint")],
    ("ink", "mark"),
    ("ink", "wait-bg"),
    ("late", "late-bg"),
    ("blue-ink", "blue"),
    ("ok", "ok-bg"),
    ("ok", "card"),
    *[(f"{level}-ink", level) for level in LEVELS],
    *[(f"{step}-ink", step) for step in MAP_STEPS],
]
SCHEMES = ("light", "dark")


def palette(scheme: str) -> dict[str, str]:
    css = (FOLDER / "static" / "desk.css").read_text()
    light, dark = css.split("@media (prefers-color-scheme: dark)", 1)
    return colours(light) if scheme == "light" else colours(light) | colours(dark.split("}\n}", 1)[0])


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_every_pair_of_colours_reads_at_wcag_aa(scheme, text, ground):
    found = palette(scheme)
    assert contrast(found[text], found[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_can_be_touched_has_an_edge_that_can_be_seen(scheme):
    found = palette(scheme)
    assert min(contrast(found[edge], found["card"]) for edge in ("edge", "focus")) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_levels_and_steps_of_a_map_are_told_apart_without_colour(scheme):
    found = palette(scheme)

    def lightness(colour: str) -> float:
        return 116 * luminance(colour) ** (1 / 3) - 16  # CIE L*, of colours that are not nearly black

    for names in (LEVELS, MAP_STEPS):
        steps = [lightness(found[name]) for name in names]
        assert min(light - dark for dark, light in pairwise(steps)) >= 15


def test_no_text_is_smaller_than_it_can_be_read():
    css = (FOLDER / "static" / "desk.css").read_text()
    root = re.search(r"--t1: \.(\d+)rem", css)
    assert root
    assert float(f"0.{root[1]}") * 16 >= 12.5
    sizes = re.findall(r"font(?:-size)?:[^;}]*?([\d.]+)(rem|px)", css)
    assert len(sizes) > 2
    assert [size for size, unit in sizes if float(size) * (16 if unit == "rem" else 1) < 12.5] == []


def test_what_pages_load_is_what_was_taken_and_its_licence_is_kept():
    taken = {  # npm package and version, file, sha256
        "idb.js": ("idb 8.0.4", "84a1b83a821969a36592964874997757d8bde798dc1b89a5891391bd29e5c08c"),
        "idiomorph.js": ("idiomorph 0.8.0", "4cbd535caf7663a51eda9bce6595371c384fc430d54b8d414e29a61167f19f96"),
        "plus-jakarta-sans.woff2": (
            "@fontsource-variable/plus-jakarta-sans 5.3.0",
            "153fc85b70298beeb1d61a5f723331649e7f23bb77302a66e61cb3e2fbdb5e79",
        ),
    }
    record = (FOLDER.parents[1] / "docs" / "decisions" / "0028-what-pages-load.md").read_text(encoding="utf-8")
    for file, (package, digest) in taken.items():
        assert hashlib.sha256((FOLDER / "static" / file).read_bytes()).hexdigest() == digest
        assert package in record
        assert (FOLDER / "licences" / f"{file.split('.')[0]}.txt").stat().st_size > 500


@pytest.mark.parametrize(
    "module",
    [
        "console.web.assets",
        "console.web.formatting",
        "console.incidents.highlights",
        "console.web.sessions",
        "console.texts",
        "oncall.contact_methods",
    ],
)
def test_the_examples_in_the_docs_hold(module):
    result = doctest.testmod(import_module(f"services.{module}"))
    assert result.attempted
    assert result.failed == 0
