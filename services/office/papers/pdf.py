"""Draw a paper as PDF, A4, black on white: the same content as its page. Pure."""

from collections.abc import Callable, Iterator
from copy import copy
from datetime import datetime
from functools import cache
from io import BytesIO
from itertools import zip_longest
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos
from fpdf.fonts import FontFace, SubsetMap, TTFFont

from services.office.papers.paper import (
    SAMPLE,
    Block,
    Heading,
    Numbered,
    Pairs,
    Paper,
    Paragraph,
    Signs,
    Table,
    shown,
)

FONTS = Path(__file__).resolve().parent / "fonts"
FAMILY = "dejavu"
NOTHING = "Tidak ada."  # of a table without rows
SIZE, SMALL = 10.5, 8.5  # points
LINE = 5.4  # millimetres
FOOT, FOOT_LINE = 7, 3.2  # points, millimetres
BELOW = 9  # millimetres from the marking at the foot to the edge
TOGETHER = 4  # rows of a table, its head among them, that a page does not part
ROW = 6  # millimetres
MARGIN = 22
LABEL = 42  # millimetres of a label before its colon
USUAL = (*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2040))  # code points: Latin letters, marks
UNUSED = ("FFTM", "GDEF", "GPOS", "GSUB", "MATH", "kern")  # tables of a font that are in no paper
CLOSER = (
    0.94,
    0.88,
    0.83,
)  # of the usual sizes, tried where they need fewer pages; 8.7 points of running text at least
LENGTHS = (40, 8, 5, 4, 3, 2, 1)  # entries of each list, tried where a paper is to be one page


class _Sheet(FPDF):
    """A4 with the classification at head and foot of every page."""

    def __init__(self, paper: Paper, made: datetime, scale: float) -> None:
        super().__init__(format="A4")
        self.paper, self.made = paper, made
        self.scale = scale
        self.size, self.small, self.line_height = SIZE * scale, SMALL * scale, LINE * scale
        self.set_creation_date(made)
        self.set_title(f"{paper.title} {paper.number}".strip())
        self.set_lang("id")
        self.set_margins(MARGIN, 18, MARGIN)
        self.fonts.update({font.fontkey: font for font in _fonts()})
        self.foot = 0.0

    def written(self) -> bytes:
        """Give its bytes, once: of its fonts what is used goes into them."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):  # the others are no files
                font.ttfont = _read_font(font.ttffile, set(font.subset.get_all_glyph_names()))
        return bytes(self.output())

    def begin(self) -> None:
        """Begin the first page, and keep room for the foot on each."""
        self.add_page()
        self.set_font(FAMILY, "", FOOT)
        heights = (
            self.multi_cell(0, FOOT_LINE, line, dry_run=True, output=MethodReturnValue.HEIGHT)
            for line in self.paper.foot
        )
        self.foot = sum(one for one in heights if isinstance(one, float | int))
        self.set_auto_page_break(auto=True, margin=max(24, BELOW + self.foot + 4))

    def header(self) -> None:
        self.set_font(FAMILY, "B", 9)
        self.cell(0, 5, self.paper.marking, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        if self.paper.sample:
            self.cell(0, 5, SAMPLE, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(2)

    def footer(self) -> None:
        self.set_y(-max(20, BELOW + self.foot + 1))
        self.set_font(FAMILY, "", FOOT)
        for line in self.paper.foot:
            self.multi_cell(0, FOOT_LINE, line, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_font(FAMILY, "B", 8)
        self.set_y(-BELOW)
        self.cell(0, 4, f"{self.paper.marking}  -  {self.page_no()} / {{nb}}", align="C")

    def words(self, text: str, *, size: float = SIZE, style: str = "", align: str = "L") -> None:
        """Write running text over the whole width; `size` in points before the sheet's scale."""
        self.set_font(FAMILY, style, size * self.scale)
        self.multi_cell(0, self.line_height * size / SIZE, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _read_font(file: Path, used: set[str]) -> TTFont:
    """Read a font to take what is used out of it: of 3,500 signs the usual ones alone, where they are enough."""
    content, names = _usual(file)
    if not used.issubset(names):
        return TTFont(file, recalcTimestamp=False, lazy=True)
    font = TTFont(BytesIO(content), recalcTimestamp=False, lazy=True)
    font.setGlyphOrder(list(names))
    return font


@cache
def _usual(file: Path) -> tuple[bytes, tuple[str, ...]]:
    """Give a font with the usual signs alone, and the names of these."""
    taking = Subsetter(Options(notdef_outline=True, recommended_glyphs=True))
    taking.options.drop_tables += UNUSED
    taking.populate(unicodes=USUAL)
    with TTFont(file, recalcTimestamp=False, lazy=True) as font:
        taking.subset(font)
        names = tuple(font.getGlyphOrder())
        content = BytesIO()
        font.save(content)
    return content.getvalue(), names


@cache
def _read_fonts() -> tuple[TTFFont, ...]:
    """Read the fonts, once for all sheets: it takes longer than to draw one."""
    sheet = FPDF()
    sheet.add_font(FAMILY, "", FONTS / "DejaVuSerifCondensed.ttf")
    sheet.add_font(FAMILY, "B", FONTS / "DejaVuSerifCondensed-Bold.ttf")
    found = tuple(font for font in sheet.fonts.values() if isinstance(font, TTFFont))
    for font in found:
        font.close()
    return found


def _fonts() -> Iterator[TTFFont]:
    """Give the fonts of one sheet: what it uses of them is its own, what they are is everybody's."""
    for read in _read_fonts():
        font = copy(read)
        font.missing_glyphs = []
        font.subset = SubsetMap(font)
        yield font


def pdf_of(paper: Paper, made: datetime) -> bytes:
    """Draw a paper; the same paper and instant give the same bytes."""
    usual = _laid_out(paper, made, 1)
    scale = _scale_of(usual)
    return usual.written() if scale == 1 else _drawn(paper, made, scale)[0]


def one_page_of(write: Callable[[int], Paper], made: datetime) -> bytes:
    """Draw what `write` makes of at most so many entries of each list: as many of them as one page holds."""
    for most in LENGTHS:
        paper = write(most)
        if _laid_out(paper, made, CLOSER[-1]).page_no() == 1:
            break
    return pdf_of(paper, made)


def _scale_of(usual: _Sheet) -> float:
    """Give 1 for the usual sizes, or those a little closer that save a page.

    Else a signature, or the sum of a table, often stood alone on a last page.
    """
    if usual.page_no() == 1:
        return 1
    fewest = _laid_out(usual.paper, usual.made, CLOSER[-1]).page_no()
    if fewest == usual.page_no():
        return 1
    tried = (scale for scale in CLOSER[:-1] if _laid_out(usual.paper, usual.made, scale).page_no() == fewest)
    return next(tried, CLOSER[-1])


def _drawn(paper: Paper, made: datetime, scale: float) -> tuple[bytes, int]:
    """Draw in sizes times `scale`; gives the number of pages too."""
    sheet = _laid_out(paper, made, scale)
    return sheet.written(), sheet.page_no()


def _laid_out(paper: Paper, made: datetime, scale: float) -> _Sheet:
    """Lay out in sizes times `scale`."""
    sheet = _Sheet(paper, made, scale)
    sheet.begin()
    _head(sheet, paper)
    for block, following in zip_longest(paper.blocks, paper.blocks[1:]):
        _draw(sheet, block, following)
    _signature(sheet, paper)
    return sheet


def _head(sheet: _Sheet, paper: Paper) -> None:
    for number, line in enumerate(paper.letterhead.lines):
        sheet.words(line, size=12 if number < 2 else 9, style="B" if number < 2 else "", align="C")  # noqa: PLR2004
    y = sheet.get_y() + 1.5
    sheet.set_line_width(0.9)
    sheet.line(MARGIN, y, sheet.w - MARGIN, y)
    sheet.set_line_width(0.25)
    sheet.line(MARGIN, y + 1.2, sheet.w - MARGIN, y + 1.2)
    sheet.set_y(y + 6)
    if paper.draft:
        sheet.words("KONSEP, BELUM DITERBITKAN", style="B", align="C")
    if paper.to and paper.dated:
        sheet.words(paper.dated, align="R")
    sheet.words(paper.title.upper(), size=12, style="B", align="C")
    if paper.number:
        sheet.words(f"Nomor: {paper.number}", align="C")
    sheet.ln(3)
    pairs = [("Perihal", paper.subject)] if paper.subject else []
    pairs += [("Kepada" if number == 0 else "", line) for number, line in enumerate(paper.to)]
    if pairs:
        _pairs(sheet, Pairs(tuple(pairs)))
        sheet.ln(2)


def _draw(sheet: _Sheet, block: Block, following: Block | None) -> None:
    if isinstance(block, Heading):
        sheet.ln(2)
        first = _least(sheet, following) if isinstance(following, Table) else 2 * sheet.line_height
        if sheet.will_page_break(2 * sheet.line_height + first):  # no heading without what it is of
            sheet.add_page()
        sheet.words(block.text, style="B")
    elif isinstance(block, Paragraph):
        sheet.words(block.text, size=SMALL if block.small else SIZE, align="L")
        sheet.ln(1.2)
    elif isinstance(block, Pairs):
        _pairs(sheet, block)
    elif isinstance(block, Numbered):
        _numbered(sheet, block)
    elif isinstance(block, Table):
        _table(sheet, block)
    else:
        _signs(sheet, block)


def _pairs(sheet: _Sheet, block: Pairs) -> None:
    sheet.set_font(FAMILY, "", sheet.size)
    for label, value in block.rows:
        top = sheet.get_y()
        if sheet.will_page_break(2 * sheet.line_height):
            sheet.add_page()
            top = sheet.get_y()
        sheet.multi_cell(LABEL, sheet.line_height, label, align="L", new_x=XPos.RIGHT, new_y=YPos.TOP)
        sheet.set_xy(MARGIN + LABEL, top)
        sheet.cell(4, sheet.line_height, ":" if label else "", new_x=XPos.RIGHT, new_y=YPos.TOP)
        sheet.multi_cell(0, sheet.line_height, value or "-", align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _numbered(sheet: _Sheet, block: Numbered) -> None:
    sheet.set_font(FAMILY, "", sheet.size)
    for number, item in enumerate(block.items, 1):
        if sheet.will_page_break(sheet.line_height):
            sheet.add_page()
        sheet.cell(8, sheet.line_height, f"{number}.", new_x=XPos.RIGHT, new_y=YPos.TOP)
        sheet.multi_cell(0, sheet.line_height, item, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _least(sheet: _Sheet, block: Table) -> float:
    """Give the height of the rows of a table that a page does not part, in millimetres."""
    return min(len(block.rows) + 1, TOGETHER) * ROW * sheet.scale


def _table(sheet: _Sheet, block: Table) -> None:
    sheet.set_font(FAMILY, "", sheet.small)
    sheet.set_line_width(0.2)
    right = [all(not isinstance(row[place], str) for row in block.rows) for place in range(len(block.columns))]
    if sheet.will_page_break(_least(sheet, block)):
        sheet.add_page()
    with sheet.table(
        col_widths=block.widths or None,
        line_height=4.4 * sheet.scale,
        padding=0.8 * sheet.scale,
        headings_style=FontFace(emphasis="BOLD"),
        text_align=tuple("RIGHT" if one and block.rows else "LEFT" for one in right),
    ) as table:
        table.row(block.columns)
        for row in block.rows:
            table.row([shown(cell) for cell in row])
        if not block.rows:
            table.row().cell(NOTHING, colspan=len(block.columns))
    sheet.ln(2)


def _signs(sheet: _Sheet, block: Signs) -> None:
    sheet.set_font(FAMILY, "", sheet.size)
    for number, (who, name) in enumerate(block.rows, 1):
        if sheet.will_page_break(11):
            sheet.add_page()
        sheet.cell(8, 11, f"{number}.", align="L")
        sheet.cell(70, 11, who, align="L")
        sheet.cell(40, 11, name, align="L")
        sheet.cell(0, 11, "." * 28, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _signature(sheet: _Sheet, paper: Paper) -> None:
    if paper.signatory:
        if sheet.will_page_break(46 * sheet.scale):
            sheet.add_page()
        sheet.ln(6)
        left = sheet.w / 2 + 6
        lines = [] if paper.to else [paper.dated]
        for line in (*filter(None, lines), *paper.signatory, "", "", "", "(" + "." * 34 + ")"):
            sheet.set_x(left)
            sheet.set_font(FAMILY, "", sheet.size)
            sheet.multi_cell(0, sheet.line_height, line, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    if paper.copies:
        if sheet.will_page_break((len(paper.copies) + 2) * sheet.line_height):
            sheet.add_page()
        sheet.ln(3)
        sheet.words("Tembusan:", style="B")
        _numbered(sheet, Numbered(paper.copies))
