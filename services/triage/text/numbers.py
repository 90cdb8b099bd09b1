"""Read how many: digits, number words, floors such as "ratusan", ranges such as "50-60". Pure."""

import re
from dataclasses import dataclass

from services.triage.text.normalise import Plain

# Indonesian and Javanese, with the forms it takes before a noun or a scale ("telung wong", "rong atus").
UNITS = {
    "nol": 0, "satu": 1, "siji": 1, "dua": 2, "loro": 2, "rong": 2, "tiga": 3, "telu": 3, "telung": 3,
    "empat": 4, "papat": 4, "patang": 4, "lima": 5, "limo": 5, "limang": 5, "enam": 6, "nem": 6, "enem": 6, "tujuh": 7,
    "pitu": 7, "pitung": 7, "delapan": 8, "wolu": 8, "wolung": 8, "sembilan": 9, "songo": 9, "sanga": 9, "sangang": 9,
    "sepuluh": 10, "sedoso": 10, "sedasa": 10, "sebelas": 11, "sewelas": 11, "rolas": 12, "telulas": 13, "patbelas": 14,
    "limolas": 15, "nembelas": 16, "pitulas": 17, "wolulas": 18, "songolas": 19, "selikur": 21, "selawe": 25,
    "seket": 50, "sewidak": 60, "seratus": 100, "satus": 100, "seribu": 1000, "sewu": 1000,
}  # fmt: skip
SINGLE = {"seorang", "sesosok", "sebuah", "seseorang"}
PAIR = {"sejoli", "sepasang", "keduanya"}
TOGETHER = {f"ke{word}nya": UNITS[word] for word in ("tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")}
# Estimates in words are floors (severity.md): belasan 11, puluhan 20, ratusan 100, ribuan 1000; "beberapa" 2.
FLOORS = {
    "beberapa": 2, "sejumlah": 2, "belasan": 11, "puluhan": 20, "ratusan": 100, "atusan": 100, "ribuan": 1000,
    "ewonan": 1000, "welasan": 11, "jutaan": 1_000_000,
}  # fmt: skip
SCALES = {"belas": 10, "puluh": 10, "ratus": 100, "atus": 100, "ribu": 1000, "ewu": 1000, "juta": 1_000_000}
# "limang puluhan", "lima belasan": as much, or somewhat more.
OPEN_SCALES = {"belasan": "belas", "puluhan": "puluh", "ratusan": "ratus", "atusan": "atus", "ribuan": "ribu"}
_SAID = frozenset([*UNITS, *FLOORS, *SINGLE, *PAIR, *TOGETHER])
_ABOUT = re.compile(r"(\d{1,4})an")  # "50an"
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{3}){1,2}|\d{1,8}")  # no longer than MOST: thousands of digits are no number
_VAGUE_AFTER = {"lebih", "an", "punjul", "+"}
_VAGUE_BEFORE = {"lebih", "sedikitnya", "setidaknya", "minimal", "sekurangnya", "punjul", ">"}
MOST = 200_000  # a larger number counts no people of one district: it is none, not a smaller one
MOST_DIGITS = 9
HUNDRED = 100
TEN = 10
# What is counted or measured: a range before it ("3-4 orang", "2-3 hari") is no date.
COUNTED = frozenset(
    """
    orang org wong uwong tiyang jiwa warga penduduk massa anggota peserta korban luka tewas meninggal mati tatu
    pemuda remaja pelajar siswa mahasiswa santri anak arek cah bocah pria wanita perempuan pendekar pesilat nelayan
    petani buruh pekerja karyawan pedagang preman polisi petugas personel pelaku kk keluarga kelompok
    rumah omah kios toko warung lapak motor mobil truk kendaraan perahu unit buah ekor batang pohon desa dusun titik
    hari menit bulan tahun kali meter km kilometer kg ton hektare hektar ha ribu rb juta jt
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_TO = (["-"], ["sampai"], ["hingga"], ["nganti"], ["atau"], ["sd"], ["s", "/", "d"], ["s", ".", "d", "."])
_DECIMAL = re.compile(r"(\d{1,4})[.,](\d{1,2})")  # "1,5 ribu"


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text: tokens first..last, the least it says, the most (None: no upper bound)."""

    first: int
    last: int
    low: int
    high: int | None


def numbers(plain: Plain) -> list[Number]:
    """Find the numbers of a text in order; clock times, dates and money are for the caller to leave out."""
    tokens = plain.tokens
    found: list[Number] = []
    after = 0
    for at, word in enumerate(tokens):
        if at < after or not (word in _SAID or word[0].isdigit()):
            continue
        one = _number(tokens, at)
        if one is None:
            continue
        if one.first and (
            tokens[one.first - 1] in _VAGUE_BEFORE or tokens[max(0, one.first - 2) : one.first] == ["lebih", "dari"]
        ):
            one = Number(one.first, one.last, one.low, None)
        after = one.last + 1
        if one.low <= MOST:
            found.append(one)
    return found


def counted_range(low: int, high: int, between: str, noun: str) -> bool:
    """Tell a range of what is counted ("3-4 orang", "2/3 warga") from a date.

    Between two numbers a stroke makes a range, or a share, of neighbours below ten only: "9/11" is a date.
    """
    if noun not in COUNTED or low >= high:
        return False
    return between != "/" or (low + 1 == high and low < TEN)


def is_number(word: str) -> bool:
    """Say whether a word is a number by itself, in figures or spoken: "3", "tiga", "telu"."""
    return word.isdigit() or word in UNITS


def _number(tokens: list[str], at: int) -> Number | None:
    word = tokens[at]
    if word in UNITS:
        return _up_to(tokens, _words(tokens, at))
    if word in FLOORS:
        scale = SCALES[tokens[at + 1]] if tokens[at + 1 : at + 2] in (["ribu"], ["juta"]) else None
        return Number(at, at, FLOORS[word], None) if scale is None else Number(at, at + 1, FLOORS[word] * scale, None)
    if word in SINGLE:
        return Number(at, at, 1, 1)
    if word in PAIR:
        return Number(at, at, 2, 2)
    if word in TOGETHER:
        return Number(at, at, TOGETHER[word], TOGETHER[word])
    return _digits(tokens, at)


def _value(word: str) -> int | None:
    """Give a whole number; None for clock times, decimals and codes."""
    if len(word) <= MOST_DIGITS and _NUMBER.fullmatch(word):
        return int(word.replace(".", ""))
    return None


def _digits(tokens: list[str], at: int) -> Number | None:
    if about := _ABOUT.fullmatch(tokens[at]):
        return Number(at, at, int(about[1]), None)
    scaled = _scaled(tokens, at)
    if scaled is not None:
        return scaled
    low = _value(tokens[at])
    if low is None or (tokens[at][0] == "0" and len(tokens[at]) > 1):
        return None
    if tokens[at + 1 : at + 3] in (["-", "an"], ["sampai", "an"], ["hingga", "an"]):
        return Number(at, at + 2, low, None)
    found = _share(tokens, at, low) or _up_to(tokens, Number(at, at, low, low))
    if found.last + 1 < len(tokens) and tokens[found.last + 1] in _VAGUE_AFTER:
        return Number(at, found.last + 1, low, None)
    return found


def _share(tokens: list[str], at: int, low: int) -> Number | None:
    """Read "2/3 warga": two or three, or two thirds of them; two at least."""
    if tokens[at + 1 : at + 2] != ["/"] or at + 3 >= len(tokens):
        return None
    high = _value(tokens[at + 2]) if tokens[at + 2][0].isdigit() else None
    if high is None or not counted_range(low, high, "/", tokens[at + 3]):
        return None
    return Number(at, at + 2, low, None)


def _up_to(tokens: list[str], first: Number) -> Number:
    """Read on where a number begins a range: "3-4", "3 s/d 4", "tiga sampai empat"; it is as many as the lower."""
    to = next((len(to) for to in _TO if tokens[first.last + 1 : first.last + 1 + len(to)] == to), 0)
    at = first.last + 1 + to
    if not to or at >= len(tokens) or first.high is None:
        return first
    second = _words(tokens, at) if tokens[at] in UNITS else None
    if second is None and tokens[at][0].isdigit() and (value := _value(tokens[at])) is not None:
        second = Number(at, at, value, value)
    if second is None or second.low <= first.low:
        return first
    low = first.low
    scale = SCALES.get(tokens[second.last], 1)
    if low < TEN and at < second.last and second.low == UNITS.get(tokens[at], 0) * scale > low * scale:
        low *= scale  # "dua sampai tiga puluh" is twenty to thirty
    return Number(first.first, second.last, low, second.high)


def _scaled(tokens: list[str], at: int) -> Number | None:
    """Read "2 ribu", "1,5 ribu", "10-12 ribu"."""
    high_at = at + 2 if tokens[at + 1 : at + 2] in (["-"], ["sampai"]) else at
    scale = SCALES.get(tokens[high_at + 1], 0) if high_at + 1 < len(tokens) else 0
    if scale < SCALES["ribu"] or high_at >= len(tokens):
        return None
    low, high = _decimal(tokens[at]), _decimal(tokens[high_at])
    if low is None or high is None:
        return None
    return Number(at, high_at + 1, round(low * scale), round(high * scale))


def _decimal(word: str) -> float | None:
    if found := _DECIMAL.fullmatch(word):
        return float(f"{found[1]}.{found[2]}")
    return _value(word)


def _goes_on(said: str, word: str) -> bool:
    """Tell whether a unit belongs to what was said: "dua puluh | lima", "satus | seket"."""
    if word not in UNITS or not (said in SCALES or UNITS.get(said) == HUNDRED):
        return False
    return UNITS[word] < SCALES.get(said, UNITS.get(said, 0))


def _words(tokens: list[str], at: int) -> Number:
    total, value, last, vague = 0, UNITS[tokens[at]], at, False
    while last + 1 < len(tokens) and not vague:
        word = tokens[last + 1]
        if word in OPEN_SCALES:
            word, vague = OPEN_SCALES[word], True
        if word == "belas":
            value += 10
        elif word in SCALES:
            scale = SCALES[word]
            if scale >= 1000:  # noqa: PLR2004 - thousands close what was said so far
                total, value = (total + value) * scale, 0
            else:
                value *= scale
                total, value = total + value, 0
        elif _goes_on(tokens[last], word):
            value += UNITS[word]
        else:
            break
        last += 1
    amount = total + value
    return Number(at, last, amount, None if vague else amount)
