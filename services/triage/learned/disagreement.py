"""Mark for a person what a learned second reader reads quite differently; it never changes a judgement.

Off without a file, or while the file says so. A new file is taken in while the service runs.
"""

import logging
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from schemas.assessment import Assessment
from schemas.district import District
from schemas.words.explanations import reason
from services.triage.learned.text_classifier import Example, Model, loaded

FILE = "second_reader.json"  # in the data folder
SURE = 0.8  # a probability from which a disagreement is worth an officer's look (docs/operations.md)
LEAST_FOUND, MOST_FLAGGED = 1 / 3, 1 / 5  # of the rules' errors, of the reports: what makes a flag worth its reader
REMEMBERED = 512  # texts; a report that is judged again with more context is not read again
_LOG = logging.getLogger(__name__)


class Doubt(NamedTuple):
    """What the second reader reads where it disagrees strongly."""

    issue: str
    probability: float
    version: str


class Flags(NamedTuple):
    """What flagging strong disagreement would have done on reports that were not learned from."""

    errors: int  # reports whose issue the rules read wrongly
    found: int  # of those, flagged
    flagged: int
    of: int

    @property
    def worth_it(self) -> bool:
        """Tell whether a third of the rules' errors is found in a fifth of the reports at most."""
        return self.found > 0 and self.found >= LEAST_FOUND * self.errors and self.flagged <= MOST_FLAGGED * self.of


def flags(model: Model, held_back: Sequence[Example]) -> Flags:
    """Count what the second reader would flag among reports it has not seen."""
    sure = [(one, *model.read(one.text)) for one in held_back]
    flagged = [one for one, issue, probability in sure if issue != one.rules and probability >= SURE]
    wrong = [one for one in held_back if one.rules != one.issue]
    return Flags(len(wrong), sum(one.rules != one.issue for one in flagged), len(flagged), len(held_back))


class SecondOpinion:
    """Hold the second reader of one installation, if there is an active one."""

    def __init__(self, district: District, file: Path | None = None) -> None:
        self._district = district
        self._file = file
        self._seen: tuple[int, int] | None = None
        self._take(None)

    def is_stale(self) -> bool:
        """Say whether the file has changed since it was last read; costs one look at the folder."""
        return self._file is not None and self._now() != self._seen

    def reload(self) -> None:
        """Take the file in as it is now; a file that cannot be read switches the second reader off and is logged."""
        if self._file is None:
            return
        self._seen = self._now()
        model = None
        if self._seen is not None:
            try:
                model = loaded(self._file.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                _LOG.warning("second reader is off: %s", error)
        self._take(model)

    def doubt(self, text: str, assessment: Assessment) -> Doubt | None:
        """Give the second reader's issue where it is sure of another one than the rules."""
        if self._model is None or not assessment.conflict:
            return None
        issue, probability = self._read(text)
        if issue == assessment.issue or probability < SURE or issue not in self._district.issues:
            return None
        return Doubt(issue, round(probability, 3), self._model.version)

    def words(self, doubt: Doubt) -> str:
        """Say to an officer what to look at."""
        label = self._district.issues[doubt.issue].label_id
        return reason("check_second_reader", label)

    def _take(self, model: Model | None) -> None:
        self._model = model
        self._read: Any = lru_cache(REMEMBERED)(model.read) if model else None

    def _now(self) -> tuple[int, int] | None:
        try:
            stat = self._file.stat() if self._file else None
        except OSError:
            return None
        return (stat.st_mtime_ns, stat.st_size) if stat else None
