"""Say what a district decides about an issue, the why of a conflict: who owes it what, who may read of it."""

from typing import Literal

from pydantic import Field

from schemas.messages import Frozen
from schemas.vocabulary import Classification

# What is known of an issue beside its code; code asks for the trait, never for the code.
IssueTrait = Literal[
    "identity",  # religion, ethnicity, race: a trigger of its own (severity component `pemicu`)
    "place",  # its words also name where people meet: "di pasar", "depan masjid"
    "manner",  # its words say how people act, not why: it yields to a cause that is named
    "talk",  # it is about what is said: words that are denied name it all the same
    "other",  # what fits no other issue
]


class Issue(Frozen):
    """Why there is conflict (jenis masalah), and who owes it what: one `[[issue]]` block."""

    code: str
    label_id: str
    label_en: str
    family: str
    bidang: str
    uu7_2012_art5: str = ""
    classification: Classification = Classification.TERBATAS
    kominda_lead: str
    lead: str
    support: tuple[str, ...] = ()
    inform: tuple[str, ...] = ()
    named_persons_only: bool = False  # RAD: no fan-out to units and forums
    synonyms: tuple[str, ...] = ()  # other words for it in "Kategori Laporan" of exports
    traits: frozenset[IssueTrait] = frozenset()
    fits: dict[str, float] = Field(default_factory=dict)  # form -> how much more its words say then; "*": other forms
    benefit: float = 2.0  # points of a form whose issue this is (`[[form]] issue`)
    sub: tuple["SubIssue", ...] = ()


class SubIssue(Frozen):
    """A narrower issue with its own recipients, for instance AGM/aliran."""

    code: str
    lead: str
    kominda_lead: str | None = None
    support: tuple[str, ...] = ()
    inform: tuple[str, ...] = ()
