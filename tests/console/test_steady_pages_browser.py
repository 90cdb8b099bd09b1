"""Every page holds still while it loads, and fits a small phone in letters twice as large."""

import re
import threading

import pytest

from tests.console.browser import PHONE, WIDE, chromium, sign_in

__all__ = ["chromium"]

PAGES = {
    "ratna": (
        "/",
        "/?state=open-all",
        "/?dinding=1",
        "/peristiwa/{clash}",
        "/angka",
        "/peta",
        "/peta?warna=jawab",
        "/utang",
        "/utang?instansi=POLRES",
        "/serah-terima",
        "/peringatan",
        "/peringatan/rekap",
        "/peringatan/rekap?minggu=2026-W48",  # a week of which there is something to tell
        "/piket?instansi=POLRES",
        "/redam",
        "/saya",
        "/akun",
        "/lapor",
        "/kantor",
        "/li",
        "/rapat",
        "/permintaan",
        "/laporan-berkala",
        "/laporan-berkala/catur/2026-B12",
        "/ormas",
        "/kerukunan",
        "/poster",
        "/standar-pelayanan",
        "/angka-umum",
        "/panduan/coordinator",
        "/istilah",
    ),
    "joko": ("/", "/p/{clash}", "/li", "/permintaan", "/lapor", "/saya", "/akun"),
}
MOST_SHIFT = 0.05  # of the layout, as the browser counts it
WATCH = """window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((one) => {
    if (!one.hadRecentInput) window.shift += one.value; })).observe({type: 'layout-shift', buffered: true})"""


LATE = re.compile(r"/static/[^?]+\.(js|woff2)(\?|$)")  # comes once the page has been painted
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"


def shift_of(page, url):
    """Open a page whose scripts and letters come late, as over a slow line; give how far its contents jumped."""
    held = []
    painted = threading.Event()

    def hold(route):
        route.continue_() if painted.is_set() else held.append(route)

    page.route(LATE, hold)
    page.goto(url, wait_until="commit")
    page.evaluate(PAINTED)
    painted.set()
    for one in held:
        one.continue_()
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    page.wait_for_function("!document.querySelector('[aria-busy=true]')")
    page.evaluate(PAINTED)
    page.unroute(LATE)
    return len(held), page.evaluate("window.shift")


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
@pytest.mark.parametrize("login", PAGES)
def test_no_page_jumps_while_it_loads(desk, chromium, login, size):
    context = chromium.new_context(viewport=size, service_workers="block")
    page = sign_in(context, desk, login)
    page.add_init_script(WATCH)
    shifts = {path: shift_of(page, desk.url + path.format(**desk.ids)) for path in PAGES[login]}
    context.close()
    assert sum(held for held, _ in shifts.values()) >= len(PAGES[login])  # what was to come late came late
    assert {path: shift for path, (_, shift) in shifts.items() if shift >= MOST_SHIFT} == {}


@pytest.mark.parametrize("login", PAGES)
def test_letters_twice_as_large_fit_a_small_phone_on_every_page(desk, chromium, login):
    half = {"width": PHONE["width"] // 2, "height": PHONE["height"] // 2}
    context = chromium.new_context(viewport=half, device_scale_factor=2, service_workers="block")
    page = sign_in(context, desk, login)
    widths = {}
    for path in PAGES[login]:
        page.goto(desk.url + path.format(**desk.ids), wait_until="load")
        widths[path] = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert {path: width for path, width in widths.items() if width > half["width"]} == {}
