"""Every answer of every application carries what keeps browsers from harm: each route, refusals, crashes, any method."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock
from urllib.parse import urlencode, urlsplit

import pytest
from fastapi import FastAPI

from services.cli.serve_web import create_web
from services.console.app import create_app as desk_app
from services.console.dependencies import Deps as DeskDeps
from services.ingest import app as ingest
from services.policy.versions import Rules
from services.runtime.settings import Settings
from services.security.auth import Receipts
from services.security.devices import Devices
from services.security.keys import Keys
from services.store.database import Store
from services.web.bounded_http import REFUSED
from tests.console.night import DISTRICT, SECRET, Clock, fill
from tests.ingest.door import MemoryJournal

HTTPS, HTTP = "https://kentongan.example", "http://kentongan.example"
FOR_EVERYBODY = ("/static/", "/sw.js")  # may be kept by browsers and proxies
COOKIE = "kentongan_sesi"


def routes(router: Any) -> Iterator[Any]:
    for route in router.routes:
        if hasattr(route, "path"):
            yield route
        else:
            yield from routes(route.original_router)


@pytest.fixture
def store(new_database: Any) -> Iterator[Store]:
    found = Store(new_database("sqlite"), Clock())
    found.write_now(fill)
    yield found
    found.close()


def application(kind: str, store: Store, base_url: str, tmp_path: Path, hosts: str = "") -> FastAPI:
    """Build one of the applications, as services do."""
    keys = Keys(SECRET, Clock(), known={})
    if kind == "desk alone":
        deps = DeskDeps(store=store, secret=SECRET, keys=keys, rules=Rules.fixed(DISTRICT), base_url=base_url)
        return desk_app(deps)
    if kind == "door alone":
        door = ingest.Deps(
            journal=MemoryJournal(),
            keys=keys,
            receipts=Receipts(SECRET),
            rules=Rules.fixed(DISTRICT),
            clock=Clock(),
            base_url=base_url,
            devices=Devices(SECRET),
            attachments=tmp_path,
        )
        return ingest.create_app(door)
    settings = Settings(base_url=base_url, data=tmp_path, hosts=hosts)
    names = tuple(kind.split("+"))
    bus = Mock(ready=AsyncMock(return_value=True))
    return create_web(names, settings, Rules.fixed(DISTRICT), SECRET, bus, store, keys)


KINDS = ["desk alone", "door alone", "ingest+console", "ingest", "console"]


@dataclass
class Answer:
    status: int
    set: list[str]  # cookies
    headers: dict[str, str]
    text: str


@dataclass
class Browser:
    """Ask an application in this process, and keep its cookies as a browser does."""

    app: FastAPI
    base_url: str
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        return asyncio.run(self._ask(method, path, form, headers))

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    async def _ask(self, method: str, path: str, form: dict[str, str] | None, headers: dict[str, str]) -> Answer:
        parts = urlsplit(self.base_url)
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"host": parts.netloc, "accept": "text/html", **({"cookie": kept} if kept else {})}
        if form is not None:
            sent |= {"content-type": "application/x-www-form-urlencoded", "origin": self.base_url}
        sent |= {name.lower(): value for name, value in headers.items()}
        address, _, query = path.partition("?")
        scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "root_path": ""}
        scope |= {"scheme": parts.scheme, "path": address, "raw_path": address.encode(), "query_string": query.encode()}
        scope |= {"client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80)}
        scope["headers"] = [(name.encode(), value.encode()) for name, value in sent.items()]
        messages: list[Any] = []
        bodies = [{"type": "http.request", "body": urlencode(form or {}).encode()}]

        async def receive() -> Any:
            return bodies.pop() if bodies else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            messages.append(message)

        await self.app(scope, receive, send)
        given = [(name.decode().lower(), value.decode("latin-1")) for name, value in messages[0]["headers"]]
        cookies = [value for name, value in given if name == "set-cookie"]
        self.cookies |= dict(one.split(";")[0].split("=", 1) for one in cookies)
        text = b"".join(one.get("body", b"") for one in messages[1:])
        return Answer(messages[0]["status"], cookies, dict(given), text.decode("utf-8", "replace"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_route_of_every_application_answers_with_the_headers(kind: str, store: Store, tmp_path: Path) -> None:
    app = application(kind, store, HTTPS, tmp_path)

    @app.get("/crash")
    def crash() -> None:
        raise RuntimeError

    asked = Browser(app, HTTPS)
    found = [(method, route.path) for route in routes(app.router) for method in sorted(route.methods or ())]
    found += [("GET", "/nobody/serves/this"), ("PATCH", "/v1/reports"), ("GET", "/crash"), ("TRACE", "/")]
    assert len(found) > 6
    for method, path in found:
        if path == "/v1/events":
            continue  # streams without an end; it is refused below
        for name in ("id", "token", "code", "name", "photo", "act", "gateway"):
            path = path.replace(f"{{{name}}}", "x")  # noqa: PLW2901
        headers = asked.ask(method, path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["strict-transport-security"] == "max-age=31536000", path
        assert headers["referrer-policy"] == "same-origin", path
        assert headers["x-frame-options"] == "DENY", path
        assert "no-store" in headers["cache-control"] or path.startswith(FOR_EVERYBODY), path
        if "javascript" not in headers.get("content-type", ""):
            assert "frame-ancestors 'none'" in headers["content-security-policy"], path
    if "desk" in kind or "console" in kind:
        assert asked.get("/v1/events").headers["x-content-type-options"] == "nosniff"


def test_without_tls_nothing_is_promised_about_it(store: Store, tmp_path: Path) -> None:
    answer = Browser(application("console", store, HTTP, tmp_path), HTTP).get("/masuk")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "strict-transport-security" not in answer.headers


def test_what_the_server_refuses_before_any_application_says_so_too() -> None:
    assert b"x-content-type-options: nosniff" in REFUSED


# -- cookies -----------------------------------------------------------------------------------------------------------


def signed_in(asked: Browser) -> Answer:
    form = {"login": "ratna", "password": "kata-sandi-uji", "ke": "/"}
    return asked.ask("POST", "/masuk", form)


def test_over_https_a_cookie_is_this_hosts_alone(store: Store, tmp_path: Path) -> None:
    asked = Browser(application("console", store, HTTPS, tmp_path), HTTPS)
    answer = signed_in(asked)
    assert answer.status == 303, answer.text
    [session] = [one for one in answer.set if COOKIE in one]
    assert session.startswith(f"__Host-{COOKIE}=")
    assert {"Secure", "Path=/", "HttpOnly"} <= {part.strip() for part in session.split(";")}
    assert "domain" not in session.lower()
    assert asked.get("/v1/incidents").status == 200  # the browser brings it back, and it is known
    value = session.split(";")[0].partition("=")[2]
    # what a sister host may set for us, a cookie without the prefix, is nobody's session
    stranger = Browser(application("console", store, HTTPS, tmp_path), HTTPS)
    assert stranger.get("/v1/incidents", cookie=f"{COOKIE}={value}").status == 401
    assert stranger.get("/v1/incidents", cookie=f"a=b; __Host-{COOKIE}={value}").status == 200


def test_every_cookie_over_https_has_the_prefix_also_when_it_ends(store: Store, tmp_path: Path) -> None:
    asked = Browser(application("ingest+console", store, HTTPS, tmp_path), HTTPS)
    signed_in(asked)
    page = asked.get("/saya?bahasa=en")
    csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
    answers = [page, asked.get("/lapor"), asked.ask("POST", "/keluar", {"csrf": csrf})]
    given = [one for answer in answers for one in answer.set]
    assert len(given) >= 3
    assert all(one.startswith("__Host-") and "Secure" in one and "Path=/" in one for one in given), given


def test_without_tls_cookies_have_their_plain_names(store: Store, tmp_path: Path) -> None:
    asked = Browser(application("console", store, HTTP, tmp_path), HTTP)
    assert signed_in(asked).set[0].startswith(f"{COOKIE}=")
    assert asked.get("/v1/incidents").status == 200


# -- hosts -------------------------------------------------------------------------------------------------------------


def test_only_the_named_hosts_are_answered(store: Store, tmp_path: Path) -> None:
    app = application("console", store, HTTPS, tmp_path, hosts="kentongan.example, 127.0.0.1")
    asked = Browser(app, HTTPS)
    assert asked.get("/masuk").status == 200
    assert asked.get("/masuk", host="127.0.0.1:8080").status == 200
    refused = asked.get("/masuk", host="evil.example")
    assert (refused.status, refused.headers["x-content-type-options"]) == (400, "nosniff")
    assert Browser(application("console", store, HTTPS, tmp_path), HTTPS).get("/masuk").status == 200


@pytest.mark.parametrize(
    ("hosts", "door", "answered"),
    [
        ("", "", ()),
        ("", "http://ingest:8080", ()),  # any
        ("kentongan.example", "", ("kentongan.example",)),
        ("kentongan.example, 127.0.0.1", "http://ingest:8080", ("kentongan.example", "127.0.0.1", "ingest")),
    ],
)
def test_a_door_answers_to_the_name_by_which_notify_asks_whether_it_is_open(
    hosts: str, door: str, answered: tuple[str, ...]
) -> None:
    assert Settings(hosts=hosts, door_url=door).host_names == answered
