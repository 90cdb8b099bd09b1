"""Labelled reports of our own: "conflict|issues|forms|level|killed|injured|kecamatan|text", as `assess --against` takes them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "fresh"
VOICES = ("officers", "villagers", "others")  # three writers; the order is the order in which they were first read

AUTHORS = ("sitreps", "neighbours", "callers")  # three who had not seen the rules


def rows(voice: str) -> Iterator[dict[str, Any]]:
    """Give one label a line; a "-" is left out, "?" says nothing of conflict, "2:1-3" is level 2 in the range 1 to 3."""
    lines = (FOLDER / f"{voice}.txt").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate((line for line in lines if line and not line.startswith("#")), start=1):
        conflict, issues, forms, levels, killed, injured, kecamatan, text = line.split("|", 7)
        level, _, between = levels.partition(":")
        low, _, high = (between or level).partition("-")
        label: dict[str, Any] = {
            "id": f"{voice}-{number}",
            "text": text,
            "published": "2026-11-20T20:00:00+07:00",
            "event_key": f"{voice}-{number}",
            "issue": issues.split(",")[0],
            "issue_accept": issues.split(","),
            "form": forms.split(",")[0],
            "form_accept": forms.split(","),
        }
        if levels != "-":
            label |= {"level": int(level.partition("-")[0]), "level_range": [int(low), int(high or low)]}
        if conflict != "?":
            label["conflict"] = conflict == "1"
        label |= {name: int(told) for name, told in (("killed", killed), ("injured", injured)) if told != "-"}
        if kecamatan != "-":
            label["kecamatan"] = kecamatan
        yield label
