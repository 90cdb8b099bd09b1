"""Read a chat that somebody exported or pasted: take the application's own marks off and part its messages. Pure."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from schemas.messages import TEXT_LIMIT
from services.ingest.formats.chat.headers import (
    INVISIBLE,
    Header,
    has_dashes,
    header_of,
    is_quoted,
    names_a_sender,
    order_of_file,
    plain,
)
from services.ingest.formats.chat.system_lines import is_no_message, is_system, media_apart, without_media
from services.ingest.formats.dates import MONTH_FIRST
from services.ingest.formats.positions import find_position
from services.sheets.limits import as_many_as_a_sheet_has
from services.web.phone_numbers import e164

TOGETHER = timedelta(minutes=2)  # bubbles of one sender that follow a first one so closely are one telling
RECENT = timedelta(days=2)  # how far back the hours of a chronology lie that is no header
NO_TIME = "kepala pesan tidak terbaca: tanggal atau jamnya tidak ada"
UNPROVED = "urutan hari dan bulan tidak terbukti dari berkas ini: dibaca hari lebih dulu, periksa tanggalnya"
BY_FLOW = (
    "urutan hari dan bulan tidak terbukti dari berkas ini: dibaca bulan lebih dulu, menurut urutan pesannya; "
    "periksa tanggalnya"
)
AHEAD = timedelta(hours=1)  # how far a line of a plan lies ahead of the message that follows it
SHOWN = 20  # lines named at most in one remark
FAR = 50  # headers that a plan of many lines may have
NOBODY = "baris ini bukan pesan seseorang dan tidak dikenal"
_SENDER = re.compile(r"(?P<who>[^:\n]{1,80}):(?: |$)")
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_MARKED = re.compile(r"\s*\u200e")  # how an iPhone begins what nobody wrote
_MENTION = re.compile(r"\s*\u200e@\u2068")  # an iPhone marks the name of who is spoken to as well
_FORWARDED = re.compile(r"(?i)^\W*(?:diteruskan(?: berkali-kali)?|forwarded(?: many times)?)\W*$")
_FORWARDED_FROM = re.compile(r"(?i)^\[(?:forwarded from|diteruskan dari) (?P<origin>[^\]\n]{1,80})\]$")
_MARKS = tuple(re.compile(rf"(?<!\w){mark}(?=\S)([^\n]{{0,300}}?\S){mark}(?!\w)") for mark in (r"\*", "_", "~"))
_CHATTER = frozenset(
    re.findall(
        r"\S+",
        "siap ok oke okay 86 8.6 monitor copy dicopy kopi laksanakan noted izin ijin ndan dan pak bapak komandan "
        "terima kasih makasih mksh trims suwun nggih njih inggih ya iya sip mantap infonya hadir bu ibu mas mbak bos "
        "amin aamiin alhamdulillah assalamualaikum assalamu alaikum waalaikumsalam waalaikumussalam walaikumsalam wr "
        "wb warahmatullahi wabarakatuh selamat pagi siang sore malam p tes test",
    )
)
_LAUGHTER = re.compile(r"(?:wk){1,20}w?|(?:ha|he|hi){2,20}h?")


@dataclass(frozen=True)
class ChatMessage:
    """What one sender wrote, without the application's marks; `sent_at` UTC where a header told it.

    `why`: it stands where a message begins, and cannot be read as one.
    """

    text: str
    sender: str | None = None
    sent_at: datetime | None = None
    line: int = 1
    why: str = ""
    position: dict[str, Any] | None = None


@dataclass(frozen=True)
class Chat:
    """The messages of a chat in order, and how many lines of each other kind it has."""

    messages: tuple[ChatMessage, ...]
    left_out: Counter[str] = field(default_factory=Counter)
    remarks: tuple[str, ...] = ()


Apart = Callable[[str, str], bool]


def forwarded(origin: str | None, by: str | None) -> str:
    """Name the source of what somebody passed on: it is whoever wrote it first, and who passed it on comes after.

    >>> forwarded("Info Widang", "Darmaji"), forwarded(None, "Darmaji")
    ('Info Widang, diteruskan oleh Darmaji', 'sumber tidak diketahui, diteruskan oleh Darmaji')
    """
    return f"{(origin or 'sumber tidak diketahui')[:120]}, diteruskan oleh {(by or 'seseorang')[:120]}"


def never(_one: str, _other: str) -> bool:
    """Hold no two tellings apart."""
    return False


def read_chat(pasted: str, timezone: str, now: datetime, apart: Apart = never) -> Chat:
    """Part what was pasted into its messages, in order; chatter ("siap, ndan") is left out.

    `apart` says of two texts that they cannot be one telling.

    >>> from datetime import UTC
    >>> read_chat("[20/04/25 01.12] Rukun: *Lapor* tawuran", "Asia/Jakarta", datetime.now(UTC)).messages[0].text
    'Lapor tawuran'
    """
    text = plain(pasted)
    left_out: Counter[str] = Counter()
    found = headers = _headers(text.split("\n"), dashes=has_dashes(text))
    zone = ZoneInfo(timezone)
    order, certain = order_of_file([found.stamp for found in headers.values() if found.stamp], zone, now)
    headers = _in_order(headers, order, zone, now)
    parts = (cleaned for part in _parts(text, headers, order, zone, now) if (cleaned := _clean(part, left_out)))
    remarks = [] if certain else [BY_FLOW if order == MONTH_FIRST else UNPROVED]
    inside = [place + 1 for place, header in found.items() if place not in headers and names_a_sender(header)]
    if inside:  # chronologies and plans; a person can see that no message was among them
        lines = ", ".join(map(str, inside[:SHOWN])) + (" ..." if len(inside) > SHOWN else "")
        remarks.append(f"mirip kepala pesan, dibaca sebagai isi pesan di atasnya: baris {lines}")
    return replace(finished(parts, left_out, apart), remarks=tuple(remarks))


def finished(messages: Iterable[ChatMessage], left_out: Counter[str], apart: Apart) -> Chat:
    """Leave chatter out and join what one sender told in several bubbles; raises UnreadableFile for too many."""
    parts = as_many_as_a_sheet_has(messages)
    told = [part for part in parts if part.why or part.position or not _is_chatter(part.text)]
    if not told:  # everything looked like chatter: what somebody took the trouble to send is then kept whole
        return Chat(tuple(parts), left_out)
    if len(told) < len(parts):
        left_out["balasan pendek"] += len(parts) - len(told)
    return Chat(tuple(_joined(told, apart)), left_out)


def _headers(lines: Sequence[str], *, dashes: bool) -> dict[int, Header]:
    """Give the headers of a chat by the place of their lines; a quoted one is text where the first is not quoted."""
    found = {number: header for number, line in enumerate(lines) if (header := header_of(line, dashes=dashes))}
    quoted = bool(found) and is_quoted(lines[min(found)])
    bare = (
        bool(found) and found[min(found)].bare
    )  # else only who is named as a person begins a message without brackets
    return {
        number: header
        for number, header in found.items()
        if (quoted or not is_quoted(lines[number])) and (bare or not header.bare or names_a_sender(header))
    }


def _in_order(headers: Mapping[int, Header], order: str, zone: ZoneInfo, now: datetime) -> dict[int, Header]:
    """Leave out what is a line of a message's own chronology: a header without brackets up to two days before the last.

    The application's own lines, those of a telephone number, and those of somebody who writes elsewhere in this chat
    stay: a message may come late.
    """
    moments = {place: found.stamp.moment(order, zone, now) for place, found in headers.items() if found.stamp}
    headers = _without_plans(headers, moments, now)
    kept: dict[int, Header] = {}
    senders: set[str] = set()
    for known in (frozenset[str](), senders):
        kept, before = {}, None
        for place, found in headers.items():
            moment, sender = moments.get(place), _SENDER.match(found.rest)
            back = before - moment if before and moment else timedelta()
            who = sender["who"] if sender else ""
            late = who in known or is_system(found.rest) or e164(who)  # a message that came late
            if found.bare and timedelta() < back <= RECENT and not late:
                continue
            kept[place], before = found, moment or before
            if who:
                senders.add(who)
    return kept


def _without_plans(
    headers: Mapping[int, Header], moments: Mapping[int, datetime | None], now: datetime
) -> dict[int, Header]:
    """Leave out the lines of a plan that a message tells: hours without brackets that lie ahead of the next message.

    Only those of senders who write once, and where one of them is still to come or goes on in small letters: a message
    may come late, by less than an hour.
    """
    writing = Counter(sender["who"] for found in headers.values() if (sender := _SENDER.match(found.rest)))
    places = list(headers)
    plans: set[int] = set()

    def may_be_line(place: int) -> bool:
        sender = _SENDER.match(headers[place].rest)
        who = sender["who"] if sender else ""
        once = headers[place].bare and bool(moments.get(place)) and writing[who] <= 1
        return once and not is_system(headers[place].rest) and not e164(who)

    for at, place in enumerate(places[1:], 1):
        if place in plans or not may_be_line(place):
            continue
        begin, before = moments[place], moments.get(places[at - 1])
        run = [place]
        for later in places[at + 1 : at + FAR]:
            moment = moments.get(later)
            if begin and before and moment and before <= moment and begin - moment >= AHEAD:
                ahead = any((each := moments[line]) and each > now for line in run)
                if ahead or any(headers[line].rest[:1].islower() for line in run):
                    plans.update(run)
                break
            if not may_be_line(later):
                break
            run.append(later)
    return {place: found for place, found in headers.items() if place not in plans}


def _parts(
    text: str, headers: Mapping[int, Header], order: str, zone: ZoneInfo, now: datetime
) -> Iterator[ChatMessage]:
    """Yield each message with its lines; what stands before the first header is one without a sender."""
    open_, said = ChatMessage(""), list[str]()
    for number, line in enumerate(text.split("\n")):
        found = headers.get(number)
        if found is None:
            said.append(line)
            continue
        yield replace(open_, text="\n".join(said))
        moment = found.stamp.moment(order, zone, now) if found.stamp else None
        open_, said = _opened(found.rest, moment, number + 1)
    yield replace(open_, text="\n".join(said))


def _opened(rest: str, moment: datetime | None, line: int) -> tuple[ChatMessage, list[str]]:
    """Give the message that a header opens, and its first line."""
    if moment is None:
        return ChatMessage("", None, None, line, NO_TIME), [rest]
    bare = _INVISIBLE.sub("", rest)
    sender = _SENDER.match(rest)
    if sender is None or (is_system(bare) and not _SENDER.match(bare)):
        return ChatMessage("", None, moment, line, "" if is_system(bare) else NOBODY), [f"\u200e{bare}"]
    who = _INVISIBLE.sub("", sender["who"]).strip(" ~")
    if is_system(bare) and not _MARKED.match(rest[sender.end() :]) and is_system(f"{who} "):
        return ChatMessage("", None, moment, line), [f"\u200e{bare}"]
    return ChatMessage("", who, moment, line), [rest[sender.end() :]]


def _clean(message: ChatMessage, left_out: Counter[str]) -> ChatMessage | None:
    """Give a message without marks, None when nobody's words are in it."""
    marked = _MARKED.match(message.text) is not None and not _MENTION.match(message.text)
    bare = _INVISIBLE.sub("", media_apart(message.text)).replace("```", "")
    lines = [line.rstrip() for line in bare.split("\n") if not _FORWARDED.match(line)]
    if origin := next((passed["origin"] for line in lines[:2] if (passed := _FORWARDED_FROM.match(line))), None):
        message = replace(message, sender=forwarded(origin, message.sender))
    text, media = without_media("\n".join(line for line in lines if not _FORWARDED_FROM.match(line)))
    kind = is_no_message(text) or ("pesan sistem" if marked and not message.why and is_system(text) else "")
    if kind and message.sent_at:
        left_out[kind] += 1
        return None
    if not text:
        if media:
            left_out["media tanpa keterangan"] += 1
        return None
    found = find_position(text)
    if marked and message.sender and not (media or found or message.why or "\n" in text):
        message = replace(message, why=NOBODY)  # an iPhone marks what nobody wrote
    for mark in _MARKS:
        text = mark.sub(r"\1", text)
    return replace(message, text=text, position=found.position if found else None)


def _is_chatter(text: str) -> bool:
    words = re.findall(r"[\w.]*\w", text.lower())
    return all(word in _CHATTER or _LAUGHTER.fullmatch(word) for word in words)


def _joined(messages: Iterable[ChatMessage], apart: Apart) -> Iterator[ChatMessage]:
    """Join bubbles of one sender within two minutes of the first into one telling, with a position shared there."""
    told: list[ChatMessage] = []
    latest: dict[str, tuple[int, datetime]] = {}  # by sender: the place in `told`, and when its first bubble came
    for message in messages:
        if not message.sender or not message.sent_at or message.why:
            told.append(message)
            continue
        place, before = latest.get(message.sender, (-1, None))
        if before is not None and abs(message.sent_at - before) <= TOGETHER and _one(told[place], message, apart):
            first = told[place]
            told[place] = replace(
                first, text=f"{first.text}\n{message.text}", position=first.position or message.position
            )
        else:
            place = len(told)
            told.append(message)
            latest[message.sender] = (place, message.sent_at)
    yield from told


def _one(first: ChatMessage, next_: ChatMessage, apart: Apart) -> bool:
    fits = len(first.text) + len(next_.text) < TEXT_LIMIT
    return fits and first.text != next_.text and not apart(first.text, next_.text)
