"""Write the weekly brief as a paper, for PDF: the same figures and words as its page, in Indonesian. Pure."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from schemas.district import District
from schemas.vocabulary import Classification
from services.console import texts as words
from services.console.warnings.brief import Brief
from services.console.warnings.record import Record
from services.console.warnings.views import Composer
from services.office.papers.official import letterhead_of, long_moment
from services.office.papers.paper import Block, Heading, Numbered, Paper, Paragraph, Table
from services.office.papers.reports import rests_on
from services.warnings.places import PlaceLevel
from services.warnings.vulnerable_dates import Earlier
from services.web.localised import calendar_day, number

FEWEST = 3  # hot places named in any case
MARKED = Classification.TERBATAS  # the brief, as page and as PDF


def paper_of(brief: Brief, composer: Composer, district: District, now: datetime, reader: str, most: int = 40) -> Paper:
    """Write the brief as a paper that one reader has drawn; Terbatas, made of what that reader may count.

    Of each list the first `most` are named, and how many more the page has.
    """
    blocks: list[Block] = [
        Heading(f"1. {_say('brief_rose')}"),
        Paragraph(_say("brief_total", n=brief.total, serious=_num(brief.serious), usual=_num(brief.usual))),
    ]
    if brief.rows:
        columns = tuple(_say(key) for key in ("brief_group", "count", "brief_serious", "brief_usual"))
        rows = tuple((row.label, row.count, row.serious, round(row.usual, 1)) for row in brief.rows)
        blocks.append(Table(columns, rows, (46, 16, 16, 22), "Kejadian"))
    blocks.append(Heading(_say("brief_warnings")))
    told = tuple(f"{_say(f'kind.{one.kind}')}: {one.text}" for one in brief.warnings)
    blocks.append(_listed(told, most))
    blocks += [
        Heading(f"2. {_say('brief_hot')}"),
        _hot(brief.hot[: max(most, FEWEST)], district.warnings.half_life_days),
    ]
    watched = _watched(brief, composer)
    if watched:
        blocks += [Heading(_say("watch")), _listed(watched, most)]
    coming = tuple(
        f"{one.name}, {calendar_day(one.first, 'id')} s.d. {calendar_day(one.last, 'id')}. {_years(earlier)}".strip()
        for one, earlier in brief.coming
    )
    blocks += [Heading(f"3. {_say('brief_coming')}"), _listed(coming, most)]
    silent = tuple(
        f"{composer.place(one.area)}: {_say('silent_text', day=calendar_day(one.since, 'id'), usual=_num(one.usual))}"
        for one in brief.silent
    )
    blocks += [Heading(f"4. {_say('brief_silent')}"), _listed(silent, most)]
    labels = {one.code: one.label_id for one in district.warnings.sign}
    signs = tuple(f"{composer.place(one['kecamatan'])}: {labels.get(one['code'], one['code'])}" for one in brief.signs)
    blocks += [Heading(f"5. {_say('brief_signs')}"), _listed(signs, most)]
    blocks += [Heading(f"6. {_say('brief_record')}"), _listed(_account(brief.record, district), most + 2)]
    return Paper(
        title=_say("brief_title", first=calendar_day(brief.monday, "id"), last=calendar_day(brief.sunday, "id")),
        classification=MARKED,
        letterhead=letterhead_of(district, district.overlays.coordinator),
        blocks=tuple(blocks),
        foot=(
            *foot_of(brief, district),
            rests_on(brief.checkpoint),
            f"{words.say('warned.record_note')} {words.say('warned.lead')}",
            f"Dibuat untuk {reader}, {long_moment(now, district)}, dari catatan yang boleh dihitung pembacanya.",
        ),
        draft=brief.running,
    )


def foot_of(brief: Brief, district: District, language: str = "id") -> tuple[str, ...]:
    """Say as of when the brief is, what has changed of its week since, and what was counted."""

    def say(key: str, **facts: object) -> str:
        return words.say(f"warned.{key}", language, **facts)

    since, moment = brief.since, brief.moment.astimezone(ZoneInfo(district.timezone))
    counts = (("late", since.late), ("gone", since.gone), ("changed", since.changed), ("history", since.history))
    told = [say(f"brief_since_{key}", n=n) for key, n in (*counts, ("signs", since.signs)) if n]
    said = say("brief_as_of", day=calendar_day(moment.date(), language), time=f"{moment:%H.%M}")
    if not brief.running:
        said += " " + (say("brief_since", what="; ".join(told)) if told else say("brief_since_none"))
    return said, say("brief_counted")


def _say(key: str, **facts: object) -> str:
    return words.say(f"warned.{key}", "id", **facts)


def _num(value: float) -> str:
    return number(round(value, 1), "id")


def _listed(items: tuple[str, ...], most: int) -> Block:
    if len(items) > most:
        items = (*items[:most], _say("brief_more", n=len(items) - most))
    return Numbered(items) if items else Paragraph(_say("brief_none"))


def _watched(brief: Brief, composer: Composer) -> tuple[str, ...]:
    """Name the watched neighbourhoods, those of which the same is to be said together."""
    same: dict[tuple[int, date], list[str]] = {}
    for one in brief.watched:
        names = same.setdefault((len(one.near), one.until), [])
        if (name := composer.place(one.kecamatan)) not in names:
            names.append(name)
    return tuple(
        f"{', '.join(names)}: {_say('near', n=near) if near else _say('near_none')}, "
        f"{_say('watch_until', day=calendar_day(until, 'id'))}"
        for (near, until), names in same.items()
    )


def _hot(places: tuple[PlaceLevel, ...], days: int) -> Block:
    if not places:
        return Paragraph(_say("brief_none"))
    rows = tuple((one.name, sum(one.by_level.values()), round(one.rate, 2)) for one in places)
    return Table(
        (words.say("kecamatan"), _say("count_days", n=days), f"{_say('rate')} ({_say('rate_text')})"),
        rows,
        (40, 20, 40),
    )


def _years(earlier: list[Earlier]) -> str:
    if not earlier:
        return ""
    told = (_say("earlier_year", year=str(e.first.year), n=len(e.incidents), serious=e.serious) for e in earlier)
    return _say("earlier", years="; ".join(told))


def _account(record: Record, district: District) -> tuple[str, ...]:
    if record.since is None:
        return ()
    day = calendar_day(record.since, "id")
    raised = _say("record_raised_text", n=record.raised, day=day)
    said = [f"{_say('record_raised')}: {_num(record.raised_per_month)}; {raised}"]
    if record.unuseful_per_month is not None:
        month = _num(record.unuseful_per_month)
        said.append(
            f"{_say('record_useful')}: {_say('record_useful_text', n=record.useful, of=record.judged, month=month)}"
        )
    if record.settled:
        days = district.warnings.true_days
        said.append(f"{_say('record_true')}: {_say('record_true_text', n=record.true, of=record.settled, days=days)}")
    if record.serious:
        said.append(f"{_say('record_pod')}: {_say('record_pod_text', n=record.preceded, of=record.serious, day=day)}")
    return tuple(said)
