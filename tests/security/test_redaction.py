"""What identifies a minor or a private person is hidden in messages and on pages alike; the rest stays and nothing moves."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.security import redaction
from services.security.redaction import _hidden, _Said, hidden, with_dots, with_placeholders
from tests.measured import Measured

# A text, and what a message says of it. The page hides the same characters: the test below holds it to that.
HIDDEN = [
    # NIK
    ("NIK 3523110101900001 warga Soko", "NIK [NIK] warga Soko"),
    ("NIK 3523 1101 0190 0001", "NIK [NIK]"),
    ("NIK 35.23.11.410190.0001", "NIK [NIK]"),
    # telephone numbers in every way of writing
    ("hub 081234567890", "hub [telepon]"),
    ("hub +62 812-3456-7890 atau 0812.3456.7890", "hub [telepon] atau [telepon]"),
    ("hub 0 8 1 2 3 4 5 6 7 8 9 0 ya", "hub [telepon] ya"),
    ("+62 (0)812 3456 7890, 0062-812-3456-7890", "[telepon], [telepon]"),
    ("HP 0812 – 3456 – 7890", "HP [telepon]"),
    ("WA081234567890", "WA[telepon]"),
    ("dari excel 81234567890", "dari excel [telepon]"),
    ("wa.me/6281234567890", "wa.me/[telepon]"),
    ("klik https://wa.me/081234567890?text=hai", "klik https://wa.me/[telepon]?text=hai"),
    ("https://api.whatsapp.com/send?phone=6281234567890", "https://api.whatsapp.com/send?[telepon]"),
    ("chat t.me/budi_s", "chat [telepon]"),
    ("telp (0356) 321234 atau 0356-321234", "telp [telepon] atau [telepon]"),
    # e-mail
    ("kirim ke budi.s@contoh.example ya", "kirim ke [alamat] ya"),
    ("budi (at) contoh.example", "[alamat]"),
    ("kirim ke budi.s at contoh dot example ya", "kirim ke [alamat] ya"),
    ("budi et contoh titik co titik id", "[alamat]"),
    # number plates
    ("Motor S 1234 AB dan B 1945 SM", "Motor [nopol] dan [nopol]"),
    ("nopol s 5 ab, plat L 4", "nopol [nopol], plat [nopol]"),
    # names of minors
    ("Korban Budi Santoso (16) luka bacok", "Korban [anak] (16) luka bacok"),
    ("korban Siti Aminah, 15 tahun, dirawat", "korban [anak], 15 tahun, dirawat"),
    ("dua remaja, AR (17) dan BP (16 th), diamankan", "dua remaja, [anak] (17) dan [anak] (16 th), diamankan"),
    ("Pelajar Rizal usia 14 tahun", "Pelajar [anak] usia 14 tahun"),
    ("Rizal (L/16) dan Siti (15 th/P)", "[anak] (L/16) dan [anak] (15 th/P)"),
    ("Joko, 14, pelajar", "[anak], 14, pelajar"),
    ("Rizal anak usia 12 tahun", "[anak] anak usia 12 tahun"),
    ("Rizal yang masih berusia 14 tahun", "[anak] yang masih berusia 14 tahun"),
    ("rizal adi (14 th) dipukul", "[anak] (14 th) dipukul"),
    ("rizal, 14 tahun, luka", "[anak], 14 tahun, luka"),
    ("Rizky (kelas 8 SMP) dipukul", "[anak] (kelas 8 SMP) dipukul"),
    ("Sinta kelas IX MTs", "[anak] kelas IX MTs"),
    ("Rizal Adi, siswa kelas 8 SMP", "[anak], siswa kelas 8 SMP"),
    # behind the words that say who it is, which may have capital letters; a place before them stays
    ("warga Soko Korban Ahmad Fauzi (15 th)", "warga Soko Korban [anak] (15 th)"),
    ("Korban Ahmad Fauzi Warga Soko (15 th)", "Korban [anak] Warga Soko (15 th)"),
    ("Saksi Warga Soko Pelajar Rizky Pratama (16)", "Saksi Warga Soko Pelajar [anak] (16)"),
    # in a text in capitals
    ("TAWURAN DI MENTORO SOKO KORBAN AHMAD FAUZI (15 TH)", "TAWURAN DI MENTORO SOKO KORBAN [anak] (15 TH)"),
    ("AHMAD FAUZI (15)", "[anak] (15)"),
    ("BUDI SANTOSO, 16 TAHUN", "[anak], 16 TAHUN"),
    ("korban AHMAD FAUZI 15 tahun", "korban [anak] 15 tahun"),
    ("KORBAN RIZKY SISWA SMPN 2 SOKO", "KORBAN [anak] SISWA SMPN 2 SOKO"),
    ("SITI NUR AMINAH BINTI SLAMET (14)", "[anak] (14)"),
    ("an. AHMAD FAUZI", "an. [nama]"),
    ("ATAS NAMA KORBAN AHMAD FAUZI", "ATAS NAMA KORBAN [nama]"),
    ("bernama SUTRISNO", "bernama [nama]"),
    ("BERNAMA MU'ARIF", "BERNAMA [nama]"),
    ("SAYA SUGENG RIYANTO WARGA SOKO", "SAYA [nama] WARGA SOKO"),
    # names told by an introduction
    ("Pelaku a.n. Joko Susilo dibawa", "Pelaku a.n. [nama] dibawa"),
    ("Pelaku a.n. joko susilo dibawa", "Pelaku a.n. [nama] dibawa"),
    ("an. Joko Susilo dan sdr Tarji", "an. [nama] dan sdr [nama]"),
    ("seorang warga bernama Tarji", "seorang warga bernama [nama]"),
    ("pelaku berinisial MK", "pelaku berinisial [nama]"),
    ("Nama pelapor: sukirman bin slamet", "Nama pelapor: [nama]"),
    ("Nama : BUDI", "Nama : [nama]"),
    ("nama pelapor - Sutrisno", "nama pelapor - [nama]"),
    ("Nama = Sutrisno", "Nama = [nama]"),
    # self-introductions
    ("Saya Sugeng dari Soko melihat tawuran", "Saya [nama] dari Soko melihat tawuran"),
    ("Yth. admin, sy Agus Salim warga Semanding", "Yth. admin, sy [nama] warga Semanding"),
    ("nama saya Siti Aminah, mau lapor", "nama saya [nama], mau lapor"),
    ("nama saya budi santoso warga soko", "nama saya [nama] warga soko"),
    ("NAMA SAYA BUDI SANTOSO MAU LAPOR", "NAMA SAYA [nama] MAU LAPOR"),
    ("Perkenalkan saya pak Karno dari Soko", "Perkenalkan saya pak [nama] dari Soko"),
    ("ada tawuran. ttd, Budi Santoso", "ada tawuran. ttd, [nama]"),
]

STAYS = [
    "Massa sekitar 150 orang di Desa Mentoro, Kecamatan Soko, pkl 21.00 WIB",
    "Kepala desa (52) menemui warga",
    "tanggal 20/04/2025, 36 orang diamankan, 26 di antaranya anak",
    "kerugian Rp 15.000.000 dan 2 sepeda motor",
    "kerugian Rp 8.500.000.000 atau Rp 81234567890",
    "jalan 08 dan RT 03 RW 02, RT 3 RW 2, KM 12 DI",
    "kelompok bernama sama dengan desa sebelah",
    "Perguruan A (2 orang luka) melawan perguruan B",
    "294 orang (261 L, 33 P)",
    "pkl 08.30 tgl 24/11/2026",
    "2025-04-20 21.00 150 orang, 2025-04-20 21.00 1500",
    "massa 1000",
    "35.23.11.2010",
    "Saya Lihat Massa di jalan",
    "SAYA LIHAT MASSA 150 ORANG DI DESA S 2024 DI JALAN",
    "SAYA MELIHAT WARGA BERLARI",
    "SENGKETA LAHAN 15 TAHUN TIDAK SELESAI",
    "SAUDARA KITA DI DESA MENTORO",
    "TERIMA KASIH, MOHON DITINDAKLANJUTI",
    "nama saya dirahasiakan",
    "Nama desa: Mentoro",
    "korban (14 tahun) dibawa, kejadian serupa, 14 tahun lalu",
    "Suparno (45) saksi mata",  # an adult told with an age stays for the reader who may read the text
    "peristiwa G 30 S PKI, lat -6.8976543, lon 112.0498765",
]

# What could make a careless pattern slow, each of 8,000 characters.
LONG = {
    "one word": "a" * 8000,
    "capitals": "A" * 8000,
    "camel": "Aa" * 4000,
    "names": "Aa " * 2667,
    "initials": "A." * 4000,
    "zeros": "0" * 8000,
    "eights": "8 " * 4000,
    "prefixes": "+62" * 2666,
    "dots": "a." * 4000,
    "half addresses": "a@" * 4000,
    "addresses": "a@a." * 2000,
    "spaces": " " * 8000,
    "apostrophes": "A'" * 4000,
    "names in capitals": "AAAAAA " * 1142,
    "victims in capitals": "KORBAN AHMAD " * 615,
    "cues": "a.n. " * 1600,
    "selves": "nama saya " * 800,
    "pupils": "Ab siswa " * 888,
    "plates": "S 123 " * 1333,
}


@pytest.mark.parametrize(("text", "said"), HIDDEN)
def test_messages_and_pages_hide_the_same(text: str, said: str) -> None:
    assert with_placeholders(text) == said
    page = with_dots(text)
    assert len(page) == len(text)
    gone = {at for one in hidden(text) for at in range(one.start, one.end)}
    assert all(page[at] == text[at] for at in range(len(text)) if at not in gone)
    # What the message keeps is what the page keeps: the text around the hidden stretches, in order.
    kept = re.split(r"\[(?:NIK|alamat|telepon|nopol|anak|nama)\]", said)
    pattern = r"(?:.{0,3}•+)".join(re.escape(part) for part in kept)
    assert re.fullmatch(pattern, page)


@pytest.mark.parametrize(("text", "said"), [one for one in HIDDEN if "[anak]" in one[1] or "[nama]" in one[1]])
def test_a_name_is_hidden_in_capital_letters_too(text: str, said: str) -> None:
    names = [text[one.start : one.end].upper() for one in hidden(text)]
    assert names
    told = with_placeholders(text.upper())
    assert [name for name in names if name in told] == []


@pytest.mark.parametrize("text", STAYS)
def test_what_identifies_nobody_stays(text: str) -> None:
    assert with_placeholders(text) == text
    assert with_dots(text) == text


PATTERNS = [pattern for pattern in vars(redaction).values() if isinstance(pattern, re.Pattern)]
PLAIN = st.one_of([st.from_regex(pattern, alphabet=st.characters(codec="ascii")) for pattern in PATTERNS])
PIECES = PLAIN | st.sampled_from([text for text, _ in HIDDEN])


@settings(max_examples=300)
@given(st.lists(PIECES, min_size=1, max_size=3), st.sampled_from(["", " ", ", "]))
def test_a_pattern_is_left_out_only_where_it_finds_nothing(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    all_tried = _Said("", frozenset(), len(text), known=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(redaction, "_said", lambda _: all_tried)
        found = _hidden.__wrapped__(text)
    assert _hidden.__wrapped__(text) == found


@given(st.text(max_size=300) | st.text(alphabet="08162 +-.()aAS@,/tn", max_size=80))
def test_redacting_twice_is_redacting_once_and_no_nik_survives(text: str) -> None:
    once = with_placeholders(text)
    assert once == with_placeholders(once)
    assert len(with_dots(text)) == len(text)
    assert "3523110101900001" not in with_placeholders(f"{text} 3523110101900001 x")
    assert "3523110101900001" not in with_dots(f"{text} 3523110101900001 x")


@given(st.integers(1, 17), st.sampled_from(["Rizal Adi", "Budi", "AR", "Siti Nur Aminah", "AHMAD FAUZI", "SUTRISNO"]))
def test_no_name_told_with_a_young_age_survives(age: int, name: str) -> None:
    for text in (f"ada {name} ({age}) di sana", f"ada {name}, {age} tahun, di sana", f"ada {name} ({age} tahun)"):
        assert name not in with_placeholders(text)
        assert name not in with_dots(text)


@pytest.mark.parametrize("name", LONG)
def test_a_long_text_costs_milliseconds(name: str) -> None:
    cost = Measured()
    for _ in range(5):
        with cost:
            with_dots(LONG[name])
    # Linear patterns take 1 to 10 ms, as often the reference work; a quadratic one over 8,000 characters more than 300.
    assert cost.times < 100
