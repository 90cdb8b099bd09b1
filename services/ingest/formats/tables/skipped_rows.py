"""Know the rows of a table that tell nothing that happened: headings again, titles, totals, signatures, legends. Pure.

What is passed over is named with its rows: a person can see that no report was among them. A row is passed over only
where it has no date, and where nothing of it can be the telling of a report.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from schemas.words.time_words import DAY_PART_NAMES, MONTHS, WEEKDAYS, any_of
from services.ingest.formats.headings import PEOPLE, TELLING, Columns, numbers_columns
from services.ingest.formats.people import is_nobody
from services.sheets.cells import Line, Unread, shown

NIL = "nihil"
AGAIN, NUMBERS, TITLE, TOTAL = "judul kolom", "nomor kolom", "judul kecamatan", "jumlah"
SIGNED, LEGEND, LONE = "tanda tangan", "keterangan", "baris dengan satu sel"
UNDER = "berada di bawah tanda tangan atau keterangan tabel"
_ABOVE = 8  # rows of a signature above the first that is surely one: post, room for the name, name
_WIDEST = 3  # filled cells of a row of a footer: two signatures stand side by side
_ORDINAL = re.compile(r"\(?(?:[IVXLC]{1,7}|[A-Za-z]|\d{1,3})[.)]?", re.ASCII)
_SUM = r"(?:sub[ -]?|grand )?(?:jumlah|jml|total)\b"
_TOTAL = re.compile(rf"{_SUM}[\w .:/-]{{0,60}}", re.IGNORECASE)
# In the column of tellings only a sum that can be nothing else: "Jumlah kejadian: 3", but not "Jumlah massa bertambah".
_TOLD_TOTAL = re.compile(
    rf"{_SUM}(?: (?:total|seluruh(?:nya)?|keseluruhan|semua|kejadian|laporan|kasus|korban|kerugian|data)){{0,3}}"
    r" {0,3}[:=]? {0,3}[\d.,]{0,15}(?: (?:kejadian|laporan|kasus|orang))?",
    re.IGNORECASE,
)
_NIL = re.compile(
    r"(?:nihil|tidak ada|tdk ada)(?: (?:kejadian|laporan|peristiwa|gangguan|kasus))?(?: (?:menonjol|kamtibmas))?",
    re.IGNORECASE,
)
_WHEN = re.compile(rf"(?i)\b(?:kemarin|tadi|semalam|wingi|{any_of(*WEEKDAYS, *DAY_PART_NAMES)})\b")
_SUMMED = re.compile(r"\W{0,9}(?:total|jumlah|\d)", re.IGNORECASE)
_MONTH = any_of(*MONTHS)
_PLACE_AND_DAY = re.compile(
    rf"(?!(?:{any_of(*WEEKDAYS)})\b)[^\W\d_][^\W\d_ .]{{2,20}}(?: [^\W\d_]{{2,20}}){{0,2}}, ?(?:tanggal |tgl\.? )?"
    rf"(?:[\d. \u2026_-]{{1,20}} ?(?:{_MONTH})|[. \u2026_-]{{3,40}}) ?[\d. \u2026_]{{2,20}}",
    re.IGNORECASE,
)
_POSTS = (
    r"(?:kepala|ka|camat|lurah|kades|kapolsek|kapolres|danramil|dandim|sekretaris|sekcam|sekdes|kasi|kasubbag|kabid|kabag|"
    r"kanit|kasat|kaban|bupati|ketua|komandan|petugas|operator|pelapor|babinsa|bhabinkamtibmas|badan|dinas|kantor|"
    r"pemerintah|kepolisian|komando|kecamatan|kabupaten)"
)
_SURE = re.compile(
    r"(?:mengetahui|menyetujui)[ ,:/&]{0,4}(?:(?:dan )?(?:menyetujui|mengesahkan)[ ,:]{0,3})?"
    rf"(?:{_POSTS}\b[^\n]{{0,60}})?"
    r"|(?:hormat kami|yang (?:melapor(?:kan)?|membuat(?: laporan)?)|ttd|tanda tangan)[ .,:]{0,4}"
    r"|(?:di)?(?:buat|periksa|susun|setujui|laporkan|sahkan|catat|terima)(?:kan)? oleh\b[^\n]{0,60}"
    r"|(?:nip|nrp|nik)\b[ .:]{0,4}[\d ./-]{4,40}|[^\n]{1,60}\b(?:nip|nrp)\b[ .:]{0,4}\d[\d ./-]{3,40}"
    r"|demikian\b[^\n]{0,80}\b(?:laporan|rekap\w{0,6}|dilaporkan|disampaikan|dibuat|periksa|maklum)\b[^\n]{0,120}",
    re.IGNORECASE,
)
_LEGEND = re.compile(
    r"(?:keterangan|ket|catatan|nb|sumber(?: data)?)\.? ?:[^\n]{0,200}|[\w/ ]{1,12} ?= ?[^\n]{1,80}", re.IGNORECASE
)
_OFFICE = re.compile(rf"(?:(?:an|a\.n|plt|pj|plh|ub|u\.b)\.? ?)?{_POSTS}\b", re.IGNORECASE)
_FOR = re.compile(r"(?:a\.? ?n|u\.? ?b|plt|plh|pj)\.? ", re.IGNORECASE)  # who signs for another
_POST = re.compile(r"(?:[^\Wa-z][^\s,]*|dan|dengan|desa|&)(?: (?:[^\Wa-z][^\s,]*|dan|dengan|desa|&)){0,8},?")
_JOINING = frozenset({"dan", "dengan", "oleh", "untuk", "desa", "bin", "binti"})
_DEGREE = re.compile(
    r"\b(?:Drs?|Ir|Hj?|S|M|Dra|SH|SE|MM|MSi)\.|,\s*[SM]\.?[A-Z]|\b(?:IPDA|IPTU|AKP|AIPTU|AIPDA|Bripka|Kapten|Letda|Serda|Serma|Peltu)\b"
)


@dataclass(frozen=True)
class Skipped:
    """The places in a sheet of rows that are no reports: what each is, and reports among them that are doubted."""

    kinds: Mapping[int, str]
    under: frozenset[int] = frozenset()

    def told(self, lines: Sequence[Line]) -> str:
        """Say how many rows were passed over, and which; "" when none was.

        >>> Skipped({1: TOTAL, 2: SIGNED, 3: SIGNED}).told([Line(number, ()) for number in (7, 8, 9, 10)])
        '3 baris dilewati: jumlah (8), tanda tangan (9-10)'
        """
        rows: dict[str, list[int]] = {}
        for place, kind in sorted(self.kinds.items()):
            if kind:
                rows.setdefault(kind, []).append(lines[place].number)
        if not rows:
            return ""
        said = ", ".join(f"{kind} ({ranges(numbers)})" for kind, numbers in rows.items())
        return f"{sum(map(len, rows.values()))} baris dilewati: {said}"


def skipped_rows(
    lines: Sequence[Line],
    columns: Columns,
    again: frozenset[int],
    is_title: Callable[[str], bool],
    is_day: Callable[[object], bool],
) -> Skipped:
    """Find the rows below the headings that are no reports.

    `again`: the places of the same headings once more. `is_title`: words over a part of the table.
    """
    telling = frozenset(place for name in TELLING for place in columns.fields.get(name, ()))
    times = columns.fields.get("observed_at", ())
    own = frozenset(columns.fields.get("kecamatan", ()))
    counting = frozenset(place for name in PEOPLE for place in columns.fields.get(name, ()))
    kinds: dict[int, str] = {}
    for place, line in enumerate(lines):
        if not line.why:
            kind = AGAIN if place in again else NIL if _tells_nil(line, telling, counting) else None
            kind = kind or _kind(line, telling, times, own, is_title, is_day, first=place == 0)
            if kind is not None:
                kinds[place] = kind
    footer, under = _footer(lines, kinds, telling, times, is_day)
    return Skipped({place: kind for place, kind in {**kinds, **footer}.items() if place not in under}, under)


def filled(line: Line) -> dict[int, object]:
    """Give the cells that stand in a row itself and hold something, by place."""
    return {
        place: cell
        for place, cell in enumerate(line.cells)
        if place in line.own and (shown(cell) or isinstance(cell, Unread))
    }


def title_of(line: Line) -> str:
    """Give the one text of a row that has nothing beside it but its number ("II"); "" for any other row."""
    words = [shown(cell) for cell in filled(line).values() if not _ORDINAL.fullmatch(shown(cell))]
    return words[0] if len(words) == 1 else ""


def _kind(
    line: Line,
    telling: frozenset[int],
    times: Sequence[int],
    own: frozenset[int],
    is_title: Callable[[str], bool],
    is_day: Callable[[object], bool],
    *,
    first: bool,
) -> str | None:
    """Say what a row is by itself: "" blank, None a report."""
    cells = filled(line)
    if not any(isinstance(cell, Unread) or _has_words(shown(cell)) for cell in cells.values()):
        return ""  # blank, or a line that is drawn with signs
    if numbers_columns(line.cells, first=first):
        return NUMBERS
    half = len(cells) > 1 and not own.isdisjoint(cells)  # a number and a kecamatan: a report half written
    if not half and (title := title_of(line)) and is_title(title):
        return TITLE
    if _is_total(cells, telling) and not _is_dated(cells, times, is_day):
        return TOTAL
    return LONE if _is_lone(cells, telling, times, is_day) else None


def _is_lone(
    cells: Mapping[int, object], telling: frozenset[int], times: Sequence[int], is_day: Callable[[object], bool]
) -> bool:
    """Say whether a row is one cell that tells nothing; beside its number ("B") a name where a date should stand."""
    named = {place: cell for place, cell in cells.items() if not _ORDINAL.fullmatch(shown(cell))}
    if len(cells) == 1 or len(named) != 1:
        return len(cells) == 1 and not set(cells) & telling
    ((place, cell),) = named.items()
    told = shown(cell)
    return place in times and not any(sign.isdigit() for sign in told) and not is_day(cell) and not _WHEN.search(told)


def _tells_nil(line: Line, telling: frozenset[int], counting: frozenset[int]) -> bool:
    """Say whether a row says that nothing happened: all it tells is "nihil", and nobody is counted beside it."""
    cells = {place: shown(cell) for place, cell in enumerate(line.cells)}
    told = [cells[place] for place in telling if _has_words(cells.get(place, ""))]
    counted = any(not is_nobody(cells.get(place, "")) for place in counting)
    return bool(told) and not counted and all(_NIL.fullmatch(each.strip(" .-*")) for each in told)


def _has_words(told: str) -> bool:
    return any(sign.isalnum() for sign in told)


def _is_total(cells: Mapping[int, object], telling: frozenset[int]) -> bool:
    place, cell = next(iter(cells.items()))
    if place in telling:
        return _TOLD_TOTAL.fullmatch(shown(cell).strip()) is not None
    told = [shown(each) for where, each in cells.items() if where in telling]
    return _TOTAL.fullmatch(shown(cell).strip()) is not None and all(
        _SUMMED.match(each) for each in told if _has_letters(each)
    )


def _has_letters(told: str) -> bool:
    return any(sign.isalpha() for sign in told)


def _is_dated(cells: Mapping[int, object], times: Sequence[int], is_day: Callable[[object], bool]) -> bool:
    """Say whether a row tells when: a place before a date is that of a signature."""
    return any(place in cells and is_dated(cells[place], is_day) for place in times)


def is_dated(cell: object, is_day: Callable[[object], bool]) -> bool:
    """Say whether a cell tells a day and is not the place and date of a signature."""
    return not _PLACE_AND_DAY.fullmatch(shown(cell).strip()) and is_day(cell)


def _footer(
    lines: Sequence[Line],
    kinds: Mapping[int, str],
    telling: frozenset[int],
    times: Sequence[int],
    is_day: Callable[[object], bool],
) -> tuple[dict[int, str], frozenset[int]]:
    """Find the signature or legend at the end of a table, and tellings among it, which stay reports.

    Only where something is surely of a signature: "Mengetahui", "Tuban, 30 November 2026", a NIP.
    """
    start = len(lines)
    while start and _may_end(lines[start - 1], kinds.get(start - 1), times, is_day):
        start -= 1
    marks = {place: mark for place in range(start, len(lines)) if (mark := _mark(lines[place]))}
    if not marks:
        return {}, frozenset()
    found: dict[int, str] = {}
    under: set[int] = set()
    begin, kind = _begin(lines, start, min(marks)), marks[min(marks)]
    for place in range(begin, len(lines)):
        kind = marks.get(place, kind)
        if kinds.get(place) in ("", TOTAL, TITLE):
            continue
        found[place] = kind
        told = [shown(cell) for at, cell in filled(lines[place]).items() if at in telling]
        if marks.get(place) != SIGNED and any(_is_prose(each) for each in told if "=" not in each):
            under.add(place)
    return found, frozenset(under)


def _begin(lines: Sequence[Line], start: int, sure: int) -> int:
    """Give where a signature begins whose first sure row is below the post and the name of who signs."""
    begin = place = sure
    while place > max(start, sure - _ABOVE):
        place -= 1
        cells = [_FOR.sub("", shown(cell).strip()) for cell in filled(lines[place]).values()]
        if len(cells) > 2 or not all(_POST.fullmatch(cell) or _DEGREE.search(cell) for cell in cells):  # noqa: PLR2004
            break
        if cells and all(_OFFICE.match(cell) and _POST.fullmatch(cell) for cell in cells):
            begin = place
    return begin


def _may_end(line: Line, kind: str | None, times: Sequence[int], is_day: Callable[[object], bool]) -> bool:
    cells = filled(line)
    return not line.why and (kind is not None or (len(cells) <= _WIDEST and not _is_dated(cells, times, is_day)))


def _mark(line: Line) -> str:
    """Say of what a row surely is, by itself: a signature, a legend; "" of neither."""
    cells = [shown(cell).strip() for cell in filled(line).values()]
    if any(_SURE.fullmatch(cell) or _PLACE_AND_DAY.fullmatch(cell) for cell in cells):
        return SIGNED
    return LEGEND if cells and all(_LEGEND.fullmatch(cell) for cell in cells) else ""


def _is_prose(told: str) -> bool:
    """Say whether a cell below a table may be a telling: words in small letters, or a line in capitals that is no post.

    >>> _is_prose("Massa masih bertahan di balai desa"), _is_prose("Kepala Badan Kesatuan Bangsa dan Politik")
    (True, False)
    """
    words: list[str] = re.findall(r"[^\W\d_]{2,}", told)
    if told.isupper():
        return len(words) > 4 and _OFFICE.match(told) is None and _DEGREE.search(told) is None  # noqa: PLR2004
    return sum(word.islower() and word not in _JOINING for word in words) > 1


def ranges(numbers: Sequence[int]) -> str:
    """Give row numbers, with those that follow each other as a range."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in parts)
