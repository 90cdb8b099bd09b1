"""The desk in a real browser: it changes by itself, works without scripts, fits a thumb, asks nobody else."""

import pytest
from playwright.sync_api import expect
from pypdfium2 import PdfDocument

from schemas.vocabulary import Role
from services.incidents import lifecycle, responses
from services.security import auth
from tests.console.browser import chromium, sign_in

__all__ = ["chromium"]
pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}
COORDINATOR = auth.Identity("ratna", "Ratna", Role.COORDINATOR, "KESBANG")


def test_the_list_changes_by_itself_when_somebody_answers(desk, chromium):
    context = chromium.new_context(viewport=WIDE)
    page = sign_in(context, desk, "ratna")
    page.goto(f"{desk.url}/?state=open-all")
    row = page.locator(f"[data-id='{desk.ids['clash']}']")
    expect(row).to_contain_text("Menunggu 18 menit")
    expect(page.locator("#pulse")).to_contain_text("data per 21.00")
    joko = auth.Identity("joko", "Joko", Role.MEMBER, "POLRES")
    desk.write(lambda tx: responses.acknowledge(tx, desk.ids["clash"], joko))
    expect(row).to_contain_text("Diterima")
    expect(row).not_to_contain_text("Menunggu")
    expect(row).to_contain_text("Ditindaklanjuti")
    context.close()


def test_a_half_written_sitrep_survives_a_change_of_the_page(desk, chromium):
    context = chromium.new_context(viewport=WIDE)
    page = sign_in(context, desk, "joko")
    page.goto(f"{desk.url}/peristiwa/{desk.ids['clash']}")
    page.get_by_text("Tulis lapjut").click()
    page.locator("textarea[name=text]").fill("Sedang menuju lokasi")
    desk.write(lambda tx: lifecycle.verify(tx, desk.ids["clash"], COORDINATOR, "dicek"))
    expect(page.locator("#jejak")).to_contain_text("Diverifikasi dicek")
    expect(page.locator("textarea[name=text]")).to_have_value("Sedang menuju lokasi")
    page.locator("#tindakan form[action$='/lapjut'] button").click()
    expect(page.locator(".said")).to_have_text("Lapjut tersimpan.")
    expect(page.locator("#lapjut")).to_contain_text("Sedang menuju lokasi")
    context.close()


def test_looking_at_an_incident_marks_it_seen(desk, chromium):
    context = chromium.new_context(viewport=WIDE)
    page = sign_in(context, desk, "joko")
    with page.expect_response(lambda response: response.url.endswith("/dilihat")) as told:
        page.goto(f"{desk.url}/peristiwa/{desk.ids['clash']}")
    assert told.value.status == 204
    assert desk.alert("clash", "POLRES").state == "seen"
    context.close()


def test_everything_works_without_scripts(desk, chromium):
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = sign_in(context, desk, "joko")
    page.get_by_role("link", name="Perguruan silat").last.click()  # in the list, below what waits for an answer
    page.get_by_role("button", name="Terima untuk Polres Tuban").click()
    expect(page.locator(".said")).to_have_text("Diterima. Terima kasih.")
    page.get_by_text("Tulis lapjut").click()
    page.locator("textarea[name=text]").fill("Massa bubar.")
    page.locator("form[action$='/lapjut'] button").click()
    expect(page.locator("#lapjut")).to_contain_text("Massa bubar.")
    page.get_by_label("Menu").click()
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_label("Nama pengguna")).to_be_visible()
    assert desk.alert("clash", "POLRES").state == "reported"
    context.close()


def test_figures_are_folded_on_a_phone_opened_by_a_touch_and_whole_on_paper(desk, chromium):
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = sign_in(context, desk, "ratna")
    page.goto(f"{desk.url}/angka")
    table = page.get_by_role("table", name="Per kecamatan").or_(page.locator("#kecamatan table"))
    expect(table).to_be_hidden()
    page.get_by_role("link", name="Per kecamatan").click()
    expect(table).to_be_visible()
    expect(page.locator("details.fold[open] > summary", has_text="Per kecamatan")).to_be_in_viewport()
    page.goto(f"{desk.url}/angka")  # on paper all is there, though nobody has opened it
    text = "".join(one.get_textpage().get_text_range() for one in PdfDocument(page.pdf()))
    names = page.locator("#kecamatan th[scope=row]").all_text_contents()
    assert len(names) > 1
    assert [name for name in names if name not in text] == []
    context.close()


def test_silencing_and_being_away_without_scripts_on_a_phone(desk, chromium):
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = sign_in(context, desk, "ratna")
    page.goto(f"{desk.url}/peristiwa/{desk.ids['clash']}")
    page.get_by_role("link", name="Redam yang serupa").click()
    page.get_by_label("Alasan").fill("Suroan Agung, aparat sudah di lokasi.")
    page.get_by_role("button", name="Periksa dulu").click()
    expect(page.locator(".big-number")).to_have_text("1 peristiwa terbuka terkena")
    page.get_by_role("button", name="Ya, redam").click()
    expect(page.locator(".item h3")).to_have_text("Perguruan silat · Bentrok antarkelompok · Kec. Soko")
    page.get_by_role("button", name="Akhiri sekarang").click()
    expect(page.locator(".said")).to_contain_text("Diakhiri.")
    page.get_by_label("Menu").click()
    page.get_by_role("link", name="Piket").click()
    page.locator("summary", has_text="Saya tidak di tempat").click()
    page.get_by_label("Dari tanggal").fill("2026-11-26")
    page.get_by_role("button", name="Simpan").click()
    expect(page.locator(".said")).to_have_text("Jadwal tersimpan.")
    context.close()


def test_the_message_button_on_a_phone(desk, chromium):
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{desk.url}/terima/{desk.tokens['joko']}")
    assert desk.alert("clash", "POLRES").state == "delivered"
    button = page.get_by_role("button", name="Terima")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 56
    assert box["y"] + box["height"] < PHONE["height"]
    button.click()  # at the very instant the page was made: a program, or a thumb that slipped
    expect(page.get_by_role("alert").last).to_contain_text("Tekan Terima sekali lagi")
    assert desk.alert("clash", "POLRES").state == "delivered"
    desk.clock.forward(minutes=1)
    button.click()
    expect(page.get_by_role("status")).to_contain_text("Diterima")
    assert desk.alert("clash", "POLRES").state == "acknowledged"
    context.close()


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_pages_fit_ask_nobody_else_and_break_no_rule_of_their_own(desk, chromium, size):
    context = chromium.new_context(viewport=size, has_touch=True)
    asked, complaints = [], []
    context.on("request", lambda request: asked.append(request.url))
    context.on("console", lambda message: complaints.append(message.text))
    page = sign_in(context, desk, "ratna")
    for path in (
        "/",
        "/?state=open-all",
        "/?level=TINGGI",
        f"/peristiwa/{desk.ids['clash']}",
        f"/peristiwa/{desk.ids['bomb']}",
        f"/peristiwa/{desk.ids['accused']}",
        "/redam?issue=SLT&form=BENTROK",
        "/piket",
        "/piket?instansi=POLRES",
        f"/terima/{desk.tokens['joko']}",
        "/saya",
    ):
        page.goto(desk.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        small = page.evaluate(
            """() => [...document.querySelectorAll("a.button, button, summary, select, textarea, nav a, .tally a, input:not([type=hidden])")]
            .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML.slice(0, 80))"""
        )
        assert small == [], path
    assert [url for url in asked if not url.startswith(desk.url)] == []
    assert complaints == []
    context.close()
