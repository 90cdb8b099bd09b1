"""The officer's page in a real browser: one screen, one tap, two taps to report, a tap without a signal."""

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from schemas.records.reports import Report
from tests.console.browser import BOTH, PHONE, WIDE, chromium, faults_of, sign_in, small_targets
from tests.console.night import owe
from tests.console.test_hand_over import on_shift

__all__ = ["chromium"]
pytestmark = pytest.mark.browser


def test_one_screen_answers_everything_and_holds_the_button(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = sign_in(context, desk, "joko")
    page.goto(f"{desk.url}/p/{desk.ids['clash']}")
    for name in (".level", "h1", ".where", ".spot svg", ".ago", ".brief", ".asked .clock"):
        box = page.locator(name).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= PHONE["height"], name
    button = page.get_by_role("button", name="Terima").bounding_box()
    assert button is not None
    assert button["height"] >= 60
    assert button["y"] + button["height"] <= PHONE["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    context.close()


def test_the_rest_of_what_was_told_is_a_touch_away(desk, chromium):
    def lengthen(tx) -> None:
        for one in tx.session.scalars(select(Report).where(Report.incident_id == desk.ids["clash"])):
            one.text = "Massa dua desa saling kejar sejak magrib. " * 8 + "Jalan ditutup warga."

    desk.write(lengthen)
    for login, path in (("joko", "/p/{clash}"), ("ratna", "/peristiwa/{clash}")):
        context = chromium.new_context(viewport=PHONE, service_workers="block", java_script_enabled=False)
        page = sign_in(context, desk, login)
        page.goto(desk.url + path.format(**desk.ids))
        told = page.locator("#cerita q")
        expect(told).to_contain_text("Jalan ditutup warga.")
        lines = "(one) => Math.round(one.clientHeight / parseFloat(getComputedStyle(one).lineHeight))"
        assert told.evaluate(lines) == 2, path
        page.locator("#cerita > summary").click()
        assert told.evaluate("(one) => one.scrollHeight <= one.clientHeight + 1"), path
        assert told.evaluate(lines) > 2, path
        context.close()


def test_from_the_message_to_accepted_to_reported(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = sign_in(context, desk, "joko")
    page.goto(f"{desk.url}/p/{desk.ids['clash']}")
    page.get_by_role("button", name="Terima").click()  # one tap
    expect(page.locator(".said")).to_contain_text("Diterima")
    assert desk.alert("clash", "POLRES").state == "acknowledged"
    page.locator("summary", has_text="Kirim lapjut").click()
    page.get_by_role("radio", name="Menuju lokasi.").click()
    page.get_by_role("button", name="Kirim", exact=True).click()
    expect(page.locator(".said")).to_contain_text("Lapjut tersimpan")
    assert desk.alert("clash", "POLRES").state == "reported"
    context.close()


def test_the_line_is_cut_at_the_tap(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = sign_in(context, desk, "joko")
    page.goto(f"{desk.url}/p/{desk.ids['clash']}")
    context.set_offline(True)
    page.get_by_role("button", name="Terima").click()
    expect(page.locator(".said[role=status]")).to_contain_text("Tersimpan di HP ini")
    assert desk.alert("clash", "POLRES").state in ("delivered", "seen")
    context.set_offline(False)
    expect(page.locator(".said")).to_contain_text("Diterima")
    assert desk.alert("clash", "POLRES").state == "acknowledged"
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_several_alerts_are_accepted_from_one_page_one_tap_each(desk, chromium, scripts):
    desk.write(lambda tx: owe(tx, desk.ids["protest"], "POLRES", "support", owed=1))
    context = chromium.new_context(viewport=PHONE, service_workers="block", java_script_enabled=scripts)
    page = sign_in(context, desk, "joko")
    buttons = page.get_by_role("button", name="Terima")
    expect(buttons).to_have_count(2)
    for box in (one.bounding_box() for one in buttons.all()):
        assert box is not None
        assert box["y"] + box["height"] <= PHONE["height"]  # both without a turn of the page
    if scripts:
        assert faults_of(page, *BOTH) == []
        assert small_targets(page) == []
        context.set_offline(True)
        buttons.first.click()
        expect(page.locator(".said[role=status]")).to_contain_text("Tersimpan di HP ini")
        context.set_offline(False)
    else:
        buttons.first.click()
    expect(page.locator(".said")).to_contain_text("Diterima")
    expect(buttons).to_have_count(1)
    buttons.click()
    expect(buttons).to_have_count(0)
    assert [desk.alert(name, "POLRES").state for name in ("clash", "protest")] == ["acknowledged"] * 2
    page.get_by_role("link", name="Yang baru diterima").click()
    expect(page.get_by_text("Balas Lapjut").or_(page.get_by_text("Batalkan")).first).to_be_visible()
    context.close()


def test_a_slip_is_taken_back(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = sign_in(context, desk, "joko")
    with page.expect_response("**/dilihat"):  # else the tap may be there before the look
        page.goto(f"{desk.url}/p/{desk.ids['clash']}")
    page.get_by_role("button", name="Terima").click()
    expect(page.locator(".said")).to_be_visible()
    undo, bar = page.get_by_role("button", name="Batalkan"), page.locator(".act-bar")
    expect(undo).to_be_in_viewport(ratio=1)  # on the first screen, and under nothing
    assert bar.evaluate("(bar, one) => bar.contains(one)", undo.element_handle())
    undo.click()
    expect(page.locator(".said")).to_contain_text("Dibatalkan")
    expect(page.get_by_role("button", name="Terima")).to_be_visible()
    assert desk.alert("clash", "POLRES").state == "seen"
    context.close()


def test_without_scripts(desk, chromium):
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = sign_in(context, desk, "joko")
    page.goto(f"{desk.url}/p/{desk.ids['clash']}")
    page.get_by_text("Bukan kewenangan kami").click()
    page.get_by_label("Mengapa").fill("Itu wilayah Polres Bojonegoro.")
    page.get_by_role("button", name="Kirim").click()
    expect(page.locator(".said")).to_contain_text("Koordinator melihatnya")
    page.get_by_role("button", name="Terima").click()
    expect(page.locator(".said")).to_contain_text("Diterima")
    context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_handed_over_in_two_taps_and_taken_back(desk, chromium, scripts):
    on_shift(desk, "sari", "tono")
    context = chromium.new_context(viewport=PHONE, java_script_enabled=scripts, service_workers="block")
    page = sign_in(context, desk, "joko")
    page.goto(f"{desk.url}/p/{desk.ids['clash']}")
    for name in ("Serahkan ke piket", "Bukan kewenangan kami", "Minta bantuan"):
        box = page.locator("summary", has_text=name).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= PHONE["height"], name
    clock, bar = page.locator(".asked .clock").bounding_box(), page.locator(".act-bar").bounding_box()
    assert clock is not None
    assert bar is not None
    assert clock["y"] + clock["height"] <= bar["y"]  # the bar hides nothing of what is asked
    page.locator("summary", has_text="Serahkan ke piket").click()
    page.get_by_role("button", name="Serahkan kepada Petugas sari").click()
    expect(page.locator(".said")).to_contain_text("Diserahkan")
    assert desk.alert("clash", "POLRES").handed_to == "sari"
    assert desk.alert("clash", "POLRES").acknowledged_at is None
    back = page.get_by_role("button", name="Ambil kembali")
    expect(back).to_be_in_viewport(ratio=1)
    back.click()
    expect(page.locator(".said")).to_contain_text("Diambil kembali")
    assert desk.alert("clash", "POLRES").handed_to is None
    context.close()


def test_handed_over_without_a_signal(desk, chromium):
    on_shift(desk, "sari")
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = sign_in(context, desk, "joko")
    page.goto(f"{desk.url}/p/{desk.ids['clash']}")
    context.set_offline(True)
    page.locator("summary", has_text="Serahkan ke piket").click()
    page.get_by_role("button", name="Serahkan kepada Petugas sari").click()
    expect(page.locator(".said[role=status]")).to_contain_text("Tersimpan di HP ini")
    assert desk.alert("clash", "POLRES").handed_to is None
    context.set_offline(False)
    expect(page.locator(".said")).to_contain_text("Diserahkan")
    assert desk.alert("clash", "POLRES").handed_to == "sari"
    context.close()


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_axe_finds_nothing_and_thumbs_hit(desk, chromium, size):
    on_shift(desk, "sari")
    context = chromium.new_context(viewport=size, service_workers="block")
    page = sign_in(context, desk, "joko")
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    for act in (None, "terima"):
        page.goto(f"{desk.url}/p/{desk.ids['clash']}")
        if act:
            page.get_by_role("button", name="Terima").click()
            expect(page.locator(".said")).to_be_visible()
        page.locator("details.sheet").last.locator("summary").click()
        assert faults_of(page, *BOTH) == []
        assert small_targets(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert [one for one in complaints if "Service Worker" not in one] == []
    context.close()
