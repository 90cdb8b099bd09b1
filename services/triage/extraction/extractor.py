"""Read what a report says, layer by layer: clauses, polarity, frame, deeds, people, facts with their spans. Pure.

A text is read once; what is known beside it (repeats, another source, an officer's word) scores these facts again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.assessment import Count, Span
from schemas.district import District
from schemas.vocabulary import Level
from services.triage.deeds.cues import ARMS, BLADES, CALLS, cues_of
from services.triage.deeds.frames import Frames, frames
from services.triage.deeds.meaning import mean
from services.triage.deeds.no_deeds import HOUSEHOLD, PARADE
from services.triage.deeds.tuples import Reader, Tuple, nouns
from services.triage.extraction.accusations import accused_heads
from services.triage.extraction.casualties import FactsReader
from services.triage.extraction.deaths import DEATH_NAMES
from services.triage.extraction.forms import Forms, Happening
from services.triage.extraction.issues import LEAST, NAMED, OF_THE_THING, Issues
from services.triage.extraction.learned import CONFLICT, LEVEL, Learned, Likely, terms
from services.triage.text.clauses import clauses
from services.triage.text.counted_people import People
from services.triage.text.lexicon import Hit, Lexicon
from services.triage.text.normalise import Plain
from services.triage.text.polarity import AHEAD, BACKGROUND, DENIED, HOAX, NEAR, NEGATED, PREVENTED, marks

_DAMAGE_KIND = {
    "burned": "burned",
    "worship": "house",
    "vital": "house",
    "house": "house",
    "fleeing": "house",
    "light": "light",
}
_DAMAGE_RANK = ("burned", "worship", "vital", "house", "fleeing", "light")
_CALL_RANK = ("violence", "ultimatum", "gather", "rumour")
_SETTLED = frozenset(
    ["berdamai", "sepakat damai", "damai secara kekeluargaan", "secara kekeluargaan", "mufakat", "islah", "disepakati",
     "mencapai kesepakatan", "kesepakatan damai", "saling memaafkan", "dilepaskan", "berakhir damai", "dibuka kembali",
     "menandatangani kesepakatan", "rukun kembali", "sudah dibuka", "dibuka paksa"]
)  # fmt: skip
_MASS_WORDS = frozenset(
    ["tawuran", "massa", "kumpul", "berkumpul", "grup", "rombongan", "ramai", "konvoi", "perang", "semua"]
)
_STILL_WEAK = frozenset(
    """
    masih sedang kian semakin makin berkumpul sekarang meresahkan diresahkan keluh mengeluh mengeluhkan
    """.split()  # noqa: SIM905 - a list of words reads better as words
) | {"saat ini"}
_STILL_CALM = frozenset(["masih kondusif", "tetap kondusif", "tetap aman"])  # of what goes on quietly
_NOW = frozenset(["saat ini", "sekarang"])
_SARA_SAID = frozenset(["sara", "rasis", "suku", "etnis", "ras", "kafir", "pribumi"])
# "Mengancam dengan celurit": what is threatened lies ahead, the weapon is there.
_BORNE = frozenset(
    """
    dengan pakai memakai menggunakan bawa membawa menodongkan mengacungkan menghunus mengalungkan bersenjata
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_USED_ONLY = frozenset(["wood", "stones", "fists", "fireworks"])  # no weapons unless something was done with them
_SECOND_CUES = frozenset(["blades", "molotov", "firearms", "air_guns", "explosives", "stones"])
_SUSPECTED, _TURNED_OUT = "mencurigakan", frozenset(["ternyata", "jebule", "jebul"])
_HELD_ONLY = frozenset(["berisi", "isi", "isinya", "isine", "hanya", "cuma", "kosong", "milik", "bukan"])
# Of what a bomb is made, or that it went off or is still looked at: then nothing is cleared.
_DANGER = frozenset(["meledak", "paku", "kabel", "sumbu", "serbuk", "pipa", "baterai", "aktif", "masih", "belum"])
_SOON = 3  # words after "ternyata" among which one says what it held
_LET_GO, _SHOT = "dilepaskan", frozenset(["mata", "tembakan", "peringatan", "panah"])
_NO_ARMS = frozenset(["fists", "fireworks", "no_weapon"])
_DEADLY = frozenset(["blades", "firearms"])
_AT_WORK = frozenset(
    """
    kurban qurban menyembelih disembelih sembelih panen memanen praktik bakti berburu ngarit ngramban memotong
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_WITH_BLADES = frozenset(["ceremony", "sport"])  # what people bring blades to and mean no harm
_WOUNDS = frozenset(["hurt", "badly", "dead"])
_CLOSED = ("closed", "paralysed")  # kinds of disruption: keys of the policy's `kerusakan`
HIGHWAY = "highway"  # a road that the whole district needs: shut, it is at a standstill
_HELD_OF = ("convoy", "brawl", "raid")  # forms of which whoever was held had taken part
_NAMES_OF_DEATH = DEATH_NAMES | {"pembunuhan"}
_CEREMONY = frozenset(["ceremony"])  # in which people fight too: it makes what the rules found no less sure
_SECTIONS = ("occasion", "weapon", "damage", "trigger", "call", "stage", "accused", "party", "casualty")
Found = list[tuple[Hit, str]]
# How much the rules' own answer weighs against what labelled reports say (logarithms of chances): decision 0067 says
# how they were found. On conflict and the issue it counts in a short text alone, the more, the less of it is known.
RULES_VOTE, GUESSED_VOTE = 0.25, 0.125
SHORT_TIMES = 6.0  # as often the rules' form weighs in a text of which nothing is known
SHORT_ISSUE_VOTE = 2.0
HALF_KNOWN = 0.5  # of a text of which less is known, what the rules are sure was violent stays so
SHORT_CERTAIN_VOTE, SHORT_CONFLICT_VOTE, SHORT_QUIET_VOTE = 6.0, 3.0, -0.8
CERTAIN_VOTE = 1.0  # in every text for what the rules are sure was violent, and for a death in violence
LEVEL_CHANCE = 0.65  # from which what readers gave to reports like it is a floor: decision 0067


@dataclass(slots=True)
class Reading:
    """Everything the judgement needs to know from the words."""

    happening: Happening
    people: People
    marks: list[int]
    issues: dict[str, float] = field(default_factory=dict)  # issue -> how much its words say
    weapons: set[str] = field(default_factory=set)
    weapon_spans: tuple[Span, ...] = ()
    damage: set[str] = field(default_factory=set)
    damage_kind: str | None = None
    damage_spans: tuple[Span, ...] = ()
    trigger: str | None = None
    says_sara: bool = False
    sara_spans: tuple[Span, ...] = ()
    group_spans: tuple[Span, ...] = ()
    call: str | None = None
    call_spans: tuple[Span, ...] = ()
    massed: bool = False  # the call is to many: to a gathering or a brawl
    resident_spans: tuple[Span, ...] = ()  # "warga": the people of the place
    still: bool = False
    still_spans: tuple[Span, ...] = ()
    settled: bool = False
    calmed: bool = False
    parties: frozenset[str] = frozenset()
    occasions: frozenset[str] = frozenset()  # issues whose vulnerable days the words name: "pengesahan warga baru"
    accused: tuple[str, ...] = ()
    issue: str = ""
    second: str | None = None  # another issue that its words name
    likely: Level = Level.RENDAH  # readers gave at least this to labelled reports of such words
    likely_words: tuple[str, ...] = ()
    learned: dict[str, tuple[str, ...]] = field(default_factory=dict)  # what was decided by likeness -> its words
    terms: Mapping[str, Sequence[str]] = field(default_factory=dict)  # what was counted for that


class Extractor:
    """Reads reports by the words, forms and issues of one district."""

    def __init__(self, district: District, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.forms = Forms(district.forms)
        self._known_forms = district.forms
        self._against_people = self.forms.having("violent") - self.forms.having("damage", "fire")
        self.issues = Issues(district.issues)
        listed = district.lexicon.get("noun", {})
        hints: Any = district.lexicon.get("of_class", {})
        self._of_class: Mapping[str | None, str] = {
            kind: str(code) for kind, code in hints.items() if code in district.issues
        }
        self._order = {kind: at for at, kind in enumerate(listed if isinstance(listed, dict) else ())}
        courtesy: Any = district.lexicon.get("courtesy", ())
        self._courtesy = frozenset(courtesy)
        self._learned = Learned(district.learned) if district.learned else None

    def read(self, plain: Plain, *, placed: bool) -> Reading:
        """Read one report from its words; `placed`: a place of the district is named, in words or in a field."""
        hits = self._lexicon.scan(plain)
        cut = clauses(plain)
        predicates = frozenset(
            at
            for hit in hits
            if any(tag.section in {"deed", "casualty", "damage"} for tag in hit.tags)
            for at in range(hit.first, hit.last + 1)
        )
        bits = marks(plain, cut, hits, predicates)
        named = nouns(plain, hits, self._order)
        told = Reader(plain, cut, bits, named, self._lexicon.deeds).read(hits)
        sorted_out = _sorted_out(hits)
        framed = frames(plain, hits, bits, NEGATED | PREVENTED | NEAR)
        issues = self.issues.scores(plain, hits, bits)
        caused = _caused(hits, sorted_out["party"], bits)
        violence = _violence(sorted_out, bits, framed.kind)
        parade = any(PARADE in kinds for kinds in named.also.values()) or not _AT_WORK.isdisjoint(plain.tokens)
        beside = _beside(sorted_out, bits, feast=parade or not framed.benign.keys().isdisjoint(_WITH_BLADES))
        party = bool(sorted_out["party"])
        mean(told, cues_of(plain, named, framed, violence, placed=placed, issue=caused, party=party, told=beside))
        attacks = [
            one
            for one in told
            if (one.form or one.explained == HOUSEHOLD)
            and one.sure
            and one.deed.hurts
            and not one.mark & (DENIED | AHEAD | BACKGROUND)
        ]
        if framed.drill:
            attacks = []
        people = FactsReader(plain, hits, bits, attacks).read()
        happening = self.forms.choose(
            told,
            plain,
            framed,
            crowd=people.crowd.min if people.crowd else 0,
            broken=_broken(sorted_out["damage"], bits),
            cause=caused or placed,
            likely=caused and placed,
            placed=placed,
            called=_called(sorted_out, bits, frozenset(one.first for one in told if one.explained)),
        )
        if self.forms.has(happening.form, "assembly") and _only_named(people.killed, plain):
            people.killed = None  # what a peaceful protest is about
        if self.forms.having(*_HELD_OF) & {happening.form} and people.held and not happening.ahead:
            people.crowd = max(people.crowd or people.held, people.held, key=lambda count: count.min)
        if max(issues.values(), default=0.0) < LEAST:
            named_too = (self._of_class[one.target] for one in happening.deeds if one.target in self._of_class)
            for code in dict.fromkeys(named_too):
                issues[code] = issues.get(code, 0.0) + OF_THE_THING
        reading = Reading(happening, people, bits, issues)
        self._decide(reading, plain, hits, told, framed)
        if framed.fiction and not reading.happening.conflict:
            people.killed = people.injured = people.badly = None
        if people.only_attacked and reading.happening.form not in self._against_people:
            people.injured = None  # "ditebas", "diinjak-injak": of a banner, of trees
        self._facts(reading, plain, sorted_out)
        heads = accused_heads(plain, cut, hits, bits, self._lexicon.names_a_place)
        reading.accused = tuple(sorted({*reading.accused, *heads}))
        return reading

    def _decide(
        self, reading: Reading, plain: Plain, hits: Sequence[Hit], told: Sequence[Tuple], framed: Frames
    ) -> None:
        """Choose the issue, and let labelled reports decide where the rules are not sure."""
        rules = reading.happening
        reading.issue, reading.second = self._issue(reading)
        reading.terms = terms(plain, hits, reading.marks, told, framed, rules, reading.issue, self._courtesy)
        if self._learned is None:
            return
        likely = self._learned.read(reading.terms)
        deadly = rules.violence and (
            bool(reading.people.killed) or any(one.deed.weapon == "explosives" for one in rules.deeds)
        )
        explained = any(one.explained for one in told)
        form = self._form(rules, likely, framed, deadly=deadly, explained=explained)
        if form == self.forms.nil and deadly and _CEREMONY.issuperset(framed.benign):
            form = rules.form  # likeness talks no death and no explosive away, unless a mishap or a crime is told of
        if form != rules.form:
            crowd = reading.people.crowd.min if reading.people.crowd else 0
            reading.happening = self.forms.instead(form, rules, plain, framed, crowd)
            if form == self.forms.nil:
                reading.learned["quiet"] = self._learned.words_for(likely, CONFLICT, CONFLICT, against=True)
            else:
                reading.learned["form"] = self._learned.words_for(likely, "form", form)
            reading.issue, reading.second = self._issue(reading)
        if self.forms.has(form, "rumour"):  # who is said to be dead or hurt is not
            reading.people.killed = reading.people.injured = reading.people.badly = None
        if reading.happening.conflict:
            self._likely_issue(reading, likely)
            self._likely_level(reading, likely)

    def _issue(self, reading: Reading) -> tuple[str, str | None]:
        form = self._known_forms.get(reading.happening.form)
        return self.issues.choose(
            reading.issues,
            reading.happening.form,
            form.issue if form else None,
            conflict=reading.happening.conflict,
            benign=reading.happening.benign,
        )

    def _form(self, rules: Happening, likely: Likely, framed: Frames, *, deadly: bool, explained: bool) -> str:
        """Give the form by what the rules found and what labelled reports of such words were."""
        sure = rules.violence and not rules.guessed and _CEREMONY.issuperset(framed.benign)
        short = SHORT_QUIET_VOTE
        if rules.conflict:
            short = SHORT_CERTAIN_VOTE if sure else SHORT_CONFLICT_VOTE
        elif explained:  # what was done was one household's, or a contest: no less sure than violence
            short = -SHORT_CERTAIN_VOTE
        chance = likely.known * likely.conflict + (1 - likely.known) * short
        if not rules.conflict and explained:
            chance -= CERTAIN_VOTE
        if rules.conflict and (sure or deadly):
            chance += CERTAIN_VOTE
        if chance < 0 or (framed.drill and not rules.conflict):
            return self.forms.nil
        votes = {form: chance for form, chance in likely.forms.items() if form in self._known_forms}
        if sure:  # what a rumour has caused is no rumour
            votes = {form: chance for form, chance in votes.items() if not self.forms.has(form, "rumour")}
        if sure and likely.known < HALF_KNOWN and self.forms.has(rules.form, "violent"):
            votes = {form: chance for form, chance in votes.items() if self.forms.has(form, "violent")}
        if rules.conflict and rules.form not in votes:
            return rules.form  # of which no labelled report tells
        if rules.conflict:
            votes[rules.form] += (GUESSED_VOTE if rules.guessed else RULES_VOTE) * _times(likely)
        return max(votes, key=lambda form: votes[form], default=rules.form)

    def _likely_issue(self, reading: Reading, likely: Likely) -> None:
        votes = {code: chance for code, chance in likely.issues.items() if code in self.issues.known}
        if reading.issue not in votes:
            return
        votes[reading.issue] += SHORT_ISSUE_VOTE * (1 - likely.known)
        issue = max(votes, key=lambda code: votes[code], default=reading.issue)
        if issue != reading.issue and self._learned is not None:
            reading.learned["issue"] = self._learned.words_for(likely, "issue", issue)
            reading.second = reading.issue if reading.issues.get(reading.issue, 0.0) >= LEAST else None
            reading.issue = issue

    def _likely_level(self, reading: Reading, likely: Likely) -> None:
        for name, chance in likely.levels.items():
            if likely.known * chance >= LEVEL_CHANCE and Level[name] > reading.likely and self._learned is not None:
                reading.likely = Level[name]
                reading.likely_words = self._learned.words_for(likely, LEVEL, name)

    def _facts(self, reading: Reading, plain: Plain, found: Mapping[str, Found]) -> None:
        """Add the facts that the score is made of."""
        form = reading.happening.form
        burned_for_use = _covered(found["damage"], "not_burned")
        self._weapons(reading, plain, found["weapon"])
        self._damage(reading, plain, found["damage"], burned_for_use)
        _triggers(reading, plain, found["trigger"])
        _calls(reading, plain, found["call"])
        reading.massed = not _MASS_WORDS.isdisjoint(plain.tokens)
        if "warga" in plain.tokens:
            at = plain.tokens.index("warga")
            reading.resident_spans = (plain.span(at, at),)
        quiet = not self.forms.having("violent") & {form}
        _course(reading, plain, found["stage"], quiet=quiet)
        reading.occasions = frozenset(key for _, key in found["occasion"])
        reading.parties = frozenset(" ".join(plain.tokens[hit.first : hit.last + 1]) for hit, _ in found["party"])
        reading.accused = tuple(sorted({key for hit, key in found["accused"] if not reading.marks[hit.first] & DENIED}))

    def _weapons(self, reading: Reading, plain: Plain, found: Found) -> None:
        """Keep the weapons told as present; "kayu" and "sarung" only where something was done with them."""
        spans: list[Span] = []
        unarmed = _covered(found, "no_weapon") | _cleared(plain, found)
        happening = reading.happening
        for hit, key in found:
            mark = reading.marks[hit.first]
            if (
                hit.first in unarmed or not happening.conflict or self.forms.has(happening.form, "rumour")
            ):  # "tembakan peringatan" is the police's
                continue
            shown = happening.near or bool(self.forms.having("threat", "convoy") & {happening.form})
            threat = shown and plain.tokens[max(0, hit.first - 1)] in _BORNE
            if mark & (DENIED | BACKGROUND) or (mark & AHEAD and not (happening.near or threat)):
                continue
            if key in _USED_ONLY and not (happening.violence or threat):
                continue
            if key == "explosives" and plain.tokens[hit.first : hit.first + 2] == ["bom", "molotov"]:
                continue
            reading.weapons.add(key)
            spans.append(plain.span(hit.first, hit.last))
        for one in happening.deeds if happening.violence else ():
            if one.deed.weapon and one.first not in unarmed and not one.mark & (DENIED | AHEAD | BACKGROUND):
                reading.weapons.add(one.deed.weapon)
                spans.append(plain.span(one.first, one.last))
        reading.weapon_spans = tuple(dict.fromkeys(spans))[:4]

    def _damage(self, reading: Reading, plain: Plain, found: Found, burned_for_use: frozenset[int]) -> None:
        """Keep what was damaged or shut by what is told."""
        happening = reading.happening
        traits = self.forms.having("violent", "closure", "assembly", "raid", "hold", "threat", "convoy")
        if happening.form not in traits and not happening.violence:
            return
        spans: list[Span] = []
        closure = self.forms.has(happening.form, "closure") or bool(
            self.forms.having("closure") & {one.form for one in happening.deeds}
        )
        if closure and not happening.ahead:
            reading.damage.add(_CLOSED[0])
            spans += happening.spans[:1]
        for hit, key in found:
            if key in {"not_burned", "no_bomb"} or (key == "burned" and hit.first in burned_for_use):
                continue
            if reading.marks[hit.first] & (DENIED | AHEAD | BACKGROUND) or reading.marks[hit.last] & DENIED:
                continue
            if key == HIGHWAY:
                reading.damage.update(_CLOSED[1:] if closure else ())
                continue
            if key in _CLOSED and not (closure or self.forms.has(happening.form, "assembly")):
                continue
            if key not in _CLOSED and not happening.violence and self.forms.has(happening.form, "threat"):
                continue
            reading.damage.add(key)
            spans.append(plain.span(hit.first, hit.last))
        reading.damage_spans = tuple(dict.fromkeys(spans))[:4]
        worst = next((kind for kind in _DAMAGE_RANK if kind in reading.damage), None)
        reading.damage_kind = _DAMAGE_KIND[worst] if worst else None


def _sorted_out(hits: Sequence[Hit]) -> dict[str, Found]:
    found: dict[str, Found] = {section: [] for section in _SECTIONS}
    for hit in hits:
        for tag in hit.tags:
            if (listed := found.get(tag.section)) is not None:
                listed.append((hit, tag.key))
    air_guns = _covered(found["weapon"], "air_guns")
    if air_guns:
        found["weapon"] = [(hit, key) for hit, key in found["weapon"] if key != "firearms" or hit.first not in air_guns]
    return found


def _covered(found: Found, kind: str) -> frozenset[int]:
    """Give the tokens of the phrases of a kind."""
    return frozenset(at for hit, key in found if key == kind for at in range(hit.first, hit.last + 1))


def _cleared(plain: Plain, found: Found) -> frozenset[int]:
    """Give the tokens of what was suspected and was none: "tas mencurigakan ... ternyata berisi baju"."""
    turned = next((at for at, word in enumerate(plain.tokens) if word in _TURNED_OUT), None)
    if turned is None or any(key in _SECOND_CUES and hit.first > turned for hit, key in found):
        return frozenset()
    after = plain.tokens[turned + 1 :]
    if _HELD_ONLY.isdisjoint(after[:_SOON]) or not _DANGER.isdisjoint(after):
        return frozenset()
    suspected = [hit for hit, _ in found if _SUSPECTED in plain.tokens[hit.first : min(hit.last + 1, turned)]]
    return frozenset(at for hit in suspected for at in range(hit.first, hit.last + 1))


def _violence(found: Mapping[str, Found], bits: Sequence[int], benign: str | None) -> frozenset[int]:
    """Give the tokens of wounds and weapons told of, where no mishap explains them."""
    if benign in {"accident", "disaster"}:
        return frozenset()
    unsaid = DENIED | AHEAD | BACKGROUND
    told = [hit for hit, key in found["casualty"] if key in _WOUNDS and not bits[hit.first] & unsaid]
    told += [hit for hit, key in found["weapon"] if key in _SECOND_CUES and not bits[hit.first] & DENIED]
    told = [hit for hit in told if not any(tag.section == "deed" for tag in hit.tags)]  # a deed is no cue beside itself
    return frozenset(at for hit in told for at in range(hit.first, hit.last + 1))


def _beside(found: Mapping[str, Found], bits: Sequence[int], *, feast: bool) -> frozenset[str]:
    """Give what else is told that some deeds need beside them: weapons, a call to people; blades not at a feast."""
    arms = any(key not in _NO_ARMS and not bits[hit.first] & DENIED for hit, key in found["weapon"])
    calls = any(key in {"gather", "violence"} and not bits[hit.first] & DENIED for hit, key in found["call"])
    none = _covered(found["weapon"], "no_weapon")
    blades = not feast and any(
        key in _DEADLY and not bits[hit.first] & DENIED and hit.first not in none for hit, key in found["weapon"]
    )
    return frozenset(name for name, told in ((ARMS, arms), (BLADES, blades), (CALLS, calls)) if told)


def _caused(hits: Sequence[Hit], parties: Found, bits: Sequence[int]) -> bool:
    """Tell whether something is named that it is about; names of groups name nothing."""
    names = frozenset(at for hit, _ in parties for at in range(hit.first, hit.last + 1))
    return any(
        tag.section == "issue" and tag.weight >= NAMED and not bits[hit.first] & DENIED
        for hit in hits
        if names.isdisjoint(range(hit.first, hit.last + 1))
        for tag in hit.tags
    )


def _broken(found: Found, bits: Sequence[int]) -> bool:
    """Tell whether something is told as damaged."""
    told = {"light", "house", "burned", "worship", "vital"}
    return any(key in told and not bits[hit.first] & (DENIED | AHEAD | BACKGROUND) for hit, key in found)


def _only_named(killed: Count | None, plain: Plain) -> bool:
    """Tell "menuntut usut kematian sopir" from a death at the protest itself."""
    if killed is None or not killed.spans:
        return False
    at = next((at for at, span in enumerate(plain.spans) if span[0] == killed.spans[-1][0]), None)
    return at is not None and plain.tokens[at] in _NAMES_OF_DEATH


def _called(found: Mapping[str, Found], bits: Sequence[int], explained: frozenset[int]) -> bool:
    """Tell whether people are called to something; `explained`: deeds that are no call ("suami bunuh istri")."""
    calls = {"gather", "ultimatum", "violence"}
    return any(
        key in calls and not bits[hit.first] & DENIED and hit.first not in explained for hit, key in found["call"]
    )


def _triggers(reading: Reading, plain: Plain, found: Found) -> None:
    sara: list[Span] = []
    group: list[Span] = []
    for hit, key in found:
        if reading.marks[hit.first] & DENIED and not reading.marks[hit.first] & HOAX:
            continue
        span = plain.span(hit.first, hit.last)
        if key == "sara":
            sara.append(span)
            if plain.tokens[hit.first] in _SARA_SAID:
                reading.says_sara = True
        else:
            group.append(span)
    reading.sara_spans = tuple(dict.fromkeys(sara))[:3]
    reading.group_spans = tuple(dict.fromkeys(group))[:3]
    reading.trigger = "sara" if reading.says_sara else "group" if group else None


def _calls(reading: Reading, plain: Plain, found: Found) -> None:
    spans: dict[str, list[Span]] = {}
    for hit, key in found:
        if reading.marks[hit.first] & (NEGATED | PREVENTED) and key != "rumour":
            continue
        if key == "violence" and reading.marks[hit.first] & BACKGROUND:
            continue
        spans.setdefault(key, []).append(plain.span(hit.first, hit.last))
    for kind in _CALL_RANK:
        if kind in spans:
            reading.call = kind
            reading.call_spans = tuple(dict.fromkeys(spans[kind]))[:3]
            return


def _right_before(plain: Plain, hit: Hit, happening: Happening) -> bool:
    """Say whether "sekarang" stands right before the deed: "sekarang bentrok", not "sekarang sudah kondusif"."""
    following = range(hit.last + 1, min(len(plain.tokens), hit.last + 3))
    starts = {plain.span(at, at)[0] for at in following if plain.clauses[at] == plain.clauses[hit.last]}
    return any(start in starts for start, _ in happening.spans)


def _times(likely: Likely) -> float:
    """Say how many times the rules' vote counts: the more, the less of a text labelled reports know."""
    return 1 + (1 - likely.known) * (SHORT_TIMES - 1)


def _course(reading: Reading, plain: Plain, found: Found, *, quiet: bool) -> None:
    """Read whether it still goes on, has calmed down, or was settled."""
    weak: list[Span] = []
    strong: list[Span] = []
    brief = False
    for hit, key in found:
        words = " ".join(plain.tokens[hit.first : hit.last + 1])
        denied = reading.marks[hit.first] & DENIED
        if key == "ongoing" and not denied:
            vague = words in _STILL_WEAK and not (words in _NOW and _right_before(plain, hit, reading.happening))
            (weak if vague else strong).append(plain.span(hit.first, hit.last))
        elif key == "brief":
            brief = True
        elif key == "resolved" and quiet and words in _STILL_CALM:
            weak.append(plain.span(hit.first, hit.last))
        elif words == _LET_GO and plain.tokens[hit.first - 1] in _SHOT:
            continue  # "gas air mata dilepaskan" ends nothing
        elif key == "resolved" and not denied and not reading.marks[hit.first] & (AHEAD | BACKGROUND):
            reading.calmed = True
            reading.settled = reading.settled or words in _SETTLED
    reading.calmed = reading.calmed or (brief and not strong and not weak)
    reading.still = bool(strong) or (bool(weak) and quiet)
    reading.still_spans = tuple(dict.fromkeys(strong + weak))[:2]
