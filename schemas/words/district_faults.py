"""Say in Indonesian why a district's folder cannot be read. Pure.

Who reads files says it in English, as the libraries do that read them; each sentence stands here once more, `{}` for
what is filled in. What a library says besides stays as it is.
"""

from typing import Final

from schemas.words.sentence_table import of_table

_TOML: Final = {
    "Invalid statement": "baris ini tidak dapat dibaca",
    "Invalid value": "nilai ini tidak dapat dibaca",
    "Invalid initial character for a key part": "nama kunci tidak boleh diawali begitu",
    "Expected '=' after a key in a key/value pair": "perlu '=' sesudah nama kunci",
    "Expected newline or end of document after a statement": "perlu baris baru sesudah pernyataan ini",
    "Expected ']' at the end of a table declaration": "perlu ']' di akhir nama tabel",
    "Expected ']]' at the end of an array declaration": "perlu ']]' di akhir nama daftar",
    "Unclosed array": "daftar belum ditutup",
    "Unclosed inline table": "tabel dalam baris belum ditutup",
    "Unterminated string": "teks belum ditutup dengan tanda kutip",
    "Cannot overwrite a value": "kunci ini tertulis dua kali",
    "Cannot declare {} twice": "{} tertulis dua kali",
    "Illegal character {}": "karakter {} tidak boleh ada di sini",
}
SENTENCES: Final[dict[str, str]] = {
    # reading a file
    "not found in {}": "tidak ada di {}",
    "no column {}": "tidak ada kolom {}",
    "more or fewer cells than the header": "jumlah selnya lain dari kepala tabel",
    "{} is listed twice": "{} tertulis dua kali",
    "{} ends before it starts": "{} berakhir sebelum mulai",
    "{} has no limits": "{} tidak mengenal batas",
    "unknown channel: {}": "saluran tidak dikenal: {}",
    "a [[{}]] needs `{}`": "[[{}]] memerlukan `{}`",
    "{} is declared twice": "{} tertulis dua kali",
    "no [[clock]] for {}": "tidak ada [[clock]] untuk {}",
    "{} is none of {}": "{} bukan salah satu dari {}",
    # sample people and reports beside it
    "the login {} is given twice": "nama masuk {} dipakai dua kali",
    "unknown clearance: {}": "izin baca tidak dikenal: {}",
    "unknown issue or kecamatan: {}, {}": "jenis masalah atau kecamatan tidak dikenal: {}, {}",
    # a file that is no TOML, as the library says it
    **{
        f"{english} (at {place})": f"{indonesian} ({where})"
        for english, indonesian in _TOML.items()
        for place, where in (("line {}, column {}", "baris {}, kolom {}"), ("end of document", "di akhir berkas"))
    },
    # what a district has to hold
    "unknown institution: {}": "instansi tidak dikenal: {}",
    "office.harmony names an unknown issue: {}": "office.harmony menyebut jenis masalah yang tidak dikenal: {}",
    "rule {} names an unknown issue or form: {}": "aturan {} menyebut jenis masalah atau bentuk yang tidak dikenal: {}",
    "stand-ins go round in a circle: {}": "pengganti berputar kembali ke dirinya: {}",
    "{} gives the lead to one that never leads: {}": (
        "{} memberi tanggung jawab kepada yang tidak pernah memimpin: {}"
    ),
    "{} names an unknown place: {}": "{} menyebut tempat yang tidak dikenal: {}",
    "each family of issues stands in one [[warnings.group]]: {}": (
        "tiap rumpun masalah ada di satu [[warnings.group]]: {}"
    ),
    "warning rule {} names an unknown issue or form: {}": (
        "aturan peringatan {} menyebut jenis masalah atau bentuk yang tidak dikenal: {}"
    ),
    "exactly one [[form]] needs the trait {}": "tepat satu [[form]] memerlukan sifat {}",
    "exactly one [[issue]] needs the trait other: what fits no other issue is routed as that": (
        "tepat satu [[issue]] memerlukan sifat other: ke sana yang tidak cocok dengan jenis lain"
    ),
    "a form names an unknown issue: {}": "sebuah bentuk menyebut jenis masalah yang tidak dikenal: {}",
    "the rungs of a ladder must come one after another": "anak tangga harus berurutan waktunya",
    "reminders must come one after another, before `ack`": "pengingat harus berurutan, sebelum `ack`",
    "the ladder must leave the lead its time to answer (`ack`, at least 1 minute)": (
        "tangga harus memberi penanggung jawab waktunya menjawab (`ack`, sedikitnya 1 menit)"
    ),
    "working hours must end after they start": "jam kerja harus berakhir sesudah mulai",
    'write a number and minutes, hours or days, as in "400 days"': (
        'tulis angka dan minutes, hours atau days, misalnya "400 days"'
    ),
    "learned: format {} is not known; docs/judgement.md says how the file is made anew": (
        "learned: format {} tidak dikenal; docs/judgement.md menjelaskan cara membuat berkasnya lagi"
    ),
    "learned: terms are no table": "learned: terms bukan tabel",
    "learned: the numbers of {} are no bytes in base64": "learned: angka {} bukan bita dalam base64",
    "learned: the numbers of {} are {}, not one for each of {} hidden units": (
        "learned: angka {} ada {}, bukan satu untuk tiap {} unit tersembunyi"
    ),
    "rule {} asks for more in a lowered window than outside": (
        "aturan {} meminta lebih banyak pada masa yang diturunkan daripada di luarnya"
    ),
    "a [[warnings.{}]] is declared twice: {}": "[[warnings.{}]] tertulis dua kali: {}",
    "[warnings.weights] needs each level once: {}": "[warnings.weights] memerlukan tiap tingkat sekali: {}",
    "[warnings] needs an answer of somebody it does not tell: {}": (
        "[warnings] menunggu jawaban dari yang tidak diberi tahu: {}"
    ),
    # a value by itself
    "Field required": "wajib diisi",
    "Extra inputs are not permitted": "kunci ini tidak dikenal",
    "Input should be a valid {}": "harus berupa {}",
    "Input should be a valid integer": "harus berupa bilangan bulat",
    "Input should be a valid integer, unable to parse string as an integer": "harus berupa bilangan bulat",
    "Input should be a valid number": "harus berupa angka",
    "Input should be a valid string": "harus berupa teks",
    "Input should be a valid boolean": "harus true atau false",
    "Input should be a valid tuple": "harus berupa daftar",
    "Input should be a valid dictionary": "harus berupa tabel",
    "Input should be greater than or equal to {}": "sedikitnya {}",
    "Input should be greater than {}": "harus lebih dari {}",
    "Input should be less than or equal to {}": "paling banyak {}",
    "Input should be less than {}": "harus kurang dari {}",
    "Input should be {}": "harus {}",
}
_PLACES: Final = ((", line ", ", baris "), (", column ", ", kolom "), (", at its end", ", di akhirnya"))


def fault_said(fault: str, language: str) -> str:
    """Return a fault, "file, where: why", in this language.

    >>> fault_said("places.csv, line 3: more or fewer cells than the header", "id")
    'places.csv, baris 3: jumlah selnya lain dari kepala tabel'
    """
    if language != "id":
        return fault
    place, cut, why = fault.partition(": ")
    for english, indonesian in _PLACES:
        place = place.replace(english, indonesian)
    return f"{place}{cut}{of_table(SENTENCES, why) or why}"
