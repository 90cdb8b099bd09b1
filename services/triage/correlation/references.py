"""Read whether a text speaks of something as known already, though no word says that it follows. Pure.

"Pemiliknya lari lewat belakang", "guru tsb dinonaktifkan", "dua belah pihak ditenangkan": whoever writes so takes for
granted that the reader knows of whom. Of a text that names a place this says little; of one that names none it says
that another report does.
"""

import re
from functools import lru_cache

# What people write before they come to the matter.
_FIRST = (
    r"(?:(?:pak|bu|ndan|dan|komandan|mas|bang|lapor|melaporkan|ijin|izin|mohon|info|infonya|dapat|selamat|assalamualaikum|"
    r"oh|ya|iya|nggih|njih|terus|trus|lalu|pagi|siang|sore|malam|hari|ini|tadi|td|skrg|sekarang|saiki|besok|sesuk|kemarin|"
    r"semalam|jam|pkl|pukul|wib)\W++|\d[\d.:]*+\W*+)*"
)
_ROLE = (
    r"korban|pelaku|tersangka|terduga|provokator|penyerang|"
    r"pemilik(?= rumah| kapal| motor| lahan| mobil| \w+ di\w{4,})|pendemo|pengunjuk|"
    r"penghadang|pemblokir|massa|jenazah|jasad|"
    r"mendiang|almarhum|pasien|mereka|keduanya|ketiganya|wakil|perwakilan|koordinator|korlap"
)
_DONE = (  # what was done to or by somebody who is told apart by it
    r"(?:sempat |sudah |sdh |telah |wis |mau |ikut |tadi |td |jadi |menjadi )*"
    r"(?:di\w{4,}|ter\w{4,}|ke\w{5,}|ketusuk|luka|tatu|tewas|meninggal|md|mati|ikut|terlibat|"
    r"ngamuk|mengamuk|menyerang|membacok|memukul|melempar|merusak|membakar|kena|kenek|lempar|bacok|"
    r"mukul|ngeroyok|nyerang|bentrok|tawuran|ribut|gelut|padu|rusak|pecah)"
)
_OPENS = re.compile(
    rf"\W*+{_FIRST}(?:"
    rf"(?:(?:si|para|pihak|salah satu|seorang|satu|dua|tiga|lima|ke|semua|kabeh|\d+|dari|orang) )*(?:{_ROLE})\b"
    r"|(?:kedua|ketiga|dua|loro|sakloron\w*)(?: belah)? (?:pihak|kubu|kelompok|keluarga|ketua|kampung|"
    r"desa|perguruan|kades|rombongan)\b"
    r"|(?:keluarga|orang tua|ortu|istri|suami|ayah|bapak|ibu|anak|kakak|adik|teman|rumah|motor|mobil|warung|pemakaman) "
    r"(?:si |para |sang )?(?:korban|pelaku|tersangka|almarhum)\b"
    r"|sang \w+|pemakaman (?:sang|jenazah)\b"
    r"|(?!biasanya|katanya|kabarnya|infonya|intinya|adanya|hanya|punya|sepertinya|kayaknya|rencananya|akhirnya|isinya|"
    r"tanya|karnya)\w{4,}nya\b"
    r"|(?:motor|mobil|omah|wong|bocah|arek|pelaku|korban|massa)e\b"
    rf"|(?:ada|onok|ono|ana|enek|wonten) (?:yg|yang|sing|seng) {_DONE}"
    rf"|(?:yg|yang|sing|seng) {_DONE}"
    rf"|(?:\w+ ){{1,3}}(?:yg|yang|sing|seng) {_DONE}"
    r"|api|aksi|mediasi|negosiasi|perundingan|rembugan|musyawarah|situasi|kondisi|lokasi|tkp"
    r")"
)
# "... diganti sekolah kemarin": what is told of the day before, where it is not told as news.
_DAY_BEFORE = re.compile(r"\b(?:kemarin|kmrn|wingi|semalam|tadi malam|mau bengi|mbengi)\b")
_NEWS = re.compile(r"\W*(?:kemarin|kmrn|wingi|semalam|tadi malam|mau bengi|mbengi)\b")
_CROWD = re.compile(rf"\W*+{_FIRST}(?:massa|mereka|pendemo|pengunjuk|penyerang)\b")
_POINTS = re.compile(
    r"\b(?:tsb|tersebut|dimaksud|itu tadi|mau bengi|di lokasi|dilokasi|ke lokasi|nang lokasi|di tkp|ke tkp|olah tkp|"
    r"kedua belah pihak|kedua (?:pihak|kubu|kelompok|dusun|kampung|perguruan)|"
    r"di tempat kejadian|pasca|paska|buntut|susulan)\b"
    r"|\b(?:yang|yg|sing|seng) (?:di(?:protes|demo|tolak|tuntut|segel|blokir|bakar|rusak|keroyok|"
    r"bacok|tusuk|serang|lempar|aniaya|culik|sandera|geruduk|hadang|massa|pukul|tuduh|cabut|amankan|tahan|tangkap|rampas|cegat)\w*|terbakar|terluka|tewas)\b"
    r"|\b\w{4,}+ (?:ini|iki|itu|iku|kui) (?:sudah|sdh|wis|masih|isih|mau|tadi|akhirnya|malah)\b"
    r"|\b(?:aksi|kejadian|peristiwa|insiden|kekerasan|keributan|ribut|rusuh|ricuh|bentrok\w*|tawuran|serang\w*|penyerangan|"
    r"keroyok\w*|pengeroyokan|bacok\w*|pembacokan|penusukan|lempar\w*|pelemparan|pembakaran|perusakan|blokade|demo|unras|"
    r"gegeran|gelut|padu|luka)\b[^.;]{0,40}\b"
    r"(?:kemarin|kmrn|wingi|semalam|tadi malam|tadi pagi|tadi siang|tadi sore|mau bengi|mbengi)\b"
)
# What happens by itself, and what a village does: told without a place it is of no incident.
_EVERYDAY = re.compile(
    r"\b(?:balap\w*|laka|kecelakaan|tabrakan|serempetan|banjir|hujan|angin|pohon|longsor|gempa|listrik|pln|pdam|puting|"
    r"kekeringan|kerja bakti|patroli (?:rutin|dialogis|biru)|kryd|yasinan|ronda|siskamling|poskamling|"
    r"gotong royong|karnaval|lomba|turnamen|posyandu|vaksin\w*|imunisasi|sosialisasi|penyuluhan|panen|"
    r"istighosah|sholawat\w*|pengajian|khotmil|manten|hajatan|wisuda|upacara|apel|senam|bazar|bansos|blt|sembako|kirab|haul|"
    r"tenggelam|keracunan|tabrak lari|demam|kesurupan|hilang|kehilangan|lepas|"
    r"penipuan|penggelapan|perampokan|begal|kdrt|suami saya|istri saya|miras|judi|togel|"
    r"odgj|orang gila|sim keliling|dompet|harga|piket|terima kasih|matur nuwun|pencurian|curanmor|copet|"
    r"jambret|narkoba|sabu|tilang|razia|operasi pasar|"
    r"mogok di|truk mogok|macet\w* (?:karena|krn|akibat)|kebakaran|korsleting|ternak|kandang|"
    r"pencabulan|asusila|pemalsuan|korupsi|"
    r"jadwal|undangan|rapat koordinasi|rakor)(?:nya|ne)?\b"
)
_TROUBLE = re.compile(
    r"\b(?:korban|luka|tatu|pingsan|semaput|darah|getih|ambulan\w*|pecah|batu|watu|parang|arit|celurit|clurit|senjata|bondet|"
    r"massa|pendemo|polisi|aparat|dalmas|brimob|personel|tni|satpam|lari|kabur|mlayu|kejar|ngejar|teriak|nangis|"
    r"ngamuk|ribut|rusuh|mukul2|serang\w*|lempar\w*|bakar|diobong|rusak|ketusuk|kebacok|diseret|digotong|diangkut|"
    r"diamankan|ditahan|ditangkap|rebutan|ancam|diancam|"
    r"macet|ketahan|tertahan|terjebak|(?:iso|isa|bisa) (?:metu|keluar|lewat|liwat)|"
    r"dikawal|dievakuasi|tertutup|inspektorat|auditor|jibom|gegana|bpn|fkub|kesbang\w*|"
    r"disnaker|dishub|lbh|polair\w*|manajemen|negosiasi|dialog|tuntutan|"
    r"perwakilan|diutus|nemoni|menemui|ditemui|ditemoni)\b"
)
_LONG = 22  # words from which a text tells its own


def refers(text: str, *, deed: bool = False) -> bool:
    """Tell whether a text, which names no place, takes for granted what it speaks of; a crowd's `deed` may be new.

    >>> refers("Guru tsb dinonaktifkan, sekolah tetap belajar")
    True
    >>> refers("Tawuran pelajar, belasan orang bawa celurit")
    False
    """
    low = text.lower()
    if len(low.split()) > _LONG or is_everyday(low):
        return False
    opens = _OPENS.match(low) is not None and not (deed and _CROWD.match(low))
    day_before = not deed and _DAY_BEFORE.search(low) is not None and not (_NEWS.match(low) or "terjadi" in low)
    return opens or day_before or _POINTS.search(low) is not None


def points(text: str) -> bool:
    """Tell whether a text points to what it speaks of: "gudang tersebut", "olah TKP", "tawuran semalam"."""
    low = text.lower()
    return not is_everyday(low) and _POINTS.search(low) is not None


@lru_cache(maxsize=16)  # a report is compared with many incidents one after another
def is_everyday(text: str) -> bool:
    """Tell whether a text is of an accident, the weather, a feast or a theft."""
    return _EVERYDAY.search(text.lower()) is not None


def is_fragment(text: str) -> bool:
    """Tell whether a short text tells of trouble that it does not explain: "lampu depan pecah kena batu"."""
    low = text.lower()
    return len(low.split()) <= _LONG and not is_everyday(low) and _TROUBLE.search(low) is not None
