"""Hide what identifies a minor or a private person in a text; messages and pages ask the same rules.

Hidden are NIK and other numbers of sixteen digits, telephone numbers, e-mail addresses, number plates, names of minors
(told with an age below 18 or as pupils) and names told by an introduction ("bernama ...", "nama saya ...", "a.n. ...").
There are two renderings: `with_placeholders` says what stood there, for messages; `with_dots` keeps the length, so
that spans into the text stay true, for pages.

Pure. The rules know shapes, not people, and hide too much rather than too little. They do not replace a verifier's
eyes; a recipient who must not know the text at all is not sent any. Every pattern takes time linear in the text: runs
of unlimited length are possessive and begin only where the run begins.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

MINOR_BELOW = 18  # years
_SHOWN = 3  # leading characters of a number that the dots leave, to tell two numbers apart
_DOT = "•"


class Kind(StrEnum):
    """What a hidden stretch of text was; the value is the placeholder's word."""

    NIK = "NIK"
    EMAIL = "alamat"
    PHONE = "telepon"
    PLATE = "nopol"
    MINOR = "anak"
    NAME = "nama"


@dataclass(frozen=True)
class Stretch:
    """What is hidden from `start` up to `end`, in characters of the text."""

    start: int
    end: int
    kind: Kind


def with_placeholders(text: str) -> str:
    """Return the text with a word in brackets for each hidden stretch.

    >>> with_placeholders("Korban Budi Santoso (16) warga Soko, HP 0812-3456-7890")
    'Korban [anak] (16) warga Soko, HP [telepon]'
    >>> with_placeholders("Pelaku a.n. Joko, NIK 3523110101900001")
    'Pelaku a.n. [nama], NIK [NIK]'
    """
    return _render(text, lambda stretch: f"[{stretch.kind.value}]")


def with_dots(text: str) -> str:
    """Return the text with dots for each hidden stretch, as long as it was: spans into the text stay true.

    >>> with_dots("hubungi 081234567890 segera")
    'hubungi 081••••••••• segera'
    >>> with_dots("Korban Budi (16)")
    'Korban •••• (16)'
    """

    def dots(stretch: Stretch) -> str:
        shown = _SHOWN if stretch.kind in (Kind.NIK, Kind.PHONE) else 0
        head = text[stretch.start : stretch.start + shown]
        return head + _DOT * (stretch.end - stretch.start - len(head))

    return _render(text, dots)


def _render(text: str, replacement: Callable[[Stretch], str]) -> str:
    parts, position = [], 0
    for stretch in hidden(text):
        parts += [text[position : stretch.start], replacement(stretch)]
        position = stretch.end
    return "".join([*parts, text[position:]])


def hidden(text: str) -> list[Stretch]:
    """Return the stretches to hide, in order, none overlapping; of two that overlap the first rule's kind is kept."""
    return list(_hidden(text))


@lru_cache(maxsize=1024)  # a report's text is asked for once per message: it is read once, before any transaction
def _hidden(text: str) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    said = _said(text)
    for rule in _RULES:
        found += rule(text, said)
    found.sort(key=lambda one: one.start)  # stable: the order of the rules decides between equals
    apart: list[Stretch] = []
    for one in found:
        if apart and one.start < apart[-1].end:
            last = apart[-1]
            apart[-1] = Stretch(last.start, max(last.end, one.end), last.kind)
        else:
            apart.append(one)
    return tuple(apart)


@dataclass(frozen=True, slots=True)
class _Said:
    """What stands in a text: a pattern is tried only where that without which it finds nothing is there."""

    low: str
    words: frozenset[str]
    digits: int
    known: bool = True  # letters beyond ASCII have more than one small letter: there every pattern is tried

    def any_word(self, words: frozenset[str]) -> bool:
        """Tell whether one of these words stands in it as a whole."""
        return not self.known or not self.words.isdisjoint(words)

    def any_part(self, *parts: str) -> bool:
        """Tell whether one of these stands anywhere in it."""
        return not self.known or any(part in self.low for part in parts)


_WORD, _DIGIT = re.compile(r"\w++"), re.compile(r"\d")


def _said(text: str) -> _Said:
    if not text.isascii():
        return _Said("", frozenset(), len(text), known=False)
    low = text.lower()
    return _Said(low, frozenset(_WORD.findall(low)), len(_DIGIT.findall(low)))


# -- numbers and addresses ---------------------------------------------------------------------------------------------

_GAP = r"[\s.\-\u2010-\u2015]{0,3}"  # what people put between the digits of one number
_NIK_PLAIN = re.compile(r"(?<!\d)\d{16}(?!\d)")
_NIK_APART = re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{15}}(?!\d)")
_OF_A_NIK, _OF_A_PHONE, _OF_A_PLATE = 16, 8, 3  # digits that it has at least
_BIRTH_OF_WOMEN = 40  # added to the day in a NIK
_CENTURY = 2000

_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]++\s?(?:@|\(at\)|\[at\])\s?(?=[\w-]*+\.[\w])[\w-]++(?:\.[\w-]++)++", re.IGNORECASE
)
# Spelt so that programs do not find it: budi.s at gmail dot com.
_EMAIL_SPELT = re.compile(
    r"(?<![\w.+%-])[\w.+%-]++[ \t](?:at|et)[ \t][\w-]++(?:[ \t](?:dot|titik)[ \t][a-z]{2,}+)++", re.IGNORECASE
)
# A mobile number in any way of writing: 0812..., +62 812..., 0062 812..., +62 (0)812..., wa.me/62812..., digits apart;
# and one that a spreadsheet robbed of its zero. Not "Rp 8..." and no part of a longer number.
_MOBILE = re.compile(
    rf"(?<!\d)(?<!\d[.,])(?:(?:\+{_GAP}|0{_GAP}0{_GAP})?6{_GAP}2{_GAP})?(?:(?:\({_GAP}0{_GAP}\)|0){_GAP})?"
    rf"8(?:{_GAP}\d){{7,12}}(?!\d)"
)
_DOTS = frozenset(["dot", "titik"])
_MARKED = re.compile(rf"^[+0(]|^6{_GAP}2")
_BARE_MOBILE = re.compile(r"8[1-9]\d{7,10}")
_LANDLINE = re.compile(r"(?<!\d)(?<!\d[.,])(?:\(0\d{2,3}\)\s?|0\d{2,3}[\s-])\d{3}[\s-]?\d{3,4}(?!\d)(?![.,]\d)")
_LINK = re.compile(r"(?<!\w)(?:wa\.me|t\.me|telegram\.me)/(?!\+?\d)\w++|(?<!\w)phone=\+?\d++", re.IGNORECASE)
_MONEY_BEFORE = re.compile(r"\b(?:rp|idr)\.?\s?$", re.IGNORECASE)

# Codes of the regions on number plates (Perkap 7/2021). Other letters before a number are RT, KM, PP and the like.
_REGIONS = (
    "A|B|D|E|F|G|H|K|L|M|N|P|R|S|T|W|Z|AA|AB|AD|AE|AG|BA|BB|BD|BE|BG|BH|BK|BL|BM|BN|BP|DA|DB|DC|DD|DE|DG|DH|DK|DL|DM|DN|"
    "DP|DR|DT|DW|EA|EB|ED|KB|KH|KT|KU|PA|PB|PG|PS|PT|PY"
)
_UNITS = r"KM|KG|ORG|JT|KK|TH|THN|RB|M|DI|DAN|KE|WIB|RT|RW|PKL|JAM|CC|MM|CM|HA"
_PLATE = re.compile(rf"(?<![\w.])(?:{_REGIONS})[ -]?\d{{3,4}}[ -]?(?!(?:{_UNITS})\b)[A-Z]{{1,3}}(?!\w)")
_PLATE_NAMED = re.compile(
    rf"\b(?:nopol|no\.? ?pol|nomor polisi|plat|pelat|plat nomor|pelat nomor)\b\.?:?\s?(?:nomor\s|no\.?\s)?"
    rf"(?P<plate>(?:{_REGIONS})[ -]?\d{{1,4}}(?:[ -]?(?!(?:{_UNITS})\b)[A-Z]{{1,3}})?)(?!\w)",
    re.IGNORECASE,
)
_PLATE_WORDS = frozenset(["nopol", "pol", "plat", "pelat"])


def _niks(text: str, said: _Said) -> Iterator[Stretch]:
    if said.digits < _OF_A_NIK:
        return
    for match in _NIK_PLAIN.finditer(text):
        yield Stretch(*match.span(), Kind.NIK)
    for match in _NIK_APART.finditer(text):
        # Digits apart may be a date, a time and a count in a row: only those that say a day of birth are a NIK.
        if _says_a_birthday(re.sub(r"\D", "", match[0])):
            yield Stretch(*match.span(), Kind.NIK)


def _says_a_birthday(nik: str) -> bool:
    day, month, year = (int(nik[at : at + 2]) for at in (6, 8, 10))
    try:
        date(_CENTURY + year, month, day - _BIRTH_OF_WOMEN if day > _BIRTH_OF_WOMEN else day)
    except ValueError:
        return False
    return nik[0] != "0"


def _emails(text: str, said: _Said) -> Iterator[Stretch]:
    for pattern, may_stand in (
        (_EMAIL, said.any_part("@", "(at)", "[at]")),
        (_EMAIL_SPELT, said.any_word(_DOTS)),
    ):
        for match in pattern.finditer(text) if may_stand else ():
            yield Stretch(*match.span(), Kind.EMAIL)


def _phones(text: str, said: _Said) -> Iterator[Stretch]:
    numbers = said.digits >= _OF_A_PHONE
    for match in _MOBILE.finditer(text) if numbers else ():
        if _MARKED.match(match[0]) or (_BARE_MOBILE.fullmatch(match[0]) and _is_alone(text, *match.span())):
            yield Stretch(*match.span(), Kind.PHONE)
    for pattern, may_stand in ((_LANDLINE, numbers), (_LINK, said.any_part(".me/", "phone="))):
        for match in pattern.finditer(text) if may_stand else ():
            yield Stretch(*match.span(), Kind.PHONE)


def _is_alone(text: str, start: int, end: int) -> bool:
    """Say whether digits are no amount of money and no part of a longer number."""
    return not _MONEY_BEFORE.search(text[max(0, start - 6) : start]) and not re.match(r"[.,]\d", text[end : end + 2])


def _plates(text: str, said: _Said) -> Iterator[Stretch]:
    for match in _PLATE.finditer(text) if said.digits >= _OF_A_PLATE else ():
        yield Stretch(*match.span(), Kind.PLATE)
    if said.digits and (said.any_word(_PLATE_WORDS) or said.any_part("nomor polisi")):
        for match in _PLATE_NAMED.finditer(text):
            yield Stretch(*match.span("plate"), Kind.PLATE)


# -- names -------------------------------------------------------------------------------------------------------------

_LETTER = r"[^\W\d_]"
_CAPITALISED = r"(?:[A-Z](?:[a-z'\u2019]++|[A-Z'\u2019]++)(?![A-Za-z])|[A-Z]\.)"
_NAME = rf"{_CAPITALISED}(?:[ \t]{_CAPITALISED}){{0,3}}"
_BEFORE_AN_AGE = rf"{_CAPITALISED}(?:[ \t]{_CAPITALISED}){{0,5}}"  # with the words that say whose age it is
_ANY_CASE = rf"{_LETTER}[\w'\u2019.]{{1,24}}(?![\w'\u2019])"

_YEARS = r"(?:tahun|thn|th)\b\.?"
_SEX = r"(?:L|P|lk|pr|laki-laki|perempuan)"
_AGE_WORDS = r"(?:umur|usia|berumur|berusia|yang masih|masih|baru|yang)"
# In brackets, as in: Budi (16), Budi (16 th), Budi (L/16), Budi (16, L), Budi (umur 16 tahun).
_AGE_IN_BRACKETS = (
    rf"[ \t]?\([ \t]?(?:{_SEX}[ \t]?[/,][ \t]?)?(?:{_AGE_WORDS}[ \t]){{0,3}}(?P<bracketed>\d{{1,2}})"
    rf"(?:[ \t]?{_YEARS})?(?:[ \t]?[/,][ \t]?{_SEX})?[ \t]?\)"
)
# Plain, as in: Budi, 15 tahun; Budi usia 14 tahun; Budi umur: 14; Budi/15 th.
_AGE_PLAIN = (
    rf"(?:,[ \t]?|[ \t]|/)(?:anak[ \t])?(?:(?:{_AGE_WORDS}[ \t]){{0,3}}(?P<years>\d{{1,2}})[ \t]?{_YEARS}"
    r"|(?:umur|usia)[ \t]?:?[ \t]?(?P<stated>\d{1,2})\b)"
)
_NOT_AN_AGE = r"(?![ \t]?(?:lalu|silam|yang lalu|yg lalu|penjara|kurungan|terakhir))"
_NAMED_WITH_AGE = re.compile(
    rf"(?<!\w)(?P<name>{_BEFORE_AN_AGE})(?:(?i:{_AGE_IN_BRACKETS})|(?i:{_AGE_PLAIN}){_NOT_AN_AGE}"
    r"|,[ \t](?P<bare>\d{1,2}),)"
)
# In small letters only where the age is unmistakable: "rizal adi (14 th)", "rizal, 14 tahun".
_SMALL_WITH_AGE = re.compile(
    rf"(?<!\w)(?P<name>[a-z]{{3,20}}(?:[ \t][a-z]{{3,20}})?)"
    rf"(?:[ \t]?\([ \t]?(?P<bracketed>\d{{1,2}})[ \t]?{_YEARS}[ \t]?\)"
    rf"|,[ \t]?(?P<years>\d{{1,2}})[ \t]?{_YEARS}{_NOT_AN_AGE})"
)
_BARE_AGE = re.compile(r",[ \t]\d{1,2},")
_SCHOOL = (
    r"(?:siswa|siswi|pelajar|murid|santri|santriwati|anak|kelas|sekolah|duduk|yang|masih|di|bersekolah|smp|sma|\d{1,2}"
    r"|[ivx]{1,4})"
)
_NAMED_PUPIL = re.compile(
    rf"(?<!\w)(?P<name>{_BEFORE_AN_AGE})(?:,[ \t]|[ \t]\(|[ \t])(?i:(?:{_SCHOOL}[ \t]){{1,4}}"
    r"(?:PAUD|TK|SD|SDN|MI|SMP|SMPN|MTs|MTsN|SMA|SMAN|SMK|SMKN|MA|MAN|kelas)\b)"
)
_LEVELS = frozenset("paud tk sd sdn mi smp smpn mts mtsn sma sman smk smkn ma man kelas".split())  # noqa: SIM905 - words

_CUES = (
    r"a\.[ \t]?n\.?|an\.|atas nama|bernama|berinisial|inisial|saudara|saudari|sdr\.?|sdri\.?|alias|nama panggilan"
    r"|panggilannya"
)
_INTRODUCED = re.compile(rf"\b(?i:{_CUES})[ \t]?:?[ \t]?(?<![\w])(?P<name>{_NAME})")
# A form's line ("Nama pelapor: ...") and who says the own name: in any case of letters, where capitals do not end it.
_FREE_NAME = rf"{_ANY_CASE}(?:[ \t](?:bin|binti)[ \t]{_ANY_CASE}|[ \t]{_ANY_CASE})?(?:[ \t]{_CAPITALISED}){{0,2}}"
_STATED = re.compile(
    rf"(?<!\w)(?i:nama(?:[ \t](?:lengkap|pelapor|korban|saksi|pelaku|terlapor|anak|saya|ku))?[ \t]?[:=]"
    r"|nama[ \t]pelapor[ \t]?-|pelapor[ \t]?[:=]"
    r"|nama[ \t]?(?:saya|ku|aku|kulo|kula)(?:[ \t]adalah)?|perkenalkan,?(?:[ \t]nama)?[ \t](?:saya|aku))[ \t]?,?[ \t]?"
    rf"(?P<name>{_FREE_NAME})"
)
_ON_BEHALF = re.compile(rf"(?<!\w)(?i:a\.[ \t]?n\.)[ \t]?(?P<name>(?![A-Z]){_FREE_NAME})")
_HONORIFIC = r"(?:pak|bapak|bu|ibu|mas|mbak|cak|kang|yu|lik|mbah|gus|ning|ustadz|ustad|haji|h\.)"
_SELF = re.compile(
    rf"(?<!\w)(?i:saya|sy|aku|kulo|kula)"
    rf"(?:,?[ \t](?i:{_HONORIFIC})[ \t](?P<called>{_ANY_CASE}(?:[ \t]{_CAPITALISED}){{0,2}})"
    r"|,?[ \t](?P<name>[A-Z][a-z'\u2019]++(?:[ \t][A-Z][a-z'\u2019]++){0,3})"
    r"(?=[ \t]?(?:[,.(/\n]|$)|[ \t](?i:dari|warga|asal|alamat|selaku|sebagai|ingin|mau|hendak|melapor\w*|lapor|rt"
    r"|tinggal)\b)"
    # In capitals any word stands behind "SAYA": only before what a person says of himself.
    r"|,?[ \t](?P<loud>[A-Z][A-Z'\u2019]++(?:[ \t][A-Z][A-Z'\u2019]++){0,3})"
    r"(?=[ \t](?:DARI|WARGA|ASAL|ALAMAT|SELAKU)\b))"
)
_SIGNED = re.compile(
    r"(?<!\w)(?i:ttd\.?|tertanda|hormat (?:kami|saya)|salam|wassalam|terima kasih|suwun)[ \t]?[,:][\s]{0,3}"
    rf"(?P<name>{_NAME})"
)
# Without one of these words none of the patterns above finds anything.
_CUE_WORDS = frozenset(
    "n an nama bernama berinisial inisial saudara saudari sdr sdri alias panggilannya".split()  # noqa: SIM905 - words
)
_SIGNING_WORDS = frozenset(["ttd", "tertanda", "hormat", "salam", "wassalam", "kasih", "suwun"])
_SELVES = frozenset(["saya", "sy", "aku", "kulo", "kula"])
_BEHALF = frozenset(["n"])  # of "a.n."

# Words that stand where a name could and are none.
_NO_NAME = (
    "anak anaknya bocah balita bayi korban pelaku pelajar remaja pemuda pemudi siswa siswi santri santriwati "
    "murid warga saksi seorang dua tiga empat lima orang laki perempuan wanita pria terduga tersangka atas oleh "
    "dan dengan yang ini itu sama lain usia umur tahun kelas sekolah mahasiswa massa kelompok perguruan polisi "
    "polres polsek kodim koramil babinsa bhabinkamtibmas tni polri satpol camat lurah kades kepala ketua "
    "perangkat rt rw desa dusun kecamatan kelurahan kabupaten tuban jalan pelapor lapor melapor melaporkan "
    "laporan dari di ke pada untuk sudah telah sedang akan baru masih ada tidak tdk bukan belum mau ingin hendak "
    "minta mohon tolong lihat melihat dengar mendengar lewat tinggal dirahasiakan disembunyikan rahasia anonim "
    "hamba allah kami kita mereka saya aku pak bapak bu ibu mas mbak juga karena bahwa hukuman penjara selama "
    "berumur berusia nama asal alamat selaku sebagai sering pernah jadi adalah tersebut diduga kejadian sekitar "
    "kurang lebih hari minggu bulan motor mobil rumah toko masjid gereja sawah sungai pasar "
)
_NOT_NAMES = frozenset(_NO_NAME.split())


_TITLES = frozenset({"pak", "bapak", "bu", "ibu", "mas", "mbak"})
_PLACE_FOLLOWS = "di ke dari warga asal alamat tinggal desa dusun kecamatan kelurahan kabupaten jalan lewat sekitar"
_BEFORE_A_PLACE = frozenset(_PLACE_FOLLOWS.split())
_PERSON_TOLD = (
    "anak anaknya bocah balita bayi korban pelaku pelajar remaja pemuda pemudi siswa siswi santri santriwati murid "
    "saksi terduga tersangka pelapor nama warga umur usia berumur berusia"
)
_SAY_WHO = frozenset(_PERSON_TOLD.split())
_LAST_WORD = re.compile(r"(\w{1,20})\W{0,2}\Z")
_SHORT = 4  # letters of an abbreviation or a short name; a longer word in capitals is one of a text in capitals


def _is_loud(word: str) -> bool:
    return len(word) > _SHORT and word.isupper()


def _is_minor(match: re.Match[str]) -> bool:
    ages = (value for name, value in match.groupdict().items() if name != "name" and value)
    if int(next(ages, MINOR_BELOW)) >= MINOR_BELOW:
        return False
    # In a text in capitals "SENGKETA LAHAN 15 TAHUN" is how long, unless a word says that a person is told of.
    words = match["name"].split()
    years = re.match(r"[ \t]\d", match.string[match.end("name") : match.end("name") + 2])
    who = _SAY_WHO.intersection((_word_before(match.string, match.start("name")), *(word.lower() for word in words)))
    return not (years and _is_loud(words[-1])) or bool(who)


def _word_before(text: str, at: int) -> str:
    found = _LAST_WORD.search(text[max(0, at - 20) : at])
    return found[1].lower() if found else ""


@dataclass(frozen=True)
class _Run:
    """Words in a row that may be a name, and the word before them."""

    before: str
    start: int
    end: int


def _runs(text: str, start: int, end: int) -> list[_Run]:
    """Return the runs of words that may be names, without the words between them that are none."""
    runs: list[_Run] = []
    before, inside = _word_before(text, start), False
    for found in re.finditer(r"\S+", text[start:end]):
        word = found[0].strip(".").lower()
        if word in _NOT_NAMES:
            before, inside = word, False
            continue
        first = runs.pop() if inside else _Run(before, start + found.start(), 0)
        # A full stop after the last word ends the sentence, not the name; after a single letter it is an initial's.
        stop = len(found[0]) > len("A.") and found[0].endswith(".")
        runs.append(_Run(first.before, first.start, start + found.end() - stop))
        inside = True
    return runs


def _named(match: re.Match[str], group: str) -> Iterator[Stretch]:
    """Yield the name that a word introduces: it stands first."""
    for run in _runs(match.string, *match.span(group))[:1]:
        yield Stretch(run.start, run.end, Kind.NAME)


def _aged(match: re.Match[str]) -> Iterator[Stretch]:
    """Yield the name of whom an age or a school is told: behind the word that says who it is, and no place."""
    runs = _runs(match.string, *match.span("name"))
    names = [run for run in runs if run.before not in _BEFORE_A_PLACE] or runs[-1:]
    if names and names[-1].before in _SAY_WHO:
        names = names[-1:]
    for run in names:
        yield Stretch(run.start, run.end, Kind.MINOR)


def _minors(text: str, said: _Said) -> Iterator[Stretch]:
    years = said.digits > 0 and said.any_part("tahun", "th")
    stated = said.digits > 0 and (years or said.any_part("(", "umur", "usia") or _BARE_AGE.search(text) is not None)
    for pattern, may_stand in ((_NAMED_WITH_AGE, stated), (_SMALL_WITH_AGE, years)):
        for match in pattern.finditer(text) if may_stand else ():
            if _is_minor(match):
                yield from _aged(match)
    for match in _NAMED_PUPIL.finditer(text) if said.any_word(_LEVELS) else ():
        yield from _aged(match)


def _each(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches, also one that begins within the name of the one before: "AN. JOKO SUSILO DAN SDR TARJI"."""
    match = pattern.search(text)
    while match:
        yield match
        match = pattern.search(text, match.start("name"))


def _introduced(text: str, said: _Said) -> Iterator[Stretch]:
    for pattern, words in ((_INTRODUCED, _CUE_WORDS), (_SIGNED, _SIGNING_WORDS)):
        for match in _each(pattern, text) if said.any_word(words) else ():
            # In a text in capitals any word stands behind the cue: "SAUDARA KITA DI DESA" names nobody.
            first = match["name"].split()[0]
            if not (first.isupper() and first.lower() in _NOT_NAMES - _TITLES - _SAY_WHO):
                yield from _named(match, "name")
    for pattern, may_stand in (
        (_STATED, said.any_part("nama", "pelapor", "perkenalkan")),
        (_ON_BEHALF, said.any_word(_BEHALF)),
    ):
        for match in pattern.finditer(text) if may_stand else ():
            # The name stands first or after a title; what follows a word of a sentence is none.
            if match["name"].split()[0].strip(".").lower() not in _NOT_NAMES - _TITLES:
                yield from _named(match, "name")
    for match in _SELF.finditer(text) if said.any_word(_SELVES) else ():
        if not (match["loud"] and match["loud"].split()[0].lower() in _NOT_NAMES):
            yield from _named(match, next(group for group in ("called", "name", "loud") if match[group]))


_RULES = (_niks, _emails, _phones, _plates, _minors, _introduced)
