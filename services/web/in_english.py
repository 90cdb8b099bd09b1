"""Say in English what reading a file and the front door say in Indonesian: refusals, doubts, remarks. Pure.

What is read and refused is decided in rooms that speak Indonesian, the language of those who send files. Here each
of their sentences stands once more, `{}` for what is filled in; tests/ingest/test_filing_in_english.py holds them
together.
"""

import re
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from typing import Final

from schemas.words.languages import LANGUAGES
from services.web.field_errors import Fault
from services.web.problem_details import TITLES, Problem

SENTENCES: Final[dict[str, str]] = {
    # a file as a whole
    "berkas kosong": "the file is empty",
    "berkas terlalu besar": "the file is too large",
    "berkas tidak ada": "there is no such file",
    "folder, bukan berkas": "a folder, not a file",
    "berkas tidak boleh dibaca": "the file may not be read",
    "PDF tidak dibaca: salin teksnya ke pesan atau berkas txt, atau kirim sebagai xlsx, csv atau teks": (
        "PDF is not read: copy its text into a message or a txt file, or send xlsx, csv or text"
    ),
    "RTF tidak dibaca: buka di Word, simpan sebagai teks biasa (txt)": (
        "RTF is not read: open it in Word and save it as plain text (txt)"
    ),
    "foto JPEG tidak dibaca: tuliskan laporannya, fotonya sebagai lampiran": (
        "a JPEG photograph is not read: write the report down, with the photograph attached"
    ),
    "gambar {} tidak dibaca: tuliskan laporannya, gambarnya sebagai lampiran": (
        "a {} picture is not read: write the report down, with the picture attached"
    ),
    "rekaman suara tidak dibaca: tuliskan isinya": "a sound recording is not read: write down what is said",
    "arsip {} tidak dibaca: keluarkan isinya, lalu kirim berkasnya satu per satu": (
        "a {} archive is not read: unpack it and send its files one by one"
    ),
    "arsip {} tidak dibaca: keluarkan isinya, lalu kirim berkasnya": (
        "a {} archive is not read: unpack it and send the file in it"
    ),
    "basis data tidak dibaca: ekspor percakapannya dari aplikasi": (
        "a database is not read: export the conversation from the app"
    ),
    "kartu kontak tidak memuat laporan": "a contact card holds no report",
    "kalender tidak memuat laporan": "a calendar holds no report",
    "pintasan internet, bukan berkasnya: unduh berkasnya, kirim sebagai xlsx, csv atau teks": (
        "a shortcut to a page, not the file: download the file and send it as xlsx, csv or text"
    ),
    "tautan Google Drive, bukan berkasnya: unduh sebagai xlsx atau csv, lalu kirim": (
        "a link into Google Drive, not the file: download it as xlsx or csv and send that"
    ),
    "JSON terpotong atau rusak: ekspor ulang, lalu kirim lagi": (
        "the JSON is cut off or broken: export it again and send it again"
    ),
    "berkas berkata sandi: buka di Excel, hapus kata sandinya, simpan, lalu kirim lagi": (
        "the file has a password: open it in Excel, take the password away, save it, and send it again"
    ),
    "berkas berkata sandi: simpan tanpa kata sandi, lalu kirim lagi": (
        "the file has a password: save it without one and send it again"
    ),
    "surel Outlook (msg) tidak dibaca: salin isinya ke berkas txt, atau kirim sebagai xlsx, csv atau teks": (
        "an Outlook mail (msg) is not read: copy its text into a txt file, or send xlsx, csv or text"
    ),
    "surel (eml) tidak dibaca: salin isinya ke berkas txt, atau kirim sebagai xlsx, csv atau teks": (
        "a mail (eml) is not read: copy its text into a txt file, or send xlsx, csv or text"
    ),
    "dokumen Word lama (doc) tidak dibaca: simpan sebagai teks biasa (txt)": (
        "an old Word document (doc) is not read: save it as plain text (txt)"
    ),
    "PowerPoint tidak dibaca: salin teksnya ke berkas txt": "PowerPoint is not read: copy its text into a txt file",
    "PowerPoint (pptx) tidak dibaca: salin teksnya ke berkas txt": (
        "PowerPoint (pptx) is not read: copy its text into a txt file"
    ),
    "xls lama tidak dibaca: simpan ulang sebagai xlsx atau csv": "old xls is not read: save it as xlsx or csv",
    "dokumen Word (docx) tidak dibaca: simpan sebagai teks biasa (txt), atau salin tabelnya ke xlsx": (
        "a Word document (docx) is not read: save it as plain text (txt), or copy its table into an xlsx"
    ),
    "xlsb tidak dibaca: simpan ulang sebagai xlsx": "xlsb is not read: save it as xlsx",
    "berkas aplikasi Android tidak memuat laporan": "an Android app holds no report",
    "lembar OpenDocument (ods) tidak dibaca: simpan ulang sebagai xlsx atau csv": (
        "an OpenDocument sheet (ods) is not read: save it as xlsx or csv"
    ),
    "dokumen OpenDocument (odt) tidak dibaca: simpan sebagai teks biasa (txt)": (
        "an OpenDocument text (odt) is not read: save it as plain text (txt)"
    ),
    "buku EPUB tidak memuat laporan": "an EPUB book holds no report",
    "HTML tidak dibaca: ekspor Telegram ulang sebagai JSON (Machine-readable JSON); "
    "tabel dari peramban simpan sebagai xlsx atau csv": (
        "HTML is not read: export from Telegram again as JSON (Machine-readable JSON); save a table of a browser as "
        "xlsx or csv"
    ),
    "bukan jenis berkas yang dikenal: kirim sebagai xlsx, csv atau teks": (
        "no kind of file that is known: send xlsx, csv or text"
    ),
    "foto, video atau rekaman suara tidak dibaca: tuliskan laporannya": (
        "a photograph, film or sound recording is not read: write the report down"
    ),
    "XML tidak dibaca: kirim sebagai xlsx, csv atau teks": "XML is not read: send xlsx, csv or text",
    "bukan {} yang utuh: simpan ulang, lalu kirim lagi": "no whole {}: save it again and send it again",
    "bukan berkas xlsx yang utuh": "no whole xlsx file",
    "arsip zip": "zip archive",
    "arsip zip memuat lebih dari satu txt: kirim satu per satu": (
        "the zip archive holds more than one txt: send them one by one"
    ),
    "arsip zip tanpa percakapan (_chat.txt) atau lembar kerja: keluarkan isinya, kirim berkasnya": (
        "a zip archive without a conversation (_chat.txt) or a workbook: unpack it and send the file in it"
    ),
    "tampaknya percakapan, tetapi kepala pesannya tidak dikenal; ekspor percakapannya dari WhatsApp (tanpa media) "
    "atau sebagai JSON dari Telegram Desktop": (
        "it seems to be a conversation, but the heads of its messages are not known; export it from WhatsApp (without "
        "media) or as JSON from Telegram Desktop"
    ),
    "tidak ada baris judul kolom yang dikenal, misalnya Uraian Kejadian, Tanggal Kejadian, Kecamatan": (
        "there is no row of column headings that is known, for instance Uraian Kejadian, Tanggal Kejadian, Kecamatan"
    ),
    "lembar {} tersembunyi, tidak dibaca": "sheet {} is hidden and not read",
    "lembar {} tidak dibaca: tidak ada baris judul kolom yang dikenal": (
        "sheet {} is not read: it has no row of column headings that is known"
    ),
    "lembar {}: {}": "sheet {}: {}",
    "lembar kerja rusak": "the sheet is broken",
    "lembar kerja rusak: sel gabungan saling menindih": "the sheet is broken: merged cells lie over one another",
    # what was left out of it
    "{} baris dilewati: {}": "{} rows were passed over: {}",
    "judul kolom ({})": "column headings ({})",
    "nomor kolom ({})": "numbers of columns ({})",
    "judul kecamatan ({})": "titles of kecamatan ({})",
    "jumlah ({})": "totals ({})",
    "nihil ({})": "nothing happened ({})",
    "kolom {} tersembunyi, tetap dibaca": "column {} is hidden, it is read all the same",
    "komentar pada sel tidak dibaca": "comments beside cells are not read",
    "tanda tangan ({})": "signatures ({})",
    "keterangan ({})": "notes of the table ({})",
    "baris dengan satu sel ({})": "rows of one cell ({})",
    "{} {} tidak dijadikan laporan": "{} {}: made into no report",
    "pesan sistem": "messages of the app",
    "jajak pendapat": "polls",
    "media tanpa keterangan": "media without words",
    "pesan kosong": "empty messages",
    "panggilan": "calls",
    "balasan pendek": "short answers",
    "kartu kontak": "contact cards",
    "lokasi terkini": "live positions",
    "pesan yang dihapus": "deleted messages",
    "pesan yang tidak terlihat": "messages that cannot be seen",
    "urutan hari dan bulan tidak terbukti dari berkas ini: dibaca hari lebih dulu, periksa tanggalnya": (
        "nothing in this file proves the order of day and month: the day was read first, look at the dates"
    ),
    # a row
    "lebih dari {} kolom": "more than {} columns",
    "tanda kutip tidak ditutup, atau sel terlalu panjang": "a quotation mark is not closed, or a cell is too long",
    "sel lebih banyak daripada judul kolom": "more cells than column headings",
    "baris ini tersembunyi di lembarnya (saringan), tetap dibaca": (
        "this row is hidden in its sheet (a filter), and was read"
    ),
    "berada di bawah tanda tangan atau keterangan tabel": "it stands below a signature or the notes of the table",
    "baris ini bukan pesan seseorang dan tidak dikenal": "this line is nobody's message and not known",
    "kepala pesan tidak terbaca: tanggal atau jamnya tidak ada": (
        "the head of the message cannot be read: there is no such date or hour"
    ),
    "waktu pesan tidak terbaca": "the time of the message cannot be read",
    "bukan pesan Telegram": "no message of Telegram",
    "rumus tanpa nilai tersimpan: buka di Excel, simpan, lalu kirim lagi": (
        "a formula without a stored value: open the file in Excel, save it, and send it again"
    ),
    "rumus yang hasilnya galat": "a formula that ends in an error",
    "sama dengan {}, isinya berbeda": "the same as in {}, which says something else",
    "sama dengan {} selain catatan atau akhir waktunya, menjadi laporan sendiri": (
        "the same as in {} but for its notes or its end, made into a report of its own"
    ),
    "lembar {}, baris {}": "sheet {}, row {}",
    "baris {}": "row {}",
    "sudah dipakai baris {}, yang isinya berbeda": "row {} has it already, and says something else",
    "lebih dari {} catatan: sisanya digabung dalam yang terakhir": (
        "more than {} notes: what is left over is joined in the last one"
    ),
    "dipotong pada {} huruf": "cut after {} characters",
    "ditolak": "refused",
    # a place
    "tidak dikenal di daerah ini maupun tetangganya, periksa tempat": (
        "not known here or in the neighbourhood, look at the place"
    ),
    "tidak dikenal, dibaca {}, periksa tempat": "not known, read as {}, look at the place",
    "{} ada di {}, bukan di {}, periksa tempat": "{} is in {}, not in {}, look at the place",
    "di belahan bumi utara, mungkin lintangnya tanpa tanda minus ({}), periksa posisi": (
        "in the northern half of the earth, perhaps the latitude has lost its minus ({}), look at the position"
    ),
    "jauh di luar daerah, periksa posisi": "far outside of the district, look at the position",
    "bukan posisi, misalnya -6.8976, 112.0649": "no position, as in -6.8976, 112.0649",
    "bukan derajat lintang dan bujur yang lengkap": "no whole latitude and longitude in degrees",
    "kode tidak dikenal di {}": "no code that is known in {}",
    "kode masalah tidak dikenal di {}": "no code of an issue that is known in {}",
    "bukan bagian dari kecamatan yang disebut": "not in the kecamatan that is named",
    # a time
    "waktu ini belum terjadi": "this time is still to come",
    "bulan dan hari tampaknya tertukar; dibaca bulan lebih dulu": (
        "month and day seem to have changed places; the month was read first"
    ),
    "hari dan bulan tampaknya tertukar; dibaca hari lebih dulu": (
        "day and month seem to have changed places; the day was read first"
    ),
    "hari dan bulan tidak pasti: kolom ini berisi tanggal dengan dua urutan": (
        "day and month are not sure: this column holds dates in two orders"
    ),
    "hari dan bulan tidak pasti: dibaca bulan lebih dulu, seperti di kolom tanggal lain berkas ini": (
        "day and month are not sure: the month was read first, as in another column of dates in this file"
    ),
    "hari dan bulan tidak pasti: dibaca hari lebih dulu; tulis bulan dengan huruf atau 2026-11-05": (
        "day and month are not sure: the day was read first; write the month in letters, or 2026-11-05"
    ),
    "hari dan bulan mungkin tertukar oleh Excel: tanggal lain di kolom ini tertulis sebagai teks": (
        "Excel may have changed day and month: other dates of this column are written as text"
    ),
    "kosong, padahal baris lain bertanggal: dianggap terjadi saat dikirim": (
        "empty, while other rows have a date: taken for the time of sending"
    ),
    "ada bagian sel yang tidak dipahami": "a part of the cell is not understood",
    "tanggal di luar rentang tahun yang dikenal": "a date outside of the years that are known",
    "di luar rentang tahun yang dikenal": "outside of the years that are known",
    "bukan tanggal": "no date",
    "bukan tanggal: terlalu panjang": "no date: too long",
    "bukan tanggal, misalnya 20 April 2025 pkl 01.30 WIB": "no date, as in 20 April 2025 pkl 01.30 WIB",
    "nama bulan tidak dikenal": "no month is called so",
    "urutan hari dan bulan tidak terbukti dari berkas ini: dibaca bulan lebih dulu, menurut urutan pesannya; "
    "periksa tanggalnya": (
        "nothing in this file proves the order of day and month: read month first, by the order of its messages; check "
        "its dates"
    ),
    "mirip kepala pesan, dibaca sebagai isi pesan di atasnya: baris {}": (
        "like the header of a message, read as part of the message above: lines {}"
    ),
    "kolomnya terlalu sempit, isinya tinggal ####: lebarkan, simpan, lalu kirim lagi": (
        "the column is too narrow, only #### is left of it: widen it, save it, and send it again"
    ),
    "waktu kejadian tidak disebut: dipakai waktu lapornya": "does not say when it happened: when it was told is taken",
    "tidak ada baris laporan di bawah judul kolom": "there is no row of a report below the headings",
    "judul kolom {} tidak dikenal, dibaca {}": "the heading {} is not known, it is read as {}",
    "di luar isian formulir, tidak dibaca: baris {}": "outside of the form, not read: rows {}",
    "jam tanpa tanggal: isi tanggalnya": "an hour without a date: fill in the date",
    "hari tanpa tanggal: tulis tanggalnya, misalnya 20 April 2025 pkl 01.30 WIB": (
        "a day without a date: write the date, as in 20 April 2025 pkl 01.30 WIB"
    ),
    "hanya bulan dan tahun; dibaca sebagai sebulan penuh": "only a month and a year; read as the whole month",
    "hari atau bulan tidak ada": "there is no such day or month",
    "tanpa tahun; dibaca tahun {}": "without a year; read as {}",
    "nama hari tidak cocok dengan tanggalnya": "the day of the week is not that of the date",
    "lebih dari dua tanggal atau jam; dibaca yang pertama": "more than two dates or hours; the first was read",
    "akhir rentang mendahului awalnya": "the end is before the beginning",
    "jam tidak ada": "there is no such hour",
    "jam tidak cocok dengan bagian harinya": "the hour is not in that part of the day",
    "harus sesudah observed_at": "must be after observed_at",
    "lebih dari {} tahun yang lalu": "more than {} years ago",
    # people
    "dua kolom menyebut jumlah yang berbeda; dibaca yang terbesar": (
        "two columns say different numbers; the larger was read"
    ),
    "kurang dari luka berat dan ringan bersama; dibaca yang terbesar": (
        "fewer than the badly and slightly hurt together; the largest was read"
    ),
    "nomor yang dipotong oleh Excel: ubah kolom menjadi teks, tulis lagi": (
        "a number that Excel has shortened: make the column text and write it again"
    ),
    # a field, as the door judges it (services/web/field_errors.py)
    "wajib diisi": "must be filled in",
    "isian tidak dikenal": "no such field",
    "harus objek JSON": "must be a JSON object",
    "harus teks": "must be text",
    "tidak boleh kosong": "must not be empty",
    "paling panjang {} huruf": "at most {} characters",
    "bentuk kode tidak benar": "no code has that form",
    "harus bilangan bulat": "must be a whole number",
    "bilangan terlalu besar": "the number is too large",
    "harus bilangan": "must be a number",
    "harus bilangan yang terhingga": "must be a finite number",
    "harus true atau false": "must be true or false",
    "harus daftar": "must be a list",
    "paling banyak {} butir": "at most {} entries",
    "paling kecil {}": "at least {}",
    "paling besar {}": "at most {}",
    "harus salah satu dari {}": "must be one of {}",
    "harus UUID": "must be a UUID",
    "waktu harus memuat zona, misalnya +07:00": "the time must have a zone, as in +07:00",
    "harus waktu RFC 3339 dengan zona, misalnya 2026-04-20T01:30:00+07:00": (
        "must be a time by RFC 3339 with a zone, as in 2026-04-20T01:30:00+07:00"
    ),
    "memuat huruf yang tidak dapat disimpan": "holds characters that cannot be stored",
    # the front door
    "hanya dengan kunci": "only with a key",
    "hanya bersama follows": "only together with follows",
    "tidak cocok dengan laporan yang disebut": "does not fit the report that is named",
    "huruf kecil, angka dan - saja": "small letters, digits and - only",
    "Kiriman banyak laporan memerlukan kunci": "Many reports at once need a key",
    "Gerbang pesan memerlukan kunci": "A message gateway needs a key",
    "Kunci ini bukan kunci gerbang untuk saluran ini": "This key is not that of a gateway of this channel",
    "Kunci ini tidak dibuat untuk itu": "This key was not made for that",
    "Daerah ini tidak menerima laporan tanpa kunci": "This district takes no reports without a key",
    "Yang dilayani: {} dalam UTF-8, tanpa pemampatan": "Served is {} in UTF-8, without compression",
    # a report of the page to report on, and its photographs
    "Auditor tidak mengirim laporan": "An auditor files no reports",
    "Pilih tempatnya": "Choose the place",
    "Tulis apa yang terjadi": "Write what is happening",
    "Daerah ini tidak menerima laporan tanpa akun": "This district takes no reports without an account",
    "{} lampiran tidak dikenal": "{} attachments are not known",
    "sudah dipakai laporan lain yang isinya berbeda": "another report has it already, and says something else",
    "Foto harus JPEG, PNG, atau WebP": "A photograph must be JPEG, PNG or WebP",
    "Foto terlalu besar ukurannya": "The photograph is too large",
    "Yang dilayani: satu foto JPEG, PNG, atau WebP": "Served is one photograph, JPEG, PNG or WebP",
    "Paling besar {} KiB": "At most {} KiB",
    "Foto rusak atau tidak lengkap": "The photograph is broken or incomplete",
    # the proof of a district's rules, and putting them in force (services/cli/policy)
    "Aturan {} sudah berlaku.": "Rules {} are in force already.",
    "dan {} lagi; `kentongan policy check` menyebut semuanya": "and {} more; `kentongan policy check` names them all",
    "Aturan ini tidak diberlakukan. Perbaiki, atau pakai --despite ALASAN.": (
        "These rules are not put in force. Mend them, or use --despite REASON."
    ),
    "Aturan {} berlaku mulai sekarang; semua layanan memakainya dalam beberapa detik.": (
        "Rules {} are in force from now on; every service uses them within seconds."
    ),
    "mulai {}": "from {}",
    "GAGAL": "FAILS",
    "perhatian": "note",
    "{} sel, misalnya {}": "{} cells, for instance {}",
    "... dan {} lagi (--json memberi semuanya)": "... and {} more (--json gives them all)",
    "{} sel, {} pos, seminggu dengan {} saat berbeda": "{} cells, {} posts, a week of {} different moments",
    "Setiap sel berakhir pada orang yang dapat dihubungi": "Every cell ends at a person who can be reached",
    "Kebijakan belum dapat dipakai": "The policy does not hold",
    # an ask that a paper makes (services/office/documents.py)
    "Terima Laporan Informasi {}": "Acknowledge information note {}",
    "Kirim surat {} kepada {} dan catat jawabannya": "Send letter {} to {} and note its answer",
    # a list of ormas, and an exchange with Siladeni
    "daftar kosong": "the list is empty",
    "tidak ada kolom {}": "there is no column {}",
    "kolom {} tidak dikenal, tidak dibaca": "column {} is not known and not read",
    "nomor atau nama kosong": "number or name is empty",
    "nomor {} bukan nomor registrasi": "number {} is no registration number",
    "nomor {} sudah ada di baris lain": "number {} stands in another row already",
    "{} baru, {} berubah, {} tetap, {} tidak ada lagi di daftar.": (
        "{} new, {} changed, {} as before, {} no longer on the list."
    ),
    "{} baris ditulis ke {}.": "{} rows written to {}.",
    "{} baris dikirim.": "{} rows sent.",
    "Tidak ada yang berubah.": "Nothing has changed.",
    "Tidak ada berkas baru.": "There are no new files.",
    "Nomor {} ada pada lebih dari satu laporan; yang terbaru dipakai.": (
        "Number {} is on more than one report; the newest is used."
    ),
    "kolom {} tidak dikenal, isinya disimpan sebagai catatan": (
        "column {} is not known, what it holds is kept as a note"
    ),
    "{} belum terkirim, dicoba lagi nanti": "{} not sent yet, tried again later",
    "{} diterima, {} ditolak.": "{} accepted, {} refused.",
    "Folder {} tidak dapat dibaca: {}": "Folder {} cannot be read: {}",
    "Siladeni menjawab {}.": "Siladeni answers {}.",
    "Siladeni menjawab {}; dikirim lagi pada kesempatan berikut.": "Siladeni answers {}; sent again the next time.",
    "Siladeni tidak terjangkau ({}).": "Siladeni cannot be reached ({}).",
    "Jawaban Siladeni terlalu besar.": "What Siladeni answers is too large.",
    "Jawaban Siladeni bukan JSON.": "What Siladeni answers is no JSON.",
    'Jawaban Siladeni tidak berisi daftar "laporan".': 'What Siladeni answers holds no list "laporan".',
    "{}: alamat {} tidak dikenal; pasang sebagai folder, lalu sebut foldernya.": (
        "{}: no kind of address that is known is {}; mount it as a folder, and name that folder."
    ),
    "tidak sah": "not valid",
    "isi harus JSON dalam UTF-8": "must be JSON in UTF-8",
    "JSON terlalu dalam": "the JSON is nested too deeply",
    "teks harus UTF-8 yang utuh": "the text must be whole UTF-8",
    # the way to the door (sending.py), and the door's own titles
    "Tidak dapat menghubungi {} ({})": "Cannot reach {} ({})",
    "Alamat {} tidak dikenal: tulis seperti https://kentongan.example": (
        "{} is no address that is known: write it as https://kentongan.example"
    ),
    "Pintu belum dapat menerima": "The door cannot take anything yet",
    "{}; tidak ada yang terkirim": "{}; nothing was sent",
    "Kunci tidak ada atau tidak dikenal: beri --key atau KENTONGAN_KEY": (
        "There is no key, or it is not known: give --key or KENTONGAN_KEY"
    ),
    "Pintu menolak ({}): {}": "The door refuses ({}): {}",
    "jawaban yang tidak dikenal": "an answer that is not known",
    "{} laporan berumur lebih dari 30 hari; petugas tetap dipanggil. Bila ini arsip: --archive.": (
        "{} reports are older than 30 days; officers are called all the same. If this is history: --archive."
    ),
    # the doors of programs
    "Terlalu banyak layar terbuka": "Too many screens are open",
    "Nomor laporan dan tanda terimanya tidak cocok": "The number of the report and its receipt do not belong together",
    "Basis data tidak menjawab": "The database does not answer",
    "Basis data tidak dapat ditulisi": "The database cannot be written to",
    "Bus tidak menyimpan laporan": "The bus keeps no reports",
    "Tindakan dengan sesi perlu header {}": "An act with a session needs the header {}",
    "Angka-angka ini untuk kunci auditor atau admin": "These figures are for the key of an auditor or an admin",
    "Paling banyak {} baris sekali kirim": "At most {} rows at a time",
    "Isi harus daftar JSON dalam UTF-8": "The content must be a JSON list in UTF-8",
    "harus daftar laporan": "must be a list of reports",
    "tidak memuat laporan": "holds no report",
    "bilangan 1 sampai {}": "a number from 1 to {}",
    "satu dari {}": "one of {}",
    "waktu RFC 3339 dengan selisih UTC, atau jumlah hari": (
        "an RFC 3339 time with its offset from UTC, or a number of days"
    ),
    "waktu RFC 3339 dengan selisih UTC, atau dua tanggal dan jam HH:MM-HH:MM": (
        "an RFC 3339 time with its offset from UTC, or two dates and hours HH:MM-HH:MM"
    ),
    TITLES[400]: "The request cannot be read",
    TITLES[401]: "There is no key, or it is not known",
    TITLES[403]: "Not allowed",
    TITLES[404]: "Not found",
    TITLES[405]: "This way is not served at this address",
    TITLES[408]: "The request takes too long to come",
    TITLES[409]: "It contradicts what is there already",
    TITLES[413]: "The request is too large",
    TITLES[415]: "This kind of content is not served",
    TITLES[422]: "A field is not valid",
    TITLES[429]: "Too often",
    TITLES[500]: "An error on our side",
    TITLES[503]: "Cannot take anything yet, try again soon",
}


Words = Callable[[str], str]


def words_in(language: str) -> Words:
    """Give what says an Indonesian sentence in this language."""
    return in_english if language == "en" else str


def said_in(problem: Problem, language: str) -> Problem:
    """Give a problem, whose words are Indonesian, in this language."""
    if language == LANGUAGES[0]:
        return problem
    say, status = words_in(language), problem.status_code
    plain = problem.detail in ("", HTTPStatus(status).phrase)  # then an answer has its title alone, in Indonesian
    detail = ("" if problem.faults else say(TITLES.get(status, ""))) if plain else say(problem.detail)
    faults = [Fault(fault.field, say(fault.why)) for fault in problem.faults]
    return Problem(status, detail, faults, problem.headers, code=problem.code, more=problem.more)


def in_english(said: str) -> str:
    """Return a sentence in English; one that nobody has written down stays as it is.

    >>> in_english("sama dengan baris 7, isinya berbeda"), in_english("berkas kosong; lembar A: wajib diisi")
    ('the same as in row 7, which says something else', 'the file is empty; sheet A: must be filled in')
    """
    if (found := SENTENCES.get(said)) is not None:
        return found
    # A sentence that ends in something filled in would take those that follow it for that ("baris {}").
    return _of_pattern(said, ends_open=False) or _of_parts(said) or _of_pattern(said, ends_open=True) or said


def _of_pattern(said: str, *, ends_open: bool) -> str:
    for pattern, english, is_open in _patterns():
        if is_open is ends_open and (match := pattern.fullmatch(said)):
            return english.format(*map(_filled, match.groups()))
    return ""


def _of_parts(said: str) -> str:
    """Say sentences that follow each other, where each of them is known; "" else."""
    for between in ("; ", ", "):
        parts = said.split(between)
        told = [in_english(part) for part in parts] if len(parts) > 1 else []
        if told and all(told[at] != part for at, part in enumerate(parts)):
            return between.join(told)
    return ""


def _filled(part: str) -> str:
    """Give what fills a sentence: a sentence itself, or names between which an "or" may stand."""
    return in_english(part).replace(" atau ", " or ")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str, bool], ...]:
    """Give the sentences with something to fill in, the longest first, and whether they end in it."""
    holes = sorted((said for said in SENTENCES if "{}" in said), key=len, reverse=True)
    return tuple(
        (
            re.compile(re.escape(said).replace(r"\(\{\}\)", r"\(([^()]+)\)").replace(r"\{\}", "(.+?)")),
            SENTENCES[said],
            said.endswith("{}"),
        )
        for said in holes
    )
