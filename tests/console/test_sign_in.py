"""Coming and going: sessions, forged forms, guessing, and what an answer lets in."""

import re

import pytest

from tests.console.caller import Caller
from tests.console.night import PASSWORD


def test_a_stranger_is_led_to_the_door_and_back_to_where_he_wanted(desk):
    stranger = Caller(desk.url)
    path = f"/peristiwa/{desk.ids['clash']}"
    assert (303, f"/masuk?ke={path.replace('/', '%2F')}") == (
        (answer := stranger.get(path)).status,
        answer.headers["location"],
    )
    entered = stranger.form("/masuk", {"login": "ratna", "password": PASSWORD, "ke": path})
    assert (303, path) == (entered.status, entered.headers["location"])
    assert stranger.get(path).status == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_door_leads_nowhere_else(desk, elsewhere):
    entered = Caller(desk.url).form("/masuk", {"login": "ratna", "password": PASSWORD, "ke": elsewhere})
    assert entered.headers["location"] == "/"


def test_the_session_cookie_cannot_be_read_by_scripts_or_sent_from_other_sites(desk):
    cookie = Caller(desk.url).form("/masuk", {"login": "ratna", "password": PASSWORD}).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


@pytest.mark.parametrize(
    ("login", "password"), [("ratna", "salah"), ("tidak-ada", PASSWORD), ("", ""), ("ratna", "\u0000")]
)
def test_a_wrong_pair_is_refused_without_saying_which_half(desk, login, password):
    answer = Caller(desk.url).form("/masuk", {"login": login, "password": password})
    assert answer.status in (400, 401)
    assert "set-cookie" not in answer.headers


def test_guessing_is_slowed_down_and_forgiven_later(desk):
    guesser = Caller(desk.url)
    for _ in range(10):
        assert guesser.form("/masuk", {"login": "ratna", "password": "x"}).status == 401
    assert guesser.form("/masuk", {"login": "ratna", "password": PASSWORD}).status == 429
    desk.clock.forward(11)
    assert guesser.form("/masuk", {"login": "ratna", "password": PASSWORD}).status == 303


def test_signing_out_ends_the_session(desk, person):
    ratna = person("ratna")
    kept = dict(ratna.cookies)
    assert ratna.form("/keluar", {"csrf": ratna.get("/").csrf}).status == 303
    ratna.cookies = kept
    assert ratna.get("/").status == 303


def test_a_session_ends_by_itself_after_a_shift(desk, person):
    ratna = person("ratna")
    desk.clock.forward(12 * 60 + 1)
    assert ratna.get("/").status == 303


@pytest.mark.parametrize("csrf", ["", "forged", "ü"])
def test_a_form_without_this_sessions_token_changes_nothing(desk, person, csrf):
    joko = person("joko")
    answer = joko.form(f"/peristiwa/{desk.ids['clash']}/terima", {"csrf": csrf})
    assert answer.status == 403
    assert "Formulir sudah lama" in answer.body
    assert desk.alert("clash", "POLRES").state == "delivered"


def test_a_form_from_another_site_changes_nothing(desk, person):
    joko = person("joko")
    csrf = joko.get("/").csrf
    answer = joko.form(f"/peristiwa/{desk.ids['clash']}/terima", {"csrf": csrf}, Origin="https://evil.example")
    assert answer.status == 403
    assert joko.form("/masuk", {"login": "joko", "password": PASSWORD}, Origin="https://evil.example").status == 403
    assert desk.alert("clash", "POLRES").state == "delivered"


def test_pages_let_nothing_foreign_in(desk, person):
    headers = person("ratna").get("/").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


def test_an_address_nobody_serves_gets_a_kind_page_or_a_problem(desk):
    page = Caller(desk.url).get("/tidak-ada", accept="text/html")
    assert (page.status, "Tidak ditemukan" in page.body) == (404, True)
    problem = Caller(desk.url).get("/v1/tidak-ada", accept="text/html")
    assert (problem.status, problem.headers["content-type"]) == (404, "application/problem+json")


def test_a_form_that_is_too_long_or_no_text_is_refused_small(desk, person):
    joko = person("joko")
    path = f"/peristiwa/{desk.ids['clash']}/lapjut"
    assert joko.form(path, {"text": "x" * 70_000}).status == 413
    answer = joko.ask("POST", path, b"text=%ff%fe\xff", {"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 400


def test_files_lie_at_addresses_that_name_their_content_and_stay_there(desk):
    stranger = Caller(desk.url)
    page = stranger.get("/masuk").body
    sheet = re.search(r'href="(/static/desk\.[0-9a-f]{10}\.css)"', page)
    assert sheet
    styles = stranger.get(sheet[1], accept_encoding="identity")
    assert "immutable" in styles.headers["cache-control"]
    font = re.search(r"/static/plus-jakarta-sans\.[0-9a-f]{10}\.woff2", styles.body)
    assert font
    assert font[0] in page  # fetched beside the style sheet, not after it
    assert stranger.get(font[0]).headers["content-type"] == "font/woff2"
    assert stranger.get("/static/desk.css").headers["cache-control"] == "no-cache"
    assert stranger.get("/static/desk.0123456789.css").status == 404
    assert stranger.get("/static/..%2fapp.py").status == 404


def test_what_is_sent_is_compressed_and_a_token_is_written_anew_each_time(desk, person):
    ratna = person("ratna")
    page = ratna.get("/", accept_encoding="gzip")
    assert page.headers["content-encoding"] == "gzip"
    sheet = ratna.get("/static/desk.css", accept_encoding="gzip")
    assert (sheet.headers["content-encoding"], sheet.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert "content-encoding" not in ratna.get("/static/kentongan-512.png", accept_encoding="gzip").headers
    path = f"/peristiwa/{desk.ids['clash']}"
    one, other = ratna.get(path).csrf, ratna.get(path).csrf
    assert one != other
    assert [ratna.form(f"{path}/verifikasi", {"csrf": token}).status for token in (one[:-4] + "AAAA", one)] == [
        403,
        303,
    ]


def test_only_the_page_to_report_on_may_ask_for_place_and_camera(desk, person):
    assert Caller(desk.url).get("/masuk").headers["permissions-policy"] == "camera=(), microphone=(), geolocation=()"
    policy = person("ratna").get("/").headers["content-security-policy"]
    assert "font-src 'self'" in policy
    assert "img-src 'self' blob:" in policy


@pytest.mark.parametrize(("language", "said"), [("id", "belum diterima"), ("en", "was not taken")])
def test_who_hands_in_a_form_of_an_ended_session_is_told_and_led_back_to_its_page(desk, language, said):
    stranger = Caller(desk.url)
    stranger.cookies["bahasa"] = language
    answer = stranger.form("/permintaan", {"text": "Minta data"}, referer=f"{desk.url}/permintaan?hari=7")
    assert (answer.status, answer.headers["location"]) == (303, "/masuk?ke=%2Fpermintaan%3Fhari%3D7&pesan=belum")
    assert said in stranger.get(answer.headers["location"]).body
    left = stranger.form("/keluar", {})
    assert left.headers["location"] == "/masuk?ke=%2F"
    elsewhere = stranger.form("/permintaan", {"text": "Minta data"}, referer="https://evil.example/permintaan")
    assert elsewhere.headers["location"] == "/masuk?ke=%2F&pesan=belum"
