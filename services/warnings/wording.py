"""Say what a warning says, in Indonesian and English; an unusual rise is said by services/early_warning. Pure."""

from collections.abc import Mapping
from typing import Final, Literal

from schemas.district import District
from schemas.warnings import WarningGroup
from services.early_warning.wording import number, one_in
from services.warnings.thresholds import Quiet, Reached
from services.warnings.vulnerable_dates import Dated, Earlier
from services.web.localised import calendar_day

Language = Literal["id", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("id", "en")
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "rule": (
        (
            "{place}: {count} kejadian dalam {days} hari, {where}. Aturan “{rule}” meminta {asked}.{lowered} Perlu "
            "dipastikan seorang petugas. Bukan ramalan."
        ),
        (
            "{place}: {count} incidents in {days} days, {where}. The rule “{rule}” asks for {asked}.{lowered} An "
            "officer must verify it. Not a forecast."
        ),
    ),
    "km": ("dalam jarak {km} km", "within {km} km"),
    "kecamatan": ("dalam satu kecamatan", "within one kecamatan"),
    "lowered": (
        " Ambang diturunkan petugas selama masa rawan.",
        " The threshold was lowered by an officer for a window.",
    ),
    "date": (
        (
            "{name}: {first} s.d. {last}. {earlier} Pengingat untuk petugas piket; tidak ada ambang yang berubah "
            "karenanya. Bukan ramalan."
        ),
        (
            "{name}: {first} to {last}. {earlier} A reminder for the officers on duty; no threshold changes by it. "
            "Not a forecast."
        ),
    ),
    "date_lowered": (
        "{name}: {first} s.d. {last}. {earlier} Petugas menurunkan ambang selama masa ini: {reason} Bukan ramalan.",
        "{name}: {first} to {last}. {earlier} An officer lowered thresholds for this window: {reason} Not a forecast.",
    ),
    "earlier": (
        "Pada masa yang sama tahun-tahun lalu: {years}.",
        "In the same window of earlier years: {years}.",
    ),
    "earlier_year": ("{year}: {count} kejadian ({serious} gawat)", "{year}: {count} incidents ({serious} serious)"),
    "earlier_none": (
        "Belum ada riwayat dari tahun-tahun lalu.",
        "There is no history of earlier years yet.",
    ),
    "silent": (
        (
            "{place}: tidak ada laporan sejak {since} ({days} hari); biasanya {usual} hari berlaporan seminggu. "
            "Peluang kebetulan {chance}. Tanyakan kepada pelapor di sana: tidak ada kejadian juga laporan (nihil)."
        ),
        (
            "{place}: no report since {since} ({days} days); usually {usual} days with a report a week. Chance alone: "
            "{chance}. Ask the reporters there: that nothing happened is a report too (nil)."
        ),
    ),
    "place": ("Kec. {name}", "Kec. {name}"),
    "ended": (
        "Berakhir menurut aturan: {days} hari tanpa hal baru.",
        "Ended by rule: {days} days without anything new.",
    ),
    "ended_date": ("Masa rawan telah lewat.", "The window is over."),
    "ended_silent": ("Laporan datang lagi.", "Reports come again."),
}


def say(key: str, language: Language, **facts: object) -> str:
    """Say one thing in one language."""
    return WORDS[key][LANGUAGES.index(language)].format(**facts)


def short_name(district: District) -> str:
    """Give what people call the district in a sentence: "Tuban"."""
    return district.name.removeprefix("Kabupaten ").removeprefix("Kota ")


def group_name(group: WarningGroup, language: Language) -> str:
    """Give a group's name in a sentence."""
    return (group.label_id if language == "id" else group.label_en).lower()


def place_name(district: District, code: str) -> str:
    """Give a kecamatan's name; the district's where there is none."""
    place = district.places.get(code)
    return place.name if place else short_name(district)


def of_rule(one: Reached, district: District) -> dict[str, str]:
    """Say that a threshold rule was reached."""
    rule = one.rule
    found: dict[str, str] = {}
    for language in LANGUAGES:
        where = say("kecamatan", language)
        if rule.km is not None:
            km = f"{rule.km:g}".replace(".", "," if language == "id" else ".")
            where = say("km", language, km=km)
        found[language] = say(
            "rule",
            language,
            place=place_name(district, one.area),
            count=len(one.incidents),
            days=rule.days,
            where=where,
            rule=rule.label_id if language == "id" else rule.label_en,
            asked=one.asked,
            lowered=say("lowered", language) if one.asked < rule.at_least else "",
        )
    return found


def of_date(one: Dated, earlier: list[Earlier]) -> dict[str, str]:
    """Say that a vulnerable window begins, and what happened in it before."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        years = [
            say("earlier_year", language, year=e.first.year, count=len(e.incidents), serious=e.serious) for e in earlier
        ]
        told = say("earlier", language, years="; ".join(years)) if years else say("earlier_none", language)
        found[language] = say(
            "date_lowered" if one.lowered else "date",
            language,
            name=one.name,
            first=calendar_day(one.first, language),
            last=calendar_day(one.last, language),
            earlier=told,
            reason=f"{one.reason.rstrip('.')}.",
        )
    return found


def of_quiet(one: Quiet, district: District) -> dict[str, str]:
    """Say that a kecamatan is silent."""
    return {
        language: say(
            "silent",
            language,
            place=say("place", language, name=place_name(district, one.area)),
            since=calendar_day(one.since, language),
            days=one.days,
            usual=number(one.usual, language),
            chance=one_in(one.chance, language),
        )
        for language in LANGUAGES
    }
