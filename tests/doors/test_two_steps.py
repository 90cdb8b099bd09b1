"""Where two steps are required of a role, whoever has one only comes as far as the page where the other is turned on.

Every route that is served is tried with such a session, and beside it as a stranger.
"""

import html
import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import col, select

from schemas.records.accounts import Passkey, SignIn
from schemas.records.audit_log import Journal
from schemas.records.people import Person
from schemas.vocabulary import Role
from services.cli.main import main
from services.cli.ops import doctor
from services.console.web.form_body import WORDS_COOKIE
from services.console.web.sessions import COOKIE
from services.runtime.settings import Settings
from services.security import auth
from services.security.accounts import passkeys, second_factor, shutting_out
from services.security.accounts.passkey_facts import NewKey
from services.security.permissions import TABLE
from services.security.refusal import REFUSALS
from services.store.database import Store
from services.store.ids import derived
from tests.console.browser import *  # noqa: F403 - its Chromium
from tests.console.browser import PHONE, WIDE, faults_of, small_targets
from tests.console.caller import Answer, Caller
from tests.console.desk import Desk, running
from tests.console.night import HASH, NOW, PASSWORD, SECRET
from tests.doors.authenticator import SoftKey
from tests.doors.oidc_provider import CLIENT, WORD, small_provider
from tests.doors.test_judging import FRONT_DOOR, AnyRoute, Crowd, act_of, lay_out, name_of, request, served
from tests.doors.test_office_provider import BACK, Both
from tests.doors.test_passkeys import asked, asked_new, come, keep
from tests.servers import free_port

pytestmark = pytest.mark.usefixtures("in_english")

REQUIRED = frozenset({Role.ADMIN, Role.COORDINATOR, Role.VERIFIER})
EVERYBODY = frozenset(role for role in Role if role is not Role.GATEWAY)
# What somebody may do who has shown one step: turn the other on, and sign out.
ON_THE_WAY = {
    "GET /akun",
    "POST /akun/faktor",
    "GET /akun/faktor/qr.svg",
    "POST /akun/faktor/nyala",
    "POST /akun/kunci",
    "POST /akun/kunci/simpan",
    "POST /keluar",
}


def lines(desk: Desk, kind: str) -> list[dict[str, Any]]:
    def ask(session: Any) -> list[dict[str, Any]]:
        return [one.data for one in session.exec(select(Journal).order_by(col(Journal.seq))) if one.kind == kind]

    return desk.store.read_now(ask)


def factor(desk: Desk, login: str = "ratna") -> Callable[[], str]:
    """Turn somebody's codes on; gives what makes the next one."""

    def begin(tx: Any) -> str:
        person = tx.session.get_one(Person, login)
        begun = second_factor.begin(tx, SECRET, person)
        tx.session.flush()
        second_factor.turn_on(tx, SECRET, person, pyotp.TOTP(begun.secret).at(desk.clock()))
        return begun.secret

    word = desk.write(begin)

    def code() -> str:
        desk.clock.now += timedelta(seconds=60)
        return pyotp.TOTP(word).at(desk.clock())

    return code


def enter(desk: Desk, login: str = "ratna", then: str = "/") -> tuple[Answer, Caller]:
    caller = Caller(desk.url)
    return caller.form("/masuk", {"login": login, "password": PASSWORD, "ke": then}), caller


def by_code(caller: Caller, answer: Answer, code: str, then: str = "/") -> Answer:
    ticket = html.unescape(re.findall(r'name="ticket" value="([^"]+)"', answer.body)[0])
    return caller.form("/masuk/kode", {"ticket": ticket, "kode": code, "ke": then})


@pytest.fixture
def required(new_database: Callable[[str], str]) -> Iterator[Desk]:
    port = free_port()
    base = f"http://localhost:{port}"
    with running(new_database("sqlite"), port=port, base_url=base, two_step_roles=REQUIRED) as found:
        found.url = base
        yield found


# -- every route ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Run a desk that requires two steps of every role."""
    database = f"sqlite:///{tmp_path_factory.mktemp('two-steps')}/desk.db"
    made = Store(database)
    made.upgrade()
    made.close()
    with running(database, two_step_roles=EVERYBODY) as found:
        found.ids.clear()
        found.ids.update(found.write(lay_out))
        yield found


@pytest.fixture(scope="module")
def crowd(strict: Desk) -> Crowd:
    return Crowd(strict)


@pytest.mark.parametrize("route", served(), ids=name_of)
def test_with_one_step_every_route_leads_to_the_second_or_knows_nobody(
    strict: Desk, crowd: Crowd, route: AnyRoute
) -> None:
    if name_of(route) in ON_THE_WAY:
        return
    act = act_of(route)
    for role in sorted(EVERYBODY):
        answer = request(crowd, route, crowd.caller(role, program=False), "own")
        if TABLE[act].strangers or route.path.startswith((*FRONT_DOOR, "/metrics")):  # there keys are known alone
            stranger = request(crowd, route, Caller(strict.url), "own")
            leads = name_of(route) == "GET /masuk" or "second_step_first" in answer.body  # on to where he was going
            slowed = 429 in (answer.status, stranger.status)  # both come from one address
            assert leads or slowed or answer.status == stranger.status, (name_of(route), role, answer)
            assert f"{role}.polres" not in answer.body, (name_of(route), role)
        elif route.path.startswith("/v1/"):
            assert answer.status == 403, (name_of(route), role, answer)
            assert not answer.body or answer.json["code"] == "second_step_first", (name_of(route), role, answer)
        else:
            assert answer.status == 303, (name_of(route), role, answer)
            assert answer.headers["location"].startswith("/akun?ke="), (name_of(route), role, answer)
            told = "pesan%3Dbelum" in answer.headers["location"]  # a form that was not taken is said to be
            assert told is (name_of(route).startswith("POST") and not route.path.startswith("/akun")), name_of(route)


def test_what_is_open_on_the_way_is_served_and_the_rest_was_tried() -> None:
    names = {name_of(route) for route in served()}
    assert names >= ON_THE_WAY
    assert len(names - ON_THE_WAY) > 180


def test_a_tap_by_one_step_waits_on_the_phone(strict: Desk, crowd: Crowd) -> None:
    caller = crowd.caller(Role.MEMBER, program=False)
    answer = caller.form(f"/p/{strict.ids['own']}/terima", {"csrf": caller.csrf}, Accept="application/json")
    assert answer.status == 401  # the phone keeps it, and goes to the door, which leads on


def test_programs_and_buttons_of_messages_need_no_second_step(strict: Desk) -> None:
    key = Caller(strict.url, strict.key(Role.COORDINATOR, "KESBANG"))
    assert key.get("/v1/incidents").status == 200
    assert Caller(strict.url).get("/terima/tidak-ada").status in (403, 404, 410)


# -- the way in -------------------------------------------------------------------------------------------------------


def test_who_has_none_is_led_to_turn_it_on_and_goes_on_where_he_wanted(required: Desk) -> None:
    wanted = f"/peristiwa/{required.ids['clash']}?x=1"
    answer, caller = enter(required, then=wanted)
    assert (answer.status, answer.headers["location"]) == (303, wanted)
    led = caller.get(wanted)
    assert led.status == 303
    page = caller.get(led.headers["location"])
    assert "Peran Anda mewajibkan verifikasi dua langkah." in page.body
    assert "Tempat Anda masuk" not in page.body
    assert "Tindak lanjut" not in page.body
    english = caller.get(f"{led.headers['location']}&bahasa=en").body
    assert "Your role requires two-step verification." in english
    action = html.unescape(re.findall(r'action="(/akun/faktor[^"]*)"', page.body)[0])
    begun = caller.form(action, {"csrf": page.csrf, "old": PASSWORD})
    page = caller.get(begun.headers["location"])
    word = re.findall(r"<code>(\w{32})</code>", page.body)[0]
    action = html.unescape(re.findall(r'action="(/akun/faktor/nyala[^"]*)"', page.body)[0])
    assert caller.form(action, {"csrf": page.csrf, "kode": "000000"}).status == 409
    assert caller.get("/piket").status == 303
    done = caller.form(action, {"csrf": page.csrf, "kode": pyotp.TOTP(word).at(required.clock())})
    assert done.status == 200
    assert "Recovery codes" in done.body  # the language was chosen above
    assert f'href="{html.escape(wanted)}"' in done.body
    assert caller.get(wanted).status == 200
    assert "Where you are signed in" in caller.get("/akun").body


def test_a_passkey_is_a_second_step_and_leads_on_at_once(required: Desk) -> None:
    _, caller = enter(required)
    key = SoftKey(required.url)
    page = caller.get("/akun?ke=/piket")
    action = html.unescape(re.findall(r'action="(/akun/kunci[^"#]*)', page.body)[0])
    made = key.make(asked_new(caller))
    assert action == "/akun/kunci?ke=%2Fpiket"
    kept = caller.form("/akun/kunci/simpan?ke=/piket", {"csrf": page.csrf, "bukti": made, "nama": "HP"})
    assert (kept.status, kept.headers["location"]) == (303, "/piket")
    assert caller.get("/piket").status == 200
    again = Caller(required.url)
    assert come(again, key.show(asked(again)), "/piket").status == 303
    assert again.get("/piket").status == 200


WRITTEN = "Semua petugas ikut <apel> pukul 19.00"


def sent(caller: Caller, desk: Desk, token: str, **more: str) -> Answer:
    """Hand in a form of the page of silences, as a browser does that was on it before."""
    fields = {"csrf": token, "reason": WRITTEN, "old": "kata sandi lama", "issue": "SLT", **more}
    return caller.form("/redam", fields, referer=f"{desk.url}/redam?hari=7")


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_form_that_was_not_taken_is_told_of_and_led_back_to_with_what_was_written(
    required: Desk, language: str
) -> None:
    said = {"id": "Yang {} Anda kirim belum diterima", "en": "What you {} was not taken"}[language]
    first, again = (
        said.format(word) for word in {"id": ("baru", "tadi"), "en": ("just sent", "sent before")}[language]
    )
    _, caller = enter(required)
    caller.cookies["bahasa"] = language
    answer = sent(caller, required, caller.get("/akun").csrf)
    led = answer.headers["location"]
    assert (answer.status, led) == (303, "/akun?ke=%2Fredam%3Fhari%3D7%26pesan%3Dbelum")
    assert "apel" not in answer.headers["set-cookie"]
    page = caller.get(led)
    assert first in page.body
    assert html.escape(WRITTEN) in page.body
    assert "kata sandi lama" not in page.body
    action = html.unescape(re.findall(r'action="(/akun/faktor[^"]*)"', page.body)[0])
    begun = caller.form(action, {"csrf": page.csrf, "old": PASSWORD})
    page = caller.get(begun.headers["location"])
    assert first in page.body
    word = re.findall(r"<code>(\w{32})</code>", page.body)[0]
    action = html.unescape(re.findall(r'action="(/akun/faktor/nyala[^"]*)"', page.body)[0])
    done = caller.form(action, {"csrf": page.csrf, "kode": pyotp.TOTP(word).at(required.clock())})
    back = html.unescape(re.findall(r'<a class="button main" href="([^"]+)"', done.body)[0])
    assert back == "/redam?hari=7&pesan=belum"
    for shown in (done, caller.get(back)):
        assert shown.status == 200
        assert again in shown.body
        assert html.escape(WRITTEN) in shown.body
    assert again not in caller.get("/redam").body


def test_what_was_written_is_kept_for_its_own_session_alone_and_by_its_own_form_alone(required: Desk) -> None:
    _, caller = enter(required)
    token = caller.get("/akun").csrf
    for fields in ({"csrf": "x"}, {"reason": "kata " * 700}, {"reason": "singkat"}):
        sent(caller, required, token, **fields)
        assert WORDS_COOKIE not in caller.cookies
    fields = {"csrf": token, "reason": WRITTEN}
    caller.form("/redam", fields, origin="https://evil.example")
    assert WORDS_COOKIE not in caller.cookies
    sent(caller, required, token)
    _, other = enter(required)
    other.cookies[WORDS_COOKIE] = caller.cookies[WORDS_COOKIE]
    page = other.get("/akun?ke=/redam?pesan=belum")
    assert "belum diterima" in page.body
    assert html.escape(WRITTEN) not in page.body
    assert html.escape(WRITTEN) in caller.get("/akun?ke=/redam?pesan=belum").body


def test_nobody_is_led_elsewhere_than_into_the_desk(required: Desk) -> None:
    _, caller = enter(required)
    for bad in ("//evil.example", "https://evil.example", "/\\evil.example"):
        body = caller.get(f"/akun?ke={bad}").body
        assert "evil.example" not in re.sub(r'href="/akun\?[^"]*bahasa=en"', "", body)


def test_a_password_alone_opens_nothing_beside_a_passkey_and_makes_no_other_step(required: Desk) -> None:
    _, caller = enter(required)
    keep(caller, SoftKey(required.url).make(asked_new(caller)))
    before = required.store.read_now(lambda session: len(session.exec(select(SignIn)).all()))
    answer, thief = enter(required)
    assert answer.status == 403
    assert "Masuk dengan kunci sandi" in answer.body
    assert COOKIE not in thief.cookies
    assert lines(required, "signin.refused")[-1]["why"] == "passkey:first"
    assert required.store.read_now(lambda session: len(session.exec(select(SignIn)).all())) == before


def test_a_passkey_for_another_address_is_none(required: Desk) -> None:
    made = NewKey("kunci", "nama", "publik", 0, "dulu.example", "tanya")
    required.write(lambda tx: passkeys.add(tx, "ratna", made, "HP"))
    answer, caller = enter(required)
    assert answer.status == 303
    assert caller.get("/piket").headers["location"].startswith("/akun?ke=")


def test_with_codes_the_door_asks_as_before(required: Desk) -> None:
    code = factor(required)
    answer, caller = enter(required)
    assert by_code(caller, answer, code()).status == 303
    assert caller.get("/piket").status == 200


def test_roles_that_are_not_named_choose_as_before(required: Desk) -> None:
    _, joko = enter(required, "joko")
    assert joko.get("/piket").status == 200
    assert "Peran Anda mewajibkan" not in joko.get("/akun").body


# -- sessions of before, and what takes a step away -------------------------------------------------------------------


def test_a_session_of_before_is_led_there_or_begun_again(new_database: Callable[[str], str]) -> None:
    database = new_database("sqlite")
    with running(database) as before:
        _, ratna = enter(before)
        _, emma = enter(before, "emma")
        factor(before, "emma")
        assert (ratna.get("/piket").status, emma.get("/piket").status) == (200, 200)
    with running(database, filled=True, two_step_roles=REQUIRED) as now:
        ratna.url = emma.url = now.url
        assert ratna.get("/piket").headers["location"].startswith("/akun?ke=")
        assert emma.get("/piket").headers["location"].startswith("/masuk?ke=")  # she has one, and has not shown it
        assert emma.get("/v1/incidents").status == 401


def test_another_session_by_one_step_ends_where_the_second_was_turned_on(required: Desk) -> None:
    (_, here), (_, thief) = enter(required), enter(required)
    keep(here, SoftKey(required.url).make(asked_new(here)))
    assert here.get("/piket").status == 200
    assert thief.get("/akun").headers["location"].startswith("/masuk?ke=")


def test_turning_the_last_one_off_is_refused_and_one_of_two_may_go(required: Desk) -> None:
    code = factor(required)
    answer, caller = enter(required)
    by_code(caller, answer, code())
    page = caller.get("/akun")
    assert "/akun/faktor/mati" not in page.body
    assert "Peran Anda mewajibkannya." in page.body
    refused = caller.form("/akun/faktor/mati", {"csrf": page.csrf, "kode": code()})
    assert refused.status == 409
    assert html.escape(REFUSALS["second_step_kept"][1]) in refused.body
    keep(caller, SoftKey(required.url).make(asked_new(caller)))
    assert caller.form("/akun/faktor/mati", {"csrf": page.csrf, "kode": code()}).status == 303
    id_ = required.store.read_now(lambda session: session.exec(select(Passkey.id)).one())
    assert caller.form("/akun/kunci/hapus", {"csrf": page.csrf, "id": id_}).status == 409
    assert caller.get("/piket").status == 200


@pytest.mark.parametrize("by", ["page", "rows"])
def test_whose_step_an_admin_takes_away_is_led_there_again(required: Desk, by: str) -> None:
    code = factor(required)
    answer, caller = enter(required)
    by_code(caller, answer, code())
    if by == "page":
        admin = required.official(Role.ADMIN, "KESBANG", login="admin-uji")
        assert admin.get("/pengaturan").headers["location"].startswith("/akun?ke=")
        required.write(lambda tx: _shown(tx, admin.cookies[COOKIE]))
        factor(required, "admin-uji")
        csrf = admin.get("/pengaturan/orang/ratna").csrf
        assert "Belum punya langkah kedua" not in admin.get("/pengaturan/orang/ratna").body
        assert admin.form("/pengaturan/orang/ratna/faktor", {"csrf": csrf}).status == 303
        assert "Belum punya langkah kedua" in admin.get("/pengaturan/orang/ratna").body
        assert caller.get("/piket").headers["location"].startswith("/masuk?ke=")
        _, caller = enter(required)
    else:  # without a word to his sessions
        required.write(lambda tx: second_factor.take_away(tx, "ratna", "office"))
    assert caller.get("/piket").headers["location"].startswith("/akun?ke=")


def _shown(tx: Any, cookie: str) -> None:
    auth.second_step_shown(tx, cookie)


def test_a_new_password_keeps_codes_and_takes_passkeys_away(required: Desk) -> None:
    _, caller = enter(required)
    keep(caller, SoftKey(required.url).make(asked_new(caller)))
    csrf, new = caller.get("/akun").csrf, "empat kuda putih lari"
    changed = caller.form("/akun/sandi", {"csrf": csrf, "old": PASSWORD, "password": new, "again": new})
    assert changed.status == 303
    assert caller.get("/piket").headers["location"].startswith("/akun?ke=")
    required.write(_change)
    code = factor(required)
    answer, caller = enter(required)
    by_code(caller, answer, code())
    csrf = caller.get("/akun").csrf
    caller.form("/akun/sandi", {"csrf": csrf, "old": PASSWORD, "password": new, "again": new})
    assert caller.get("/piket").status == 200


def _change(tx: Any) -> None:
    shutting_out.set_password(tx, tx.session.get_one(Person, "ratna"), HASH, "office")


# -- the office's own provider ----------------------------------------------------------------------------------------


@pytest.fixture
def at_provider(new_database: Callable[[str], str]) -> Iterator[Callable[..., Both]]:
    opened: list[Any] = []

    def make(*factors: str) -> Both:
        clocks: list[Callable[[], Any]] = []
        server = small_provider(lambda: clocks[0]().timestamp())
        provider = server.__enter__()
        from services.security.oidc.provider import Office

        port = free_port()
        base = f"http://localhost:{port}"
        office = Office(provider.url, CLIENT, WORD, "Akun Pemkab", "email", factors, f"{base}{BACK}")
        house = running(new_database("sqlite"), office=office, two_step_roles=REQUIRED, port=port, base_url=base)
        desk = house.__enter__()
        desk.url = base
        opened.extend((server, house))
        clocks.append(desk.clock)
        both = Both(desk, provider)
        both.mail("ratna")
        return both

    yield make
    for one in reversed(opened):
        one.__exit__(None, None, None)


def test_two_factors_that_the_provider_has_seen_count(at_provider: Callable[..., Both]) -> None:
    both = at_provider("mfa", "otp")
    both.provider.claims = {"amr": ["pwd", "otp"]}
    answer, caller = both.come("/piket")
    assert answer.status == 303
    assert caller.get("/piket").status == 200
    both.provider.claims = {"amr": ["pwd"]}
    assert both.refused() == "provider:factor"


def test_a_provider_of_whom_none_are_demanded_is_one_step(at_provider: Callable[..., Both]) -> None:
    both = at_provider()
    both.provider.claims = {"amr": ["pwd", "otp"]}
    answer, caller = both.come("/piket")
    assert answer.status == 303
    assert caller.get("/piket").headers["location"].startswith("/akun?ke=")
    keep(caller, SoftKey(both.desk.url).make(asked_new(caller)))
    assert caller.get("/piket").status == 200
    answer, other = both.come("/piket")
    assert answer.status == 403
    assert "Masuk dengan kunci sandi" in answer.body
    assert COOKIE not in other.cookies


# -- the setting, the commands ----------------------------------------------------------------------------------------


def test_the_setting_names_roles_and_refuses_other_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().two_step_roles == frozenset()
    monkeypatch.setenv("KENTONGAN_TWO_STEPS", "admin, coordinator,")
    assert Settings().two_step_roles == {Role.ADMIN, Role.COORDINATOR}
    for bad in ("admins", "admin;coordinator", "gateway"):
        monkeypatch.setenv("KENTONGAN_TWO_STEPS", bad)
        with pytest.raises(ValueError, match="no role is called"):
            Settings()


def test_doctor_names_who_has_none_and_the_last_admin_is_let_in_again_by_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
    assert main(["db", "upgrade"]) == 0
    for login, role in (("budi", "admin"), ("sari", "member")):
        monkeypatch.setattr("sys.stdin", io.StringIO("empat kuda putih lari\n"))
        words = ["person", "add", login, "--login", login, "--role", role, "--institution", "POLRES"]
        assert main([*words, "--password-stdin"]) == 0

    store = Store(f"sqlite:///{tmp_path / 'kentongan.db'}", lambda: NOW)

    def look() -> tuple[bool, str]:
        (found,) = doctor._two_steps(store, Settings())
        return found

    assert look() == (True, "two steps at sign-in are required of nobody (KENTONGAN_TWO_STEPS)")
    monkeypatch.setenv("KENTONGAN_TWO_STEPS", "admin")
    capsys.readouterr()
    assert main(["doctor"]) == 1
    wanted = "BAD  two steps at sign-in: 1 who must have a second one have none yet: budi"
    assert wanted in capsys.readouterr().out.splitlines()

    def begin(tx: Any) -> None:
        person = tx.session.get_one(Person, derived("person", "budi"))
        begun = second_factor.begin(tx, SECRET, person)
        tx.session.flush()
        second_factor.turn_on(tx, SECRET, person, pyotp.TOTP(begun.secret).at(NOW))

    store.write_now(begin)
    assert look() == (True, "two steps at sign-in: 0 who must have a second one have none yet")
    assert main(["person", "reset-factor", "budi"]) == 0
    assert look()[1].endswith(": budi")
    store.close()


# -- in a browser -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_the_page_looks_right_and_leads_on_without_scripts(required: Desk, chromium: Browser, size: Any) -> None:
    _, caller = enter(required)
    seen = chromium.new_context(viewport=size)
    seen.add_cookies([{"name": COOKIE, "value": caller.cookies[COOKIE], "url": required.url}])
    page = seen.new_page()
    page.goto(f"{required.url}/piket")
    expect(page.locator("#wajib")).to_be_visible()
    assert faults_of(page) == []
    assert small_targets(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sent(caller, required, caller.get("/akun").csrf)
    seen.add_cookies([{"name": WORDS_COOKIE, "value": caller.cookies[WORDS_COOKIE], "url": required.url}])
    for language, label in (("id", "Yang Anda tulis tadi"), ("en", "What you wrote")):
        page.goto(f"{required.url}/akun?ke=/redam?pesan=belum&bahasa={language}")
        expect(page.get_by_label(label)).to_have_value(WRITTEN)
        assert faults_of(page) == []
        assert small_targets(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{required.url}/akun?bahasa=id")
    seen.close()
    context = chromium.new_context(viewport=size, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{required.url}/masuk?ke=/piket")
    page.fill("input[name=login]", "ratna")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    expect(page.locator("#wajib")).to_contain_text("Peran Anda mewajibkan verifikasi dua langkah")
    assert page.locator("#sesi, #sandi, nav.sections").count() == 0
    factor_ = page.locator("#faktor")
    factor_.get_by_label("Kata sandi sekarang").fill(PASSWORD)
    factor_.get_by_role("button", name="Siapkan").click()
    word = page.locator("#faktor code").inner_text()
    page.locator("#faktor").get_by_label("Kode").fill(pyotp.TOTP(word).at(required.clock()))
    page.locator("#faktor").get_by_role("button", name="Nyalakan").click()
    page.get_by_role("link", name="Lanjutkan").click()
    expect(page).to_have_url(f"{required.url}/piket")
    context.close()
