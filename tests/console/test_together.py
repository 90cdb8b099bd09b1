"""Two people at one incident: each sees that the other has it open, and nobody goes over what he has not seen."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from schemas.records.audit_log import Journal
from schemas.records.people import Person
from schemas.records.running import Presence
from schemas.vocabulary import Role
from services.incidents import lifecycle, responses
from services.security import auth
from tests.console.browser import PHONE, WIDE, chromium, faults_of, sign_in, until
from tests.console.caller import Caller
from tests.console.night import HASH, NOW, PASSWORD

__all__ = ["chromium"]
JOKO = auth.Identity("joko", "Joko", Role.MEMBER, "POLRES")
RINI = auth.Identity("rini", "Rini Astuti", Role.COORDINATOR, "KESBANG", clearance=4)


def employ(desk) -> None:
    row = {"id": "rini", "login": "rini", "name": "Rini Astuti", "role": "coordinator", "institution": "KESBANG"}
    row |= {"password": HASH, "unit": "", "post": "", "clearance": 4, "language": "id", "active": True}
    desk.write(lambda tx: tx.add(Person, [row | {"named_for": []}]))


@pytest.fixture
def two(desk):
    employ(desk)
    return [Caller(desk.url).sign_in(login, PASSWORD) for login in ("ratna", "rini")]


def here(body: str) -> list[str]:
    found = re.search(r'id="dibuka"[^>]*>(.*?)</div>', body)
    assert found, "the page has no place for it"
    return [re.sub(r"\s+", " ", one).strip() for one in re.findall(r"<p>(.*?)</p>", found[1])]


def present(desk) -> list[tuple[str, str]]:
    rows = desk.store.read_now(lambda session: session.scalars(select(Presence)).all())
    return sorted((row.incident_id, row.person_id) for row in rows)


# -- who has it open --------------------------------------------------------------------------------------------------


def test_each_is_told_of_the_other_and_nobody_of_himself(desk, two):
    ratna, rini = two
    clash = f"/peristiwa/{desk.ids['clash']}"
    assert here(ratna.get(clash).body) == []
    assert here(ratna.get(clash).body) == []
    desk.clock.now = NOW + timedelta(minutes=2)
    assert here(rini.get(clash).body) == ["Sedang dibuka oleh Ratna Wijayanti (Bakesbangpol), 2 mnt lalu"]
    assert "Rini Astuti" in here(ratna.get(clash).body)[0]


def test_the_line_of_the_queue_says_it_and_the_wall_does_not(desk, two):
    ratna, rini = two
    rini.get(f"/peristiwa/{desk.ids['clash']}")
    desk.clock.now = NOW + timedelta(minutes=2)
    body = ratna.get("/").body
    entry = re.search(rf'id="e-silent-{desk.ids["clash"]}.*?</li>', body, re.DOTALL)
    assert entry
    assert "sedang dibuka oleh Rini Astuti, 2 mnt lalu" in entry[0]
    other = re.search(rf'id="e-silent-{desk.ids["bomb"]}.*?</li>', body, re.DOTALL)
    assert other
    assert "dibuka oleh" not in other[0]
    assert "Rini Astuti" not in ratna.get("/?dinding=1").body
    assert "sedang dibuka" not in rini.get("/").body


def test_an_officers_phone_page_says_it_too(desk, two):
    ratna, rini = two
    joko = Caller(desk.url).sign_in("joko", PASSWORD)
    phone = f"/p/{desk.ids['clash']}"
    assert here(joko.get(phone).body) == []
    ratna.get(f"/peristiwa/{desk.ids['clash']}")
    assert "Ratna Wijayanti" in here(joko.get(phone).body)[0]
    assert "Joko" in " ".join(here(ratna.get(f"/peristiwa/{desk.ids['clash']}").body))
    before = present(desk)
    assert here(rini.get(phone, kentongan_part="1").body)  # a page that asks for itself again has opened nothing
    assert present(desk) == before
    body = joko.get(phone).body
    assert re.search(rf'data-incident="{desk.ids["clash"]}"[^>]* data-present=', body)


def test_who_reads_less_than_all_of_it_is_not_told_on_the_phone_either(desk, two):
    ratna, _ = two
    ratna.get(f"/peristiwa/{desk.ids['protest']}")
    outside = desk.official(Role.MEMBER, "LH", login="lh-uji")
    before = present(desk)
    body = outside.get(f"/p/{desk.ids['protest']}").body
    assert (here(body), "data-present" in body, present(desk) == before) == ([], False, True)


def test_it_lapses_and_a_sign_of_the_page_keeps_it(desk, two):
    ratna, rini = two
    clash = f"/peristiwa/{desk.ids['clash']}"
    token = rini.get(clash).csrf
    desk.clock.now = NOW + timedelta(minutes=4)
    assert rini.form(f"{clash}/dibuka", {"csrf": token}).status == 200
    desk.clock.now = NOW + timedelta(minutes=8)
    assert "4 mnt lalu" in here(ratna.get(clash).body)[0]
    desk.clock.now = NOW + timedelta(minutes=10)
    assert here(ratna.get(clash).body) == []
    desk.clock.now = NOW + timedelta(hours=3)
    ratna.get(f"/peristiwa/{desk.ids['church']}")
    assert present(desk) == [(desk.ids["church"], "ratna")]  # what is past is not kept


def test_a_page_that_looks_ahead_or_at_itself_has_opened_nothing(desk, two):
    ratna, _ = two
    ratna.get(f"/peristiwa/{desk.ids['clash']}", kentongan_part="1")
    ratna.get("/")
    assert present(desk) == []


def test_who_only_reads_or_audits_is_neither_told_nor_told_of(desk, two, person):
    ratna, _ = two
    clash = f"/peristiwa/{desk.ids['clash']}"
    ratna.get(clash)
    assert here(person("agus").get(clash).body) == []
    assert here(ratna.get(clash).body) == []
    assert [who for _, who in present(desk)] == ["ratna"]


def test_who_may_not_know_of_it_learns_nothing_and_a_form_of_another_session_does_nothing(desk, two, person):
    ratna, rini = two
    ratna.get(f"/peristiwa/{desk.ids['bomb']}")
    dewi = person("dewi")
    own = dewi.get("/saya").csrf
    answer = dewi.form(f"/peristiwa/{desk.ids['bomb']}/dibuka", {"csrf": own})
    assert answer.status == 404
    assert "Ratna" not in answer.body
    assert rini.form(f"/peristiwa/{desk.ids['bomb']}/dibuka", {"csrf": own}).status == 403
    assert present(desk) == [(desk.ids["bomb"], "ratna")]


def test_a_sign_of_an_open_page_is_no_reading_in_the_audit_log(desk, two):
    ratna, _ = two
    bomb = f"/peristiwa/{desk.ids['bomb']}"
    token = ratna.get(bomb).csrf
    before = desk.store.read_now(lambda session: len(session.scalars(select(Journal)).all()))
    for minute in range(1, 4):
        desk.clock.now = NOW + timedelta(minutes=minute)
        assert ratna.form(f"{bomb}/dibuka", {"csrf": token}).status == 200
    assert desk.store.read_now(lambda session: len(session.scalars(select(Journal)).all())) == before


# -- what changed meanwhile -------------------------------------------------------------------------------------------


def form_of(caller, incident) -> dict[str, str]:
    body = caller.get(f"/peristiwa/{incident}").body
    return {name: re.findall(rf'name="{name}" value="([^"]+)"', body)[0] for name in ("csrf",)} | {
        "as_of": re.findall(r'name="as_of" value="(\d+)"', body)[0]
    }


JUDGEMENTS = {
    "verifikasi": {"note": "dicek"},
    "penilaian": {"level": "SEDANG", "reason": "salah baca"},
    "tutup": {"outcome": "settled", "reason": "reda"},
}


@pytest.mark.parametrize("act", sorted(JUDGEMENTS))
def test_a_judgement_does_not_go_over_what_somebody_else_did(desk, two, act):
    ratna, _ = two
    clash = desk.ids["clash"]
    form = form_of(ratna, clash)
    desk.write(
        lambda tx: (
            lifecycle.override(tx, clash, RINI, {"level": 4}, "ada korban")
            if act != "penilaian"
            else lifecycle.verify(tx, clash, RINI)
        )
    )
    before = desk.incident("clash")
    answer = ratna.form(f"/peristiwa/{clash}/{act}", {**form, **JUDGEMENTS[act]})
    assert answer.status == 409
    assert "baru saja berubah" in answer.body
    assert "Rini Astuti" in answer.body
    after = desk.incident("clash")
    assert (after.state, after.level, after.revision) == (before.state, before.level, before.revision)
    again = re.findall(r'name="as_of" value="(\d+)"', answer.body)[0]
    assert int(again) > int(form["as_of"])
    written = JUDGEMENTS[act].get("reason") or JUDGEMENTS[act]["note"]
    assert written in answer.body  # what was written is still there
    sent = ratna.form(f"/peristiwa/{clash}/{act}", {**form, **JUDGEMENTS[act], "as_of": again})
    assert sent.status == 303


def test_ones_own_change_an_answer_and_a_reading_stop_nobody(desk, two, person):
    ratna, _ = two
    clash = desk.ids["clash"]
    form = form_of(ratna, clash)
    assert ratna.form(f"/peristiwa/{clash}/verifikasi", form).status == 303
    person("joko").act(clash, "terima")
    assert ratna.form(f"/peristiwa/{clash}/tutup", {**form, **JUDGEMENTS["tutup"]}).status == 303


def test_an_answer_is_never_stopped(desk, two, person):
    joko, clash = person("joko"), desk.ids["clash"]
    form = form_of(joko, clash)
    desk.write(lambda tx: lifecycle.verify(tx, clash, RINI))
    assert joko.form(f"/peristiwa/{clash}/terima", form).status == 303
    assert joko.form(f"/peristiwa/{clash}/lapjut", {**form, "text": "Massa bubar."}).status == 303


@pytest.mark.parametrize("given", ["", "x", "-1", "9" * 400, "²"])
def test_a_form_that_does_not_say_what_it_was_read_with_is_taken_as_before(desk, two, given):
    ratna, _ = two
    clash = desk.ids["clash"]
    form = form_of(ratna, clash)
    desk.write(lambda tx: lifecycle.override(tx, clash, RINI, {"level": 4}, "ada korban"))
    assert ratna.form(f"/peristiwa/{clash}/verifikasi", {**form, "as_of": given}).status == 303


def test_who_may_not_judge_is_refused_and_not_told_what_changed(desk, two, person):
    agus, clash = person("agus"), desk.ids["clash"]
    token = agus.get("/saya").csrf
    desk.write(lambda tx: lifecycle.verify(tx, clash, RINI))
    answer = agus.form(f"/peristiwa/{clash}/verifikasi", {"csrf": token, "as_of": "1"})
    assert answer.status == 403
    assert "Rini" not in answer.body


@pytest.mark.browser
def test_in_a_browser_the_other_is_named_and_a_half_written_reason_asks_before_it_goes_over_news(desk, chromium):
    employ(desk)
    desk.write(lambda tx: responses.acknowledge(tx, desk.ids["clash"], JOKO))  # else to close it takes two
    contexts = [chromium.new_context(viewport=WIDE) for _ in range(2)]
    first, second = (sign_in(one, desk, login) for one, login in zip(contexts, ("ratna", "rini"), strict=True))
    for page in (first, second):
        with page.expect_response("**/dibuka"):  # it is said once a minute who has opened it, and first of all now
            page.locator(f".entry a[href$='{desk.ids['clash']}']").first.click()
        expect(page.locator("#panel h1")).to_have_text("Perguruan silat")
    expect(second.locator("#panel #dibuka")).to_contain_text("Sedang dibuka oleh Ratna")
    second.locator("#panel details[data-key='tutup'] > summary").click()
    reason = second.locator("#panel details[data-key='tutup'] textarea")
    reason.fill("Sudah reda")
    first.locator("#panel details[data-key='verifikasi'] > summary").click()
    first.locator("#panel details[data-key='verifikasi'] form button").click()
    expect(second.locator("#panel #jejak")).to_contain_text("Diverifikasi")
    close = second.locator("#panel form[action$='/tutup']")
    close.locator("button").click()
    expect(close.locator(".wrong")).to_contain_text("Orang lain mengubahnya")
    expect(reason).to_have_value("Sudah reda")
    assert desk.incident("clash").state == "handled"
    close.locator("button").click()
    expect(second.locator("#panel .said")).to_be_visible()
    assert desk.incident("clash").state == "settled"
    for context in contexts:
        context.close()


@pytest.mark.browser
def test_a_renewal_that_overtakes_a_slow_answer_shows_the_incident_as_opened_by_its_reader(desk, chromium):
    context = chromium.new_context(viewport=WIDE)
    page = sign_in(context, desk, "ratna")
    expect(page.locator("#panel h1")).to_be_visible()  # the first of the queue stands beside it, and nobody opened it
    asked: list = []

    def slow(route) -> None:
        asked.append(route)
        if len(asked) > 1:  # the answer to the press itself is still under way
            route.continue_()

    page.route(f"**/peristiwa/{desk.ids['clash']}", slow)
    with page.expect_request("**/dibuka"):
        page.locator(f".entry a[href$='{desk.ids['clash']}']").first.click()
        until(page, lambda: asked, "the press")
        desk.write(lambda tx: lifecycle.verify(tx, desk.ids["bomb"], RINI))  # news: the open incident is fetched anew
    expect(page.locator("#panel h1")).to_have_text("Perguruan silat")
    expect(page.locator("#panel")).to_be_focused()
    asked[0].continue_()
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("size", "language"), [(PHONE, "id"), ({"width": 1280, "height": 800}, "en")])
def test_the_page_of_a_change_fits_and_axe_finds_nothing(desk, chromium, size, language):
    employ(desk)
    context = chromium.new_context(viewport=size, java_script_enabled=True)
    page = sign_in(context, desk, "ratna")
    page.goto(f"{desk.url}/peristiwa/{desk.ids['clash']}?bahasa={language}")
    desk.write(lambda tx: lifecycle.verify(tx, desk.ids["clash"], RINI))
    page.locator("details[data-key='tutup']").evaluate("(one) => { one.open = true; }")
    form = page.locator("form[action$='/tutup']")
    form.locator("textarea").fill("reda")
    form.evaluate("(one) => { one.elements.as_of.value = '1'; HTMLFormElement.prototype.submit.call(one); }")
    expect(page.locator("main h1")).to_have_text(
        "Peristiwa ini baru saja berubah" if language == "id" else "This incident has just changed"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert faults_of(page) == []
    context.close()
