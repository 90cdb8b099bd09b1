"""Cut a report's text at the words that gave points. Pure."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Segment:
    """A stretch of text and the components its words gave points for; none for plain text."""

    text: str
    components: tuple[str, ...] = ()


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
