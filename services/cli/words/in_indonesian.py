"""Say in Indonesian why a command does not go on. Pure.

Whoever refuses says it in English, as the libraries do that read words, files and settings; each sentence stands here
once more, `{}` for what is filled in. What a district's folder lacks stands in `schemas.words.district_faults`.
"""

from typing import Final

from schemas.words import district_faults
from schemas.words.sentence_table import of_table

_LOST: Final = "Kembalikan dari tempat simpanannya, atau isi {} seperti semula."

DISTRICT: Final = "The district's folder cannot be used: {}"
SENTENCES: Final[dict[str, str]] = {
    # words of a command
    "the following arguments are required: {}": "yang wajib belum ada: {}",
    "one of the arguments {} is required": "wajib salah satu dari {}",
    "unrecognized arguments: {}": "tidak dikenal: {}",
    "ambiguous option: {} could match {}": "pilihan {} bisa berarti {}",
    "argument {}: {}": "{}: {}",
    "invalid choice: {} (choose from {})": "{} tidak dikenal (pilih dari {})",
    "invalid int value: {}": "{} bukan bilangan bulat",
    "invalid float value: {}": "{} bukan angka",
    "invalid _instant value: {}": "{} bukan waktu, misalnya 2026-11-24T19:00+07:00",
    "invalid {} value: {}": "nilai {} tidak sah: {}",
    "expected one argument": "memerlukan satu nilai",
    "expected at least one argument": "memerlukan sedikitnya satu nilai",
    "expected at most one argument": "paling banyak satu nilai",
    "expected {} arguments": "memerlukan {} nilai",
    "not allowed with argument {}": "tidak boleh bersama {}",
    "ignored explicit argument {}": "tidak memerlukan nilai {}",
    "a whole number from {} to {}": "bilangan bulat dari {} sampai {}",
    "a number from {} to {}": "angka dari {} sampai {}",
    "a number above {}, {} at most": "angka di atas {}, paling banyak {}",
    "{} is not above 0 and at most {}": "{} tidak di atas 0 dan paling banyak {}",
    "needs an offset, for instance {}": "memerlukan selisih dari UTC, misalnya {}",
    "a year from {} to {}": "tahun dari {} sampai {}",
    "a public key has 64 digits 0 to f: kentongan audit key": (
        "kunci publik terdiri dari 64 angka 0 sampai f: kentongan audit key"
    ),
    "a line's number, a colon and at least 16 digits of its hash": (
        "nomor baris, titik dua dan sedikitnya 16 angka sidik barisnya"
    ),
    "no command": "tidak ada perintah",
    # files
    "{} is no text in UTF-8": "{} bukan teks UTF-8",
    "{}: report {} is neither JSON nor eight fields between bars ({})": (
        "{}: laporan {} bukan JSON dan bukan delapan kolom di antara garis tegak ({})"
    ),
    # the district
    DISTRICT: "Folder kabupaten tidak dapat dipakai: {}",
    "The district file does not know {} {}.": "Berkas kabupaten tidak mengenal {} {}.",
    "Unknown institution {}; the district file knows {}.": "Instansi {} tidak dikenal; berkas kabupaten mengenal {}.",
    "Unknown unit {}: it is the code of a kecamatan, desa or kelurahan, for instance 35.23.11.": (
        "Wilayah {} tidak dikenal: isi kode kecamatan, desa atau kelurahan, misalnya 35.23.11."
    ),
    "Unknown issue {}; the district file knows {}.": "Jenis masalah {} tidak dikenal; berkas kabupaten mengenal {}.",
    # settings
    "Settings that cannot be read: {}.": "Pengaturan yang tidak dapat dibaca: {}.",
    "KENTONGAN_BASE_URL must be the address of the pages, with https:// or http:// at its beginning.": (
        "KENTONGAN_BASE_URL harus berupa alamat halaman, diawali https:// atau http://."
    ),
    "KENTONGAN_OIDC_ISSUER must be the address of the sign-in provider, with https:// at its beginning, and "
    "KENTONGAN_OIDC_CLIENT our name there.": (
        "KENTONGAN_OIDC_ISSUER harus berupa alamat penyedia masuk, diawali https://, dan KENTONGAN_OIDC_CLIENT nama "
        "kita di sana."
    ),
    "--divert: the channel {} is not set up (docs/channels.md)": (
        "--divert: saluran {} belum disiapkan (docs/channels.md)"
    ),
    "--divert: no channel can use this address; {} takes {}": (
        "--divert: tidak ada saluran yang dapat memakai alamat ini; {} menerima {}"
    ),
    "Port {} for the {} is taken by another program. Choose another with {}.": (
        "Port {} untuk {} dipakai program lain. Pilih port lain dengan {}."
    ),
    "Port {} for the {} is not for this user. Choose one above 1023 with {}.": (
        "Port {} untuk {} tidak boleh dipakai pengguna ini. Pilih di atas 1023 dengan {}."
    ),
    "KENTONGAN_HOST, or --host, is no address of this machine to serve the {} at.": (
        "KENTONGAN_HOST, atau --host, bukan alamat mesin ini untuk {}."
    ),
    "pages": "halaman",
    "--port N or KENTONGAN_PORT": "--port N atau KENTONGAN_PORT",
    "the levels are {}": "tingkat yang ada: {}",
    "no address of tiles; one is like https://peta.instansi.example/tile/{}/{}/{}.png, or /tile/{}/{}/{}.png where the "
    "pages' own proxy serves them": (
        "bukan alamat petak peta; bentuknya https://peta.instansi.example/tile/{}/{}/{}.png, atau /tile/{}/{}/{}.png "
        "bila disajikan proksi halaman sendiri"
    ),
    "must be JSON": "harus berupa JSON",
    "no role is called so; the roles are {}": "tidak ada peran bernama itu; peran yang ada: {}",
    "tiles must come by https where the pages do, or browsers show none": (
        "petak peta harus lewat https bila halaman juga begitu; tanpa itu peramban tidak menampilkannya"
    ),
    "- stands for what standard input holds, and it holds nothing.": "- berarti isi masukan baku, dan isinya kosong.",
    "Kentongan is already running on {}. Stop it first, or choose another --data.": (
        "Kentongan sudah berjalan di {}. Hentikan dulu, atau pilih --data lain."
    ),
    "nats-server did not start; see {}.": "nats-server tidak mulai; lihat {}.",
    # the store
    "The store cannot be reached ({}).": "Basis data tidak dapat dihubungi ({}).",
    "this process has no more memory, threads or handles": "memori, utas atau pegangan berkas proses ini habis",
    "another process has been writing for seconds": "proses lain sudah menulis beberapa detik",
    "every connection of this process has been in use for seconds": "semua sambungan proses ini dipakai beberapa detik",
    "There is no store at {} yet. {}": "Belum ada basis data di {}. {}",
    "The database has no tables yet. {}": "Basis data belum punya tabel. {}",
    "`kentongan up` makes it, or `kentongan db upgrade` where the services run by themselves.": (
        "`kentongan up` membuatnya, atau `kentongan db upgrade` bila layanan berjalan sendiri-sendiri."
    ),
    "The tables are of an earlier release ({}). Bring them up to date: kentongan db upgrade": (
        "Tabelnya dari rilis yang lebih lama ({}). Perbarui: kentongan db upgrade"
    ),
    "The tables are of a later release than this one, which would misread them. Start that release again, or restore a "
    "backup of this one into a new place.": (
        "Tabelnya dari rilis yang lebih baru, dan rilis ini akan salah membacanya. Jalankan lagi rilis itu, atau "
        "pulihkan cadangan rilis ini di tempat baru."
    ),
    "The store's address (KENTONGAN_STORE_URL) cannot be read. It is sqlite:///FILE or "
    "postgresql+psycopg://USER:PASSWORD@HOST:PORT/DATABASE; empty means SQLite in the data folder.": (
        "Alamat basis data (KENTONGAN_STORE_URL) tidak dapat dibaca. Bentuknya sqlite:///BERKAS atau "
        "postgresql+psycopg://PENGGUNA:SANDI@HOST:PORT/BASISDATA; kosong berarti SQLite di folder data."
    ),
    # the bus
    "The bus does not answer; is `kentongan up` running?": "Bus tidak menjawab; apakah `kentongan up` berjalan?",
    "The bus refuses this installation's name or password: is another program's bus on this port?": (
        "Bus menolak nama atau sandi pemasangan ini: apakah bus program lain memakai port ini?"
    ),
    "The bus does not let its reports be counted: is its disk full, or a stream missing? kentongan doctor says it.": (
        "Laporan di bus tidak dapat dihitung: apakah disknya penuh, atau ada aliran yang hilang? Lihat "
        "kentongan doctor."
    ),
    # secrets
    "{} is gone. Put it back from where it was kept, or set {} as it was. Without it nothing that was sealed opens.": (
        f"{{}} hilang. {_LOST} Tanpa itu yang tersegel tidak dapat dibuka."
    ),
    "{} is gone. Put it back from where it was kept, or set {} as it was. To go on without it, which ends every key, "
    "receipt and button, and with them authenticators and recovery codes: kentongan key rotate": (
        f"{{}} hilang. {_LOST} Untuk terus tanpanya, dan mengakhiri semua kunci, tanda terima dan tombol beserta "
        "aplikasi autentikator dan kode pemulihan: kentongan key rotate"
    ),
    "{} cannot be read: {}.": "{} tidak dapat dibaca: {}.",
    "{} holds no secret of at least {} bytes. Put it back from where it was kept.": (
        "{} tidak memuat rahasia sepanjang sedikitnya {} bita. Kembalikan dari tempat simpanannya."
    ),
    "{} is shorter than {} bytes. Make one with: openssl rand -hex 32; put the old one into {}, and what it signed or "
    "wrapped stays good.": (
        "{} lebih pendek dari {} bita. Buat dengan: openssl rand -hex 32; taruh yang lama di {}, dan yang "
        "ditandatangani "
        "atau dibungkusnya tetap berlaku."
    ),
    "Two secrets are live already. End the older one first: {}": "Dua rahasia sudah berlaku. Akhiri dulu yang lama: {}",
    "There is no master key in {}. Bring the file {} of the installation that made the backup, or set "
    "KENTONGAN_MASTER_KEY as it was there.": (
        "Tidak ada kunci induk di {}. Bawa berkas {} dari pemasangan yang membuat cadangan, atau isi "
        "KENTONGAN_MASTER_KEY "
        "seperti di sana."
    ),
    "The master key of this installation does not open what it has sealed ({}). Put back the file {} of the data "
    "folder, or KENTONGAN_MASTER_KEY, as it was.": (
        "Kunci induk pemasangan ini tidak membuka yang disegelnya ({}). Kembalikan berkas {} di folder data, atau "
        "KENTONGAN_MASTER_KEY, seperti semula."
    ),
    "KENTONGAN_MASTER_COMMAND is no command: a program and its words, quoted as in a shell.": (
        "KENTONGAN_MASTER_COMMAND bukan perintah: tulis program dan kata-katanya, dengan tanda kutip seperti di shell."
    ),
    "KENTONGAN_MASTER_COMMAND gave no master: it ended with {}.": (
        "KENTONGAN_MASTER_COMMAND tidak memberi kunci induk: berakhir dengan {}."
    ),
    "KENTONGAN_MASTER_COMMAND gave no master in {} seconds.": (
        "KENTONGAN_MASTER_COMMAND tidak memberi kunci induk dalam {} detik."
    ),
    "KENTONGAN_MASTER_COMMAND cannot be run: {}.": "KENTONGAN_MASTER_COMMAND tidak dapat dijalankan: {}.",
    "KENTONGAN_MASTER_COMMAND printed something that is no hex.": (
        "KENTONGAN_MASTER_COMMAND mencetak sesuatu yang bukan heksadesimal."
    ),
    "KENTONGAN_MASTER_COMMAND must print one or two masters of at least {} bytes in hex.": (
        "KENTONGAN_MASTER_COMMAND harus mencetak satu atau dua kunci induk sepanjang sedikitnya {} bita dalam "
        "heksadesimal."
    ),
    # single commands
    "The bench stands with the tests: run it from a checkout.": (
        "Alat ukur ada bersama pengujian: jalankan dari salinan sumbernya."
    ),
    "`learn` needs scikit-learn: install kentongan[learn].": (
        "`learn` memerlukan scikit-learn: pasang kentongan[learn]."
    ),
    "{} labels of {} issues: at least {} of {} issues are needed. Nothing was changed.": (
        "{} label dari {} jenis masalah: perlu sedikitnya {} dari {} jenis. Tidak ada yang diubah."
    ),
    "Not everybody has been told yet; is Kentongan running?": "Belum semua diberi tahu; apakah Kentongan berjalan?",
    "There is no exercise {}.": "Tidak ada latihan {}.",
    "There is no secret in {} yet: nothing was signed here.": (
        "Belum ada rahasia di {}: belum ada yang ditandatangani di sini."
    ),
    "The front door did not take the exercise; is Kentongan running? At another address than usual: --url. A "
    "drill that "
    "still went on has been ended.": (
        "Pintu depan tidak menerima latihan; apakah Kentongan berjalan? Di alamat lain: --url. Latihan yang "
        "masih berjalan "
        "sudah diakhiri."
    ),
    "The exercise was accepted, but triage has not judged it. It may still come; end it at the desk then.": (
        "Latihan diterima, tetapi triage belum menilainya. Mungkin masih datang; bila begitu akhiri di meja kerja."
    ),
    "A key's name has letters a to z or digits, by which it is known; {} has none.": (
        "Nama kunci memuat huruf a sampai z atau angka; {} tidak memuatnya."
    ),
    "--may-reply is for keys of role reporter: others file nothing for people outside.": (
        "--may-reply hanya untuk kunci berperan reporter: yang lain tidak melapor untuk orang luar."
    ),
    "--channel NAME goes with --role gateway, and a gateway has exactly one: small letters, digits and -.": (
        "--channel NAMA berlaku bersama --role gateway, dan sebuah gateway punya tepat satu: huruf kecil, angka dan -."
    ),
    "--answers is for keys of role gateway.": "--answers hanya untuk kunci berperan gateway.",
    "The role {} does not allow {}.": "Peran {} tidak membolehkan {}.",
    # a table of counts
    "watch: {} is refused": "watch: {} ditolak",
    "watch: {} rows are missing; taken as zeros, since the table lists no zero": (
        "watch: {} baris tidak ada; dianggap nol, sebab tabelnya tidak memuat nol"
    ),
    "watch: {} rows are missing; taken as not reported": "watch: {} baris tidak ada; dianggap tidak dilaporkan",
    "watch: {} rows begin in the future, the last of them in line {}: {} on {}; judged as if it were over": (
        "watch: {} baris dimulai di masa depan, yang terakhir di baris {}: {} pada {}; dinilai seolah sudah lewat"
    ),
    "line {}: {}": "baris {}: {}",
    "this is not {}; save the table as UTF-8": "ini bukan {}; simpan tabelnya sebagai UTF-8",
    "{} on {} is already in line {}": "{} pada {} sudah ada di baris {}",
    "the area is empty": "wilayahnya kosong",
    "... and {} more": "... dan {} lagi",
    "the table has no column {}; it needs area, period, count": (
        "tabelnya tidak punya kolom {}; yang perlu: area, period, count"
    ),
    "{} is not an ISO date (2026-01-31)": "{} bukan tanggal ISO (2026-01-31)",
    "{} is not a whole number": "{} bukan bilangan bulat",
    "{} is not a number of incidents: it is 0 to {}": "{} bukan jumlah kejadian: isinya 0 sampai {}",
    "the table spans {} to {}: more than 40 years, is a date mistyped?": (
        "tabelnya meliputi {} sampai {}: lebih dari 40 tahun, apakah ada tanggal yang salah ketik?"
    ),
    "periods are {} days apart; the step is a day or a week": "jarak antarperiode {} hari; mestinya 1 atau 7 hari",
    "{} is not a whole number of weeks after {}, and most days are missing": (
        "{} bukan kelipatan minggu sesudah {}, dan kebanyakan hari tidak ada"
    ),
    "watch: name a table, or say --replay": "watch: sebut sebuah tabel, atau pakai --replay",
    "The bus does not answer. Its checkpoints were not looked at.": (
        "Bus tidak menjawab. Titik periksanya tidak dilihat."
    ),
    "{} Its checkpoints were not looked at.": "{} Titik periksanya tidak dilihat.",
    "{} is not there.": "{} tidak ada.",
    # what the system says of a file
    "No such file or directory": "tidak ada",
    "Not a directory": "bukan folder",
    "Is a directory": "folder, bukan berkas",
    "File exists": "sudah ada",
    "Permission denied": "tidak boleh dibuka pengguna ini",
    "Operation not permitted": "tidak diperbolehkan bagi pengguna ini",
    "No space left on device": "disk penuh",
    "Read-only file system": "disk hanya dapat dibaca",
    "Input/output error": "disknya rusak",
    "File name too long": "namanya terlalu panjang",
    "Exec format error": "bukan program mesin ini",
    "File too large": "terlalu besar",
}


def said(sentence: str, language: str) -> str:
    """Return a sentence in this language; one that nobody has written down stays as it is.

    >>> said("argument --port: invalid int value: 'x'", "id"), said("places.csv: No such file or directory.", "id")
    ("--port: 'x' bukan bilangan bulat", 'places.csv: tidak ada.')
    """
    return sentence if language == "en" else _indonesian(sentence)


def _indonesian(sentence: str) -> str:
    known = of_table(SENTENCES, sentence, _indonesian) or of_table(district_faults.SENTENCES, sentence)
    if known:
        return known
    place, cut, why = sentence.partition(": ")
    if "; " in why:  # several settings, each with what is wrong with it
        return "; ".join(map(_indonesian, sentence.split("; ")))
    stop = "." if why.endswith(".") else ""
    return f"{place}{cut}{_indonesian(why.removesuffix(stop))}{stop}" if cut else sentence
