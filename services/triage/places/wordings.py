"""Join what a report's text says of the place with what its place field says. Pure.

The field names where it happened; the text may also name where people come from, who told it and where else it was
like that. So the field wins, unless the text names another place just as plainly as the site: then both are candidates,
the field's first, and nothing is certain.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from schemas.assessment import PlaceBasis, Span
from schemas.words.explanations import reason
from services.policy.geography import kecamatan_code
from services.triage.places.decision import Decider, Decision
from services.triage.places.mentions import Mention, Mentions
from services.triage.places.names import Names
from services.triage.places.roles import BARE, RESIDENT, SITE
from services.triage.places.scope import Scope, scope_of
from services.triage.places.votes import BY_DESA, Count, Votes
from services.triage.text.normalise import Plain

_EXPLICIT = frozenset(["desa", "kecamatan", "both"])  # kinds of mentions: "Desa X", "Kecamatan X"
# How much a wording tells: no place; an office or people of one; a bare name; the site itself.
NOTHING, POINTED, NAMED, PLAIN = range(4)


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording, the text or the place field, read for places."""

    names: Names
    mentions: Sequence[Mention]
    scope: Scope
    votes: Votes
    decider: Decider
    decision: Decision

    @property
    def codes(self) -> tuple[str, ...]:
        """Give what it means, or the places that it may mean."""
        return (self.decision.kecamatan,) if self.decision.kecamatan else self.decision.candidates

    @property
    def kecamatan(self) -> frozenset[str]:
        """Give every kecamatan that it may mean."""
        return frozenset(map(kecamatan_code, self.codes))

    @property
    def named(self) -> frozenset[str]:
        """Give every kecamatan that it names as a place of what happened, also beside the one it means."""
        return self.kecamatan | {code for code, weight in self.votes.weights.items() if weight >= BARE}

    @property
    def strength(self) -> int:
        """Say how much it tells of where it happened."""
        told = self.decision
        if told.kecamatan is not None:
            weight, role = self.votes.weights.get(told.kecamatan, 0.0), self.votes.roles.get(told.kecamatan)
            if weight < BARE or role == RESIDENT:
                return POINTED
            return PLAIN if role == SITE or weight >= BARE + BY_DESA else NAMED
        if told.candidates and not self.votes.vague and max(self.votes.weights.values(), default=0.0) < BARE:
            return POINTED
        if told.candidates or told.kecamatan_name or self.scope.foreign:
            return PLAIN if any(map(_is_plain, self.mentions)) else NAMED
        return NOTHING


def _is_plain(mention: Mention) -> bool:
    return mention.role == SITE or (mention.role == BARE and mention.kind in _EXPLICIT)


@dataclass(frozen=True, slots=True)
class Told:
    """What words say of the place; `contradiction` where text and place field say two things."""

    decision: Decision
    basis: PlaceBasis | None
    contradiction: str | None = None


def wording(names: Names, mentions: Mentions, plain: Plain, capitals: frozenset[int] = frozenset()) -> Wording:
    """Read one wording for places; `capitals` are the tokens that are written as names are."""
    found = mentions.read(plain, capitals)
    scope = scope_of(found, names)
    votes = Count(names, plain, found, scope).votes()
    decider = Decider(names, plain, found, scope, votes)
    return Wording(names, found, scope, votes, decider, decider.decide())


def joined(text: Wording, field: Wording | None) -> Told:
    """Give what text and place field say together; the spans are those of the text.

    "Pemuda asal Soko dikeroyok" with the field "Bangilan" is Bangilan; "Tawuran di Ds. Bangunrejo Kec. Soko" with the
    field "Bangilan" is one of both.
    """
    if field is None or field.strength == NOTHING:
        return _told(text.decision, "text")
    if text.scope.foreign and text.scope.kabupaten == field.scope.kabupaten:
        return _told(text.decision, "text") if text.decision.kecamatan else _by_field(text, field)
    both = field.kecamatan & text.kecamatan or field.kecamatan & text.named
    if len(both) == 1:
        return _agreed(text, field, *both)
    if both:
        left = tuple(code for code in field.codes if kecamatan_code(code) in both)
        return _told(replace(_open(text, field), candidates=left), "place")
    return _apart(text, field)


def _apart(text: Wording, field: Wording) -> Told:
    """Choose between two wordings that have no kecamatan in common."""
    if text.strength == NOTHING:
        return _by_field(text, field)
    if field.strength == POINTED and text.strength > POINTED:
        return _told(text.decision, "text")  # "dekat Polsek Rengel" beside a text that names the place
    if text.strength == PLAIN:
        return _told(_open(text, field), "place", _differ(field.decision, text.decision, text.names))
    told = _by_field(text, field)
    return (
        replace(told, contradiction=_differ(field.decision, text.decision, text.names))
        if text.strength == NAMED
        else told
    )


def _agreed(text: Wording, field: Wording, kecamatan: str) -> Told:
    """Take the kecamatan that both name; its desa is the field's where that names one.

    Where the text names another desa as the site, and not the field's beside it, none is certain.
    """
    said, own = field.decider.within(kecamatan), text.decider.within(kecamatan)
    differ, desa = _desa(text, said, own)
    name = said.desa_name or own.desa_name
    if desa is not None:
        name = said.desa_name if desa == said.desa else own.desa_name
    decision = replace(
        own,
        desa=desa,
        desa_name=None if differ and desa is None else name,
        spans=text.decider.spans(kecamatan, desa),
        landmark=own.landmark or said.landmark,
        sites=_sites(text, field),
    )
    by_text = text.decision.kecamatan == kecamatan and desa in {None, text.decision.desa}
    return _told(decision, "text" if by_text else "place", _differ(said, own, text.names) if differ else None)


def _desa(text: Wording, said: Decision, own: Decision) -> tuple[bool, str | None]:
    """Tell whether field and text name two desa of one kecamatan, and give the one it is."""
    if None in {said.desa, own.desa} or said.desa == own.desa or said.desa in text.votes.desa:
        return False, said.desa or own.desa
    _, role = text.votes.desa.get(own.desa or "", (None, BARE))
    return role != RESIDENT, None if role >= SITE else said.desa


def _by_field(text: Wording, field: Wording) -> Told:
    """Take what the field says."""
    told = field.decision
    spans: tuple[Span, ...] = text.decider.spans(told.kecamatan, told.desa)
    return _told(replace(told, spans=spans, sites=_sites(text, field), named=text.decision.named), "place")


def _open(text: Wording, field: Wording) -> Decision:
    """Leave open which of both it is."""
    kabupaten = text.decision.kabupaten
    return Decision(
        kabupaten=kabupaten if kabupaten == field.decision.kabupaten else None,
        candidates=tuple(dict.fromkeys((*field.codes, *text.codes))),
        spans=text.decision.spans,
        sites=_sites(text, field),
        named=text.decision.named,
    )


def _told(decision: Decision, basis: PlaceBasis, contradiction: str | None = None) -> Told:
    says = decision.kecamatan or decision.candidates or decision.kecamatan_name
    return Told(decision, basis if says else None, contradiction)


def _sites(text: Wording, field: Wording) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*field.decision.sites, *text.decision.sites)))


def _differ(field: Decision, text: Decision, names: Names) -> str:
    return reason("place_field_text", called(field, names), called(text, names))


def called(told: Decision, names: Names) -> str:
    """Give the finest name of what a decision means, or of what it may mean."""
    codes = told.candidates or ((told.kabupaten,) if told.kabupaten else ())
    open_ = " / ".join(dict.fromkeys(names.places[code].name for code in codes if code in names.places))
    return told.desa_name or told.kecamatan_name or open_
