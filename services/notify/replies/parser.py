"""Read an answer somebody typed: "T 4821" terima, "E 4821" eskalasi, "L 4821 text" lapjut. Pure.

Thumbs in the field type as they can: any case, missing or spare spaces, quotes, punctuation, the whole word. What
could mean two things is asked back and never guessed: an answer stops the ladder, or starts it.
"""
# ruff: noqa: RUF001 - the quotes and dashes that phones put in are what this file is about

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

LONGEST_SITREP = 8000  # as a report's text
CODE = re.compile(r"[0-9]{3,6}")


class Doubt(StrEnum):
    """Why an answer is asked back."""

    EMPTY = "empty"
    UNKNOWN = "unknown"  # no verb we know
    NO_CODE = "no_code"
    NO_VERB = "no_verb"  # a code and nothing else
    SEVERAL_CODES = "several_codes"
    SEVERAL_VERBS = "several_verbs"
    DENIED = "denied"  # "T 4821 tidak bisa"
    NO_TEXT = "no_text"  # a sitrep that says nothing
    NOT_OPEN = "not_open"  # a code that is none of this person's
    CLOSED = "closed"  # his, of an incident that has been closed
    EXPIRED = "expired"  # his, of a bundle that was sent more than a day ago


@dataclass(frozen=True)
class Accept:
    """The sender takes responsibility; `note` is what else was said."""

    code: str
    note: str = ""


@dataclass(frozen=True)
class Escalate:
    """The sender wants the next rung told now."""

    code: str
    note: str = ""


@dataclass(frozen=True)
class Sitrep:
    """A situation report (laporan lanjutan)."""

    code: str
    text: str


@dataclass(frozen=True)
class Unclear:
    """Not to be acted upon; the sender is asked what was meant. `code` is the one named, if one was."""

    doubt: Doubt
    code: str | None = None


Reply = Accept | Escalate | Sitrep | Unclear

VERBS: dict[str, str] = {
    **dict.fromkeys(("t", "terima", "diterima", "trima", "tarima", "ack", "accept"), "accept"),
    **dict.fromkeys(("e", "eskalasi", "eskalasikan", "naikkan", "escalate"), "escalate"),
    **dict.fromkeys(("l", "lapjut", "lanjut", "lanjutan", "sitrep"), "sitrep"),
}
WHOLE = ("laporan lanjutan", "lap jut")  # words of two, read as the one they mean
DENIALS = frozenset(
    {"tidak", "tdk", "tak", "gak", "ga", "nggak", "enggak", "bukan", "bkn", "belum", "blm", "jangan", "jgn", "batal"}
    | {"ndak", "ora", "mboten", "durung", "emoh", "tolak", "menolak", "salah", "not", "no", "cannot"}  # Javanese too
)
# What takes a wish for help back, by itself or before what is not wanted; a lack ("tidak ada personel") is its reason.
RETRACTIONS = frozenset({"bukan", "bkn", "jangan", "jgn", "batal", "salah", "no"})
UNWANTED = frozenset({"jadi", "usah", "perlu", "needed", "necessary"})
QUOTES = "\"'`´‘’‚‛“”„‟«»‹›"
EDGES = QUOTES + " \t.,:;!?-–—_*~()[]{}<>|/\\#"
WORD = re.compile(r"[^\W\d_]+|[0-9]+")


def parse(text: str, open_codes: Collection[str] = ()) -> Reply:
    """Read an answer. `open_codes` are the codes this sender may answer now; empty means that is not known here.

    A bare verb is taken for the only open code. The rest of the line after the code is a note, and what follows it
    belongs to a sitrep's text.

    >>> parse("T 4821"), parse("“terima4821”"), parse("l 4821 massa bubar, aman")
    (Accept(code='4821', note=''), Accept(code='4821', note=''), Sitrep(code='4821', text='massa bubar, aman'))
    >>> parse("t", {"4821"}), parse("t", {"4821", "77"}), parse("terima kasih", {"4821"}).doubt.value
    (Accept(code='4821', note=''), Unclear(doubt=<Doubt.NO_CODE: 'no_code'>, code=None), 'unknown')
    """
    said = _tidy(text)
    if not said:
        return Unclear(Doubt.EMPTY)
    verb, rest = _verb(said)
    reply = _with_verb(verb, rest, open_codes) if verb else _without_verb(said, open_codes)
    if open_codes and reply.code is not None and reply.code not in open_codes:
        return Unclear(Doubt.NOT_OPEN, reply.code)
    return reply


def _with_verb(verb: str, rest: str, open_codes: Collection[str]) -> Reply:
    code, note = _code(rest)
    if code is None:
        told = any(word.isalpha() for word in _words(rest))
        if told and verb == "accept":  # "terima kasih" accepts nothing
            return Unclear(Doubt.UNKNOWN)
        if len(open_codes) != 1 or (_words(rest) and verb != "sitrep"):
            return Unclear(Doubt.NO_CODE)
        code, note = next(iter(open_codes)), rest.strip(EDGES)
    return _sitrep(code, note) if verb == "sitrep" else _act(verb, code, note, open_codes)


def _sitrep(code: str, text: str) -> Reply:
    return Sitrep(code, text[:LONGEST_SITREP]) if _words(text) else Unclear(Doubt.NO_TEXT, code)


def _act(verb: str, code: str, note: str, open_codes: Collection[str]) -> Reply:
    """Accept or escalate, unless the rest of the line takes it back or names another."""
    words = _words(note)
    if any(
        word != code and (word in open_codes if open_codes else len(word) == len(code))
        for word in words
        if word.isdecimal()
    ):
        return Unclear(Doubt.SEVERAL_CODES, code)
    if words and VERBS.get(words[0], verb) != verb:
        return Unclear(Doubt.SEVERAL_VERBS, code)
    if _retracts(words) if verb == "escalate" else DENIALS.intersection(words):
        return Unclear(Doubt.DENIED, code)
    return Accept(code, note) if verb == "accept" else Escalate(code, note)


def _retracts(words: Sequence[str]) -> bool:
    """Say whether words after a wish to escalate take it back, and are not why help is wanted."""
    after = zip_longest(words, words[1:], fillvalue="")
    unwanted = any(word in DENIALS and (not follows or follows in UNWANTED) for word, follows in after)
    return unwanted or bool(RETRACTIONS.intersection(words))


def _without_verb(said: str, open_codes: Collection[str]) -> Reply:
    """Say what is missing; a verb after the code ("4821 T") is understood."""
    code, rest = _code(said)
    if code is None:
        return Unclear(Doubt.UNKNOWN)
    words = _words(rest)
    if not words:
        return Unclear(Doubt.NO_VERB, code)
    verb = VERBS.get(words[0])
    if verb is None or (verb == "sitrep") != (len(words) > 1):
        return Unclear(Doubt.UNKNOWN, code)
    return Sitrep(code, _verb(rest)[1].strip(EDGES)) if verb == "sitrep" else _act(verb, code, "", open_codes)


def _tidy(text: str) -> str:
    """Take away what carries no meaning: marks nobody sees, quoted lines of an earlier message, quotes around all."""
    plain = "".join(
        sign
        for sign in unicodedata.normalize("NFKC", text)
        if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cf")
    )
    lines = [line for line in plain.splitlines() if line.strip(EDGES) and not line.lstrip().startswith(">")]
    digits = "\n".join(lines)
    return "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in digits).strip(EDGES + "\n")


def _verb(said: str) -> tuple[str | None, str]:
    """Split the leading verb off, and give what it means."""
    for whole in WHOLE:
        if said.lower().startswith(whole):
            return "sitrep", said[len(whole) :]
    first = WORD.match(said)
    verb = VERBS.get(first[0].lower()) if first else None
    return verb, said[first.end() :] if first and verb else said


def _code(said: str) -> tuple[str | None, str]:
    """Split the leading code off; "48 21" is one code of four."""
    rest = said.lstrip(EDGES + "\n")
    parted = re.match(r"([0-9]{2})[ .\-]([0-9]{2})(?![0-9])", rest)
    if parted:
        return parted[1] + parted[2], rest[parted.end() :].strip(EDGES + "\n")
    found = re.match(r"([0-9]+)", rest)
    if found is None or not CODE.fullmatch(found[1]):
        return None, said
    return found[1], rest[found.end() :].strip(EDGES + "\n")


def _words(text: str) -> list[str]:
    return [word.lower() for word in WORD.findall(text)]
