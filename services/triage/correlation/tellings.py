"""Say how a report stands to what was told before: new, a follow-up, a correction, a retraction, an all-clear. Pure.

"Update", "lapjut", "ralat", "ternyata hoaks", "semalam sudah damai", "9 pelajar diamankan" speak of an incident that is
known; "balasan", "bentrok lagi" of another one that follows from it.
"""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum

from schemas.words.explanations import reason


class Telling(StrEnum):
    """What a report is to the incident it speaks of."""

    NEW = "new"
    UPDATE = "update"  # says itself that it goes on with an earlier report
    OUTCOME = "outcome"  # tells what came of it; may be the first telling of it too
    PROCESS = "process"  # tells of a statement, an inquiry, care: comes after a deed, and is often its first telling
    CORRECTION = "correction"
    RETRACTION = "retraction"
    ALL_CLEAR = "all_clear"
    REFERS = "refers"  # names no place and takes for granted what it speaks of (`references`)
    GOING_ON = "going_on"  # "masih rame": goes on with what is known, where it tells no deed of its own
    ANSWER = "answer"  # a deed that answers another: retaliation
    AGAIN = "again"  # once more
    APART = "apart"  # says itself that it is another one


FOLLOWING = frozenset(
    {*Telling} - {Telling.NEW, Telling.ANSWER, Telling.AGAIN, Telling.APART}
)  # belong to an incident that is there
SOFT = frozenset(
    {Telling.OUTCOME, Telling.PROCESS, Telling.ALL_CLEAR, Telling.GOING_ON}
)  # may stand in a first telling too
LOWERING = {
    Telling.RETRACTION: reason("check_lowering_denied"),
    Telling.ALL_CLEAR: reason("check_lowering_calm"),
}  # what a person is asked to consider; no report lowers a level by itself

# Words that stand for each other in the sayings below, Indonesian, Javanese and as they are shortened.
_WORDS = {
    "brawl": "bentrok* tawuran perkelahian gelut gegeran rusuh kerusuhan pengeroyokan penyerangan serangan",
    "deed": "mogok bentrok* tawuran twuran gegeran gelut ribut ricuh rusuh keroyok* pengeroyokan kerusuhan penyerangan "
    "serangan perkelahian penculikan begal demo blokade kejadian peristiwa insiden",
    "news": "kabar berita info* isu laporan lapor* lap pesan video foto vn",
    "done": "sudah sdh telah wis wes dah udah sampun mpun kini",
    "not": "tidak tdk ora gak ga nggak bukan bkn tak",
    "turned_out": "ternyata jebule jebul tibake tibakno",
    "not_yet": "belum blm durung tidak tdk tak gak ga nggak ora enggan menolak nolak ogah emoh",
    "more": "hanya hny cuma cm mung satu siji belasan puluhan",
    "untrue": "hoaks hoax bohong palsu",
    "yes": "benar bener betul leres",
    "calm": "aman kondusif kondusip reda mereda bubar damai terkendali normal islah selesai rukun tenang lancar clear "
    "berakhir padam bibar adem ayem didamaikan membubarkan dibubarkan dibuka dilepas dilepaskan dilerai dipisah",
    "people": "pelaku pelajar pemuda orang org remaja anak tersangka provokator warga terduga abk",
    "caught": "diamankan ditangkap dibekuk diringkus ditahan dicekel ditetapkan dipulangkan dikembalikan "
    "terungkap terbongkar tertangkap didata",
    "assault": "pengeroyokan penganiayaan pembacokan penusukan pemukulan penyerangan pelemparan tawur* bentrok* carok "
    "kroyok* keroyok* bacok* pembakaran",
    "assaulter": "pengeroyok pembacok penyerang pelempar pemukul penusuk pembakar perusak penjarah provokator",
    "turned": "ditahan dihalau diputar dipulangkan dibubarkan dicegat disekat diamankan",
    "catch": "amankan tangkap bekuk ringkus tetapkan",
    "earlier": "tadi td mau semalam wingi mbengi kemarin",
    "still": "masih msh isih sek sik",
    "shut": "ditutup diblokir diblokade dipalang digembok disegel diduduki dikepung dihadang dicegat ditahan disandera "
    "tertahan terhenti dipagari dijaga",
    "care": "puskesmas rs rsud igd ugd klinik",
    "protest": "unras unjuk aksi penertiban mogok orasi blokade penghadangan penyegelan",
    "closed": "segel palang portal blokade barikade tenda gembok jalan gerbang pintu",
    "opened": "dibuka dilepas dibebaskan dipulangkan tertangkap ditangkap diselesaikan",
    "report": "laporan lap info*",
    "wrong": "salah keliru kleru",
    "place": "lokasi titik tkp tempat kejadian kasus peristiwa insiden",
}
# A saying is words one after another: {name} one of those above, a|b either, ".." up to four others, "..." up to
# eight, "*" any ending, or any word.
# In this order: what says that a report is untrue outweighs that it calls itself an update.
_SAYINGS: dict[Telling, str] = {
    Telling.APART: """
        beda|lain {place}
        {place} lain|berbeda|beda|terpisah|kedua
        bukan|dudu yang|yg|sing {earlier}|di|nang
        rekap*|rangkuman|ringkasan|resume
        lap*|laporan harian|mingguan
        2|dua|3|tiga|4|empat kejadian|peristiwa|insiden
        ingat|inget|teringat|eling .. dulu|biyen|tahun|th|thn
    """,
    Telling.RETRACTION: """
        {turned_out} .. {untrue}
        {turned_out} .. {not} ada|ono
        {turned_out} cuma|cm|hanya|hny|mung|salah
        {turned_out} {not}
        {turned_out} .. film|syuting|konten|latihan|simulasi|settingan|prank
        {deed}|{news} .. {not} {yes}|terbukti|terjadi
        {deed}|{news} .. dipastikan|dinyatakan|pastikan {untrue}|{not}
        {earlier}|itu|iku|kui|tsb|tersebut {untrue}
        {earlier}|itu|iku|tsb|tersebut {not} {yes}
        {news} {untrue}|keliru
        abaikan|batalkan|cabut saja|lap*|info*|pesan|berita|kabar
        {report} .. dicabut|dibatalkan
        tidak|tdk ditemukan adanya|kejadian|tawuran|bentrok*|keributan|massa|hal
        hanya|cuma salah paham
        {report} {earlier} batal|dibatalkan|dicabut
        {deed}|{news} * {not} {yes}|terbukti|terjadi
        nihil .. {not} terbukti|terjadi
    """,
    Telling.CORRECTION: """
        ralat
        koreksi
        revisi
        klarifikasi
        pembetulan
        meluruskan|diluruskan|luruskan|pelurusan
        mengoreksi|dikoreksi|dibetulkan|mbenerke
        maaf|mf|ngapunten|sepurane ... {wrong}
        bukan|dudu .. sesuai|seperti .. laporan|keterangan|info*
        tkp|lokasi .. sebenarnya
        maaf|mf|ngapunten|sepurane {earlier} {wrong}
        yang|yg|sing {yes}
        {wrong} ketik|tulis|sebut|lokasi|desa|kecamatan|jumlah|info
    """,
    Telling.ANSWER: """
        balas|membalas dendam|serang|menyerang|atas|kejadian|aksi
        aksi|serangan|penyerangan balasan|balas|balik
        balasan
        pembalasan
        teman|keluarga|kerabat|kawan|rekan|warga korban .. datangi|mendatangi|geruduk|menggeruduk|demo|tuntut|menuntut
        tuntut|menuntut|minta|mendesak pelaku .. ditangkap|diadili|dihukum|diproses
    """,
    Telling.AGAIN: """
        aksi|serangan|penyerangan susulan
        {deed} lagi|maneh|susulan|jilid
        lagi|maneh {deed}
        malam|kali kedua|ketiga|ke2|ke3
        malam|kali ke 2|3|dua|tiga
        {brawl}|demo|unras|unjuk .. hari kedua|ketiga|ke2|ke3
        hari kedua|ketiga|ke2|ke3 {brawl}|demo|unras|unjuk
        kembali {deed}|pecah|terjadi|diserang|menyerang|diblokir|memblokir|hadang|menghadang|unjuk|turun
        kembali digeruduk|menggeruduk|blokir|geruduk|segel|menyegel
    """,
    Telling.ALL_CLEAR: """
        {done} {calm}
        {done} * {calm}
        kembali aman|kondusif|normal|tenang|dibuka|lancar
        sit|situasi|kondisi|wilayah|lokasi|tkp ... aman|kondusif|kondusip|terkendali|normal|clear
        aman|kondusif|bubar pak|ndan|komandan|semua|kabeh|terkendali
        {deed}|{protest}|aksi .. berakhir|selesai|dihentikan
        {closed} .. dibuka|dilepas|dibongkar|disingkirkan
        tercapai kesepakatan
        {done} dicek|diperiksa|disterilkan
        {done} pulang|muleh|mulih|bali semua|kabeh
        membubarkan|mbubarke diri|awake
        massa|warga|penonton bubar|membubarkan|pulang
        massa|warga|penonton * bubar|membubarkan|pulang
        nihil kejadian|keributan|massa|tawuran
        {done} jalan|beroperasi|bekerja|kerja|masuk|normal|buka lagi|kembali|maneh|seperti
        {done} * kerja|sekolah|jualan|normal|berjualan lagi|kembali|maneh
        beroperasi|bekerja|bekerja|dibuka kembali|lagi|normal
    """,
    Telling.UPDATE: """
        {turned_out} {not} {more}
        update*
        up date
        hari kedua|ketiga|keempat|kelima|ke2|ke3|ke4|ke5
        hari ke 2|3|4|5|dua|tiga|empat|lima
        updt
        lapjut
        lap jut|lanj*
        {report} lanjut*|susulan|perkembangan|tambahan|terbaru|terkini
        lanjutan {report}|tadi|yang
        perkembangan
        menindaklanjuti
        menyambung
        nyambung
        melengkapi
        nambahi
        tambahan info|lap|laporan
        data|angka|jumlah akhir|terakhir|terbaru|terkini
        hasil pantauan|monitoring|giat|pengecekan|patroli
        pantauan|monitoring|monitor
        terkait {deed}|{report}
        yang|yg|sing {earlier}
        yang|yg|sing di|dari|dr|nang|neng|ning * {earlier}
        berkas perkara
        dilimpahkan|pelimpahan ke|berkas|tahap
        divonis|dituntut .. tahun|bulan|penjara
        rekonstruksi|prarekonstruksi|reka
        {deed} {earlier}|tsb|tersebut|itu
        lapsit|sitrep|laporan|lap ii|iii|iv|vi|vii|viii
        lapsit|sitrep ke 2|3|4|5|dua|tiga|empat|lima
    """,
    Telling.OUTCOME: """
        hasil mediasi|rapat|pertemuan|audiensi|musyawarah|rembug*|penyelidikan|pemeriksaan|olah|lidik
        {people} .. {caught}
        {catch} .. {people}
        {care} .. menerima|merawat|menangani|nerima|ngerawat .. pasien|korban|pemuda|orang|org|warga
        dilepas|dibebaskan|dikembalikan|dipulangkan setelah|stlh|sesudah|usai
        disita dari
        {done} diselesaikan|beres|rampung|dirampungno|dirampungke|dirampungne|dirembug
        perwakilan|wakil|pendemo|koordinator|korlap|utusan .. ditemui|diterima|bertemu|menemui|berunding
        korban|pasien .. dirujuk|divisum|dioperasi|dijahit
        meninggal|tewas|md|wafat .. akibat {deed}|amuk*|tusuk*|bacok*|keroyok*
        spanduk|baliho|banner .. dicopot|diturunkan
        pemakaman korban|jenazah|almarhum
        penahanan|penangguhan {people}
        korban .. dirujuk|dimakamkan|membaik|pulang|sudah|sdh|wis|akhirnya
        korban .. meninggal|md di
        pasien|luka .. akibat {deed}
        akhirnya meninggal|md|tewas|sadar
        mediasi
        olah tkp
        jadi tersangka
        menetapkan|ditetapkan .. tersangka
        masuk|jadi dpo
        pemilik|korban|keluarga .. lapor|melapor|lapur
        menyerahkan|nyerahno|pasrah diri
        sita|menyita|disita|mengamankan|amankan rekaman|cctv|barang|bb
        {people} .. dipulangkan|dijemput|dipertemukan|didudukkan|didudukne
        mempertemukan|dipertemukan|didudukkan|didudukne
        ganti rugi .. ditanggung|dibayar|disepakati|diserahkan
        berita acara
        {assaulter} ... {caught}
        sepakat damai|islah|ditunda|dipindah|berdamai|diselesaikan|menunda
        rapat .. soal|terkait|tentang|membahas
        {people} .. dijemput
        {assaulter}|pelaku|tersangka ... mengaku|ngaku|menyesal
        mengakui|ngakoni
        dimediasi|dimediasikan
        cekcok|perselisihan|sengketa|padu|konflik|masalah .. didamaikan|dimediasi|diselesaikan|rampung|selesai
        penyebar|perusak|pelempar|pembakar|panitia|pelaku|keduanya|mereka|pihak|pemuda ... minta|meminta|memohon maaf
        korban .. diberi|dapat|terima|menerima santunan|bantuan|ganti
        massa|rombongan|konvoi|pesilat|motor|peserta ... {done} {turned}
        tersangka|pelaku|terduga ... {caught}
        korban {assault} .. meninggal|md|tewas|wafat|kritis|koma|sadar|membaik|pulang|dimakamkan|dioperasi
    """,
    Telling.PROCESS: """
        rilis|keterangan|pernyataan|penjelasan .. polres|kapolres|polsek|kapolsek|humas|kasi|kasat|reskrim|polisi
        periksa|memeriksa|diperiksa|meminta|dimintai|diminta .. saksi|ket|keterangan
        bikin|buat|membuat lp|laporan
        diburu|dikejar|ditangani|didalami .. polsek|polres|reskrim|satreskrim|polisi
        selesai|diselesaikan|penyelesaian .. restoratif|kekeluargaan|rj|adat
        hearing|rdp
        rapat dengar
        surat protes|keberatan|somasi
        menyesalkan|mengecam|menyayangkan|mengutuk|prihatin
        mengadu|mengadukan|ngadu|wadul ke|ning|nang|menyang
        {deed} .. dilaporkan|diusut|didalami|diselidiki
        penyebab|motif|pemicu|kronologi {deed}|{assault}
        labfor|inafis|identifikasi
        dijaga|disiagakan|diturunkan|dikerahkan .. pleton|dalmas|brimob|personel|aparat|polisi
        pleton|dalmas|brimob|personel .. dijaga|disiagakan|diturunkan|dikerahkan|siaga
        cctv .. disita|diamankan|dicek|diperiksa
        korban .. dirawat|dioperasi|visum|divisum|diobati
        dirawat|dioperasi|operasi rs|rsud|rumah|puskesmas|klinik
        korban .. meninggal|md|wafat dunia|jam|pukul|pkl|tadi|semalam
        {done} salaman|bersalaman|maafan|dikawal|dievakuasi|mundur|geser
        {people} .. tertangkap|menyerah
    """,
    Telling.GOING_ON: """
        {still} rame|ramai|berlangsung|bentrok|ricuh|panas|tegang|memanas|bertahan|berkumpul|kumpul|ngumpul|ada
        massa bertambah|tambah|makin|terus|mulai|masih
        {still} .. {shut}
        {still} mogok|demo|memblokir|menutup|menduduki|mengepung|menahan
        belum|blm|durung teko|ada|{opened}
        {not_yet} bubar|kondusif|aman|reda|selesai|berakhir|terkendali|membubarkan
        {not_yet} mau|gelem|kersa bubar|pulang|mulih
        tapi|tetapi|namun|nanging .. {still}|belum|blm|durung
        {calm}|ditangkap|diamankan .. {untrue}
        {calm}|ditangkap|diamankan .. {not} {yes}
        sampai|hingga saat ini
        sampai|hingga sekarang|skrg|kini
        makin|tambah rame|ramai|panas|akeh|banyak|memanas
    """,
}
# "Rumah yg dimolotov", "pencuri motor yang dimassa": a deed that is known already, done to what is told of.
_KNOWN = re.compile(r"\W*(?:\w+\W+){1,3}(?:yang|yg|sing|seng)\W+(?:sempat\W+|sudah\W+|sdh\W+|wis\W+)?di\w{4,}")
_NOW = re.compile(r"\b(?:malam ini|mlm ini|barusan|baru saja|saiki|baru terjadi)\b")
_SHORT = 16  # words up to which a report tells nothing but what became of it
_BETWEEN = r"\W+"
_UP_TO = {"..": r"\W+(?:\w+\W+){0,4}?", "...": r"\W+(?:\w+\W+){0,8}?"}


def _pattern(sayings: str) -> re.Pattern[str]:
    """Compile the sayings of one telling: one alternation, so that a text is walked once for each telling."""
    return re.compile("|".join(rf"\b{_compiled(saying)}\b" for saying in sayings.strip().splitlines()))


def _compiled(saying: str) -> str:
    written = ""
    between = ""
    for part in saying.split():
        if part in _UP_TO:
            between = _UP_TO[part]
            continue
        written += between + (r"\w+" if part == "*" else _either(part))
        between = _BETWEEN
    return written


def _words_of(part: str) -> list[str]:
    return [word for one in part.split("|") for word in (_WORDS[one[1:-1]].split() if one[0] == "{" else [one])]


def _either(part: str) -> str:
    return f"(?:{'|'.join(word.replace('*', chr(92) + 'w*') for word in _words_of(part))})"


def _openings() -> tuple[dict[str, tuple[Telling, ...]], dict[str, tuple[Telling, ...]]]:
    """Give the tellings that have a saying which begins with a word, and those by a word's beginning ("lap*")."""
    words: dict[str, dict[Telling, None]] = {}
    for telling, sayings in _SAYINGS.items():
        for saying in sayings.strip().splitlines():
            for word in _words_of(saying.split()[0]):
                words.setdefault(word, {})[telling] = None
    return (
        {word: tuple(tellings) for word, tellings in words.items() if not word.endswith("*")},
        {word[:-1]: tuple(tellings) for word, tellings in words.items() if word.endswith("*")},
    )


# What a first telling tells as done: the deeds that the sayings name, and more.
_DEED = re.compile(
    rf"\b(?:{_either('{deed}')}|(?:meng|men|mem|me|di|peng|pem|pen)?(?:geruduk|gruduk|blokir|bakar|segel|bacok|tusuk|hadang|"
    r"lempar|pukul|aniaya|serang|rusak|tutup|keroyok|kroyok)(?:an|i)?)\b"
)
_TURNED_OUT = tuple(_WORDS["turned_out"].split())
# "Potensi balas dendam", "jangan sampai bentrok lagi": nothing was done.
_FEARED = re.compile(
    r"\b(?:potensi|rawan|(?:di)?khawatir(?:kan)?|takut|(?:meng)?antisipasi|waspada\w*|jangan|sampai|cegah|mencegah|"
    r"hindari|menghindari|ancaman|isu|kabar|agar tidak|supaya tidak|kemungkinan)\W+(?:\w+\W+){0,3}$"
)
_AHEAD = 60  # letters before a word in which that is looked for
# "Belum kondusif", "menolak bubar", "semoga aman": within one clause, up to the word of calm. What follows "tidak ada",
# "tidak lama" is none of it.
_NOT_CALM = re.compile(
    rf"\b(?:{_either('{not_yet}')}|gagal|agar|supaya|semoga|mugo\w*|kapan)\b"
    r"(?!\W+(?:ada|ono|enek|lama|suwe)\b)[^,.;:\n]*$"
)
_BEFORE_CALM = 14  # letters before such a word in which that is looked for
_BUT_STILL = re.compile(
    r"\b(?:tapi|tetapi|namun|nanging)\W+(?:\w+\W+){0,4}?(?:masih|msh|isih|sek|belum|blm|durung|mulai|kembali)\b"
)
_IS_UNTRUE = re.compile(rf"[^,.;:\n]*?(?:{_either('{not}')}\W+{_either('{yes}')}|{_either('{untrue}')})\b")
# What a denial may be of, so that it is none of the incident: that all is calm, that few were there.
_CALM = re.compile(rf"\b(?:{_either('{calm}')}|ditangkap|diamankan|dicekel|polisi\W+(?:sudah|sdh|telah|wis))\b")
_MORE = re.compile(rf"\W+(?:{_either('{more}')}|bubar|aman|kondusif|reda|selesai|main)\b")
_FOLLOWS_ON = re.compile(r"\W*(?:update\w*|up date|updt|lapjut|lap jut)\b")
_OTHER = re.compile(r"\b(?:lain|beda|berbeda|terpisah|kedua)\b")
_NO_OTHER = re.compile(r"\b(?:ke|menuju|(?:tidak|tdk|gak|ga|nggak|ora|belum|blm) (?:ada|ono)|nihil)\W+$")
_CLAUSE = re.compile(r"[,;:\n]|\.\s")
_PATTERNS = tuple((telling, _pattern(sayings)) for telling, sayings in _SAYINGS.items())
_OPENING, _OPENING_STEMS = _openings()
_STEMS = tuple(_OPENING_STEMS)
_WORD = re.compile(r"\w++")


def telling_of(text: str, *, deed: bool = False) -> Telling:
    """Read from a report's own words how it stands to what was told before.

    One that tells a `deed` of its own at length, of just now, or in a clause before, is new, though it says that all is
    calm by now: "Tawuran di Soko, 9 pelajar diamankan".

    >>> telling_of("RALAT lap bentrok Sokosari: korban luka 3 bukan 7").value
    'correction'
    >>> telling_of("Tawuran pelajar di Alun-alun").value
    'new'
    """
    low = text.lower()
    opened = _opened(low)
    for telling, pattern in _PATTERNS:
        if telling in opened and (said := _first(telling, pattern, low, opened[telling])) is not None:
            own = deed and telling in SOFT and _tells_a_deed(low, said.start())
            return Telling.NEW if own else telling
    return Telling.OUTCOME if _of_a_known_deed(low) else Telling.NEW


def _opened(low: str) -> dict[Telling, list[int]]:
    """Give for each telling where a word stands that a saying of it begins with: only there it is looked for."""
    opened: dict[Telling, list[int]] = {}
    for found in _WORD.finditer(low):
        word = found[0]
        tellings = _OPENING.get(word, ())
        if word.startswith(_STEMS):
            tellings += tuple(one for stem in _STEMS if word.startswith(stem) for one in _OPENING_STEMS[stem])
        for telling in tellings:
            places = opened.setdefault(telling, [])
            if not places or places[-1] != found.start():
                places.append(found.start())
    return opened


def _first(telling: Telling, pattern: re.Pattern[str], low: str, places: Sequence[int]) -> re.Match[str] | None:
    """Find the first saying of a telling that does not mean something else where it stands."""
    means_other = _MEANS_OTHER.get(telling)
    after = 0
    for at in places:
        if at < after or (said := pattern.match(low, at)) is None:
            continue
        if means_other is None or not means_other(low, said):
            return said
        after = said.end()
    return None


def _is_feared(low: str, said: re.Match[str]) -> bool:
    return _FEARED.search(low, max(0, said.start() - _AHEAD), said.start()) is not None


def _answers_nothing(low: str, said: re.Match[str]) -> bool:
    """Tell whether an answer is feared, or the demand of a protest that a report says to go on with."""
    return _is_feared(low, said) or (_FOLLOWS_ON.match(low) is not None and "bala" not in said[0])


def _is_not_calm(low: str, said: re.Match[str]) -> bool:
    """Tell whether words of calm are denied, hoped for, or outweighed by what follows: "sudah padam, tapi masih"."""
    if said[0].startswith("nihil"):
        return False
    if _NOT_CALM.search(low, max(0, said.start() - _BEFORE_CALM), said.end()):
        return True
    return _BUT_STILL.search(low, said.end()) is not None or _IS_UNTRUE.match(low, said.end()) is not None


def _denies_calm(low: str, said: re.Match[str]) -> bool:
    """Tell whether what is denied is that all is calm, or that few were there: news that things are worse."""
    if said[0].startswith(_TURNED_OUT):
        return _MORE.match(low, said.end()) is not None
    clause = max((found.end() for found in _CLAUSE.finditer(low, 0, said.start())), default=0)
    return not said[0].startswith(("tidak", "tdk")) and _CALM.search(low, clause, said.end()) is not None


def _is_no_other(low: str, said: re.Match[str]) -> bool:
    """Tell whether "another place" is where somebody went to, where nothing was, or said of what a report goes on with.

    "Pelaku kabur ke tempat lain", "tidak ada kejadian lain", "lapjut: lokasi kedua di lapangan".
    """
    if not _OTHER.search(said[0]):
        return False
    return _FOLLOWS_ON.match(low) is not None or _NO_OTHER.search(low, 0, said.start()) is not None


_MEANS_OTHER: dict[Telling, Callable[[str, re.Match[str]], bool]] = {
    Telling.APART: _is_no_other,
    Telling.RETRACTION: _denies_calm,
    Telling.ANSWER: _answers_nothing,
    Telling.AGAIN: _is_feared,
    Telling.ALL_CLEAR: _is_not_calm,
}


def _of_a_known_deed(low: str) -> bool:
    """Tell whether a short text begins with what a deed was done to, as known: "rumah yg dimolotov semalam rusak"."""
    return _KNOWN.match(low) is not None and len(low.split()) <= _SHORT and not _NOW.search(low)


def _tells_a_deed(low: str, before: int) -> bool:
    """Tell whether a text tells a deed as its own news, not only what became of one."""
    if len(low.split()) > _SHORT or _NOW.search(low):
        return True
    first = _DEED.search(low, 0, before)
    return first is not None and _CLAUSE.search(low, first.end(), before) is not None
