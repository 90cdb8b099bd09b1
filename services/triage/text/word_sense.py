"""Tell words that sound like a form of conflict from what they mean beside their neighbours. Pure.

"Aksi begal" is no protest, "dihantam ombak" no assault, a road "ditutup untuk hajatan" no blockade.
"""

from collections.abc import Sequence
from itertools import pairwise

from services.triage.text.lexicon import Hit

# "aksi" before these is a deed, not a protest.
_DEEDS = frozenset(
    """
    begal pembegalan klitih pencurian perampokan penjambretan copet jambret kejahatan kriminal penipuan kekerasan brutal
    anarkis premanisme koboi keji sadis serang penyerangan saling bacok pembacokan penganiayaan pengeroyokan pemukulan
    penembakan penusukan tawuran perkelahian perusakan vandalisme pembakaran perundungan pemalakan pemerasan teror main
    nekat ugal balap bejat pencabulan bersih sosial donor
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
# What strikes people without meaning to: sea, weather, beasts, pests.
_NATURE = frozenset(
    """
    ombak gelombang arus banjir angin badai petir puting longsor hujan pohon listrik setrum hama wereng tikus ulat virus
    penyakit wabah dbd pmk jamur anjing ular buaya lebah tawon hewan satwa monyet kera macan sapi kerbau kucing kantuk
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_VEHICLES = frozenset(["kereta", "truk", "mobil", "bus", "motor", "sepeda", "kendaraan"])
_CHASES = frozenset(["waktu", "target", "jadwal", "setoran"])  # "dikejar waktu"
_RUN_INTO = "dihantam"  # what vehicles do too
# These do what they do where they stand before the verb: "angin kencang merusak", "api membakar".
_ELEMENTS = frozenset(["beliung", "gempa", "api", "kebakaran", "bandang", "rob", "abrasi", "cuaca"])
_PEOPLE = frozenset(
    """
    warga massa orang pemuda remaja pelajar pelaku mereka pesilat polisi petugas anggota nelayan petani suporter anak
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_NATURAL_DEEDS = frozenset(
    """
    merusak rusak menghancurkan hancurkan merobohkan robohkan membakar bakar menyerang serang nyerang mengamuk ngamuk
    menghantam
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_BEFORE = 3  # tokens between the sea and what it does
_VIOLENT = frozenset(["PENGEROYOKAN", "PERUSAKAN", "BENTROK", "HAKIM-MASSA", "INTIMIDASI", "PEMBAKARAN"])
_BETWEEN = frozenset(["oleh", "seekor", "sekawanan", "kawanan", "hewan", "ratusan", "puluhan", "sebuah"])
_FEASTS = frozenset(
    """
    hajatan nikahan pernikahan pesta acara kegiatan karnaval kirab pawai konser lomba upacara perbaikan pengecoran
    pengaspalan pembangunan pemasangan evakuasi pemakaman haul pengajian car
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_OFFICIALS = frozenset(
    """
    polisi petugas satpol aparat polres polsek pemkab dishub dinas dlh bpn kejaksaan pengadilan pemdes satgas bbws
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_CLOSES = ("menyegel", "segel", "menutup", "tutup", "penyegelan", "penutupan")
_FOR = frozenset(["untuk", "karena", "demi", "guna", "saat", "kanggo"])
_REACH = 4  # tokens after a road that was closed in which its reason may stand


def not_meant(tokens: Sequence[str], hit: Hit, form: str) -> bool:
    """Tell whether a phrase of a form means something else where it stands."""
    if form == "UNRAS":
        return hit.first == hit.last and tokens[hit.first] == "aksi" and _next(tokens, hit.last) in _DEEDS
    if form == "PELANGGARAN":
        return tokens[hit.last] == "liar" and hit.first > 0 and tokens[hit.first - 1] in _NATURE
    if form in {"BLOKADE", "SEGEL"}:
        return _for_a_feast(tokens, hit) or _by_officials(tokens, hit)
    return form in _VIOLENT and struck_by_nature(tokens, hit)


def struck_by_nature(tokens: Sequence[str], hit: Hit) -> bool:
    """Tell "perahu dihantam ombak" and "hama menyerang padi" from what people do."""
    word = tokens[hit.first]
    if word.startswith("di"):
        at = hit.last + 1
        while at < len(tokens) and tokens[at] in _BETWEEN:
            at += 1
        agent = tokens[at] if at < len(tokens) else ""
        return agent in _NATURE or agent in _CHASES or (word == _RUN_INTO and agent in _VEHICLES)
    if word not in _NATURAL_DEEDS:
        return False
    for at in range(hit.first - 1, max(-1, hit.first - 1 - _BEFORE), -1):
        if tokens[at] in _NATURE or tokens[at] in _ELEMENTS:
            return True
        if not tokens[at].isalpha() or tokens[at] in _PEOPLE:
            return False
    return False


def _by_officials(tokens: Sequence[str], hit: Hit) -> bool:
    """Tell "Satpol PP menyegel" and "ditutup polisi" from what people do."""
    if tokens[hit.first].startswith("di"):
        after = tokens[hit.last + 1 : hit.last + 3]
        return bool(after) and (after[0] in _OFFICIALS or (after[0] == "oleh" and after[-1] in _OFFICIALS))
    if not tokens[hit.first].startswith(_CLOSES):
        return False
    before = tokens[max(0, hit.first - 2) : hit.first]
    return not _OFFICIALS.isdisjoint(before[-1:]) or before[-2:] == ["satpol", "pp"]


def _next(tokens: Sequence[str], at: int) -> str:
    return tokens[at + 1] if at + 1 < len(tokens) else ""


def _for_a_feast(tokens: Sequence[str], hit: Hit) -> bool:
    after = tokens[hit.last + 1 : hit.last + 1 + _REACH]
    return any(word in _FOR and follower in _FEASTS for word, follower in pairwise(after))
