"""The map, one's sessions and the head of every page in a real browser: by keyboard, for axe, at every width."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from schemas.records.incidents import Incident
from schemas.records.people import Person
from services.console.web.sessions import COOKIE
from services.security import auth
from services.store.transaction import Transaction
from tests.console.browser import BOTH, PHONE, WIDE, chromium, faults_of, sign_in, small_targets

__all__ = ["chromium"]
pytestmark = pytest.mark.browser
DESA = "35.23.11.2001"
WIDTHS = (320, 360, 600, 768, 820, 959, 960, 1024, 1440)
BOXES = """() => [...document.querySelectorAll('.top .brand > *, .top .sections a, .top .tools > *')]
  .map((one) => one.getBoundingClientRect()).filter((box) => box.width && box.height)
  .map((box) => [box.left, box.right])"""
SMALL = """() => [...document.querySelectorAll('svg text')].filter((one) => one.checkVisibility())
  .map((one) => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a).filter((size) => size < 12.5)"""


def put_there(desk) -> None:
    """Put an incident of the night into a desa."""

    def act(tx: Transaction) -> None:
        one = tx.session.get_one(Incident, desk.ids["clash"])
        one.kecamatan, one.desa = DESA[:8], DESA

    desk.write(act)


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_word_of_the_head_stands_over_another(desk, chromium, language):
    context = chromium.new_context(viewport=WIDE)
    page = sign_in(context, desk, "ratna")
    page.goto(f"{desk.url}/?bahasa={language}")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        boxes = sorted(page.evaluate(BOXES))
        assert len(boxes) >= 3
        assert all(before[1] <= after[0] + 1 for before, after in pairwise(boxes)), (width, boxes)
        assert boxes[-1][1] <= width, width
        assert page.locator(".sections a:visible").count() >= 5 or page.locator("#menu summary").is_visible(), width
    context.close()


@pytest.mark.parametrize(
    "path",
    [
        "/peta",
        f"/peta?kecamatan={DESA[:8]}",
        "/peta?warna=jumlah&lama=4",
        "/peta?warna=jawab",
        "/utang",
        "/utang?instansi=POLRES",
        "/akun",
    ],
)
@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_axe_thumbs_and_eyes_find_nothing(desk, chromium, path, size):
    put_there(desk)
    context = chromium.new_context(viewport=size)
    sign_in(context, desk, "ratna").close()
    page = sign_in(context, desk, "ratna")
    page.goto(f"{desk.url}{path}")
    assert faults_of(page, *BOTH) == []
    assert small_targets(page) == []
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    context.close()


def test_a_desa_is_reached_by_keyboard_alone(desk, chromium):
    put_there(desk)
    context = chromium.new_context(viewport=WIDE)
    page = sign_in(context, desk, "ratna")
    page.goto(f"{desk.url}/peta?kecamatan={DESA[:8]}")
    page.locator("#kecamatan").focus()
    reached = ""
    for _ in range(8):
        page.keyboard.press("Tab")
        reached = page.evaluate("document.activeElement.getAttribute('href') || ''")
        if reached:
            break
    assert reached == f"/?desa={DESA}"
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-id='{desk.ids['clash']}']")).to_be_visible()
    context.close()


def test_all_other_sessions_end_by_two_presses_far_from_the_others(desk, chromium):
    context = chromium.new_context(viewport=PHONE)
    sign_in(chromium.new_context(), desk, "ratna").context.close()
    page = sign_in(context, desk, "ratna")
    page.goto(f"{desk.url}/akun")
    one, every = page.locator(".sessions .button").last.bounding_box(), page.locator(".apart > summary").bounding_box()
    assert one is not None
    assert every is not None
    assert min(one["height"], every["height"]) >= 44
    assert every["y"] - (one["y"] + one["height"]) >= 44
    sure = page.get_by_role("button", name="Ya, akhiri semuanya")
    expect(sure).to_be_hidden()
    page.locator(".apart > summary").click()
    sure.click()
    expect(page.locator(".apart")).to_have_count(0)
    context.close()


def test_the_slider_shows_another_week_at_once_and_by_keyboard(desk, chromium):
    def act(tx: Transaction) -> None:
        one = tx.session.get_one(Incident, desk.ids["clash"])
        one.opened_at, one.closed_at = one.opened_at - timedelta(days=21), one.opened_at - timedelta(days=14)
        one.state = "settled"

    desk.write(act)
    context = chromium.new_context(viewport=PHONE)
    page = sign_in(context, desk, "ratna")
    page.goto(f"{desk.url}/peta")
    soko = page.locator("a[href*='35.23.11'] path")
    expect(soko).not_to_have_class(re.compile("l-tinggi"))
    page.locator("[name=minggu]").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(soko).to_have_class(re.compile("l-tinggi"))
    expect(page).to_have_url(re.compile("minggu=-2"))
    assert page.evaluate("document.activeElement.name") == "minggu"
    page.locator("[name=warna]").select_option("jumlah")
    expect(soko).not_to_have_class(re.compile("l-|n-"))
    page.reload()
    expect(page.locator("[name=warna]")).to_have_value("jumlah")
    context.close()


def test_without_scripts_the_button_asks_for_colour_and_week(desk, chromium):
    context = chromium.new_context(viewport=WIDE, java_script_enabled=False)
    cookie = desk.write(lambda tx: auth.open_session(tx, tx.session.get_one(Person, "ratna")))
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": desk.url}])
    page = context.new_page()
    page.goto(f"{desk.url}/peta")
    page.locator("[name=warna]").select_option("jumlah")
    page.locator("[name=minggu]").focus()
    page.keyboard.press("ArrowLeft")
    page.locator(".map-ask button").click()
    expect(page).to_have_url(re.compile("warna=jumlah.*minggu=-1"))
    expect(page.locator(".said-weeks")).to_contain_text("Minggu lalu")
    context.close()
