"""Read labelled reports: JSONL, or one a line: "conflict|issues|forms|level|killed|injured|kecamatan|text"."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MADE = "2026-11-20T20:00:00+07:00"  # when reports without a time of their own are taken as made
UNSAID = "-"


def labels_of(file: Path) -> Iterator[dict[str, Any]]:
    """Give one label a line, in the shape of the sample reports.

    Of several issues or forms the first is the label, the others are right too; "-" is left out, "?" says nothing of
    conflict, "2:1-3" is level 2 in the range 1 to 3. A kecamatan in capitals is a kabupaten outside. Raises ValueError,
    naming the line's number.
    """
    lines = file.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate((line for line in lines if line.strip() and not line.startswith("#")), start=1):
        try:
            yield json.loads(line) if line.startswith("{") else _label(line, f"{file.stem}-{number}")
        except ValueError as error:
            msg = f"{file}: report {number} is neither JSON nor eight fields between bars ({error})"
            raise ValueError(msg) from error


def _label(line: str, id_: str) -> dict[str, Any]:
    conflict, issues, forms, levels, killed, injured, kecamatan, text = line.split("|", 7)
    label: dict[str, Any] = {"id": id_, "text": text, "published": MADE, "event_key": id_}
    for name, codes in (("issue", issues), ("form", forms)):
        if said := [code for code in codes.split(",") if code != UNSAID]:
            label |= {name: said[0], f"{name}_accept": said}
    if levels != UNSAID:
        level, _, between = levels.partition(":")
        low, _, high = (between or level).partition("-")
        label |= {"level": int(level.partition("-")[0]), "level_range": [int(low), int(high or low)]}
    if conflict != "?":
        label["conflict"] = conflict == "1"
    label |= {name: int(told) for name, told in (("killed", killed), ("injured", injured)) if told != UNSAID}
    if kecamatan != UNSAID:
        label["kabupaten" if kecamatan.isupper() else "kecamatan"] = kecamatan
    return label
