"""Decide from the votes which kecamatan and desa a text means, or which it may mean. Pure.

Certain only where one kecamatan has the most and nothing speaks against it; else candidates for a person.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from schemas.assessment import Span
from services.policy.geography import kabupaten_code
from services.triage.places.mentions import NEXT_DOOR, Mention
from services.triage.places.names import Names
from services.triage.places.roles import BARE, LOOK_BACK, ORIGIN, RESIDENT, SITE
from services.triage.places.scope import Scope
from services.triage.places.votes import Votes
from services.triage.text.normalise import Plain

# Offices that serve the kecamatan they are named after: where they were told, it happened among those named.
_SERVING = frozenset(["polsek", "mapolsek", "kapolsek", "koramil", "danramil", "camat", "puskesmas"])
_VILLAGE = frozenset(["desa", "bare_desa"])  # kinds of mentions of one desa


@dataclass(frozen=True, slots=True)
class Decision:
    """What the words say of the place; codes where they are certain, names where only a name is known."""

    kabupaten: str | None = None
    kecamatan: str | None = None
    desa: str | None = None
    kecamatan_name: str | None = None
    desa_name: str | None = None
    candidates: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    landmark: str | None = None
    sites: tuple[str, ...] = ()
    named: tuple[Span, ...] = ()


class Decider:
    """Decides for one text."""

    def __init__(self, names: Names, plain: Plain, mentions: Sequence[Mention], scope: Scope, votes: Votes) -> None:
        self._names = names
        self._plain = plain
        self._mentions = mentions
        self._scope = scope
        self._votes = votes

    def decide(self) -> Decision:
        """Give the kecamatan and desa the text means, or the candidates."""
        kecamatan, candidates = self._leading()
        name: str | None = None
        if self._elsewhere(kecamatan):
            unknown = self._votes.unknown
            name = unknown.name.title() if unknown else None
            if kecamatan is not None and not self._scope.foreign:
                candidates = (kecamatan,)
            kecamatan = None
        return self._decision(kecamatan, name, candidates)

    def within(self, kecamatan: str) -> Decision:
        """Give what the text says of a place that is known to lie in a kecamatan."""
        return self._decision(kecamatan, None, ())

    def _decision(self, kecamatan: str | None, name: str | None, candidates: tuple[str, ...]) -> Decision:
        desa = self._desa(kecamatan)
        return Decision(
            kabupaten=kabupaten_code(kecamatan) if kecamatan else (self._scope.kabupaten or None),
            kecamatan=kecamatan,
            desa=desa,
            kecamatan_name=self._names.places[kecamatan].name if kecamatan else name,
            desa_name=self._desa_name(desa),
            candidates=() if kecamatan or self._scope.foreign else self._candidates(candidates),
            spans=self.spans(kecamatan, desa),
            landmark=self._landmark(kecamatan),
            sites=tuple(self._sites()),
            named=tuple(self._plain.span(one.first, one.last) for one in self._mentions),
        )

    def _landmark(self, kecamatan: str | None) -> str | None:
        """Give the landmark named in a kecamatan."""
        places = self._names.places
        return next((code for code in self._votes.landmarks if places[code].kecamatan == kecamatan), None)

    def _sites(self) -> Iterator[str]:
        """Give every desa, landmark and kecamatan that is named as a place of what happened."""
        yield from (code for code, (_, role) in self._votes.desa.items() if role >= BARE)
        yield from self._votes.landmarks
        yield from (code for code, weight in self._votes.weights.items() if weight >= BARE)

    def _leading(self) -> tuple[str | None, tuple[str, ...]]:
        """Give the kecamatan with the most, or those that share the lead."""
        certain = {
            code: weight
            for code, weight in self._votes.weights.items()
            if weight >= BARE and (not self._scope.foreign or code.startswith(self._scope.kabupaten or "-"))
        }
        if not certain:
            return self._pointed_to(), ()
        best = max(certain.values())
        top = [code for code, weight in certain.items() if weight == best]
        if sites := self._sites_beside_residents(certain, top):
            best, top = max(certain[code] for code in sites), sites
        if len(top) == 1:
            return top[0], ()
        served = [code for code in top if self._is_served(code)]
        if len(served) == 1:
            return served[0], ()
        first = min(top, key=lambda code: self._votes.by[code].first)
        stands = best > BARE + 1 and not self._rivals(first, top)
        return (first, ()) if stands else (None, tuple(top))

    def _pointed_to(self) -> str | None:
        """Give the only kecamatan that an office or somebody's origin points to, where nothing names the place.

        The capital has the offices of the whole district, so it is not meant by one of them.
        """
        if self._scope.foreign:
            return None
        places, home = self._names.places, self._names.home
        offices = {
            code
            for code in self._votes.weights
            if places[code].name.lower() != self._names.home_name and self._is_served(code)
        }
        origins = {
            places[code].kecamatan
            for mention in self._mentions
            if mention.role == ORIGIN
            and mention.kind in _VILLAGE
            and len(found := [code for code in mention.codes if code in home]) == 1
            for code in found
        } - {self._names.home_code, ""}
        pointed = offices or origins
        if len(pointed) != 1:
            return None
        meant = {places[code].kecamatan for code in self._votes.vague}
        return pointed.pop() if not meant or pointed <= meant else None  # an office elsewhere names no place of those

    def _sites_beside_residents(self, certain: Mapping[str, float], top: Sequence[str]) -> list[str]:
        """Give the sites where only residents lead: "pemuda Desa Mulyoagung Singgahan dikeroyok di Bangilan"."""
        if any(self._votes.roles[code] != RESIDENT for code in top):
            return []
        told_in = {self._plain.sentences[self._votes.by[code].first] for code in top}
        return [
            code
            for code in certain
            if self._votes.roles[code] >= SITE and self._plain.sentences[self._votes.by[code].first] in told_in
        ]

    def _rivals(self, first: str, top: Sequence[str]) -> list[str]:
        """Give those named in one breath with the first: "Kecamatan A dan B"."""
        mine = self._votes.by[first]
        return [
            code
            for code in top
            if code != first
            and self._votes.by[code].first - mine.last <= LOOK_BACK + 2
            and self._votes.by[code].kind == mine.kind
        ]

    def _is_served(self, code: str) -> bool:
        """Tell whether an office of a kecamatan is named: "Kecamatan A dan B ... dilaporkan ke Polsek A"."""
        return any(
            code in mention.codes and mention.first > 0 and self._plain.tokens[mention.first - 1] in _SERVING
            for mention in self._mentions
        )

    def _elsewhere(self, kecamatan: str | None) -> bool:
        """Tell whether the text names a kecamatan that no gazetteer holds as the place."""
        unknown = self._votes.unknown
        if unknown is None:
            return kecamatan is not None and self._is_next_door(kecamatan)
        known = self._votes.by.get(kecamatan or "")
        if kecamatan is None or known is None:
            return True
        if self._scope.foreign:
            return unknown.first < known.first and unknown.role >= known.role
        return unknown.role >= SITE and self._votes.weights[kecamatan] < SITE + 1

    def _is_next_door(self, kecamatan: str) -> bool:
        """Tell whether it happened in a town next door, and only people or an office are of the kecamatan.

        "Warga Plumpang dibacok di Babat": a person decides.
        """
        beside = any(mention.kind == NEXT_DOOR for mention in self._mentions)
        return beside and self._votes.weights.get(kecamatan, SITE) < SITE

    def _candidates(self, leading: tuple[str, ...]) -> tuple[str, ...]:
        """Give what a person may choose from: those in the lead, desa of that name, what an office points to."""
        return leading or tuple(dict.fromkeys(self._votes.vague)) or tuple(self._votes.weights)

    def _desa(self, kecamatan: str | None) -> str | None:
        """Give the desa named in a kecamatan; a mistyped name counts where it is near enough to one there."""
        if kecamatan is None:
            return None
        named = self._votes.desa
        own = [code for code in named if self._names.places[code].kecamatan == kecamatan]
        if own:
            return max(own, key=lambda code: named[code][1])
        if self._votes.unknown_desa is not None:
            near = self._names.similar(self._votes.unknown_desa.name, kecamatan)
            if near is not None:
                return near
        places = self._names.places
        vague = [code for code in self._votes.vague if places[code].kecamatan == kecamatan and code != kecamatan]
        return vague[0] if len(vague) == 1 else None

    def _desa_name(self, desa: str | None) -> str | None:
        """Give the desa's name, or the name that was said where no gazetteer holds it there."""
        if desa is not None:
            return self._names.places[desa].name
        unknown = self._votes.unknown_desa
        return unknown.name.title() if unknown else None

    def spans(self, kecamatan: str | None, desa: str | None) -> tuple[Span, ...]:
        """Give the words that name a kecamatan and a desa."""
        named = [self._votes.by.get(kecamatan or ""), self._votes.desa.get(desa or "", (None,))[0]]
        return tuple(dict.fromkeys(self._plain.span(one.first, one.last) for one in named if one is not None))
