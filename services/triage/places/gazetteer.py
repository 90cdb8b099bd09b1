"""Say where a report happened: Kemendagri codes, candidates where the words are ambiguous, never a guess. Pure.

Codes filled in by the reporter win over his words, these over his position; of his words the place field's win over the
text's. A contradiction is shown.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from schemas.assessment import PlaceFound, Span
from schemas.district import District
from schemas.messages import ReportIn
from services.triage.places.mentions import Mentions
from services.triage.places.names import Names, villages
from services.triage.places.positions import Positions
from services.triage.places.roles import BARE
from services.triage.places.wordings import Wording, joined, wording
from services.triage.text.normalise import Plain

# Of a road the name may give both ends; elsewhere in a place field "Bangunrejo-Soko" is a desa and its kecamatan.
_ROAD = re.compile(r"\b(?:jl|jln|jalan|jalur|ruas|jurusan|raya|trayek)\b", re.IGNORECASE)
_PARTS = re.compile(r"[,\n/-]")


@dataclass(frozen=True, slots=True)
class Where:
    """What a report says about places."""

    found: PlaceFound
    kecamatan: frozenset[str] = frozenset()  # every kecamatan named as a site
    desa: frozenset[str] = frozenset()
    from_outside: bool = False  # people came from another kabupaten
    site_spans: tuple[Span, ...] = ()


class Gazetteer:
    """A district's places, ready to say which one a report speaks of."""

    def __init__(self, district: District, names: Names, words: dict[str, Any], plain: Callable[[str], Plain]) -> None:
        """Take the names as reports are written in plain form, which `plain` does."""
        names.compile(lambda name: " ".join(plain(name).tokens))
        self._names = names
        self._plain = plain
        self._mentions = Mentions(names, words)
        self._positions = Positions(district)
        self._outside = tuple(f" {phrase} " for phrase in words.get("place", {}).get("outside", ()))

    def locate(self, report: ReportIn, plain: Plain) -> Where:
        """Say where a report happened; `plain` is its text, and all spans are the text's.

        "Tawuran di Ds. Bangunrejo Kec. Soko" is 35.23.11.2016, the desa's centre with its radius; "Keributan di Desa
        Tegalrejo" gives the two desa of that name as candidates, none certain.
        """
        text = wording(self._names, self._mentions, plain, _capitals(report.text, plain))
        told = joined(text, self._field(report.place) if report.place else None)
        return self._where(self._positions.placed(report, told, text.decision), text, plain)

    def _field(self, place: str) -> Wording:
        """Read the place field: what it names is a site, as after "di".

        "Jadi" alone is a desa and no everyday word, "Rengel, Rengel" a desa and its kecamatan.
        """
        parts = [part.strip() for part in _PARTS.split(place) if part.strip()]
        village, kecamatan = (*map(self._known, parts[:2]), (), ())[:2]
        within = [code for code in kecamatan if any(self._names.places[one].kecamatan == code for one in village)]
        if within:
            told = f"desa {parts[0]} kecamatan {' '.join(parts[1:])}"
        elif len(parts) == 1 and village and set(villages(self._names, village)) == set(village):
            told = f"desa {place}"
        else:
            told = place.translate(dict.fromkeys(map(ord, "," if _ROAD.search(place) else ",-"), " "))
        return wording(self._names, self._mentions, self._plain(f"di {told}"))

    def _known(self, words: str) -> tuple[str, ...]:
        """Give the places of the district that words are the name of, and nothing else."""
        tokens = self._plain(words).tokens
        last, key = (self._names.at(tokens, 0) if tokens else None) or (-1, "")
        return tuple(code for code in self._names.codes(key) if code in self._names.home and last == len(tokens) - 1)

    def _where(self, found: PlaceFound, text: Wording, plain: Plain) -> Where:
        """Give the place with what the text tells beside it: how far it spread, and from where people came."""
        votes = text.votes
        sites = frozenset(code for code, weight in votes.weights.items() if weight >= BARE + 1)
        spans = tuple(plain.span(votes.by[code].first, votes.by[code].last) for code in sorted(sites))
        desa = frozenset(code for code, (_, role) in votes.desa.items() if role >= BARE)
        outside = text.scope.from_outside or any(phrase in plain.text for phrase in self._outside)
        return Where(found, sites, desa, outside, spans)


def _capitals(text: str, plain: Plain) -> frozenset[int]:
    """Give the tokens that begin with a capital within a sentence and go on in small letters, as names do.

    A text in which most words are written so says nothing by it: it is a heading, or a phone wrote them.
    """
    within = [at for at in range(1, len(plain.tokens)) if plain.sentences[at] == plain.sentences[at - 1]]
    words = [at for at in within if plain.tokens[at].isalpha()]
    named = [at for at in words if text[plain.spans[at][0]].isupper() and _is_capital(text[slice(*plain.spans[at])])]
    return frozenset(named) if len(named) * 2 <= len(words) else frozenset()


def _is_capital(word: str) -> bool:
    return word[:1].isupper() and word[1:].islower()
