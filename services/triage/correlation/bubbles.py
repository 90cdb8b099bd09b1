"""Join what one person sends in pieces: chat bubbles and parts of an SMS within two minutes are one report. Pure.

"Lapor ndan" / "ada tawuran dua kelompok pemuda" / "di Ds. Bangunrejo Kec. Soko" are read together. Each piece stays on
file as it came. Two whole reports of two places stay two, however fast they follow each other.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.assessment import Assessment, Count, Span
from schemas.messages import TEXT_LIMIT, ReportIn
from services.triage.correlation.copies import is_copy
from services.triage.correlation.features import Candidate
from services.triage.correlation.tellings import Telling

TOGETHER = timedelta(minutes=2)  # between one piece and the next
MOST_PIECES = 12
MOST_PARTIES = 20  # of a report
_IN_BRACKETS = re.compile(r"^\s*[(\[]\d{1,2}/\d{1,2}[)\]][\s:.-]*|(?<![\s:.-])[\s:.-]*[(\[]\d{1,2}/\d{1,2}[)\]]\s*$")
# "1/3" without brackets is as well a date ("3/11/2026") or a fraction ("3/4 rumah"): it counts beside its sisters.
_BARE = re.compile(r"^\s*(?P<part>\d{1,2})/(?P<of>\d{1,2})(?![\d/])[\s:.-]*")
_FIELDS = ("kecamatan", "desa", "place", "position", "issue", "basis", "killed", "injured", "crowd")


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of somebody who may go on."""

    id: str
    report: ReportIn
    at: datetime  # UTC


def whole(told: Candidate) -> bool:
    """Tell whether a message says what happened and where: a report by itself."""
    return told.conflict and not told.nil and told.kecamatan is not None


def goes_on(before: Candidate, now: Candidate) -> bool:
    """Tell whether a message goes on with what the same person has just sent: both are no two whole reports."""
    if is_copy(now.prints, before.prints) or now.telling == Telling.APART:
        return False
    return not _elsewhere(before, now) and not (whole(before) and whole(now))


def stays(known: Candidate, message: Candidate, *, alone: bool) -> bool:
    """Tell whether a message stays with the incident of its earlier pieces; `alone`: nothing else is known of that.

    "Lapor ndan, ada bentrok pesilat" may have joined the only brawl it could mean. Where a later piece names another
    place the message is judged as a whole, as if it had come at once.
    """
    return alone or not _elsewhere(known, message)


def _elsewhere(known: Candidate, told: Candidate) -> bool:
    """Tell whether two places are known and are not one."""
    if known.kecamatan and told.kecamatan and known.kecamatan != told.kecamatan:
        return True
    return bool(known.desa and told.desa and known.desa != told.desa)


def together(pieces: Sequence[Piece], last: Piece) -> tuple[Piece, ...]:
    """Keep the pieces that lead up to the last one without a pause of more than two minutes, in order."""
    kept: list[Piece] = []
    after = last.at
    for piece in sorted(pieces, key=lambda one: one.at, reverse=True):
        if piece.id == last.id or piece.at > after:
            continue
        if after - piece.at > TOGETHER or len(kept) == MOST_PIECES:
            break
        kept.append(piece)
        after = piece.at
    return tuple(reversed(kept))


def joined(pieces: Sequence[Piece], last: ReportIn) -> tuple[ReportIn, int]:
    """Give one report of several pieces, and how far its words stand behind where they stand in the last piece.

    The text is cut at its beginning if it were too long; fields come from the last piece that fills them.
    """
    *earlier, own = _without_numbers([*(piece.report.text for piece in pieces), last.text])
    room = TEXT_LIMIT - len(own) - 1
    before = "\n".join(earlier)[-room:] if room > 0 else ""
    text = f"{before}\n{own}" if before else own
    told = [last, *(piece.report for piece in reversed(pieces))]
    fields = {name: next((v for one in told if (v := getattr(one, name)) is not None), None) for name in _FIELDS}
    parties = list(dict.fromkeys(party for one in reversed(told) for party in one.parties))[:MOST_PARTIES]
    report = last.model_copy(update={**fields, "text": text, "parties": parties})
    return report, len(text) - len(own) - last.text.find(own)


def own_spans(assessment: Assessment, behind: int) -> Assessment:
    """Give a judgement of several pieces with its words as they stand in the last piece alone, `behind` characters on.

    Words of the earlier pieces are left out: they are marked in those.
    """
    if not behind:
        return assessment

    def moved(spans: Sequence[Span]) -> tuple[Span, ...]:
        return tuple((start - behind, end - behind) for start, end in spans if start >= behind)

    def count(told: Count | None) -> Count | None:
        return None if told is None else told.model_copy(update={"spans": moved(told.spans)})

    facts, place = assessment.facts, assessment.place
    counts = {name: count(getattr(facts, name)) for name in ("killed", "injured", "badly_injured", "crowd", "held")}
    return assessment.model_copy(
        update={
            "facts": facts.model_copy(update=counts),
            "place": place.model_copy(update={"spans": moved(place.spans), "named": moved(place.named)}),
            "reasons": tuple(one.model_copy(update={"spans": moved(one.spans)}) for one in assessment.reasons),
        }
    )


def _without_numbers(texts: Sequence[str]) -> list[str]:
    """Leave out "(1/3)" of each part, and "1/3" where another piece is a part of as many and one is the first."""
    bare = [_BARE.match(text) for text in texts]
    parts: defaultdict[int, set[int]] = defaultdict(set)
    for found in bare:
        if found and 1 <= int(found["part"]) <= int(found["of"]) <= MOST_PIECES:
            parts[int(found["of"])].add(int(found["part"]))
    numbered = {of for of, told in parts.items() if len(told) > 1 and 1 in told}
    kept = []
    for text, found in zip(texts, bare, strict=True):
        is_part = found is not None and int(found["of"]) in numbered and 1 <= int(found["part"]) <= int(found["of"])
        pattern = _BARE if is_part else _IN_BRACKETS
        kept.append(pattern.sub("", text).strip() or text)
    return kept
