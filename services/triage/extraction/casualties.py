"""Read the facts of a report: how many died and were hurt; masses are read in `crowds`. Pure.

A number belongs to the word beside it: "empat orang tewas", "menewaskan 4 orang", "dikeroyok sembilan pemuda".
Words such as "puluhan" are floors.
"""

from bisect import bisect_left
from collections.abc import Sequence

from schemas.assessment import Count, Span
from services.triage.extraction.crowds import Crowds
from services.triage.extraction.victims import victims
from services.triage.text.assertion import AHEAD, BACKGROUND, DENIED
from services.triage.text.counted_people import PEOPLE, Counted, People
from services.triage.text.lexicon import Hit
from services.triage.text.normalise import Plain
from services.triage.text.numbers import Number
from services.triage.text.word_sense import struck_by_nature

BEFORE, AFTER, FAR = 8, 5, 14  # tokens between a number and the word it belongs to
_TRANSITIVE = frozenset(["menewaskan", "melukai", "membunuh", "merenggut", "mengakibatkan", "menyebabkan", "menelan"])
_NEXT_TO = frozenset(
    [
        ":",
        "sebanyak",
        "sekitar",
        "sedikitnya",
        "setidaknya",
        "korban",
        "berjumlah",
        "yakni",
        "yaitu",
        "dunia",
        "total",
        "ada",
    ]
)
_STRUCK = frozenset(["kena", "terkena", "tertembak"])
# Some of the hurt were taken there: they are among those counted already.
_TAKEN_TO_CARE = frozenset(["dibawa", "dilarikan", "dirawat", "dirujuk", "dievakuasi", "diboyong", "masuk", "opname"])
_AMONG = frozenset(["antaranya", "diantaranya", "termasuk", "antarane", "diantarane"])
_OTHERS = frozenset(
    """
    sedangkan sementara lainnya satunya rekannya temannya kawannya anaknya istrinya suaminya adiknya kakaknya ayahnya
    ibunya bapaknya
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_DEEDS = frozenset(["pembunuhan", "membunuh", "dibunuh"])  # a killer counts no dead
_WOUNDS_OF = frozenset(["dengan", "terdapat", "ada", "mengalami", "menderita", "ditemukan"])


class FactsReader:
    """Reads the numbers of people in one text."""

    def __init__(self, plain: Plain, hits: Sequence[Hit], marks: Sequence[int]) -> None:
        self._plain = plain
        self._marks = marks
        self._counted = counted = Counted(plain, hits)
        self._noun_of = counted.noun_of
        self._casualties: list[tuple[int, int, str]] = []  # first, last, dead|badly|hurt|assaulted
        self._held: set[int] = set()
        self._none_hurt: list[Hit] = []
        self._none_dead: list[Hit] = []
        self._minors: list[Hit] = []
        self._used: set[int] = set()
        for hit in hits:
            for tag in hit.tags:
                if tag.section == "people":
                    if tag.key == "held":
                        self._held.add(hit.first)
                    elif tag.key == "minors":
                        self._minors.append(hit)
                elif tag.section == "casualty":
                    if tag.key == "nobody":
                        self._none_hurt.append(hit)
                    elif tag.key == "no_dead":
                        self._none_dead.append(hit)
                    elif not (
                        self._struck_a_thing(hit) or (tag.key == "assaulted" and struck_by_nature(plain.tokens, hit))
                    ):
                        self._casualties.append((hit.first, hit.last, tag.key))
        self._casualty_at = {first for first, _, kind in self._casualties if kind != "assaulted"}

    def _struck_a_thing(self, hit: Hit) -> bool:
        """Tell "rumah terkena batu" from "warga terkena batu"."""
        if self._plain.tokens[hit.first] not in _STRUCK:
            return False
        return self._counted.last_named(hit.first, BEFORE) in {"things", "vehicles"}

    def read(self) -> People:
        """Read all numbers of people."""
        people = People()
        self._dead(people)
        self._hurt(people)
        crowds = Crowds(self._plain, self._counted, self._marks, self._used)
        crowds.held(people, self._held)
        crowds.took_part(people)
        marks = self._marks
        people.minors = any(not marks[hit.first] & DENIED for hit in self._minors)
        return people

    # -- casualties -------------------------------------------------------------------------------------------------

    def _told(self, first: int) -> bool:
        return not self._marks[first] & (DENIED | AHEAD)

    def _dead(self, people: People) -> None:
        counts: list[tuple[int, int | None, tuple[Span, ...]]] = []
        for first, last, kind in self._casualties:
            if kind != "dead" or not self._told(first) or self._marks[first] & BACKGROUND:
                continue
            if self._plain.tokens[first] in _DEEDS:
                if self._plain.tokens[max(0, first - 1)] in {"pelaku", "tersangka", "terduga", "ancaman", "percobaan"}:
                    continue
                counts.append((1, 1, (self._plain.span(first, last),)))
                continue
            number = self._number_for(first, last)
            low, high = self._size(number, people_default=1)
            counts.append((low, high, self._spans(number, first, last)))
        if counts:
            best = max(counts, key=lambda count: count[0])
            people.killed = Count.model_construct(
                min=best[0], max=best[1] if best[1] is not None else None, spans=best[2]
            )
        elif self._none_dead or self._none_hurt:
            hit = (self._none_dead or self._none_hurt)[0]
            people.killed = Count.model_construct(min=0, max=0, spans=(self._plain.span(hit.first, hit.last),))

    def _hurt(self, people: People) -> None:  # noqa: C901 - cases, in order
        groups: dict[str, list[tuple[int, int | None, tuple[Span, ...], int]]] = {
            "badly": [],
            "hurt": [],
            "assaulted": [],
        }
        dead_in = {self._plain.sentences[first] for first, _, kind in self._casualties if kind == "dead"}
        dead_at = {first for first, _, kind in self._casualties if kind == "dead"}
        for first, last, kind in self._casualties:
            if kind == "dead" or not self._told(first) or self._marks[first] & BACKGROUND:
                continue
            if kind == "assaulted":
                found = victims(self._plain, self._counted, first, last)
                if found is not None:
                    groups[kind].append((*found, self._plain.sentences[first]))
                continue
            if self._plain.tokens[first] == "jahitan" or self._is_wounds(first):
                groups[kind].append((1, 1, (self._plain.span(first, last),), self._plain.sentences[first]))
                continue
            number = self._number_for(first, last)
            low, high = self._size(number, people_default=1)
            if (
                number is None
                and self._plain.tokens[first] in {"dirawat", "dirujuk", "operasi", "kritis", "bocor", "putus"}
                and dead_at
            ):
                continue
            groups[kind].append((low, high, self._spans(number, first, last), self._plain.sentences[first]))
        badly, hurt, assaulted = groups["badly"], groups["hurt"], groups["assaulted"]
        if badly:
            best = max(badly, key=lambda count: count[0])
            people.badly = Count.model_construct(min=best[0], max=best[1], spans=best[2])
        everything = badly + hurt + assaulted
        if everything:
            best = max(everything, key=lambda count: count[0])
            low, high, spans, sentence = best
            apart = [  # who was wounded is among who was attacked
                one
                for one in badly + hurt
                if best not in assaulted
                and one[3] == sentence
                and one[2] != spans
                and one[2][0] != spans[0]
                and one[2]
                and len(one[2]) > 1
                and len(spans) > 1
                and not self._among(one[2])
            ]
            for other in apart[:1]:
                low, high = low + other[0], None if high is None or other[1] is None else high + other[1]
                spans = (*spans, *other[2])
            if people.killed is not None and people.killed.min and len(everything) == len(assaulted):
                # the one who was attacked is the one who died
                return
            if (
                people.killed is not None
                and people.killed.min
                and all(len(one[2]) == 1 and one[3] in dead_in for one in everything)
                and not self._others(everything, dead_at)
            ):
                return
            people.injured = Count.model_construct(min=low, max=high, spans=spans)
        elif self._none_hurt:
            hit = self._none_hurt[0]
            people.injured = Count.model_construct(min=0, max=0, spans=(self._plain.span(hit.first, hit.last),))

    def _among(self, told: tuple[Span, ...]) -> bool:
        """Tell whether a number with its word speaks of some of those counted: "dua di antaranya kritis"."""
        tokens, spans = self._plain.tokens, self._plain.spans
        number, word = (bisect_left(spans, (at, 0)) for at, _ in (told[0], told[-1]))
        return tokens[word] in _TAKEN_TO_CARE or not _AMONG.isdisjoint(tokens[max(0, number - 2) : word])

    def _others(self, hurt: Sequence[tuple[int, int | None, tuple[Span, ...], int]], dead_at: set[int]) -> bool:
        """Tell whether others than the dead were hurt: "istri tewas, sedangkan anaknya luka"."""
        tokens, spans = self._plain.tokens, self._plain.spans
        for _, _, where, _ in hurt:
            at = bisect_left(spans, (where[0][0], 0))
            for dead in dead_at:
                low, high = sorted((dead, at))
                if _OTHERS & set(tokens[low + 1 : high]):
                    return True
        return False

    def _is_wounds(self, first: int) -> bool:
        """Tell "dengan dua luka tusukan" (wounds) from "dua luka" (people)."""
        for number in self._counted.before(first):
            if number.last == first - 1:
                before = self._plain.tokens[number.first - 1] if number.first else ""
                return before in _WOUNDS_OF and self._plain.tokens[first] == "luka" and before != "ada"
        return False

    def _number_for(self, first: int, last: int) -> Number | None:
        """Find the number that a casualty word speaks of."""
        tokens = self._plain.tokens
        forward_first = tokens[first] in _TRANSITIVE
        looks = (self._forward, self._backward) if forward_first else (self._backward, self._forward)
        for look in looks:
            number = look(first, last)
            if number is not None:
                return number
        return None

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
        """Tell whether only a list of where they came from stands between: "empat pemuda dari A, B dan C luka"."""
        tokens, sentences = self._plain.tokens, self._plain.sentences
        if sentences[number.last] != sentences[first]:
            return False
        return any(word in {"dari", "asal"} for word in tokens[number.last + 1 : number.last + 4])

    def _with_partner(self, number: Number) -> Number:
        """Add up "empat polisi dan enam warga"."""
        tokens = self._plain.tokens
        for other in self._counted.before(number.first):
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
            if tokens[first] not in _TRANSITIVE and not all(word in _NEXT_TO for word in between):
                return None
            if any(word in {"dan", "oleh", "dengan", "lalu", "di"} for word in between):
                return None
            if (
                self._noun_of(number) in PEOPLE
                or (tokens[first] in _TRANSITIVE)
                or number.first - last == 1
                or between == [":"]
            ):
                following = tokens[number.last + 1] if number.last + 1 < len(tokens) else ""
                if (
                    following in {"luka", "tewas", "meninggal", "kritis", "terluka"}
                    and tokens[first] not in _TRANSITIVE
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
