"""Markup in any field is words on every page, paper and export, whoever wrote it and whoever reads it.

Every column that holds words of a person, and every name in the district file, is set to markup; then every address
that can be read is asked by readers of every kind, and what comes is parsed as a browser would.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import JSON, update
from sqlmodel import SQLModel

from schemas.vocabulary import Role
from tests.console.caller import Answer, Caller
from tests.console.desk import Desk, running_on
from tests.doors.test_judging import SECRETIVE, AnyRoute, name_of, served
from tests.doors.test_not_yours_is_not_there import furnish

EVIL = "zzq\"'><zzx onzz=1 href='javascript:zz'>{{7*7}}</textarea></title></script>]]><!--"
# Words of persons: table, column; every other column holds a code, a number, a time or an id.
OF_PERSONS = {
    "address": ("label", "disabled_why"),
    "alert": ("reason", "acknowledged_reason", "acknowledged_by", "held_by"),
    "ask": ("text", "answer", "answered_by", "asked_by"),
    "date_entry": ("name", "source", "reason", "by"),
    "delivery": ("error", "reason"),
    "document": ("subject", "number", "body", "author"),
    "forum_input": ("element", "text"),
    "incident": ("place", "close_reason", "parties", "reasons", "missing", "sources"),
    "indicator": ("note", "by"),
    "judgement": ("reason", "by"),
    "key": ("name",),
    "meeting": ("title", "place", "agenda", "attendance", "minutes", "number"),
    "ormas": ("name", "status", "address"),
    "ormas_link": ("party",),
    "outcome": ("note", "by"),
    "passkey": ("name", "site"),
    "person": ("name", "post"),
    "proposal": ("reason", "note", "by"),
    "referral": ("reason", "by"),
    "report": ("text", "told", "notes", "source", "institution"),
    "shift": ("note",),
    "sign_in": ("agent",),
    "silence": ("reason", "author"),
    "sitrep": ("text", "by"),
    "suggestion": ("reasons",),
    "survey_answer": ("remark",),
    "warning": ("words",),
}
READ = [r for r in served() if "GET" in r.methods and r.path != "/v1/events" and not r.path.startswith("/static")]
WHO = (
    (Role.COORDINATOR, "KESBANG"),
    (Role.ADMIN, "KESBANG"),
    (Role.MEMBER, "KODIM"),
    (Role.AUDITOR, "KODIM"),
    (Role.VERIFIER, "KESBANG"),
    (Role.LEADER, "KODIM"),
)
PAPERS = {"/rujukan": "p-plain", "/li": "n-plain", "/permintaan": "m-plain", "/rapat": "rapat-rahasia"}


def named(district: Any) -> Any:
    """Give the district with markup in the names of institutions, issues and forms."""
    issues = {code: one.model_copy(update={"label_id": EVIL, "label_en": EVIL}) for code, one in district.issues.items()}  # fmt: skip
    forms = {code: one.model_copy(update={"label_id": EVIL, "label_en": EVIL}) for code, one in district.forms.items()}
    offices = {code: one.model_copy(update={"name": EVIL}) for code, one in district.institutions.items()}
    return district.model_copy(update={"issues": issues, "forms": forms, "institutions": offices})


def poisoned(value: Any) -> Any:
    """Give what JSON says with markup in place of its words; keys, numbers and codes stay."""
    if isinstance(value, dict):
        return {key: one if key in ("incidents", "recipients", "issue", "letter", "ormas", "of", "rating", "classification") else poisoned(one) for key, one in value.items()}  # fmt: skip
    if isinstance(value, list):
        return [poisoned(one) for one in value]
    return EVIL if isinstance(value, str) else value


def poison(tx: Any) -> dict[str, str]:
    ids = furnish(tx)
    tx.session.flush()
    connection = tx.session.connection()
    for name, columns in OF_PERSONS.items():
        table = SQLModel.metadata.tables[name]
        for column in columns:
            if not isinstance(table.c[column].type, JSON):
                connection.execute(update(table).where(table.c[column].is_not(None)).values({column: EVIL}))
                continue
            (key,) = table.primary_key
            for id_, value in connection.execute(table.select().with_only_columns(key, table.c[column])).all():
                said = [EVIL] if column == "parties" else poisoned(value)
                connection.execute(update(table).where(key == id_).values({column: said}))
    meeting = SQLModel.metadata.tables["meeting"]
    attended = [{"of": "KODIM", "name": EVIL, "post": EVIL}]
    connection.execute(update(meeting).values(agenda=[[EVIL, [EVIL]]], attendance=attended))
    return ids


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, blank_sqlite: bytes) -> Iterator[Desk]:
    with running_on(tmp_path_factory.mktemp("words"), blank_sqlite, district=named(SECRETIVE)) as found:
        found.ids |= found.write(poison)
        yield found


@pytest.fixture(scope="module")
def readers(desk: Desk) -> list[Caller]:
    return [desk.official(*who, login=f"baca-{who[0]}", name=EVIL, post=EVIL) for who in WHO]


class Page(HTMLParser):
    """What a browser makes of a page: its elements, and those that are not of our templates."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.strange: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what no template of ours has."""
        if tag.startswith("zz") or any(name.startswith("on") or "zz" in name for name, _ in attrs):
            self.strange.append(self.get_starttag_text() or tag)
        for name, value in attrs:
            if name in ("href", "src", "action", "formaction", "data-href") and re.match(
                r"\s*javascript:", value or ""
            ):
                self.strange.append(str(value))

    def handle_comment(self, data: str) -> None:
        """Note a comment that our words have begun."""
        if "zz" in data:
            self.strange.append(data[:50])


def addresses(desk: Desk, route: AnyRoute) -> Iterator[str]:
    first = "/" + route.path.split("/")[1]
    names = [PAPERS[first]] if first in PAPERS else list(desk.ids.values()) if "{id}" in route.path else [""]
    for id_ in names:
        path = route.path.replace("{id}", id_).replace("{report}", id_)
        for which in ("agenda", "berita-acara") if "{which}" in path else ("",):
            for kind in ("pdf", "xlsx") if path.endswith("{kind}") and first != "/laporan-berkala" else ("harian",):
                said = path.replace("{which}", which).replace("{kind}", kind).replace("{file}", "pdf")
                yield re.sub(r"{\w+}", "2026-11-20" if first == "/laporan-berkala" else "2026-11", said)
    if route.path == "/ormas/satu":
        yield "/ormas/satu?nomor=0-zaccused"
    if "{" not in route.path:
        yield f"{route.path}?cari={EVIL}&ke={EVIL}&pesan={EVIL}&peristiwa={EVIL}&kecamatan={EVIL}"


def wrong_in(answer: Answer) -> list[str]:
    kind = answer.headers.get("content-type", "")
    if kind.startswith(("text/html", "image/svg")):
        return Page(answer.body).strange
    if "xml" in kind and "openxmlformats" not in kind:
        ET.fromstring(answer.body)
    assert "javascript" not in kind or "zzq" not in answer.body
    return []


def answers(desk: Desk, readers: list[Caller], route: AnyRoute) -> Iterator[tuple[str, Caller, Answer]]:
    for address in addresses(desk, route):
        for reader in readers:
            yield address, reader, reader.get(address, Accept="text/html")


@pytest.fixture(scope="module")
def shown() -> dict[str, bool]:
    """The routes that were asked, and whether the words stand in an answer to the coordinator or the admin."""
    return {}


@pytest.mark.parametrize("route", READ, ids=name_of)
def test_markup_in_any_field_is_words_at_every_address(
    desk: Desk, readers: list[Caller], route: AnyRoute, shown: dict[str, bool]
) -> None:
    shown[route.path] = False
    for address, reader, answer in answers(desk, readers, route):
        assert answer.status < 500, (address, answer.status)
        assert wrong_in(answer) == [], address
        shown[route.path] |= reader in readers[:2] and "zzq" in answer.body


def test_the_words_are_shown_on_most_pages(desk: Desk, readers: list[Caller], shown: dict[str, bool]) -> None:
    """Else all of the above holds because they stand nowhere."""
    for route in READ:
        if route.path not in shown:  # else it was asked by the test before
            shown[route.path] = any("zzq" in answer.body for *_, answer in answers(desk, readers[:2], route))
    assert sum(shown.values()) > 25, shown


def test_a_page_with_markup_of_ours_is_found() -> None:
    assert Page(f"<p>{EVIL}</p>").strange
    assert Page(f'<a title="{EVIL}">x</a>').strange


def test_the_columns_named_here_are_there() -> None:
    for name, columns in OF_PERSONS.items():
        assert set(columns) <= set(SQLModel.metadata.tables[name].c.keys()), name
