"""Read how many died and were hurt; masses are read in `crowds`. Pure.

A number belongs to the word beside it: "empat orang tewas", "menewaskan 4 orang", "dikeroyok sembilan pemuda"; after a
label, "MD: 0", "luka berat (2)", the label's own number counts and no neighbour's. Words such as "puluhan" are floors.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.assessment import Count, Span
from services.triage.deeds.tuples import Tuple
from services.triage.extraction.crowds import Crowds
from services.triage.extraction.deaths import is_no_death
from services.triage.extraction.victims import victims
from services.triage.text.counted_people import PEOPLE, Counted, People
from services.triage.text.lexicon import Hit
from services.triage.text.normalise import Plain
from services.triage.text.numbers import Number
from services.triage.text.polarity import AHEAD, BACKGROUND, DENIED

BEFORE, AFTER, FAR = 8, 5, 14  # tokens between a number and the word it belongs to
BODY_REACH = 2  # tokens between a wound and the part of the body: "robek di pelipis", "jarinya hampir putus"
_OF_PEOPLE = frozenset(["people", "casualty"])  # sections of the lexicon
_OF_THE_BODY = {"torn": "hurt", "broken": "badly"}
NOBODY_REACH = 6  # tokens in which "tak seorang pun" stands before a word of wounds
_NOT = frozenset(["tidak", "tak", "tiada", "tanpa", "belum", "bukan", "ora", "gak", "nggak"])
LABEL_REACH = 3  # tokens between a label and its number: "luka berat orang: 2"
_NEXT_TO = frozenset(
    """
    : sebanyak sekitar sedikitnya setidaknya korban berjumlah yakni yaitu dunia total ada bertambah menjadi jadi
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_ALREADY = frozenset(
    ["sampun", "sudah", "telah", "wis", "akhirnya", "langsung", "kemudian"]
)  # "setunggal sampun pejah"
_STRUCK = frozenset(["kena", "terkena", "tertembak"])
_AMONG = frozenset(["antaranya", "diantaranya", "termasuk", "antarane", "diantarane"])
_ALL_OF = {"kedua": 2, "keduanya": 2, "ketiga": 3, "ketiganya": 3, "keempat": 4, "keempatnya": 4}
_MANY_OR_WHO_DID = (
    ["rombongan"],
    ["kelompok"],
    ["keluarga"],
    ["massa"],
    ["tersangka"],
    ["terdakwa"],
    ["pihak"],
    ["kubu"],
)
_OF_TIMES = frozenset(["hari", "kali", "malam", "pekan", "minggu", "bulan", "tahun", "babak", "jilid", "yang"])
_NONE = frozenset(["0", "nihil", "nol", "kosong", "nil"])
_IN_LABEL = frozenset(
    ["dunia", "orang", "korban", "berat", "ringan", "jiwa", "jumlah", "sebanyak", ":", "=", "(", "-", "luka", "."]
)
_TOGETHER = frozenset(["dan", "maupun"])  # "korban jiwa dan luka nol"


@dataclass(frozen=True, slots=True)
class _Hurt:
    """Persons hurt, as one word of a text tells of them."""

    low: int
    high: int | None
    spans: tuple[Span, ...]
    sentence: int
    kind: str  # badly, hurt, attacked

    def count(self) -> Count:
        return Count.model_construct(min=self.low, max=self.high, spans=self.spans)


class FactsReader:
    """Reads the numbers of people in one text."""

    def __init__(self, plain: Plain, hits: Sequence[Hit], marks: Sequence[int], attacks: Sequence[Tuple]) -> None:
        self._plain = plain
        self._marks = marks
        self._attacks = attacks
        self._counted = counted = Counted(plain, hits)
        self._noun_of = counted.noun_of
        self._casualties: list[tuple[int, int, str]] = []  # first, last, dead|badly|hurt
        self._held: set[int] = set()
        self._nobody: dict[str, tuple[int, int]] = {}  # nobody | no_dead -> tokens that say so
        self._alive: list[int] = []  # tokens that say that those said to be dead are alive
        self._minors: list[Hit] = []
        self._used: set[int] = set()
        self._weapon: set[int] = set()
        self._no_wound: set[int] = set()
        named: dict[str, set[int]] = {"body": set(), "thing": set(), "animal": set()}
        of_people: list[tuple[Hit, str, str]] = []
        for hit in hits:
            for tag in hit.tags:
                section, key = tag.section, tag.key
                if section == "noun":
                    if key in named:
                        named[key].add(hit.first)
                elif section == "weapon":
                    self._weapon.add(hit.first)
                elif section in _OF_PEOPLE:
                    of_people.append((hit, section, key))
                    if key == "no_wound" and section == "casualty":
                        self._no_wound.update(range(hit.first, hit.last + 1))
        self._body, self._thing, self._animal = named.values()
        for hit, section, key in of_people:
            self._sort(hit, section, key)
        self._casualty_at = {first for first, _, _ in self._casualties}

    def _sort(self, hit: Hit, section: str, key: str) -> None:
        """Keep what a hit says of people."""
        if section == "people" and key == "held":
            self._held.add(hit.first)
        elif section == "people" and key == "minors":
            self._minors.append(hit)
        elif section == "casualty" and key == "alive":
            self._alive.append(hit.first)
        elif section == "casualty" and key in {"nobody", "no_dead"}:
            self._nobody.setdefault(key, (hit.first, hit.last))
        elif section == "casualty" and not self._struck_a_thing(hit):
            kind = self._wound(hit, key)
            if kind is not None:
                self._casualties.append((hit.first, hit.last, kind))

    def _wound(self, hit: Hit, key: str) -> str | None:
        """Give what a word of a wound says: "robek" only of a part of the body, "kena" only of a weapon."""
        if key == "no_wound" or hit.first in self._no_wound:
            return None
        if key in _OF_THE_BODY:
            near = range(hit.first - BODY_REACH, hit.last + BODY_REACH + 1)
            return _OF_THE_BODY[key] if not self._body.isdisjoint(near) else None
        if key == "dies":
            return "dead" if self._somebody_dies(hit) else None
        if key == "passed":
            return "dead" if self._attacks or self._somebody_dies(hit) else None
        if key == "struck":
            return "hurt" if not self._weapon.isdisjoint((hit.last + 1, hit.last + 2)) else None
        return key

    def _somebody_dies(self, hit: Hit) -> bool:
        """Tell "loro mati" and "sing mati papat" from "lampu mati dua jam"."""
        before, after = self._counted.before(hit.first), self._counted.after(hit.last + 1)
        tokens, who_at = self._plain.tokens, hit.first - 1
        while who_at > 0 and tokens[who_at] in _ALREADY:
            who_at -= 1
        if any(number.last == who_at for number in before) or self._counted.kind(who_at) in PEOPLE:
            return hit.first > 0
        ends = {number.last + 1 for number in after if number.first == hit.last + 1}
        who = tokens[hit.first - 1] in {"sing", "yang", "seng", "korban"} if hit.first else False
        return (who or bool(self._attacks)) and any(
            end == len(tokens) or not tokens[end].isalpha() or self._counted.kind(end) in PEOPLE for end in ends
        )

    def _struck_a_thing(self, hit: Hit) -> bool:
        """Tell "rumah terkena batu" from "warga terkena batu"."""
        if self._plain.tokens[hit.first] not in _STRUCK:
            return False
        return self._counted.last_named(hit.first, BEFORE) in {"things", "vehicles"}

    def read(self) -> People:
        """Read all numbers of people."""
        people = People()
        low, high = self._nobody.get("no_dead", (0, -1))
        said = [one for one in self._casualties if not low <= one[0] <= high]  # "tak ada yang kehilangan nyawa"
        self._casualties = [one for one in said if not self._stated_none(*one)]
        self._dead(people)
        self._hurt(people)
        crowds = Crowds(self._plain, self._counted, self._marks, self._used)
        crowds.held(people, self._held)
        crowds.took_part(people)
        marks = self._marks
        people.minors = any(not marks[hit.first] & DENIED for hit in self._minors)
        return people

    # -- casualties -------------------------------------------------------------------------------------------------

    def _stated_none(self, first: int, last: int, kind: str) -> bool:
        """Tell "MD: 0", "meninggal: - orang", "luka (nihil)" and note that it was said."""
        tokens = self._plain.tokens
        at, label = last + 1, False
        counted = any(number.last == first - 1 for number in self._counted.before(first))
        between = _IN_LABEL | _TOGETHER if tokens[first] == "korban" and not counted else _IN_LABEL
        while at < len(tokens) and at - last <= LABEL_REACH + 1 and tokens[at] in between:
            label = label or tokens[at] in {":", "=", "(", "-"}
            at += 1
        word = tokens[at] if at < len(tokens) else "."
        dash = label and tokens[at - 1] in {"-", "orang"} and "-" in tokens[last + 1 : at]
        none = word in _NONE or (label and tokens[at : at + 2] == ["tidak", "ada"])
        if not (none or (dash and not word[0].isdigit())):
            return False
        self._nobody.setdefault("no_dead" if kind == "dead" else "nobody_hurt", (first, min(at, len(tokens) - 1)))
        return True

    def _told(self, first: int) -> bool:
        return not self._marks[first] & (DENIED | AHEAD | BACKGROUND) and not self._nobody_was(first)

    def _nobody_was(self, first: int) -> bool:
        """Tell "tak seorang pun terluka"."""
        before = self._plain.tokens[max(0, first - NOBODY_REACH) : first]
        at = before.index("pun") if "pun" in before else 0
        return at > 1 and before[at - 1] in {"seorang", "orang", "satu"} and not _NOT.isdisjoint(before[:at])

    def _dead(self, people: People) -> None:
        counts = [self._one_dead(first, last) for first, last, kind in self._casualties if kind == "dead"]
        told = [one for one in counts if one is not None]
        if told:
            low, high, spans = max(told, key=lambda count: count[0])
            people.killed = Count.model_construct(min=low, max=high, spans=spans)
        elif (at := self._nobody.get("no_dead") or self._nobody.get("nobody")) is not None:
            people.killed = Count.model_construct(min=0, max=0, spans=(self._plain.span(*at),))

    def _one_dead(self, first: int, last: int) -> tuple[int, int | None, tuple[Span, ...]] | None:
        """Give how many one word says died."""
        if not self._told(first) or is_no_death(self._plain, first, last, self._animal, self._thing, self._alive):
            return None
        if self._plain.tokens[first] in self._plain.lists.killings:
            return 1, 1, (self._plain.span(first, last),)
        inside = (number for number in self._counted.after(first) if first < number.first and number.last < last)
        number = next(inside, None) or self._number_for(first, last)  # "merenggut dua nyawa"
        low, high = self._size(number, people_default=1)
        return low, high, self._spans(number, first, last)

    def _hurt(self, people: People) -> None:
        dead_at = {first for first, _, kind in self._casualties if kind == "dead" and self._told(first)}
        told = [one for first, last, kind in self._casualties if (one := self._one_hurt(first, last, kind, dead_at))]
        attacked = [one for deed in self._attacks if (one := self._one_attacked(deed))]
        badly = [one for one in told if one.kind == "badly"]
        if badly:
            people.badly = max(badly, key=lambda one: one.low).count()
        if not told and (victims_told := self._victims_counted(dead_at)):
            told = [victims_told]
        if told or attacked:
            self._together(people, told, attacked, dead_at)
            people.only_attacked = not told
        elif (at := self._nobody.get("nobody") or self._nobody.get("nobody_hurt")) is not None:
            people.injured = Count.model_construct(min=0, max=0, spans=(self._plain.span(*at),))

    def _one_hurt(self, first: int, last: int, kind: str, dead_at: set[int]) -> _Hurt | None:
        """Give how many one word says were hurt."""
        if kind == "dead" or not self._told(first):
            return None
        tokens, sentence = self._plain.tokens, self._plain.sentences[first]
        if tokens[first] == "jahitan" or self._is_wounds(first):
            return _Hurt(1, 1, (self._plain.span(first, last),), sentence, kind)
        number = self._number_for(first, last)
        if number is None and tokens[first] in self._plain.lists.stated_after_care and dead_at:
            return None
        low, high = self._size(number, people_default=1)
        return _Hurt(low, high, self._spans(number, first, last), sentence, kind)

    def _victims_counted(self, dead_at: set[int]) -> _Hurt | None:
        """Read "korban 2 orang" where no word says what became of them: they were hurt, if anybody was."""
        if dead_at or self._nobody:
            return None
        tokens = self._plain.tokens
        for number in self._counted.numbers:
            at = number.first - 1
            if at > 0 and tokens[at] in {":", "=", "sebanyak"}:
                at -= 1
            if at >= 0 and tokens[at] == "korban" and self._told(at) and number.first not in self._used:
                return _Hurt(
                    number.low, number.high, self._spans(number, at, at), self._plain.sentences[at], "attacked"
                )
        return None

    def _one_attacked(self, deed: Tuple) -> _Hurt | None:
        found = victims(self._plain, self._counted, deed)
        return None if found is None else _Hurt(*found, self._plain.sentences[deed.first], "attacked")

    def _together(self, people: People, told: list[_Hurt], attacked: list[_Hurt], dead_at: set[int]) -> None:
        """Put together what several words tell: the largest counts, others of its sentence beside it."""
        killed = people.killed is not None and people.killed.min > 0
        if killed and not told:
            return  # the one who was attacked is the one who died
        everything = told + attacked
        of_the_dead = all(len(one.spans) == 1 for one in everything)  # no number of its own
        if killed and of_the_dead and not self._others(everything, dead_at):
            return
        best = max(everything, key=lambda one: one.low)
        low, high, spans = best.low, best.high, best.spans
        apart = [] if best in attacked else [one for one in told if self._is_apart(one, best)]
        for other in apart[:1]:
            low, high = low + other.low, None if high is None or other.high is None else high + other.high
            spans = (*spans, *other.spans)
        people.injured = Count.model_construct(min=low, max=high, spans=spans)

    def _is_apart(self, one: _Hurt, best: _Hurt) -> bool:
        """Tell "2 luka berat, 3 luka ringan" from a number told twice."""
        return (
            one.sentence == best.sentence
            and one.spans != best.spans
            and one.spans[0] != best.spans[0]
            and len(one.spans) > 1
            and len(best.spans) > 1
            and not self._among(one.spans)
        )

    def _among(self, told: tuple[Span, ...]) -> bool:
        """Tell whether a number with its word speaks of some of those counted: "dua di antaranya kritis"."""
        tokens, spans = self._plain.tokens, self._plain.spans
        number, word = (bisect_left(spans, (at, 0)) for at, _ in (told[0], told[-1]))
        return tokens[word] in self._plain.lists.taken_to_care or not _AMONG.isdisjoint(
            tokens[max(0, number - 2) : word]
        )

    def _others(self, hurt: Sequence[_Hurt], dead_at: set[int]) -> bool:
        """Tell whether others than the dead were hurt: "istri tewas, sedangkan anaknya luka"."""
        tokens, spans = self._plain.tokens, self._plain.spans
        for one in hurt:
            at = bisect_left(spans, (one.spans[0][0], 0))
            for dead in dead_at:
                low, high = sorted((dead, at))
                if self._plain.lists.other_victims & set(tokens[low + 1 : high]):
                    return True
        return False

    def _is_wounds(self, first: int) -> bool:
        """Tell "dengan dua luka tusukan" (wounds) from "dua luka" (people)."""
        for number in self._counted.before(first):
            if number.last == first - 1:
                before = self._plain.tokens[number.first - 1] if number.first else ""
                return before in self._plain.lists.wounds_of and self._plain.tokens[first] == "luka" and before != "ada"
        return False

    def _number_for(self, first: int, last: int) -> Number | None:
        """Find the number that a casualty word speaks of; that of a label, "MD: 2", before any other."""
        tokens = self._plain.tokens
        labelled = self._labelled(last)
        if labelled is not None:
            return labelled
        if (
            tokens[first] in self._plain.lists.deaths_spoken_of
        ):  # "enam orang dibekuk dalam perkara tewasnya seorang karyawan"
            return self._forward(first, last)
        forward_first = tokens[first] in self._plain.lists.takes_lives or self._is_listed(first, last)
        looks = (self._forward, self._backward) if forward_first else (self._backward, self._forward)
        number = next(filter(None, (look(first, last) for look in looks)), None)
        if number is None or number.high == 1:
            kin = self._counted.of_kin((first - 1, last + 2, last + 3))
            return kin or number or self._all_of(first, last)
        return number

    def _all_of(self, first: int, last: int) -> Number | None:
        """Read "kedua begal tewas" and "menewaskan kedua penyerang"; "hari kedua" counts nobody."""
        tokens, clauses = self._plain.tokens, self._plain.clauses
        ahead, behind = range(last + 1, last + 1 + BODY_REACH), range(first - 1, first - 1 - BEFORE, -1)
        around = ahead if tokens[first] in self._plain.lists.takes_lives else (*ahead, *behind)
        for at in around:
            if not 0 <= at < len(tokens) or clauses[at] != clauses[first] or tokens[at] not in _ALL_OF:
                continue
            whole = tokens[at].endswith("nya") or self._counted.kind(at + 1) in PEOPLE
            if (
                whole
                and tokens[at + 1 : at + 2] not in _MANY_OR_WHO_DID
                and (at == 0 or tokens[at - 1] not in _OF_TIMES)
            ):
                return Number(at, at, _ALL_OF[tokens[at]], _ALL_OF[tokens[at]])
        return None

    def _is_listed(self, first: int, last: int) -> bool:
        """Tell whether the number stands behind its word: "LB 1 LR 2", "korban jiwa 1 orang dan luka 4 orang"."""
        tokens = self._plain.tokens
        while tokens[last + 1 : last + 2] and tokens[last + 1] in self._plain.lists.how_badly:
            last += 1
        if not any(number.first == last + 1 for number in self._counted.after(last + 1)):
            return False
        if first and tokens[first - 1] in {"dan", "serta", ",", "|", ";"}:
            return True
        ends = first - 2 if first > 1 and tokens[first - 1] == "orang" else first - 1
        number = next((number for number in self._counted.before(first) if number.last == ends), None)
        if number is not None and self._counted.is_mass(number):
            return True
        before = first - 1 if number is None else number.first
        return before > 0 and (before < first - 1 or tokens[before].isdigit()) and self._ends_casualty(before - 1)

    def _ends_casualty(self, at: int) -> bool:
        while at and self._plain.tokens[at] in self._plain.lists.how_badly:
            at -= 1
        return at in self._casualty_at

    def _labelled(self, last: int) -> Number | None:
        """Give the number after a label: "MD: 2", "luka berat (3)", "korban luka = 4 orang"."""
        tokens = self._plain.tokens
        at, label = last + 1, False
        while at < len(tokens) and at - last <= LABEL_REACH and tokens[at] in _IN_LABEL - {".", "-"}:
            label = label or tokens[at] in {":", "=", "("}
            at += 1
        if not label:
            return None
        return next((number for number in self._counted.after(at) if number.first == at), None)

    def _backward(self, first: int, last: int) -> Number | None:
        del last
        tokens, clauses = self._plain.tokens, self._plain.clauses
        best: Number | None = None
        for number in self._counted.before(first):
            if number.last >= first or first - number.last > (
                BEFORE if clauses[first] == clauses[number.last] else FAR
            ):
                continue
            if clauses[first] != clauses[number.last] and not self._lists_origins(number, first):
                break
            between = tokens[number.last + 1 : first]
            if any(self._is_other_casualty(at) for at in range(number.last + 1, first)):
                break
            if "oleh" in between or "oleh" in tokens[max(0, number.first - 2) : number.first]:
                continue  # those who did it
            noun = self._noun_of(number)
            if noun in PEOPLE or (noun is None and first - number.last <= 3):  # noqa: PLR2004 - "40 terluka"
                best = number
                break
        if best is None:
            return None
        return self._with_partner(best)

    def _lists_origins(self, number: Number, first: int) -> bool:
        """Tell whether only where they came from or who they are stands between: "empat pemuda dari A dan B luka"."""
        tokens, sentences = self._plain.tokens, self._plain.sentences
        if sentences[number.last] != sentences[first]:
            return False
        following = tokens[number.last + 1 : number.last + 4]
        if (
            "antaranya" in tokens[number.last + 1 : first]
        ):  # "tiga orang, dua di antaranya bersaudara, kehilangan nyawa"
            return True
        who = "yang" in following and tokens[first - 1] != "korban"  # "dua orang yang disangka mencuri tewas"
        return who or any(word in {"dari", "asal"} for word in following)

    def _with_partner(self, number: Number) -> Number:
        """Add up "empat polisi dan enam warga"; of "satu dari tiga korban" take the one."""
        tokens = self._plain.tokens
        for other in self._counted.before(number.first):
            if other.last == number.first - 2 and tokens[number.first - 1] == "dari":
                return other  # "satu dari tiga korban"
            if other.last >= number.first or self._plain.clauses[other.last] != self._plain.clauses[number.first]:
                continue
            between = tokens[other.last + 1 : number.first]
            if (
                between
                and between[-1] == "dan"
                and len(between) <= 3  # noqa: PLR2004 - a noun, perhaps an adjective, and "dan"
                and self._noun_of(other) in PEOPLE
                and not any(self._is_other_casualty(at) for at in range(other.last + 1, number.first))
            ):
                high = None if other.high is None or number.high is None else other.high + number.high
                return Number(other.first, number.last, other.low + number.low, high)
        return number

    def _is_other_casualty(self, at: int) -> bool:
        return at in self._casualty_at

    def _forward(self, first: int, last: int) -> Number | None:
        tokens, clauses = self._plain.tokens, self._plain.clauses
        for number in self._counted.after(last):
            if number.first <= last:
                continue
            if number.first - last > AFTER or clauses[number.first] != clauses[last]:
                return None
            between = tokens[last + 1 : number.first]
            if tokens[first] not in self._plain.lists.takes_lives and not all(
                word in _NEXT_TO or word in self._plain.lists.how_badly for word in between
            ):
                return None
            if any(word in {"dan", "oleh", "dengan", "lalu", "di"} for word in between) or tokens[first] == "dihabisi":
                return None  # "dihabisi sepuluh orang": those who did it
            if (
                self._noun_of(number) in PEOPLE
                or (tokens[first] in self._plain.lists.takes_lives)
                or self._plain.lists.how_badly.issuperset(between)
                or between == [":"]
            ):
                following = tokens[number.last + 1] if number.last + 1 < len(tokens) else ""
                if (
                    following in {"luka", "tewas", "meninggal", "kritis", "terluka"}
                    and tokens[first] not in self._plain.lists.takes_lives
                    and not self._is_listed(first, last)
                ):
                    return None
                return number
        return None

    def _size(self, number: Number | None, people_default: int) -> tuple[int, int | None]:
        if number is None:
            return people_default, people_default
        self._used.update(range(number.first, number.last + 1))
        return number.low, number.high

    def _spans(self, number: Number | None, first: int, last: int) -> tuple[Span, ...]:
        word = self._plain.span(first, last)
        return (word,) if number is None else (self._plain.span(number.first, number.last), word)
