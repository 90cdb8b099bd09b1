"""Read how many people a cell counts, by the field of its column. Pure.

A whole number fills a field of the report. Words become a sentence of the text, which is judged like any other. A sign
for "nobody" says nothing more than an empty cell: the text may tell of people all the same.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

# What begins the sentence that is made of words in a column; of victims at large their heading does.
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "killed": "Korban meninggal",
        "injured": "Korban luka",
        "badly_injured": "Luka berat",
        "lightly_injured": "Luka ringan",
        "crowd": "Massa",
    }
)
_ANYBODY = frozenset(
    {"orang", "org", "or", "warga", "korban", "jiwa", "ada", "sekitar", "kurang", "lebih", "kl", "lk", "pax"}
)
_HURT = _ANYBODY | {"luka"}
# Words beside a number that say what the column says anyway.
_SAME: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "killed": _ANYBODY | {"meninggal", "dunia", "md", "tewas"},
        "injured": _HURT | {"ringan", "lr"},  # "berat" weighs more, and stays in the text
        "badly_injured": _HURT | {"berat", "lb"},
        "lightly_injured": _HURT | {"ringan", "lr"},
        "crowd": _ANYBODY | {"massa", "peserta"},
    }
)
_COUNTED = re.compile(r"(?<![\d.,/-])(?:\d{1,3}(?:\.\d{3}){1,3}|\d{1,9})(?![\d/]|[.,-]\d)", re.ASCII)
_NOBODY = frozenset({"0", "nihil", "nol", "tidak ada", "tdk ada", "kosong", "none", "no", "tidak"})
_OTHERS = {"killed": re.compile(r"(?i)\bluka"), "injured": re.compile(r"(?i)\b(?:meninggal|md|tewas)\b")}
MOST: Mapping[str, int] = MappingProxyType({"crowd": 10_000_000})  # as the door takes them
MOST_HURT = 1_000_000


@dataclass
class People:
    """What the columns of people in one row give: numbers of fields, sentences, and what is doubtful, by field."""

    numbers: dict[str, int] = field(default_factory=dict)
    sentences: list[str] = field(default_factory=list)
    doubts: list[tuple[str, str]] = field(default_factory=list)


def is_nobody(told: str) -> bool:
    """Say whether a cell counts nobody.

    >>> is_nobody("0 orang"), is_nobody("- Nihil -"), is_nobody("1"), is_nobody("--")
    (True, True, False, True)
    """
    bare = " ".join(told.casefold().split()).strip(" -\u2013\u2014_.?()*/:")
    words = bare.split()
    return bare in _NOBODY or not bare or (words[0] in ("0", "nihil") and set(words[1:]) <= _HURT)


def whole_number(told: str, name: str) -> int | None:
    """Give the number that a cell of this field is; None when it says anything else.

    >>> whole_number("3 orang", "injured"), whole_number("\u00b1 1.500 org", "crowd"), whole_number("2 luka", "killed")
    (3, 1500, None)
    """
    found = _COUNTED.findall(told)
    if len(found) != 1 or re.search(rf"-\s*{re.escape(found[0])}", told):
        return None
    beside = re.findall(r"[^\W\d_]+", told.casefold())
    number = int(found[0].replace(".", ""))
    most = MOST.get(name, MOST_HURT)
    return number if set(beside) <= _SAME[name] and len(told) <= 60 and number <= most else None  # noqa: PLR2004


def people_of(cells: Mapping[str, Sequence[tuple[str, str]]]) -> People:
    """Give what cells, heading and value by field, tell of people: the largest number of a kind, sentences of words.

    All injured are those of their own column, or the badly and the lightly injured together where that is more.
    """
    out = People()
    told: dict[str, list[int]] = {}
    for name, filled in cells.items():
        for heading, value in filled:
            number = None if name == "casualties" else whole_number(value, name)
            if number:
                told.setdefault(name, []).append(number)
            elif not is_nobody(value):
                out.sentences.append(_sentence(name, heading, value))
    for name, numbers in told.items():
        if len(set(numbers)) > 1:
            out.doubts.append((name, "dua kolom menyebut jumlah yang berbeda; dibaca yang terbesar"))
        if name == "badly_injured":  # no field of a report holds them, and they weigh more than others
            out.sentences.append(f"{LABELS[name]}: {max(numbers)} orang.")
    most = {name: max(numbers) for name, numbers in told.items()}
    parts = most.pop("badly_injured", 0) + most.pop("lightly_injured", 0)
    if parts and most.get("injured", parts) < parts:
        out.doubts.append(("injured", "kurang dari luka berat dan ringan bersama; dibaca yang terbesar"))
    if parts:
        most["injured"] = min(MOST_HURT, max(parts, most.get("injured", 0)))
    out.numbers = most
    return out


def _sentence(name: str, heading: str, value: str) -> str:
    """Give words of a column as a sentence; one of victims at large says by its heading which ("Korban / Hilang")."""
    more = " orang" if value.isdecimal() else ""
    label = " ".join(heading.replace("/", " ").split()) if name == "casualties" else LABELS[name]
    if name in _OTHERS and _OTHERS[name].search(value):
        label = "Korban"
    return f"{label}: {value.rstrip(' .')}{more}."
