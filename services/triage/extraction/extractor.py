"""Read what a report says, layer by layer: clauses, polarity, frame, deeds, people, facts with their spans. Pure.

A text is read once; what is known beside it (repeats, another source, an officer's word) scores these facts again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from schemas.district import District
from services.triage.deeds.cues import cues_of
from services.triage.deeds.frames import Frames, frames
from services.triage.deeds.meaning import mean
from services.triage.deeds.no_deeds import HOUSEHOLD, PARADE
from services.triage.deeds.peace import NOT_SETTLED, peace_of
from services.triage.deeds.tuples import Reader, Tuple, nouns
from services.triage.extraction import found
from services.triage.extraction.accusations import accused_heads
from services.triage.extraction.casualties import FactsReader
from services.triage.extraction.facts import add_facts
from services.triage.extraction.issues import LEAST, OF_THE_THING, Issues
from services.triage.extraction.learned import CONFLICT, Learned, terms
from services.triage.extraction.reading import Reading
from services.triage.extraction.votes import CEREMONY, Votes, is_sure
from services.triage.forms.happening import Forms
from services.triage.in_step import Steps, finished
from services.triage.text.clauses import clauses
from services.triage.text.lexicon import Hit, Lexicon
from services.triage.text.normalise import Plain
from services.triage.text.polarity import AHEAD, BACKGROUND, DENIED, NEAR, NEGATED, PREVENTED, marks

_WITH_BLADES = frozenset(["ceremony", "sport"])  # what people bring blades to and mean no harm
_HELD_OF = ("convoy", "brawl", "raid")  # forms of which whoever was held had taken part


class Extractor:
    """Reads reports by the words, forms and issues of one district."""

    def __init__(self, district: District, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.forms = Forms(district.forms)
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
        learned = Learned(district.learned) if district.learned else None
        self._votes = Votes(self.forms, self.issues, learned) if learned else None

    def read(self, plain: Plain, *, placed: bool) -> Reading:
        """Read one report from its words; `placed`: a place of the district is named, in words or in a field."""
        return finished(self.steps(plain, placed=placed))

    def steps(self, plain: Plain, *, placed: bool) -> Steps[Reading]:
        """Read one report as `read` does, in steps that those of a batch do together."""
        hits = self._lexicon.scan(plain)
        yield
        cut = clauses(plain)
        predicates = frozenset(
            at
            for hit in hits
            if any(tag.section in {"deed", "casualty", "damage"} for tag in hit.tags)
            for at in range(hit.first, hit.last + 1)
        )
        bits = marks(plain, cut, hits, predicates)
        named = nouns(plain, hits, self._order)
        yield
        told = Reader(plain, cut, bits, named, self._lexicon.deeds).read(hits)
        yield
        sorted_out = found.sorted_out(hits)
        framed = frames(plain, hits, bits, NEGATED | PREVENTED | NEAR)
        issues = self.issues.scores(plain, hits, bits)
        caused = found.caused(hits, sorted_out["party"], bits)
        violence = found.violence(sorted_out, bits, framed.kind)
        parade = any(PARADE in kinds for kinds in named.also.values()) or not plain.lists.at_work.isdisjoint(
            plain.tokens
        )
        beside = found.beside(sorted_out, bits, feast=parade or not framed.benign.keys().isdisjoint(_WITH_BLADES))
        party = bool(sorted_out["party"])
        cues = cues_of(plain, named, framed, violence, placed=placed, issue=caused, party=party, told=beside)
        yield
        mean(told, cues)
        yield
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
        yield
        happening = self.forms.choose(
            told,
            plain,
            framed,
            crowd=people.crowd.min if people.crowd else 0,
            broken=found.broken(sorted_out["damage"], bits),
            cause=caused or placed,
            likely=caused and placed,
            placed=placed,
            called=found.called(sorted_out, bits, frozenset(one.first for one in told if one.explained)),
        )
        if self.forms.has(happening.form, "assembly") and found.only_named(people.killed, plain):
            people.killed = None  # what a peaceful protest is about
        if self.forms.having(*_HELD_OF) & {happening.form} and people.held and not happening.ahead:
            people.crowd = max(people.crowd or people.held, people.held, key=lambda count: count.min)
        if max(issues.values(), default=0.0) < LEAST:
            named_too = (self._of_class[one.target] for one in happening.deeds if one.target in self._of_class)
            for code in dict.fromkeys(named_too):
                issues[code] = issues.get(code, 0.0) + OF_THE_THING
        reading = Reading(happening, people, bits, issues)
        reading.peace, reading.not_made = peace_of(plain, sorted_out["peace"], bits)
        called_for = self.forms.has(happening.form, "call")  # a call to a deed names the deed besides
        tied = cues.tied or called_for or len({one.first for one in told if one.form}) > 1
        yield
        self._decide(reading, plain, hits, told, framed, tied=tied)
        yield
        if framed.fiction and not reading.happening.conflict:
            people.killed = people.injured = people.badly = None
        if people.only_attacked and reading.happening.form not in self._against_people:
            people.injured = None  # "ditebas", "diinjak-injak": of a banner, of trees
        add_facts(self.forms, reading, plain, sorted_out)
        heads = accused_heads(plain, cut, hits, bits, self._lexicon.names_a_place)
        reading.accused = tuple(sorted({*reading.accused, *heads}))
        return reading

    def _decide(
        self,
        reading: Reading,
        plain: Plain,
        hits: Sequence[Hit],
        told: Sequence[Tuple],
        framed: Frames,
        *,
        tied: bool,
    ) -> None:
        """Choose the issue, and let labelled reports decide where the rules are not sure."""
        rules = reading.happening
        reading.issue, reading.second = self._issue(reading)
        deadly = rules.violence and (
            bool(reading.people.killed) or any(one.deed.weapon == "explosives" for one in rules.deeds)
        )
        explained, sure = any(one.explained for one in told), is_sure(rules, framed)
        found = {"tied": tied, "sure": sure, "deadly": deadly, "explained": explained}
        found |= {"settled": reading.settled, "unsettled": reading.peace in NOT_SETTLED}
        said = [name for name, holds in found.items() if holds]
        reading.terms = terms(
            plain, hits, reading.marks, told, framed, rules, reading.issue, said, self._courtesy, reading.not_made
        )
        if self._votes is None:
            return
        likely = self._votes.learned.read(reading.terms)
        form = self._votes.form(rules, likely, framed, deadly=deadly, explained=explained, tied=tied)
        if form == self.forms.nil and deadly and CEREMONY.issuperset(framed.benign):
            form = rules.form  # likeness talks no death and no explosive away, unless a mishap or a crime is told of
        if form != rules.form:
            crowd = reading.people.crowd.min if reading.people.crowd else 0
            reading.happening = self.forms.instead(form, rules, plain, framed, crowd)
            if form == self.forms.nil:
                reading.learned["quiet"] = self._votes.learned.words_for(likely, CONFLICT, CONFLICT, against=True)
            else:
                reading.learned["form"] = self._votes.learned.words_for(likely, "form", form)
            reading.issue, reading.second = self._issue(reading)
        if self.forms.has(form, "rumour"):  # who is said to be dead or hurt is not
            reading.people.killed = reading.people.injured = reading.people.badly = None
        if reading.happening.conflict:
            self._votes.decide_issue(reading, likely)
            self._votes.bound_level(reading, likely)

    def _issue(self, reading: Reading) -> tuple[str, str | None]:
        form = self.forms.named.get(reading.happening.form)
        return self.issues.choose(
            reading.issues,
            reading.happening.form,
            form.issue if form else None,
            conflict=reading.happening.conflict,
            benign=reading.happening.benign,
        )
