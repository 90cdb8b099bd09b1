"""A person's own named filters: kept by the browser, for this person, opened as plain addresses; without scripts too."""

import json

import pytest
from playwright.sync_api import expect

from tests.console.browser import PHONE, chromium, faults_of, sign_in, small_targets
from tests.console.night import PASSWORD

__all__ = ["chromium"]
pytestmark = pytest.mark.browser
LAPTOP = {"width": 1280, "height": 800}


def opened(page):
    page.locator("#saringan").evaluate("(one) => { one.open = true; }")
    return page.locator("#saringan")


def saved(page, name: str):
    box = opened(page)
    box.locator("input[name=nama]").fill(name)
    box.locator("form button").click()
    return box


@pytest.mark.parametrize(("size", "login"), [(PHONE, "ratna"), (LAPTOP, "ratna"), (PHONE, "joko")])
def test_a_filter_is_saved_opened_on_another_page_and_removed(desk, chromium, size, login):
    context = chromium.new_context(viewport=size)
    page = sign_in(context, desk, login)
    expect(opened(page).locator("form")).to_be_hidden()
    expect(page.locator("#saringan [data-plain]")).to_be_hidden()
    page.goto(f"{desk.url}/?level=TINGGI&cari=silat")
    box = saved(page, "Silat <b>gawat</b>")
    expect(box.locator("li a")).to_have_text("Silat <b>gawat</b>")  # text, not markup
    assert small_targets(page) == []
    assert faults_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.goto(f"{desk.url}/")
    opened(page).locator("li a").click()
    expect(page).to_have_url(f"{desk.url}/?cari=silat&level=TINGGI")
    opened(page).locator("li button").click()
    expect(page.locator("#saringan li")).to_have_count(0)
    page.reload()
    expect(opened(page).locator("li")).to_have_count(0)
    context.close()


def test_the_same_name_replaces_and_each_person_has_his_own(desk, chromium):
    context = chromium.new_context(viewport=LAPTOP)
    page = sign_in(context, desk, "ratna")
    for level in ("TINGGI", "KRITIS"):
        page.goto(f"{desk.url}/?level={level}")
        saved(page, "Gawat")
        expect(page.locator("#saringan li a")).to_have_attribute("href", f"/?level={level}")
    expect(page.locator("#saringan li a")).to_have_count(1)
    context.clear_cookies()
    other = sign_in(context, desk, "emma")
    other.goto(f"{desk.url}/?level=KRITIS")
    expect(opened(other).locator("li")).to_have_count(0)
    context.close()


@pytest.mark.parametrize(
    "kept",
    [
        "not json",
        json.dumps({"name": "x"}),
        json.dumps([None, 7, {"name": 1, "query": "level=KRITIS"}, {"name": "x", "query": "ke=//jahat.example"}]),
    ],
)
def test_what_others_wrote_there_opens_nothing_foreign(desk, chromium, kept):
    context = chromium.new_context(viewport=LAPTOP)
    page = sign_in(context, desk, "ratna")
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.evaluate("(kept) => localStorage.setItem('kentongan.filters.ratna', kept)", kept)
    page.goto(f"{desk.url}/?level=TINGGI")
    expect(opened(page).locator("li")).to_have_count(0)
    saved(page, "Baik")
    expect(page.locator("#saringan li a")).to_have_text("Baik")
    assert errors == []
    context.close()


def test_an_address_that_was_kept_is_cut_to_what_a_filter_asks(desk, chromium):
    context = chromium.new_context(viewport=LAPTOP)
    page = sign_in(context, desk, "ratna")
    row = [{"name": "x", "query": "level=KRITIS&page=9&bahasa=en&pesan=tutup"}]
    page.evaluate("(kept) => localStorage.setItem('kentongan.filters.ratna', kept)", json.dumps(row))
    page.goto(f"{desk.url}/")
    expect(opened(page).locator("li a")).to_have_attribute("href", "/?level=KRITIS")
    context.close()


def test_without_scripts_the_page_says_how_an_address_is_kept(desk, chromium):
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.url}/masuk")
    page.locator("[name=login]").fill("joko")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    page.locator("#saringan summary").click()
    expect(page.locator("#saringan [data-plain]")).to_be_visible()
    expect(page.locator("#saringan [data-plain]")).to_contain_text("penanda (bookmark)")
    expect(page.locator("#saringan form")).to_be_hidden()
    context.close()
