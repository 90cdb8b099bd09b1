"""Who is accused by his title: heads and posts of institutions, and whom a title beside other people's deeds spares."""

from collections.abc import Callable

import pytest

from schemas.assessment import Assessment
from schemas.district import District
from services.policy.situation import PERSONS, barred, decides

Told = Callable[..., Assessment]

ACCUSED = [
    ("Kapolsek Soko memukul warga saat razia.", {"POLSEK"}),
    ("Kapolsek Soko AKP Budi Hartanto menampar pedagang di pasar.", {"POLSEK"}),
    ("Oknum Kapolsek diduga memeras pedagang.", {"POLSEK"}),
    ("Massa mendatangi pendopo, menuntut Camat Merakurak mundur.", {"CAMAT"}),
    ("Warga desak Kapolres Tuban dicopot.", {"KAPOLRES"}),
    ("Spanduk bertuliskan lengserkan Bupati terpasang di alun-alun.", {"BUPATI"}),
    ("Kaban Kesbangpol dituding membocorkan laporan warga.", {"KABAN"}),
    ("Kepala Bakesbangpol menerima suap dari panitia.", {"KABAN"}),
    ("Beredar video Danramil menendang petani.", {"KORAMIL"}),
    ("Warga dipukul kades di balai desa.", {"DESA"}),
    ("Kajari dilaporkan ke publik karena diduga, Kajari menerima setoran tambang.", {"KAJARI"}),
    ("Ketua KPU tidak netral, massa berkumpul.", {"KPU"}),
    ("Kasat Intelkam membekingi tambang ilegal.", {"KASATINTEL"}),
]
SPARED = [
    "Kapolsek Soko turun ke lokasi dan melerai massa yang saling memukul.",
    "Kapolres meminta massa mundur dari gerbang pabrik.",
    "Kapolsek menyesalkan pemuda memukul pedagang.",
    "Massa memukul Kapolsek saat unjuk rasa.",
    "Kajari menangani kasus korupsi dana desa.",
    "Camat Soko memimpin mediasi, warga bubar.",
    "Dandim menegaskan TNI tidak netral itu hoaks.",
    "Kapolsek tidak memukul siapa pun, kata saksi.",
    "Calon kepala desa dituduh curang oleh pendukung lawan.",
    "Mantan camat memukul tetangganya.",
    "Warga minta Kapolres menindak pelaku yang menganiaya santri.",
    "Dua kelompok bentrok, Kapolsek mengamankan pemuda yang membawa celurit.",
    "Bupati membuka acara. Di luar, pemuda memukul sopir.",
]


@pytest.mark.parametrize(("text", "codes"), ACCUSED)
def test_a_head_is_accused_by_his_title(told: Told, text: str, codes: set[str]) -> None:
    assert codes <= set(told(text).facts.accused_agencies)


@pytest.mark.parametrize("text", SPARED)
def test_a_title_beside_what_others_did_accuses_nobody(told: Told, text: str) -> None:
    assert told(text).facts.accused_agencies == ()


def test_every_head_and_post_of_the_district_has_a_title_that_accuses_it(told: Told, tuban: District) -> None:
    heads = {code for code, one in tuban.institutions.items() if one.kind in PERSONS}
    titles = tuban.lexicon["head"]
    assert isinstance(titles, dict)
    assert heads <= set(titles)
    assert set(titles) <= set(tuban.institutions)
    for code, listed in titles.items():
        for title in listed:
            for text in (f"Oknum {title} memukul warga.", f"Warga menuntut {title} dicopot."):
                assert code in told(text).facts.accused_agencies, text


def test_who_accuses_a_head_accuses_the_agency_that_he_speaks_for(tuban: District) -> None:
    for code, one in tuban.institutions.items():
        if one.kind in PERSONS and one.of is not None:
            assert {code, one.of} <= barred((code,), tuban)
            assert barred((code,), tuban) >= barred((one.of,), tuban)
    assert "POLRES" not in barred(("POLSEK",), tuban)  # a unit is an office beside the others
    assert decides(("KABAN",), tuban) == decides(("KESBANG",), tuban) != "KESBANG"
