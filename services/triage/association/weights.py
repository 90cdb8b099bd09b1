"""Hold how much each sign of one incident weighs (`weights.json`), fitted by `services.triage.learned.fit_chances`."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("weights.json")


@lru_cache(maxsize=1)
def known_weights() -> Mapping[str, float]:
    """Read the file once."""
    weights: dict[str, float] = json.loads(FILE.read_text(encoding="utf-8"))
    return weights
