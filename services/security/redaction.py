"""Hide what identifies a minor or a private person in a text: NIK, telephone, e-mail, and names told with a young age.

Pure and deliberately simple: it hides what has a plain shape and errs towards hiding. It is no substitute for a
verifier's eyes; whoever must not know the text at all (a redacted recipient) is not sent any.
"""

import re

MINOR_BELOW = 18  # years

_NIK = re.compile(r"(?<!\d)\d{16}(?!\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w+])(?:\+?62|0)[\s-]?8(?:[\s.-]?\d){7,12}(?!\d)")
_WORD = r"(?:[A-Z][a-z'\u2019]+|[A-Z]{2,4}|[A-Z]\.)"
_NAME = rf"{_WORD}(?:\s{_WORD}){{0,3}}"
_AGE = r"(?P<age>\d{1,2})"
_YEARS = r"(?:tahun|thn|th)"
_NAMED_WITH_AGE = re.compile(
    rf"(?P<name>{_NAME})(?P<between>\s?\(\s?{_AGE}(?:\s?{_YEARS}\.?)?\s?\)|,?\s(?:umur\s|usia\s)?(?P<plain>\d{{1,2}})\s?{_YEARS}\b)",
)
_INTRODUCED = re.compile(
    rf"(?P<word>(?i:\b(?:a\.\s?n\.|an\.|atas nama|bernama|berinisial|inisial|saudara|sdr\.|sdri\.)))\s{_NAME}"
)
_NOT_NAMES = {"anak", "korban", "pelaku", "pelajar", "remaja", "pemuda", "siswa", "siswi", "santri", "warga", "saksi"}
_NOT_NAMES |= {"seorang", "dua", "tiga", "terduga", "tersangka", "atas", "oleh", "dan"}


def mask(text: str) -> str:
    """Give the text with NIK, telephone numbers, e-mail addresses, minors' and introduced names hidden.

    >>> mask("Korban Budi Santoso (16) warga Soko, HP 0812-3456-7890")
    'Korban [anak] (16) warga Soko, HP [telepon]'
    >>> mask("Pelaku a.n. Joko, NIK 3523110101900001")
    'Pelaku a.n. [nama], NIK [NIK]'
    """
    text = _NIK.sub("[NIK]", text)
    text = _EMAIL.sub("[alamat]", text)
    text = _PHONE.sub("[telepon]", text)
    text = _NAMED_WITH_AGE.sub(_child, text)
    return _INTRODUCED.sub(r"\g<word> [nama]", text)


def _child(found: re.Match[str]) -> str:
    age = int(found["age"] or found["plain"])
    if age >= MINOR_BELOW:
        return found[0]
    # "Korban Budi (16)" begins with a word of the sentence: what is no name stays, so that the sentence stays readable.
    first, *rest = found["name"].split(" ")
    kept = f"{first} " if rest and first.lower() in _NOT_NAMES else ""
    return f"{kept}[anak]{found['between']}"
