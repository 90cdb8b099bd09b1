"""Put pictures away small: one by one as PNG of few colours, all forms of one page together on a sheet (WebP)."""

import io
from collections.abc import Mapping
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

Form = tuple[int, str, str]  # width, theme, language
COLOURS = 64  # of a single picture: screens of few colours stay sharp
SCALE = 0.4
QUALITY = 38
GAP, HEAD = 16, 22  # pixels between pictures, and above each for its words
GROUND, INK = (118, 118, 118), (255, 255, 255)


def keep_single(raw: bytes, file: Path) -> None:
    """Write one picture as PNG."""
    picture = Image.open(io.BytesIO(raw)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


def keep_sheet(forms: Mapping[Form, bytes], file: Path) -> None:
    """Write all forms of one page as one picture: a row for each light and language, a column for each width."""
    font = ImageFont.load_default(15)
    small = {form: _smaller(raw) for form, raw in forms.items()}
    widths = sorted({width for width, _, _ in small})
    rows = sorted(
        {(theme, language) for _, theme, language in small}, key=lambda row: (row[0] != "light", row[1] != "id")
    )
    columns = {width: max(one.width for form, one in small.items() if form[0] == width) for width in widths}
    heights = {row: max(one.height for form, one in small.items() if form[1:] == row) for row in rows}
    sheet = Image.new(
        "RGB",
        (sum(columns.values()) + GAP * (len(columns) + 1), sum(heights.values()) + (GAP + HEAD) * len(rows) + GAP),
        GROUND,
    )
    draw = ImageDraw.Draw(sheet)
    top = GAP
    for row in rows:
        left = GAP
        for width in widths:
            draw.text((left, top), f"{width} {row[0]} {row[1]}", INK, font)
            sheet.paste(small[(width, *row)], (left, top + HEAD))
            left += columns[width] + GAP
        top += heights[row] + GAP + HEAD
    sheet.save(file, "WEBP", quality=QUALITY, method=4)


def _smaller(raw: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(raw)).convert("RGB")
    size = round(picture.width * SCALE), round(picture.height * SCALE)
    return picture.resize(size, Image.Resampling.LANCZOS)
