"""Say where a report happened: Kemendagri codes, candidates where the words are ambiguous, never a guess. Pure.

Fields filled in by the reporter win over the text; a contradiction is shown.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rapidfuzz import fuzz, process

from schemas.assessment import PlaceFound, Span
from schemas.district import District
from schemas.messages import ReportIn
from services.triage.extraction.place_mentions import BARE, LOOK_BACK, OFFICE, ORIGIN, RESIDENT, SITE, Mention, Names
from services.triage.text.lexicon import Hit
from services.triage.text.normalise import Plain

NEAR_NAME = 88  # rapidfuzz ratio from which a name said to be a desa of a known kecamatan is that desa
MANY = 3  # as many bare kecamatan in a row are a list, not a place
# Offices that serve the kecamatan they are named after: where they were told, it happened among those named.
_SERVING = frozenset(["polsek", "mapolsek", "kapolsek", "koramil", "danramil", "camat"])
_PROVINCES = frozenset(["jawa timur", "jatim", "madura"])


@dataclass(frozen=True, slots=True)
class Where:
    """What a text says about places."""

    found: PlaceFound
    kecamatan: frozenset[str] = frozenset()  # every kecamatan named as a site
    desa: frozenset[str] = frozenset()
    from_outside: bool = False  # people came from another kabupaten
    outside_spans: tuple[Span, ...] = ()
    site_spans: tuple[Span, ...] = ()


class Gazetteer:
    """A district's places, ready to say which one a report speaks of."""

    def __init__(self, district: District, words: dict[str, Any]) -> None:
        self._district = district
        self._home = district.code
        self._names = Names(district, words)
        self._places = self._names.places
        self._desa_of: dict[str, dict[str, str]] = defaultdict(dict)
        for code, place in self._places.items():
            if place.kind in {"desa", "kelurahan"}:
                self._desa_of[place.kecamatan][place.name.lower()] = code

    def names(self) -> Iterator[tuple[str, str]]:
        """Give every spelling with its key for the lexicon's pass."""
        return self._names.spellings()

    def locate(self, report: ReportIn, plain: Plain, hits: Sequence[Hit]) -> Where:
        """Say where a report happened."""
        mentions = self._names.mentions(plain, hits)
        where = self._told(mentions, plain)
        return self._with_fields(report, where)

    def _told(self, mentions: list[Mention], plain: Plain) -> Where:  # noqa: C901, PLR0912 - cases, in order
        kabupaten, outside = self._kabupaten(mentions)
        scores: dict[str, float] = {}
        desa_named: dict[str, tuple[Mention, float]] = {}
        vague: list[str] = []
        unknown: Mention | None = None
        unknown_desa: Mention | None = None
        used: dict[str, Mention] = {}
        listed = self._lists(mentions)
        for number, mention in enumerate(mentions):
            role = mention.role
            if role == ORIGIN or mention.kind == "kabupaten":
                continue
            codes = self._inside(mention.codes, kabupaten)
            if mention.kind in {"kecamatan", "both"}:
                weight = role + 2
                kecamatan = [code for code in codes if self._places[code].kind == "kecamatan"]
                if kecamatan:
                    self._raise(scores, used, kecamatan[0], weight, mention)
                    for code in codes:
                        if code != kecamatan[0] and self._places[code].kecamatan == kecamatan[0]:
                            desa_named.setdefault(code, (mention, role))
                elif unknown is None and mention.kind == "kecamatan":
                    unknown = mention
            elif mention.kind == "desa":
                meant = self._desa(codes, mentions, number, kabupaten)
                if isinstance(meant, str):
                    desa_named.setdefault(meant, (mention, role))
                    self._raise(scores, used, self._places[meant].kecamatan, role + 1.5, mention)
                elif meant:
                    vague += meant
                elif unknown_desa is None:
                    unknown_desa = mention
            elif mention.kind == "landmark":
                if (
                    codes
                    and role >= SITE
                    and kabupaten in {None, self._home}
                    and not _at_office_outside(mentions[:number])
                ):
                    self._raise(scores, used, self._places[codes[0]].kecamatan, BARE + 1, mention)
            elif mention.kind == "bare" and codes and number not in listed:
                if role >= BARE and (self._stands_as_place(plain, mention, mentions, number) or role >= SITE):
                    self._raise(scores, used, codes[0], role + (1 if role >= BARE else 0), mention)
                elif role == OFFICE:
                    self._raise(scores, used, codes[0], 0.5, mention)
            elif mention.kind == "bare_desa" and codes:
                beside = [c for c in codes if self._beside(self._places[c].kecamatan, mentions, number)]
                if len(beside) == 1:
                    desa_named.setdefault(beside[0], (mention, role))
                    self._raise(scores, used, self._places[beside[0]].kecamatan, role + 1, mention)
        return self._decided(
            plain, mentions, kabupaten, outside, scores, desa_named, vague, unknown, unknown_desa, used
        )

    @staticmethod
    def _raise(scores: dict[str, float], used: dict[str, Mention], code: str, weight: float, mention: Mention) -> None:
        if weight > scores.get(code, -1.0):
            scores[code] = weight
            used.setdefault(code, mention)

    def _decided(  # noqa: C901, PLR0912, PLR0915 - cases, in order
        self,
        plain: Plain,
        mentions: list[Mention],
        kabupaten: str | None,
        outside: tuple[bool, tuple[Span, ...]],
        scores: dict[str, float],
        desa_named: dict[str, tuple[Mention, float]],
        vague: list[str],
        unknown: Mention | None,
        unknown_desa: Mention | None,
        used: dict[str, Mention],
    ) -> Where:
        certain = {code: score for code, score in scores.items() if score >= BARE}
        kecamatan: str | None = None
        candidates: tuple[str, ...] = ()
        foreign = kabupaten is not None and kabupaten != self._home
        name: str | None = None
        if foreign or kabupaten == "":
            certain = {c: s for c, s in certain.items() if c.startswith(kabupaten or "-")}
        if certain:
            best = max(certain.values())
            top = [code for code, score in certain.items() if score == best]
            if len(top) == 1:
                kecamatan = top[0]
            else:
                first = self._first_of(top, used)
                rivals = [
                    c
                    for c in top
                    if used[c].first - used[first].last <= LOOK_BACK + 2 and used[c].kind == used[first].kind
                ]
                served = [code for code in top if _is_served(plain, mentions, code)]
                stands = first if len(rivals) == 1 and best > BARE + 1 else None
                kecamatan = served[0] if len(served) == 1 else stands
                candidates = () if kecamatan else tuple(top)
        if unknown is not None and (
            kecamatan is None
            or (
                used.get(kecamatan)
                and unknown.first < used[kecamatan].first
                and unknown.role >= used[kecamatan].role
                and foreign
            )
        ):
            name = unknown.name.title()
            kecamatan = None if foreign or kabupaten == "" else kecamatan
        if kecamatan is not None and unknown is not None and not foreign and kabupaten != "":
            # A kecamatan the district does not have is named as the site: it lies outside, wherever that is.
            doubt: tuple[str, ...] = (kecamatan,)
            if unknown.role >= SITE and scores[kecamatan] < SITE + 1:
                kecamatan, candidates, name = None, doubt, unknown.name.title()
        desa: str | None = None
        if kecamatan is not None:
            name = self._places[kecamatan].name
            own = [code for code in desa_named if self._places[code].kecamatan == kecamatan]
            own.sort(key=lambda code: -desa_named[code][1])
            desa = own[0] if own else None
            if desa is None and unknown_desa is not None:
                desa = self._similar(unknown_desa.name, kecamatan)
        if kecamatan is None and not candidates and not foreign:
            candidates = tuple(scores)  # only an office or a bare name points there
        if kecamatan is None and not candidates and vague:
            candidates = tuple(dict.fromkeys(vague))
        elif kecamatan is not None and desa is None and vague:
            own = [code for code in vague if self._places[code].kecamatan == kecamatan]
            desa = own[0] if len(own) == 1 else None
        desa_name = self._places[desa].name if desa else None
        if desa_name is None and unknown_desa is not None and (kecamatan is None or foreign):
            desa_name = unknown_desa.name.title()
        spans = tuple(plain.span(m.first, m.last) for m in mentions if kecamatan and used.get(kecamatan) is m)
        if desa and desa in desa_named:
            named = desa_named[desa][0]
            spans = (
                (*spans, plain.span(named.first, named.last))
                if plain.span(named.first, named.last) not in spans
                else spans
            )
        point = self._places[desa or kecamatan] if (desa or kecamatan) else None  # type: ignore[index]
        home_code = kecamatan[:5] if kecamatan else (kabupaten or None)
        found = PlaceFound.model_construct(
            kabupaten=home_code,
            kecamatan=kecamatan,
            desa=desa,
            kecamatan_name=name,
            desa_name=desa_name,
            candidates=candidates,
            contradiction=None,
            spans=spans,
            lat=point.lat if point else None,
            lon=point.lon if point else None,
        )
        named_sites = frozenset(c for c, s in scores.items() if s >= BARE + 1)
        desas = frozenset(code for code, (_, role) in desa_named.items() if role >= BARE)
        site_spans = tuple(plain.span(used[c].first, used[c].last) for c in sorted(named_sites) if c in used)
        return Where(found, named_sites, desas, outside[0], outside[1], site_spans)

    def _first_of(self, codes: list[str], used: dict[str, Mention]) -> str:
        return min(codes, key=lambda code: used[code].first)

    def _kabupaten(self, mentions: list[Mention]) -> tuple[str | None, tuple[bool, tuple[Span, ...]]]:  # noqa: C901 - cases, in order
        """Give the kabupaten the text speaks of; "" for one outside whose code is not known."""
        best: tuple[float, int, str] | None = None
        outside = False
        explicit_home = 0.0
        for number, mention in enumerate(mentions):
            if mention.kind == "kabupaten":
                code = (
                    self._home if mention.name == self._names.home_name else self._names.elsewhere.get(mention.name, "")
                )
                if code != self._home and mention.role == ORIGIN:
                    outside = True
                role = mention.role
                if role == ORIGIN:
                    continue
                if code == self._home:
                    role += 0.6
                    explicit_home = max(explicit_home, role)
                if code == "" and mention.name in _PROVINCES:
                    role = 0.1
                if best is None or role > best[0]:
                    best = (role, -number, code)
            elif mention.role >= RESIDENT and mention.kind in {"kecamatan", "desa", "both"} and mention.codes:
                inside = [code for code in mention.codes if code in self._district.places]
                only_outside = not inside
                if inside and mention.kind != "desa" and (best is None or mention.role - 1 > best[0]):
                    best = (mention.role - 1, -number, self._home)
                if only_outside and mention.kind == "kecamatan" and best is None:
                    best = (mention.role - 1.5, -number, mention.codes[0][:5])
        return (best[2] if best else None), (outside, ())

    def _inside(self, codes: tuple[str, ...], kabupaten: str | None) -> tuple[str, ...]:
        if kabupaten is None or kabupaten == self._home:
            home = tuple(code for code in codes if code in self._district.places)
            return home or (codes if kabupaten is None else ())
        if kabupaten == "":
            return ()
        return tuple(code for code in codes if code.startswith(kabupaten))

    def _desa(
        self, codes: tuple[str, ...], mentions: list[Mention], number: int, kabupaten: str | None
    ) -> str | list[str] | None:
        """Resolve "Desa X": by its kecamatan if one is named beside it, else only when one desa is called so."""
        beside = [code for code in codes if self._beside(self._places[code].kecamatan, mentions, number)]
        if len(beside) == 1:
            return beside[0]
        follower = next((m for m in mentions[number + 1 : number + 2] if m.kind in {"kecamatan", "bare"}), None)
        if follower is not None and follower.kind == "kecamatan" and codes:
            named = self._inside(follower.codes, kabupaten)
            if named and self._places[codes[0]].kecamatan not in named:
                return None  # "Desa A, Kecamatan B" where B has no A: the kecamatan stands, the desa is not known
            if not named:
                return None
        if len(codes) == 1:
            return codes[0]
        named_anywhere = [
            code for code in codes if any(self._places[code].kecamatan in m.codes for m in mentions if m.role != ORIGIN)
        ]
        if len(named_anywhere) == 1:
            return named_anywhere[0]
        return list(codes) or None

    def _beside(self, kecamatan: str, mentions: list[Mention], number: int) -> bool:
        """Tell whether a kecamatan is named by the mention next to this one."""
        mention = mentions[number]
        for other in (mentions[number + 1] if number + 1 < len(mentions) else None,):
            if other is not None and kecamatan in other.codes and other.first - mention.last <= LOOK_BACK + 1:
                return True
        return False

    def _lists(self, mentions: list[Mention]) -> set[int]:
        """Give the bare names that stand in a list of three or more."""
        bare = [number for number, mention in enumerate(mentions) if mention.kind == "bare"]
        runs: set[int] = set()
        for at in range(len(bare) - MANY + 1):
            trio = bare[at : at + MANY]
            if all(mentions[b].first - mentions[a].last <= 2 for a, b in pairwise(trio)):  # noqa: PLR2004
                runs.update(trio)
        return runs

    def _stands_as_place(self, plain: Plain, mention: Mention, mentions: list[Mention], number: int) -> bool:
        """Tell whether a bare kecamatan name is used as a place: "di Jenu", "Plumpang, Tuban"."""
        after = mentions[number + 1] if number + 1 < len(mentions) else None
        if after is not None and after.kind == "kabupaten" and after.first - mention.last <= 2:  # noqa: PLR2004
            return True
        before = plain.tokens[mention.first - 1] if mention.first else ""
        return before in {"di", "wilayah", "kawasan", "daerah", "sekitar"} or mention.role >= RESIDENT

    def _similar(self, name: str, kecamatan: str) -> str | None:
        """Find the desa of a kecamatan that a mistyped name means, if it is near enough."""
        choices = self._desa_of.get(kecamatan, {})
        squeezed = name.replace(" ", "")
        found = process.extractOne(
            squeezed, [key.replace(" ", "") for key in choices], scorer=fuzz.ratio, score_cutoff=NEAR_NAME
        )
        return list(choices.values())[found[2]] if found else None

    def _with_fields(self, report: ReportIn, where: Where) -> Where:
        """Let the fields of the form win, and show where the text says otherwise."""
        kecamatan = report.kecamatan or (report.desa[:8] if report.desa else None)
        found = where.found
        if kecamatan is None:
            return where
        desa = report.desa or (found.desa if found.desa and found.desa.startswith(kecamatan) else None)
        place = self._places.get(kecamatan)
        desa_place = self._places.get(desa) if desa else None
        contradiction = None
        if found.kecamatan is not None and found.kecamatan != kecamatan:
            told = place.name if place else kecamatan
            contradiction = f"isian: {told}, teks: {found.kecamatan_name}"
        point = desa_place or place
        fixed = PlaceFound.model_construct(
            kabupaten=kecamatan[:5],
            kecamatan=kecamatan,
            desa=desa,
            kecamatan_name=place.name if place else None,
            desa_name=desa_place.name if desa_place else None,
            candidates=(),
            contradiction=contradiction,
            spans=found.spans,
            lat=point.lat if point else None,
            lon=point.lon if point else None,
        )
        return Where(fixed, where.kecamatan, where.desa, where.from_outside, where.outside_spans, where.site_spans)


def _at_office_outside(before: Sequence[Mention]) -> bool:
    """Tell whether it was said before that it happened at an office outside: "di depan DPRD Jawa Timur"."""
    return any(mention.role == OFFICE and mention.name in _PROVINCES for mention in before)


def _is_served(plain: Plain, mentions: Sequence[Mention], code: str) -> bool:
    """Tell whether an office of a kecamatan is named: "Kecamatan A dan B ... dilaporkan ke Polsek A"."""
    return any(
        code in mention.codes and mention.first > 0 and plain.tokens[mention.first - 1] in _SERVING
        for mention in mentions
    )
