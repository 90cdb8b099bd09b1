"""Say in Indonesian what `doctor` found. Pure.

It finds in English; each of its sentences stands here once more, `{}` for what is filled in.
"""

from typing import Final

from schemas.words.district_faults import fault_said
from schemas.words.sentence_table import of_table
from services.cli.words import in_indonesian

_DISTRICT: Final = in_indonesian.DISTRICT.removesuffix("{}")

SENTENCES: Final[dict[str, str]] = {
    # the machine
    "{}: no such folder; is it the right place (--data)?": "{}: tidak ada folder itu; apakah tempatnya benar (--data)?",
    "{}: nothing readable by others": "{}: tidak ada yang dapat dibaca orang lain",
    "{}: {} readable by others: {}": "{}: {} dapat dibaca orang lain: {}",
    "no first passwords lie in {}": "tidak ada sandi pertama di {}",
    "{} first passwords lie in {}: {} (a file goes when its owner comes in, or delete it)": (
        "{} sandi pertama ada di {}: {} (berkasnya hilang saat pemiliknya masuk, atau hapus)"
    ),
    "{} GB free in {}": "{} GB kosong di {}",
    "{} (KENTONGAN_NATS_CA) cannot be read as a certificate": (
        "{} (KENTONGAN_NATS_CA) tidak dapat dibaca sebagai sertifikat"
    ),
    "certificates: their authority is good until {} (deploy/certificates)": (
        "sertifikat: otoritasnya berlaku sampai {} (deploy/certificates)"
    ),
    # the district and its rules
    "district {}: {} issues, {} institutions, {} places": "kabupaten {}: {} jenis masalah, {} instansi, {} tempat",
    "rules: none in force yet; the first notifier to start puts its folder's": (
        "aturan: belum ada yang berlaku; notify pertama yang mulai memberlakukan isi foldernya"
    ),
    "rules in force: {} ({}) since {}, proved": "aturan yang berlaku: {} ({}) sejak {}, sudah dibuktikan",
    "rules in force: {} ({}) since {}, never proved: `kentongan policy check` says what they lack": (
        "aturan yang berlaku: {} ({}) sejak {}, belum pernah dibuktikan: `kentongan policy check` menyebut "
        "kekurangannya"
    ),
    "{} was refused ({} objections): {}": "{} ditolak ({} keberatan): {}",
    "{} holds other rules ({}), left alone until it changes or is taken by hand": (
        "{} memuat aturan lain ({}), dibiarkan sampai berubah atau diberlakukan dengan tangan"
    ),
    "{} holds other rules ({}), and nobody has proved them: is notify running?": (
        "{} memuat aturan lain ({}), dan belum dibuktikan: apakah notify berjalan?"
    ),
    "{}: its clock is not the database's; mend NTP there, or messages are sent twice": (
        "{}: jamnya lain dari jam basis data; perbaiki NTP di sana, atau pesan terkirim dua kali"
    ),
    "{}: several notifiers have this name; give each its own KENTONGAN_INSTANCE": (
        "{}: beberapa notify memakai nama ini; beri masing-masing KENTONGAN_INSTANCE sendiri"
    ),
    "{} gave its last sign of life at {}": "{} terakhir memberi tanda hidup pada {}",
    "{} runs them": "{} memakainya",
    "{} runs others ({}): see its log, start it again": "{} memakai aturan lain ({}): lihat lognya, jalankan lagi",
    # channels
    "channels: {}": "saluran: {}",
    "channels set up: {}; not set up: {}": "saluran yang siap: {}; belum disiapkan: {}",
    "not set up: {}, by which nobody is told; an address there have {}; to set it up: {} (docs/channels.md)": (
        "belum disiapkan: {}, tidak ada yang diberi tahu lewat itu; yang beralamat di sana: {}; untuk "
        "menyiapkannya: {} "
        "(docs/channels.md)"
    ),
    "not set up: {}, by which nobody is told; an address there have {}; no channel is called so": (
        "belum disiapkan: {}, tidak ada yang diberi tahu lewat itu; yang beralamat di sana: {}; tidak ada saluran "
        "bernama itu"
    ),
    "beside {} nothing that is set up reaches {}: told at the desk alone": (
        "selain {} tidak ada yang siap untuk mencapai {}: hanya diberi tahu di meja kerja"
    ),
    # the store
    "store: its tables are those of this release": "basis data: tabelnya sesuai dengan rilis ini",
    "store: cannot be reached ({})": "basis data: tidak dapat dihubungi ({})",
    "store: nobody can write, another process has been holding it for seconds, or it is read only (see: lsof; on "
    "PostgreSQL: pg_stat_activity)": (
        "basis data: tidak ada yang dapat menulis, proses lain menahannya beberapa detik, atau hanya dapat dibaca "
        "(lihat: lsof; di PostgreSQL: pg_stat_activity)"
    ),
    "store: another database server took over, and may lack the last reports; mend it with: kentongan reconcile "
    "--mend": (
        "basis data: server lain mengambil alih, dan mungkin kehilangan laporan terakhir; perbaiki dengan: kentongan "
        "reconcile --mend"
    ),
    "store: {}": "basis data: {}",
    "{} people, {} with an address": "{} orang, {} dengan alamat",
    "two steps at sign-in are required of nobody (KENTONGAN_TWO_STEPS)": (
        "masuk dengan dua langkah tidak diwajibkan bagi siapa pun (KENTONGAN_TWO_STEPS)"
    ),
    "two steps at sign-in: {} who must have a second one have none yet": (
        "masuk dengan dua langkah: {} yang wajib belum punya langkah kedua"
    ),
    "two steps at sign-in: {} who must have a second one have none yet: {}": (
        "masuk dengan dua langkah: {} yang wajib belum punya langkah kedua: {}"
    ),
    "{} timers are more than five minutes late": "{} pengatur waktu terlambat lebih dari lima menit",
    "{} deliveries were given up": "{} pengiriman dihentikan",
    "{}: {} has failed since {}; mend it, then: kentongan person verify {} {}": (
        "{}: {} gagal sejak {}; perbaiki, lalu: kentongan person verify {} {}"
    ),
    "last test report, {}: delivered after {} s": "laporan uji terakhir, {}: tersampaikan setelah {} d",
    "last test report, {}: lost": "laporan uji terakhir, {}: hilang",
    # the bus
    "bus: {} has lost messages; when you know of it: kentongan bus accept": (
        "bus: {} kehilangan pesan; bila sudah diketahui: kentongan bus accept"
    ),
    "bus: reachable, {} dead letters": "bus: terhubung, {} pesan mati",
    "bus: {}; mend it with: kentongan bus declare": "bus: {}; perbaiki dengan: kentongan bus declare",
    "{}: missing": "{}: tidak ada",
    "{}: {} is {}, wanted {}": "{}: {} adalah {}, seharusnya {}",
    "{}: stands beyond the end of {}": "{}: berada di luar ujung {}",
    "{}: belongs to another number of partitions": "{}: milik jumlah bagian yang lain",
    "bus: no worker takes from {}: start kentongan serve {} (KENTONGAN_PARTITIONS as here)": (
        "bus: tidak ada pekerja yang mengambil dari {}: jalankan kentongan serve {} (KENTONGAN_PARTITIONS "
        "seperti di sini)"
    ),
    "bus: its server takes messages of {} bytes, wanted {}: see max_payload there": (
        "bus: servernya menerima pesan sampai {} bita, seharusnya {}: lihat max_payload di sana"
    ),
    "bus: too little room on its disk, reports are refused": ("bus: ruang di disknya terlalu sedikit, laporan ditolak"),
    "the bus does not answer; is `kentongan up` running?": "bus tidak menjawab; apakah `kentongan up` berjalan?",
    # the office's own sign-in
    "sign-in provider {}: answers": "penyedia masuk {}: menjawab",
    "sign-in provider {}: {}; nobody comes in by it": "penyedia masuk {}: {}; tidak ada yang masuk lewat itu",
    "does not answer": "tidak menjawab",
    "answers without end": "menjawab tanpa akhir",
    "answers {} where it should say who it is": "menjawab {} padahal harus menyebut dirinya",
    "says that it is another issuer": "menyebut dirinya penerbit lain",
    "answers {} with something that is no JSON": "menjawab {} dengan sesuatu yang bukan JSON",
    "answers {} with something that is no JSON object": "menjawab {} dengan sesuatu yang bukan objek JSON",
    "names no {} that begins with https://": "tidak menyebut {} yang diawali https://",
    # the line to the province
    "province: the leaf node does not answer; `kentongan up` runs it, or kentongan province leaf": (
        "provinsi: simpul daunnya tidak menjawab; `kentongan up` menjalankannya, atau kentongan province leaf"
    ),
    "province: its hub does not answer, {}, nothing is lost; look at the line and into leaf-node.log, then ask the "
    "province whether its hub runs and still lets us in": (
        "provinsi: hubnya tidak menjawab, {}, tidak ada yang hilang; periksa jaringan dan leaf-node.log, lalu "
        "tanyakan ke "
        "provinsi apakah hubnya berjalan dan masih menerima kita"
    ),
    "province: its hub answers, {}": "provinsi: hubnya menjawab, {}",
    "province: its hub answers, {}; is notify running? If it is, the hub keeps nothing: ask the province whether its "
    "disk is full": (
        "provinsi: hubnya menjawab, {}; apakah notify berjalan? Bila ya, hubnya tidak menyimpan: tanyakan ke provinsi "
        "apakah disknya penuh"
    ),
    "no message waits": "tidak ada pesan menunggu",
    "{} messages wait": "{} pesan menunggu",
    "{} messages wait since {}": "{} pesan menunggu sejak {}",
}


def told(sentence: str, language: str) -> str:
    """Return what was found in this language; what nobody has written down stays as it is.

    >>> told("12.5 GB free in /data", "id"), told("district places.csv", "en")
    ('12.5 GB kosong di /data', 'district places.csv')
    """
    if language == "en":
        return sentence
    if sentence.startswith(_DISTRICT):
        return in_indonesian.said(in_indonesian.DISTRICT, language).format(
            fault_said(sentence.removeprefix(_DISTRICT), language)
        )
    return of_table(SENTENCES, sentence, lambda one: told(one, language)) or in_indonesian.said(sentence, language)
