"""Know the lines of a chat that nobody wrote: groups, calls, deleted messages, media without words. Pure.

The phrases are those of WhatsApp on Android and iPhone, in Indonesian and English.
"""

import re


def _any(*phrases: str) -> str:
    return f"(?:{'|'.join(phrases)})"


_KINDS = _any("media", "lampiran", "stic?ker", "foto", "video", "audio", "gambar", "dokumen", "gif")
_THINGS = _any("subjek", "nama", "ikon", "foto", "deskripsi", "setelan", "pengaturan", "nomor")
# What the application says by itself.
_BY_ITSELF = _any(
    "pesan dan panggilan (?:ter|di)enkripsi",
    "messages and calls are end-to-end",
    "messages you send to this group",
    "kode keamanan .{0,80}(?:telah )?berubah",
    "kode keamanan anda dengan",
    "your security code with",
    "anda (?:sekarang|kini|bukan lagi|tidak lagi) (?:adalah )?(?:seorang )?(?:admin|anggota|peserta)",
    "you(?:'|\u2019)re (?:now|no longer) an admin",
    "menunggu pesan ini",
    "waiting for this message",
    "anda (?:telah )?(?:bergabung|ditambahkan|keluar)",
    "anda (?:telah )?(?:menambahkan|menghapus(?! pesan)|mengeluarkan|membuat grup|memperbarui) ",
    "anda (?:menerima|received) pesan sekali lihat",
    "you (?:joined|left|were added)",
    "you (?:added|removed|created|updated|received a view once) ?",
    "(?:pengatur(?:an)? )?(?:waktu )?pesan sementara (?:telah )?di(?:perbarui|aktifkan|nonaktifkan|matikan|nyalakan)",
    "disappearing messages were ",
    "(?:live location|lokasi (?:terkini|langsung))(?: telah)? (?:shared|ended|dibagikan|berakhir)",
    "grup ini (?:memiliki|kini|sekarang)",
    "anda (?:telah )?(?:mengizinkan|memblokir|membuka blokir|mengubah|mengganti|menyematkan|menyalakan|mematikan)",
    "(?:admin grup ini|siapa (?:saja|pun) di komunitas|bisnis ini|obrolan ini) ",
    "pesan (?:kepada diri sendiri|dan panggilan)",
    "(?:hanya pesan yang menyebut|only messages that mention)",
    "(?:this (?:business|chat)|anyone in the community|messages to yourself) ",
    "you (?:blocked|unblocked|turned|changed|pinned|reset|allowed|made) ",
    "(?:group created|grup dibuat) (?:by|oleh) ",
    "(?:welcome to|selamat datang di) (?:the |this )?(?:group|community|grup|komunitas)",
    "this group (?:has|is now)",
)
# What somebody did to the group: after the name of who did it.
_DONE = _any(
    "(?:telah )?membuat (?:grup|komunitas)",
    "(?:telah )?menambahkan ",
    "(?:telah )?mengeluarkan ",
    r"(?:telah )?keluar(?:\.|$)",
    "bergabung (?:menggunakan|melalui|dengan|dari)",
    f"(?:telah )?(?:mengubah|mengganti) {_THINGS}",
    "menghapus (?:ikon|foto|deskripsi) ",
    "beralih ke ",
    "menyematkan ",
    "melepas sematan",
    "meminta untuk bergabung",
    "(?:menyalakan|mematikan|mengaktifkan|menonaktifkan|turned (?:on|off)) ",
    "created (?:group|this group|community)",
    "added ",
    "removed ",
    "left$",
    "joined (?:using|from|via)",
    "changed (?:the|this|their|to|from)",
    r"security code (?:has )?changed",
    "deleted this group",
    "pinned a message",
    "(?:was|were) added",
    "is a contact",
    "(?:telah )?memulai (?:panggilan|obrolan)",
    "started a (?:group |voice |video )*call",
    "updated the message timer",
    "requested to join",
    "mengatur ulang tautan",
    "reset (?:this|the) ",
    "memasang (?:pesan|pin)",
    "(?:telah )?(?:mengizinkan|mengundang|menyetujui permintaan|menolak permintaan) ",
    "(?:sekarang|kini|bukan lagi|tidak lagi) (?:adalah )?(?:seorang )?admin",
    "is (?:now|no longer) an admin",
    r"(?:telah )?(?:ditambahkan|diundang|dikeluarkan)(?:\.|$| oleh )",
    "(?:was|were) (?:removed|invited)",
    "invited ",
)
_SYSTEM = re.compile(rf"(?:{_BY_ITSELF}|\S.{{0,80}}?\s{_DONE})", re.IGNORECASE)
_GONE = re.compile(
    _any(
        r"pesan ini (?:telah )?dihapus(?: oleh admin.{0,80})?",
        "anda (?:telah )?menghapus pesan ini(?: sebagai admin.{0,80})?",
        r"this message was deleted(?: by admin.{0,80})?",
        "you deleted this message(?: as admin.{0,80})?",
        "null",
    )
    + r"\.?",
    re.IGNORECASE,
)
# What stands instead of somebody's words: the application could not show them, or they are no text.
_UNSEEN = re.compile(
    _any(
        r"(?:menunggu pesan ini|waiting for this message)(?:\. [^\n]{0,80})?",
        r"anda menerima pesan sekali lihat[^\n]{0,160}",
        r"you received a view once message[^\n]{0,160}",
        r"(?:media|foto|video|pesan suara) sekali lihat tidak disertakan",
        r"view once (?:message|photo|video|voice message) omitted",
    )
    + r"\.?",
    re.IGNORECASE,
)
_POLL = re.compile(r"(?:poll|polling|jajak pendapat):\n", re.IGNORECASE)
_OPTION = re.compile(r"^(?:option|opsi|pilihan): ", re.IGNORECASE | re.MULTILINE)
_LIVE = re.compile(r"(?:live location shared|lokasi (?:terkini|langsung) dibagikan)\.?", re.IGNORECASE)
_CARD = re.compile(r"[^\n]{1,120}\.vcf", re.IGNORECASE)
# How a call ended, behind a point or in the next line: so an iPhone writes it.
_ENDED = (
    r"\.?[ \n](?:\d{1,3} (?:dtk|mnt|jam|detik|menit|sec|secs|min|mins|hr|hrs)\b.{0,20}|(?:tidak|tak) ada jawaban|"
    r"(?:tak|tidak) terjawab|no answer|missed|(?:ketuk|tap|click) .{0,40})"
)
_CALL = re.compile(
    _any(
        "panggilan (?:suara|video|grup)(?: (?:suara|video|grup))? ?(?:tak|tidak) (?:ter)?jawab.{0,60}",
        f"panggilan (?:suara|video)(?: grup)?(?:, .{{0,30}}|{_ENDED})?",
        f"(?:missed |silenced )?(?:group )?(?:voice|video) call(?:, .{{0,30}}|{_ENDED})?",
        f"panggilan (?:tak|tidak) terjawab(?:{_ENDED})?",
        "anda melewatkan panggilan (?:suara|video).{0,40}",
        "ketuk untuk menelepon kembali",
        "tap to call back",
    )
    + r"\.?",
    re.IGNORECASE,
)
_DOCUMENT = r"^[^\n<]{1,150}\.[a-z0-9]{2,5}(?: \u2022 ?\d{1,5} (?:halaman|pages?))?"  # "Laporan.pdf \u2022 3 halaman"
# A whole line: "Foto tidak disertakan karena gelap, massa 50 orang" is somebody's words.
_MISSING = _any(
    r"(?:gambar|foto|audio|video|stiker|dokumen|gif|pesan suara|catatan video|kartu kontak)(?: \S{1,80})? "
    r"tidak disertakan",
    r"(?:image|photo|audio|video|sticker|document|gif|contact card|video note)(?: \S{1,80})? omitted",
)
_BEHIND_WORDS = re.compile(rf"(?<=\S) *\u200e(?!(?:dokumen|document) )(?={_MISSING}$)", re.MULTILINE | re.IGNORECASE)
_ABSENT = re.compile(
    _any(
        rf"{_DOCUMENT} <(?:terlampir|lampiran|attached):[^>\n]{{1,200}}>",
        rf"{_DOCUMENT} (?:dokumen tidak disertakan|document omitted)$",
        rf"<\s*{_KINDS}[^>\n]{{0,60}}(?:omitted|tidak disertakan)\s*>",
        rf"^{_MISSING}$",
        r"<(?:terlampir|lampiran|attached):[^>\n]{1,200}>",
        # A person writes "korban.xlsx (terlampir)" too: WhatsApp says what it is that is attached.
        r"^\S[^\n/,;:]{0,150}\.(?:[a-z0-9]{2,5})? \((?:file|berkas|dokumen) (?:terlampir|attached)\)$",
    ),
    re.MULTILINE | re.IGNORECASE,
)
_ATTACHED = re.compile(r"^(?P<name>\S[^\n/,;:]{0,150}\.[a-z0-9]{2,5}) (?:\(|<)", re.MULTILINE | re.IGNORECASE)
_EDITED = re.compile(
    r"(?<!\s)\s*<\s*(?:pesan ini (?:telah )?diedit|this message was edited|diedit|edited)\s*>\s*$", re.IGNORECASE
)


_NO_MESSAGE = (
    (_GONE, "pesan yang dihapus"),
    (_CALL, "panggilan"),
    (_UNSEEN, "pesan yang tidak terlihat"),
    (_LIVE, "lokasi terkini"),
    (_CARD, "kartu kontak"),
)


def is_system(words: str) -> bool:
    """Say whether a line is the application's own.

    >>> is_system('Sutarno mengubah subjek grup dari "Info: Soko"'), is_system("Massa keluar dari balai desa")
    (True, False)
    """
    return _SYSTEM.match(words.strip(" \n")) is not None


def is_no_message(words: str) -> str:
    r"""Say what a message without a person's words is, in Indonesian; "" when it has some.

    >>> is_no_message("Pesan ini telah dihapus."), is_no_message("Panggilan suara tak terjawab"), is_no_message("Ribut")
    ('pesan yang dihapus', 'panggilan', '')
    >>> is_no_message("POLL:\nPerlu pleton?\nOPTION: Ya (3 votes)"), is_no_message("Polling: warga menolak")
    ('jajak pendapat', '')
    """
    said = words.strip()
    if _POLL.match(said) and _OPTION.search(said):
        return "jajak pendapat"
    return next((kind for pattern, kind in _NO_MESSAGE if pattern.fullmatch(said)), "")


def media_apart(words: str) -> str:
    r"""Put what an iPhone marks as missing behind somebody's words into a line of its own.

    >>> media_apart("Massa bertahan \u200eimage omitted")
    'Massa bertahan\nimage omitted'
    """
    return _BEHIND_WORDS.sub("\n", words)


def without_media(words: str) -> tuple[str, bool]:
    r"""Take file names and the marks of missing media and of editing out of a text; says whether there was media.

    >>> without_media("IMG-20261123-WA0005.jpg (file terlampir)\nWarga menutup jalan")
    ('Warga menutup jalan', True)
    """
    said, media = _ABSENT.subn("", _EDITED.sub("", words))
    said = said.strip()
    # Android repeats the name of a document below it, as its caption.
    found = _ATTACHED.finditer(words) if media and said else ()
    named = {name for each in found for name in (each["name"], each["name"].rpartition(".")[0])}
    return "" if said in named else said, media > 0
