"""The form on a report's own page, without scripts: what is filed, who may, what is said where it is not taken."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from schemas.records.reports import Report
from schemas.vocabulary import FollowUp
from services.console import texts as words
from services.console.report.receipt import number_of, ticket
from services.security import auth
from services.security.secret import Secret
from tests.console.caller import Answer, Caller
from tests.console.desk import Desk
from tests.console.night import DISTRICT, NOW, SECRET, report_id

TEXT = "Korban bertambah dua."
FIRST = report_id("clash")
MINE = ticket(FIRST, auth.Receipts(SECRET))
OTHER = ticket(report_id("protest"), auth.Receipts(SECRET))
PAGE = f"/status/{MINE.code}"


def add(desk: Desk, caller: Caller | None = None, page: str = PAGE, **fields: str) -> Answer:
    return (caller or Caller(desk.url)).form(page, {"text": TEXT, **fields}, Origin=desk.url)


def keep(desk: Desk, text: str = TEXT, follows: str = str(FIRST), **more: Any) -> str:
    """Keep a report that was added to another one, as triage does."""

    def act(tx: Any) -> str:
        first = tx.session.get_one(Report, str(FIRST))
        id_ = str(uuid4())
        row = {**first.model_dump(), "id": id_, "text": text, "filed_at": NOW, "follows": follows, **more}
        tx.add(Report, [row | {"told": {"follows_as": more.get("kind", "update")}}])
        return id_

    return str(desk.write(act))


def test_what_is_added_is_filed_as_a_report_that_names_the_first(desk: Desk) -> None:
    answer = add(desk, kind="correction", id=(id_ := str(uuid4())), made="2026-11-24T13:50:00Z")
    filed = desk.journal.only
    assert (str(filed.id), filed.report.follows, filed.report.follows_as) == (id_, FIRST, FollowUp.CORRECTION)
    assert (filed.report.text, filed.source.reporter, filed.source.channel) == (TEXT, "anonymous", "form")
    assert filed.report.observed_at.isoformat() == "2026-11-24T13:50:00+00:00"
    assert answer.status == 303
    page = Caller(desk.url).get(answer.headers["location"])
    sent = ticket(filed.id, auth.Receipts(SECRET))
    assert "Kabar diterima dan tergabung dengan laporan ini." in page.body
    assert sent.number in page.body
    assert sent.key in page.body
    assert "baru saja diterima" in page.body  # triage has not kept it yet


def test_the_page_lists_what_was_added_with_its_times_and_nothing_of_others(desk: Desk) -> None:
    keep(desk, "massa sudah bubar, hubungi 081234567890", kind="all_clear")
    keep(desk, "milik orang lain", follows=str(report_id("protest")))
    page = Caller(desk.url).get(PAGE).body
    assert re.search(r"<b>Sudah selesai</b> <time[^>]*>[^<]*21\.00 WIB</time>", page)
    assert "massa sudah bubar" in page
    assert "081234567890" not in page  # whoever finds the link learns no number
    assert "milik orang lain" not in page
    page = Caller(desk.url).get(f"/status/{OTHER.code}").body
    assert "massa sudah bubar" not in page
    assert "milik orang lain" in page


def test_what_is_listed_is_not_said_to_have_come_just_now(desk: Desk) -> None:
    id_ = keep(desk)
    sent = ticket(UUID(id_), auth.Receipts(SECRET))
    page = Caller(desk.url).get(f"{PAGE}?kabar={sent.code}").body
    assert number_of(id_) in page
    assert "baru saja diterima" not in page


@pytest.mark.parametrize("kind", ["all_clear", "retraction"])
def test_a_kind_that_says_all_needs_no_words(desk: Desk, kind: str) -> None:
    assert add(desk, kind=kind, text="").status == 303
    assert desk.journal.only.report.text == words.say(f"status.said.{kind}", "id")


@pytest.mark.parametrize("kind", ["update", "correction", ""])
def test_news_without_words_is_none(desk: Desk, kind: str) -> None:
    answer = add(desk, kind=kind, text="  ")
    assert (answer.status, desk.journal.kept) == (422, {})
    assert "Apa yang terjadi: tidak boleh kosong" in answer.body
    assert re.search(r'<details class="card" id="tambah" open>', answer.body)


def test_a_kind_that_nobody_knows_is_news(desk: Desk) -> None:
    add(desk, kind="gossip")
    assert desk.journal.only.report.follows_as == FollowUp.UPDATE


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_guess_and_the_code_of_another_are_answered_as_an_unknown_one_is(desk: Desk, accept: str) -> None:
    stranger = ticket(uuid4(), auth.Receipts(Secret(b"another secret, thirty-two bytes")))
    head, _, receipt = MINE.code.partition(".")
    other_head, _, other = OTHER.code.partition(".")
    codes = [stranger.code, f"{head}.{other}", f"{other_head}.{receipt}", f"{head}.", head, "x", "AAAA.BBBB", "%ff.%00"]
    answers = [
        Caller(desk.url).form(f"/status/{code}", {"text": TEXT}, Origin=desk.url, Accept=accept) for code in codes
    ]
    same = {(one.status, one.body.replace(code, "")) for one, code in zip(answers, codes, strict=True)}
    assert {status for status, _ in same} == {404}
    assert len(same) == 1 or accept == "text/html"  # a page names its own address in the link to the other language
    assert desk.journal.kept == {}


def test_no_other_site_adds_in_the_browser_of_who_holds_the_link(desk: Desk) -> None:
    for origin in ("https://evil.example", "null"):
        assert Caller(desk.url).form(PAGE, {"text": TEXT}, Origin=origin).status == 403
    assert desk.journal.kept == {}


def test_sending_twice_has_one_effect(desk: Desk) -> None:
    id_ = re.search(r'name="id" value="([^"]+)"', Caller(desk.url).get(PAGE).body)[1]
    first, again = add(desk, id=id_), add(desk, id=id_)
    assert first.headers["location"] == again.headers["location"]
    assert len(desk.journal.kept) == 1
    taken = add(desk, id=id_, text="Lain sama sekali.")
    assert (taken.status, "Lain sama sekali." in taken.body) == (409, True)
    assert f'value="{id_}"' not in taken.body


def test_it_counts_as_a_report_of_the_phone(desk: Desk) -> None:
    phone = Caller(desk.url)
    phone.get(PAGE)  # gives it its word
    most = DISTRICT.intake.anonymous_per_hour
    statuses = [add(desk, phone).status for _ in range(most)] + [phone.form("/lapor", {"text": TEXT}).status]
    assert statuses == [303] * most + [429]
    slow = add(desk, phone)
    assert (slow.status, "Terlalu banyak laporan dari HP ini" in slow.body, TEXT in slow.body) == (429, True, True)


def test_nothing_is_promised_while_the_bus_is_away(desk: Desk) -> None:
    desk.journal.away = True
    answer = add(desk)
    assert (answer.status, "tidak akan tercatat dua kali" in answer.body, TEXT in answer.body) == (503, True, True)


def test_the_pages_script_is_answered_in_json(desk: Desk) -> None:
    told = Caller(desk.url).form(PAGE, {"text": TEXT}, Origin=desk.url, Accept="application/json")
    sent = ticket(desk.journal.only.id, auth.Receipts(SECRET))
    assert (told.status, told.json) == (202, sent.told())
    refused = Caller(desk.url).form(PAGE, {"text": ""}, Origin=desk.url, Accept="application/json")
    assert (refused.status, refused.json["errors"]) == (422, [{"field": "text", "why": "tidak boleh kosong"}])


@pytest.mark.parametrize(("asked", "said"), [("x" * 8_001, "paling panjang 8000 huruf"), ("", "tidak boleh kosong")])
def test_why_it_is_refused_is_said_in_english_too(desk: Desk, asked: str, said: str) -> None:
    caller = Caller(desk.url)
    caller.get(f"{PAGE}?bahasa=en")
    answer = add(desk, caller, text=asked)
    assert answer.status == 422
    assert said not in answer.body
    assert re.search(r"at most 8[,.]?000 characters|must not be empty", answer.body)


# -- who tells it --------------------------------------------------------------------------------------------------------


def test_who_has_signed_in_adds_in_his_name_unless_the_first_was_nameless(desk: Desk, person: Any) -> None:
    ani = person("ani")
    page = ani.get(PAGE).body
    assert not re.search(r'name="anonymous" value="1" checked', page)
    assert "Dikirim sebagai Ani Susilowati" in page
    assert add(desk, ani).status == 303
    assert desk.journal.only.source.reporter == "ani"

    def nameless(tx: Any) -> None:
        first = tx.session.get_one(Report, str(FIRST))
        first.anonymous = True

    desk.write(nameless)
    assert re.search(r'name="anonymous" value="1" checked', ani.get(PAGE).body)
    unknown = ticket(uuid4(), auth.Receipts(SECRET))  # promised, and not kept yet: nobody knows whether it is
    assert re.search(r'name="anonymous" value="1" checked', ani.get(f"/status/{unknown.code}").body)
    desk.journal.kept.clear()
    assert add(desk, ani, anonymous="1").status == 303
    assert desk.journal.only.source.reporter == "anonymous"


def test_an_auditor_adds_nothing(desk: Desk, person: Any) -> None:
    assert add(desk, person("agus")).status == 403


def test_an_exercise_is_added_to_as_an_exercise(desk: Desk) -> None:
    def drill(tx: Any) -> None:
        tx.session.get_one(Report, str(FIRST)).exercise = True

    desk.write(drill)
    add(desk)
    assert desk.journal.only.report.exercise is True


# -- at the desk ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said"),
    [("id", "Pelapor laporan 1 menambahkan: Sudah selesai"), ("en", "The reporter of report 1 added: It is over")],
)
def test_the_incidents_page_says_what_was_added_to_which_report(
    desk: Desk, person: Any, language: str, said: str
) -> None:
    keep(desk, "massa sudah bubar", kind="all_clear")
    ratna = person("ratna")
    assert said in ratna.get(f"/peristiwa/{desk.ids['clash']}?bahasa={language}").body
