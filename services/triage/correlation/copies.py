"""Recognise a word-for-word copy, also a forwarded one: it confirms nothing. Pure.

"Diteruskan: Massa dua perguruan bentrok di Ds. Bangunrejo" holds no words of its own. Who says to have seen it himself
and does not call it forwarded tells it, in whatever words.
"""

import re
from collections.abc import Collection
from zlib import crc32

LEAST_WORDS = 6  # below, two people may well write the same
_WORD = re.compile(r"[^\W_]+")
# What those who pass a message on put before and after it.
_FORWARDED = frozenset(
    """
    diteruskan teruskan terusan forward forwarded fwd fw dikirim ulang copas salinan repost share dishare disebarkan
    pesan berantai berkali kali dari grup group sebelah tetangga wa whatsapp telegram info informasi sekilas mohon
    izin ijin lapor komandan ndan pak bu assalamualaikum selamat malam pagi siang sore
    """.split()  # noqa: SIM905 - a list of words reads better as words
)


_PASSED_ON = re.compile(r"\b(?:di)?terus(?:kan|an)\b|\bforward(?:ed)?\b|\bfwd?\b|\bcopas\b|\brepost\b|\bgrup sebelah\b")


def is_passed_on(text: str) -> bool:
    """Tell whether a text calls itself forwarded."""
    return _PASSED_ON.search(text.lower()) is not None


def prints_of(text: str) -> tuple[int, ...]:
    """Give fingerprints of a text and of each of its lines: case, punctuation, emoji and marks of forwarding aside.

    Lines too short to be told from what others would write have none.
    """
    whole: list[str] = []
    prints: list[int] = []
    lines = text.lower().splitlines()
    for line in lines:
        words = _own(_WORD.findall(line))
        whole += words
        if len(words) >= LEAST_WORDS:
            prints.append(_print(words))
    if len(lines) == 1:
        return tuple(prints)  # the whole is that line
    if len(whole) >= LEAST_WORDS:
        prints.insert(0, _print(_own(whole)))
    return tuple(dict.fromkeys(prints))


def is_copy(report: tuple[int, ...], known: Collection[int]) -> bool:
    """Tell whether a report, as a whole, has been told word for word, alone or as a line of a longer telling."""
    return bool(report) and report[0] in known


def _own(words: list[str]) -> list[str]:
    """Leave out the marks of forwarding before and after a text."""
    first, last = 0, len(words)
    while first < last and words[first] in _FORWARDED:
        first += 1
    while last > first and words[last - 1] in _FORWARDED:
        last -= 1
    return words[first:last]


def _print(words: list[str]) -> int:
    return crc32(" ".join(words).encode())
