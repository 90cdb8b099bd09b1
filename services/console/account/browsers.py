"""Say in two words from which program and which kind of device somebody is signed in. Pure.

A browser says what it is in a line that names its ancestors as well; the first mark of these tables that stands in it
decides. It is told to a person for recognising his own devices, and proves nothing.
"""

from typing import NamedTuple

_PROGRAMS = (
    ("SamsungBrowser/", "Samsung Internet"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("OPiOS/", "Opera"),
    ("Opera", "Opera"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("Edge/", "Edge"),
    ("UCBrowser/", "UC Browser"),
    ("UBrowser/", "UC Browser"),
    ("MiuiBrowser/", "Mi Browser"),
    ("HuaweiBrowser/", "Huawei Browser"),
    ("VivoBrowser/", "Vivo Browser"),
    ("HeyTapBrowser/", "HeyTap Browser"),
    ("YaBrowser/", "Yandex"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("FBAN/", "Facebook"),
    ("FBAV/", "Facebook"),
    ("Instagram", "Instagram"),
    ("WhatsApp/", "WhatsApp"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("KAIOS/", "KaiOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


class Browser(NamedTuple):
    """A program and what it runs on; empty where the line does not say."""

    program: str
    system: str


def browser_of(agent: str) -> Browser:
    """Return the browser that a line (User-Agent) speaks of.

    >>> browser_of("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36")
    Browser(program='Chrome', system='Android')
    >>> browser_of("curl/8.5.0")
    Browser(program='', system='')
    """
    program = next((name for mark, name in _PROGRAMS if mark in agent), "")
    return Browser(program, next((name for mark, name in _SYSTEMS if mark in agent), ""))
