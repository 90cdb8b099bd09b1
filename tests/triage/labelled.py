"""Labelled reports of our own: "conflict|issues|forms|level|killed|injured|kecamatan|text", as `assess --against` takes them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.triage.evaluation.labels import labels_of

FOLDER = Path(__file__).parent / "fresh"
VOICES = ("officers", "villagers", "others")  # three writers; the order is the order in which they were first read

AUTHORS = ("sitreps", "neighbours", "callers")  # three who had not seen the rules
LATER = ("brawls", "faith_and_offices", "livelihoods", "borderline", "retold", "field")  # six more


def rows(voice: str) -> Iterator[dict[str, Any]]:
    """Give the labels of one file."""
    yield from labels_of(FOLDER / f"{voice}.txt")
