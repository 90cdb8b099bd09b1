"""A registered device: one touch instead of a password, and everything that ends it or that a stranger may try."""

import html
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect
from sqlmodel import col, delete, select

from schemas.records.accounts import Passkey, SignIn
from schemas.records.alerts import Alert
from schemas.records.people import Person
from services.console.account.registered_device import COOKIE, LASTS, word
from services.security.accounts import shutting_out
from tests.console.browser import PHONE, WIDE, chromium, faults_of, small_targets, until
from tests.console.caller import Caller
from tests.console.desk import Desk
from tests.console.night import NOW, PASSWORD, SECRET
from tests.doors.authenticator import SoftKey, b64
from tests.doors.test_passkeys import asked, asked_new, come, house, keep, refused

__all__ = ["chromium", "house"]
BUTTON = "Buka dengan kunci sandi"


def registered(desk: Desk, login: str = "joko") -> tuple[SoftKey, Caller]:
    """Give a key and the browser in which it was made; its session has ended."""
    owner, key = Caller(desk.url).sign_in(login, PASSWORD), SoftKey(desk.url)
    assert keep(owner, key.make(asked_new(owner))).status == 303
    end_sessions(desk)
    return key, owner


def end_sessions(desk: Desk) -> None:
    desk.write(lambda tx: tx.session.execute(delete(SignIn)))


def door(caller: Caller, then: str = "/p/1") -> str:
    answer = caller.get(f"/masuk?ke={then}")
    assert answer.status == 200
    return html.unescape(answer.body)


def test_an_ended_session_leads_to_the_one_button_and_back_to_the_page(house: Desk) -> None:
    key, caller = registered(house)
    page = f"/p/{house.ids['clash']}"
    assert caller.get(page).headers["location"] == f"/masuk?ke={page.replace('/', '%2F')}"
    body = door(caller, page)
    assert BUTTON in body
    assert "data-at-once" in body
    assert 'name="password"' not in body
    options = asked(caller)
    assert [one["id"] for one in options["allowCredentials"]] == [b64(key.id)]
    answer = come(caller, key.show(options), page)
    assert (answer.status, answer.headers["location"]) == (303, page)
    assert "Diminta dari Polres Tuban" in caller.get(page).body


def test_a_device_that_leaves_out_whose_the_key_is_comes_in_when_it_was_asked_for_that_one(house: Desk) -> None:
    key, caller = registered(house)
    assert come(caller, key.show(asked(caller), userHandle=None)).status == 303
    stranger = Caller(house.url)
    assert refused(house, come(stranger, key.show(asked(stranger), userHandle=None))) == "person"


def test_another_key_than_the_one_asked_for_is_refused_and_the_next_try_is_free(house: Desk) -> None:
    _, caller = registered(house)
    other, _ = registered(house, "ratna")
    assert refused(house, come(caller, other.show(asked(caller)))) == "answer"
    assert BUTTON not in door(caller)
    assert "allowCredentials" not in asked(caller) or not asked(caller)["allowCredentials"]
    assert come(caller, other.show(asked(caller))).status == 303


def test_each_use_renews_it_and_thirty_days_without_end_it(house: Desk) -> None:
    key, caller = registered(house)
    house.clock.now += LASTS - timedelta(days=1)
    assert come(caller, key.show(asked(caller))).status == 303
    end_sessions(house)
    house.clock.now += LASTS - timedelta(days=1)
    assert BUTTON in door(caller)
    house.clock.now += timedelta(days=2)
    body = door(caller)
    assert BUTTON not in body
    assert 'name="password"' in body


def _password(desk: Desk) -> None:
    desk.write(lambda tx: shutting_out.set_password(tx, tx.session.get_one(Person, "joko"), "neu", "joko"))


def _lock(desk: Desk) -> None:
    desk.write(lambda tx: shutting_out.lock(tx, tx.session.get_one(Person, "joko"), "admin"))


def _office(desk: Desk) -> None:
    desk.write(lambda tx: shutting_out.revoke(tx, "joko", "admin", "office"))


def _admin(desk: Desk) -> None:
    desk.write(lambda tx: shutting_out.drop_passkeys(tx, "joko", "admin"))


@pytest.mark.parametrize("end", [_password, _lock, _office, _admin])
def test_what_ends_an_account_ends_its_devices(house: Desk, end: Any) -> None:
    key, caller = registered(house)
    options = asked(caller)
    end(house)
    assert refused(house, come(caller, key.show(options))) == "unknown"
    assert BUTTON not in door(caller)


def test_signing_out_and_another_way_end_it_in_this_browser(house: Desk) -> None:
    key, caller = registered(house)
    come(caller, key.show(asked(caller)))
    caller.form("/keluar", {"csrf": caller.get("/akun").csrf})
    assert BUTTON not in door(caller)
    _, second = registered(house, "ratna")
    body = html.unescape(second.get("/masuk?ke=/p/1&lain=1").body)
    assert BUTTON not in body
    assert 'value="/p/1"' in body
    assert BUTTON not in door(second)


def test_a_word_that_is_not_ours_or_of_a_key_that_is_gone_says_nothing(house: Desk) -> None:
    key, _ = registered(house)
    good = word(SECRET, b64(key.id), NOW)
    for given in (
        "x",
        "a.b.c",
        f"{b64(key.id)}.9999999999.{'0' * 32}",
        word(SECRET, "gone", NOW),
        good[:-1],
        good + "x",
    ):
        assert BUTTON not in door(Caller(house.url, cookies={COOKIE: given})), given
    assert BUTTON in door(Caller(house.url, cookies={COOKIE: good}))


def test_the_word_opens_nothing_by_itself(house: Desk) -> None:
    _, caller = registered(house)
    assert COOKIE in caller.cookies
    assert caller.get("/akun").status == 303
    assert caller.get("/v1/incidents").status == 401


def test_the_account_says_which_key_this_device_asks_for(house: Desk) -> None:
    key, caller = registered(house)
    come(caller, key.show(asked(caller)))
    body = caller.get("/akun").body
    assert "perangkat ini" in body
    assert "dengan satu sentuhan" in body
    elsewhere = Caller(house.url).sign_in("joko", PASSWORD)
    assert "dengan satu sentuhan" not in elsewhere.get("/akun").body


def test_a_tap_without_a_session_is_told_so_and_does_nothing(house: Desk) -> None:
    path = f"/p/{house.ids['clash']}/terima"
    answer = Caller(house.url).form(path, {"csrf": "x"}, Accept="application/json")
    assert answer.status == 401
    assert "password" not in answer.body
    assert Caller(house.url).form(path, {"csrf": "x"}).headers["location"].startswith("/masuk")


# -- in a browser ------------------------------------------------------------------------------------------------------


def finger(context: BrowserContext, page: Page) -> tuple[CDPSession, str]:
    """Give a page an authenticator that is touched at once, and its name."""
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    facts = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    facts |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    return device, device.send("WebAuthn.addVirtualAuthenticator", {"options": facts})["authenticatorId"]


def phone(context: BrowserContext, desk: Desk, login: str) -> tuple[Page, CDPSession, str]:
    """Give a page of somebody who has just registered this phone."""
    page = context.new_page()
    device, held = finger(context, page)
    enter(page, desk, login)
    page.goto(f"{desk.url}/akun")
    page.get_by_text("Tambah kunci sandi").click()
    page.locator("#kunci [name=old]").fill(PASSWORD)
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_role("button", name="Buat kunci sandi").click()
    expect(page.get_by_text("Kunci sandi tersimpan")).to_be_visible()
    return page, device, held


def enter(page: Page, desk: Desk, login: str, then: str = "/") -> None:
    page.goto(f"{desk.url}/masuk?ke={then}")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    expect(page.locator("#menu")).to_be_visible()
    page.wait_for_load_state()  # its scripts have run: a tap is theirs


@pytest.mark.browser
def test_one_touch_opens_the_page_that_was_asked_for_and_no_tap_is_needed(house: Desk, chromium: Browser) -> None:
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page, device, held = phone(context, house, "joko")
    page.goto("about:blank")  # a page that is open goes to the door by itself as its session ends
    end_sessions(house)
    page.goto(f"{house.url}/p/{house.ids['clash']}")
    expect(page.get_by_role("button", name="Terima")).to_be_visible()  # the authenticator touched itself: nobody tapped
    page.goto("about:blank")  # a page that is open goes to the door by itself as its session ends
    end_sessions(house)
    device.send("WebAuthn.setUserVerified", {"authenticatorId": held, "isUserVerified": False})
    page.goto(f"{house.url}/p/{house.ids['clash']}")
    button = page.get_by_role("button", name=BUTTON)
    expect(button).to_be_enabled()  # it was not the owner's finger
    expect(page.get_by_text("Tidak ada kunci sandi yang dipilih")).to_be_hidden()
    device.send("WebAuthn.setUserVerified", {"authenticatorId": held, "isUserVerified": True})
    button.click()
    expect(page.get_by_role("button", name="Terima")).to_be_visible()
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_the_door_of_a_registered_device_looks_right(house: Desk, chromium: Browser, theme: Any, size: Any) -> None:
    key, _ = registered(house)
    context = chromium.new_context(viewport=size, color_scheme=theme, service_workers="block")
    context.add_cookies([{"name": COOKIE, "value": word(SECRET, b64(key.id), NOW), "url": house.url}])
    page = context.new_page()
    finger(context, page)  # of another key: the question that is asked at once finds none
    page.goto(f"{house.url}/masuk?ke=/p/1")
    expect(page.get_by_role("button", name=BUTTON)).to_be_enabled()
    assert faults_of(page) == []
    assert small_targets(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.get_by_role("link", name="Masuk dengan cara lain").click()
    expect(page.locator("[name=password]")).to_be_visible()
    context.close()


@pytest.mark.browser
def test_without_scripts_the_other_way_is_what_is_offered(house: Desk, chromium: Browser) -> None:
    key, _ = registered(house)
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    context.add_cookies([{"name": COOKIE, "value": word(SECRET, b64(key.id), NOW), "url": house.url}])
    page = context.new_page()
    page.goto(f"{house.url}/masuk?ke=/akun")
    expect(page.get_by_role("button", name=BUTTON)).to_be_hidden()
    page.get_by_role("link", name="Masuk dengan cara lain").click()
    page.locator("[name=login]").fill("joko")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    expect(page.locator("#kunci")).to_be_visible()
    context.close()


def answered_by(desk: Desk) -> str | None:
    query = select(Alert).where(col(Alert.incident_id) == desk.ids["clash"], col(Alert.institution) == "POLRES")
    return desk.store.read_now(lambda session: session.exec(query).one().acknowledged_by)


@pytest.mark.browser
def test_a_tap_in_a_session_that_has_ended_waits_and_goes_after_one_touch(house: Desk, chromium: Browser) -> None:
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page, _, _ = phone(context, house, "joko")
    page.goto(f"{house.url}/p/{house.ids['clash']}")
    end_sessions(house)
    page.get_by_role("button", name="Terima").click()
    expect(page.locator(".said")).to_contain_text("Diterima")
    assert answered_by(house) == "joko"
    context.close()


def add_colleague(tx: Any) -> None:
    """Let a second person of the same institution use the phone."""
    row = {"id": "sari", "login": "sari", "name": "Sari", "role": "member", "institution": "POLRES"}
    tx.session.merge(Person(**row, clearance=3, password=tx.session.get_one(Person, "joko").password, active=True))


@pytest.mark.browser
def test_what_waits_is_never_sent_as_another_person(house: Desk, chromium: Browser) -> None:
    house.write(add_colleague)
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = context.new_page()
    enter(page, house, "joko", f"/p/{house.ids['clash']}")
    page.route("**/p/*/terima", lambda route: (end_sessions(house), route.continue_()))  # ended as the tap is sent
    page.get_by_role("button", name="Terima").click()
    expect(page.locator("[name=password]")).to_be_visible()  # the session has ended: sign in first
    page.unroute("**/p/*/terima")
    enter(page, house, "sari", f"/p/{house.ids['clash']}")
    expect(page.get_by_role("button", name="Terima")).to_be_visible()
    kept = "outbox.flush().then(() => outbox.all()).then((all) => all.map((one) => [one.who, one.state]))"
    assert page.evaluate(kept) == [["joko", "waiting"]]
    assert answered_by(house) is None
    leave(page, house)
    enter(page, house, "joko", f"/p/{house.ids['clash']}")
    until(page, lambda: answered_by(house) == "joko", "the answer")
    context.close()


def leave(page: Page, desk: Desk) -> None:
    """Close the page, then end its session: an open one would lead to the form to sign in while a test goes there."""
    page.goto("about:blank")
    end_sessions(desk)


def tap_without_a_line(page: Page) -> None:
    """Press the button while nothing gets through: the tap waits on the phone, and its session is not known to end."""
    page.route("**/p/*/terima", lambda route: route.abort())
    page.get_by_role("button", name="Terima").click()
    expect(page.locator(".said")).to_be_visible()
    page.unroute("**/p/*/terima")
    assert page.evaluate(KEPT) == [["joko", "waiting"]]


KEPT = "outbox.all().then((all) => all.map((one) => [one.who, one.state]))"


@pytest.mark.browser
def test_a_tap_without_a_line_goes_in_the_next_session_of_its_person(house: Desk, chromium: Browser) -> None:
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = context.new_page()
    enter(page, house, "joko", f"/p/{house.ids['clash']}")
    tap_without_a_line(page)
    leave(page, house)
    enter(page, house, "joko", f"/p/{house.ids['clash']}")
    until(page, lambda: answered_by(house) == "joko", "the answer")
    context.close()


@pytest.mark.browser
def test_a_tap_that_waits_for_its_person_holds_up_nobody_else(house: Desk, chromium: Browser) -> None:
    house.write(add_colleague)
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = context.new_page()
    enter(page, house, "joko", f"/p/{house.ids['clash']}")
    tap_without_a_line(page)
    leave(page, house)
    enter(page, house, "sari", f"/p/{house.ids['clash']}")
    page.evaluate("outbox.flush()")  # in her session it is not sent as his, nor refused
    assert page.evaluate(KEPT) == [["joko", "waiting"]]
    page.get_by_role("button", name="Terima").click()
    until(page, lambda: answered_by(house) == "sari", "her answer")
    context.close()


def test_a_device_is_known_only_once_a_key_was_made_or_shown_in_it(house: Desk) -> None:
    _, made = registered(house)
    assert COOKIE in made.cookies
    plain = Caller(house.url).sign_in("joko", PASSWORD)
    assert not plain.cookies.get(COOKIE)
    assert house.store.read_now(lambda session: len(session.exec(select(Passkey)).all())) == 1
