"""Write what a meeting needs: its agenda, which writes itself, and minutes (berita acara) to sign. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from schemas.district import District
from schemas.policy.dates import Window
from schemas.vocabulary import Classification, Level
from services.office.papers.official import dated, letterhead_of, local_day, long_date, long_moment, weekday_date
from services.office.papers.paper import Block, Heading, Numbered, Pairs, Paper, Paragraph, Signs, Table, shown
from services.office.papers.reports import LEVELS

TITLES = {
    "rapat": "Berita Acara Rapat",
    "forum": "Berita Acara Forum Konsultasi Publik",
    "sosialisasi": "Berita Acara Sosialisasi",
    "latihan": "Berita Acara Latihan",
}
AHEAD = timedelta(days=30)
MOST = 20  # lines of one point of the agenda
NOTHING = "Tidak ada."


@dataclass(frozen=True)
class Meeting:
    """A meeting as it is kept."""

    kind: str
    title: str
    place: str
    starts_at: datetime
    classification: int
    attendance: tuple[Mapping[str, str], ...]
    minutes: str
    number: str = ""
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Asked:
    """An ask as an agenda or minutes name it."""

    institution: str
    unit: str
    text: str
    due: datetime
    answered_at: datetime | None
    answer: str
    element: str = ""  # of society, of an input at a public forum
    wish: str = ""


@dataclass(frozen=True)
class OpenIncident:
    """An open incident as an agenda names it: no names, no source."""

    level: int
    issue: str
    kecamatan: str | None
    opened_at: datetime
    state: str
    silent: tuple[str, ...] = ()  # institutions whose answer is overdue


def agenda_of(
    incidents: Sequence[OpenIncident],
    overdue: Sequence[Asked],
    warnings: Sequence[str],
    district: District,
    today: date,
) -> list[tuple[str, list[str]]]:
    """Give an agenda's points with their lines: what is open, who is silent, warnings, late asks, dates ahead."""
    ordered = sorted(incidents, key=lambda one: (-one.level, one.opened_at))
    silent: dict[str, int] = {}
    for one in ordered:
        for institution in one.silent:
            silent[institution] = silent.get(institution, 0) + 1
    ranked = sorted(silent.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        ("Peristiwa yang masih terbuka", _cut([_incident(one, district) for one in ordered])),
        (
            "Instansi yang belum menjawab",
            _cut([f"{district.called(code)}: {shown(n)} peristiwa" for code, n in ranked]),
        ),
        ("Peringatan dini yang berlaku", _cut(list(warnings))),
        ("Permintaan yang lewat waktu", _cut([_ask(one, district) for one in overdue])),
        ("Tanggal rawan 30 hari ke depan", _cut([_window(one, district) for one in ahead(district.calendar, today)])),
    ]


def ahead(calendar: Iterable[Window], today: date) -> list[Window]:
    """Give the vulnerable dates that begin or go on within the next 30 days, the first first."""
    found = [one for one in calendar if one.end >= today and one.start <= today + AHEAD]
    return sorted(found, key=lambda one: (one.start, one.name))


def _cut(lines: list[str]) -> list[str]:
    more = len(lines) - MOST
    return [*lines[:MOST], *([f"dan {more} lagi"] if more > 0 else [])]


def _incident(one: OpenIncident, district: District) -> str:
    issue, place = district.issues.get(one.issue), district.places.get(one.kecamatan or "")
    where = f"Kec. {place.name}" if place else "tempat belum pasti"
    said = f"{LEVELS[Level(one.level)]}: {issue.label_id if issue else one.issue}, {where}"
    return f"{said}, sejak {long_moment(one.opened_at, district)}"


def _ask(one: Asked, district: District) -> str:
    return f"{district.called(one.institution, one.unit or None)}: batas {long_moment(one.due, district)}"


def _window(one: Window, district: District) -> str:
    issue = district.issues.get(one.issue)
    when = long_date(one.start) if one.start == one.end else f"{long_date(one.start)} s.d. {long_date(one.end)}"
    return f"{one.name}, {when} ({issue.label_id if issue else one.issue})"


def agenda_paper(meeting: Meeting, agenda: Sequence[Any], district: District, foot: Sequence[str] = ()) -> Paper:
    """Write the agenda that is handed out."""
    return Paper(
        title="Agenda Rapat" if meeting.kind == "rapat" else "Agenda",
        classification=Classification(meeting.classification),
        letterhead=letterhead_of(district, district.overlays.coordinator),
        blocks=(_when(meeting, district), *_points(agenda)),
        subject=meeting.title,
        foot=tuple(foot),
    )


def minutes_paper(
    meeting: Meeting,
    agenda: Sequence[Any],
    asked: Sequence[Asked],
    district: District,
    foot: Sequence[str] = (),
) -> Paper:
    """Write the minutes with decisions, who owes them by when, and lines for each to sign."""
    blocks: list[Block] = [_opening(meeting, district), _when(meeting, district)]
    if meeting.kind == "rapat":
        blocks += [Heading("AGENDA"), *_points(agenda)]
    if meeting.minutes:
        blocks += [Heading("JALANNYA RAPAT" if meeting.kind == "rapat" else "JALANNYA ACARA")]
        blocks += [Paragraph(line) for line in meeting.minutes.splitlines() if line.strip()]
    inputs = [one for one in asked if one.element]
    decisions = [one for one in asked if not one.element]
    if meeting.kind == "forum":
        blocks += [Heading("MASUKAN DAN TINDAK LANJUT"), _inputs(inputs, district)]
    if decisions or meeting.kind == "rapat":
        blocks += [Heading("KEPUTUSAN"), _decisions(decisions, district)]
    blocks += [Heading("DAFTAR HADIR DAN TANDA TANGAN"), _attendance(meeting, district)]
    secretariat = district.overlays.coordinator
    return Paper(
        title=TITLES[meeting.kind],
        classification=Classification(meeting.classification),
        letterhead=letterhead_of(district, secretariat),
        blocks=tuple(blocks),
        number=meeting.number,
        subject=meeting.title,
        dated=dated(district, secretariat, meeting.closed_at or meeting.starts_at),
        signatory=("Pimpinan rapat,",),
        foot=tuple(foot),
        draft=not meeting.number,
    )


def _opening(meeting: Meeting, district: District) -> Paragraph:
    day = weekday_date(local_day(meeting.starts_at, district))
    name = forum_on(district, meeting.starts_at.date())
    return Paragraph(f"Pada {day} telah diselenggarakan {meeting.title} oleh {name} {district.name}.")


def forum_on(district: District, day: date) -> str:
    """Give the forum's name on a day: it is dated data (rules.md 1)."""
    for one in reversed(district.forum_periods):
        if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to):
            return one.name
    return district.forum


def _when(meeting: Meeting, district: District) -> Pairs:
    return Pairs((("Waktu", long_moment(meeting.starts_at, district)), ("Tempat", meeting.place)))


def _points(agenda: Sequence[Any]) -> list[Block]:
    blocks: list[Block] = []
    for number, (heading, lines) in enumerate(agenda, 1):
        blocks.append(Heading(f"{number}. {heading}"))
        blocks.append(Numbered(tuple(lines)) if lines else Paragraph(NOTHING))
    return blocks


def _inputs(inputs: Sequence[Asked], district: District) -> Block:
    if not inputs:
        return Paragraph(NOTHING)
    rows = tuple(
        (
            one.element,
            one.wish,
            district.called(one.institution, one.unit or None),
            long_date(local_day(one.due, district)),
            one.answer or "belum dijawab",
        )
        for one in inputs
    )
    return Table(("Unsur", "Masukan", "Penanggung jawab", "Batas", "Jawaban"), rows, (17, 30, 17, 14, 22), "Masukan")


def _decisions(decisions: Sequence[Asked], district: District) -> Block:
    if not decisions:
        return Paragraph(NOTHING)
    rows = tuple(
        (one.text, district.called(one.institution, one.unit or None), long_moment(one.due, district))
        for one in decisions
    )
    return Table(("Keputusan", "Penanggung jawab", "Batas waktu"), rows, (50, 22, 28), "Keputusan")


def _attendance(meeting: Meeting, district: District) -> Block:
    if not meeting.attendance:
        return Paragraph("Belum diisi.")
    rows = []
    for one in meeting.attendance:
        of = one.get("of", "")
        called = district.called(of) if of in district.institutions else of
        person = ", ".join(filter(None, (one.get("name", ""), one.get("post", ""))))
        rows.append((called, person))
    return Signs(tuple(rows))
