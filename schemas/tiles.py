"""Read the address of the office's own map tiles, and name the one origin that a page may ask for them. Pure."""

import re
from dataclasses import dataclass

# A host or an address of IPv4 and a port; no login in it, and no sign that has a meaning in a header.
_ADDRESS = re.compile(r"(?P<origin>https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?)?(?P<path>/[A-Za-z0-9._~%/?=&@{}:,-]*)")
PLACES = ("{z}", "{x}", "{y}")
WRONG = (
    "no address of tiles; one is like https://peta.instansi.example/tile/{z}/{x}/{y}.png, or /tile/{z}/{x}/{y}.png "
    "where the pages' own proxy serves them"
)


@dataclass(frozen=True)
class TileServer:
    """Where tiles are; `by` is what is said below the map of whose they are."""

    template: str
    by: str = ""

    def address(self, zoom: int, x: int, y: int) -> str:
        """Give the address of one tile."""
        return self.template.replace("{z}", str(zoom)).replace("{x}", str(x)).replace("{y}", str(y))

    @property
    def origin(self) -> str:
        """Give the origin that a page must be allowed to ask; empty where it is the pages' own.

        >>> TileServer("https://peta.example:8443/t/{z}/{x}/{y}.png").origin, TileServer("/t/{z}/{x}/{y}.png").origin
        ('https://peta.example:8443', '')
        """
        found = _ADDRESS.fullmatch(self.template)
        return (found["origin"] or "") if found else ""


def is_address(template: str) -> bool:
    """Say whether tiles can be asked for at this address.

    >>> is_address("https://peta.example/{z}/{x}/{y}.png"), is_address("https://peta.example/{z}/{x}.png")
    (True, False)
    >>> is_address("//peta.example/{z}/{x}/{y}.png"), is_address("https://a:b@peta.example/{z}/{x}/{y}.png")
    (False, False)
    >>> is_address("https://peta.example/gwc/tms/1.0.0/tuban:desa@EPSG:900913@png/{z}/{x}/{y}.png")
    True
    >>> is_address("/gwc/wmts?layers=a:desa,a:jalan&z={z}&x={x}&y={y}"), is_address("https://peta.example:x/{z}/{x}/{y}")
    (True, False)
    """
    found = _ADDRESS.fullmatch(template)
    if found is None or found["path"].startswith("//"):
        return False
    rest = template
    for place in PLACES:
        if rest.count(place) != 1:
            return False
        rest = rest.replace(place, "")
    return not set("{}") & set(rest)
