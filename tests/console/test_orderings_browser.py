"""What comes late, twice or in another order than it was asked: the page keeps what its reader has in hand."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Route, expect
from sqlmodel import select

from schemas.records.alerts import Alert
from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident
from schemas.records.people import Person
from schemas.vocabulary import Role
from services.console.web.sessions import COOKIE
from services.incidents import lifecycle, responses
from services.security import auth
from services.security.accounts.shutting_out import end_sessions
from tests.console.browser import PHONE, WIDE, chromium, sign_in, until
from tests.console.desk import Desk
from tests.console.test_reporting_browser import fill, opened, send

__all__ = ["chromium"]
pytestmark = pytest.mark.browser
JOKO = auth.Identity("joko", "Joko", Role.MEMBER, "POLRES")
RINI = auth.Identity("rini", "Rini Astuti", Role.COORDINATOR, "KESBANG", clearance=4)
AGAIN = 5_000  # milliseconds until a page asks again what a server in trouble has refused


class Held:
    """Requests that have been made and wait: each goes on when the test says so."""

    def __init__(self, page: Page, address: str, method: str = "GET") -> None:
        self._page, self._method = page, method
        self.routes: list[Route] = []
        self.open = False
        page.route(address, self._take)

    def _take(self, route: Route) -> None:
        if self.open or route.request.method != self._method:
            route.continue_()
        else:
            self.routes.append(route)

    def wait(self) -> None:
        until(self._page, lambda: self.routes, "the request")

    def release(self) -> None:
        """Let them go on, until the page has done what it does with their answers."""
        self.open = True
        for route in self.routes:
            with self._page.expect_event("requestfinished", lambda done, one=route.request: done == one):
                route.continue_()
        self._page.evaluate("fetch('/masuk').then((answer) => answer.text())")


def incident(page: Page, desk: Desk, name: str, title: str) -> None:
    page.locator(f".entry a[href$='{desk.ids[name]}']").first.click()
    expect(page.locator("#panel h1")).to_have_text(title)


def act(page: Page, key: str):
    one = page.locator(f"#panel details[data-key='{key}']")
    one.locator("> summary").click()
    return one


@pytest.fixture
def page(desk: Desk, chromium):
    """The desk of one who oversees, with the incident of the night beside the queue."""
    context = chromium.new_context(viewport=WIDE)
    context.clock.install()
    found = sign_in(context, desk, "ratna")
    incident(found, desk, "clash", "Perguruan silat")
    yield found
    context.close()


def title_of(desk: Desk, page: Page, name: str) -> str:
    entry = page.locator(f".entry:has(a[href$='{desk.ids[name]}'])").first
    return entry.locator(".line").nth(-1).inner_text().rpartition("·")[2].strip()


def test_an_answer_that_comes_once_another_is_open_leaves_the_other_open(desk, page):
    other = title_of(desk, page, "bomb")
    post = Held(page, f"**/peristiwa/{desk.ids['clash']}/verifikasi", "POST")
    act(page, "verifikasi").locator("form button").click()
    post.wait()
    incident(page, desk, "bomb", other)
    post.release()
    assert page.locator("#panel h1").inner_text() == other  # at once: the next renewal would hide that it was not
    assert desk.incident("clash").state != "new"
    expect(page.locator(".entry.on a").first).to_have_attribute("href", f"/peristiwa/{desk.ids['bomb']}")
    expect(page.locator("#panel [data-incident]")).to_have_attribute("data-incident", desk.ids["bomb"])


def test_a_refusal_that_comes_once_another_is_open_is_told_there_and_of_which(desk, page):
    other = title_of(desk, page, "bomb")
    post = Held(page, f"**/peristiwa/{desk.ids['clash']}/penilaian", "POST")
    form = act(page, "penilaian")
    form.locator("textarea").fill("Tanpa perubahan")
    form.locator("form button").click()
    post.wait()
    incident(page, desk, "bomb", other)
    post.release()
    expect(page.locator("#panel > .wrong")).to_contain_text(
        re.compile("^Perguruan silat: .*Belum ada nilai yang diubah")
    )
    expect(page.locator("#panel h1")).to_have_text(other)


def test_what_was_written_where_the_line_broke_is_told_once_another_is_open(desk, page):
    other = title_of(desk, page, "bomb")
    post = Held(page, f"**/peristiwa/{desk.ids['clash']}/eskalasi", "POST")
    form = act(page, "eskalasi")
    form.locator("textarea").fill("Belum ada kabar")
    form.locator("form button").click()
    post.wait()
    incident(page, desk, "bomb", other)
    post.routes[0].abort()
    expect(page.locator("#panel > .wrong")).to_contain_text(re.compile("^Perguruan silat: .*Belum ada kabar$"))


def test_who_has_one_open_is_not_told_of_another(desk, page):
    other = title_of(desk, page, "bomb")
    said = Held(page, "**/dibuka", "POST")
    incident(page, desk, "bomb", other)
    said.wait()
    first = said.routes.pop()
    incident(page, desk, "clash", "Perguruan silat")
    told = '<div id="dibuka"><p>Sedang dibuka oleh Rini</p></div>'
    with page.expect_event("requestfinished", lambda done: done == first.request):
        first.fulfill(body=told, content_type="text/html")
    page.evaluate("fetch('/masuk').then((answer) => answer.text())")
    expect(page.locator("#panel #dibuka")).to_be_attached()
    assert "Rini" not in page.locator("#panel #dibuka").inner_text()


def test_a_server_in_trouble_takes_nothing_away_and_is_asked_again(desk, page):
    reason = act(page, "tutup").locator("textarea")
    reason.fill("Sudah reda")
    away = [True]
    page.route(
        f"**/peristiwa/{desk.ids['clash']}",
        lambda route: (
            route.fulfill(status=503, content_type="text/html", body='<main id="isi"><h1>Maaf</h1></main>')
            if away
            else route.continue_()
        ),
    )
    with page.expect_event("requestfinished", lambda done: done.url.endswith(f"/peristiwa/{desk.ids['clash']}")):
        desk.write(lambda tx: lifecycle.verify(tx, desk.ids["clash"], RINI))
    page.evaluate("fetch('/masuk').then((answer) => answer.text())")
    expect(page.locator("#panel h1")).to_have_text("Perguruan silat")
    expect(reason).to_have_value("Sudah reda")
    away.clear()
    page.clock.fast_forward(AGAIN)
    expect(page.locator("#panel #jejak")).to_contain_text("Diverifikasi")
    expect(reason).to_have_value("Sudah reda")


def test_a_page_that_was_refused_once_comes_back_and_shows_what_it_missed(desk, chromium):
    context = chromium.new_context(viewport=WIDE)
    context.clock.install()
    away = [True]
    context.route("**/v1/events*", lambda route: route.fulfill(status=503) if away else route.continue_())
    page = sign_in(context, desk, "ratna")
    expect(page.locator("#pulse")).to_have_class(re.compile(r"\boff\b"))
    desk.write(lambda tx: responses.acknowledge(tx, desk.ids["clash"], JOKO))
    away.clear()
    page.clock.fast_forward(AGAIN)
    expect(page.locator("#pulse")).to_have_class("pulse")
    expect(page.locator("#antrean")).not_to_contain_text("lewat 3 mnt")
    context.close()


def test_a_button_that_was_pressed_stays_pressed_while_the_page_is_renewed(desk, page):
    post = Held(page, f"**/peristiwa/{desk.ids['clash']}/verifikasi", "POST")
    button = act(page, "verifikasi").locator("form button")
    button.click()
    post.wait()
    desk.write(lambda tx: responses.acknowledge(tx, desk.ids["clash"], JOKO))
    expect(page.locator("#panel #jawaban .chip.s-acknowledged")).to_have_count(1)
    expect(button).to_be_disabled()
    assert len(post.routes) == 1
    post.release()
    expect(page.locator("#panel .said")).to_be_visible()


def test_a_slow_incident_takes_no_focus_from_who_writes_elsewhere_by_now(desk, page):
    other = title_of(desk, page, "bomb")
    slow = Held(page, f"**/peristiwa/{desk.ids['bomb']}")
    page.locator(f".entry a[href$='{desk.ids['bomb']}']").first.click()
    slow.wait()
    page.locator("#cari").click()
    page.keyboard.type("sil")
    slow.release()
    expect(page.locator("#panel h1")).to_have_text(other)
    page.keyboard.type("at")
    expect(page.locator("#cari")).to_have_value("silat")


def test_an_answer_half_written_for_one_institution_is_recorded_for_no_other(desk, page):
    form = act(page, "untuk")
    form.locator("select").select_option("POLRES")
    form.locator("textarea").fill("Kata Kapolres lewat telepon")
    desk.write(lambda tx: responses.acknowledge(tx, desk.ids["clash"], JOKO))
    expect(page.locator("#panel #jawaban .chip.s-acknowledged")).to_have_count(1)
    expect(form.locator("select")).to_have_value("POLRES")
    form.locator("form button").click()
    expect(page.locator("#panel .wrong, #panel .said").first).to_be_visible()
    query = select(Alert).where(Alert.incident_id == desk.ids["clash"], Alert.state == "acknowledged")
    answered = desk.store.read_now(lambda session: [one.institution for one in session.scalars(query)])
    assert answered == ["POLRES"]


def test_an_answer_to_one_form_leaves_what_is_written_in_another_meanwhile(desk, page):
    held = Held(page, "**/verifikasi", "POST")
    act(page, "verifikasi").locator("button").click()
    held.wait()
    reason = act(page, "tutup").locator("textarea")
    reason.fill("Sudah reda, kedua pihak")
    held.release()
    expect(page.locator("#panel .said")).to_be_visible()
    expect(reason).to_have_value("Sudah reda, kedua pihak")
    expect(reason).to_be_focused()


def test_what_an_act_is_answered_with_stays_to_be_read_through_the_next_renewals(desk, page):
    act(page, "verifikasi").locator("form button").click()
    expect(page.locator("#panel #jejak")).to_contain_text("Diverifikasi")
    desk.write(lambda tx: responses.acknowledge(tx, desk.ids["clash"], JOKO))
    expect(page.locator("#panel #jawaban .chip.s-acknowledged")).to_have_count(1)
    assert page.locator("#panel .said").count() == 1
    incident(page, desk, "bomb", title_of(desk, page, "bomb"))
    expect(page.locator("#panel .said")).to_have_count(0)


@pytest.mark.parametrize("key", ["penilaian", "tambah", "eskalasi", "tutup"])
def test_what_is_half_written_stays_with_its_act_when_another_act_goes(desk, page, key):
    form = act(page, key)
    form.locator("textarea").fill("Setengah jalan")
    desk.write(lambda tx: lifecycle.verify(tx, desk.ids["clash"], RINI))
    expect(page.locator("#panel #jejak")).to_contain_text("Diverifikasi")
    expect(page.locator("#panel details[data-key='verifikasi']")).to_have_count(0)
    expect(form).to_have_count(1)
    expect(form.locator("textarea")).to_have_value("Setengah jalan")
    expect(form.locator("form")).to_have_attribute("action", f"/peristiwa/{desk.ids['clash']}/{key}")
    assert form.evaluate("(one) => one.open")
    assert page.locator("#panel #tindakan details[open]").count() == 1


def test_what_is_half_written_stays_when_its_act_is_no_longer_offered(desk, page):
    desk.write(lambda tx: responses.acknowledge(tx, desk.ids["clash"], JOKO))  # else to close it takes two
    reason = act(page, "tutup").locator("textarea")
    reason.fill("Sudah reda sejak pukul 20")
    desk.write(lambda tx: lifecycle.close(tx, desk.ids["clash"], RINI, "Damai."))
    expect(page.locator("#panel #jejak")).to_contain_text("Damai.")
    expect(reason).to_have_value("Sudah reda sejak pukul 20")


def signs_in_again(desk: Desk, page: Page, login: str) -> None:
    """Give the browser a session, as signing in in another tab does."""
    cookie = desk.write(lambda tx: auth.open_session(tx, tx.session.get_one(Person, login)))
    page.context.add_cookies([{"name": COOKIE, "value": cookie, "url": desk.url}])


def test_a_session_that_ends_takes_nothing_half_written_with_it(desk, page):
    form = act(page, "eskalasi")
    form.locator("textarea").fill("Belum ada kabar dari lapangan")
    desk.write(lambda tx: end_sessions(tx, "ratna", "ratna"))
    form.locator("form button").click()
    expect(page.locator(".ended[role=alert]")).to_contain_text("Sesi Anda berakhir")
    expect(page.locator(".ended a")).to_have_attribute("href", "/masuk?ke=%2F")
    expect(form.locator("textarea")).to_have_value("Belum ada kabar dari lapangan")
    signs_in_again(desk, page, "ratna")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # back from the other tab
    expect(page.locator(".ended")).to_have_count(0)
    form.locator("form button").click()
    expect(page.locator("#panel .said")).to_be_visible()
    expect(page.locator("#panel #jejak")).to_contain_text("Belum ada kabar dari lapangan")


def test_a_page_of_an_ended_session_with_nothing_half_written_leads_to_sign_in(desk, page):
    desk.write(lambda tx: end_sessions(tx, "ratna", "ratna"))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_url("**/masuk?ke=%2F")


def test_who_has_signed_in_again_elsewhere_sends_what_he_wrote_before(desk, page):
    form = act(page, "eskalasi")
    form.locator("textarea").fill("Belum ada kabar")
    signs_in_again(desk, page, "ratna")
    form.locator("form button").click()  # a form of the session before
    expect(form.locator(".wrong")).to_be_visible()
    form.locator("form button").click()
    expect(page.locator("#panel .said")).to_be_visible()


def test_what_one_person_has_half_written_is_not_shown_to_another_who_signs_in(desk, page):
    form = act(page, "eskalasi")
    form.locator("textarea").fill("Belum ada kabar")
    signs_in_again(desk, page, "emma")
    with page.expect_event("load"):
        form.locator("form button").click()
    expect(page.locator("#menu .who b")).to_have_text("Emma Lestari", use_inner_text=False)
    assert "Belum ada kabar" not in page.content()


def test_what_is_picked_stays_picked_when_lines_above_it_go(desk, page):
    page.goto(f"{desk.url}/?pilih=1")
    box = page.locator(f"[name='p.{desk.ids['clash']}']").first
    link = page.locator(f".entry a[href$='{desk.ids['clash']}']").first
    expect(page.locator("#panel h1")).to_be_visible()
    box.check()
    link.focus()
    before = page.locator(".entry").count()

    def close(tx) -> None:
        tx.put(Incident, [{"id": desk.ids["bomb"], "state": "settled"}])
        tx.audit("incident.settled", "ratna", incident=desk.ids["bomb"])

    desk.write(close)
    expect(page.locator(f".entry a[href$='{desk.ids['bomb']}']")).to_have_count(0)
    assert page.locator(".entry").count() < before
    expect(box).to_be_checked()
    expect(link).to_be_focused()


# -- a phone ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def phone(desk: Desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    yield context
    context.close()


def test_two_taps_at_once_are_one(desk: Desk, phone: BrowserContext) -> None:
    page = sign_in(phone, desk, "joko")
    page.goto(f"{desk.url}/p/{desk.ids['clash']}")
    post = Held(page, "**/p/*/terima", "POST")
    button = page.get_by_role("button", name="Terima")
    button.click()
    post.wait()
    button.evaluate(
        "(one) => { one.click(); one.form.requestSubmit(); }"
    )  # a second time, while the first is under way
    assert page.evaluate("outbox.all().then((all) => all.length)") == 1
    post.open = True
    post.routes[0].continue_()
    expect(page.locator(".said")).to_contain_text("Diterima")
    assert len(post.routes) == 1
    query = select(Journal).where(Journal.kind == "incident.acknowledged")
    assert desk.store.read_now(lambda session: len(session.scalars(query).all())) == 1


def test_two_reports_that_wait_are_two(desk: Desk, phone: BrowserContext) -> None:
    desk.write(lambda tx: responses.acknowledge(tx, desk.ids["clash"], JOKO))
    page = sign_in(phone, desk, "joko")
    page.goto(f"{desk.url}/p/{desk.ids['clash']}")
    phone.set_offline(True)
    page.locator("summary", has_text="Kirim lapjut").click()
    for text in ("Menuju lokasi", "Tiba di lokasi"):
        page.locator("#laku-lapjut textarea").fill(text)
        page.locator("#laku-lapjut form button").click()
        until(page, lambda: page.locator("#laku-lapjut form button").is_enabled(), "the tap that is kept")
    assert len(page.evaluate("outbox.all()")) == 2


def test_a_text_read_late_tells_nothing_of_the_text_that_stands_there(desk: Desk, phone: BrowserContext) -> None:
    page = opened(phone, desk)
    late = Held(page, "**/lapor/baca", "POST")
    page.locator("#text").fill("Tawuran di Ds. Mentoro Kec. Soko")
    late.wait()
    late.open = True
    page.locator("#text").fill("Tawuran di Ds. Sokosari Kec. Soko")
    expect(page.locator("#terbaca")).to_contain_text("Sokosari")
    late.release()
    expect(page.locator("#terbaca")).to_contain_text("Sokosari")
    assert "Mentoro" not in page.locator("#terbaca").inner_text()


def test_what_was_read_of_a_report_that_is_sent_is_not_shown_with_the_next(desk: Desk, phone: BrowserContext) -> None:
    page = opened(phone, desk)
    late = Held(page, "**/lapor/baca", "POST")
    fill(page, "Tawuran di Ds. Mentoro Kec. Soko")
    late.wait()
    send(page)
    expect(page.locator("#selesai .ticket")).to_be_visible()
    late.release()
    assert page.evaluate("document.getElementById('terbaca').hidden")


def test_a_place_found_late_belongs_to_no_other_report(desk: Desk, phone: BrowserContext) -> None:
    phone.add_init_script("navigator.geolocation.getCurrentPosition = (found) => { window.found = found; }")
    page = opened(phone, desk)
    fill(page)
    page.locator(".stepper [data-step='2']").click()
    page.locator("#gps").click()
    page.locator(".stepper [data-step='3']").click()
    send(page)
    expect(page.locator("#selesai .ticket")).to_be_visible()
    page.evaluate("found({coords: {latitude: -6.9, longitude: 112.1, accuracy: 9}})")
    assert page.evaluate("document.querySelector('[name=lat]').value") == ""
    assert page.evaluate("localStorage.getItem('lapor')") is None


def test_a_report_waits_for_the_photographs_that_were_chosen(desk: Desk, phone: BrowserContext) -> None:
    phone.add_init_script(
        """(() => { const real = createImageBitmap; window.shrink = null;
        window.createImageBitmap = (...given) => new Promise((done) => { window.shrink = () => done(real(...given)); }); })()"""
    )
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    page = opened(phone, desk)
    fill(page)
    page.locator("[name=photo]").set_input_files(
        {"name": "bukti.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
    )
    until(page, lambda: page.evaluate("Boolean(window.shrink)"), "the photograph that is made small")
    send(page)
    expect(page.locator(".send")).to_be_disabled()
    page.evaluate("shrink()")
    expect(page.locator("#selesai .ticket")).to_be_visible()
    assert len(desk.journal.only.report.attachments) == 1
    assert page.locator("#foto img").count() == 0


def test_what_was_erased_while_another_was_under_way_is_not_sent(desk: Desk, phone: BrowserContext) -> None:
    page = opened(phone, desk)
    post = Held(page, "**/lapor", "POST")
    page.evaluate(
        """async () => { for (const id of ["a", "b"])
        await outbox.add({ id: crypto.randomUUID(), kind: "report", made: id, fields: { text: "Ada ribut di pasar " + id } });
        window.flushed = outbox.flush(); }"""
    )
    post.wait()
    page.evaluate("outbox.erase()")
    post.release()
    page.evaluate("flushed")
    assert len(post.routes) == 1
    assert desk.journal.only.report.text == "Ada ribut di pasar a"
