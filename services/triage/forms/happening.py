"""Say what is happening: the deeds vote for one form, done or ahead, or for nothing at all. Pure.

Where nothing is done, what is planned gives the form. Which forms are violent, a protest, a threat, and which one wins,
the district file says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas.assessment import Span
from services.triage.deeds.frames import Frames
from services.triage.deeds.tuples import Tuple, spans_of
from services.triage.forms.conflict import is_conflict
from services.triage.forms.done import told_as_done
from services.triage.forms.known import KnownForms
from services.triage.forms.not_done import of_a_deed, told_as_planned
from services.triage.forms.tally import STRONG, Tally, count
from services.triage.text.normalise import Plain

GROUP_CROWD = 50  # as many who brawl are groups
TROUBLE, TROUBLED = "trouble", 2  # the deed that any trouble is; as many words of it need no named issue


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
    tally: Tally = field(default_factory=Tally)


class Forms(KnownForms):
    """The forms of a district by their traits; chooses the one that a report tells of."""

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
        tally = count(self, told, plain, cause=cause)
        if frames.drill:
            tally = Tally(ahead={self.tension: STRONG} if tally.feared else {}, told=tally.told, feared=tally.feared)
        form, ahead = told_as_done(self, plain, tally, crowd, broken=broken), False
        if form is None or self.named[form].traits & {"tension", "breach"}:
            planned = told_as_planned(self, tally)
            if form is None or (planned and self.named[planned].traits & {"assembly", "closure", "convoy"}):
                form, ahead = planned, planned is not None
        troubled = len({plain.tokens[one.first] for one in told if one.deed.name.startswith(TROUBLE)}) >= TROUBLED
        if form is None and (likely or (placed and troubled)) and not frames.benign and not frames.said:
            form = of_a_deed(self, told)
        if form is None and called and not frames.benign and not frames.everyday() and cause:
            form = self.tension
        if form is None or not is_conflict(self, form, tally, frames, ahead=ahead, cause=cause):
            return self._nothing(tally, frames)
        return self._happening(form, plain, tally, frames, crowd, ahead=ahead)

    def instead(self, form: str, was: Happening, plain: Plain, frames: Frames, crowd: int) -> Happening:
        """Give what is going on where it is called by another form, with the deeds that were told."""
        tally = was.tally
        if form == self.nil:
            return self._nothing(tally, frames)
        ahead = was.ahead if was.conflict else bool(tally.ahead) and not tally.done
        ahead = ahead and form not in self.having("violent")
        if was.violence and self.named[form].traits & {"tension", "call"}:
            ahead = True  # what the rules took for done was feared, called for or prevented
        found = self._happening(form, plain, tally, frames, crowd, ahead=ahead)
        found.guessed = False  # the words that decided it are told instead
        return found

    def _nothing(self, tally: Tally, frames: Frames) -> Happening:
        kind = "drill" if frames.drill else frames.kind
        return Happening(self.nil, conflict=False, benign=kind, scores=tally.done, tally=tally)

    def _happening(
        self, form: str, plain: Plain, tally: Tally, frames: Frames, crowd: int, *, ahead: bool
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
            and bool(self.named[form].traits & {"assembly", "closure"})
            and any(tally.done.get(one) for one in pushing),
            benign=frames.kind,
            guessed=not any(one.sure for one in tally.told.get(form, ())),
            scores=tally.done,
            deeds=[one for deeds in tally.told.values() for one in deeds],
            tally=tally,
        )

    def _by_a_group(self, form: str, tally: Tally, crowd: int) -> bool:
        """Tell violence by or between groups: by its form, by another that is told, or by how many brawl."""
        if self.named[form].traits & {"assembly", "closure"}:
            return False
        if self.has(form, "brawl") and crowd >= GROUP_CROWD:
            return True
        return self.has(form, "group") or any(tally.strong.get(one) for one in self.having("group"))
