"""What works once works once, also when it is sent many times in the same instant; on both databases."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pyotp
from sqlmodel import select

from schemas.records.accounts import Invitation, SecondFactor, SignIn, SpentChallenge
from schemas.records.alerts import Alert
from schemas.records.answers import AnswerToken
from schemas.records.audit_log import Journal
from schemas.records.people import Person
from schemas.vocabulary import Role
from services.console.acknowledge_link.button_press import CHOICE, SOONEST
from services.security.accounts import passkeys, second_factor
from services.security.accounts.invitations import invite
from services.security.auth import Identity
from tests.console.caller import Answer, Caller
from tests.console.conftest import either_desk
from tests.console.desk import Desk
from tests.console.night import HASH, PASSWORD, SECRET

__all__ = ["either_desk"]
AT_ONCE = 4  # below what the throttles of the doors let through
ADMIN = Identity("admin", "Admin", Role.ADMIN, "KESBANG")


def at_once(act: Callable[[int], Any], many: int = AT_ONCE) -> list[Any]:
    """Do it many times in the same instant."""
    ready = Barrier(many)

    def one(number: int) -> Any:
        ready.wait(20)
        return act(number)

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(one, range(many)))


def rows(desk: Desk, table: Any, **where: Any) -> list[Any]:
    conditions = [getattr(table, name) == value for name, value in where.items()]
    return desk.store.read_now(lambda session: list(session.exec(select(table).where(*conditions))))


def answered(desk: Desk) -> int:
    return len([one for one in rows(desk, Alert) if one.acknowledged_at is not None])


def statuses(answers: list[Answer]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


def test_one_invitation_sets_one_password(either_desk: Desk) -> None:
    desk = either_desk
    desk.official(Role.MEMBER, "KODIM", login="diundang", password=None)
    token = desk.write(lambda tx: invite(tx, ADMIN, "diundang"))

    def accept(number: int) -> Answer:
        word = f"kalimat sandi nomor {number} {number}"
        return Caller(desk.url, source=f"127.0.0.{number + 2}").form(f"/undangan/{token}", {"password": word, "again": word})  # fmt: skip

    found = statuses(at_once(accept))
    assert found[303] == 1
    assert found[500] == 0
    assert len(rows(desk, Journal, kind="invitation.used")) == 1
    assert [one.used_at is not None for one in rows(desk, Invitation)] == [True]


def test_one_code_of_an_authenticator_opens_one_session(either_desk: Desk) -> None:
    desk = either_desk
    desk.official(Role.MEMBER, "KODIM", login="berdua", password=HASH)

    def enrol(tx: Any) -> tuple[str, list[str]]:
        person = tx.session.get_one(Person, "berdua")
        second_factor.begin(tx, SECRET, person)
        tx.session.flush()
        word = second_factor.pending(tx.session, SECRET, person, tx.now).secret
        return word, second_factor.turn_on(tx, SECRET, person, pyotp.TOTP(word).at(tx.now))

    word, recovery = desk.write(enrol)
    desk.write(lambda tx: setattr(tx.session.get_one(SecondFactor, "berdua"), "last_step", 0))
    before = len(rows(desk, SignIn, person_id="berdua"))
    page = Caller(desk.url).form("/masuk", {"login": "berdua", "password": PASSWORD, "ke": "/"})
    ticket = page.body.split('name="ticket" value="')[1].split('"')[0]
    for code in (pyotp.TOTP(word).at(desk.clock()), recovery[0]):
        given = at_once(
            lambda number, code=code: Caller(desk.url, source=f"127.0.0.{number + 2}").form(
                "/masuk/kode", {"ticket": ticket, "kode": code}
            ),
            2,
        )
        assert statuses(given) == {303: 1, 401: 1}
    assert len(rows(desk, SignIn, person_id="berdua")) == before + 2


def test_one_question_to_a_passkey_is_answered_once(either_desk: Desk) -> None:
    desk = either_desk

    async def ask() -> list[bool]:
        return await asyncio.gather(*(desk.store.write(lambda tx: passkeys._spend(tx, "a question")) for _ in range(4)))

    spent = asyncio.run(ask())
    assert sorted(spent) == [False, False, False, True]
    assert len(rows(desk, SpentChallenge)) == 1


def test_one_button_is_pressed_once(either_desk: Desk) -> None:
    desk, pressed = either_desk, 0
    for token in desk.tokens.values():
        page = Caller(desk.url).get(f"/terima/{token}")
        if not (sheet := re.search(r'name="lembar" value="([^"]+)"', page.body)):
            continue  # used, over, or no longer his
        desk.clock.forward(SOONEST.total_seconds() + 1)
        form = {"lembar": sheet[1], "jawab": CHOICE}
        before = answered(desk)
        given = at_once(lambda _, token=token, form=form: Caller(desk.url).form(f"/terima/{token}", form))
        assert statuses(given) == {200: AT_ONCE}
        assert answered(desk) == before + 1
        pressed += 1
    assert pressed == len([one for one in rows(desk, AnswerToken) if one.used_at is not None]) > 0
