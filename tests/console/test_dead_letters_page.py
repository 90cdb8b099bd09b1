"""What the services could not process, at the desk: seen, read by one, told again, taken off; and the service's state.

On a real bus, a real store and the whole house: a click ends with the report judged, or the letter gone.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from schemas.messages import InboundMessage
from schemas.records.alerts import Alert
from schemas.records.reports import Report
from schemas.records.running import Outbox
from schemas.vocabulary import Level, Role
from services.bus import DeadLetter
from services.bus import consumer as taking
from services.cli.ops.reconcile import reconcile
from services.console import health
from services.console.health import told_by
from services.console.settings.letters import PAGE
from services.console.texts.admin.letters import LETTERS
from services.console.web.sessions import COOKIE
from services.notify.watchdog.auditor import Auditor
from services.notify.watchdog.bus_watch import BusWatch
from services.notify.watchdog.dead_letters import LETTERS_PAGE, DeadLetters, LetterWishes
from tests.console.browser import AXE, CHROMIUM, FLAGS
from tests.house import Answer, House
from tests.incidents import filed, judged, keep
from tests.servers import GENEROUS, until

pytestmark = pytest.mark.nats
NewHouse = Callable[..., Awaitable[House]]
WORDS = "Warga Sokosari membawa ketapel ke balai desa, kata Pak RT, HP 0812-3456-7890."
DESK, ADMIN = ("KESBANG", Role.COORDINATOR), ("KESBANG", Role.ADMIN)
REASON = "Salinan dari laporan yang sudah ada"


class PoisonedError(Exception):
    """The message cannot be processed."""


class Poisoned:
    """A house whose triage refuses every report until it is `mended`, and gives each up at once."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._handle = house.triage.handle
        house.triage.handle = self._refuse  # type: ignore[method-assign]
        self.wishes = LetterWishes(house.store, house.notify.bus, house.notify.take_again)

    async def _refuse(self, *_given: Any) -> None:
        raise PoisonedError(WORDS)

    def mend(self) -> None:
        self.house.triage.handle = self._handle  # type: ignore[method-assign]

    async def file(self, text: str = WORDS) -> DeadLetter:
        """File a report and wait until it is given up."""
        before = len(await self.house.bus.dead_letters())
        key = await self.house.key("pelapor", Role.REPORTER)
        answer = await self.house.call("POST", "/v1/reports", {"text": text}, key=key)
        assert answer.status == 202
        return (await self.listed(before + 1))[-1]

    async def listed(self, many: int) -> list[DeadLetter]:
        async with asyncio.timeout(GENEROUS):
            while len(letters := await self.house.bus.dead_letters()) != many:  # noqa: ASYNC110 - the server is asked
                await asyncio.sleep(0.01)
        return letters

    async def page(self, who: tuple[str, Role], path: str = PAGE) -> Answer:
        return await self.house.call("GET", path, cookie=await self.house.enter(*who))

    async def press(self, who: tuple[str, Role], path: str, **fields: str) -> Answer:
        """Press a button of the page, with the token that it was given."""
        cookie = await self.house.enter(*who)
        page = await self.house.call("GET", "/saya", cookie=cookie)
        token = re.search(r'name="csrf" value="([^"]+)"', page.body)
        assert token
        return await self.house.call("POST", path, cookie=cookie, data={"csrf": token[1], **fields})

    def line(self, kind: str) -> tuple[str, str | None, dict[str, Any]]:
        (line,) = self.house.journal(kind)
        return line.actor, line.subject_id, line.data


@pytest_asyncio.fixture
async def poisoned(new_house: NewHouse, monkeypatch: pytest.MonkeyPatch) -> Poisoned:
    monkeypatch.setattr(taking, "GIVE_UP_AFTER", 1)
    house = await new_house()
    await until(lambda: hasattr(house, "triage"))
    return Poisoned(house)


async def test_one_click_tells_a_report_again_and_it_is_judged(poisoned: Poisoned) -> None:
    letter = await poisoned.file()
    for who in (DESK, ADMIN):
        page = await poisoned.page(who)
        assert page.status == 200
        assert f"Nomor {letter.advisory}" in page.body
        assert f"REPORTS #{letter.sequence}" in page.body
        assert "ketapel" not in page.body
    poisoned.mend()
    answer = await poisoned.press(ADMIN, f"{PAGE}/{letter.advisory}/ulang")
    assert (answer.status, answer.headers["location"]) == (303, f"{PAGE}?pesan=ulang")
    assert "Diminta diproses ulang" in (await poisoned.page(DESK)).body
    again = await poisoned.press(DESK, f"{PAGE}/{letter.advisory}/buang", reason=REASON)  # too late: the first stands
    assert again.status == 303
    assert [one.kind for one in poisoned.house.rows(Outbox)] == ["deadletter.replay"]
    await poisoned.house.notify.tick()  # pays what is owed to the bus: a wish is none of it
    assert await poisoned.wishes.look() == 1
    await until(lambda: len(poisoned.house.rows(Report)) == 1)
    assert poisoned.house.rows(Report)[0].text == WORDS
    assert await poisoned.house.bus.dead_letters() == []
    assert "Tidak ada. Semua pesan sudah diproses." in (await poisoned.page(DESK)).body
    where = {"stream": "REPORTS", "sequence": letter.sequence}
    number = str(letter.advisory)
    assert poisoned.line("deadletter.replay_asked") == ("kesbang-admin", number, where)
    assert poisoned.line("deadletter.replayed") == ("notify", number, {**where, "asked_by": "kesbang-admin"})
    assert poisoned.house.journal("deadletter.drop_asked") == []
    assert (poisoned.house.rows(Outbox), await poisoned.wishes.look()) == ([], 0)


async def test_a_wish_is_carried_out_once_whoever_dies_in_between(poisoned: Poisoned) -> None:
    letter = await poisoned.file()
    poisoned.mend()
    await poisoned.press(DESK, f"{PAGE}/{letter.advisory}/ulang")
    await poisoned.house.bus.replay(letter)  # a notifier that died before it could write down that it did
    assert await poisoned.wishes.look() == 1
    await until(lambda: len(poisoned.house.rows(Report)) == 1)
    assert poisoned.line("deadletter.gone")[1] == str(letter.advisory)
    assert len([id_ async for _, id_, _ in poisoned.house.bus.reports_on_disk()]) == 2  # as filed, and as told again


async def test_what_fails_still_comes_back_under_a_new_number(poisoned: Poisoned) -> None:
    letter = await poisoned.file()
    await poisoned.press(DESK, f"{PAGE}/{letter.advisory}/ulang")
    await poisoned.wishes.look()
    async with asyncio.timeout(GENEROUS):
        while [one.advisory for one in await poisoned.house.bus.dead_letters()] != [letter.advisory + 1]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert f"Nomor {letter.advisory + 1}" in (await poisoned.page(DESK)).body


async def test_one_is_dropped_with_a_reason_alone(poisoned: Poisoned) -> None:
    letter, other = await poisoned.file(), await poisoned.file("Laporan lain, tetap di daftar.")
    refused = await poisoned.press(DESK, f"{PAGE}/{letter.advisory}/buang", reason="  x ")
    assert refused.status == 422
    assert "Tulis alasan yang jelas" in refused.body
    assert poisoned.house.rows(Outbox) == []
    answer = await poisoned.press(DESK, f"{PAGE}/{letter.advisory}/buang", reason=REASON)
    assert answer.headers["location"] == f"{PAGE}?pesan=buang"
    await poisoned.wishes.look()
    assert [one.advisory for one in await poisoned.house.bus.dead_letters()] == [other.advisory]
    where = {"stream": "REPORTS", "sequence": letter.sequence}
    number = str(letter.advisory)
    dropped = {number: id_ async for number, id_, _ in poisoned.house.bus.reports_on_disk()}[letter.sequence]
    why = {"reason": REASON, "report": dropped}
    assert poisoned.line("deadletter.drop_asked") == ("kesbang-coordinator", number, {**where, **why})
    findings = await reconcile(poisoned.house.bus, poisoned.house.store, patience=0)
    assert (findings.put_aside, findings.missing) == (1, [])
    assert poisoned.line("deadletter.dropped")[:2] == ("notify", number)
    assert (await poisoned.press(DESK, f"{PAGE}/{letter.advisory}/ulang")).status == 404


async def test_a_coordinator_alone_reads_and_it_is_written_down_first(poisoned: Poisoned) -> None:
    letter = await poisoned.file()
    path = f"{PAGE}/{letter.advisory}/baca"
    assert (await poisoned.press(ADMIN, path)).status == 403
    assert (await poisoned.press(("KESBANG", Role.VERIFIER), path)).status == 403
    assert poisoned.house.journal("deadletter.read") == []
    shown = await poisoned.press(DESK, path)
    assert shown.status == 200
    assert "membawa ketapel ke balai desa" in shown.body
    assert "0812" not in shown.body  # hidden as in every text
    assert "pelapor" not in re.sub(r"<footer.*", "", shown.body, flags=re.DOTALL).split("<main")[1]
    where = {"stream": "REPORTS", "sequence": letter.sequence}
    assert poisoned.line("deadletter.read") == ("kesbang-coordinator", str(letter.advisory), where)
    assert "ketapel" not in (await poisoned.page(DESK)).body  # in that one answer alone
    assert '/baca"' not in (await poisoned.page(ADMIN)).body
    assert '/baca"' in (await poisoned.page(DESK)).body


async def test_words_against_the_desks_own_office_are_not_shown_to_it(poisoned: Poisoned) -> None:
    letter = await poisoned.file("Oknum Bakesbangpol memukuli warga di Soko, dua luka.")
    shown = await poisoned.press(DESK, f"{PAGE}/{letter.advisory}/baca")
    assert shown.status == 200
    assert "Isi ini tidak untuk Anda" in shown.body
    assert "memukul" not in shown.body
    assert len(poisoned.house.journal("deadletter.read")) == 1


async def test_whose_key_is_erased_nobody_reads(poisoned: Poisoned) -> None:
    letter = await poisoned.file()
    (report,) = [id_ async for _, id_, _ in poisoned.house.bus.reports_on_disk()]
    await poisoned.house.bus.erase_keys([report])
    shown = await poisoned.press(DESK, f"{PAGE}/{letter.advisory}/baca")
    assert "Isinya tidak dapat dibaca" in shown.body
    assert "sealed" not in shown.body


async def test_a_change_of_an_incident_is_told_at_once_and_an_answer_is_read(poisoned: Poisoned) -> None:
    house = poisoned.house
    report = filed(WORDS, kecamatan="35.23.11")
    event = await house.store.write(lambda tx: keep(tx, report, judged(Level.TINGGI)))
    await house.bus.js.publish(event.subject, event.body)  # without the headers of ours: nobody understands it
    inbound = InboundMessage(id="1", channel="sms", sender="+628123456789", text="HADIR 12", at=house.clock.now)
    body = house.vault.seal_inbound(inbound.model_dump_json().encode())
    await house.bus.js.publish("inbound.message.sms", body)
    by_stream = {one.stream: one for one in await poisoned.listed(2)}
    shown = await poisoned.press(DESK, f"{PAGE}/{by_stream['INBOUND'].advisory}/baca")
    assert "HADIR 12" in shown.body
    assert "628123456789" not in shown.body
    number = by_stream["INCIDENTS"].advisory
    assert (await poisoned.press(DESK, f"{PAGE}/{number}/baca")).status == 404  # it has no words
    assert house.rows(Alert) == []
    await poisoned.press(DESK, f"{PAGE}/{number}/ulang")
    await poisoned.wishes.look()
    assert house.rows(Alert, incident_id=str(report.id))
    assert [one.stream for one in await house.bus.dead_letters()] == ["INBOUND"]
    assert poisoned.line("deadletter.replayed")[1] == str(number)


async def test_what_is_no_message_stays_on_the_list_until_it_is_dropped(poisoned: Poisoned) -> None:
    house = poisoned.house
    await house.bus.js.publish("incident.opened.3523.00", b"no event")
    [letter] = await poisoned.listed(1)
    await poisoned.press(ADMIN, f"{PAGE}/{letter.advisory}/ulang")
    await poisoned.wishes.look()
    assert poisoned.line("deadletter.kept")[2]["why"].startswith("ValidationError")
    assert await house.bus.dead_letters() == [letter]
    await poisoned.press(ADMIN, f"{PAGE}/{letter.advisory}/buang", reason=REASON)
    await poisoned.wishes.look()
    assert await house.bus.dead_letters() == []


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.MEMBER, Role.LEADER, Role.AUDITOR, Role.REPORTER])
async def test_nobody_else_sees_or_does_anything(poisoned: Poisoned, role: Role) -> None:
    letter = await poisoned.file()
    assert (await poisoned.page(("KESBANG", role))).status == 403
    for what in ("ulang", "buang", "baca"):
        path = f"{PAGE}/{letter.advisory}/{what}"
        assert (await poisoned.press(("KESBANG", role), path, reason=REASON)).status == 403
    assert poisoned.house.rows(Outbox) == []


async def test_a_form_of_no_session_does_nothing(poisoned: Poisoned) -> None:
    letter = await poisoned.file()
    cookie = await poisoned.house.enter(*DESK)
    for what in ("ulang", "buang", "baca"):
        path, data = f"{PAGE}/{letter.advisory}/{what}", {"csrf": "forged", "reason": REASON}
        assert (await poisoned.house.call("POST", path, cookie=cookie, data=data)).status == 403
    assert poisoned.house.rows(Outbox) == []
    assert poisoned.house.journal("deadletter.read") == []
    for odd in ("0", "999", "x", "\u0661", "9" * 40):
        assert (await poisoned.press(DESK, f"{PAGE}/{odd}/ulang")).status == 404


async def test_a_wish_about_another_bus_does_nothing(poisoned: Poisoned) -> None:
    """A bus that was made anew counts from one again."""
    letter = await poisoned.file()
    await poisoned.press(DESK, f"{PAGE}/{letter.advisory}/buang", reason=REASON)
    (wish,) = poisoned.house.rows(Outbox)

    def older(tx: Any) -> None:
        tx.put(Outbox, [{"id": wish.id, "body": {**wish.body, "at": "2025-01-01T00:00:00Z"}}])

    poisoned.house.write(older)
    assert await poisoned.wishes.look() == 1
    assert await poisoned.house.bus.dead_letters() == [letter]
    assert poisoned.house.rows(Outbox) == []


async def test_the_coordinators_message_leads_to_the_page(new_house: NewHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "GIVE_UP_AFTER", 1)
    mail = (("email", "koordinator@tuban.example"),)
    house = await new_house(
        people=lambda all_: [replace(one, addresses=mail) if one.institution == "KESBANG" else one for one in all_]
    )
    await until(lambda: hasattr(house, "triage"))
    await Poisoned(house).file()
    (owed,) = await DeadLetters(house.store, house.bus, lambda: house.notify.desk).look()
    assert f"{house.url}{PAGE}" in owed["payload"]["body"]
    assert LETTERS_PAGE == PAGE


# -- the service's own state ------------------------------------------------------------------------------------------


async def test_what_the_auditor_found_stands_on_every_page_of_who_looks_after_it(
    poisoned: Poisoned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "FRESH", 0.0)
    house = poisoned.house
    told = (DESK, ADMIN, ("KESBANG", Role.VERIFIER))
    await house.look()  # signs of life
    beside = (BusWatch(house.notify.bus, house.store).look,)
    auditor = Auditor(house.store, lambda: house.notify.desk, house.notify.dispatcher, 1.0, beside=beside)
    await auditor.audit()
    for who in told:
        assert "tidak beres" not in (await poisoned.page(who, "/saya")).body
    await poisoned.file()
    assert [one.kind for one in await auditor.audit()] == ["dead_letters"]
    for who in told:
        page = (await poisoned.page(who, "/saya")).body
        assert "Pemeriksaan layanan terakhir, " in page
        assert "menemukan 1 hal yang tidak beres." in page
        assert (f'href="{PAGE}"' in page) == (who != ("KESBANG", Role.VERIFIER))
    assert "found 1 thing wrong." in (await poisoned.page(DESK, "/saya?bahasa=en")).body
    for role in (Role.MEMBER, Role.LEADER, Role.AUDITOR):
        other = (await poisoned.page(("POLRES", role), "/saya")).body
        assert 'id="health"' not in other
        assert "tidak beres" not in other
    (letter,) = await house.bus.dead_letters()
    await house.bus.drop(letter)
    assert await auditor.audit() == []
    assert "tidak beres" not in (await poisoned.page(DESK, "/saya")).body


async def test_a_bus_that_is_gone_is_said_and_its_list_is_not_taken_for_empty(
    poisoned: Poisoned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "FRESH", 0.0)
    assert "tidak dapat menerima" not in (await poisoned.page(DESK, "/saya")).body
    poisoned.house.nats.kill()
    page = await poisoned.page(DESK, "/saya")
    assert "Layanan tidak dapat menerima laporan baru saat ini." in page.body
    assert "tidak dapat menerima" not in (await poisoned.page(("POLRES", Role.MEMBER), "/saya")).body
    listed = await poisoned.page(DESK)
    assert listed.status == 503
    assert "Bus tidak menjawab" in listed.body
    assert "Semua pesan sudah diproses" not in listed.body


async def test_notifiers_that_give_no_sign_of_life_are_said(
    poisoned: Poisoned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "FRESH", 0.0)
    house = poisoned.house
    await house.look()
    house.clock.forward(seconds=119)
    assert "tanda hidup" not in (await poisoned.page(ADMIN, "/saya")).body
    house.clock.forward(seconds=2)
    assert "tidak memberi tanda hidup sejak" in (await poisoned.page(ADMIN, "/saya")).body
    await house.look()
    assert "tanda hidup" not in (await poisoned.page(ADMIN, "/saya")).body


def test_nothing_is_said_where_nobody_has_told_anything(clock: Any) -> None:
    assert told_by([], clock() + timedelta(days=1)) == ()


@pytest.mark.parametrize("language", ["id", "en"])
async def test_the_page_is_whole_in_each_language(poisoned: Poisoned, language: str) -> None:
    letter = await poisoned.file()
    await poisoned.file("Laporan kedua.")
    await poisoned.press(DESK, f"{PAGE}/{letter.advisory}/ulang")
    own = {key: both for key, both in LETTERS.items() if key.startswith("letters.")}
    page = (await poisoned.page(DESK, f"{PAGE}?bahasa={language}")).body.split("<main")[1]
    here, other = (0, 1) if language == "id" else (1, 0)
    for key in ("title", "lead", "replay", "read", "drop", "reason", "stream.REPORTS", "asked.deadletter.replay"):
        assert own[f"letters.{key}"][here] in page
    for both in own.values():
        assert both[other] not in re.sub(r"<[^>]*>", "|", page).split("|")


# -- looks ------------------------------------------------------------------------------------------------------------


async def test_the_page_fits_a_phone_and_a_desk(poisoned: Poisoned) -> None:
    letter = await poisoned.file()
    await poisoned.file("Laporan kedua.")
    await poisoned.house.look()
    beside = (BusWatch(poisoned.house.notify.bus, poisoned.house.store).look,)
    notify = poisoned.house.notify
    await Auditor(notify.store, lambda: notify.desk, notify.dispatcher, 1.0, beside=beside).audit()
    await poisoned.press(ADMIN, f"{PAGE}/{letter.advisory + 1}/ulang")
    cookie = {"name": COOKIE, "value": await poisoned.house.enter(*DESK), "url": poisoned.house.url}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for width, height in ((360, 740), (1280, 900)):
            context = await browser.new_context(viewport={"width": width, "height": height})
            await context.add_cookies([cookie])  # type: ignore[list-item]
            page = await context.new_page()
            await page.goto(f"{poisoned.house.url}{PAGE}")
            await page.locator(".letters summary").first.click()
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
            await page.evaluate(AXE)
            found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            assert [one["id"] for one in found["violations"]] == []
            await context.close()
        await browser.close()
