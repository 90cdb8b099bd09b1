"""Whatever stands in an address that is read, the answer is a page: no error of ours, no header of the asker's making.

Every word that a route's own module asks an address for, and every part of its path, is given values that parsers
choke on: times beyond the calendar, digits of other scripts, signs that end a header line.
"""

import contextlib
import inspect
import re
import time
from collections.abc import Iterator
from datetime import UTC, timedelta
from functools import cache
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute

from schemas.vocabulary import Role
from services.console.incidents import filters
from services.console.settings.letters import _instant
from services.console.web.page_base import PageRoute
from services.ingest.formats.dates import read_time
from services.notify.channel_kit.receipt_parsing import moment
from services.office.papers.periods import stretch_of
from tests.console.caller import Caller
from tests.console.desk import Desk, running_on
from tests.console.night import NOW
from tests.doors.test_judging import SECRETIVE, AnyRoute, name_of, served

STRANGE = (
    "9999-12-31",
    "0001-01-01",
    "9999-W52",
    "9999",
    "9999-B12",
    "\uff12\uff10\uff12\uff16-W48",  # full-width digits
    "20\uff12\uff16-11",
    "\u0662\u0660\u0662\u0666",  # Arabic-Indic digits
    "\u00b2",  # a digit to isdigit(), none to int()
    "9" * 400,
    "x\r\nSet-Cookie: a=b",
    "x\x00y",
    "\u2028\ud7ff\u202e",
    "[" * 300,
    "9999-12-31T23:59-14:00",
    "0001-01-01T00:00+14:00",
)
DAYS = ("from", "to", "first", "last", "week", "due", "starts_at", "obtained")
FIELD = re.compile(r"""form(?:\.get\(|\[)\s*["'](\w[\w.-]*)["']""")
ENDLESS = ("/v1/events",)
LISTS = ("/", "/potongan/peristiwa", "/peta", "/v1/incidents", "/v1/incidents.csv", "/v1/incidents.geojson")
ASKED = re.compile(r"""(?:query_params|given|asked|params|query)(?:\.get\(|\[)\s*["'](\w[\w.-]*)["']""")
READ = [r for r in served() if "GET" in r.methods and r.path not in ENDLESS and not r.path.startswith("/static")]

LEAVING = ("/keluar", "/akun/sesi", "/akun/sandi", "/masuk", "/masuk/kode", "/pengaturan/orang/{id}/{act}")
TAKEN = [r for r in served() if "POST" in r.methods and not isinstance(r, APIRoute) and r.path not in LEAVING]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, blank_sqlite: bytes) -> Iterator[Desk]:
    with running_on(tmp_path_factory.mktemp("strange"), blank_sqlite, district=SECRETIVE) as found:
        yield found


@pytest.fixture(scope="module")
def readers(desk: Desk) -> tuple[Caller, ...]:
    return tuple(desk.official(role, "KESBANG", login=f"aneh-{role}") for role in (Role.COORDINATOR, Role.ADMIN))


@cache
def words_of(module: object) -> frozenset[str]:
    return frozenset(ASKED.findall(inspect.getsource(module)))  # type: ignore[arg-type]


def asked_by(route: AnyRoute) -> set[str]:
    """Give what a route may ask its address for."""
    if route.path.endswith(".pdf"):
        return {"minggu"}  # drawing is slow; its page is asked for the rest
    if isinstance(route, APIRoute):
        found = {one.alias for one in route.dependant.query_params}
    else:
        found = set(words_of(inspect.getmodule(route._handle)))
    return found | (set(words_of(filters)) if route.path in LISTS else set())


def read_by(route: AnyRoute) -> set[str]:
    """Give what a route may read of its address, itself or by a module of the console that its own module uses."""
    own = inspect.getmodule(route._handle) if isinstance(route, PageRoute) else None
    used = {inspect.getmodule(one) for one in vars(own).values() if callable(one)} if own else set()
    near = [one for one in used if one and one.__name__.startswith("services.console.")]
    return asked_by(route).union(*map(words_of, near))


def strange(route: AnyRoute, desk: Desk) -> Iterator[str]:
    incident = next(iter(desk.ids.values()))
    parts = re.findall(r"{\w+}", route.path)
    ordinary = re.sub(r"{\w+}", incident, route.path)
    for value in STRANGE:
        said = quote(value, safe="")
        for part in parts:
            yield re.sub(r"{\w+}", incident, route.path.replace(part, said))
        if len(parts) > 1:
            yield re.sub(r"{\w+}", said, route.path)
        if route.path.startswith("/laporan-berkala/"):
            yield from (re.sub(r"{\w+}", said, route.path.replace("{kind}", kind)) for kind in ("harian", "mingguan", "catur", "tahunan"))  # fmt: skip
        names = sorted(asked_by(route))
        yield from (f"{ordinary}?{name}={said}" for name in names)
        if len(names) > 1:
            yield ordinary + "?" + "&".join(f"{name}={said}" for name in names)


@pytest.mark.parametrize("route", READ, ids=name_of)
def test_no_address_is_too_strange(desk: Desk, readers: tuple[Caller, ...], route: AnyRoute) -> None:
    wrong = []
    for address in strange(route, desk):
        for caller in readers:
            began = time.process_time()
            answer = caller.ask("GET", address, headers={"Accept": "text/html"})
            if answer.status >= 500 or "a=b" in answer.headers.get("set-cookie", ""):
                wrong.append((address, answer.status))
            if answer.status in (401, 403):
                continue  # the other one may
            assert time.process_time() - began < 2, address
            break
    assert wrong == []


def fields_of(route: AnyRoute) -> set[str]:
    return set(FIELD.findall(inspect.getsource(inspect.getmodule(route._handle))))  # type: ignore[union-attr, arg-type]


@pytest.mark.parametrize("route", TAKEN, ids=name_of)
def test_no_field_is_too_strange(desk: Desk, readers: tuple[Caller, ...], route: AnyRoute) -> None:
    wrong, (coordinator, admin) = [], readers
    caller = admin if route.path.startswith("/pengaturan/") else coordinator
    path = re.sub(r"{\w+}", next(iter(desk.ids.values())), route.path)
    names = sorted(fields_of(route) - {"csrf"})
    usual = dict.fromkeys(names, "x") | {name: "2026-11-25" for name in names if name in DAYS} | {"issue": "WRG"}
    for value in STRANGE:
        for form in (dict.fromkeys(names, value), *(usual | {name: value} for name in names if name in DAYS)):
            answer = caller.form(path, form | {"csrf": caller.csrf})
            if answer.status >= 500 or "a=b" in answer.headers.get("set-cookie", ""):
                wrong.append((path, form, answer.status))
    assert wrong == []


def test_most_of_what_addresses_say_is_tried() -> None:
    assert len({name for route in READ for name in asked_by(route)}) > 30
    assert len({name for route in TAKEN for name in fields_of(route)}) > 60


@pytest.mark.parametrize("value", STRANGE)
def test_no_time_in_a_file_a_receipt_or_a_letter_is_too_strange(value: str) -> None:
    receipt = moment(value)
    assert receipt is None or receipt.utcoffset() == timedelta(0)
    letter = _instant(value)
    assert letter is None or letter.astimezone(UTC)
    with contextlib.suppress(ValueError):
        assert read_time(value, "Asia/Jakarta", NOW).start


def test_a_time_has_one_name() -> None:
    """Else a report that is issued once is issued again, under another spelling of its day."""
    for kind, key in (
        ("harian", "20261120"),
        ("harian", "2026-W47-5"),
        ("mingguan", "\uff12\uff10\uff12\uff16-W48"),
        ("mingguan", "2026-W\uff14\uff18"),
        ("catur", "\uff12\uff10\uff12\uff16-B12"),
        ("tahunan", "\u0662\u0660\u0662\u0666"),
        ("tahunan", "9999"),
        ("tahunan", "0001"),
    ):
        with pytest.raises(ValueError, match=r"."):
            stretch_of(kind, key)
