"""Say a judgement in words, in Indonesian and English, from codes and numbers; no sentence is made anywhere else."""

from collections.abc import Mapping
from math import floor, log10
from typing import Any, Literal

from .detector import SILENT_WEEKS, Change, Verdict

Language = Literal["id", "en"]
LEAST_TOLD_CHANCE = 1e-6
FEW, LEAST_TENTH, LEAST_SHOWN = 10, 0.05, 0.01
MONTHS_PER_YEAR = 12
SEVERAL_MONTHS, SEVERAL_YEARS, MOST_YEARS = 1.5, 24, 100
LEAST_MONTHS = 0.75
WORDS: Mapping[Language, Mapping[str, str]] = {
    "id": {
        "rise": "{place}: {count} kejadian dalam {days} hari; biasanya {usual}. Peluang kebetulan {chance}. "
        "Peringatan sekuat ini karena kebetulan: {often} di seluruh {district}.{again}{short} Bukan ramalan.",
        "district": "{place}: {count} kejadian dalam 7 hari; biasanya {usual}. Peluang kebetulan {chance}. "
        "Diberitahukan sekali; tiap wilayah kini dinilai terhadap tingkat yang baru. Bukan ramalan.",
        "usual": "Tidak luar biasa; {needs} kejadian akan menjadi peringatan.{short}",
        "held": "Sudah diberitahukan; {needs} kejadian akan menjadi peringatan lagi.{short}",
        "silent": f"Riwayat kurang dari {SILENT_WEEKS} minggu: belum dinilai.",
        "again": " Jauh lebih kuat daripada peringatan sebelumnya.",
        "short": " Riwayat pendek.",
        "whole": "Seluruh {district}",
        "whole_group": "Seluruh {district}, {group}",
        "one_in": "1 dari {n}",
        "less": "kurang dari 1 dari {n}",
        "weeks": "lebih dari sekali dalam sebulan",
        "month": "kira-kira sekali dalam sebulan",
        "months": "kira-kira sekali dalam {n} bulan",
        "years": "kira-kira sekali dalam {n} tahun",
        "most": "lebih jarang daripada sekali dalam {n} tahun",
        "here": "kabupaten",
    },
    "en": {
        "rise": "{place}: {count} incidents in {days} days; usually {usual}. Chance alone: {chance}. "
        "A warning as strong by chance: {often} in all of {district}.{again}{short} Not a forecast.",
        "district": "{place}: {count} incidents in 7 days; usually {usual}. Chance alone: {chance}. "
        "Told once; each area is judged against the new level from now on. Not a forecast.",
        "usual": "Not unusual; {needs} incidents would be a warning.{short}",
        "held": "Told already; {needs} incidents would be a warning again.{short}",
        "silent": f"Less than {SILENT_WEEKS} weeks of history: not judged yet.",
        "again": " Far stronger than the warning before.",
        "short": " Short history.",
        "whole": "All of {district}",
        "whole_group": "All of {district}, {group}",
        "one_in": "1 in {n}",
        "less": "less than 1 in {n}",
        "weeks": "more than once a month",
        "month": "about once a month",
        "months": "about once in {n} months",
        "years": "about once in {n} years",
        "most": "less than once in {n} years",
        "here": "the district",
    },
}


def code(verdict: Verdict) -> str:
    """Give the code of what a verdict says: rise, usual, held or silent."""
    if verdict.notify:
        return "rise"
    return "usual" if verdict.state == "judged" else verdict.state


def say(verdict: Verdict, area: str, group: str = "", district: str = "", language: Language = "id") -> str:
    """Say what a verdict means for an area; `group` and `district` are names as people read them, and may be empty."""
    words = WORDS[language]
    chosen = code(verdict)
    short = words["short"] if verdict.short else ""
    if chosen != "rise":
        return words[chosen].format(needs=verdict.needs, short=short)
    return words["rise"].format(
        place=f"{area}, {group}" if group else area,
        count=_whole(verdict.seen, language),
        days=verdict.days,
        usual=number(verdict.usual, language),
        chance=one_in(verdict.chance, language),
        often=how_often(verdict.months or 0.0, language),
        district=district or words["here"],
        again=words["again"] if verdict.state == "held" else "",
        short=short,
    )


def say_change(change: Change, group: str = "", district: str = "", language: Language = "id") -> str:
    """Say that the whole district changed, or one issue group (`group`: its name) in all of it."""
    words = WORDS[language]
    place = words["whole_group" if change.group else "whole"].format(district=district or words["here"], group=group)
    return words["district"].format(
        place=place,
        count=_whole(change.seen, language),
        usual=number(change.usual, language),
        chance=one_in(change.chance, language),
    )


def facts(verdict: Verdict) -> dict[str, Any]:
    """Give the numbers of a notification, for programs and for pages."""
    return {
        "window_days": verdict.days,
        "window_count": verdict.seen,
        "window_expected": round(verdict.usual, 3),
        "months_between": None if verdict.months is None else round(verdict.months, 2),
        "again": verdict.state == "held",
    }


def number(value: float, language: Language) -> str:
    """Write a rate with one decimal below ten, two where it would be 0."""
    if value >= FEW:
        return _whole(round(value), language)
    text = f"{value:.1f}" if value >= LEAST_TENTH else f"{max(value, LEAST_SHOWN):.2f}"
    return text.replace(".", ",") if language == "id" else text


def one_in(chance: float, language: Language) -> str:
    """Write a chance as 1 in so many, to two digits."""
    words = WORDS[language]
    if chance < LEAST_TOLD_CHANCE:
        return words["less"].format(n=_whole(round(1 / LEAST_TOLD_CHANCE), language))
    return words["one_in"].format(n=_whole(max(_two_digits(1 / chance), 1), language))


def how_often(months: float, language: Language) -> str:
    """Write how often chance raises something."""
    words = WORDS[language]
    if months < LEAST_MONTHS:
        return words["weeks"]
    if months < SEVERAL_MONTHS:
        return words["month"]
    if months < SEVERAL_YEARS:
        return words["months"].format(n=round(months))
    years = months / MONTHS_PER_YEAR
    if years > MOST_YEARS:
        return words["most"].format(n=MOST_YEARS)
    return words["years"].format(n=round(years))


def _two_digits(value: float) -> int:
    scale = int(10 ** max(floor(log10(value)) - 1, 0))
    return round(value / scale) * scale


def _whole(value: int, language: Language) -> str:
    text = f"{value:,}"
    return text.replace(",", ".") if language == "id" else text
