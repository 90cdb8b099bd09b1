"""README and the pages of docs say what the code does."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from services.bus import CONSUMERS, STREAMS
from services.cli.main import COMMANDS
from services.runtime.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], key=lambda page: page.relative_to(ROOT).as_posix())


def section(text: str, heading: str) -> str:
    return text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def settings_table() -> list[str]:
    """Write README's rows of settings; what to paste there when the test below fails."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "deploy/tuban" if name == "district" else str(field.default)
        rows.append(f"| `KENTONGAN_{name.upper()}` | {f'`{default}`' if default else 'empty'} | {field.description} |")
    return rows


def commands_table() -> list[str]:
    return [f"| `{name}` | {about} |" for name, _, about in COMMANDS]


def rows_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("| `")]


def test_readme_lists_every_setting_with_its_default() -> None:
    assert settings_table() == rows_of(section(README, "Settings"))


def test_readme_lists_every_command() -> None:
    assert commands_table() == rows_of(section(README, "Commands"))


def test_commands_named_anywhere_exist() -> None:
    known = {name for name, *_ in COMMANDS}
    named = {
        (page.name, word)
        for page in PAGES
        for word in re.findall(r"(?:^|`|/|&& |\| )kentongan ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {(page, word) for page, word in named if word not in known} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_and_headings(page: Path) -> None:
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        if "://" in path:
            continue
        file = page.parent / path if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            lost.append(target)
    assert lost == []


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_following_one_report_never_leaves_short_files_that_exist() -> None:
    followed = re.findall(r"\]\(([^)]+\.py)\)", section(README, "Follow one report"))
    assert len(followed) >= 14
    assert [path for path in followed if not (ROOT / path).is_file()] == []


def test_every_page_is_reached_from_readme() -> None:
    linked = set(re.findall(r"\]\((docs/[^)#]+\.md)\)", README))
    assert {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")} == linked


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_subjects_named_are_declared(page: Path) -> None:
    kinds = ("report", "incident", "alert", "warning", "inbound")
    named = re.findall(
        r"`((?:report|incident|alert|warning|inbound)\.[a-z]+\.(?:<[a-z|0]+>|\*|>|\{[a-z]+\})[^`]*)`",
        page.read_text(encoding="utf-8"),
    )
    named += re.findall(r"`(report\.filed[^`:]*|incident\.>|inbound\.>)`", page.read_text(encoding="utf-8"))
    declared = [pattern.replace(">", "*") for stream in STREAMS for pattern in stream.subjects or ()]
    assert all(subject.split(".")[0] in kinds for subject in named)
    unknown = [
        subject
        for subject in named
        if not any(fnmatchcase(subject + ".", pattern) or fnmatchcase(subject, pattern) for pattern in declared)
    ]
    assert unknown == []


def test_operations_tells_streams_and_consumers_as_declared() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    told = {
        name: (int(days), window)
        for name, days, window in re.findall(r"^\| `([A-Z]+)` \|.*\| (\d+) days \| (.+) \|$", text, re.MULTILINE)
    }
    spell = {86_400.0: "1 day", 900.0: "15 minutes", 120.0: "2 minutes"}
    declared = {
        stream.name: (
            round((stream.max_age or 0) / 86_400),
            spell.get(stream.duplicate_window or 0, f"{round((stream.duplicate_window or 0) / 86_400)} days"),
        )
        for stream in STREAMS
    }
    assert told == declared
    sentence = text.split("`notify` takes from `INCIDENTS` what is ")[1].split(".")[0]
    notify = next(subjects for _, durable, subjects in CONSUMERS if durable == "notify")
    kinds = [subject.split(".")[:2] for subject in notify]
    assert sentence.replace("\n", " ").split(", ") == [kind for about, kind in kinds if about == "incident"]
    warned = " and ".join(f"`warning.{kind}`" for about, kind in kinds if about == "warning")
    assert f"Of warnings it takes {warned}." in text.replace("\n", " ")
    assert {durable for _, durable, _ in CONSUMERS} <= set(re.findall(r"`([a-z]+)`", text))


def test_variables_named_anywhere_are_settings() -> None:
    known = {f"KENTONGAN_{name.upper()}" for name in Settings.model_fields} | {"KENTONGAN_KEY", "KENTONGAN_HOSTNAME"}
    named = {
        name
        for page in PAGES
        for name in re.findall(r"KENTONGAN_[A-Z_]+\b", page.read_text(encoding="utf-8"))
        if not name.startswith("KENTONGAN_CHANNEL") and not name.endswith("_")
    }
    assert named - known == set()
