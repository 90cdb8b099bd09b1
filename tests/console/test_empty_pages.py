"""A page on which nothing stands yet says what comes there, or what to do first."""

import pytest

from schemas.vocabulary import Role
from tests.console.night import settle_all


@pytest.mark.parametrize(
    ("login", "path", "says"),
    [
        ("ratna", "/rapat", "Rencanakan yang pertama di atas"),
        ("agus", "/rapat", "Yang direncanakan tampil di sini"),
        ("ratna", "/li", "Tulis yang pertama di atas"),
        ("ratna", "/permintaan", "Tidak ada yang menunggu jawaban Anda"),
        ("ratna", "/laporan-berkala", "lalu terbitkan dari halamannya"),
        ("ratna", "/ormas", "Masukkan berkas Sipolmas"),
        ("ratna", "/angka?kecamatan=35.23.09&hari=7", "Pilih rentang yang lebih panjang"),
        ("ratna", "/utang?instansi=BPN", "tampil di sini dengan sendirinya"),
    ],
)
def test_an_empty_page_says_what_comes_there_or_what_to_do(desk, person, login, path, says):
    answer = person(login).get(path)
    assert answer.status == 200
    assert says in answer.body


def test_who_has_no_incident_yet_is_led_to_how_he_is_reached(desk, person):
    desk.write(settle_all)
    body = person("joko").get("/").body
    nothing = body.partition('<div class="nothing">')[2].partition("</div>")[0]
    assert 'href="/saya"' in nothing
    assert 'href="/piket"' in nothing
    filtered = person("joko").get("/?issue=TAM").body
    assert "Tidak ada peristiwa di sini." in filtered  # and the way out of the filter stands above
    assert 'href="/">' in filtered


def test_a_rota_without_people_leads_the_admin_to_where_people_are_added(desk):
    bayu = desk.official(Role.ADMIN, None, login="bayu")
    body = bayu.get("/piket?instansi=BPN").body
    assert "Orang dan alamatnya ditambah admin" in body
    assert 'class="button" href="/pengaturan/orang"' in body
