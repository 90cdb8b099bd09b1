"""FKUB, Kejari, Kodim, Polres and a reporter of a desa each walk their own way in a real browser; papers print on A4."""

import pypdfium2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from services.console.report.receipt import ticket
from services.incidents import lifecycle
from services.security.auth import Receipts
from tests.console.browser import PHONE, chromium, faults_of, sign_in, small_targets
from tests.console.desk import Desk
from tests.console.night import SECRET, owe, report_id
from tests.office.test_pages_of_the_office import RATNA, office, planned, register, send, write_note

__all__ = ["chromium", "office"]
pytestmark = pytest.mark.browser


@pytest.fixture
def phone(chromium: Browser):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    yield context
    context.close()


def sound(page: Page) -> None:
    """Expect a page that fits a phone, can be hit by a thumb and read by a screen reader."""
    assert small_targets(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert faults_of(page) == []


def test_polres_writes_a_note_about_an_incident(office: Desk, phone: BrowserContext) -> None:
    page = sign_in(phone, office, "joko")
    page.goto(f"{office.url}/peristiwa/{office.ids['clash']}")
    page.get_by_role("link", name="Tulis Laporan Informasi").click()
    page.get_by_label("Perihal").fill("Rencana balas dendam")
    page.get_by_label("Masalah (satu)").select_option("SLT")
    page.get_by_label("Sumber", exact=False).first.fill("Perangkat desa")
    page.get_by_label("Fakta", exact=False).fill("Pukul 20.00 kelompok berkumpul.")
    page.get_by_role("checkbox", name="Kodim 0811").check()
    sound(page)
    page.get_by_role("button", name="Terbitkan dan kirim").click()
    expect(page.get_by_text("T/LI-01/XI/2026/POLRES")).to_be_visible()
    expect(page.get_by_text("belum diterima")).to_be_visible()


def test_kodim_acknowledges_and_answers_what_it_is_asked(office: Desk, phone: BrowserContext, person) -> None:
    write_note(person("joko"), to_KEJARI="")
    send(person("ratna"), "/permintaan", "/permintaan", kind="patrol", institution="KODIM", text="Patroli malam")
    page = sign_in(phone, office, "satrio")
    page.get_by_role("link", name="Kantor").first.click() if page.get_by_role(
        "link", name="Kantor"
    ).first.is_visible() else page.goto(f"{office.url}/kantor")
    page.get_by_role("link", name="Permintaan").first.click()
    expect(page.get_by_role("button", name="Terima", exact=True)).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Terima", exact=True).click()
    expect(page.locator(".said")).to_contain_text("Jawaban tersimpan")
    page.get_by_label("Jawaban").fill("Patroli pukul 22.00.")
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.get_by_role("button", name="Kirim jawaban")).to_have_count(0)  # the sentence stood there before
    expect(page.locator(".said")).to_contain_text("Jawaban tersimpan")


def test_kejari_reads_its_note_and_the_forum(office: Desk, phone: BrowserContext, person) -> None:
    write_note(person("joko"), subject="Aliran baru di Palang")
    planned(person("ratna"), title="Rapat Kominda November")
    page = sign_in(phone, office, "kejari")
    page.goto(f"{office.url}/li")
    sound(page)
    page.get_by_role("link", name="Aliran baru di Palang").click()
    expect(page.get_by_role("heading", name="II. FAKTA")).to_be_visible()
    assert faults_of(page) == []
    page.goto(f"{office.url}/rapat")
    page.get_by_role("link", name="Rapat Kominda November").click()
    expect(page.get_by_text("Peristiwa yang masih terbuka")).to_be_visible()
    expect(page.get_by_role("button", name="Tutup berita acara")).to_have_count(0)
    sound(page)


def test_fkub_finds_its_cases_and_its_note(office: Desk, phone: BrowserContext) -> None:
    office.write(lambda tx: owe(tx, office.ids["church"], "FKUB", "support", owed=200, redacted=True))
    page = sign_in(phone, office, "fkub")
    page.goto(f"{office.url}/kerukunan")
    expect(page.get_by_role("link", name="Agama, aliran, rumah ibadah")).to_be_visible()
    sound(page)
    page.get_by_role("link", name="November 2026").click()
    expect(page.get_by_role("heading", name="Catatan Koordinasi Kerukunan")).to_be_visible()
    page.wait_for_load_state()
    expect(page.get_by_text("spanduk")).to_have_count(0)


def test_a_reporter_of_a_desa_comes_by_the_poster_and_is_asked_how_it_was(office: Desk, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(f"{office.url}/poster/35.23.11.2010")
    expect(page.get_by_role("heading", name="Desa Mentoro")).to_be_visible()
    page.goto(f"{office.url}/lapor?desa=35.23.11.2010")
    assert "Mentoro" in page.locator("[name=where]").input_value()
    office.write(lambda tx: lifecycle.close(tx, office.ids["clash"], RATNA, "Damai."))
    page.goto(f"{office.url}/status/{ticket(report_id('clash'), Receipts(SECRET)).code}")
    page.get_by_role("link", name="Isi survei kepuasan").click()
    expect(page.locator("input[name=u1]").first).to_be_attached()
    sound(page)
    for number in range(1, 10):
        page.locator(f"label:has(input[name=u{number}][value='4'])").click()
    page.get_by_role("button", name="Kirim").click()
    expect(page.locator(".ok")).to_contain_text("Survei terkirim")
    page.goto(f"{office.url}/standar-pelayanan")
    assert faults_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_coordinator_holds_a_meeting_and_issues_a_report(office: Desk, phone: BrowserContext, person) -> None:
    address = planned(person("ratna"))
    register(office)
    page = sign_in(phone, office, "ratna")
    for path in (address, "/kantor", "/laporan-berkala", "/ormas", "/ormas/satu?nomor=123%2F2020", "/permintaan"):
        page.goto(f"{office.url}{path}")
        for one in page.locator("details.more > summary").all():
            one.click()
        sound(page)


def test_papers_fill_a4_black_on_white(office: Desk, chromium: Browser, person) -> None:
    ratna = person("ratna")
    note = write_note(person("joko")).headers["location"]
    address = planned(ratna)
    context = chromium.new_context(service_workers="block")
    page = sign_in(context, office, "ratna")
    for path in (
        f"{address}/agenda",
        f"{address}/berita-acara",
        "/laporan-berkala/catur/2026-B12",
        "/standar-pelayanan",
        "/poster/35.23.11.2010",
    ):
        page.goto(f"{office.url}{path}")
        printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
        assert [round(size) for size in printed[0].get_size()] == [595, 842], path
        pixels = printed[0].render(scale=0.5).to_pil().convert("RGB").getcolors(1 << 20)
        assert all(max(colour) - min(colour) < 12 for _, colour in pixels), path
        assert "Kembali" not in printed[0].get_textpage().get_text_range()
        if "poster" in path:
            assert len(printed) == 1
        printed.close()
    assert note
    context.close()
