"""What a page says when something went wrong: to whom, in which language, with which way on."""

import pytest

from services.store.database import StoreUnavailable
from tests.console.caller import Caller

BROWSER = "text/html,application/xhtml+xml"
BACK = "Kembali ke halaman sebelumnya"


def sections(body: str) -> set[str]:
    """Give where the menu of a page leads."""
    found = body.partition('class="sections-small">')[2].partition("</div>")[0]
    return {link.partition('"')[0] for link in found.split('href="')[1:]}


@pytest.mark.parametrize(
    ("login", "path", "status"),
    [
        ("ratna", "/tidak-ada", 404),  # no route
        ("ratna", "/peristiwa/tidak-ada", 404),
        ("ratna", "/serah-terima?jam=99", 400),
        ("joko", "/pengaturan/orang", 403),
        ("joko", "/serah-terima", 403),
        ("dewi", "/tidak-ada", 404),
    ],
)
def test_who_has_signed_in_keeps_the_menu_when_something_is_not_there_or_not_his(desk, person, login, path, status):
    caller = person(login)
    answer = caller.get(path, accept=BROWSER)
    assert answer.status == status
    assert sections(answer.body) == sections(caller.get("/").body) != set()
    assert 'action="/keluar"' in answer.body
    assert "/status" not in answer.body  # what a stranger is offered


def test_a_stranger_is_led_to_what_strangers_may_do(desk):
    body = Caller(desk.url).get("/tidak-ada", accept=BROWSER, referer=f"{desk.url}/lapor").body
    assert 'id="menu"' not in body
    assert BACK not in body
    assert 'href="/lapor"' in body
    assert 'href="/status"' in body


def test_a_page_that_failed_leads_back_to_where_its_reader_came_from(desk, person):
    ratna = person("ratna")

    def leads(path: str, referer: str) -> str:
        body = ratna.get(path, accept=BROWSER, referer=referer).body
        return body.partition('class="button main" href="')[2].partition('"')[0] if BACK in body else ""

    assert leads("/tidak-ada", f"{desk.url}/angka?hari=7&pesan=x&bahasa=id") == "/angka?hari=7"
    assert leads("/tidak-ada", "https://other.example/angka") == ""
    assert leads("/tidak-ada", f"{desk.url}//other.example/") in ("", "/")
    assert leads("/tidak-ada", f"{desk.url}/tidak-ada?bahasa=en") == ""
    assert leads("/tidak-ada", f"{desk.url}/masuk") == ""
    assert leads("/tidak-ada", "http://[") == ""
    assert leads("/tidak-ada", "") == ""


def test_a_form_of_an_older_session_leads_back_to_its_page(desk, person):
    answer = person("ratna").form("/serah-terima", {"csrf": "old"}, referer=f"{desk.url}/serah-terima?pesan=terima")
    assert answer.status == 403
    assert f'href="/serah-terima">← {BACK}' in answer.body
    said = answer.body.partition("data-said>")[2].partition("</p>")[0]  # what desk.js tells beside the form
    assert said == "Sesi berganti sejak halaman dibuka. Kembali, muat ulang, lalu kirim lagi."


def test_what_is_refused_is_said_in_its_readers_own_language(desk, person):
    answer = person("emma").get("/pengaturan/orang")
    assert answer.status == 403
    assert '<html lang="en">' in answer.body
    assert "Peran" not in answer.body.partition("<main")[2].partition("</main>")[0]


def test_a_store_that_is_away_costs_the_menu_and_not_the_page(desk, person, monkeypatch):
    ratna = person("ratna")

    async def away(*_: object) -> None:
        raise StoreUnavailable("test")

    monkeypatch.setattr(desk.store, "read", away)
    for path, status in (("/angka", 503), ("/tidak-ada", 404)):
        answer = ratna.get(path, accept=BROWSER)
        assert (answer.status, 'id="menu"' in answer.body) == (status, False), path
