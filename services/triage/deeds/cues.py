"""Gather what beside a deed ties a report to people and a place: a crowd, wounds, a cause, a named group. Pure."""

from dataclasses import dataclass

from services.triage.deeds.frames import Frames
from services.triage.deeds.public import is_public
from services.triage.deeds.tuples import PEOPLE, TRIVIAL, Nouns, Tuple
from services.triage.text.morphology import Voice
from services.triage.text.normalise import Plain

# In `by`: weapons, blades or guns among them, or a call to people, are told of.
ARMS, BLADES, CALLS = "arms", "blades", "called"
_SELVES = frozenset(["aku", "saya", "kami", "dia", "ia", "pak", "bu", "mas", "mbak"])
SURE_ALONE = 4.0  # weight of a deed that is meant whatever it was done to
_ANCHORS = frozenset(["crowd", "official", "accused"])
_PLACE_WORDS = frozenset(["kecamatan", "kabupaten", "kelurahan", "desa", "dusun", "distrik", "provinsi"])


@dataclass(frozen=True, slots=True)
class Cues:
    """What beside a deed says that a report tells of people here and now."""

    plain: Plain
    named: Nouns
    frames: Frames
    violence: frozenset[int]  # tokens of wounds and weapons
    placed: bool  # a place is named
    issue: bool  # what it is about is named
    party: bool  # a group is named that has disputes: a school of silat, a mass organisation
    told: frozenset[str]  # ARMS, BLADES, CALLS
    here: frozenset[int]  # sentences that name a crowd, officials, somebody accused, wounds or weapons
    anchored: bool  # whether the report does, an audience included

    @property
    def tied(self) -> bool:
        """Tell whether a place, two people, a crowd, wounds, arms or a group that has disputes is told of."""
        people = [at for at, kind in self.named.of.items() if kind in PEOPLE and self.plain.tokens[at] not in _SELVES]
        tied = self.placed or self.party or self.anchored or bool(self.told & {ARMS, BLADES})
        return tied or len(people) > 1

    def hidden(self, one: Tuple) -> bool:
        """Tell whether what a deed's sentence tells of is none of here and now."""
        sentence = self.plain.sentences[one.first]
        if sentence not in self.frames.sentences:
            return False
        here = sentence in self.here
        stabbed = one.deed.weapon == BLADES and one.voice is Voice.PASSIVE and one.target in PEOPLE  # no pass, no shot
        alone = (one.deed.alone and one.deed.weight >= SURE_ALONE) or stabbed or is_public(one, self.plain, self.named)
        return self.frames.hides(sentence, here=here, anchored=here or self.placed or self.anchored, plain_word=alone)

    def another(self, one: Tuple) -> bool:
        """Tell whether something beside a doubtful deed speaks of violence: a wound, a weapon, who did it."""
        if any(not one.first <= at <= one.last for at in self.violence):
            return True
        if one.target in TRIVIAL:
            return False
        if one.agent in PEOPLE and one.voice is Voice.PASSIVE:
            return True
        return self.placed or (one.agent in PEOPLE and self.plain.sentences[one.first] in self.here)


def cues_of(
    plain: Plain,
    named: Nouns,
    frames: Frames,
    violence: frozenset[int],
    *,
    placed: bool,
    issue: bool,
    party: bool,
    told: frozenset[str],
) -> Cues:
    """Gather what ties a report to people and a place."""
    tokens, sentences = plain.tokens, plain.sentences
    anchors = [at for at, kinds in named.also.items() if kinds & _ANCHORS and tokens[at] not in plain.lists.anybody]
    here = {sentences[at] for at in violence} | {
        sentences[at] for at in anchors if tokens[at] not in plain.lists.audience
    }
    return Cues(
        plain,
        named,
        frames,
        violence,
        placed=placed or not _PLACE_WORDS.isdisjoint(tokens),
        issue=issue,
        party=party,
        told=told,
        here=frozenset(here),
        anchored=bool(anchors or violence),
    )
