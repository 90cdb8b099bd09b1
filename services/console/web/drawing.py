"""Draw what a page shows as a picture of its own making. Pure."""

import io

import segno


def qr(link: str) -> str:
    """Draw a link as a QR code: an SVG, black on white with its quiet zone."""
    out = io.BytesIO()
    segno.make(link, error="m").save(out, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False)
    return out.getvalue().decode()
