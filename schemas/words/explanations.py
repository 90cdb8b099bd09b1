"""Say why the machine judged as it did, in the reader's language. Pure.

What triage keeps of its reasons is a code with values, "crowd_least|60"; the sentence is made where somebody reads it.
What an older version kept as a sentence is shown as it stands.
"""

from typing import Final

from schemas.words.languages import LANGUAGES

SEPARATOR = "|"
CHECK = "check_"  # how the codes begin that ask a person to look at something

# Code: Indonesian, English. {0} and {1} are values as they stand; {key} is one or more keys of `KEYS`.
SENTENCES: Final[dict[str, tuple[str, str]]] = {
    # points
    "dead_least": ("korban meninggal sedikitnya {0}", "at least {0} dead"),
    "badly_least": ("luka berat sedikitnya {0}", "at least {0} badly hurt"),
    "hurt_least": ("luka sedikitnya {0}", "at least {0} hurt"),
    "form": ("bentuk {0}", "form {0}"),
    "weapons": ("senjata: {key}", "weapons: {key}"),
    "damage": ("kerusakan: {key}", "damage: {key}"),
    "crowd_least": ("massa sedikitnya {0} orang", "a crowd of at least {0}"),
    "identity": ("pemicu identitas: {key}", "identity trigger: {key}"),
    "call": ("ajakan: {key}", "call: {key}"),
    "time": ("waktu: {key}", "time: {key}"),
    "spread": ("sebaran: {key}", "spread: {key}"),
    "repeats": (
        "{0} peristiwa sejenis di tempat ini dalam 90 hari",
        "{0} incidents of this kind at this place within 90 days",
    ),
    "context": ("{key}", "{key}"),
    # floors and ceiling
    "floor_death": ("ada yang meninggal karena kekerasan", "somebody died by violence"),
    "floor_firearms": ("senjata api atau bahan peledak", "a firearm or an explosive"),
    "floor_sara_fire": (
        "kekerasan SARA dengan api atau terhadap rumah ibadah",
        "violence over faith, ethnicity or race with fire or against a house of worship",
    ),
    "floor_200": ("kekerasan berlangsung, 200 orang atau lebih", "violence goes on, 200 people or more"),
    "floor_50": ("kekerasan berlangsung, 50 orang atau lebih", "violence goes on, 50 people or more"),
    "floor_blades": ("kekerasan dengan senjata tajam", "violence with blades"),
    "floor_group": ("kekerasan kelompok", "group violence"),
    "floor_held": ("penyanderaan atau penculikan", "hostage taking or abduction"),
    "floor_call": ("ajakan kekerasan dalam 24 jam dengan massa", "a call to violence within 24 hours to a crowd"),
    "floor_sara": ("kekerasan dengan pemicu SARA", "violence over faith, ethnicity or race"),
    "floor_fire": ("pembakaran", "arson"),
    "floor_outside": (
        "200 orang atau lebih dari luar kabupaten pada masa rawan",
        "200 people or more from outside the kabupaten in a vulnerable time",
    ),
    "floor_violence": ("kekerasan terhadap orang atau barang", "violence against people or property"),
    "floor_coerced": (
        "orang diusir, dibubarkan, atau diperiksa oleh yang tidak berhak",
        "people driven out, dispersed or searched by those who have no right to",
    ),
    "floor_likely": (
        "pembaca menilai laporan serupa {0}; kata yang paling menentukan: {1}",
        "readers gave reports like it {0}; the words that weighed most: {1}",
    ),
    "ceiling_likely": (
        "pembaca menilai laporan serupa paling tinggi {0}; kata yang paling menentukan: {1}",
        "readers gave at most {0} to reports like it; the words that weigh most: {1}",
    ),
    "ceiling_peaceful": (
        "unjuk rasa damai paling tinggi SEDANG (UU 9/1998)",
        "a peaceful demonstration is SEDANG at most (Law 9/1998)",
    ),
    # where it happened
    "place_field": ("dari isian tempat: {0}", "from the place field: {0}"),
    "place_field_text": ("isian tempat: {0}, teks: {1}", "place field: {0}, text: {1}"),
    "place_form_text": ("isian: {0}, teks: {1}", "form: {0}, text: {1}"),
    "place_form_field": ("isian: {0}, isian tempat: {1}", "form: {0}, place field: {1}"),
    "place_form_position": ("isian: {0}, posisi pelapor: {1}", "form: {0}, reporter's position: {1}"),
    "place_field_position": ("isian tempat: {0}, posisi pelapor: {1}", "place field: {0}, reporter's position: {1}"),
    "place_position_mirrored": (
        "posisi pelapor: {0}, mungkin lintang tanpa tanda minus",
        "reporter's position: {0}, perhaps a latitude without its minus",
    ),
    "place_text_position": ("teks: {0}, posisi pelapor: {1}", "text: {0}, reporter's position: {1}"),
    # what is not known
    "unknown_crowd": ("jumlah massa belum diketahui", "how many took part is not known"),
    "unknown_casualties": ("ada tidaknya korban belum diketahui", "whether anybody was hurt is not known"),
    "unknown_place": ("kecamatan belum diketahui", "the kecamatan is not known"),
    "unknown_time": ("waktu kejadian belum diketahui", "when it happened is not known"),
    "unknown_weapons": ("ada tidaknya senjata belum diketahui", "whether there are weapons is not known"),
    "unknown_source": ("cara pelapor mengetahui belum diketahui", "how the reporter knows is not known"),
    # what a person is asked to look at
    "check_manual": (
        "periksa manual: laporan ini tidak terbaca oleh aturan",
        "read it yourself: the rules could not read this report",
    ),
    "check_issue": (
        "tidak ada kata yang menyebut masalahnya; jenisnya diduga dari bentuk dan sasaran",
        "no word names what it is about; the issue is guessed from the form and its target",
    ),
    "check_form": (
        "bentuknya diduga: tidak jelas siapa atau apa sasarannya",
        "the form is guessed: who or what was the target is not clear",
    ),
    "check_likely_form": (
        "bentuknya dipilih menurut laporan serupa; kata yang paling menentukan: {0}",
        "the form was chosen by reports like it; the words that weighed most: {0}",
    ),
    "check_likely_quiet": (
        "dinilai bukan konflik menurut laporan serupa; kata yang paling menentukan: {0}",
        "taken for no conflict by reports like it; the words that weighed most: {0}",
    ),
    "check_likely_issue": (
        "jenis masalahnya dipilih menurut laporan serupa; kata yang paling menentukan: {0}",
        "the issue was chosen by reports like it; the words that weighed most: {0}",
    ),
    "check_lowering_denied": (
        "laporan terakhir membantah kejadian: pertimbangkan menurunkan tingkat atau menutup",
        "the last report denies it: consider lowering the level or closing",
    ),
    "check_lowering_calm": (
        "laporan terakhir menyebut sudah aman: pertimbangkan menurunkan tingkat",
        "the last report says that it is calm: consider lowering the level",
    ),
    "check_follows_unknown": (
        "pelapor menambahkan ini pada laporan {0}, yang tidak ada di sini: periksa peristiwanya",
        "its reporter added this to report {0}, which is not here: check which incident it belongs to",
    ),
    "check_place_corrected": (
        "laporan ralat menyebut tempat lain: {0}; periksa tempatnya",
        "a correction names another place: {0}; check where it is",
    ),
    "check_second_reader": (
        "pembaca kedua menduga {0}: periksa jenis masalah",
        "the second reader takes it for {0}: check the issue",
    ),
    # why two reports may be one incident
    "copy": ("salinan kata demi kata", "copied word for word"),
    "same_desa": ("desa sama: {0}", "same desa: {0}"),
    "same_spot": ("tempat sama: {0}", "same place: {0}"),
    "same_kecamatan": ("kecamatan sama", "same kecamatan"),
    "place_named_too": ("tempat yang sama ikut disebut", "the same place is named too"),
    "called_alike": ("tempat bernama sama: {0}", "a place of the same name: {0}"),
    "maybe_kecamatan": ("mungkin kecamatan yang sama", "perhaps the same kecamatan"),
    "same_time": ("waktu sama", "same time"),
    "near_time": ("waktu berdekatan", "about the same time"),
    "day_apart": ("selisih sehari", "a day apart"),
    "goes_on": ("menyebut kelanjutan atau balasan", "says that it goes on or answers"),
    "follow_up": ("laporan lanjutan", "a follow-up"),
    "same_issue": ("jenis masalah sama: {0}", "same issue: {0}"),
    "same_form": ("bentuk sama: {0}", "same form: {0}"),
    "same_actors": ("pelaku sejenis: {0}", "the same kind of people: {0}"),
    "same_parties": ("pihak sama: {0}", "same parties: {0}"),
    "same_killed": ("jumlah meninggal sama: {0}", "the same number of dead: {0}"),
    "same_injured": ("jumlah luka sama: {0}", "the same number of hurt: {0}"),
    "same_crowd": ("jumlah massa sama: {0}", "the same size of crowd: {0}"),
    "same_source": ("pelapor sama", "the same reporter"),
    "moved_on": ("konvoi yang sama, sudah lebih jauh", "the same convoy, further on"),
    "only_one": ("satu-satunya peristiwa terbuka yang cocok", "the only open incident that it can mean"),
    "fits_best": (
        "dari peristiwa yang masih hangat, ini yang paling cocok ({0} %)",
        "of the live incidents it fits this one best ({0} %)",
    ),
    "rare_words": ("kata langka sama: {0}", "rare words in common: {0}"),
}
# How the keys of the severity policy are called.
KEYS: Final[dict[str, tuple[str, str]]] = {
    "fists": ("tangan kosong", "bare hands"),
    "stones": ("batu", "stones"),
    "wood": ("kayu atau benda tumpul", "wood or blunt objects"),
    "blades": ("senjata tajam", "blades"),
    "molotov": ("molotov", "molotov"),
    "fireworks": ("petasan", "fireworks"),
    "air_guns": ("senapan angin", "air guns"),
    "firearms": ("senjata api", "firearms"),
    "explosives": ("bahan peledak", "explosives"),
    "light": ("ringan", "light"),
    "house": ("rumah, kios, atau fasilitas umum", "a house, kiosk or public facility"),
    "burned": ("terbakar", "burned"),
    "worship": ("rumah ibadah", "a house of worship"),
    "vital": ("objek vital", "a vital object"),
    "closed": ("jalan, kantor, atau tempat usaha ditutup", "a road, an office or works shut"),
    "paralysed": (
        "jalan utama, produksi, atau pelayanan lumpuh",
        "a main road, production or services at a standstill",
    ),
    "fleeing": ("warga mengungsi", "people fleeing"),
    "group": ("kelompok setempat", "a local group"),
    "sara": ("SARA", "faith, ethnicity or race"),
    "rumour": ("kabar yang beredar", "a rumour"),
    "gather": ("ajakan berkumpul atau tantangan", "a call to gather, or a challenge"),
    "violence": ("ajakan kekerasan", "a call to violence"),
    "ultimatum": ("ultimatum", "an ultimatum"),
    "ongoing": ("sedang berlangsung atau belum dikatakan selesai", "going on, or not said to be over"),
    "under_24h": ("kurang dari 24 jam lagi", "in less than 24 hours"),
    "under_72h": ("kurang dari 72 jam lagi", "in less than 72 hours"),
    "under_7d": ("kurang dari 7 hari lagi", "in less than 7 days"),
    "unknown": ("tidak disebut", "not said"),
    "past": ("sudah lewat", "over"),
    "desa_2": ("dua desa atau lebih", "two desa or more"),
    "kecamatan_2": ("dua kecamatan atau lebih", "two kecamatan or more"),
    "outside": ("massa dari luar kabupaten", "people from outside the kabupaten"),
    "window": ("masa rawan", "a vulnerable time"),
    "hurt_3": ("3 luka atau lebih", "3 hurt or more"),
    "badly_1": ("1 luka berat", "1 badly hurt"),
    "hurt_10": ("10 luka atau lebih", "10 hurt or more"),
    "badly_3": ("3 luka berat atau lebih", "3 badly hurt or more"),
    "dead_1": ("1 meninggal", "1 dead"),
    "dead_2": ("2 meninggal atau lebih", "2 dead or more"),
    "hot_spot": ("tempat rawan", "a known hot spot"),
}


def reason(code: str, *values: object) -> str:
    """Write a code with its values as it is kept; raises KeyError for a code that has no sentence.

    >>> reason("crowd_least", 60)
    'crowd_least|60'
    """
    SENTENCES[code]
    return SEPARATOR.join([code, *(str(value).replace(SEPARATOR, "/") for value in values)])


def language_of(kept: str, language: str) -> str:
    """Say in which language the sentence of what was kept is for a reader of `language`.

    >>> language_of("crowd_least|60", "en"), language_of("massa sedikitnya 60 orang", "en")
    ('en', 'id')
    """
    return language if kept.partition(SEPARATOR)[0] in SENTENCES else LANGUAGES[0]


def explained(kept: str, language: str = "id") -> str:
    """Give the sentence of what was kept; `language` is "id" or "en".

    >>> explained("crowd_least|60", "en")
    'a crowd of at least 60'
    >>> explained("weapons|blades,stones")
    'senjata: senjata tajam, batu'
    >>> explained("massa sedikitnya 60 orang", "en")
    'massa sedikitnya 60 orang'
    """
    code, *values = kept.split(SEPARATOR)
    sentences = SENTENCES.get(code)
    if sentences is None:
        return kept
    at = LANGUAGES.index(language) if language in LANGUAGES else 0
    keys = ", ".join(KEYS[key][at] if key in KEYS else key for key in values[0].split(",")) if values else ""
    return sentences[at].format(*values, key=keys)
