"""Spell a phone number one way: E.164, Indonesian where no country is named. Pure."""

import re

SEPARATORS = re.compile(r"[\s().\-\u00a0\u2010-\u2013]")
E164 = re.compile(r"\+[1-9][0-9]{7,14}")  # ITU-T E.164: at most 15 digits
INDONESIAN = re.compile(r"\+62[1-9][0-9]{6,12}")


def e164(number: str) -> str | None:
    """Give the E.164 spelling of a number, None if it is none.

    >>> e164("0812-3456-7890"), e164("62 812 3456 7890"), e164("+6281234567890"), e164("110")
    ('+6281234567890', '+6281234567890', '+6281234567890', None)
    """
    bare = SEPARATORS.sub("", number)
    if bare.startswith("00"):
        bare = "+" + bare[2:]
    elif bare.startswith("0"):
        bare = "+62" + bare[1:]
    elif bare.startswith("62"):
        bare = "+" + bare
    elif bare.startswith("8"):
        bare = "+62" + bare
    kind = INDONESIAN if bare.startswith("+62") else E164
    return bare if kind.fullmatch(bare) else None
