"""Reporting in a real browser: without a signal, with a photograph, refused and mended, without scripts, on a shared phone."""

import base64
import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from schemas.vocabulary import Role
from services.console.place_choices import label_of
from tests.console.browser import BOTH, PHONE, WIDE, chromium, faults_of, sign_in, small_targets, until, weigh
from tests.console.night import DISTRICT

__all__ = ["chromium"]
pytestmark = pytest.mark.browser
TEXT = "Dua kelompok pemuda saling lempar batu di depan balai desa"
KIB = 1024


def opened(context, desk) -> Page:
    page = context.new_page()
    page.goto(f"{desk.url}/lapor")
    page.wait_for_selector("html[data-ready]")
    return page


def fill(page: Page, text: str = TEXT) -> None:
    page.locator("#text").fill(text)
    page.locator("[name=when][value=now]").click()
    page.locator("#langkah-1 .next").click()
    page.locator("#where").fill("Mentoro, Soko")
    page.locator("#langkah-2 .next").click()
    page.locator("[name=basis][value=saw]").click()


def sends_nothing_by_itself(context) -> None:
    """Let no clock of a page try again: what waits is sent when the test says so, on however slow a machine."""
    context.add_init_script("setInterval = () => 0")


def send(page: Page) -> None:
    page.locator(".send").click()


def send_without_a_name(page: Page) -> None:
    page.get_by_role("button", name="Kirim tanpa nama").click()


def controlled(page: Page) -> None:
    """Have the page in the hands of its service worker; what waits for it gives up, as `evaluate` never does."""
    page.wait_for_function("navigator.serviceWorker.ready.then(({active}) => active.state === 'activated')")
    if not page.evaluate("Boolean(navigator.serviceWorker.controller)"):
        # Loaded while the worker of an earlier page began: it claimed the pages of that moment, and will take the next load.
        page.reload()
        page.wait_for_selector("html[data-ready]")
    page.wait_for_function("navigator.serviceWorker.controller")


def test_a_report_in_six_taps_and_one_text(desk, chromium):
    context = chromium.new_context(viewport=PHONE)
    page = opened(context, desk)
    taps = []
    page.expose_function("tapped", lambda: taps.append(1))
    page.evaluate("addEventListener('click', (event) => event.isTrusted && event.detail && tapped(), true)")
    page.locator("#text").press_sequentially("Tawuran di Ds. Mentoro Kec. Soko, massa 80 orang, 3 orang luka", delay=1)
    page.get_by_role("button", name="Mentoro, Soko").click()  # read from the text, confirmed by a tap
    page.locator("#langkah-1 .next").click()
    expect(page.locator("#where")).to_have_value("Mentoro, Soko")
    page.locator("#langkah-2 .next").click()
    page.get_by_role("radio", name="Lihat sendiri").click()
    send(page)
    expect(page.locator("#selesai .ticket")).to_be_visible()
    assert len(taps) <= 6
    filed = desk.journal.only.report
    assert (filed.desa, filed.basis) == ("35.23.11.2010", "saw")
    context.close()


def middle(page: Page, label: str) -> tuple[float, float]:
    """Give the point of the screen where the name of an area stands on the map."""
    found = page.evaluate(
        """(label) => { const svg = document.querySelector(".tap-map svg");
        const box = svg.querySelector(`[data-label="${label}"]`).getBBox();
        const at = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2).matrixTransform(svg.getScreenCTM());
        return [at.x, at.y]; }""",
        label,
    )
    return found[0], found[1]


def to_where(page: Page, text: str = TEXT) -> None:
    page.locator("#text").fill(text)
    page.locator("#langkah-1 .next").click()


def test_a_place_is_shown_on_the_map_and_filed_as_one_that_was_chosen(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = opened(context, desk)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    taps = []
    page.expose_function("tapped", lambda: taps.append(1))
    page.evaluate("addEventListener('click', (event) => event.isTrusted && event.detail && tapped(), true)")
    to_where(page)
    assert [url for url in asked if "peta" in url or "map" in url] == []  # nothing of it before it is asked for
    page.get_by_role("button", name="Tunjuk di peta").click()
    expect(page.locator("#peta-kata")).to_have_text("Sentuh kecamatannya.")
    page.mouse.click(*middle(page, "Kec. Soko"))
    expect(page.locator("#where")).to_have_value("Kec. Soko")  # who stops here has told the kecamatan
    page.mouse.click(*middle(page, "Mentoro, Soko"))
    expect(page.locator("#where")).to_have_value("Mentoro, Soko")
    expect(page.locator("#peta-dekat label")).to_have_count(3)
    heights = page.locator("#peta-dekat span").evaluate_all(
        "(all) => all.map((one) => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 44
    page.locator("#langkah-2 .next").click()
    send(page)
    expect(page.locator("#selesai .ticket")).to_be_visible()
    assert len(taps) <= 7
    filed = desk.journal.only.report
    assert (filed.kecamatan, filed.desa, filed.position, filed.place) == ("35.23.11", "35.23.11.2010", None, None)
    assert [url for url in asked if not url.startswith((desk.url, "blob:"))] == []
    context.close()


def by_its_text(page: Page) -> None:
    page.locator("#text").press_sequentially(" di Ds. Mentoro Kec. Soko", delay=1)
    page.get_by_role("button", name="Mentoro, Soko").click()
    page.locator("#langkah-1 .next").click()


def by_where_he_stands(page: Page) -> None:
    page.locator("#langkah-1 .next").click()
    page.get_by_role("button", name="Pakai lokasi HP ini").click()
    page.locator("#dekat label", has_text="Mentoro, Soko").click()


def by_the_list(page: Page) -> None:
    page.locator("#langkah-1 .next").click()
    page.locator("#where").click()
    page.locator("#where").press_sequentially("Mentoro, Soko", delay=1)


def by_the_map(page: Page) -> None:
    page.get_by_role("button", name="Tunjuk di peta").click()
    expect(page.locator("#peta-kata")).to_have_text("Sentuh kecamatannya.")
    page.mouse.click(*middle(page, "Kec. Soko"))
    page.mouse.click(*middle(page, "Mentoro, Soko"))


def without_a_name(page: Page) -> None:
    page.locator("label.tick", has_text="Jangan simpan siapa saya").click(position={"x": 12, "y": 12})


def with_a_number(page: Page) -> None:
    page.locator("[name=contact]").click()
    page.locator("[name=contact]").press_sequentially("081234567890", delay=1)


@pytest.mark.parametrize(
    ("place", "besides", "sent", "taps"),
    [
        (by_its_text, None, send, 5),
        (by_where_he_stands, None, send, 6),
        (by_the_list, None, send, 5),
        (by_the_map, None, send, 6),
        (by_its_text, None, send_without_a_name, 5),
        (by_where_he_stands, None, send_without_a_name, 6),
        (by_the_list, None, send_without_a_name, 5),
        (by_the_map, None, send_without_a_name, 6),
        (by_the_list, with_a_number, send, 6),
        (by_the_list, without_a_name, send, 6),  # who ticks it first needs one more
        (by_the_map, without_a_name, send, 7),
    ],
    ids=[
        *("text", "gps", "list", "map"),
        *("text-nameless", "gps-nameless", "list-nameless", "map-nameless"),
        *("contact", "list-ticked", "map-ticked"),
    ],
)
def test_every_tap_of_each_way_counts(desk, chromium, place, besides, sent, taps):
    stands = {"latitude": -7.1122, "longitude": 111.9303, "accuracy": 12}
    context = chromium.new_context(
        viewport=PHONE, service_workers="block", permissions=["geolocation"], geolocation=stands
    )
    page = opened(context, desk)
    counted: list[str] = []
    page.expose_function("tapped", lambda what: counted.append(what))  # noqa: PLW0108 - a builtin cannot be exposed
    page.evaluate(
        "addEventListener('pointerdown', (event) => event.isTrusted && tapped(event.target.outerHTML.slice(0, 90)), true)"
    )
    page.locator("#text").click()
    page.locator("#text").press_sequentially("Dua kelompok pemuda saling lempar batu", delay=1)
    place(page)
    page.locator("#langkah-2 .next").click()
    if besides:
        besides(page)
    sent(page)
    expect(page.locator("#selesai .ticket")).to_be_visible()
    assert len(counted) == taps, counted
    filed = desk.journal.only.report
    assert filed.desa == "35.23.11.2010"
    assert filed.anonymous == (besides is without_a_name or sent is send_without_a_name)
    context.close()


def test_the_map_is_not_opened_before_something_is_told(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = opened(context, desk)
    page.get_by_role("button", name="Tunjuk di peta").click()
    expect(page.locator("#salah")).to_be_visible()
    expect(page.locator("#langkah-1")).to_be_visible()
    page.locator("#text").fill(TEXT)
    page.get_by_role("button", name="Tunjuk di peta").click()
    expect(page.locator("#peta-buka")).to_be_focused()
    expect(page.locator("#peta-kata")).to_have_text("Sentuh kecamatannya.")
    page.locator(".back").first.click()
    page.get_by_role("button", name="Tunjuk di peta").click()  # open already: it stays so
    expect(page.locator("#peta-kata")).to_be_visible()
    context.close()


def test_a_thumb_beside_a_desa_takes_the_nearest_and_can_be_put_right(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = opened(context, desk)
    to_where(page)
    page.get_by_role("button", name="Tunjuk di peta").click()
    expect(page.locator(".tap-map path")).to_have_count(20)
    frame = page.locator(".tap-map svg").bounding_box()
    page.mouse.click(frame["x"] + frame["width"] - 2, frame["y"] + 2)  # the sea in the far corner
    expect(page.locator("#where")).to_have_value("Kec. Palang")
    page.locator("#peta-semua").click()
    expect(page.locator("#peta-kata")).to_have_text("Sentuh kecamatannya.")
    page.mouse.click(*middle(page, "Kec. Soko"))
    page.mouse.click(*middle(page, "Mentoro, Soko"))
    other = page.locator("#peta-dekat label").nth(1)
    name = other.text_content()
    other.click()
    expect(page.locator("#where")).to_have_value(name)
    expect(page.locator(".tap-map path.chosen")).to_have_attribute("data-label", name)
    context.close()


def test_a_map_that_was_seen_once_is_there_without_a_signal(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="allow")
    page = opened(context, desk)
    controlled(page)
    to_where(page)
    page.get_by_role("button", name="Tunjuk di peta").click()
    expect(page.locator(".tap-map path")).to_have_count(20)
    context.set_offline(True)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    to_where(page)
    page.get_by_role("button", name="Tunjuk di peta").click()
    expect(page.locator(".tap-map path")).to_have_count(20)
    context.close()


def test_a_map_that_was_never_seen_says_so_without_a_signal(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="allow")
    page = opened(context, desk)
    controlled(page)
    context.set_offline(True)
    to_where(page)
    page.get_by_role("button", name="Tunjuk di peta").click()
    expect(page.locator("#peta-kata")).to_contain_text("Peta belum ada di HP ini")
    context.set_offline(False)
    page.get_by_role("button", name="Tunjuk di peta").click()
    page.get_by_role("button", name="Tunjuk di peta").click()
    expect(page.locator(".tap-map path")).to_have_count(20)
    context.close()


def test_the_key_enter_sends_with_the_number_that_was_written(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = opened(context, desk)
    fill(page)
    page.locator("[name=contact]").fill("081234567890")
    page.locator("[name=contact]").press("Enter")
    expect(page.locator("#selesai .ticket")).to_be_visible()
    filed = desk.journal.only.report
    assert (filed.anonymous, filed.contact) == (False, "081234567890")
    context.close()


def test_sent_without_a_name_nothing_tells_who_it_was_and_the_choice_survives_a_refusal(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = sign_in(context, desk, "joko")
    page.goto(f"{desk.url}/lapor")
    page.wait_for_selector("html[data-ready]")
    fill(page)
    page.locator("[name=contact]").fill("081234567890")
    page.locator("[name=place]").evaluate("(one) => { one.removeAttribute('maxlength'); one.value = 'x'.repeat(400); }")
    page.get_by_role("button", name="Kirim tanpa nama").press("Enter")
    expect(page.locator("#salah")).to_be_visible()
    assert desk.journal.kept == {}
    page.locator("[name=place]").evaluate("(one) => { one.value = ''; }")
    page.locator(".stepper [data-step='3']").click()
    expect(page.get_by_role("checkbox", name="Jangan simpan siapa saya")).to_be_checked()
    expect(page.get_by_role("button", name="Kirim tanpa nama")).to_be_hidden()  # there is one way left to send it
    send(page)
    expect(page.locator("#selesai .ticket")).to_be_visible()
    filed = desk.journal.only
    assert (filed.report.anonymous, filed.report.contact, filed.source.reporter) == (True, None, "anonymous")
    context.close()


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_the_map_is_light_legible_and_axe_finds_nothing(desk, chromium, size):
    context = chromium.new_context(viewport=size, service_workers="block")
    page = opened(context, desk)
    to_where(page)
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    taken: list[int] = []
    client.on("Network.loadingFinished", lambda event: taken.append(event["encodedDataLength"]))
    page.get_by_role("button", name="Tunjuk di peta").click()
    expect(page.locator(".tap-map path")).to_have_count(20)
    assert 1 * KIB < sum(taken) <= 40 * KIB
    for label in ("Kec. Soko", "Mentoro, Soko"):
        assert faults_of(page, *BOTH) == []
        assert small_targets(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        scale = page.locator(".tap-map svg").evaluate("(svg) => svg.getScreenCTM().a")
        letters = page.locator(".cell-name").evaluate_all(
            "(all) => all.map((one) => Number(one.getAttribute('font-size')))"
        )
        assert min(letters) * scale >= 12.4
        assert len(letters) >= 6
        page.mouse.click(*middle(page, label))
    expect(page.locator(".cell-name.chosen")).to_have_text("Mentoro")
    assert faults_of(page, *BOTH) == []
    context.close()


FACTS = "Bentrok dua perguruan silat di Ds. Mentoro Kec. Soko, massa 80 orang, 3 orang luka, bawa celurit"


def fact(page: Page, name: str):
    return page.get_by_role("radiogroup", name=name)


def test_what_was_read_is_confirmed_or_put_right_and_untouched_says_nothing(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = opened(context, desk)
    page.locator("#text").fill(FACTS)
    expect(fact(page, "Luka: 3")).to_be_visible()
    fact(page, "Massa: 80").get_by_role("radio", name="Benar").click()
    fact(page, "Luka: 3").get_by_role("radio", name="Bukan").click()
    page.get_by_role("spinbutton", name="Jumlah yang benar").fill("5")
    fact(page, "Senjata").get_by_role("radio", name="Bukan").click()
    page.close()
    page = opened(context, desk)  # the tab was killed: what was said of it is kept with the draft
    expect(fact(page, "Luka: 3").get_by_role("radio", name="Bukan")).to_be_checked()
    expect(page.get_by_role("spinbutton", name="Jumlah yang benar")).to_have_value("5")
    page.locator("#langkah-1 .next").click()
    page.locator("#langkah-2 .next").click()
    send(page)
    expect(page.locator("#selesai .ticket")).to_be_visible()
    filed = desk.journal.only
    assert (filed.report.crowd, filed.report.injured, filed.report.killed) == (80, 5, None)
    assert filed.notes == {"Diperiksa pelapor": "benar crowd:80; bukan injured:3 weapons:blades"}
    assert filed.report.desa is None  # read, and not confirmed: the text alone says it
    [kept] = page.evaluate("outbox.all()")
    assert (kept["state"], kept["fields"], kept["form"]) == ("sent", {}, {})  # a shared phone keeps the receipt alone
    context.close()


def test_a_phone_that_keeps_nothing_sends_what_was_said_all_the_same(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = opened(context, desk)
    page.evaluate("() => { outbox.add = () => Promise.reject(new Error('full')); }")
    page.locator("#text").fill(FACTS)
    fact(page, "Luka: 3").get_by_role("radio", name="Bukan").click()
    page.get_by_role("spinbutton", name="Jumlah yang benar").fill("0")
    page.locator("#langkah-1 .next").click()
    page.locator("#langkah-2 .next").click()
    send(page)
    expect(page.locator(".ok")).to_have_text("Laporan diterima")
    assert desk.journal.only.report.injured == 0
    assert desk.journal.only.notes == {"Diperiksa pelapor": "bukan injured:3"}
    context.close()


def test_what_was_said_stays_with_a_report_that_is_mended(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = opened(context, desk)
    page.locator("#text").fill(FACTS)
    fact(page, "Luka: 3").get_by_role("radio", name="Bukan").click()
    page.get_by_role("spinbutton", name="Jumlah yang benar").fill("5")
    page.evaluate("document.querySelector('[name=contact]').removeAttribute('maxlength')")
    page.locator("[name=contact]").evaluate("(one) => { one.value = '0'.repeat(400); }")
    page.locator("#langkah-1 .next").click()
    page.locator("#langkah-2 .next").click()
    send(page)
    expect(page.locator("#salah")).to_contain_text("Nomor yang bisa dihubungi")
    page.locator(".stepper [data-step='1']").click()  # it opens at the step of its fault
    expect(page.get_by_role("spinbutton", name="Jumlah yang benar")).to_have_value("5")
    page.locator("[name=contact]").evaluate("(one) => { one.value = ''; }")
    page.locator(".stepper [data-step='3']").click()
    send(page)
    expect(page.locator("#selesai .ticket")).to_be_visible()
    assert desk.journal.only.report.injured == 5
    context.close()


def test_a_place_that_was_read_wrongly_is_said_to_be_wrong(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = opened(context, desk)
    page.locator("#text").fill(FACTS)
    place = page.locator("#terbaca div", has_text="Tempat").first
    place.get_by_role("button", name="Mentoro, Soko").click()
    place.get_by_role("button", name="Bukan").click()
    expect(place.get_by_role("button", name="Bukan")).to_be_focused()
    page.locator("#langkah-1 .next").click()
    expect(page.locator("#where")).to_have_value("")
    page.locator("#where").fill("Rengel, Rengel")
    page.locator("#langkah-2 .next").click()
    send(page)
    expect(page.locator("#selesai .ticket")).to_be_visible()
    filed = desk.journal.only
    assert filed.report.kecamatan == "35.23.14"
    assert filed.notes == {"Diperiksa pelapor": "bukan place:35.23.11.2010"}
    context.close()


def test_a_text_that_has_changed_forgets_what_was_said_of_the_old_one(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = opened(context, desk)
    page.locator("#text").fill(FACTS)
    fact(page, "Luka: 3").get_by_role("radio", name="Bukan").click()
    page.locator("#text").fill(FACTS.replace("3 orang luka", "7 orang luka"))
    expect(fact(page, "Luka: 7")).to_be_visible()
    page.locator("#langkah-1 .next").click()
    page.locator("#langkah-2 .next").click()
    send(page)
    expect(page.locator("#selesai .ticket")).to_be_visible()
    assert desk.journal.only.notes == {}
    assert desk.journal.only.report.injured is None
    context.close()


def test_without_a_signal_there_is_no_hint_and_the_report_waits_all_the_same(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="allow")
    page = opened(context, desk)
    controlled(page)
    context.set_offline(True)
    page.locator("#text").fill(FACTS)
    page.locator("#langkah-1 .next").click()
    assert page.locator("#terbaca").is_hidden()
    page.locator("#langkah-2 .next").click()
    send(page)
    expect(page.locator("#hitung")).to_have_text("1 menunggu sinyal")
    context.set_offline(False)
    expect(page.locator("#hitung")).to_have_text("1 terkirim")
    assert desk.journal.only.notes == {}
    context.close()


def test_without_a_signal_it_waits_survives_the_tab_and_goes_by_itself(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="allow")
    page = opened(context, desk)
    controlled(page)
    context.set_offline(True)
    fill(page)
    send(page)
    expect(page.locator("#selesai")).to_contain_text("Tersimpan di HP ini")
    expect(page.locator("#hitung")).to_have_text("1 menunggu sinyal")
    assert page.locator("#selesai a[href^='sms:']").get_attribute("href").startswith("sms:?body=Mentoro%2C%20Soko")
    assert desk.journal.kept == {}
    page.close()
    again = context.new_page()
    again.goto(f"{desk.url}/lapor")  # with no line: the page that the worker has kept
    expect(again.locator("#hitung")).to_have_text("1 menunggu sinyal")
    assert desk.journal.kept == {}
    context.set_offline(False)
    expect(again.locator("#hitung")).to_have_text("1 terkirim")
    filed = desk.journal.only
    assert filed.report.text == TEXT
    assert filed.report.desa == "35.23.11.2010"
    again.locator("#antrean > summary").click()
    link = again.get_by_role("link", name="Nomor laporan")
    number = link.text_content().split()[-1]
    assert number.replace("-", "").lower() == filed.id.hex[:8]
    link.click()
    expect(again.locator("h1")).to_have_text("Status sekarang: Diterima")
    context.close()


def test_a_nil_report_without_a_signal_is_said_on_the_page_and_goes_by_a_second_press(desk, chromium):
    desk.official(Role.MEMBER, "POLSEK", login="slamet", unit="35.23.11")
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = sign_in(context, desk, "slamet")
    page.goto(f"{desk.url}/lapor")
    page.wait_for_selector("html[data-ready]")
    page.locator(".nil > summary").click()
    press = page.get_by_role("button", name="Kirim nihil untuk Kec. Soko")
    context.set_offline(True)
    press.click()
    expect(page.locator("#salah")).to_contain_text("Belum terkirim")
    expect(page.locator("#salah")).to_be_in_viewport(ratio=1)
    assert desk.journal.kept == {}
    context.set_offline(False)
    press.click()
    expect(page.locator(".said")).to_contain_text("Laporan nihil terkirim")
    assert desk.journal.only.report.kecamatan == "35.23.11"
    page.wait_for_selector("html[data-ready]")
    fill(page)  # something happens after all, and later nothing more
    send(page)
    expect(page.locator("#selesai .ticket")).to_be_visible()
    page.locator(".nil > summary").click()
    press.click()
    until(page, lambda: len(desk.journal.kept) == 3, "a third report")  # the page says so of the first one still
    context.close()


def test_an_answer_that_was_lost_makes_no_second_report(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    sends_nothing_by_itself(context)
    page = opened(context, desk)
    lost = []

    def cut(route) -> None:
        route.fetch()  # it has arrived
        lost.append(route.request.url)
        route.abort()  # and its answer has not

    page.route(
        "**/lapor", lambda route: cut(route) if route.request.method == "POST" and not lost else route.continue_()
    )
    fill(page)
    send(page)
    expect(page.locator("#hitung")).to_have_text("1 menunggu sinyal")
    until(page, lambda: lost, "the report that arrived and whose answer did not")
    assert len(desk.journal.kept) == 1
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#hitung")).to_have_text("1 terkirim")
    assert len(desk.journal.kept) == 1
    context.close()


def test_a_server_that_is_away_loses_nothing(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    sends_nothing_by_itself(context)
    page = opened(context, desk)
    desk.journal.away = True
    fill(page)
    send(page)
    expect(page.locator("#selesai")).to_contain_text("Tersimpan di HP ini")
    page.locator("#antrean > summary").click()
    again = page.get_by_role("button", name="Coba kirim sekarang")
    expect(again).to_be_visible()
    desk.journal.away = False
    again.click()
    expect(page.locator("#hitung")).to_have_text("1 terkirim")
    assert desk.journal.only.report.text == TEXT
    context.close()


def test_a_draft_is_kept_at_every_keystroke(desk, chromium):
    context = chromium.new_context(viewport=PHONE)
    page = opened(context, desk)
    page.locator("#text").press_sequentially("Ada ribut di pasar")
    expect(page.locator("#draf")).to_be_visible()
    page.close()
    again = opened(context, desk)
    expect(again.locator("#text")).to_have_value("Ada ribut di pasar")
    context.close()


def test_what_was_refused_says_why_and_can_be_mended(desk, chromium):
    context = chromium.new_context(viewport=PHONE)
    page = opened(context, desk)
    fill(page)
    page.evaluate("document.querySelector('[name=contact]').removeAttribute('maxlength')")
    page.locator("[name=contact]").fill("0" * 400)
    send(page)
    expect(page.locator("#salah")).to_contain_text("Nomor yang bisa dihubungi")
    expect(page.locator("#text")).to_have_value(TEXT)
    assert desk.journal.kept == {}
    page.locator("[name=contact]").fill("08123")  # there at once: what is to be mended is on screen
    send(page)
    expect(page.locator("#selesai .ticket")).to_be_visible()
    assert desk.journal.only.report.contact == "08123"
    context.close()


@pytest.mark.parametrize(
    ("language", "said"), [("id", "Foto harus JPEG, PNG, atau WebP"), ("en", "A photograph must be JPEG, PNG or WebP")]
)
def test_why_a_photograph_is_refused_is_said_in_the_language_of_the_page(desk, chromium, language, said):
    context = chromium.new_context(viewport=PHONE, locale="de-DE")  # the page decides, not the browser
    context.add_cookies([{"name": "bahasa", "value": language, "url": desk.url}])
    page = opened(context, desk)
    fill(page)
    page.locator("[name=photo]").set_input_files({"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"%PDF-1.4"})
    expect(page.locator("#foto img")).to_have_count(1)
    send(page)
    expect(page.locator("#salah")).to_contain_text(said)
    context.close()


def test_a_pasted_text_that_is_too_long_is_said_to_be_and_shortened_or_cut_knowingly(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = opened(context, desk)
    text, box = (TEXT + " ").ljust(8_200, "x"), page.locator("#kepanjangan")
    page.locator("#text").fill(TEXT)
    expect(box).to_be_hidden()
    page.locator("#text").focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)
    expect(box).to_contain_text("8.200 huruf")
    expect(page.locator("#text")).to_have_value(text)  # nothing is lost without a word
    page.locator("#langkah-1 .next").click()
    expect(page.locator("[name=fits]")).to_be_focused()
    expect(page.locator("#langkah-2")).to_be_hidden()
    page.locator("[name=fits]").check()
    page.locator("#text").fill(TEXT)
    expect(box).to_be_hidden()
    page.locator("#text").fill(text)
    expect(page.locator("[name=fits]")).not_to_be_checked()  # it was said of another text
    page.locator("[name=fits]").check()
    fill(page, text)
    send(page)
    expect(page.locator("#selesai .ticket")).to_be_visible()
    assert desk.journal.only.report.text == text[:8_000]
    context.close()


def test_a_name_that_several_places_have_is_asked_about_before_it_is_sent(desk, chromium):
    """Refused by the door it would lie on the phone, perhaps with the page closed and nobody told."""
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = opened(context, desk)
    page.locator("#text").fill(TEXT)
    page.locator("#langkah-1 .next").click()
    page.locator("#where").fill("Sidomulyo")
    page.locator(".stepper [data-step='3']").click()
    expect(page.locator("#salah")).to_have_text("Ada beberapa tempat bernama itu.")
    asked = page.locator("#yang-mana")
    expect(asked).to_be_in_viewport(ratio=1)
    expect(asked.get_by_role("radio").first).to_be_focused()
    page.locator("#where").press("Enter")  # which sends
    expect(asked).to_be_visible()
    assert desk.journal.kept == {}
    chosen = asked.get_by_role("radio").nth(1)
    label = chosen.get_attribute("value")
    asked.locator("label").nth(1).click()
    page.locator("#langkah-2 .next").click()
    expect(page.locator("#salah")).to_have_count(0)
    send(page)
    expect(page.locator("#selesai .ticket")).to_be_visible()
    desa = DISTRICT.places[desk.journal.only.report.desa or ""]
    assert label_of(desa, DISTRICT) == label
    context.close()


def test_a_photograph_travels_small_without_what_it_told(desk, chromium):
    exif = Image.Exif()
    exif[0x010F] = "MerekRahasia"
    out = io.BytesIO()
    Image.effect_noise((3000, 2000), 60).convert("RGB").save(out, "JPEG", exif=exif, quality=92)
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = opened(context, desk)
    page.evaluate(
        """() => { const real = fetch; window.sent = []; window.fetch = async (to, how) => {
        if (to === "/v1/attachments") window.sent.push(await new Promise((done) => {
          const reader = new FileReader(); reader.onload = () => done(reader.result.split(",")[1]); reader.readAsDataURL(how.body); }));
        return real(to, how); }; }"""
    )
    fill(page)
    page.locator("[name=photo]").set_input_files(
        {"name": "bukti.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
    )
    expect(page.locator("#foto img")).to_have_count(1)
    send(page)
    expect(page.locator("#selesai .ticket")).to_be_visible()
    [name] = desk.journal.only.report.attachments
    assert name.startswith("f-")
    [sent] = page.evaluate("window.sent")
    body = base64.b64decode(sent)
    assert b"MerekRahasia" in out.getvalue()
    assert b"MerekRahasia" not in body
    with Image.open(io.BytesIO(body)) as small:
        assert max(small.size) == 1600
    context.close()


def test_a_shared_phone_keeps_no_traces(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = opened(context, desk)
    fill(page)
    send(page)
    expect(page.locator("#selesai .ticket")).to_be_visible()
    page.locator("#hapus button").click()
    expect(page.locator(".said")).to_contain_text("sudah dihapus")
    page.wait_for_selector("html[data-ready]")
    assert page.evaluate("outbox.all()") == []
    assert page.evaluate("localStorage.length") == 0
    assert page.locator("#antrean").is_hidden()
    context.close()


def test_who_has_signed_in_is_named_and_a_page_kept_for_no_signal_names_nobody(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="allow")
    page = sign_in(context, desk, "joko")
    page.goto(f"{desk.url}/lapor")
    page.wait_for_selector("html[data-ready]")
    controlled(page)
    assert "Joko" in page.content()
    context.set_offline(True)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert "Joko" not in page.content()
    context.close()


def test_reporting_without_scripts(desk, chromium):
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.url}/lapor")
    page.locator("#text").fill(TEXT)
    page.locator("#where").fill("Mentoro, Soko")
    page.get_by_role("radio", name="Kata orang").click()
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.locator(".ok")).to_have_text("Laporan diterima")
    expect(page.locator(".ticket dd")).to_have_count(2)
    assert desk.journal.only.report.basis == "hearsay"
    number, key = page.locator(".ticket dd").all_text_contents()
    assert "-" in number
    assert "-" in key
    context.close()


def test_reporting_without_scripts_and_without_a_name(desk, chromium):
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.url}/lapor")
    page.locator("#text").fill(TEXT)
    page.locator("#where").fill("Mentoro, Soko")
    page.locator("[name=contact]").fill("081234567890")
    page.get_by_role("button", name="Kirim tanpa nama").click()
    expect(page.locator(".ok")).to_have_text("Laporan diterima")
    filed = desk.journal.only.report
    assert (filed.anonymous, filed.contact, filed.desa) == (True, None, "35.23.11.2010")
    context.close()


def test_the_first_load_is_light_and_from_us_alone(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="allow")
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    bytes_, asked = weigh(context, page, f"{desk.url}/lapor")
    assert bytes_ <= 100 * KIB
    assert bytes_ > 30 * KIB  # the font alone: the measure sees what it should
    assert [url for url in asked if not url.startswith((desk.url, "blob:"))] == []
    assert complaints == []
    context.close()


def test_what_a_form_shows_does_not_jump(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = context.new_page()
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((one) => { if (!one.hadRecentInput) window.shift += one.value; })).observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(f"{desk.url}/lapor", wait_until="networkidle")
    assert page.evaluate("window.shift") < 0.05
    context.close()


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_axe_finds_nothing_and_thumbs_hit(desk, chromium, size):
    context = chromium.new_context(viewport=size, service_workers="block")
    page = opened(context, desk)
    assert faults_of(page, *BOTH) == []
    page.locator("#text").fill("Tawuran di Ds. Mentoro Kec. Soko, massa 80 orang, 3 orang luka bacok")
    expect(page.locator("#terbaca")).to_be_visible()
    for number in (1, 2, 3):
        page.locator(f".stepper [data-step='{number}']").click()
        assert faults_of(page, *BOTH) == [], number
        assert small_targets(page) == [], number
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    send(page)
    expect(page.locator("#selesai .ticket")).to_be_visible()
    assert faults_of(page, *BOTH) == []
    page.locator("#selesai a.button").click()
    expect(page.locator("h1")).to_have_text("Status sekarang: Diterima")
    assert faults_of(page, *BOTH) == []
    for path in ("/status", "/masuk", "/tidak-ada"):
        page.goto(desk.url + path)
        assert faults_of(page, *BOTH) == [], path
        assert small_targets(page) == [], path
    context.close()


def test_twice_as_large_letters_fit_a_small_phone(desk, chromium):
    context = chromium.new_context(
        viewport={"width": 180, "height": 320}, device_scale_factor=2, service_workers="block"
    )
    page = opened(context, desk)
    for number in (1, 2, 3):
        if number > 1:
            page.locator("#text").evaluate("(one) => { one.value = 'Ada ribut di pasar'; }")
            page.locator(f".stepper [data-step='{number}']").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 180, number
    context.close()
