"""Take a changed district folder into service while it runs, if it passes the policy's proof; refuse it otherwise.

Notify decides by the new rules from the next event on; incidents that are open keep the clock they opened with. Triage
and the pages read the folder when they start.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from schemas.district import District
from schemas.records import Alert, Incident
from services.acts import OPEN_STATES
from services.district import DistrictError, load_district
from services.notify.desk import Desk
from services.notify.notices import owe_notice
from services.notify.policy import check
from services.rota import roster_of
from services.store import Store, StoreUnavailable, Unit

log = logging.getLogger("kentongan.reload")
SAID = 10  # objections that are kept
Stamp = tuple[tuple[str, int, int], ...]
Send = Callable[[list[dict[str, Any]]], None]


def stamp_of(*folders: Path) -> Stamp:
    """Give what changes when a file of these folders does."""
    files = sorted(file for folder in folders if folder.is_dir() for file in folder.iterdir() if file.is_file())
    seen = [(str(file), file.stat()) for file in files]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in seen)


def trial_folder(folder: Path, district: District) -> Path | None:
    """Give the folder of the district on trial; a relative path starts at the district's own folder."""
    return folder / district.monitor.district if district.monitor else None


def load_both(folder: Path) -> tuple[District, District | None]:
    """Read a district and, where it names one, the district on trial; raises DistrictError."""
    district = load_district(folder)
    other = trial_folder(folder, district)
    return district, load_district(other) if other else None


def load_trial(folder: Path, district: District) -> District | None:
    """Read the district on trial at the start; one that cannot be read is logged and tries nothing."""
    other = trial_folder(folder, district)
    try:
        return load_district(other) if other else None
    except DistrictError as error:
        log.error("the district on trial: %s", error)  # noqa: TRY400 - the sentence says it
        return None


def objections(
    session: Session, old: District, new: District, channels: frozenset[str] | None, now: datetime
) -> list[str]:
    """Say why `new` may not replace `old` while the service runs; empty when it may."""
    if (old.code, old.timezone) != (new.code, new.timezone):
        return ["kode atau zona waktu kabupaten berubah: perlu mulai ulang"]
    states = [state.value for state in OPEN_STATES]
    open_ = select(Incident.issue).where(col(Incident.state).in_(states)).distinct()
    owing = select(Alert.institution).join(Incident, col(Incident.id) == col(Alert.incident_id)).distinct()
    issues = {issue for issue in session.exec(open_) if issue not in new.issues}
    institutions = {
        one for one in session.exec(owing.where(col(Incident.state).in_(states))) if one not in new.institutions
    }
    found = [f"{code} dipakai peristiwa terbuka, tetapi tidak ada lagi" for code in sorted(issues | institutions)]
    walk = check(new, roster_of(session, channels), now)
    return found + [finding.what for finding in walk.findings if finding.fails]


class Reloader:
    """Look at the folder from time to time; `take` is called with what replaces the rules in force."""

    def __init__(
        self, store: Store, folder: Path, desk: Callable[[], Desk], take: Callable[[District, District | None], None]
    ) -> None:
        self._store = store
        self._folder = folder
        self._desk = desk
        self._take = take
        self._seen = self._stamp()

    def _stamp(self) -> Stamp:
        other = trial_folder(self._folder, self._desk().district)
        return stamp_of(self._folder, *([other] if other else []))

    async def look(self) -> list[dict[str, Any]]:
        """Take a changed folder in or refuse it; gives the notices owed about a refusal, leased to this process."""
        stamp = await asyncio.to_thread(self._stamp)
        if stamp == self._seen:
            return []
        desk = self._desk()
        try:
            new, trial = await asyncio.to_thread(load_both, self._folder)
            channels = frozenset(desk.channels) or None
            ask = self._store.clock()
            found = await self._store.read(lambda session: objections(session, desk.district, new, channels, ask))
        except DistrictError as error:
            found = [str(error)]
        except StoreUnavailable:
            return []  # looked at again the next time
        try:
            owed = await self._store.write(lambda unit: self._keep(unit, found))
        except StoreUnavailable:
            return []
        self._seen = stamp
        if not found:
            self._take(new, trial)
            self._seen = await asyncio.to_thread(self._stamp)  # another folder may be on trial now
        return owed

    def _keep(self, unit: Unit, found: list[str]) -> list[dict[str, Any]]:
        if not found:
            log.info("the district's new rules are in force")
            unit.journal("policy.reloaded", "notify")
            return []
        log.error("the district's new rules are refused: %s", "; ".join(found[:SAID]))
        line = unit.journal("policy.refused", "notify", count=len(found), objections=found[:SAID])
        return owe_notice(
            unit,
            self._desk(),
            f"policy:{line}",
            subject="Aturan baru ditolak; aturan lama tetap berlaku",
            body="\n".join([*found[:SAID], "", "Jalankan `kentongan policy check` untuk melihat semuanya."]),
        )
