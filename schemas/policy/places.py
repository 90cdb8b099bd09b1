"""Say which places a district knows, and how they are drawn on its map."""

from typing import Annotated

from pydantic import StringConstraints

from schemas.messages import Frozen


class Place(Frozen):
    """A Kemendagri place or a hand-kept landmark; degrees WGS 84, the radius in metres round its centre."""

    code: str
    kind: str  # kabupaten, kecamatan, desa, kelurahan, landmark
    name: str
    kecamatan: str
    kabupaten: str = "35.23"
    lat: float | None = None
    lon: float | None = None
    radius_m: int | None = None  # estimated from its neighbours' centres when the district is read
    aliases: tuple[str, ...] = ()


class Shape(Frozen):
    """An area on the district's map: the path of an SVG, and where its name stands; pixels of the picture."""

    code: str
    path: Annotated[str, StringConstraints(pattern=r"^[MLZ0-9.,-]+$")]
    x: float
    y: float
    source: str = ""  # who published these boundaries; empty: they are approximate
