"""Say what a paper is made of: head, blocks, signatures, foot. One content, drawn as page, PDF or workbook. Pure."""

from dataclasses import dataclass

from schemas.office.settings import Letterhead
from schemas.vocabulary import Classification

SAID = {
    Classification.BIASA: "BIASA",
    Classification.TERBATAS: "TERBATAS",
    Classification.RAHASIA: "RAHASIA",
    Classification.SANGAT_RAHASIA: "SANGAT RAHASIA",
}
MARKS = {
    Classification.BIASA: "B",
    Classification.TERBATAS: "T",
    Classification.RAHASIA: "R",
    Classification.SANGAT_RAHASIA: "SR",
}


SAMPLE = "DATA CONTOH: orang dan peristiwa di sini rekaan"


@dataclass(frozen=True)
class Heading:
    """A heading inside a paper."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """Running text; `small` for definitions and notes."""

    text: str
    small: bool = False


@dataclass(frozen=True)
class Pairs:
    """Labels with their values, one under the other, aligned at the colon."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Numbered:
    """A numbered list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Rows under headings; whole numbers and shares stand right. `widths` are shares of the page's width."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]
    widths: tuple[int, ...] = ()
    name: str = "Data"  # of its sheet in a workbook


@dataclass(frozen=True)
class Signs:
    """Lines to sign on: who, and the name where it is known."""

    rows: tuple[tuple[str, str], ...]


Block = Heading | Paragraph | Pairs | Numbered | Table | Signs


@dataclass(frozen=True)
class Paper:
    """One paper, A4 upright, black on white."""

    title: str
    classification: Classification
    letterhead: Letterhead
    blocks: tuple[Block, ...]
    number: str = ""
    subject: str = ""
    to: tuple[str, ...] = ()
    dated: str = ""
    signatory: tuple[str, ...] = ()  # office, post; the name is written by hand
    copies: tuple[str, ...] = ()  # tembusan
    foot: tuple[str, ...] = ()  # what the figures rest on, who drew it
    draft: bool = False  # not issued: it says so across its head
    sample: bool = False  # people and incidents are invented: every page says so

    @property
    def marking(self) -> str:
        """Give the classification as it stands at head and foot."""
        return SAID[self.classification]


def words_of(paper: Paper) -> str:
    """Give everything a paper says as one text."""
    said = [paper.title, paper.number, paper.subject, paper.dated, *paper.to, *paper.copies, *paper.foot]
    said += [*paper.letterhead.lines, *paper.signatory]
    for block in paper.blocks:
        said += _words(block)
    return "\n".join(said)


def _words(block: Block) -> list[str]:
    if isinstance(block, Heading | Paragraph):
        return [block.text]
    if isinstance(block, Numbered):
        return list(block.items)
    if isinstance(block, Table):
        return [*block.columns, *(shown(cell) for row in block.rows for cell in row)]
    return [cell for row in block.rows for cell in row]


def shown(cell: object) -> str:
    """Write a cell as an Indonesian reader expects it: a decimal comma, a dash for nothing.

    >>> shown(12.5), shown(4070), shown(None), shown("Soko")
    ('12,5', '4.070', '-', 'Soko')
    """
    if cell is None:
        return "-"
    if isinstance(cell, bool):
        return "ya" if cell else "tidak"
    if isinstance(cell, int | float):
        whole, _, rest = f"{cell:,}".partition(".")
        return whole.replace(",", ".") + (f",{rest}" if rest else "")
    return str(cell)
