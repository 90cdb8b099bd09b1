"""Words from outside stay words: in addresses, logs, tables, bodies and forms, and under a false name of ours."""

import csv
import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import openpyxl
import pytest
from fastapi.routing import APIRoute
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from sqlmodel import select

from schemas.records.accounts import Invitation, Key
from schemas.records.people import Person
from schemas.vocabulary import Role
from services.console.incidents.exports import _cell
from services.console.web.sessions import inside
from services.office.papers.workbook import _append
from services.runtime.logging import OneLine
from services.store.database import Store
from tests.console.caller import Caller
from tests.console.desk import Desk, running
from tests.console.night import DISTRICT
from tests.doors.test_judging import AnyRoute, name_of, served

EVIL = "evil.example"
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
STREAMS = ("/v1/events",)
POSTED = [route for route in served() if "POST" in route.methods and route.path not in ("/keluar", "/akun/sesi")]
READ = [route for route in served() if "GET" in route.methods and not route.path.startswith(STREAMS)]
# What nobody may give himself by a form or a body that is about something else.
GRANTED: dict[str, str] = {
    "role": "admin",
    "institution": "KESBANG",
    "clearance": "4",
    "active": "0",
    "named_for": "bomb",
    "id": "admin",
    "login": "admin",
    "person_id": "admin",
    "password": "x" * 20,
    "level": "KRITIS",
    "state": "closed",
    "by": "admin",
    "actor": "admin",
    "revision": "99",
    "scopes": "inbound",
    "reliability": "A",
    "may_reply": "1",
    "unit": "x",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    database = f"sqlite:///{tmp_path_factory.mktemp('words')}/desk.db"
    made = Store(database)
    made.upgrade()
    made.close()
    with running(database, district=DISTRICT) as found:
        yield found


@pytest.fixture(scope="module")
def member(desk: Desk) -> Caller:
    return desk.official(Role.MEMBER, "POLRES", clearance=2)


@pytest.fixture(scope="module")
def coordinator(desk: Desk) -> Caller:
    return desk.official(Role.COORDINATOR, "KESBANG")


def address(desk: Desk, route: AnyRoute) -> str:
    """Give an address of a route, with an incident in place of every number."""
    incident = next(iter(desk.ids.values()))
    return "/".join(incident if part.startswith("{") else part for part in route.path.split("/")).replace(
        "{id}", incident
    )


def granted(desk: Desk) -> list[Any]:
    def rows(session: Any) -> list[Any]:
        people = [one.model_dump(exclude={"password"}) for one in session.exec(select(Person).order_by(Person.id))]
        return [people, len(list(session.exec(select(Key)))), len(list(session.exec(select(Invitation))))]

    return desk.store.read_now(rows)


@pytest.mark.parametrize("route", POSTED, ids=name_of)
def test_no_form_and_no_body_gives_more_than_it_is_about(
    desk: Desk, member: Caller, coordinator: Caller, route: AnyRoute
) -> None:
    before = granted(desk)
    path = address(desk, route)
    told = [one.form(path, GRANTED | {"csrf": one.csrf}) for one in (member, coordinator)]
    told += [one.post(path, GRANTED) for one in (member, coordinator)]
    assert granted(desk) == before
    assert all(answer.status < 500 for answer in told)


def test_every_json_body_refuses_what_it_does_not_know() -> None:
    bodies = {
        parameter.field_info.annotation
        for route in served()
        if isinstance(route, APIRoute)
        for parameter in route.dependant.body_params
    }
    models = {one for one in bodies if isinstance(one, type) and issubclass(one, BaseModel)}
    assert len(models) > 5
    assert [one.__name__ for one in models if one.model_config.get("extra") != "forbid"] == []


@pytest.mark.parametrize("route", READ, ids=name_of)
def test_no_answer_repeats_the_name_under_which_it_was_asked(desk: Desk, member: Caller, route: AnyRoute) -> None:
    """Else a cache, or a mail made meanwhile, leads to whoever has sent the request."""
    path = address(desk, route)
    for caller in (member, Caller(desk.url)):
        answer = caller.ask("GET", path, headers={"Host": EVIL, "X-Forwarded-Host": EVIL, "Accept": "text/html"})
        assert EVIL not in answer.body
        assert EVIL not in str(answer.headers)


@given(st.text(alphabet="/\\.:@ \t\n\r%0aev?#;il\u2028\u3002\uff0f", max_size=12))
def test_no_way_on_leads_to_another_host(tail: str) -> None:
    for given_ in (tail, f"/{tail}", f"//{tail}", f"/\\{tail}", f"https:{tail}"):
        found = urlsplit(urljoin("https://desk.example/masuk", inside(given_).replace("\\", "/")))
        assert (found.scheme, found.netloc) == ("https", "desk.example")


@given(st.text(max_size=40))
def test_what_is_logged_begins_no_line_and_moves_no_cursor(words: str) -> None:
    record = logging.LogRecord("kentongan", logging.INFO, "", 0, "a report of %s came", (words,), None)
    first, *more = OneLine("%(levelname)s %(message)s").format(record).split("\n")
    assert first.startswith("INFO a report of ")
    assert all(line.startswith("    ") for line in more)
    assert all(line.isprintable() for line in (first, *more))


@pytest.mark.parametrize("sign", FORMULAS)
def test_no_cell_of_a_table_is_a_formula(sign: str) -> None:
    words = f'{sign}HYPERLINK("http://{EVIL}","x")'
    out = io.StringIO()
    csv.writer(out).writerow([_cell(words)])
    ((cell,),) = csv.reader(io.StringIO(out.getvalue()))
    assert not cell.startswith(FORMULAS)
    book = openpyxl.Workbook()
    _append(book.active, [words])
    kept = io.BytesIO()
    book.save(kept)
    found = openpyxl.load_workbook(kept).active["A1"]
    assert (found.data_type, found.hyperlink) == ("s", None)


def test_signs_that_no_workbook_holds_cost_no_paper() -> None:
    """A note with one of them made every workbook of its paper fail."""
    book = openpyxl.Workbook()
    _append(book.active, ["Massa\x0b bubar\x00", 4, None, datetime(2026, 11, 1, tzinfo=UTC).isoformat()])
    assert book.active["A1"].value == "Massa bubar"
