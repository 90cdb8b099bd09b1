"""Adding to the own report in a real browser: on a small phone, without scripts, without a signal, refused and mended."""

from typing import Literal
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from schemas.records.reports import Report
from services.console.report.receipt import ticket
from services.security import auth
from tests.console.browser import BOTH, PHONE, chromium, faults_of, sign_in, small_targets
from tests.console.night import SECRET, report_id
from tests.console.test_adding import FIRST, MINE, PAGE, keep
from tests.console.test_reporting_browser import controlled, sends_nothing_by_itself

__all__ = ["chromium"]
pytestmark = pytest.mark.browser
TEXT = "Massa sudah bubar, korban bertambah dua"
SMALL = {"width": 320, "height": 568}
WINDOW = {"width": 1280, "height": 800}


def opened(context, desk) -> Page:
    page = context.new_page()
    page.goto(f"{desk.url}{PAGE}")
    page.wait_for_selector("html[data-ready]")
    page.locator("#tambah > summary").click()
    return page


def write(page: Page, text: str = TEXT, kind: str = "Perkembangan") -> None:
    page.locator("#kabar").get_by_role("radio", name=kind).click()
    page.locator("#text").fill(text)


def send(page: Page) -> None:
    page.locator("#kabar button").click()


def test_without_scripts_news_is_added_and_its_receipt_shown(desk, chromium):
    context = chromium.new_context(viewport=SMALL, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.url}{PAGE}")
    page.locator("#tambah > summary").click()
    write(page, kind="Ralat")
    send(page)
    filed = desk.journal.only
    assert (filed.report.text, filed.report.follows, filed.report.follows_as) == (TEXT, FIRST, "correction")
    expect(page.locator(".ok")).to_contain_text("Kabar diterima")
    expect(page.locator(".ok b").first).to_have_text(ticket(filed.id, auth.Receipts(SECRET)).number)
    assert page.url.startswith(f"{desk.url}{PAGE}?kabar=")
    context.close()


def test_what_is_refused_without_scripts_stays_in_the_open_form(desk, chromium):
    context = chromium.new_context(viewport=SMALL, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.url}{PAGE}")
    page.locator("#tambah > summary").click()
    write(page, "x" * 8_001, "Laporan saya keliru")
    send(page)
    expect(page.locator("#salah")).to_contain_text("paling panjang 8000 huruf")
    expect(page.get_by_role("radio", name="Laporan saya keliru")).to_be_checked()
    assert len(page.locator("#text").input_value()) == 8_001
    page.locator("#text").fill("salah lihat")
    send(page)
    expect(page.locator(".ok")).to_contain_text("Kabar diterima")
    context.close()


def test_with_scripts_it_leads_to_the_page_as_it_is_now(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = opened(context, desk)
    write(page)
    send(page)
    expect(page.locator(".ok[role=status]").first).to_contain_text("Kabar diterima")
    filed = desk.journal.only.report
    assert (filed.text, filed.follows, filed.observed_at is None) == (TEXT, FIRST, True)  # the test's clock is not its
    context.close()


def test_without_a_signal_it_waits_survives_the_tab_and_goes_by_itself(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="allow")
    page = opened(context, desk)
    controlled(page)
    context.set_offline(True)
    page.locator("#tambah").evaluate("(one) => { one.open = true; }")
    write(page)
    send(page)
    expect(page.locator("#salah")).to_contain_text("Tersimpan di HP ini")
    assert desk.journal.kept == {}
    page.close()
    again = context.new_page()
    again.goto(f"{desk.url}/lapor")  # with no line: the page that the worker has kept
    expect(again.locator("#hitung")).to_have_text("1 menunggu sinyal")
    assert again.locator("#antrean a[href^='sms:']").count() == 0  # an SMS would not say to which report it belongs
    context.set_offline(False)
    expect(again.locator("#hitung")).to_have_text("1 terkirim")
    filed = desk.journal.only.report
    assert (filed.text, filed.follows) == (TEXT, FIRST)
    again.locator("#antrean > summary").click()
    link = again.get_by_role("link", name="Nomor laporan")
    expect(link).to_have_attribute("href", PAGE)  # the page on which it is listed
    context.close()


def test_what_waited_goes_once_the_line_is_back_and_the_open_page_says_so(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    sends_nothing_by_itself(context)
    page = opened(context, desk)
    context.set_offline(True)
    write(page)
    send(page)
    expect(page.locator("#salah")).to_contain_text("Tersimpan di HP ini")
    context.set_offline(False)
    expect(page.locator(".ok").first).to_contain_text("Kabar diterima")
    assert len(desk.journal.kept) == 1
    context.close()


def test_what_was_refused_comes_back_to_its_own_form_to_be_mended(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = opened(context, desk)
    write(page, "x" * 8_001, "Ralat")
    send(page)
    expect(page.locator("#salah")).to_contain_text("paling panjang 8000 huruf")
    assert len(page.locator("#text").input_value()) == 8_001
    expect(page.get_by_role("radio", name="Ralat")).to_be_checked()
    page.locator("#text").fill(TEXT)
    send(page)
    expect(page.locator(".ok").first).to_contain_text("Kabar diterima")
    assert desk.journal.only.report.follows_as == "correction"
    context.close()


def test_a_refused_one_leads_from_the_list_of_the_phone_to_its_own_form(desk, chromium):
    """In the form of a new report it would be sent as one that says nothing of the first."""
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = context.new_page()
    page.goto(f"{desk.url}/lapor")
    page.wait_for_selector("html[data-ready]")
    page.evaluate(
        """async ([url, text]) => { await outbox.add({ id: outbox.fresh(), kind: "report", url, form: {},
        fields: { kind: "update", text }, state: "refused", why: [{ field: "text", why: "terlalu panjang" }] }); }""",
        [PAGE, TEXT],
    )
    page.reload()
    page.wait_for_selector("html[data-ready]")
    page.locator("#antrean > summary").click()
    page.get_by_role("button", name="Perbaiki").click()
    expect(page.locator("#kabar #text")).to_have_value(TEXT)
    expect(page.locator("#salah")).to_contain_text("terlalu panjang")
    context.close()


def test_who_has_signed_in_may_add_without_a_name(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    sign_in(context, desk, "joko").close()
    page = opened(context, desk)
    write(page)
    page.get_by_role("checkbox", name="Jangan simpan siapa saya").check()
    send(page)
    expect(page.locator(".ok[role=status]").first).to_contain_text("Kabar diterima")
    assert desk.journal.only.source.reporter == "anonymous"
    context.close()


@pytest.mark.parametrize("size", [SMALL, PHONE, WINDOW], ids=lambda size: size["width"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_fits_every_screen_and_reads_well(desk, chromium, size, language: Literal["id", "en"], tmp_path):
    keep(desk, TEXT)
    keep(desk, "panjangsekalitanpaspasi" * 12, kind="retraction")
    context = chromium.new_context(viewport=size, service_workers="block")
    page = context.new_page()
    page.goto(f"{desk.url}{PAGE}?bahasa={language}")
    page.locator("#tambah > summary").click()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert small_targets(page) == []
    assert faults_of(page, *BOTH) == []
    page.emulate_media(color_scheme="light")
    page.screenshot(path=tmp_path / f"status-{size['width']}-{language}.png", full_page=True)
    context.close()


def test_the_page_of_another_report_lists_nothing_of_this_one(desk, chromium):
    id_ = keep(desk, TEXT)
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = context.new_page()
    for one in (report_id("protest"), UUID(id_)):
        page.goto(f"{desk.url}/status/{ticket(one, auth.Receipts(SECRET)).code}")
        expect(page.locator("#ditambahkan")).to_have_count(0)
    page.goto(f"{desk.url}/status/{MINE.code}")
    expect(page.locator("#ditambahkan li")).to_have_count(1)
    assert desk.store.read_now(lambda session: session.get_one(Report, id_)).follows == str(FIRST)
    context.close()
