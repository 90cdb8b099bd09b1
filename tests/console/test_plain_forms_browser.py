"""Forms that leave their page in a real browser: what was written outlives the session, the line, and a box too small."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlmodel import select

from schemas.office.records import Ask
from schemas.records.people import Person
from services.console.web.sessions import COOKIE
from services.security import auth
from services.security.accounts.shutting_out import end_sessions
from tests.console.browser import PHONE, WIDE, chromium, sign_in
from tests.console.desk import Desk
from tests.console.night import HASH

__all__ = ["chromium"]
pytestmark = pytest.mark.browser
WRITTEN = "Sudah ditulis panjang lebar"
PAGES = {
    "ratna": ("/serah-terima", "/li", "/permintaan", "/rapat", "/redam", "/piket?instansi=POLRES"),
    "bayu": ("/pengaturan/orang", "/pengaturan/orang/joko", "/pengaturan/kunci"),
}
# Fill what a person would have written into every form that leaves the page, press each, say which kept their words.
FORMS = "main form[method=post]:has(textarea, input[type=text], input:not([type]))"
FILL = """(form, said) => {
    form.noValidate = true;
    for (let one = form; one; one = one.parentElement) if (one.matches("details")) one.open = true;
    form.querySelectorAll("textarea, input[type=text], input:not([type])").forEach((one) => { one.value = said; });
}"""
READ = "(form) => [...form.querySelectorAll('textarea, input[type=text], input:not([type])')].map((one) => one.value)"


@pytest.fixture
def page(desk: Desk, chromium: Browser):
    """The desk of one who oversees, in a window of its own."""
    row = {"id": "bayu", "login": "bayu", "name": "Bayu Setiawan", "role": "admin", "institution": "KESBANG"}
    row |= {"password": HASH, "unit": "", "post": "", "clearance": 4, "language": "id", "active": True}
    desk.write(lambda tx: tx.add(Person, [row | {"named_for": []}]))
    context = chromium.new_context(viewport=WIDE)
    yield sign_in(context, desk, "ratna")
    context.close()


def comes_in(desk: Desk, page: Page, login: str) -> None:
    """Give the browser a session, as signing in in another tab does."""
    cookie = desk.write(lambda tx: auth.open_session(tx, tx.session.get_one(Person, login)))
    page.context.add_cookies([{"name": COOKIE, "value": cookie, "url": desk.url}])


def asked(desk: Desk) -> list[str]:
    """Give the words of every request on file."""
    return desk.store.read_now(lambda session: [one.text for one in session.scalars(select(Ask))])


@pytest.mark.parametrize(("login", "path"), [(login, path) for login, paths in PAGES.items() for path in paths])
def test_no_form_of_an_ended_session_loses_what_was_written(desk, page, login, path):
    comes_in(desk, page, login)
    page.goto(f"{desk.url}{path}")
    forms = page.locator(FORMS).all()
    assert forms
    for form in forms:
        form.evaluate(FILL, WRITTEN)
    desk.write(lambda tx: end_sessions(tx, login, login))
    for form in forms:
        form.locator("button:not([type=button])").last.dispatch_event("click")
        expect(page.locator(".ended[role=alert] a")).to_be_focused()
        page.locator(".ended a").blur()
        assert set(form.evaluate(READ)) == {WRITTEN}
    assert page.url == f"{desk.url}{path}"


def test_what_was_written_goes_out_once_the_same_person_has_come_in_again(desk, page):
    page.goto(f"{desk.url}/permintaan")
    form = page.locator("form[action='/permintaan']")
    form.evaluate(
        "(form) => { for (let one = form; one; one = one.parentElement) if (one.matches('details')) one.open = true; }"
    )
    form.locator("[name=text]").fill(WRITTEN)
    form.locator("[name=institution]").select_option("POLRES")
    form.locator("[name=due]").fill("2026-12-24T19:00")
    desk.write(lambda tx: end_sessions(tx, "ratna", "ratna"))
    form.locator("button").last.click()
    expect(page.locator(".ended")).to_contain_text("Sesi Anda berakhir")
    assert asked(desk) == []
    comes_in(desk, page, "ratna")
    form.locator("button").last.click()
    expect(page.locator("main")).to_contain_text(WRITTEN)
    assert asked(desk) == [WRITTEN]


def test_a_page_that_is_itself_an_answer_keeps_its_words(desk, page):
    page.goto(f"{desk.url}/li")
    page.locator("form[action='/li']").evaluate(FILL, WRITTEN)
    page.locator("form[action='/li'] button").last.click()  # refused: not all is named
    expect(page.locator(".wrong")).to_be_visible()
    form = page.locator("form[action='/li']")
    desk.write(lambda tx: end_sessions(tx, "ratna", "ratna"))
    form.evaluate("(form) => { form.noValidate = true; }")
    form.locator("button").last.click()
    expect(page.locator(".ended")).to_be_visible()
    expect(form.locator("[name=facts]")).to_have_value(WRITTEN)


def test_another_person_who_has_come_in_meanwhile_finds_nothing_of_it(desk, page):
    page.goto(f"{desk.url}/serah-terima")
    page.locator("[name=note]").fill(WRITTEN)
    comes_in(desk, page, "emma")
    with page.expect_event("load"):
        page.locator("form[action='/serah-terima'] button").click()
    expect(page.locator("#menu .who b")).to_have_text("Emma Lestari", use_inner_text=False)
    expect(page.locator("[name=note]")).to_have_value("")


def test_a_server_that_is_away_takes_no_form_with_it(desk, page):
    page.goto(f"{desk.url}/serah-terima")
    note = page.locator("[name=note]")
    note.fill(WRITTEN)
    page.context.set_offline(True)
    page.locator("form[action='/serah-terima'] button").click()
    expect(page.locator("form[action='/serah-terima'] .wrong")).to_contain_text("Belum terkirim")
    expect(note).to_have_value(WRITTEN)


def pastes(page: Page, box: Locator, text: str) -> None:
    """Put a text on the clipboard and paste it, as a person does."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    box.focus()
    page.keyboard.press("Control+V")


@pytest.mark.parametrize(
    ("language", "cut", "full"),
    [
        ("id", "paling banyak 1.000 huruf: 234 huruf terakhir", "Kotak ini sudah penuh"),
        ("en", "at most 1,000 characters: the last 234", "This box is full"),
    ],
)
def test_a_box_says_what_it_did_not_take(desk, page, language, cut, full):
    page.goto(f"{desk.url}/redam?bahasa={language}")
    form = page.locator("form[action='/redam/periksa'], form[action='/redam']").first
    form.evaluate(FILL, "")
    box, said = form.locator("textarea"), form.locator(".cut")
    pastes(page, box, "a" * 1_000)
    expect(said).to_have_count(0)
    box.fill("")
    pastes(page, box, "b\r\n" * 617)  # a line's end is one
    expect(said).to_contain_text(cut)
    assert len(box.input_value()) == 1_000
    pastes(page, box, "c")
    expect(said).to_contain_text(full)
    page.keyboard.press("Backspace")
    expect(said).to_have_count(0)
    page.keyboard.type("de")
    expect(said).to_contain_text(full)


@pytest.mark.parametrize("path", ["/lapor", "/status", "/survei/tidak-ada", "/masuk"])
def test_boxes_of_pages_for_everybody_say_it_too(desk, chromium, path):
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{desk.url}{path}")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<label>x<input id=kecil maxlength=5></label>')")
    pastes(page, page.locator("#kecil"), "tujuh 7")
    expect(page.locator(".cut")).to_contain_text("paling banyak 5 huruf: 2 huruf terakhir")
    assert page.locator("#kecil").input_value() == "tujuh"
    context.close()
