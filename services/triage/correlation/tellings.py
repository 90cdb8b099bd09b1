"""Say how a report stands to what was told before: new, a follow-up, a correction, a retraction, an all-clear. Pure.

"Update", "lapjut", "ralat", "ternyata hoaks", "semalam sudah damai", "9 pelajar diamankan" speak of an incident that is
known; "balasan", "bentrok lagi" of another one that follows from it.
"""

import re
from enum import StrEnum


class Telling(StrEnum):
    """What a report is to the incident it speaks of."""

    NEW = "new"
    UPDATE = "update"  # says itself that it goes on with an earlier report
    OUTCOME = "outcome"  # tells what came of it; may be the first telling of it too
    CORRECTION = "correction"
    RETRACTION = "retraction"
    ALL_CLEAR = "all_clear"
    AGAIN = "again"  # a deed that follows on another: retaliation, once more
    GOING_ON = "going_on"  # "masih rame": goes on with what is known, where it tells no deed of its own
    APART = "apart"  # says itself that it is another one


FOLLOWING = frozenset(
    {
        Telling.UPDATE,
        Telling.OUTCOME,
        Telling.CORRECTION,
        Telling.RETRACTION,
        Telling.ALL_CLEAR,
        Telling.GOING_ON,
    }
)  # belong to an incident that is there
LOWERING = {
    Telling.RETRACTION: "laporan terakhir membantah kejadian: pertimbangkan menurunkan tingkat atau menutup",
    Telling.ALL_CLEAR: "laporan terakhir menyebut sudah aman: pertimbangkan menurunkan tingkat",
}  # what a person is asked to consider; no report lowers a level by itself

_DEED = (
    r"(?:bentrok\w*|tawuran|twuran|gegeran|gelut|ribut|ricuh|rusuh|keroyok\w*|pengeroyokan|kerusuhan|penculikan|begal|"
    r"serang\w*|penyerangan|perkelahian|kelahi|demo|blokade|kejadian|peristiwa|kabar|berita|info\w*|isu|laporan|lapor\w*|"
    r"pesan|video|foto|vn)"
)
_SOFT = r"(?:\W+\w+){0,4}?\W+"  # up to four words between two parts of a saying
# In this order: what says that a report is untrue outweighs that it calls itself an update.
_SAYINGS: tuple[tuple[Telling, re.Pattern[str]], ...] = tuple(
    (telling, re.compile("|".join(rf"\b(?:{part})\b" for part in parts)))
    for telling, parts in (
        (
            Telling.APART,
            (
                r"(?:beda|lain)\s+(?:lokasi|titik|kejadian|tkp|kasus|tempat)",
                r"(?:lokasi|titik|kejadian|tkp|kasus|peristiwa|insiden)\s+(?:lain|berbeda|beda|terpisah|kedua)",
                r"(?:bukan|dudu|ora)\s+(?:yang|yg|sing)\s+(?:tadi|mau|di|nang|ning|neng)",
                r"di\s+tempat\s+(?:lain|terpisah|berbeda)",
            ),
        ),
        (
            Telling.RETRACTION,
            (
                rf"ternyata{_SOFT}(?:hoaks?|hoax|bohong|palsu|tidak\s+ada|tdk\s+ada|gak\s+ada|ga\s+ada|ora\s+ono|nihil)",
                r"ternyata\s+(?:cuma|cm|hanya|hny|mung|bukan|bkn|tidak|tdk|ora|gak|ga|nggak|salah|orang|hoaks?|hoax)",
                rf"{_DEED}{_SOFT}(?:tidak|tdk|ora|gak|nggak|ga)\s+(?:benar|bener|terbukti|terjadi)",
                rf"{_DEED}{_SOFT}(?:dipastikan|dinyatakan)\s+(?:hoaks?|hoax|tidak|tdk|bohong)",
                r"(?:itu|iku|kui|tadi|td|tsb|tersebut|tsb\.)\s+(?:hoaks?|hoax|bohong|tidak\s+benar|tdk\s+benar|ora\s+bener)",
                r"(?:kabar|berita|isu|info|laporan|lap)\s+(?:bohong|palsu|keliru|salah)",
                r"(?:mohon\s+)?(?:abaikan|batalkan|cabut)\s+(?:saja\s+)?(?:lap\w*|info\w*|pesan|berita|kabar)",
                r"(?:laporan|info\w*)\s+(?:saya\s+|kami\s+)?(?:tadi\s+|td\s+)?(?:dicabut|dibatalkan|saya\s+cabut|sy\s+cabut)",
                r"tidak\s+ditemukan\s+(?:adanya\s+)?(?:kejadian|tawuran|bentrok\w*|keributan|massa|hal)",
                r"salah\s+paham\s+(?:saja|aja|ternyata)",
            ),
        ),
        (
            Telling.CORRECTION,
            (
                r"ralat", r"koreksi", r"revisi", r"klarifikasi", r"pembetulan", r"meluruskan", r"diluruskan",
                r"(?:mohon\s+)?(?:maaf|mf|ngapunten|sepurane)\W+(?:tadi\s+|td\s+|mau\s+)?(?:salah|keliru|kleru)",
                r"(?:yang|yg|sing)\s+(?:benar|bener|betul|leres)",
                r"(?:salah|keliru)\s+(?:ketik|tulis|sebut|lokasi|desa|kecamatan|jumlah|info)",
            ),
        ),
        (
            Telling.AGAIN,
            (
                r"balas\s+dendam", r"(?:aksi|serangan|penyerangan)\s+(?:balasan|balik|susulan)", r"balasan", r"membalas",
                r"pembalasan", r"(?:bentrok\w*|tawuran|ricuh|gegeran|gelut|ribut|rusuh|demo|blokade|serang\w*)\s+(?:lagi|maneh|susulan|jilid)",
                r"kembali\s+(?:bentrok|tawuran|ricuh|pecah|terjadi|diserang|menyerang|diblokir|memblokir|hadang|menghadang|"
                r"demo|unjuk|turun|digeruduk|menggeruduk|blokir|geruduk|segel|menyegel|rusuh)",
                r"(?:hari|malam|kali)\s+(?:ke)?(?:dua|kedua|tiga|ketiga|2|3)", r"(?:maneh|lagi)\s+(?:tawuran|bentrok|gegeran)",
            ),
        ),
        (
            Telling.ALL_CLEAR,
            (
                r"(?:sudah|sdh|telah|wis|wes|dah|udah|sampun|kini)\s+(?:\w+\s+)?(?:aman|kondusif|reda|mereda|bubar|damai|terkendali|normal|"
                r"islah|selesai|rukun|tenang|membubarkan|dibubarkan|dibuka|lancar|clear|berakhir|padam|kondusip)",
                r"kembali\s+(?:aman|kondusif|normal|tenang|dibuka|lancar)",
                r"(?:sit(?:uasi)?|kondisi|wilayah|lokasi|tkp)\s+(?:\w+\s+){0,3}(?:aman|kondusif|terkendali|kondusip|normal|clear)",
                r"(?:semalam|tadi|td|wingi)\s+(?:sudah|sdh|wis)\s+(?:damai|selesai|rukun)",
                r"(?:aman|kondusif|bubar)\s+(?:pak|ndan|komandan|semua|kabeh|terkendali)",
                r"(?:sudah|sdh|telah|wis)\s+(?:di\s?cek|diperiksa|disterilkan)", r"nihil\s+(?:kejadian|keributan|massa|tawuran)",
            ),
        ),
        (
            Telling.UPDATE,
            (
                r"up\s?date\w*", r"updt", r"lap\s?jut", r"laporan\s+(?:lanjut\w*|susulan|perkembangan|tambahan)",
                r"lanjutan\s+(?:lap\w*|info\w*|tadi|yang)", r"perkembangan\s*(?:terakhir|terkini|:|\w+)?", r"menindaklanjuti",
                r"(?:info|laporan|lap)\s+(?:tambahan|lanjutan|susulan|terbaru|terkini)", r"menyambung", r"nyambung",
                r"melengkapi", r"nambahi", r"tambahan\s*(?:info|lap|:)", r"lap\.?\s*lanj\w*", r"monitor\s+perkembangan",
                r"terkait\s+(?:kejadian|laporan|lap|peristiwa|info|tawuran|bentrok\w*|pengeroyokan|demo|blokade|kericuhan)",
                r"(?:yang|yg|sing)\s+(?:tadi|td|mau|semalam|wingi|kemarin)", r"(?:kejadian|tawuran|bentrok\w*|peristiwa|ribut)\s+"
                r"(?:tadi|td|mau|semalam|wingi|mbengi|kemarin|tsb|tersebut|itu)",
            ),
        ),
        (
            Telling.OUTCOME,
            (
                r"hasil\s+(?:mediasi|rapat|pertemuan|audiensi|musyawarah|rembug\w*|penyelidikan|olah|lidik)",
                r"(?:pelaku|pelajar|pemuda|orang|org|remaja|anak|tersangka|provokator|warga|terduga)\s+(?:\w+\s+){0,2}"
                r"(?:sudah\s+|sdh\s+|telah\s+|berhasil\s+|di\s*)?(?:diamankan|ditangkap|dibekuk|diringkus|ditahan|dicekel|ditetapkan|dipulangkan|dikembalikan)",
                r"(?:amankan|tangkap|bekuk|ringkus|tetapkan)\s+(?:\w+\s+){0,2}(?:pelaku|pelajar|pemuda|orang|org|remaja|tersangka)",
                r"korban\s+(?:\w+\s+){0,3}(?:dirujuk|meninggal\s+di|dimakamkan|membaik|pulang|sudah|sdh|wis|akhirnya)",
                r"mediasi", r"olah\s+tkp", r"jadi\s+tersangka", r"sepakat\s+(?:damai|islah)",
            ),
        ),
        (
            Telling.GOING_ON,
            (
                r"(?:masih|msh|isih|sek|sik)\s+(?:rame|ramai|berlangsung|bentrok|ricuh|panas|tegang|memanas|bertahan|berkumpul|kumpul|ngumpul|di\s+lokasi|ada)",
                r"massa\s+(?:\w+\s+)?(?:bertambah|tambah|makin|terus|mulai|masih|tambah)", r"(?:belum|blm|durung)\s+(?:bubar|kondusif|aman|ada\s+polisi|reda|teko)",
                r"(?:sampai|hingga)\s+(?:saat\s+ini|sekarang|skrg|kini|berita\s+ini)", r"(?:makin|tambah|saya|tansah)\s+(?:rame|ramai|panas|akeh|banyak|memanas)",
            ),
        ),
    )
)  # fmt: skip


def telling_of(text: str) -> Telling:
    """Read from a report's own words how it stands to what was told before.

    >>> telling_of("RALAT lap bentrok Sokosari: korban luka 3 bukan 7").value
    'correction'
    >>> telling_of("Tawuran pelajar di Alun-alun").value
    'new'
    """
    low = text.lower()
    for telling, saying in _SAYINGS:
        if saying.search(low):
            return telling
    return Telling.NEW
