"""Come in by the office's own provider: a real server with signed tokens, and everything that may be wrong with them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pyotp
import pytest
from joserfc.jwk import ECKey, RSAKey
from sqlmodel import col, select

from schemas.policy.doors import SignInPolicy
from schemas.records.accounts import ProviderLink, SignIn
from schemas.records.audit_log import Journal
from schemas.records.people import Address, Person
from schemas.vocabulary import Role
from services.cli.serve_web import _provider
from services.console.account import provider_pages
from services.runtime.settings import SettingError, Settings
from services.security.accounts import second_factor, shutting_out
from services.security.oidc.linking import unlink
from services.security.oidc.provider import Office
from tests.conftest import POSTGRES, SQLITE
from tests.console.caller import Answer, Caller
from tests.console.desk import Desk, running
from tests.console.night import DISTRICT, NOW, PASSWORD, SECRET
from tests.doors.oidc_provider import CLIENT, WORD, SmallProvider, small_provider

MAIL = "ratna@tuban.example.go.id"
START, BACK = "/masuk/penyedia", "/masuk/penyedia/kembali"
OVER, FAREWELL = "/masuk/penyedia/berakhir", "/masuk/penyedia/keluar"


class Both:
    """A desk, the office's provider, and a browser between them."""

    def __init__(self, desk: Desk, provider: SmallProvider) -> None:
        self.desk, self.provider = desk, provider

    def leave(self, caller: Caller, then: str = "/") -> dict[str, str]:
        answer = caller.get(f"{START}?{urlencode({'ke': then})}")
        assert answer.status == 303, answer.body
        assert answer.headers["location"].startswith(f"{self.provider.url}/authorization_endpoint?")
        return self.provider.authorise(answer.headers["location"])

    def come(self, then: str = "/", caller: Caller | None = None, **changed: str) -> tuple[Answer, Caller]:
        caller = caller or Caller(self.desk.url)
        told = self.leave(caller, then) | changed
        return caller.get(f"{BACK}?{urlencode(told)}"), caller

    def refused(self, **changed: str) -> str:
        """Come back and be refused: gives why, by the audit log."""
        answer, caller = self.come(**changed)
        assert answer.status in (401, 403), answer.body
        assert caller.get("/").status == 303
        return self.lines("signin.refused")[-1]["why"]

    def lines(self, kind: str) -> list[dict[str, Any]]:
        def ask(session: Any) -> list[dict[str, Any]]:
            return [one.data for one in session.exec(select(Journal).order_by(col(Journal.seq))) if one.kind == kind]

        return self.desk.store.read_now(ask)

    def over(self, token: str, **more: str) -> int:
        """Have the provider say that a session is over; gives the status of the answer, which says nothing else."""
        answer = Caller(self.desk.url).form(OVER, {"logout_token": token} | more)
        assert (answer.body, answer.headers["cache-control"]) == ("", "no-store")
        return answer.status

    def sessions(self) -> int:
        return self.desk.store.read_now(lambda session: len(session.exec(select(SignIn)).all()))

    def mail(self, person: str, mail: str = MAIL, *, verified: bool = True) -> None:
        at = NOW if verified else None
        row = {"id": f"a-{person}-{mail}", "person_id": person, "channel": "email", "address": mail, "verified_at": at}
        self.desk.write(lambda tx: tx.add(Address, [row | {"rank": 9}]))


@pytest.fixture
def build(new_database: Callable[[str], str]) -> Iterator[Callable[..., Both]]:
    opened: list[Any] = []

    def make(*, password: bool = True, database: str = "sqlite", **facts: Any) -> Both:
        clocks: list[Callable[[], datetime]] = []
        server = small_provider(lambda: clocks[0]().timestamp())
        provider = server.__enter__()
        opened.append(server)
        office = Office(provider.url, CLIENT, WORD, "Akun Pemkab", "email", (), "http://127.0.0.1" + BACK)
        district = DISTRICT.model_copy(update={"sign_in": SignInPolicy(password=password)})
        house = running(new_database(database), district=district, office=replace(office, **facts))
        desk = house.__enter__()
        opened.append(house)
        clocks.append(desk.clock)
        both = Both(desk, provider)
        both.mail("ratna")
        return both

    yield make
    for one in reversed(opened):
        one.__exit__(None, None, None)


@pytest.fixture
def both(build: Callable[..., Both]) -> Both:
    return build()


def test_somebody_the_office_knows_comes_in_and_his_role_is_ours(both: Both) -> None:
    both.provider.claims = {"role": "admin", "groups": ["admin"], "name": "Orang Lain"}
    before = both.desk.store.read_now(lambda session: session.get_one(Person, "ratna").model_dump())
    answer, caller = both.come("/piket")
    assert (answer.status, answer.headers["location"]) == (303, "/piket")
    assert caller.get("/").status == 200
    assert caller.get("/pengaturan/orang").status == 403
    assert both.desk.store.read_now(lambda session: session.get_one(Person, "ratna").model_dump()) == before
    assert both.lines("signin.vouched")[-1]["issuer"] == both.provider.url
    page = Caller(both.desk.url).get("/masuk").body
    assert "Masuk dengan Akun Pemkab" in page
    assert 'name="password"' in page


def test_nobody_is_made_and_nobody_is_matched_by_what_is_not_proved(both: Both) -> None:
    people = both.desk.store.read_now(lambda session: len(session.exec(select(Person)).all()))
    for claims, why in (
        ({"email": "orang-baru@tuban.example.go.id"}, "unknown"),
        ({"email_verified": False}, "unverified"),
        ({"email_verified": "true"}, "unverified"),
        ({"email_verified": None}, "unverified"),
        ({"email": None}, "claim"),
        ({"email": ["ratna@tuban.example.go.id"]}, "claim"),
        ({"email": "ratna@tuban.eⅩample.go.id"}, "unknown"),
        ({"email": "Kratna@tuban.example.go.id"}, "unknown"),  # the sign of Kelvin, a k in lower case
        ({"email": "%"}, "unknown"),
    ):
        both.mail("budi", "kratna@tuban.example.go.id") if "K" in str(claims.get("email")) else None
        both.provider.claims = claims
        assert both.refused() == f"provider:{why}", claims
    both.mail("sari", "belum@tuban.example.go.id", verified=False)
    both.provider.claims = {"email": "belum@tuban.example.go.id"}
    assert both.refused() == "provider:unknown"
    both.mail("budi", "berdua@tuban.example.go.id")
    both.mail("sari", "berdua@tuban.example.go.id")
    both.provider.claims = {"email": "berdua@tuban.example.go.id"}
    assert both.refused() == "provider:unknown"
    assert both.desk.store.read_now(lambda session: len(session.exec(select(Person)).all())) == people
    assert both.sessions() == 0


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"nonce": "lain"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"aud": "aplikasi-lain"}, "aud"),
        ({"aud": [CLIENT, "aplikasi-lain"]}, "azp"),
        ({"azp": "aplikasi-lain"}, "azp"),
        ({"iss": "https://palsu.example"}, "iss"),
        ({"exp": int(NOW.timestamp()) - 61}, "exp"),
        ({"exp": "besok"}, "exp"),
        ({"exp": None}, "exp"),
        ({"iat": int(NOW.timestamp()) + 61}, "iat"),
        ({"nbf": int(NOW.timestamp()) + 61}, "nbf"),
        ({"sub": None}, "sub"),
        ({"sub": 7}, "sub"),
        ({"at_hash": "AAAA"}, "at_hash"),
    ],
)
def test_a_token_that_does_not_fit_lets_nobody_in(both: Both, claims: dict[str, Any], why: str) -> None:
    both.provider.claims = claims
    assert both.refused() == f"provider:{why}"
    assert both.sessions() == 0


@pytest.mark.parametrize("claims", [{"exp": int(NOW.timestamp()) - 59}, {"iat": int(NOW.timestamp()) + 59}])
def test_clocks_may_differ_by_less_than_a_minute(both: Both, claims: dict[str, Any]) -> None:
    both.provider.claims = claims
    assert both.come()[0].status == 303


def test_only_a_key_of_the_provider_signs_and_only_as_a_signature(both: Both) -> None:
    trusted = both.provider.keys[0]
    for alg in ("none", "HS256"):
        both.provider.alg = alg
        assert both.refused() == "provider:signature"
    both.provider.alg = "RS256"
    both.provider.signer = RSAKey.generate_key(2048, {"kid": trusted.kid}, auto_kid=False)  # under a trusted name
    assert both.refused() == "provider:signature"
    both.provider.signer = RSAKey.generate_key(2048, {"kid": "lain"}, auto_kid=False)
    assert both.refused() == "provider:key"
    both.provider.signer = None
    assert both.come()[0].status == 303


def test_the_providers_keys_are_read_again_when_they_change(both: Both) -> None:
    assert both.come()[0].status == 303
    assert both.come()[0].status == 303
    assert both.provider.asked.count("/jwks_uri") == 1
    new = RSAKey.generate_key(2048, {"kid": "dua"}, auto_kid=False)
    old, both.provider.keys = both.provider.keys[0], [new]
    assert both.refused() == "provider:key"  # half a minute lies between two readings
    both.desk.clock.forward(1)
    assert both.come()[0].status == 303
    both.provider.signer = old
    assert both.refused() == "provider:key"  # what is listed no more signs nothing
    both.provider.signer = None
    both.provider.keys = [ECKey.generate_key("P-256", {"kid": "tiga", "alg": "ES256"}, auto_kid=False)]
    both.provider.alg = "ES256"
    both.desk.clock.forward(2)
    assert both.come()[0].status == 303


def test_a_return_counts_once_in_its_own_browser_and_in_time(both: Both) -> None:
    caller = Caller(both.desk.url)
    told = urlencode(both.leave(caller))
    kept = dict(caller.cookies)
    stranger = Caller(both.desk.url)
    assert stranger.get(f"{BACK}?{told}").status == 401  # no cookie of a start
    both.leave(stranger)
    assert stranger.get(f"{BACK}?{told}").status == 401  # another start's: a link sent to somebody
    assert both.lines("signin.refused")[-1]["why"] == "provider:state"
    assert caller.get(f"{BACK}?{told}").status == 303
    again = Caller(both.desk.url, cookies=kept)
    assert again.get(f"{BACK}?{told}").status == 401
    assert both.lines("signin.refused")[-1]["why"] == "provider:used"
    second = Caller(both.desk.url)
    replayed = both.leave(second) | {"code": "kode-0"}  # the code of before in a sign-in of its own
    assert second.get(f"{BACK}?{urlencode(replayed)}").status == 401
    assert both.lines("signin.refused")[-1]["why"] == "provider:code"
    late = Caller(both.desk.url)
    told = urlencode(both.leave(late))
    both.desk.clock.now += timedelta(minutes=10, seconds=1)
    assert late.get(f"{BACK}?{told}").status == 401
    assert both.lines("signin.refused")[-1]["why"] == "provider:late"


def test_a_start_that_was_forged_or_of_another_provider_is_none(both: Both) -> None:
    told = both.leave(Caller(both.desk.url))
    for kept in ("", "x", "gAAAAA", "ü" * 10):
        caller = Caller(both.desk.url, cookies={provider_pages.COOKIE: kept} if kept.isascii() else {})
        assert caller.get(f"{BACK}?{urlencode(told)}").status == 401
    assert both.refused(iss="https://palsu.example") == "provider:issuer"
    assert both.refused(error="access_denied") == "provider:denied"
    assert both.refused(code="") == "provider:denied"


def test_nothing_of_the_return_is_repeated_and_nobody_is_led_elsewhere(both: Both) -> None:
    both.provider.claims = {"nonce": "lain"}
    answer, _ = both.come()
    assert "kode-0" not in answer.body
    assert answer.headers["cache-control"] == "no-store"
    both.provider.claims = {}
    for then in ("//palsu.example", "https://palsu.example", "/\\palsu.example"):
        assert both.come(then)[0].headers["location"] == "/"


@pytest.mark.parametrize(
    "raw",
    [
        {"/.well-known/openid-configuration": (503, b"{}")},
        {"/.well-known/openid-configuration": (200, b"<html>")},
        {"/.well-known/openid-configuration": (200, b'{"issuer": "https://palsu.example"}')},
        {"/.well-known/openid-configuration": (200, b"[" * 100_000)},
        {"/.well-known/openid-configuration": (200, b'{"a": "' + b"x" * 300_000 + b'"}')},
        {"/token_endpoint": (500, b"{}")},
        {"/token_endpoint": (200, b"{}")},
        {"/token_endpoint": (302, b"{}")},
        {"/jwks_uri": (404, b"{}")},
        {"/jwks_uri": (200, b'{"keys": 7}')},
    ],
)
def test_a_provider_that_is_away_is_said_and_the_password_stays(both: Both, raw: dict[str, tuple[int, bytes]]) -> None:
    both.provider.raw = raw
    caller = Caller(both.desk.url)
    answer = caller.get(START)
    if answer.status == 303:
        answer = caller.get(f"{BACK}?{urlencode(both.provider.authorise(answer.headers['location']))}")
    assert answer.status == 503
    assert "tidak menjawab" in answer.body
    assert 'name="password"' in answer.body
    assert Caller(both.desk.url).sign_in("ratna", PASSWORD).get("/").status == 200


def test_a_district_may_end_passwords_where_there_is_a_provider(build: Callable[..., Both]) -> None:
    both = build(password=False)
    assert 'name="password"' not in Caller(both.desk.url).get("/masuk").body
    assert Caller(both.desk.url).form("/masuk", {"login": "ratna", "password": PASSWORD}).status == 403
    assert both.come()[0].status == 303


def test_a_second_proof_of_ours_is_asked_after_the_provider(both: Both) -> None:
    code = _factor(both)
    answer, caller = both.come("/piket")
    assert answer.status == 200
    ticket = answer.body.split('name="ticket" value="')[1].split('"')[0]
    assert both.sessions() == 0
    sent = {"ticket": ticket, "kode": code(), "ke": "/piket"}
    assert caller.form("/masuk/kode", sent).headers["location"] == "/piket"


def test_where_two_factors_are_demanded_the_provider_or_we_must_have_seen_them(build: Callable[..., Both]) -> None:
    both = build(factors=("mfa", "otp"))
    assert both.refused() == "provider:factor"
    both.provider.claims = {"amr": ["pwd"]}
    assert both.refused() == "provider:factor"
    both.provider.claims = {"amr": ["pwd", "otp"]}
    assert both.come()[0].status == 303
    both.provider.claims = {"amr": "otp"}  # no list: not believed
    assert both.refused() in ("provider:amr", "provider:factor")
    both.provider.claims = {}
    _factor(both)
    assert both.come()[0].status == 200  # ours is asked for


def test_an_account_is_known_by_the_providers_own_name_of_it(both: Both) -> None:
    assert both.come()[0].status == 303
    both.provider.claims = {"email": "nama-baru@tuban.example.go.id"}
    assert both.come()[0].status == 303  # the same account, whatever its address is now
    both.provider.claims = {"sub": "akun-2"}
    assert both.refused() == "provider:linked"  # the address was given to somebody else there
    both.desk.write(lambda tx: unlink(tx, "ratna", "office"))
    assert both.sessions() == 0
    assert both.come()[0].status == 303
    kept = both.desk.store.read_now(lambda session: [one.model_dump() for one in session.exec(select(ProviderLink))])
    assert len(kept) == 1
    assert "akun" not in str(kept)


def test_whoever_is_shut_out_stays_out_and_sessions_end_as_any_other(both: Both) -> None:
    _, caller = both.come()
    both.desk.write(lambda tx: shutting_out.lock(tx, tx.session.get_one(Person, "ratna"), "office", "pindah"))
    assert caller.get("/").status == 303
    assert both.refused() == "provider:unknown"
    both.desk.write(lambda tx: shutting_out.unlock(tx, tx.session.get_one(Person, "ratna"), "office"))
    _, caller = both.come()
    csrf = caller.get("/akun").csrf
    assert caller.form("/keluar", {"csrf": csrf}).headers["location"] == "/masuk"
    assert both.sessions() == 0
    _, caller = both.come()

    def promote(tx: Any) -> None:
        tx.session.get_one(Person, "ratna").role = Role.VERIFIER.value

    both.desk.write(promote)
    assert caller.get("/").status == 303


def test_the_provider_ends_the_session_that_it_names_or_all_of_an_account(both: Both) -> None:
    both.mail("joko", "joko@tuban.example.go.id")
    both.provider.claims = {"sub": "akun-2", "email": "joko@tuban.example.go.id", "sid": "c"}
    _, other = both.come()
    callers = []
    for sid in ("a", "b", None):
        both.provider.claims = {"sid": sid}
        callers.append(both.come()[1])
    here = Caller(both.desk.url).sign_in("ratna", PASSWORD)
    first, second, third = callers

    def inside() -> list[bool]:
        return [one.get("/").status == 200 for one in (first, second, third, here, other)]

    assert inside() == [True] * 5
    assert both.over(both.provider.over(sid="a")) == 200
    assert inside() == [False, True, True, True, True]
    assert both.over(both.provider.over(sid="b", sub="akun-2")) == 200  # a session of another account: nothing fits
    assert both.over(both.provider.over(sid="z")) == 200  # one that never came here
    assert inside() == [False, True, True, True, True]
    assert both.over(both.provider.over(sub="akun-1")) == 200
    assert inside() == [False, False, False, True, True]  # a password of ours is none of the provider's
    assert [one["sessions"] for one in both.lines("signin.ended")] == [1, 2]
    kept = both.desk.store.read_now(lambda session: [one.model_dump() for one in session.exec(select(SignIn))])
    assert "akun-" not in str(kept)


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "lain"},
        {"aud": None},
        {"iss": "https://lain.example"},
        {"iss": None},
        {"iat": 1_000_000_000},
        {"iat": None},
        {"iat": 9_999_999_999},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"exp": True},
        {"jti": None},
        {"jti": ""},
        {"jti": "x" * 300},
        {"jti": 7},
        {"sid": None},
        {"sid": ["a"]},
        {"sid": ""},
        {"events": None},
        {"events": {}},
        {"events": ["http://schemas.openid.net/event/backchannel-logout"]},
        {"events": {"http://schemas.openid.net/event/backchannel-logout": None}},
        {"nonce": "n"},
    ],
)
def test_what_is_no_word_of_the_provider_ends_nothing(both: Both, changed: dict[str, Any]) -> None:
    both.provider.claims = {"sid": "a"}
    _, caller = both.come()
    assert both.over(both.provider.over(**({"sid": "a"} | changed))) == 400
    assert caller.get("/").status == 200
    assert both.over(both.provider.over(sid="a")) == 200
    assert caller.get("/").status == 303


def test_a_word_is_signed_by_the_provider_counts_once_and_is_short(both: Both) -> None:
    both.provider.claims = {"sid": "a"}
    _, caller = both.come()
    for alg in ("none", "HS256"):
        both.provider.alg = alg
        assert both.over(both.provider.over(sid="a")) == 400
    both.provider.alg, both.provider.signer = "RS256", RSAKey.generate_key(2048, {"kid": "satu"}, auto_kid=False)
    assert both.over(both.provider.over(sid="a")) == 400
    both.provider.signer = None
    for word in ("", "x", "a.b.c", "\U0001f600", "x" * 60_000):
        assert both.over(word) == 400
    assert both.over("x" * 70_000) == 413
    assert Caller(both.desk.url).ask("POST", OVER, b"\xff=\xfe").status == 400
    assert caller.get("/").status == 200
    word = both.provider.over(sid="a")
    assert both.over(word) == 200
    _, again = both.come()  # the same session there: what was ended stays ended for a while
    assert again.get("/").status == 303
    both.provider.claims = {"sid": "baru"}
    _, again = both.come()
    assert both.over(word) == 400
    assert again.get("/").status == 200


@pytest.mark.parametrize("database", [SQLITE, POSTGRES])
def test_a_word_that_comes_many_times_at_once_counts_once(build: Callable[..., Both], database: str) -> None:
    both = build(database=database)
    both.provider.claims = {"sid": "a"}
    _, caller = both.come()
    word = both.provider.over(sid="a")
    with ThreadPoolExecutor(8) as many:
        assert sorted(many.map(both.over, [word] * 8)) == [200] + [400] * 7
    with ThreadPoolExecutor(8) as many:  # eight words of one session
        assert list(many.map(both.over, [both.provider.over(sid="a") for _ in range(8)])) == [200] * 8
    assert caller.get("/").status == 303
    assert [one["sessions"] for one in both.lines("signin.ended")] == [1]


def test_what_was_ended_while_somebody_was_on_his_way_in_stays_ended(both: Both) -> None:
    caller = Caller(both.desk.url)
    told = both.leave(caller)
    both.provider.claims = {"sid": "a"}
    assert both.over(both.provider.over(sid="a")) == 200
    assert caller.get(f"{BACK}?{urlencode(told)}").status == 403
    assert both.lines("signin.refused")[-1]["why"] == "provider:over"
    code = _factor(both)
    both.provider.claims = {"sid": "b"}
    answer, caller = both.come()
    ticket = answer.body.split('name="ticket" value="')[1].split('"')[0]
    assert both.over(both.provider.over(sub="akun-1")) == 200
    assert caller.form("/masuk/kode", {"ticket": ticket, "kode": code(), "ke": "/"}).status == 401
    assert both.sessions() == 0
    both.desk.clock.now += timedelta(minutes=1)
    both.provider.claims = {"sid": "c"}
    assert both.come()[0].status == 200  # signed in anew since


def test_a_password_chosen_inside_leaves_the_session_the_providers(both: Both) -> None:
    both.provider.claims = {"sid": "a"}
    _, caller = both.come()
    csrf = caller.get("/akun").csrf
    sent = {"csrf": csrf, "current": PASSWORD, "password": "seribu-sembilan-burung", "again": "seribu-sembilan-burung"}
    caller.form("/akun/sandi", sent)
    assert caller.get("/").status == 200
    assert both.over(both.provider.over(sid="a")) == 200
    assert caller.get("/").status == 303


def test_who_signs_out_here_is_offered_to_sign_out_at_the_provider(both: Both) -> None:
    both.provider.farewell = True
    _, caller = both.come()
    answer = caller.form("/keluar", {"csrf": caller.get("/akun").csrf})
    assert answer.headers["location"] == "/masuk?pesan=keluar"
    page = caller.get("/masuk?pesan=keluar").body
    assert "Keluar juga dari Akun Pemkab" in page
    assert f'href="{FAREWELL}"' in page
    led = caller.get(FAREWELL).headers["location"]
    asked = {"client_id": CLIENT, "post_logout_redirect_uri": "http://127.0.0.1/masuk"}
    assert led == f"{both.provider.url}/end_session_endpoint?{urlencode(asked)}"
    here = Caller(both.desk.url).sign_in("ratna", PASSWORD)
    assert here.form("/keluar", {"csrf": here.get("/akun").csrf}).headers["location"] == "/masuk"


def test_a_provider_whose_keys_cannot_be_read_may_say_it_again(both: Both) -> None:
    word = both.provider.over(sid="a")
    both.provider.raw["/jwks_uri"] = (500, b"{}")
    assert both.over(word) == 503
    del both.provider.raw["/jwks_uri"]
    both.desk.clock.now += timedelta(minutes=2)
    assert both.over(both.provider.over(sid="a")) == 200


def test_a_login_may_be_the_claim(build: Callable[..., Both]) -> None:
    both = build(claim="preferred_username")
    both.provider.claims = {"preferred_username": "RATNA", "email": None}
    assert both.come()[0].status == 303
    both.provider.claims = {"preferred_username": "raтna", "sub": "akun-9"}
    assert both.refused() == "provider:unknown"


def test_returns_from_one_network_are_counted(both: Both) -> None:
    caller = Caller(both.desk.url)
    said = [caller.get(f"{BACK}?code=x&state=y").status for _ in range(70)]
    assert said.count(429) == 10
    assert said.count(401) == 60


def test_without_settings_nothing_is_there(new_database: Callable[[str], str]) -> None:
    with running(new_database("sqlite")) as desk:
        assert Caller(desk.url).get(START).status == 404
        assert Caller(desk.url).get(BACK).status == 404
        assert Caller(desk.url).get(FAREWELL).status == 404
        assert Caller(desk.url).form(OVER, {"logout_token": "x"}).status == 404
        assert START not in Caller(desk.url).get("/masuk").body


def test_settings_make_a_provider_over_https_only(desk_store: Any) -> None:
    told = {"oidc_issuer": "https://sso.example.go.id/realms/pemkab", "oidc_client": CLIENT, "oidc_factors": "mfa, otp"}
    made = _provider(Settings(base_url="https://kentongan.example", **told), SECRET, desk_store)
    assert made is not None
    assert made.office.redirect == "https://kentongan.example/masuk/penyedia/kembali"
    assert (made.office.name, made.office.factors) == ("sso.example.go.id", ("mfa", "otp"))
    assert _provider(Settings(), SECRET, desk_store) is None
    for wrong in ({"oidc_issuer": "http://sso.example.go.id"}, {"oidc_client": ""}):
        with pytest.raises(SettingError, match="KENTONGAN_OIDC"):
            _provider(Settings(**(told | wrong)), SECRET, desk_store)


@pytest.fixture
def desk_store(both: Both) -> Any:
    return both.desk.store


def _factor(both: Both) -> Callable[[], str]:
    """Turn Ratna's second proof on; gives what makes her next code."""
    clock = both.desk.clock

    def begin(tx: Any) -> str:
        person = tx.session.get_one(Person, "ratna")
        begun = second_factor.begin(tx, SECRET, person)
        tx.session.flush()
        second_factor.turn_on(tx, SECRET, person, pyotp.TOTP(begun.secret).at(clock()))
        return begun.secret

    word = both.desk.write(begin)
    clock.now += timedelta(seconds=60)
    return lambda: pyotp.TOTP(word).at(clock())
