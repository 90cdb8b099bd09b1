"""Say where a report happened: Kemendagri codes, candidates where the words are ambiguous, never a guess. Pure.

Fields filled in by the reporter win over the text, the text over the reporter's position; a contradiction is shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from schemas.assessment import PlaceFound, Span
from schemas.district import District
from schemas.messages import ReportIn
from services.triage.places.decision import Decider, Decision
from services.triage.places.mentions import Mentions
from services.triage.places.names import Names
from services.triage.places.positions import Positions
from services.triage.places.roles import BARE
from services.triage.places.scope import Scope, scope_of
from services.triage.places.votes import Count, Votes
from services.triage.text.normalise import Plain


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

    def __init__(self, district: District, names: Names, words: dict[str, Any], written: Callable[[str], str]) -> None:
        """Take the names as `written` writes them: the way reports are written in plain form."""
        names.compile(written)
        self._names = names
        self._mentions = Mentions(names, words)
        self._positions = Positions(district)
        self._outside = tuple(f" {phrase} " for phrase in words.get("place", {}).get("outside", ()))

    def locate(self, report: ReportIn, plain: Plain) -> Where:
        """Say where a report happened.

        "Tawuran di Ds. Bangunrejo Kec. Soko" is 35.23.11.2016, the desa's centre with its radius; "Keributan di Desa
        Tegalrejo" gives the two desa of that name as candidates, none certain.
        """
        mentions = self._mentions.read(plain)
        scope = scope_of(mentions, self._names)
        votes = Count(self._names, plain, mentions, scope).votes()
        told = Decider(self._names, plain, mentions, scope, votes).decide()
        return self._where(report, told, scope, votes, plain)

    def _where(self, report: ReportIn, told: Decision, scope: Scope, votes: Votes, plain: Plain) -> Where:
        sites = frozenset(code for code, weight in votes.weights.items() if weight >= BARE + 1)
        spans = tuple(plain.span(votes.by[code].first, votes.by[code].last) for code in sorted(sites))
        desa = frozenset(code for code, (_, role) in votes.desa.items() if role >= BARE)
        outside = scope.from_outside or any(phrase in plain.text for phrase in self._outside)
        return Where(self._positions.placed(report, told), sites, desa, outside, spans)
