"""A drill from the page: chosen, seen who takes part, begun, watched, ended; on the whole house."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.async_api import Page, async_playwright
from sqlalchemy import event

from schemas.records.alerts import Alert
from schemas.records.incidents import Incident
from schemas.vocabulary import Level, Role
from services.console.settings.drills import PAGE
from services.console.texts.admin.drills import DRILLS
from services.console.web.sessions import COOKIE
from services.incidents.lifecycle import override, reopen
from services.office.drills import queries
from services.office.drills.holding import OFFICER as OFFICER_OF_DRILLS
from services.office.drills.holding import Scenario, end, warn
from services.store.database import Store
from services.store.transaction import Session
from tests.console.browser import AXE, CHROMIUM, FLAGS
from tests.console.night import DISTRICT
from tests.house import SOKO, Answer, House
from tests.servers import GENEROUS

DESK, ADMIN, OFFICER = ("KESBANG", Role.COORDINATOR), ("KESBANG", Role.ADMIN), ("POLRES", Role.MEMBER)
NIL = DISTRICT.nil
CHOSEN = {"kind": "incident", "issue": "SLT", "form": "BENTROK", "level": "KRITIS", "kecamatan": SOKO}
PREVIEW = f"{PAGE}?kind=incident&issue=SLT&form=BENTROK&level=KRITIS&kecamatan={SOKO}"


async def page(house: House, who: tuple[str, Role], path: str = PAGE) -> Answer:
    return await house.call("GET", path, cookie=await house.enter(*who))


async def press(house: House, who: tuple[str, Role], path: str = PAGE, **fields: str) -> Answer:
    cookie = await house.enter(*who)
    token = re.search(r'name="csrf" value="([^"]+)"', (await house.call("GET", "/saya", cookie=cookie)).body)
    assert token
    return await house.call("POST", path, cookie=cookie, data={"csrf": token[1], **fields})


async def begun(house: House, who: tuple[str, Role] = DESK, **changed: str) -> str:
    answer = await press(house, who, **{**CHOSEN, **changed})
    assert answer.status == 303, answer.body
    await house.settle()
    return answer.headers["location"].removeprefix(f"{PAGE}/")


def incidents(house: House) -> list[Incident]:
    return house.rows(Incident)


async def taking_part(house: House, path: str) -> str:
    return (await page(house, DESK, path)).body.partition('id="ikut"')[2].partition("</section>")[0]


async def test_who_takes_part_is_shown_before_anything_is_begun(house: House) -> None:
    part = await taking_part(house, PREVIEW)
    assert "Polres Tuban" in part
    assert "Polsek Soko" in part
    assert "Bupati" not in part
    assert incidents(house) == []
    drill = await begun(house)
    told = {house.district.called(one.institution, one.unit) for one in house.rows(Alert, incident_id=drill)}
    assert told == set(re.findall(r"<li><span>([^<]+)</span>", part))


@pytest.mark.parametrize(("issue", "form"), [("AGM", "KETEGANGAN"), ("SLT", "TEROR")])
async def test_the_names_of_what_is_exercised_tell_nobody_besides(house: House, issue: str, form: str) -> None:
    """The words of a label are not read as more: a narrower issue, a second one, casualties, a fire."""
    chosen = {"issue": issue, "form": form, "level": "TINGGI"}
    part = await taking_part(house, f"{PAGE}?{urlencode(CHOSEN | chosen)}")
    drill = await begun(house, **chosen)
    told = {house.district.called(one.institution, one.unit) for one in house.rows(Alert, incident_id=drill)}
    assert told == set(re.findall(r"<li><span>([^<]+)</span>", part))


@pytest.mark.parametrize("who", [DESK, ADMIN])
async def test_a_drill_is_begun_watched_and_ended(house: House, who: tuple[str, Role]) -> None:
    drill = await begun(house, who)
    incident = house.incident(drill)
    assert (incident.exercise, incident.level, incident.issue, incident.form) == (True, Level.KRITIS, "SLT", "BENTROK")
    [line] = house.journal("drill.begun", drill)
    assert line.actor == "-".join(who).lower()
    house.clock.forward(seconds=40)
    await house.act(drill, "acknowledgements", by="POLRES")
    sheet = (await page(house, who, f"{PAGE}/{drill}")).body
    assert "40 detik" in sheet
    assert "Polres Tuban <small>· Penanggung jawab" in sheet  # apart, in every layout
    assert DRILLS["drill.running"][0] in sheet
    assert drill in (await page(house, who)).body
    answer = await press(house, who, f"{PAGE}/{drill}/selesai")
    assert answer.headers["location"] == f"{PAGE}/{drill}?pesan=selesai"
    over = (await page(house, who, answer.headers["location"])).body
    assert DRILLS["drill.done"][0] in over
    assert DRILLS["drill.end"][0] not in over
    assert house.incident(drill).state == "settled"
    assert [one.actor for one in house.journal("drill.ended", drill)] == [line.actor]
    assert (await press(house, who, f"{PAGE}/{drill}/selesai")).status == 409


async def test_a_warning_is_exercised_too(house: House) -> None:
    drill = await begun(house, kind="warning", level="SEDANG")
    assert (house.incident(drill).exercise, house.incident(drill).origin) == (True, "warning")
    assert "SEDANG" in (await page(house, DESK, f"{PAGE}/{drill}")).body.upper()


@pytest.mark.parametrize(("first", "second"), [("incident", "warning"), ("warning", "incident")])
async def test_the_next_drill_ends_the_one_before_of_either_kind(house: House, first: str, second: str) -> None:
    before = await begun(house, kind=first)
    after = await begun(house, kind=second)
    assert (house.incident(before).state, house.incident(after).state) == ("settled", "open")


async def test_a_drill_that_goes_on_is_listed_and_ended_whatever_its_age(house: House) -> None:
    scenario = Scenario("SLT", "UNRAS", Level.TINGGI, SOKO)
    drills = [await house.store.write(lambda tx: warn(tx, house.district, scenario)) for _ in range(6)]
    await house.store.write(lambda tx: reopen(tx, drills[0], OFFICER_OF_DRILLS, "ditutup terlalu cepat"))
    assert drills[0] in (await page(house, DESK)).body
    assert (await press(house, DESK, f"{PAGE}/{drills[0]}/selesai")).status == 303
    assert house.incident(drills[0]).state == "settled"


async def test_a_drill_that_is_judged_too_late_can_be_ended(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def impatient(*_given: Any) -> bool:
        return False

    monkeypatch.setattr("services.office.drills.holding.until", impatient)
    answer = await press(house, DESK, **CHOSEN)
    assert answer.status == 503
    assert DRILLS["drill.fault.NotJudged"][0] in answer.body
    await house.settle()
    [late] = incidents(house)
    assert late.id in (await page(house, DESK)).body
    assert (await press(house, DESK, f"{PAGE}/{late.id}/selesai")).status == 303
    sheet = (await page(house, DESK, f"{PAGE}/{late.id}?pesan=selesai")).body
    assert DRILLS["drill.late"][0].partition("{time}")[0] in sheet
    assert house.incident(late.id).state == "settled"


async def test_what_a_command_began_stands_on_the_page(house: House) -> None:
    scenario = Scenario("SLT", "BENTROK", Level.TINGGI, SOKO)
    drill = await house.store.write(lambda tx: warn(tx, house.district, scenario))
    assert DRILLS["drill.by_command"][0].partition("{time}")[2] in (await page(house, ADMIN, f"{PAGE}/{drill}")).body


async def test_nothing_else_is_shown_or_ended_as_a_drill(house: House) -> None:
    report = await house.file("Bentrok dua kubu pesilat di Soko, 80 orang, 3 luka", kecamatan=SOKO, basis="saw")
    real = house.incident_of(report).id
    exercise = house.incident_of(await house.file("LATIHAN: bentrok di Kerek.", exercise=True)).id
    for id_ in (real, exercise, "nothing"):
        assert (await page(house, DESK, f"{PAGE}/{id_}")).status == 404
        assert (await press(house, DESK, f"{PAGE}/{id_}/selesai")).status == 404
    assert house.incident(real).state == "open"


async def test_who_may_not_begin_one_is_refused(house: House) -> None:
    drill = await begun(house)
    for who in (OFFICER, ("KESBANG", Role.VERIFIER), ("BUPATI", Role.LEADER), ("KESBANG", Role.AUDITOR)):
        assert (await page(house, who)).status == 403
        assert (await page(house, who, f"{PAGE}/{drill}")).status == 403
        assert (await press(house, who, **CHOSEN)).status == 403
        assert (await press(house, who, f"{PAGE}/{drill}/selesai")).status == 403
    assert len(incidents(house)) == 1


@pytest.mark.parametrize(
    "changed",
    [{"issue": "XXX"}, {"form": ""}, {"level": "SANGAT"}, {"kecamatan": "35.23.99"}, {"issue": "RAD"}, {"form": NIL}],
)
async def test_a_scenario_that_is_none_begins_nothing(house: House, changed: dict[str, str]) -> None:
    """RAD is for named persons only: whoever is not named is not offered it either."""
    assert 'value="RAD"' not in (await page(house, ADMIN)).body
    refused = await press(house, ADMIN, **{**CHOSEN, **changed})
    assert refused.status == 422
    assert DRILLS["drill.fault.scenario"][0] in refused.body
    assert incidents(house) == []


async def test_a_drill_for_named_persons_is_shown_to_these_alone(house: House) -> None:
    drill = await house.store.write(lambda tx: warn(tx, house.district, Scenario("RAD", "UNRAS", Level.TINGGI, None)))
    for who in (DESK, ADMIN):
        assert (await page(house, who, f"{PAGE}/{drill}")).status == 404
        assert drill not in (await page(house, who)).body
        assert (await press(house, who, f"{PAGE}/{drill}/selesai")).status == 404
    assert house.incident(drill).state == "open"


async def test_a_second_issue_for_named_persons_hides_a_drill_too(house: House) -> None:
    drill = await house.store.write(lambda tx: warn(tx, house.district, Scenario("SLT", "UNRAS", Level.TINGGI, None)))
    second = {"issue_secondary": "RAD"}
    await house.store.write(lambda tx: override(tx, drill, OFFICER_OF_DRILLS, second, "ternyata juga radikalisme"))
    assert (await page(house, DESK, f"{PAGE}/{drill}")).status == 404
    assert drill not in (await page(house, DESK)).body


async def test_a_report_that_is_not_taken_is_said(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def shut(*_given: Any) -> bool:
        return False

    before = await begun(house)
    monkeypatch.setattr("services.console.settings.drills.DrillPages._file", shut)
    answer = await press(house, DESK, **CHOSEN)
    assert answer.status == 503
    assert DRILLS["drill.fault.ShutDoor"][0] in answer.body
    assert "yang tadi masih berlangsung sudah diakhiri" in answer.body
    closed = house.incident(before)
    assert (closed.state, closed.close_reason) == ("settled", "memberi tempat bagi latihan berikutnya")


def test_drills_are_found_by_their_index(new_database: Callable[[str], str]) -> None:
    """Among all lines of the audit log, which grows for years: the statement is in the words of the index."""
    store, asked = Store(new_database("sqlite")), []

    def plan(session: Session) -> str:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
        queries.begun(session, 5)
        words, bound = asked[-1]
        return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", bound).all())

    assert "ix_journal_drills" in store.read_now(plan)
    store.close()


async def _fill(tab: Page, url: str) -> None:
    await tab.goto(url + PAGE)
    for field, value in CHOSEN.items():
        await tab.locator(f"[name={field}]").first.select_option(value)
    await tab.get_by_role("button", name=DRILLS["drill.check"][0]).click()
    await tab.locator("#ikut").wait_for()


async def _sound(tab: Page) -> None:
    """Hold that axe finds nothing, that nothing is wider than the page, and that every button is as high as a thumb."""
    await tab.evaluate(AXE)
    found = await tab.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]] == []
    assert await tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    low = "[...document.querySelectorAll('main button, main select')].filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44).length"
    assert await tab.evaluate(low) == 0


@pytest.mark.browser
async def test_a_sheet_without_a_stream_is_true_again_after_a_look_that_failed(house: House) -> None:
    """And nothing is asked any more once the drill is over; the page's own clock is put forward."""
    drill = await house.store.write(lambda tx: warn(tx, house.district, Scenario("SLT", "UNRAS", Level.TINGGI, SOKO)))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context()
        context.set_default_timeout(GENEROUS * 1000)
        await context.add_cookies([{"name": COOKIE, "value": await house.enter(*ADMIN), "url": house.url}])
        tab = await context.new_page()
        await tab.clock.install()
        await tab.goto(f"{house.url}{PAGE}/{drill}")
        await tab.route("**/pengaturan/latihan/*", lambda route: route.abort())
        await tab.clock.run_for(6000)
        await tab.locator("#pulse.off").wait_for()
        await tab.unroute("**/pengaturan/latihan/*")
        await tab.clock.run_for(6000)
        await tab.locator("#pulse:not(.off)").wait_for()
        await house.store.write(lambda tx: end(tx, drill, "kesbang-admin"))
        await tab.clock.run_for(6000)
        await tab.locator("#lembar[data-every='0']").wait_for()
        await tab.clock.run_for(6000)  # a look that was due before the answer came is the last
        assert await tab.evaluate("fetch('/saya').then(() => true)")
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        await tab.clock.run_for(20_000)
        assert await tab.evaluate("fetch('/saya').then(() => true)")  # whatever was to be asked has been asked by now
        assert [one for one in asked if PAGE in one] == []
        await browser.close()


@pytest.mark.browser
@pytest.mark.parametrize(("role", "width"), [(Role.ADMIN, 360), (Role.COORDINATOR, 1440)])
async def test_a_drill_in_a_browser(house: House, role: Role, width: int) -> None:
    """From the settings to its end; an answer is on screen by itself, also of an admin, who has no event stream."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(viewport={"width": width, "height": 740})
        context.set_default_timeout(GENEROUS * 1000)
        cookie = await house.enter("KESBANG", role)
        await context.add_cookies([{"name": COOKIE, "value": cookie, "url": house.url}])
        tab = await context.new_page()
        wrong: list[str] = []
        tab.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        await _fill(tab, house.url)
        await _sound(tab)
        await tab.get_by_role("button", name=DRILLS["drill.begin"][0]).click()
        await tab.locator("#lembar").wait_for()
        drill = tab.url.rpartition("/")[2]
        await house.settle()  # everybody is told, at this instant of our clock
        await _sound(tab)
        house.clock.forward(seconds=40)
        await house.act(drill, "acknowledgements", by="POLRES")
        await tab.locator("#lembar").get_by_text("40 detik").wait_for()
        await tab.get_by_role("button", name=DRILLS["drill.end"][0]).click()
        await tab.get_by_text(DRILLS["drill.done"][0]).wait_for()
        await _sound(tab)
        assert wrong == []
        await browser.close()
