"""Hold the rules a process decides by; whoever decides asks anew each time, so that they may change while it runs.

Which rules those are is services/policy/active.py's to say.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from schemas.district import District
from services.policy.loader import DistrictError, Files, digest_of, district_of, read_files
from services.policy.working_hours import pace_of

TRIAL = "trial/"  # before the names of the files of the district on trial
log = logging.getLogger("kentongan.rules")


@dataclass(frozen=True)
class Version:
    """One state of a district's folder: its texts, what they mean, and the digest by which they are known."""

    digest: str
    district: District
    trial: District | None = None  # decides beside it, for the journal only
    files: dict[str, str] = field(default_factory=dict, repr=False)  # none once the store has them

    @property
    def short(self) -> str:
        """Give enough of the digest to tell versions apart by eye."""
        return self.digest[:12]

    def let_texts_go(self) -> None:
        """Hold no texts any longer: the store has them, and what they mean is read."""
        self.files.clear()


def version_of(files: Files) -> Version:
    """Make rules of texts; raises DistrictError."""
    files = dict(files)
    own = {name: text for name, text in files.items() if not name.startswith(TRIAL)}
    other = {name.removeprefix(TRIAL): text for name, text in files.items() if name.startswith(TRIAL)}
    return Version(digest_of(files), district_of(own), district_of(other) if other else None, files)


def trial_folder(folder: Path, district: District) -> Path | None:
    """Give the folder of the district on trial; a relative path starts at the district's own folder."""
    return folder / district.monitor.district if district.monitor else None


def read_version(folder: Path, *, strict: bool = True) -> Version:
    """Read a district's folder, and that of the district on trial where it names one; raises DistrictError.

    Not `strict`: a district on trial that cannot be read is logged and tries nothing.
    """
    files = read_files(folder)
    other = trial_folder(folder, district_of(files))
    if other is None:
        return version_of(files)
    try:
        return version_of(files | {TRIAL + name: text for name, text in read_files(other).items()})
    except DistrictError as error:
        if strict:
            raise
        log.error("the district on trial: %s", error)  # noqa: TRY400 - the sentence says it
        return version_of(files)


class Rules:
    """The rules of this process, now. One per process; everybody who decides is given it, nobody keeps a district."""

    def __init__(self, version: Version) -> None:
        self.take(version)

    @classmethod
    def fixed(cls, district: District, trial: District | None = None) -> "Rules":
        """Give rules that lie in no folder."""
        return cls(Version("", district, trial))

    def take(self, version: Version) -> None:
        """Decide by these from now on."""
        self.version = version
        self._pace = pace_of(version.district)

    @property
    def district(self) -> District:
        """Give the district as it stands."""
        return self.version.district

    def pace(self, start: datetime, minutes: int, always: bool) -> datetime:  # noqa: FBT001 - a store's Pace
        """Give the instant so many minutes later, round the clock or of working time."""
        return self._pace(start, minutes, always)
