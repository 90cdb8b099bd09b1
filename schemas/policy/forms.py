"""Say what a district decides about a form, the what of a conflict: its points, its traits, its rank."""

from typing import Literal

from pydantic import Field

from schemas.messages import Frozen
from schemas.vocabulary import Phase

# What is known of a form beside its code; code asks for the trait, never for the code.
FormTrait = Literal[
    "nil",  # nothing happened
    "tension",  # complaints and quarrels in words
    "breach",  # against a rule, without force
    "rumour",  # something untrue goes round
    "call",  # people are called or challenged
    "convoy",  # masses on the move
    "assembly",  # a protest: a protected right (UU 9/1998)
    "closure",  # a road, an office, a works is shut: disruption
    "threat",  # persons are threatened
    "raid",  # a crowd searches or comes to a house
    "expulsion",  # an event or a person is driven away
    "hold",  # persons or ships are held
    "violent",  # somebody or something is attacked
    "group",  # by or between groups
    "brawl",  # with fists, between persons
    "mutual",  # two sides
    "assault",  # one side attacks
    "mob",  # a crowd punishes
    "damage",
    "fire",
    "riot",
    "explosive",
    "lasting",  # goes on until it is said to be over
]
# Kinds that reports of one event share: a clash that one calls a brawl; used to tell the same incident.
FormKind = Literal["clash", "damage", "protest", "tension", "talk", "convoy", "hold", "terror", "nil", ""]


class Form(Frozen):
    """What is happening (bentuk): one `[[form]]` block; `points` are those of component `bentuk`."""

    code: str
    label_id: str
    label_en: str
    phase: Phase
    points: int = Field(ge=0, le=10)
    traits: frozenset[FormTrait] = frozenset()
    rank: int = Field(default=0, ge=0)  # which form a report is called by when several are told as done: the highest
    issue: str | None = None  # the issue of a report whose words name none
    kind: FormKind = ""
