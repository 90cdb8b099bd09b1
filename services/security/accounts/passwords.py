"""Say whether a password may be chosen: long enough, not one that is tried first, not one's own name.

Length counts, not kinds of signs (NIST SP 800-63B-4, section 3.1.1.2: at least 15 alone or 8 beside a second factor,
checked against a list of common ones; ours is 12 for both). Pure, but for a list that is read once.
"""

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

LEAST = 12  # characters
MOST = 128  # characters; a longer one only makes the hash slow
DISTINCT = 5  # different signs at least
OWN = 4  # different letters that must be left beside one's own words
LIST = Path(__file__).with_name("common_passwords.txt")
# What everybody here would try: the place, the offices, the product, and the words Indonesians choose most.
_LOCAL = (
    "tuban kominda kesbang kesbangpol polres polsek polri kodim koramil satpol satpolpp kentongan admin administrator "
    "koordinator verifikator piket siaga bupati camat lurah desa indonesia nusantara merdeka pancasila garuda "
    "bhayangkara rahasia katasandi sandi sayang bismillah alhamdulillah masuk password passwd qwerty"
)
_SWAPPED = str.maketrans("013457@$!", "oieastasi")  # signs that stand for letters
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyz")


def fault(password: str, own: Iterable[str] = ()) -> str | None:
    """Say in a word what is wrong with a password, None where it may be chosen; `own`: login, name, office, post.

    >>> fault("Tuban2026!"), fault("Password123456"), fault("polres-joko-1985", ["joko", "POLRES"])
    ('short', 'common', 'own')
    >>> fault("aaaaaaaaaaaa"), fault("qwertyuiop123"), fault("empat kuda putih lari")
    ('plain', 'plain', None)
    """
    if len(password) < LEAST:
        return "short"
    if len(password) > MOST:
        return "long"
    small = password.casefold()
    if len(set(small)) < DISTINCT or _runs(small):
        return "plain"
    forms = {_letters(small), _letters(small.translate(_SWAPPED))}
    if small in common() or any(_is_common(one) for one in forms):
        return "common"
    return "own" if any(_is_own(one, own) for one in forms) else None


@cache
def common() -> frozenset[str]:
    """Give the passwords and words that are tried first."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#")) | frozenset(_LOCAL.split())


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalpha())


def _is_common(letters: str) -> bool:
    """Say whether the letters are one common word, once or over and over."""
    lengths = (length for length in range(4, len(letters) + 1) if len(letters) % length == 0)
    return any(
        letters[:length] in common() and letters == letters[:length] * (len(letters) // length) for length in lengths
    )


def _is_own(letters: str, own: Iterable[str]) -> bool:
    """Say whether little is left of the letters without one's own words and those of the place."""
    words = {part for one in own for part in re.findall(r"[^\W\d_]{3,}", one.casefold())} | set(_LOCAL.split())
    left = letters
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    return len(set(left)) < OWN


def _runs(text: str) -> bool:
    """Say whether most neighbours are neighbours on the keyboard or in the alphabet too, or the same."""
    pairs = list(pairwise(text))
    near = sum(
        one == other or any(f"{one}{other}" in row or f"{other}{one}" in row for row in _ROWS) for one, other in pairs
    )
    return near * 3 >= len(pairs) * 2
