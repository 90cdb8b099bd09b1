"""Cut a report's text at the words that gave points, and mask what no screen should carry. Pure."""

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# A telephone number or a NIK: nothing on the desk needs it in full (rules.md 7).
_NUMBER = re.compile(r"(?<![\w/])(?:\+?62[\s.-]?|0)8\d(?:[\s.-]?\d){6,11}(?!\d)|(?<!\d)\d{16}(?!\d)")
_SHOWN = 3  # leading digits left to recognise a number by


@dataclass(frozen=True)
class Segment:
    """A stretch of text and the components its words gave points for; none for plain text."""

    text: str
    components: tuple[str, ...] = ()


def mask(text: str) -> str:
    """Hide telephone numbers and NIK without moving anything: spans into the text stay true.

    >>> mask("hubungi 081234567890 segera")
    'hubungi 081••••••••• segera'
    """
    return _NUMBER.sub(lambda found: found[0][:_SHOWN] + "•" * (len(found[0]) - _SHOWN), text)


def segments(text: str, reasons: Iterable[Mapping[str, Any]]) -> tuple[Segment, ...]:
    """Cut `text` where a reason's words begin or end; spans outside the text are left out.

    >>> segments("dua orang luka", [{"component": "korban", "spans": [[10, 14]]}])
    (Segment(text='dua orang ', components=()), Segment(text='luka', components=('korban',)))
    """
    marks = [
        (start, end, str(reason["component"]))
        for reason in reasons
        for start, end in reason.get("spans", ())
        if 0 <= start < end <= len(text)
    ]
    cuts = sorted({0, len(text), *(cut for start, end, _ in marks for cut in (start, end))})
    return tuple(
        Segment(text[left:right], tuple(sorted({name for start, end, name in marks if start <= left and right <= end})))
        for left, right in itertools.pairwise(cuts)
    )


def quotes(text: str, spans: Iterable[Iterable[int]]) -> tuple[str, ...]:
    """Give the words of spans, each once, in order of appearance."""
    found = []
    for start, end in sorted(tuple(span) for span in spans):
        words = " ".join(text[start:end].split())
        if words and words not in found:
            found.append(words)
    return tuple(found)
