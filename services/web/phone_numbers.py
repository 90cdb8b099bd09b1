"""Spell a phone number one way: E.164, Indonesian where no country is named. Pure."""

import re
import unicodedata

HOME = "ID"
E164 = re.compile(r"\+[1-9][0-9]{7,14}")  # ITU-T E.164: at most 15 digits
INDONESIAN = re.compile(r"\+62[1-9][0-9]{6,12}")  # the library also finds local and short numbers possible
WRITTEN = re.compile(r"[\d+()\s./\-\u2010-\u2015]+")  # what people write a number with; a word makes it none


def e164(number: str) -> str | None:
    """Return the E.164 spelling of a number, None if it is none.

    Marks of direction that a phone's contact list adds (U+202A ...), the apostrophe by which a spreadsheet keeps a
    leading zero, and that zero after the country's code are no part of a number. Numbers that are possible by length
    are taken, whether or not their prefix is assigned yet: one that is refused here reaches nobody.

    >>> e164("0812-3456-7890"), e164("62 812 3456 7890"), e164("+62 0812 3456 7890"), e164("'081234567890")
    ('+6281234567890', '+6281234567890', '+6281234567890', '+6281234567890')
    >>> e164("110"), e164("+62")
    (None, None)
    """
    import phonenumbers  # noqa: PLC0415 - a tenth of a command's start, and most commands are told no number

    bare = "".join(sign for sign in number if unicodedata.category(sign) != "Cf").strip().lstrip("'\u2018\u2019`")
    if not WRITTEN.fullmatch(bare):
        return None
    digits = re.sub(r"[^\d+]", "", bare)
    if digits.startswith("00"):  # how one dials abroad from anywhere; here it would be 001 or 017
        digits = f"+{digits[2:]}"
    elif digits.startswith("62"):
        digits = f"+{digits}"
    try:
        found = phonenumbers.parse(digits, HOME)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(found):
        return None
    spelt = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    kind = INDONESIAN if spelt.startswith("+62") else E164
    return spelt if kind.fullmatch(spelt) else None
