"""Begin on what release 0.1 left behind: its store, its bus and its secret, brought up to date under load."""

import json
import tarfile
from dataclasses import dataclass
from pathlib import Path

UNSENDABLE = 1  # of its deliveries: by a gateway that the installation of today does not have
PACKED = Path(__file__).parents[1] / "upgrade" / "installation-0.1.tar.xz"


@dataclass(frozen=True)
class Older:
    """What is known of it: a reporter's key, and the report that it had accepted."""

    key: str
    reports: frozenset[str]


def unpack(data: Path) -> Older:
    """Put an installation of 0.1 into an empty data folder."""
    with tarfile.open(PACKED) as packed:
        packed.extractall(data, filter="data")
    facts = json.loads((data / "facts.json").read_text(encoding="utf-8"))
    (data / "facts.json").unlink()
    return Older(facts["reporter"], frozenset({facts["report"]["id"]}))
