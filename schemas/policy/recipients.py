"""Say whom a district wants told: its institutions, the rules laid over the matrix, and what routing makes of them."""

from typing import Literal

from pydantic import Field

from schemas.messages import Frozen
from schemas.vocabulary import Duty, Level


class Institution(Frozen):
    """One institution: one `[[institution]]` block. People, numbers and shifts live in tables, never here."""

    code: str
    name: str
    short: str = ""  # what messages and lists call it; "{place}" is its unit's kecamatan or desa
    kind: str  # secretariat, police, army, navy, prosecutor, intelligence, civil, forum, leader, ...
    level: Literal["desa", "kecamatan", "kabupaten", "provinsi"]
    kominda: bool = False
    superior: str | None = None  # who is told first when it stays silent as lead
    of: str | None = None  # the agency whose unit, post or head it is: an accusation against that one bars it too
    stand_in: str | None = None  # who takes its place when the kecamatan or desa is not known
    least_people: int = Field(default=1, ge=1)  # reachable persons it must have to be trusted with a lead


class Overlays(Frozen):
    """Recipient rules laid over the matrix, in this order: violence, level, KODIM rule, RAD, agency, casualties, ..."""

    violence_lead: str = "POLRES"
    violence_lead_low: str = "POLSEK"
    never_lead: tuple[str, ...] = ("KODIM", "KORAMIL", "POSAL")
    sedang_add: tuple[str, ...] = ()
    tinggi_add: tuple[str, ...] = ()
    kritis_add: tuple[str, ...] = ()
    casualties_add: tuple[str, ...] = ()
    fire_add: tuple[str, ...] = ()
    minors_add: tuple[str, ...] = ()
    border_add: tuple[str, ...] = ()
    border_kecamatan: tuple[str, ...] = ()
    border_spread: int = 3  # points of component `sebaran` from which a border kecamatan concerns the province
    coordinator: str = "KESBANG"  # who decides when an agency is accused, and the last to take an orphaned lead
    overseers: tuple[
        str, ...
    ] = ()  # who decides instead where the coordinator is accused itself: the first that is not


class RecipientRule(Frozen):
    """A recipient rule of the district's own, laid over the others: one `[[rule]]` block.

    It applies when everything it names is true; what it leaves out does not matter. In `monitor` mode it decides and
    is journalled, and nobody is told: the way to try a rule on real reports first.
    """

    name: str
    why: str
    mode: Literal["active", "monitor", "off"] = "active"
    issues: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    level: Level = Level.RENDAH  # at least
    kecamatan: tuple[str, ...] = ()
    facts: tuple[Literal["casualties", "fire", "minors"], ...] = ()
    lead: str | None = None  # of what is not violent; violence stays with the police
    support: tuple[str, ...] = ()
    inform: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()  # asked too, and chased like the lead until they have answered


class Recipient(Frozen):
    """One institution's duty as routing decides it; `unit` is the kecamatan or desa code of a local unit."""

    institution: str
    unit: str | None = None
    duty: Duty
    why: tuple[str, ...] = ()
    needed: bool = False  # the ladder goes on until it has answered too
    redacted: bool = False  # outside Kominda: a request without source and names (docs/rules.md 13)
