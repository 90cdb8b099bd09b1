"""Two coordinators at the same incident at the same time: one effect, and the other is told why not."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident
from schemas.records.people import Person
from schemas.vocabulary import Level, Role
from services.incidents import responses
from services.security import auth
from tests.console.browser import WIDE, chromium, sign_in
from tests.console.caller import Caller
from tests.console.night import HASH, PASSWORD

__all__ = ["chromium"]
JOKO = auth.Identity("joko", "Joko", Role.MEMBER, "POLRES")


@pytest.fixture
def two(desk):
    """Two coordinators, signed in."""
    row = {"id": "rini", "login": "rini", "name": "Rini Astuti", "role": "coordinator", "institution": "KESBANG"}
    row |= {"password": HASH, "unit": "", "post": "", "clearance": 4, "language": "id", "active": True}
    desk.write(lambda tx: tx.add(Person, [row | {"named_for": []}]))
    return [Caller(desk.url).sign_in(login, PASSWORD) for login in ("ratna", "rini")]


def lines(desk, kind, incident):
    query = select(Journal).where(Journal.kind == kind, Journal.incident_id == incident)
    return desk.store.read_now(lambda session: session.scalars(query).all())


def at_once(acts):
    """Run each act in a thread of its own, all released at the same moment; gives their answers' statuses."""
    gate = Barrier(len(acts))

    def run(act):
        gate.wait(20)
        return act().status

    with ThreadPoolExecutor(len(acts)) as pool:
        return [task.result() for task in [pool.submit(run, act) for act in acts]]


def ready(caller, incident, act, **fields):
    """Read the form first, as a person has before pressing; gives what presses it."""
    token = caller.get(f"/peristiwa/{incident}").csrf
    return lambda: caller.form(f"/peristiwa/{incident}/{act}", {"csrf": token, **fields})


@pytest.mark.parametrize("turn", range(3))
def test_one_answer_for_an_institution_counts(desk, two, turn):
    clash = desk.ids["clash"]
    given = {"institution": "POLRES", "reason": "lewat telepon"}
    answers = at_once([ready(caller, clash, "terima", **given) for caller in (*two, *two)])
    assert set(answers) <= {303, 409}
    assert answers.count(303) >= 1
    assert len(lines(desk, "incident.acknowledged", clash)) == 1


@pytest.mark.parametrize("turn", range(3))
def test_two_merges_that_cross_make_no_circle(desk, two, turn):
    clash, church = desk.ids["clash"], desk.ids["church"]
    ratna, rini = two

    def lower(tx):  # what is grave and unanswered is merged away by two
        for id_ in (clash, church):
            tx.session.get(Incident, id_).level = Level.SEDANG

    desk.write(lower)
    answers = at_once(
        [
            ready(ratna, clash, "gabung", into=church, reason="sama"),
            ready(rini, church, "gabung", into=clash, reason="sama"),
        ]
    )
    assert sorted(answers) == [303, 409], answers
    rows = desk.store.read_now(lambda session: {one.id: one for one in session.scalars(select(Incident))})
    merged = [rows[id_] for id_ in (clash, church) if rows[id_].merged_into]
    assert len(merged) == 1
    assert rows[merged[0].merged_into].merged_into is None


def test_closing_and_escalating_at_once_leave_one_whole_story(desk, two):
    clash = desk.ids["clash"]
    desk.write(lambda tx: responses.acknowledge(tx, clash, JOKO))  # else to close it takes two
    answers = at_once(
        [
            ready(two[0], clash, "tutup", outcome="settled", reason="sudah reda"),
            ready(two[1], clash, "eskalasi", reason="belum ada jawaban"),
        ]
    )
    assert 303 in answers
    assert set(answers) <= {303, 409}
    kinds = [
        line.kind for line in lines(desk, "incident.settled", clash) + lines(desk, "incident.escalation_asked", clash)
    ]
    assert len(kinds) == answers.count(303)
    if answers == [303, 303]:
        told = sorted(
            (*lines(desk, "incident.settled", clash), *lines(desk, "incident.escalation_asked", clash)),
            key=lambda one: one.seq,
        )
        assert told[-1].kind == "incident.settled"  # nobody is called to what is closed


@pytest.mark.browser
def test_what_one_does_the_other_sees_and_keeps_his_sentence(desk, two, chromium):
    contexts = [chromium.new_context(viewport=WIDE) for _ in two]
    first, second = (sign_in(context, desk, login) for context, login in zip(contexts, ("ratna", "rini"), strict=True))
    for page in (first, second):
        page.locator(f".entry a[href$='{desk.ids['clash']}']").first.click()
        expect(page.locator("#panel h1")).to_have_text("Perguruan silat")
        page.locator("#panel details[data-key='untuk'] > summary").click()
    reason = second.locator("#panel details[data-key='untuk'] textarea")
    reason.fill("Rini juga menelepon")
    first.locator("#panel details[data-key='untuk'] select").select_option("POLRES")
    first.locator("#panel details[data-key='untuk'] textarea").fill("Ditelepon")
    first.locator("#panel details[data-key='untuk'] form button").click()
    for page in (first, second):  # the reason given: the word "Diterima" is there before anybody has answered
        expect(page.locator("#panel #jawaban .alert .by", has_text="Ditelepon")).to_have_count(1)
        entry = page.locator(".entry", has=page.locator(f"a[href$='{desk.ids['clash']}']"))
        expect(entry.filter(has_text="Polres Tuban belum menjawab")).to_have_count(0)
    expect(reason).to_have_value("Rini juga menelepon")
    assert len(lines(desk, "incident.acknowledged", desk.ids["clash"])) == 1
    for context in contexts:
        context.close()
