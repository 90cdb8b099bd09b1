"""Say what a district decides about its office's own papers: letterheads, numbers, exports, promised services.

`[office]` of the district file is read into `Office`. What is left out has a plain default, so that a district without
the block still works.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from schemas.messages import Frozen

Days = Annotated[int, Field(ge=1, le=365)]

# What a column of the export to Siladeni may hold.
ExportField = Literal[
    "number",  # what Siladeni calls the report; empty for what was told here first
    "own_number",  # what Kentongan calls it: eight digits
    "filed_at",
    "observed_at",
    "region",
    "kecamatan",
    "desa",
    "issue",
    "form",
    "level",
    "status",  # as SP4N-LAPOR has it
    "status_at",
    "answer",  # what institutions found and did, without names
]

COLUMNS: dict[str, ExportField] = {
    "No Laporan": "number",
    "Nomor Kentongan": "own_number",
    "Status Laporan": "status",
    "Tindakan/Langkah Penanganan": "answer",
}


class Letterhead(Frozen):
    """The head of an institution's letters (kop): lines from the top, the last is its address."""

    lines: tuple[str, ...] = Field(min_length=1)
    place: str = ""  # where its letters are dated


class Export(Frozen):
    """How answers go back to Siladeni: columns in order, heading -> field."""

    columns: dict[str, ExportField] = COLUMNS
    only_theirs: bool = True  # only reports that have a number of theirs; else all that may leave


class Service(Frozen):
    """One service of the office as its Standar Pelayanan promises it: one `[[office.service]]` block."""

    name: str
    requirements: tuple[str, ...]
    steps: tuple[str, ...]
    cost: str = "Gratis, tidak dipungut biaya."
    product: str
    legal_basis: tuple[str, ...] = ()


class Member(Frozen):
    """An institution's seat in the forum while it held: one `[[office.member]]` block."""

    institution: str
    seat: str = "Anggota"
    legal_basis: str
    valid_from: date
    valid_to: date | None = None


class Harmony(Frozen):
    """Which issues the partners for religious harmony work on together with the office."""

    issues: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()  # institutions with a page of their own: FKUB, Kemenag


class Office(Frozen):
    """What the office decides about its own papers."""

    letterheads: dict[str, Letterhead] = Field(default_factory=dict)  # by institution
    note_number: str = "{mark}/LI-{number:02d}/{month}/{year}/{office}"
    letter_number: str = "{mark}/{number:03d}/{month}/{year}/{office}"
    note_hours: int = Field(default=24, ge=1)  # within which a recipient acknowledges an information note
    ask_hours: int = Field(default=48, ge=1)  # offered as due time of an ask
    forum_days: Days = 30  # offered as due time of an input of the public forum
    signatory: str | None = None  # institution or post that signs reports upward
    report_to: str | None = None
    report_copies: tuple[str, ...] = ()  # tembusan of reports upward
    export: Export = Export()
    harmony: Harmony = Harmony()
    members: tuple[Member, ...] = ()
    services: tuple[Service, ...] = ()
    complaints: tuple[str, ...] = ()  # where a citizen complains about a service
    links: dict[str, str] = Field(default_factory=dict)  # other systems' names -> addresses
    # Letters of the article that forbids ormas certain deeds: letter -> what it says.
    ormas_article: str = "pasal 59 ayat (3)"
    ormas_letters: dict[Annotated[str, StringConstraints(pattern=r"^[a-z]$")], str] = Field(default_factory=dict)
