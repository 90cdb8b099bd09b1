"""Write the weekly brief from the figures of the pages: what rose, where it is hot, what comes, who is silent. Pure.

Everything in it is as it stood at the end of its week, or stands now while the week lasts.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from schemas.rows.warnings import IndicatorRow
from schemas.vocabulary import Level
from services.console.warnings.past import NOTHING_SINCE, Since
from services.console.warnings.record import Record
from services.console.warnings.views import Composer, WarningView
from services.office.figures import NO_CHECKPOINT, Checkpoint
from services.warnings.places import Chain, PlaceLevel, WatchNote
from services.warnings.thresholds import Quiet
from services.warnings.vulnerable_dates import Dated, Earlier

WEEK = timedelta(days=7)
USUAL_WEEKS = 12
HOT = 5  # places named


@dataclass(frozen=True)
class Row:
    """Incidents of a group of issues in the week: how many, how many serious, and the usual number of a week."""

    label: str
    count: int
    serious: int
    usual: float


@dataclass(frozen=True)
class Brief:
    """One week, Monday to Sunday, as of `moment`; `running` says that it is not over, `since` what changed later."""

    monday: date
    sunday: date
    running: bool
    rows: tuple[Row, ...]
    total: int
    serious: int
    usual: float
    warnings: tuple[WarningView, ...]
    hot: tuple[PlaceLevel, ...]
    watched: tuple[WatchNote, ...]
    chains: tuple[Chain, ...]
    coming: tuple[tuple[Dated, list[Earlier]], ...]
    silent: tuple[Quiet, ...]
    signs: tuple[IndicatorRow, ...]
    record: Record
    moment: datetime
    since: Since = NOTHING_SINCE
    checkpoint: Checkpoint = NO_CHECKPOINT


def brief_of(
    composer: Composer,
    monday: date,
    groups: list[tuple[str, str]],
    signs: list[IndicatorRow],
    moment: datetime,
    *,
    running: bool,
    since: Since = NOTHING_SINCE,
    checkpoint: Checkpoint = NO_CHECKPOINT,
) -> Brief:
    """Write the brief of the week that begins on a Monday; `groups` are pairs of code and label.

    `composer` sees what was known at `moment`: the end of the week, or now.
    """
    sunday = monday + WEEK - timedelta(days=1)
    inside = [one for one in composer.incidents if monday <= one.day <= sunday]
    before = [one for one in composer.incidents if monday - USUAL_WEEKS * WEEK <= one.day < monday]
    counts, earlier = Counter(one.group for one in inside), Counter(one.group for one in before)
    grave = Counter(one.group for one in inside if one.level >= Level.TINGGI)
    desk = composer.desk()
    told = [one for one in (*desk.open, *desk.over) if monday <= one.told_day <= sunday and not one.exercise]
    return Brief(
        monday=monday,
        sunday=sunday,
        running=running,
        rows=tuple(
            Row(label, counts[code], grave[code], earlier[code] / USUAL_WEEKS)
            for code, label in groups
            if counts[code] or earlier[code]
        ),
        total=len(inside),
        serious=sum(grave.values()),
        usual=len(before) / USUAL_WEEKS,
        warnings=tuple(told),
        hot=tuple(one for one in composer.levels()[:HOT] if one.by_level),
        watched=tuple(composer.watch_notes()),
        chains=tuple(composer.chains()[:HOT]),
        coming=tuple(composer.dates(14)),
        silent=tuple(composer.silent()),
        signs=tuple(one for one in signs if one["week"] == monday.isoformat()),
        record=desk.record,
        moment=moment,
        since=since,
        checkpoint=checkpoint,
    )
