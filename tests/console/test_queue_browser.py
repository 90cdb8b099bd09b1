"""The queue in a real browser: live and morphed, by keyboard, weight, axe, the first screen."""

from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from schemas.records.incidents import Incident
from schemas.vocabulary import Role
from services.incidents import lifecycle, responses
from services.security import auth
from tests.console.browser import BOTH, PHONE, WIDE, chromium, faults_of, sign_in, small_targets, until, weigh
from tests.console.night import DISTRICT

__all__ = ["chromium"]
pytestmark = pytest.mark.browser
JOKO = auth.Identity("joko", "Joko", Role.MEMBER, "POLRES")
RATNA = auth.Identity("ratna", "Ratna", Role.COORDINATOR, "KESBANG")
KIB = 1024


def test_the_silent_are_named_on_the_first_screen(desk, chromium):
    for size in (PHONE, WIDE):
        context = chromium.new_context(viewport=size)
        page = sign_in(context, desk, "ratna")
        box = page.locator(".entry").nth(1).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= size["height"]
        expect(page.locator(".entry").first).to_contain_text("Polres Tuban belum menjawab")
        context.close()


@pytest.mark.parametrize("width", [360, 412, 768])
@pytest.mark.parametrize("language", ["id", "en"])
def test_no_issue_is_cut_where_nothing_stands_beside_the_queue(desk, chromium, width, language):
    longest = max(DISTRICT.issues.values(), key=lambda one: len(getattr(one, f"label_{language}")))

    def name_it(tx) -> None:
        tx.session.get_one(Incident, desk.ids["clash"]).issue = longest.code

    desk.write(name_it)
    context = chromium.new_context(viewport={"width": width, "height": 640}, service_workers="block")
    page = sign_in(context, desk, "ratna")
    page.goto(f"{desk.url}/?bahasa={language}")
    whole = page.locator(f".entry[data-incident='{desk.ids['clash']}'] .line:last-child > span").first
    expect(whole).to_contain_text(getattr(longest, f"label_{language}"))
    cut = page.locator(".entry .line *, .entry .line").evaluate_all(
        "(all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline').map((one) => one.outerHTML.slice(0, 120))"
    )
    assert cut == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_it_changes_by_itself_and_keeps_what_is_in_hand(desk, chromium):
    context = chromium.new_context(viewport=WIDE)
    page = sign_in(context, desk, "ratna")
    page.locator(".entry a").nth(1).click()
    expect(page.locator("#panel h1")).to_have_text("Perguruan silat")
    page.locator("#panel summary", has_text="Eskalasi sekarang").click()
    reason = page.locator("#panel form[action$='/eskalasi'] textarea")
    reason.fill("Belum ada kabar")
    reason.evaluate("(one) => { one.focus(); one.setSelectionRange(3, 8); }")
    page.locator("#peta summary").evaluate("(one) => { one.parentElement.open = true; }")
    desk.write(lambda tx: responses.acknowledge(tx, desk.ids["clash"], JOKO))
    expect(page.locator("#antrean")).not_to_contain_text("lewat 3 mnt")
    expect(page.locator("#panel #jawaban .chip.s-acknowledged")).to_have_count(1)
    expect(reason).to_have_value("Belum ada kabar")
    assert page.evaluate(
        "[document.activeElement.name, document.activeElement.selectionStart, document.activeElement.selectionEnd]"
    ) == ["reason", 3, 8]
    assert page.locator("#panel details[data-key='eskalasi']").evaluate("(one) => one.open")
    assert page.locator("#peta details").evaluate("(one) => one.open")
    context.close()


def test_a_page_is_fetched_again_for_what_changed_and_for_nothing_else(desk, chromium):
    """Its event stream begins where the page was made: what came between is told, and what it shows is not asked for."""
    context = chromium.new_context(viewport=WIDE)
    context.clock.install()
    asked = []
    context.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page = sign_in(context, desk, "ratna")
    expect(page.locator("#panel h1")).to_be_visible()
    expect(page.locator("#pulse:not(.off)")).to_be_visible()
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 5)
    fetched = [path for path in asked if path == "/" or path.startswith("/peristiwa/")]
    assert len(fetched) == 2  # the page, and the incident beside the queue
    desk.write(lambda tx: responses.acknowledge(tx, desk.ids["clash"], JOKO))
    until(page, lambda: page.clock.run_for(0) or asked.count("/") == 2, "the change")  # at once: no time passes here
    context.close()

    def change_first(route) -> None:
        desk.write(lambda tx: lifecycle.verify(tx, desk.ids["clash"], RATNA, ""))
        route.continue_()

    context = chromium.new_context(viewport=WIDE)
    context.route("**/v1/events*", change_first)
    page = sign_in(context, desk, "ratna")
    expect(page.locator("#e-unverified-" + desk.ids["clash"] + "-1")).to_have_count(0)
    context.close()


COUNTED = """window.told = 0; window.looks = [];
const Plain = EventSource, fetched = fetch;
EventSource = class extends Plain { constructor(...all) { super(...all); this.addEventListener("incident", () => { told += 1; }); } };
fetch = (url, ...more) => { if (url === "/") looks.push(Date.now()); return fetched(url, ...more); };"""


def test_a_server_in_trouble_is_asked_less_a_second_passes_after_a_look_that_failed(desk, chromium):
    context = chromium.new_context(viewport=WIDE)
    context.clock.install()
    context.add_init_script(COUNTED)
    page = sign_in(context, desk, "ratna")
    expect(page.locator("#pulse:not(.off)")).to_be_visible()
    page.route(f"{desk.url}/", lambda route: route.fulfill(status=503, content_type="text/html", body="<p>Maaf</p>"))
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 5)
    with page.expect_event("requestfinished", lambda done: urlsplit(done.url).path == "/"):
        desk.write(lambda tx: responses.acknowledge(tx, desk.ids["clash"], JOKO))
        until(page, lambda: page.clock.run_for(0) or page.evaluate("looks.length"), "the look that fails")
    page.evaluate("fetch('/masuk').then((answer) => answer.text())")  # the page has done what it does with the answer
    desk.write(lambda tx: lifecycle.verify(tx, desk.ids["clash"], RATNA, ""))
    until(page, lambda: page.evaluate("told") >= 2, "the second change")
    page.clock.run_for(999)
    page.evaluate("fetch('/masuk').then((answer) => answer.text())")
    assert page.evaluate("looks.length") == 1
    page.clock.run_for(1)
    until(page, lambda: page.evaluate("looks.length") == 2, "the next look")
    context.close()


def test_acts_beside_the_queue_stand_in_lines(desk, chromium):
    context = chromium.new_context(viewport=WIDE)
    page = sign_in(context, desk, "ratna")
    page.locator(f".entry a[href$='{desk.ids['clash']}']").first.click()
    expect(page.locator("#panel .acts a.button")).to_be_visible()  # a link among buttons that open
    tops = page.locator("#panel .acts > :is(a, details)").evaluate_all(
        "(all) => all.map((one) => one.getBoundingClientRect().top)"
    )
    lines = sorted(set(tops))
    assert all(below - above > 20 for above, below in pairwise(lines)), lines  # pixels; a button is 44 high
    context.close()


def test_by_keyboard_alone(desk, chromium):
    context = chromium.new_context(viewport=WIDE)
    page = sign_in(context, desk, "ratna")
    expect(page.locator("#panel h1")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h1")).to_have_text("Perguruan silat")
    page.keyboard.press("e")
    page.keyboard.type("Tidak ada jawaban")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_contain_text("Eskalasi diminta: Tidak ada jawaban")
    page.wait_for_load_state("load")  # keys are heard once the script of the new page has run
    page.keyboard.press("/")
    expect(page.locator("#cari:focus")).to_be_visible()
    page.keyboard.type("silat")
    expect(page.locator("#cari")).to_have_value("silat")
    page.keyboard.press("Enter")
    page.wait_for_url("**cari=silat**")
    expect(page.locator(".incident h2")).to_have_text("Perguruan silat")
    context.close()


def test_the_open_incident_stays_marked_while_its_panel_is_fetched_again(desk, chromium):
    context = chromium.new_context(viewport=WIDE)
    page = sign_in(context, desk, "ratna")
    page.locator(".entry a").nth(1).click()
    expect(page.locator("#panel h1")).to_have_text("Perguruan silat")
    held = []

    def hold(route):
        held.append(route)

    page.route("**/peristiwa/*", hold)  # a slow line: the panel's own answer does not come
    desk.write(lambda tx: responses.acknowledge(tx, desk.ids["clash"], JOKO))
    until(page, lambda: held, "the panel's question")  # one that the greeting of the line brought is held as well
    expect(page.locator("#antrean")).not_to_contain_text("lewat 3 mnt")
    desk.write(lambda tx: responses.acknowledge(tx, desk.ids["bomb"], JOKO))  # the queue goes on meanwhile
    expect(page.locator("#antrean")).not_to_contain_text("7 mnt lagi")
    expect(page.locator(".entry.on")).to_have_count(1)
    page.keyboard.press("k")
    above = page.locator(".entry.on").evaluate("(one) => [...document.querySelectorAll('.entry')].indexOf(one)") - 1
    assert page.evaluate("[...document.querySelectorAll('.entry a')].indexOf(document.activeElement)") == max(0, above)
    for one in held:
        one.continue_()
    context.close()


def test_a_form_survives_a_server_that_is_away(desk, chromium):
    context = chromium.new_context(viewport=WIDE)
    page = sign_in(context, desk, "ratna")
    page.locator(".entry a").nth(1).click()
    expect(page.locator("#panel h1")).to_have_text("Perguruan silat")
    page.keyboard.press("e")
    page.locator("#panel form[action$='/eskalasi'] textarea").fill("Belum ada kabar")
    context.set_offline(True)
    page.locator("#panel form[action$='/eskalasi'] button").click()
    expect(page.locator("#panel form[action$='/eskalasi'] .wrong")).to_contain_text("tulisan Anda masih di sini")
    expect(page.locator("#panel form[action$='/eskalasi'] textarea")).to_have_value("Belum ada kabar")
    context.set_offline(False)
    page.locator("#panel form[action$='/eskalasi'] button").click()
    expect(page.locator("#panel")).to_contain_text("Eskalasi diminta: Belum ada kabar")
    context.close()


def test_a_refused_act_says_why_where_it_was_asked(desk, chromium):
    context = chromium.new_context(viewport=WIDE)
    page = sign_in(context, desk, "ratna")
    page.locator(".entry a").nth(1).click()
    expect(page.locator("#panel h1")).to_have_text("Perguruan silat")  # the panel of the first has such a form too
    page.locator("#panel summary", has_text="Ubah penilaian").click()
    page.locator("#panel form[action$='/penilaian'] textarea").fill("Tanpa perubahan")
    page.locator("#panel form[action$='/penilaian'] button").click()
    expect(page.locator("#panel form[action$='/penilaian'] .wrong")).to_contain_text("Belum ada nilai yang diubah")
    desk.write(lambda tx: responses.acknowledge(tx, desk.ids["clash"], JOKO))
    expect(page.locator("#antrean")).not_to_contain_text("lewat 3 mnt")
    expect(page.locator("#panel #jawaban .chip.s-acknowledged")).to_have_count(1)  # the panel has been fetched again
    expect(page.locator("#panel form[action$='/penilaian'] .wrong")).to_contain_text("Belum ada nilai yang diubah")
    context.close()


def test_the_desk_is_light(desk, chromium):
    context = chromium.new_context(viewport=WIDE, service_workers="block")
    page = sign_in(context, desk, "ratna")
    cold = context.browser.new_context(viewport=WIDE, service_workers="block")
    cold.add_cookies(context.cookies())
    fresh = cold.new_page()
    fresh.route("**/v1/events", lambda route: route.abort())  # a line that stays open never falls idle
    bytes_, asked = weigh(cold, fresh, desk.url + "/")
    assert 40 * KIB < bytes_ <= 120 * KIB
    assert [url for url in asked if not url.startswith(desk.url)] == []
    drawn = len(page.locator("svg.map").evaluate("(one) => one.outerHTML"))
    assert 2 * KIB < drawn <= 80 * KIB
    cold.close()
    context.close()


@pytest.mark.parametrize("size", [PHONE, {"width": 768, "height": 1024}, WIDE], ids=["phone", "tablet", "wide"])
def test_axe_finds_nothing(desk, chromium, size):
    context = chromium.new_context(viewport=size)
    page = sign_in(context, desk, "ratna")
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    for path in ("/", "/?state=open-all", f"/peristiwa/{desk.ids['clash']}"):
        page.goto(desk.url + path)
        if path == "/" and size is WIDE:
            expect(page.locator("#panel h1")).to_be_visible()
        assert faults_of(page, *BOTH) == [], path
        assert small_targets(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
    assert complaints == []
    context.close()
