"""Spell a phone number one way: E.164, Indonesian where no country is named. Pure.

Numbers are read by Google's libphonenumber in its Python port, `phonenumbers`, which knows every country's plan.
"""

import re

import phonenumbers

HOME = "ID"
LONGEST = 60  # characters: a number with its signs and an extension is shorter
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_LETTERS = re.compile(r"[^\W\d_]")


def e164(number: str) -> str | None:
    """Give the E.164 spelling of a number that may be somebody's, None if the text is anything else or more.

    >>> e164("0812-3456-7890"), e164("62 812 3456 7890"), e164("+62 0812 3456 7890"), e164("110"), e164("Pos Soko")
    ('+6281234567890', '+6281234567890', '+6281234567890', None, None)
    """
    bare = _INVISIBLE.sub("", number).strip(" '\u2019`\"")
    if len(bare) > LONGEST or _LETTERS.search(bare):
        return None
    if bare.startswith("00"):
        bare = "+" + bare[2:]  # how an international number is dialled in most of the world; from here it is 001 or 017
    try:
        parsed = phonenumbers.parse(bare, HOME)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
