"""Say how much a mention tells about where it happened, from the words around it. Pure.

"di Soko" is the site, "pesilat asal Soko" is where people come from, "Polsek Soko" is an office.
"""

from collections.abc import Sequence
from typing import Any

from services.triage.text.normalise import Plain

SITE, RESIDENT, BARE, OFFICE, ORIGIN = 4.0, 3.0, 2.0, 1.0, 0.0
LOOK_BACK = 3  # tokens before a name that are looked at
KINDS = {"desa": "desa", "kelurahan": "desa", "dusun": "desa", "kampung": "desa", "kecamatan": "kecamatan"}
_BREAKS = frozenset([",", ".", ";", "(", ")"])
FAR_BACK = 7  # tokens before a name in which "serupa" says that it is another event's place
_ELSEWHERE_TOO = frozenset(["serupa", "sejenis"])
_RESIDENTS = "warga"
AT = frozenset(["di", "nang", "ning", "neng"])
_LIVES = frozenset(["tinggal", "berdomisili", "beralamat", "menetap", "rumahnya"])
_FROM = frozenset(["asal", "dari"])
_SKIPPED = frozenset({*KINDS, "/", "kabupaten", "kota"})
# Titles before a person's name; "pak Soko" may also call an officer and then name a place.
_TITLES = frozenset(
    ["pak", "bapak", "bu", "ibu", "mas", "mbak", "kang", "cak", "gus", "sdr", "sdri", "haji", "bernama"]
)
_ORIGIN_WORDS = frozenset(
    """
    asal berasal dari arah menuju ke tujuan kelahiran domisili jatah milik untuk jurusan se
    """.split()  # noqa: SIM905 - a list of words reads better as words
)


FROM_TOO = frozenset(["soko"])  # Javanese for "from", and the name of a kecamatan and of desa
_DENIED = frozenset(["bukan", "dudu", "bkn"])
_NOT = frozenset(["tidak", "tdk", "ora", "gak"])
_TOWARDS = frozenset(["ke", "menuju"])
_WAYS = frozenset(["akses", "jalan", "jalur"])
_HALLS = frozenset(["kantor", "balai", "pendopo", "gedung", "rumah"])


class Roles:
    """Reads the words before a name, by the lists of a district's lexicon."""

    def __init__(self, words: dict[str, Any]) -> None:
        lists = words.get("place", {})
        self._office = frozenset(lists.get("office", ()))
        self._resident = frozenset(lists.get("origin", ())) - _ORIGIN_WORDS
        self._site = frozenset(lists.get("site", ()))

    def of(self, plain: Plain, first: int, last: int) -> float:
        """Give the role of the name at tokens first..last."""
        tokens = plain.tokens
        at = first - 1
        while at >= 0 and tokens[at] in _SKIPPED:
            at -= 1
        if at < 0 or tokens[at] == ".":
            return SITE if _is_heading(tokens, last) else BARE
        if self._is_denied(tokens, first, at):
            return ORIGIN
        if tokens[at] in _TITLES:
            return RESIDENT if at and tokens[at - 1] == "-" else OFFICE  # "ibu - ibu Plajan" are many
        if not _ELSEWHERE_TOO.isdisjoint(tokens[max(0, first - FAR_BACK) : first]):
            return ORIGIN  # "kejadian serupa terjadi pula di Palang"
        for back in range(at, max(-1, at - LOOK_BACK), -1):
            word = tokens[back]
            if word in _BREAKS and back != at:
                break
            role = self._by(word, tokens, back, at)
            if role is not None:
                return role
        return BARE

    @staticmethod
    def _is_denied(tokens: Sequence[str], first: int, at: int) -> bool:
        """Tell whether a place is said to be the wrong one: "bukan di Ds. Menilo tapi ...", "tidak di Soko"."""
        back = at
        while back >= 0 and (tokens[back] in _SKIPPED or tokens[back] in AT):
            back -= 1
        if back < 0:
            return False
        return tokens[back] in _DENIED or (tokens[back] in _NOT and not AT.isdisjoint(tokens[back:first]))

    def _by(self, word: str, tokens: Sequence[str], back: int, at: int) -> float | None:
        """Give the role that one word before a name gives it, if any; `at` is the nearest word before it."""
        if word == "dari" and _RESIDENTS in tokens[max(0, back - LOOK_BACK) : back]:
            return RESIDENT  # "warga ring satu dari Desa Socorejo": they live there, as "warga Socorejo" do
        way = word in _TOWARDS and _leads_to_a_thing(tokens, back, at)
        if not way and (
            word in _ORIGIN_WORDS
            or (word in FROM_TOO and back == at)
            or (word in AT and back and tokens[back - 1] in _LIVES)
        ):
            return ORIGIN
        if way or word in self._site:
            return SITE
        if word in self._office and back >= at - 1:
            return OFFICE
        if word in self._resident:
            # "asal warga", "dari kelompok": the word before decides
            return ORIGIN if back > 0 and tokens[back - 1] in _FROM else RESIDENT
        return None


def _leads_to_a_thing(tokens: Sequence[str], back: int, at: int) -> bool:
    """Tell whether "ke" or "menuju" leads to a thing that stands in the place, not to the place.

    "Jalan ke kantor kecamatan" and "akses ke tambang Kecamatan Kerek" name it; "jalan ke Kerek" only leads there.
    """
    return tokens[back + 1] in _HALLS or (back > 0 and tokens[back - 1] in _WAYS and back < at)


def _is_heading(tokens: Sequence[str], last: int) -> bool:
    """Tell whether a report opens with its place: "BANGUNREJO SOKO: ...", "Bangunrejo - tawuran"."""
    return tokens[last + 1 : last + 2] == [":"]
