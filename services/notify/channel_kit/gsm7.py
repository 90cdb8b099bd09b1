"""Count and fit SMS: the GSM 7-bit alphabet of 3GPP TS 23.038 (6.2.1), its extension table, and segments. Pure.

Code 0x09 is left out: a capital C with cedilla there, a small one in Unicode's table of it (GSM0338.TXT).
"""
# ruff: noqa: RUF001, RUF002 - the characters an SMS cannot say are what this file is about

import unicodedata

BASIC = frozenset(
    "@£$¥èéùìò\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # an escape and a character: two septets that one segment must hold together
ONE_SEPTETS, MANY_SEPTETS = 160, 153  # 140 bytes; in a chain 6 of them are the header
ONE_UNITS, MANY_UNITS = 70, 67  # UCS-2, when one character is outside the alphabet

# What phones' keyboards and word processors put in, and what an SMS can say instead
PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("•·●▪", "*"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f\t", " "),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f", None),
        "…": "...",
        "→": "->",
        "←": "<-",
        "≥": ">=",
        "≤": "<=",
        "×": "x",
        "½": "1/2",
    }
)


def normalise(text: str) -> str:
    """Say a text in the GSM 7-bit alphabet; what has no equal becomes "?".

    >>> normalise("“Rusuh” – Ds. Prunggahan…")
    '"Rusuh" - Ds. Prunggahan...'
    """
    return "".join(_plain(sign) for sign in text.translate(PLAIN))


def _plain(sign: str) -> str:
    if sign in BASIC or sign in EXTENDED:
        return sign
    bare = "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    if bare and all(part in BASIC or part in EXTENDED for part in bare):
        return bare
    return "" if unicodedata.category(sign) in ("Mn", "Cf", "Cc") else "?"


def is_gsm7(text: str) -> bool:
    """Say whether a text needs no UCS-2."""
    return all(sign in BASIC or sign in EXTENDED for sign in text)


def segments(text: str) -> int:
    """Count the SMS a text needs, as the network bills them.

    >>> segments("x" * 160), segments("x" * 161), segments("é" * 160), segments("ć" * 71)
    (1, 2, 1, 2)
    """
    if is_gsm7(text):
        return _pack([2 if sign in EXTENDED else 1 for sign in text], ONE_SEPTETS, MANY_SEPTETS)
    return _pack([2 if sign > "\uffff" else 1 for sign in text], ONE_UNITS, MANY_UNITS)


def room(count: int) -> int:
    """Give how many plain characters fit into so many SMS."""
    return ONE_SEPTETS if count == 1 else MANY_SEPTETS * count


def _pack(widths: list[int], one: int, many: int) -> int:
    """Fill segments in order; a character of width two is never torn apart."""
    if not widths:
        return 0
    if sum(widths) <= one:
        return 1
    count, room = 1, many
    for width in widths:
        if width > room:
            count, room = count + 1, many
        room -= width
    return count
