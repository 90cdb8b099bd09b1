"""Say what is happening: the deeds vote for one form, done or ahead, or for nothing at all. Pure.

Deeds that are denied, feared, planned, prevented or long past do not count as done; where nothing is done, what is
planned gives the form. Which forms are violent, a protest, a threat, and which one wins, the district file says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from schemas.assessment import Span
from schemas.policy.forms import Form
from services.triage.deeds.frames import Frames
from services.triage.deeds.tuples import EACH_OTHER, Tuple, spans_of
from services.triage.text.morphology import Voice
from services.triage.text.normalise import Plain
from services.triage.text.polarity import AHEAD, BACKGROUND, CALLED, HOAX, NEGATED

STRONG = 4.0
PLAIN = 2.0
TWO_SIDES_BONUS = 3.0
DENIED_SHARE = 0.5  # of what a form weighs that somebody says it was not
MANY = 10  # as many who ask for something before an office protest
GROUP_CROWD = 50  # as many who brawl are groups
TROUBLE, TROUBLED = "trouble", 2  # the deed that any trouble is; as many words of it need no named issue
MOB_CROWD = 100  # as many who attack officials and offices riot
RIOT_CROWD = 200  # as many who burn and destroy make a riot
_TWO_SIDES = frozenset(
    f"{how} {who}"
    for how in ("dua", "kedua", "antar", "2", "loro", "rong")
    for who in [
        "kelompok",
        "kubu",
        "geng",
        "kampung",
        "desa",
        "pemuda",
        "warga",
        "perguruan",
        "dusun",
        "suporter",
        "ormas",
        "lsm",
        "grup",
        "rombongan",
        "gerombolan",
        "regu",
        "keluarga",
        "klub",
        "sekolah",
        "kesebelasan",
        "pihak",
    ]
)
_SIDES = frozenset(["kubu", "massal", "antarkelompok", "antarwarga", "antarkampung"])
_UNTRUE = frozenset(["hoaks", "bohong", "palsu", "fitnah"])
_REFUSED = frozenset(
    ["menolak", "anti", "menangkal", "melawan", "memerangi", "mencegah", "percaya", "terprovokasi", "tangkal"]
)
_CALLED_TO = frozenset(["violent", "raid", "closure"])
_DOERS = frozenset(["person", "crowd", None])
_RAGE = frozenset(["rampage"])
_PUBLIC = frozenset(["accident", "disaster"])
_PUBLIC_PLACES = frozenset(["office", "vital", "shop", "factory"])


@dataclass(slots=True)
class _Tally:
    done: dict[str, float] = field(default_factory=dict)
    strong: dict[str, float] = field(default_factory=dict)  # of `done`, from strong deeds only
    ahead: dict[str, float] = field(default_factory=dict)
    hoax: dict[str, float] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)  # form -> its first token
    told: dict[str, list[Tuple]] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)  # forms that somebody says it was not: "bukan tawuran"
    feared: bool = False
    near: bool = False


@dataclass(slots=True)
class Happening:
    """What a text says is going on."""

    form: str
    conflict: bool
    ahead: bool = False  # planned or feared, not done
    near: bool = False
    spans: tuple[Span, ...] = ()
    violence: bool = False
    guessed: bool = False  # no deed that says so names what it was done to
    group: bool = False
    by_crowd: bool = False  # a crowd destroys, burns or beats
    clash_at_protest: bool = False
    benign: str | None = None
    scores: dict[str, float] = field(default_factory=dict)
    deeds: list[Tuple] = field(default_factory=list)  # those that are told as done and meant
    tally: _Tally = field(default_factory=_Tally)


def _usual(one: Tuple) -> str:
    """Give the form that a deed most often is, where somebody did it on purpose to nothing that excuses it."""
    excused = one.target is not None and not one.deed.forms.get(one.target, "-")
    excused = excused or (one.agent == "official" and not one.deed.officials)
    return "" if excused or one.voice not in {Voice.ACTIVE, Voice.PASSIVE} else one.deed.usual


class Forms:
    """The forms of a district by their traits; chooses the one that a report tells of."""

    def __init__(self, forms: Mapping[str, Form]) -> None:
        self._forms = forms
        self._having: dict[tuple[str, ...], frozenset[str]] = {}
        self.nil = next(code for code, form in forms.items() if "nil" in form.traits)
        self.tension = next(code for code, form in forms.items() if "tension" in form.traits)

    def having(self, *traits: str) -> frozenset[str]:
        """Give the codes of the forms with one of the traits."""
        known = self._having.get(traits)  # asked some twenty times for each report
        if known is None:
            found = (code for code, form in self._forms.items() if not form.traits.isdisjoint(traits))
            known = self._having[traits] = frozenset(found)
        return known

    def has(self, code: str, trait: str) -> bool:
        """Tell whether a form has a trait."""
        return code in self._forms and trait in self._forms[code].traits

    def choose(
        self,
        told: Sequence[Tuple],
        plain: Plain,
        frames: Frames,
        *,
        crowd: int,
        broken: bool,
        cause: bool,
        likely: bool,
        placed: bool,
        called: bool,
    ) -> Happening:
        """Choose the form of a report; `broken`: something is told as damaged, `cause`: an issue is named.

        `likely`: an issue and a place are named. Then a deed of which it is not known what it was done to is taken
        for conflict all the same: most such reports were (22 of 22 of three writers who did not know the rules).
        """
        tally = self._count(told, plain, cause=cause)
        if frames.drill:
            tally = _Tally(ahead={self.tension: STRONG} if tally.feared else {}, told=tally.told, feared=tally.feared)
        form, ahead = self._done(plain, tally, crowd, broken=broken), False
        if form is None or self._forms[form].traits & {"tension", "breach"}:
            planned = self._planned(tally)
            if form is None or (planned and self._forms[planned].traits & {"assembly", "closure", "convoy"}):
                form, ahead = planned, planned is not None
        troubled = len({plain.tokens[one.first] for one in told if one.deed.name.startswith(TROUBLE)}) >= TROUBLED
        if form is None and (likely or (placed and troubled)) and not frames.benign and not frames.said:
            form = self._likely(told)
        if form is None and called and not frames.benign and not frames.everyday() and cause:
            form = self.tension
        if form is None or not self._is_conflict(form, tally, frames, ahead=ahead, cause=cause):
            return self._nothing(tally, frames)
        return self._happening(form, plain, tally, frames, crowd, ahead=ahead)

    def instead(self, form: str, was: Happening, plain: Plain, frames: Frames, crowd: int) -> Happening:
        """Give what is going on where it is called by another form, with the deeds that were told."""
        tally = was.tally
        if form == self.nil:
            return self._nothing(tally, frames)
        ahead = was.ahead if was.conflict else bool(tally.ahead) and not tally.done
        ahead = ahead and form not in self.having("violent")
        if was.violence and self._forms[form].traits & {"tension", "call"}:
            ahead = True  # what the rules took for done was feared, called for or prevented
        found = self._happening(form, plain, tally, frames, crowd, ahead=ahead)
        found.guessed = False  # the words that decided it are told instead
        return found

    def _nothing(self, tally: _Tally, frames: Frames) -> Happening:
        kind = "drill" if frames.drill else frames.kind
        return Happening(self.nil, conflict=False, benign=kind, scores=tally.done, tally=tally)

    def _happening(
        self, form: str, plain: Plain, tally: _Tally, frames: Frames, crowd: int, *, ahead: bool
    ) -> Happening:
        violent = self.having("violent")
        rumour = self.has(form, "rumour")
        violence = not ahead and not rumour and (form in violent or any(tally.strong.get(one) for one in violent))
        pushing = self.having("brawl")
        return Happening(
            form,
            conflict=True,
            ahead=ahead,
            near=tally.near,
            spans=spans_of(plain, tally.told.get(form, []))[:4],
            violence=violence,
            group=violence and self._by_a_group(form, tally, crowd),
            by_crowd=violence
            and any(one.agent == "crowd" or one.by_crowd for form in violent for one in tally.told.get(form, ())),
            clash_at_protest=not ahead
            and bool(self._forms[form].traits & {"assembly", "closure"})
            and any(tally.done.get(one) for one in pushing),
            benign=frames.kind,
            guessed=not any(one.sure for one in tally.told.get(form, ())),
            scores=tally.done,
            deeds=[one for deeds in tally.told.values() for one in deeds],
            tally=tally,
        )

    def _by_a_group(self, form: str, tally: _Tally, crowd: int) -> bool:
        """Tell violence by or between groups: by its form, by another that is told, or by how many brawl."""
        if self._forms[form].traits & {"assembly", "closure"}:
            return False
        if self.has(form, "brawl") and crowd >= GROUP_CROWD:
            return True
        return self.has(form, "group") or any(tally.strong.get(one) for one in self.having("group"))

    # -- counting -----------------------------------------------------------------------------------------------------

    def _count(self, told: Iterable[Tuple], plain: Plain, *, cause: bool) -> _Tally:
        tally = _Tally()
        told = list(told)
        public = self.having("assembly", "closure", "violent", "raid")
        if any(one.form in public and not one.of_a_case and one.sure for one in told):
            told = [one for one in told if not one.of_a_case]  # a crowd comes for three heard of an earlier deed
        untrue = not _UNTRUE.isdisjoint(plain.tokens)
        seen: set[tuple[str, str]] = set()
        for one in told:
            if one.form is None or one.form not in self._forms:
                continue
            if "cause" in one.deed.by and not cause:
                continue
            weight = one.weight
            word = (one.form, plain.tokens[one.first])
            weight *= 0.5 if word in seen else 1.0
            seen.add(word)
            tokens = plain.tokens[one.first : one.last + 1]
            tally.feared = tally.feared or any(token.startswith(("rawan", "kerawanan")) for token in tokens)
            if one.mark & (NEGATED | HOAX):
                tally.denied.add(one.form)
            form = one.form
            table = self._table(one, tally, plain, untrue=untrue)
            if table is None:
                continue
            if table is tally.ahead and one.mark & CALLED and self._forms[form].traits & _CALLED_TO:
                form, table = self._only("call") or form, tally.done  # who calls people to a brawl has called
                tally.strong[form] = tally.strong.get(form, 0.0) + weight
            table[form] = table.get(form, 0.0) + weight
            tally.first.setdefault(form, one.first)
            tally.told.setdefault(form, []).append(one)
            if table is tally.done and one.deed.weight >= STRONG and one.sure and form == one.form:
                tally.strong[form] = tally.strong.get(form, 0.0) + weight
        return tally

    def _table(self, one: Tuple, tally: _Tally, plain: Plain, *, untrue: bool) -> dict[str, float] | None:
        """Give where a deed counts: done, ahead, told as a hoax; None for what is denied or long past."""
        traits = self._forms[one.form or ""].traits
        mark = one.mark
        if "rumour" in traits:  # the word itself is what it says; only refusing it is no news of one
            refused = _REFUSED & set(plain.tokens[max(0, one.first - 5) : one.first])
            return None if refused else tally.done
        if mark & HOAX and traits & {"call", "convoy", "assembly"} and not untrue:
            mark &= ~HOAX  # "beredar ajakan ...": passed on, not denied
        if mark & NEGATED and not (mark & AHEAD and "convoy" in traits):
            return None
        if mark & HOAX:
            return tally.hoax
        if mark & AHEAD:
            tally.near = tally.near or bool(mark & 8)
            return tally.ahead
        if mark & BACKGROUND:
            return None if traits & {"tension", "breach"} else {}
        return tally.done

    # -- choosing -----------------------------------------------------------------------------------------------------

    def _done(self, plain: Plain, tally: _Tally, crowd: int, *, broken: bool) -> str | None:
        """Give the form of what is told as done; None where nothing is."""
        done, strong = tally.done, tally.strong
        rumour = self._first(done, "rumour", STRONG)
        if rumour and not self._graver_than_rumour(strong):
            call = self._first(strong, "call")
            return call if call and not _UNTRUE & set(plain.tokens) else rumour
        protest = any(strong.get(one) for one in self.having("assembly", "closure"))
        weights = {form: weight for form, weight in (strong if protest else done).items() if weight}
        for form in tally.denied & weights.keys():
            weights[form] *= DENIED_SHARE
        brawls = [one for form in weights if self.has(form, "brawl") for one in tally.told.get(form, ())]
        each_other = any(one.target == EACH_OTHER and one.deed.weight >= STRONG for one in brawls)
        weights = self._of_two_sides(weights, plain, strong, each_other=each_other)
        self._riot(weights, strong, tally.told, crowd)
        if not broken and any(strong.get(one) for one in self.having("closure")):
            weights = {form: weight for form, weight in weights.items() if not self.has(form, "damage")}
        self._by_threat(weights, strong)
        self._shut_in(weights, strong, tally.told)
        self._driven_out(weights, strong)
        self._turned(weights, strong, tally, crowd, broken=broken)
        self._at_protest(weights, strong, tally.told)
        complained = done.get(self.tension, 0.0) >= (STRONG if crowd < MANY else PLAIN)
        grave = {
            form: weight
            for form, weight in weights.items()
            if self._counts(form, strong, weight) and (weight >= PLAIN or complained or not self.has(form, "assembly"))
        }
        if len(grave) > 1:  # tear gas alone makes no riot of a protest
            grave = {form: weight for form, weight in grave.items() if strong.get(form) or not self.has(form, "riot")}
        if grave:
            return max(grave, key=lambda form: (self._forms[form].rank, grave[form], -tally.first.get(form, 0)))
        return self._soft(done)

    def _counts(self, form: str, strong: Mapping[str, float], weight: float) -> bool:
        """Tell whether a form has enough: a strong deed, or of a brawl or a protest any."""
        traits = self._forms[form].traits
        if traits & {"tension", "breach"}:
            return False
        return bool(strong.get(form)) or (
            bool(traits & {"brawl", "assembly", "riot", "explosive", "mob"}) and weight > 0
        )

    def _of_two_sides(
        self, weights: dict[str, float], plain: Plain, strong: dict[str, float], *, each_other: bool
    ) -> dict[str, float]:
        """Give a clash more where two sides are named; a brawl named in passing yields to a strong deed."""
        brawls = {form: weight for form, weight in weights.items() if self.has(form, "brawl")}
        if not brawls:
            return weights
        pairs = {f"{a} {b}" for a, b in zip(plain.tokens, plain.tokens[1:], strict=False)}
        clash = self._only("mutual")
        sides = not _SIDES.isdisjoint(plain.tokens) and any(strong.get(form) for form in brawls)
        if clash and (sides or not _TWO_SIDES.isdisjoint(pairs)):
            if (each_other or sides) and clash not in brawls:  # "dua kelompok ... saling bacok"
                brawls[clash] = strong[clash] = STRONG
            if clash in brawls:
                brawls[clash] += TWO_SIDES_BONUS
        told = {form: weight for form, weight in brawls.items() if strong.get(form)} or brawls
        best = max(told, key=lambda form: told[form])
        return {form: weight for form, weight in (weights | brawls).items() if form not in brawls or form == best}

    def _riot(
        self, weights: dict[str, float], strong: dict[str, float], told: Mapping[str, list[Tuple]], crowd: int
    ) -> None:
        """Call it a riot where hundreds burn and destroy; a riot that one word names yields to a named assault."""
        riot, fire, damage = self._only("riot"), self._only("fire"), self._only("damage")
        if riot is None:
            return
        gassed = bool(told.get(riot)) and bool(strong.get(damage or ""))  # tear gas, and things broken
        if crowd >= MOB_CROWD and (gassed or self._against_offices(told) > 1):
            weights[riot] = strong[riot] = STRONG
            return
        broken = {one.target for form in (fire, damage) for one in told.get(form or "", ())}
        if self._raging(told) and len(broken) > 1:
            weights[riot] = strong[riot] = STRONG
            return
        wide = any(one.target in _PUBLIC_PLACES for one in told.get(fire or "", ()))
        if wide and fire and damage and strong.get(damage) and crowd >= RIOT_CROWD:
            weights[riot] = strong[riot] = strong[fire]
            weights.pop(fire, None)
            return
        mob = self._only("mob")
        if mob in weights and strong.get(riot) and not any(one.target == "accused" for one in told.get(mob or "", ())):
            weights.pop(mob)  # "jadi sasaran amuk massa" in a riot punishes nobody accused
        assault = [form for form in weights if self.has(form, "assault") and strong.get(form)]
        if riot in weights and assault and weights[riot] <= STRONG and not strong.get(fire or ""):
            weights.pop(riot)

    def _against_offices(self, told: Mapping[str, list[Tuple]]) -> int:
        """Count the deeds of violence against officials, offices and what belongs to them."""
        attacks = [form for form in told if self.has(form, "assault") or self.has(form, "damage")]
        deeds = [one for form in attacks for one in told[form] if one.form == form and one.deed.weight >= STRONG]
        official = any(one.target in {"official", "office"} for one in deeds)
        return len(deeds) if official else 0

    def _raging(self, told: Mapping[str, list[Tuple]]) -> bool:
        """Tell whether a crowd is said to rage or to storm a place."""
        return any(one.deed.name in _RAGE and one.deed.weight >= STRONG for deeds in told.values() for one in deeds)

    def _by_threat(self, weights: dict[str, float], strong: Mapping[str, float]) -> None:
        """Call damage or a closure that goes with a threat as strong a threat: stones, and "go away"."""
        threat, damage = self._only("threat"), self._only("damage")
        for form in (damage, *self.having("closure")):
            if threat and form in weights and strong.get(threat, 0.0) >= weights[form]:
                weights.pop(form)  # who extorts shuts the works for it

    def _driven_out(self, weights: dict[str, float], strong: Mapping[str, float]) -> None:
        """Leave an expulsion one where things are thrown about at it: "pengajian dibubarkan, panggung dirobohkan"."""
        damage = self._only("damage")
        out = max((strong.get(one, 0.0) for one in self.having("expulsion")), default=0.0)
        if damage and out and weights.get(damage, 0.0) <= out:
            weights.pop(damage, None)

    def _shut_in(self, weights: dict[str, float], strong: Mapping[str, float], told: Mapping[str, list[Tuple]]) -> None:
        """Leave a blockade a blockade where people cannot leave because of it."""
        if any(strong.get(one) for one in self.having("closure", "assembly")):
            for form in [form for form in weights if self.has(form, "hold")]:
                if all(one.deed.state for one in told.get(form, ())):
                    weights.pop(form)

    def _turned(
        self, weights: dict[str, float], strong: dict[str, float], tally: _Tally, crowd: int, *, broken: bool
    ) -> None:
        """Call a protest whose crowd attacks officials and breaks things, or is of hundreds, a riot."""
        riot, row = self._only("riot"), self._only("brawl")
        if riot is None or not any(strong.get(one) for one in self.having("assembly")):
            return
        thrown = [
            one
            for form in weights
            if self.has(form, "assault") or self.has(form, "damage")
            for one in tally.told.get(form, ())
            if one.target == "official" and one.agent in _DOERS and one.deed.weight >= STRONG and one.form == form
        ]
        unruly = tally.done.get(riot) and any(strong.get(one) for one in self.having("fire", "damage"))
        if unruly or (thrown and (broken or crowd >= RIOT_CROWD or (row and tally.done.get(row)))):
            weights[riot] = strong[riot] = max(STRONG, weights.get(riot, 0.0))

    def _at_protest(
        self, weights: dict[str, float], strong: Mapping[str, float], told: Mapping[str, list[Tuple]]
    ) -> None:
        """Call a protest at which somebody was beaten a protest, unless more is told of the beating."""
        protest = max((strong.get(one, 0.0) for one in self.having("assembly")), default=0.0)
        for form in [form for form in weights if self.has(form, "assault") and weights[form] <= protest]:
            weights.pop(form)
        if protest and any(self.has(form, "assembly") for form in weights):
            for form in [form for form in weights if self.has(form, "closure") and self._one_car(told, form)]:
                weights.pop(form)  # a crowd that stops an official's car goes on protesting

    def _one_car(self, told: Mapping[str, list[Tuple]], form: str) -> bool:
        """Tell whether nothing but a car was stopped."""
        return all(one.target == "vehicle" for one in told.get(form, ()))

    def _soft(self, done: Mapping[str, float]) -> str | None:
        """Give the form of what people complain of, quarrel about or do against the rules."""
        breach, threat = self._only("breach"), self._only("threat")
        if threat and done.get(threat):
            return threat
        if breach and done.get(breach, 0.0) >= STRONG and done[breach] >= done.get(self.tension, 0.0):
            return breach
        if done.get(self.tension, 0.0) >= STRONG or (breach and done.get(breach)):
            return self.tension
        violent = self.having("violent") - self.having("brawl")
        return self.tension if any(done.get(form) for form in violent) else None

    def _likely(self, told: Sequence[Tuple]) -> str | None:
        """Give the form of a deed that something was done by, whatever it was done to; of any other, tension."""
        if any(one.mark & CALLED and self._forms.get(one.deed.usual, None) for one in told):
            return self._only("call")  # a leaflet: "Usir pendatang!"
        unsaid = NEGATED | HOAX | AHEAD | BACKGROUND
        open_ = [one for one in told if not (one.mark & unsaid or one.excused or one.deed.vague)]
        usual = [form for one in open_ if self._forms.get(form := _usual(one))]
        if usual:
            return max(usual, key=lambda form: self._forms[form].rank)
        return self.tension if open_ else None

    def _planned(self, tally: _Tally) -> str | None:
        """Give the form of what is only planned, feared or forbidden."""
        ahead = tally.ahead
        likely = [
            form
            for form in ahead
            if self._forms[form].traits & {"assembly", "closure", "convoy", "call", "raid"} and ahead[form] >= STRONG
        ]
        if likely:
            return max(likely, key=lambda form: (self.has(form, "assembly"), self._forms[form].rank))
        if ahead:
            return self.tension
        return self._only("rumour") if tally.hoax else None

    def _is_conflict(self, form: str, tally: _Tally, frames: Frames, *, ahead: bool, cause: bool) -> bool:
        """Tell conflict from accidents, ceremonies, sport, plain crime, talk and keeping the peace."""
        violent, public = self._active(tally)
        everyday, total = frames.everyday(), sum(frames.benign.values())
        if violent + public:  # "situasi aman" after what was done says how it is by now
            total -= frames.benign.get("nil", 0.0)
        soft = sum(tally.done.get(one, 0.0) for one in self.having("tension", "breach")) if cause else 0.0
        if everyday and not frames.broken and violent + public + soft < everyday:
            return False
        if not total or (self.has(form, "mob") and not ahead):
            return True
        if ahead:
            return self._is_likely(form, tally, frames, total)
        if violent + public:
            denied = self.has(form, "rumour") and frames.kind == "prevention"  # at a meeting for peace
            return violent + public > total if denied else self._outweighs(tally, frames, violent, public, total)
        soft = sum(tally.done.get(one, 0.0) for one in self.having("tension", "breach", "assembly", "threat"))
        soft += STRONG if cause and tally.told.get(self.tension) and frames.kind == "prevention" else 0.0
        private = frames.kind == "private"  # a married couple quarrels
        return (soft >= total and not private) or (tally.feared and frames.kind in {"prevention", "ceremony"})

    def _active(self, tally: _Tally) -> tuple[float, float]:
        """Give what is told as done: what is violent, and what else is done in public."""
        strong = tally.strong
        violent = sum(strong.get(one, 0.0) for one in self.having("violent"))
        violent += sum(tally.done.get(one, 0.0) - strong.get(one, 0.0) for one in self.having("brawl"))
        quiet = self.having("violent", "tension", "breach")
        return violent, sum(weight for one, weight in strong.items() if one not in quiet)

    def _is_likely(self, form: str, tally: _Tally, frames: Frames, total: float) -> bool:
        """Tell whether what is planned or feared outweighs what is said of keeping the peace."""
        likely = sum(tally.ahead.values()) + sum(tally.done.values())
        planned = self.has(form, "assembly") and likely >= total
        return frames.kind == "crime" or likely >= 2 * total or planned or tally.feared

    def _outweighs(self, tally: _Tally, frames: Frames, violent: float, public: float, total: float) -> bool:
        """Tell whether what was done outweighs the mishap or the crime that a report speaks of."""
        if frames.kind in _PUBLIC and not any(tally.strong.get(one) for one in self.having("group", "fire")):
            return self._angry(tally) or violent + public >= total
        by_residents = any(one.by_crowd for deeds in tally.told.values() for one in deeds)
        if frames.kind in {"crime", "private"} and not (by_residents or self._by_many(tally.strong)):
            return violent >= total
        return violent > 0 or (violent + public) * 2 >= total

    def _angry(self, tally: _Tally) -> bool:
        """Tell whether people answer a mishap: by a protest, or by a road that residents close or want something by."""
        if any(tally.strong.get(one) for one in self.having("assembly", "raid")):
            return True
        closures = [one for one in self.having("closure") if tally.strong.get(one)]
        blocked = [one for form in closures for one in tally.told.get(form, ()) if "crowd" not in one.deed.by]
        by_people = any(one.by_crowd for one in blocked)  # "memblokir", not "menutup jalan" for a fallen tree
        wanted = tally.done.get(self.tension, 0.0) + tally.ahead.get(self.tension, 0.0)
        return bool(closures) and (wanted > 0 or by_people)

    def _by_many(self, strong: Mapping[str, float]) -> bool:
        many = self.having("group", "assembly", "convoy", "closure", "raid", "call", "rumour") - self.having("assault")
        return any(strong.get(one) for one in many)

    def _graver_than_rumour(self, strong: Mapping[str, float]) -> bool:
        graver = self.having("violent", "closure", "assembly", "hold", "raid", "convoy")
        return any(strong.get(one) for one in graver)

    def _first(self, weights: Mapping[str, float], trait: str, least: float = 1.0) -> str | None:
        return next((form for form in weights if self.has(form, trait) and weights[form] >= least), None)

    def _only(self, trait: str) -> str | None:
        return next(iter(sorted(self.having(trait))), None)
