"""A person's own sessions by the name of their browser, and the end of all of them only after being asked once more."""

import re

import pytest
from sqlmodel import select

from schemas.records.accounts import SignIn
from services.console.account.browsers import Browser, browser_of
from services.store.transaction import Transaction
from tests.console.caller import Caller
from tests.console.night import PASSWORD

PHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) {} Mobile Safari/537.36"
APPLE = "Mozilla/5.0 ({}) AppleWebKit/605.1.15 (KHTML, like Gecko) {} Safari/604.1"
LINES = {
    PHONE.format("Chrome/126.0.0.0"): Browser("Chrome", "Android"),
    PHONE.format("SamsungBrowser/25.0 Chrome/121.0.0.0"): Browser("Samsung Internet", "Android"),
    PHONE.format("Chrome/124.0.0.0") + " OPR/80.0": Browser("Opera", "Android"),
    PHONE.format("Chrome/124.0.0.0") + " EdgA/124.0": Browser("Edge", "Android"),
    PHONE.format("Version/4.0 UCBrowser/13.4"): Browser("UC Browser", "Android"),
    "Mozilla/5.0 (Android 13; Mobile; rv:126.0) Gecko/126.0 Firefox/126.0": Browser("Firefox", "Android"),
    APPLE.format("iPhone; CPU iPhone OS 17_5 like Mac OS X", "Version/17.5 Mobile/15E148"): Browser("Safari", "iPhone"),
    APPLE.format("iPhone; CPU iPhone OS 17_5 like Mac OS X", "CriOS/126.0 Mobile/15E148"): Browser("Chrome", "iPhone"),
    APPLE.format("iPad; CPU OS 17_5 like Mac OS X", "FxiOS/126.0 Mobile/15E148"): Browser("Firefox", "iPad"),
    APPLE.format("Macintosh; Intel Mac OS X 10_15_7", "Version/17.5"): Browser("Safari", "Mac"),
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0": Browser(
        "Edge", "Windows"
    ),
    "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0": Browser("Firefox", "Linux"),
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36": Browser(
        "Chrome", "ChromeOS"
    ),
    "curl/8.5.0": Browser("", ""),
    "": Browser("", ""),
    "<script>Chrome/1</script>": Browser("Chrome", ""),
}


@pytest.mark.parametrize("agent", LINES)
def test_a_browser_is_named_by_what_it_says_of_itself(agent: str) -> None:
    assert browser_of(agent) == LINES[agent]


def agents(desk, *lines: str) -> None:
    """Let the sessions of a person say these lines."""

    def act(tx: Transaction) -> None:
        rows = [one for one in tx.session.exec(select(SignIn)).all() if one.person_id == "ratna"]
        for row, line in zip(rows, lines, strict=False):
            row.agent = line

    desk.write(act)


def test_the_page_names_browsers_and_keeps_the_line_for_who_asks(desk):
    one, _ = Caller(desk.url).sign_in("ratna", PASSWORD), Caller(desk.url).sign_in("ratna", PASSWORD)
    agents(desk, *list(LINES)[:2])
    body = one.get("/akun").body
    assert "Chrome di Android" in body
    assert "Samsung Internet di Android" in body
    assert re.search(r'<details class="more"><summary>[^<]+</summary><p class="raw">Mozilla/5\.0', body)
    assert "Chrome on Android" in one.get("/akun?bahasa=en").body
    agents(desk, "<script>Chrome/1</script>", "")
    assert "<script>Chrome/1" not in one.get("/akun").body


def test_all_other_sessions_end_only_after_one_was_asked_once_more(desk):
    one, other = Caller(desk.url).sign_in("ratna", PASSWORD), Caller(desk.url).sign_in("ratna", PASSWORD)
    page = one.get("/akun")
    [asked] = re.findall(r'<details class="apart".*?</details>', page.body, re.DOTALL)
    assert asked.index("</summary>") < asked.index("1 sesi lain berakhir sekarang") < asked.index("Ya, akhiri semuanya")
    assert "<button" not in asked[: asked.index("</summary>")]
    assert one.form("/akun/sesi", {"csrf": page.csrf}).status == 303
    assert "Sesi ini" in one.get("/akun").body
    assert other.get("/akun").status == 303
    assert 'class="apart"' not in one.get("/akun").body  # there is none left to end
