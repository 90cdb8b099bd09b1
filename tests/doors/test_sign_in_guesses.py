"""Guess at the door: many at once, from one network, with a leaked password; and who is right comes in all the same."""

import asyncio
import hashlib
import re
import statistics
import time
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pyotp
import pytest

from schemas.records.accounts import SecondFactor
from schemas.records.people import Person
from services.console.account.guesses import ACCOUNT, CODES, COOKIE, NETWORK, Gate
from services.security import auth
from services.security.accounts import passwords
from services.security.auth import Claim
from services.security.secret import Secret
from tests.console.caller import Caller
from tests.console.conftest import *  # noqa: F403 - its desk and people
from tests.console.desk import Desk
from tests.console.night import PASSWORD

STRANGERS, READS, ROUNDS = 40, 120, 4


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count the passwords that are really computed."""
    logins: list[str] = []
    whole = auth.proved

    def counted(claim: Claim, password: str) -> bool:
        logins.append(claim.login)
        return whole(claim, password)

    monkeypatch.setattr(auth, "proved", counted)
    return logins


async def post(session: aiohttp.ClientSession, path: str, **fields: str) -> int:
    async with session.post(path, data=fields, allow_redirects=False) as answer:
        await answer.read()
        return answer.status


async def test_of_200_guesses_at_once_only_the_allowed_number_is_computed(desk: Desk, computed: list[str]) -> None:
    async with aiohttp.ClientSession(desk.url) as session:
        tries = [post(session, "/masuk", login="ratna", password=f"tebakan-{number}") for number in range(200)]
        said = await asyncio.gather(*tries)
    assert (said.count(401), said.count(429)) == (ACCOUNT.burst, 200 - ACCOUNT.burst)
    assert len(computed) == ACCOUNT.burst


async def test_guesses_at_many_accounts_are_counted_for_their_network(desk: Desk, computed: list[str]) -> None:
    async with aiohttp.ClientSession(desk.url) as session:
        tries = [post(session, "/masuk", login=f"orang-{number}", password="x") for number in range(200)]
        said = await asyncio.gather(*tries)
    assert len(computed) == said.count(401) <= NETWORK.burst


def test_the_right_person_comes_in_from_another_network_and_from_a_browser_that_is_known(desk: Desk) -> None:
    known = Caller(desk.url).sign_in("ratna", PASSWORD)
    attacker = Caller(desk.url)
    for _ in range(ACCOUNT.burst):
        attacker.form("/masuk", {"login": "ratna", "password": "x"})
    fields = {"login": "ratna", "password": PASSWORD}
    assert Caller(desk.url).form("/masuk", fields).status == 429  # the attacker's own network
    elsewhere = Caller(desk.url, source="127.0.0.2")
    assert elsewhere.form("/masuk", fields).status == 303
    at_the_office = Caller(desk.url, cookies={COOKIE: known.cookies[COOKIE]})  # behind the attacker's very address
    assert at_the_office.form("/masuk", fields).status == 303
    forged = Caller(desk.url, cookies={COOKIE: "x" * 22 + "." + "y" * 32})
    assert forged.form("/masuk", fields).status == 429
    other = {"login": "joko", "password": PASSWORD}  # a browser is known for the login that came in from it
    for _ in range(NETWORK.burst):
        attacker.form("/masuk", {"login": f"siapa-{_}", "password": "x"})
    assert Caller(desk.url, cookies={COOKIE: known.cookies[COOKIE]}).form("/masuk", other).status == 429


def test_a_known_browser_guesses_no_more_than_others(desk: Desk, computed: list[str]) -> None:
    known = Caller(desk.url).sign_in("ratna", PASSWORD)
    computed.clear()
    cookies = {COOKIE: known.cookies[COOKIE]}
    said = [
        Caller(desk.url, cookies=dict(cookies)).form("/masuk", {"login": "ratna", "password": "x"}).status
        for _ in range(30)
    ]
    assert (said.count(401), len(computed)) == (ACCOUNT.burst, ACCOUNT.burst)


def test_an_office_behind_one_address_signs_in_at_once(desk: Desk) -> None:
    """Whoever is right costs the network nothing."""
    for _ in range(NETWORK.burst + 5):
        assert Caller(desk.url).form("/masuk", {"login": "ratna", "password": PASSWORD}).status == 303


async def test_forty_strangers_at_once_leave_page_reads_within_three_times(desk: Desk, person: Any) -> None:
    reader = person("ratna")
    path, cookie = f"/peristiwa/{desk.ids['clash']}", f"kentongan_sesi={reader.cookies['kentongan_sesi']}"

    async def read(session: aiohttp.ClientSession) -> float:
        begun = time.perf_counter()
        async with session.get(path, headers={"Cookie": cookie}) as answer:
            await answer.read()
            assert answer.status == 200
        return time.perf_counter() - begun

    async with aiohttp.ClientSession(desk.url, cookie_jar=aiohttp.DummyCookieJar()) as session:
        for _ in range(5):
            await read(session)
        calm: list[float] = []
        busy: list[float] = []
        for _ in range(ROUNDS):  # by turns, so that what else the machine does weighs on both alike
            calm += [await read(session) for _ in range(READS // ROUNDS)]
            crowd = [
                asyncio.create_task(post(session, "/masuk", login=f"orang-{number}", password="salah sekali"))
                for number in range(STRANGERS)
            ]
            busy.append(await read(session))
            while not all(one.done() for one in crowd):
                busy.append(await read(session))
            assert {one.result() for one in crowd} == {401}
            desk.clock.forward(30)  # the network's tries are back
    ratio = statistics.quantiles(busy, n=20)[-1] / statistics.quantiles(calm, n=20)[-1]
    print(f"{len(busy)} reads beside {STRANGERS} strangers: p95 {ratio:.2f} times that of none")
    assert ratio <= 3


# -- the second proof -------------------------------------------------------------------------------------------------


def enrol(desk: Desk, caller: Caller) -> tuple[pyotp.TOTP, list[str]]:
    """Turn the second proof on, as its owner does; gives his authenticator and his recovery codes."""
    csrf = caller.get("/akun").csrf
    assert caller.form("/akun/faktor", {"csrf": csrf, "old": PASSWORD}).status == 303
    page = caller.get("/akun").body
    (secret,) = re.findall(r"<code>([A-Z2-7]{32})</code>", page)
    assert "<svg" in caller.get("/akun/faktor/qr.svg").body
    phone = pyotp.TOTP(secret)
    assert caller.form("/akun/faktor/nyala", {"csrf": csrf, "kode": "000000"}).status == 409
    done = caller.form("/akun/faktor/nyala", {"csrf": csrf, "kode": phone.at(desk.clock.now)})
    codes = re.findall(r"<li><code>([0-9a-z]{5}-[0-9a-z]{5})</code>", done.body)
    assert len(codes) == 10
    assert secret not in caller.get("/akun").body
    assert caller.get("/akun/faktor/qr.svg").status == 404
    desk.clock.forward(1)
    return phone, codes


def step_one(caller: Caller) -> str:
    answer = caller.form("/masuk", {"login": "ratna", "password": PASSWORD})
    assert (answer.status, "kentongan_sesi" in caller.cookies) == (200, False)
    return re.findall(r'name="ticket" value="([^"]+)"', answer.body)[0]


def test_a_leaked_password_alone_lets_nobody_in(desk: Desk, person: Any) -> None:
    phone, _ = enrol(desk, person("ratna"))
    thief = Caller(desk.url)
    ticket = step_one(thief)
    for _ in range(10):
        assert thief.form("/masuk/kode", {"ticket": ticket, "kode": "123456"}).status == 401
    right = phone.at(desk.clock.now)
    assert thief.form("/masuk/kode", {"ticket": ticket, "kode": right}).status == 429  # a thousand thousand take years
    desk.clock.forward(60)
    owner = Caller(desk.url)
    ticket, code = step_one(owner), phone.at(desk.clock.now)
    assert owner.form("/masuk/kode", {"ticket": ticket, "kode": code, "ke": "/akun"}).headers["location"] == "/akun"
    assert owner.get("/akun").status == 200
    again = Caller(desk.url)
    assert again.form("/masuk/kode", {"ticket": step_one(again), "kode": code}).status == 401  # a code counts once


def test_a_recovery_code_counts_once_and_a_ticket_five_minutes(desk: Desk, person: Any) -> None:
    _, codes = enrol(desk, person("ratna"))
    first, second = Caller(desk.url), Caller(desk.url)
    assert first.form("/masuk/kode", {"ticket": step_one(first), "kode": codes[0].upper()}).status == 303
    assert second.form("/masuk/kode", {"ticket": step_one(second), "kode": codes[0]}).status == 401
    late = step_one(second)
    desk.clock.forward(6)
    assert second.form("/masuk/kode", {"ticket": late, "kode": codes[1]}).status == 401
    for forged in ("", "x.y.z", late[:-2] + "AA", late.replace(late.split(".")[1], "9" * 11)):
        assert second.form("/masuk/kode", {"ticket": forged, "kode": codes[1]}).status == 401
    assert second.form("/masuk/kode", {"ticket": step_one(second), "kode": codes[1]}).status == 303


def test_a_ticket_dies_with_the_password(desk: Desk, person: Any) -> None:
    phone, _ = enrol(desk, person("ratna"))
    caller = Caller(desk.url)
    ticket = step_one(caller)

    def change(tx: Any) -> None:
        tx.session.get_one(Person, "ratna").password = auth.hash_password("lain sama sekali")

    desk.write(change)
    assert caller.form("/masuk/kode", {"ticket": ticket, "kode": phone.at(desk.clock.now)}).status == 401


def test_the_second_proof_is_turned_off_by_whoever_can_show_it(desk: Desk, person: Any) -> None:
    ratna = person("ratna")
    phone, _ = enrol(desk, ratna)
    csrf = ratna.get("/akun").csrf
    assert ratna.form("/akun/faktor/mati", {"csrf": csrf, "kode": "123456"}).status == 422
    assert (
        ratna.form("/akun/faktor", {"csrf": csrf, "old": PASSWORD}).status == 422
    )  # a stolen session sets up none of its own
    assert ratna.form("/akun/faktor/mati", {"csrf": csrf, "kode": phone.at(desk.clock.now)}).status == 303
    assert Caller(desk.url).form("/masuk", {"login": "ratna", "password": PASSWORD}).status == 303


def test_the_store_keeps_no_secret_of_an_authenticator_and_no_recovery_code(desk: Desk, person: Any) -> None:
    phone, codes = enrol(desk, person("ratna"))
    kept = str(desk.store.read_now(lambda session: session.get_one(SecondFactor, "ratna").model_dump()))
    assert phone.secret not in kept
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]
    plain = {hashlib.sha256(f"ratna:{code.replace('-', '')}".encode()).hexdigest() for code in codes}
    assert not [one for one in plain if one in kept]  # whoever has the store alone tries all codes against nothing


def test_a_recovery_code_of_before_codes_were_keyed_counts_once(desk: Desk, person: Any) -> None:
    enrol(desk, person("ratna"))
    older = hashlib.sha256(b"ratna:abcde23456").hexdigest()
    desk.write(lambda tx: setattr(tx.session.get_one(SecondFactor, "ratna"), "recovery", [older]))
    caller = Caller(desk.url)
    assert caller.form("/masuk/kode", {"ticket": step_one(caller), "kode": "abcde-23456"}).status == 303
    again = Caller(desk.url)
    assert again.form("/masuk/kode", {"ticket": step_one(again), "kode": "abcde-23456"}).status == 401


# -- passwords --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("sebelas-11!", "short"),
        ("x" * 129, "long"),
        ("passwordpassword", "common"),
        ("P4ssw0rd!!!!!!", "common"),
        ("123456qwerty", "plain"),
        ("qazwsxedcrfv", "common"),
        ("sayangsayang99", "common"),
        ("Tuban20262026", "common"),
        ("Kesbangpol#2026", "common"),
        ("joko-polres-tuban", "own"),
        ("abababababab", "plain"),
        ("1234567890abc", "plain"),
        ("empat kuda putih lari", None),
        ("Xk7-pasir-laut-senja", None),
        ("ngopi neng alun2 sore", None),
    ],
)
def test_a_password_that_is_tried_first_is_refused(password: str, fault: str | None) -> None:
    assert passwords.fault(password, ("joko", "Joko Pambudi", "POLRES", "Kanit")) == fault


def test_the_list_of_common_passwords_is_carried_with_its_source() -> None:
    lines = passwords.LIST.read_text(encoding="utf-8").splitlines()
    assert "Django" in " ".join(line for line in lines if line.startswith("#"))
    assert len(passwords.common()) > 3_000


def test_what_a_stranger_types_as_a_login_is_not_kept_whole() -> None:
    """A form carries 64 KiB: from one network 15 MB an hour stayed in the memory of the desk, up to 3 GB."""
    gate, now = Gate(Secret(bytes(32))), datetime(2026, 11, 30, tzinfo=UTC)
    for number in range(40):
        assert gate.enter(f"{number}" + "x" * 65_000, "192.0.2.7", "", now) == 0
        gate.leave(f"{number}" + "x" * 65_000, "192.0.2.7", "", now)
    assert max(map(len, gate._own._held)) < 200
    assert all(gate.enter("x" * 65_000, f"192.0.2.{number}", "", now) == 0 for number in range(8, 20))


def test_whoever_took_a_session_guesses_neither_password_nor_code_of_its_owner(desk: Desk, computed: list[str]) -> None:
    taken = Caller(desk.url).sign_in("ratna", PASSWORD)
    csrf = taken.get("/akun").csrf
    computed.clear()
    assert taken.form("/akun/faktor", {"csrf": csrf}).status == 422  # the session alone sets up no second proof
    new = {"password": "empat kata tak terkait", "again": "empat kata tak terkait"}
    said = [taken.form("/akun/sandi", {"csrf": csrf, "old": f"tebakan-{n}", **new}).status for n in range(30)]
    assert (said.count(422), said.count(429)) == (CODES.burst - 1, 31 - CODES.burst)
    assert len(computed) == CODES.burst
    desk.clock.forward(60)
    codes = [taken.form("/akun/faktor/mati", {"csrf": csrf, "kode": f"{n:06}"}).status for n in range(30)]
    assert codes.count(429) >= 30 - CODES.burst
    desk.clock.forward(60)
    assert taken.form("/akun/faktor", {"csrf": csrf, "old": PASSWORD}).status == 303  # its owner goes on
