"""No other site acts in somebody's name: every address that takes a form or a body is tried as a foreign page would.

A foreign page has the browser's cookie and nothing else: no token, one of another session (its maker's own), and the
browser says whose page it is.
"""

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import Table, select
from sqlmodel import SQLModel

from schemas.vocabulary import Role
from services.web.security_headers import HOST_PREFIX
from tests.console.caller import Answer, Caller
from tests.console.desk import HASH, Desk, running_on
from tests.console.night import PASSWORD
from tests.doors.test_judging import SECRETIVE, AnyRoute, act_of, name_of, served
from tests.servers import GENEROUS

# What takes no session: proved by a key, by a signed word, or by nothing; a foreign page gains nothing by a cookie.
BY_KEY = ("/v1/reports", "/v1/reports:batch", "/v1/attachments", "/v1/inbound/")
BY_WORD = ("/masuk/penyedia/berakhir",)  # tests/doors/test_office_provider.py
# Asked without a session: the browser's word alone says that the form is ours.
BY_ORIGIN = (
    "/masuk",
    "/masuk/kode",
    "/masuk/kunci",
    "/masuk/kunci/mulai",
    "/undangan/{token}",
    "/terima/{token}",
    "/survei/{code}",
    "/status",
    "/status/{code}",
    "/lapor",
    "/lapor/hapus",
)
HARMLESS = ("/lapor/baca",)  # gives back the words that it is sent, as read; keeps nothing
WRITING = [route for route in served() if route.methods & {"POST", "DELETE", "PUT", "PATCH"}]
WITH_SESSION = [r for r in WRITING if r.path not in (*BY_ORIGIN, *BY_WORD, *HARMLESS) and not r.path.startswith(BY_KEY)]
WITH_FILES = ("/pengaturan/orang-tabel",)
EVERYTHING = {
    **dict.fromkeys(("reason", "text", "note", "name", "title", "subject", "facts", "source", "of0", "name0"), "x"),
    **dict.fromkeys(("old", "password", "again"), "kata sandi yang baru sekali"),
    "outcome": "dismissed",
    "level": "KRITIS",
    "berguna": "ya",
    "menjadi": "nothing",
    "login": "baru",
    "role": "admin",
    "clearance": "RAHASIA",
    "agrees": "true",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, blank_sqlite: bytes) -> Iterator[Desk]:
    with running_on(tmp_path_factory.mktemp("foreign"), blank_sqlite, district=SECRETIVE) as found:
        yield found


@pytest.fixture(scope="module")
def members(desk: Desk) -> dict[Role, Caller]:
    roles = (Role.COORDINATOR, Role.ADMIN, Role.MEMBER)
    return {role: desk.official(role, "KESBANG", login=f"asli-{role}") for role in roles}


@pytest.fixture(scope="module")
def foreigner(desk: Desk) -> Caller:
    return desk.official(Role.MEMBER, "POLRES", login="asing")


def kept(desk: Desk) -> dict[str, list[Any]]:
    """Give every row of every table, but for what is told of refusals."""
    tables: list[Table] = [one for one in SQLModel.metadata.sorted_tables if one.name not in ("journal", "chain")]

    def rows(session: Any) -> dict[str, list[Any]]:
        return {one.name: sorted(map(str, session.connection().execute(select(one)))) for one in tables}

    return desk.store.read_now(rows)


def address(desk: Desk, route: AnyRoute) -> str:
    incident = next(iter(desk.ids.values()))
    words = {"act": "terima", "kind": "harian", "key": "2026-11-20", "token": next(iter(desk.tokens.values()))}
    return "/".join(words.get(part.strip("{}"), incident) if part.startswith("{") else part for part in route.path.split("/"))  # fmt: skip


def sent(caller: Caller, route: AnyRoute, path: str, token: str | None, **headers: str) -> Answer:
    if route.path.startswith("/v1/"):
        more = headers if token is None else headers | {"X-CSRF": token}
        ours, caller.csrf = caller.csrf, ""
        try:
            return caller.ask(min(route.methods), path, b'{"reason": "x"}', {"Content-Type": "application/json", **more})  # fmt: skip
        finally:
            caller.csrf = ours
    fields = EVERYTHING if token is None else EVERYTHING | {"csrf": token}
    if route.path in WITH_FILES:
        parts = [
            f'--z\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields.items()
        ][-5:]
        body = "\r\n".join([*parts, "--z--", ""]).encode()
        return caller.ask("POST", path, body, {"Content-Type": "multipart/form-data; boundary=z", **headers})
    return caller.form(path, fields, **headers)


@pytest.mark.parametrize("route", WITH_SESSION, ids=name_of)
def test_nothing_is_done_by_a_form_of_another_site(
    desk: Desk, members: dict[Role, Caller], foreigner: Caller, route: AnyRoute
) -> None:
    path, before = address(desk, route), kept(desk)
    for role, caller in members.items():
        tried = [
            sent(caller, route, path, token)
            for token in (None, "", "x", foreigner.csrf, caller.cookies["kentongan_sesi"])
        ]
        if not route.path.startswith("/v1/"):  # a header of its own no foreign page can send, a form it can
            tried += [sent(caller, route, path, caller.csrf, Origin=one) for one in ("https://evil.example", "null")]
        assert [answer.status for answer in tried] == [403] * len(tried), (role, act_of(route))
    assert kept(desk) == before


@pytest.mark.parametrize("path", BY_ORIGIN)
def test_nobody_signs_in_or_answers_by_a_form_of_another_site(desk: Desk, members: dict[Role, Caller], path: str) -> None:  # fmt: skip
    (route,) = [one for one in WRITING if one.path == path]
    before = kept(desk)
    for caller in (members[Role.COORDINATOR], Caller(desk.url)):
        for origin in ("https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1.evil.example"):
            assert sent(caller, route, address(desk, route), None, Origin=origin).status == 403
    assert kept(desk) == before


def test_every_address_that_takes_something_is_one_of_these() -> None:
    assert len(WITH_SESSION) > 60
    assert {route.path for route in WRITING} >= {*BY_ORIGIN, *BY_WORD, *HARMLESS}
    assert all(any(route.path.startswith(one) for route in WRITING) for one in BY_KEY)


def test_the_right_form_is_taken(desk: Desk, members: dict[Role, Caller]) -> None:
    """Else all of the above holds because nobody's form is."""
    caller = members[Role.COORDINATOR]
    (route,) = [one for one in WITH_SESSION if one.path == "/serah-terima"]
    assert sent(caller, route, "/serah-terima", caller.csrf, Origin=desk.url).status == 303


# -- cookies -----------------------------------------------------------------------------------------------------------


def test_every_cookie_is_kept_from_scripts_other_sites_and_plain_http(tmp_path: Any, blank_sqlite: bytes) -> None:
    """Behind a proxy that speaks TLS: whatever sets one, wherever."""
    with running_on(tmp_path, blank_sqlite, base_url="https://siaga.example.go.id") as found:
        found.official(Role.MEMBER, "KESBANG", login="kue", password=HASH)
        form = urlencode({"login": "kue", "password": PASSWORD, "ke": "/", "text": "Warga bentrok di Soko."}).encode()
        posted = {"Content-Type": "application/x-www-form-urlencoded"}
        set_: list[str] = []
        for method, path in (
            ("GET", "/masuk?bahasa=en"),
            ("POST", "/masuk"),
            ("GET", "/lapor"),
            ("POST", "/lapor"),
            ("POST", "/masuk/kunci/mulai"),
        ):
            with closing(HTTPConnection(urlsplit(found.url).netloc, timeout=GENEROUS)) as connection:
                connection.request(method, path, form if method == "POST" else None, posted)
                set_ += connection.getresponse().headers.get_all("set-cookie") or []
    assert {cookie.partition("=")[0] for cookie in set_} >= {
        f"{HOST_PREFIX}{name}" for name in ("bahasa", "kentongan_sesi")
    }
    for cookie in set_:
        parts = [part.strip().lower() for part in cookie.split(";")]
        assert cookie.startswith(HOST_PREFIX), cookie
        assert {"secure", "httponly", "path=/"} <= set(parts), cookie
        assert {"samesite=lax", "samesite=strict"} & set(parts), cookie
