"""Whoever has a new phone moves his authenticator: the old one counts until the new one was shown."""

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest

from schemas.records.accounts import SecondFactor
from services.console.account.guesses import CODES
from services.security.accounts.second_factor import SHOWN
from services.store.transaction import Session
from tests.console.caller import Answer, Caller
from tests.console.conftest import *  # noqa: F403 - its desk and people
from tests.console.desk import Desk
from tests.console.night import PASSWORD
from tests.doors.test_sign_in_guesses import enrol, step_one
from tests.doors.test_two_steps import lines


def comes_in(desk: Desk, code: str) -> int:
    caller = Caller(desk.url)
    return caller.form("/masuk/kode", {"ticket": step_one(caller), "kode": code}).status


def ask_to_move(caller: Caller, code: str, password: str = PASSWORD) -> Answer:
    return caller.form("/akun/faktor", {"csrf": caller.get("/akun").csrf, "old": password, "kode": code})


def offered(caller: Caller) -> list[str]:
    return re.findall(r"<code>([A-Z2-7]{32})</code>", caller.get("/akun").body)


def show(caller: Caller, code: str) -> Answer:
    return caller.form("/akun/faktor/nyala", {"csrf": caller.get("/akun").csrf, "kode": code})


def recovery(answer: Answer) -> list[str]:
    return re.findall(r"<li><code>([0-9a-z]{5}-[0-9a-z]{5})</code>", answer.body)


@pytest.mark.parametrize("by", ["old phone", "recovery code"])
def test_the_old_phone_counts_until_the_new_one_was_shown_and_not_after(desk: Desk, person: Any, by: str) -> None:
    ratna = person("ratna")
    old, codes = enrol(desk, ratna)
    shown = old.at(desk.clock.now) if by == "old phone" else codes[0]
    assert ask_to_move(ratna, shown).status == 303
    (secret,) = offered(ratna)
    assert secret != old.secret
    new = pyotp.TOTP(secret)
    assert "<svg" in ratna.get("/akun/faktor/qr.svg").body
    desk.clock.forward(1)
    assert comes_in(desk, new.at(desk.clock.now)) == 401  # it was shown to nobody yet
    assert comes_in(desk, old.at(desk.clock.now)) == 303
    assert show(ratna, "000000").status == 409
    done = show(ratna, new.at(desk.clock.now))
    assert (done.status, len(recovery(done))) == (200, 10)
    assert offered(ratna) == []
    assert ratna.get("/akun/faktor/qr.svg").status == 404
    assert comes_in(desk, new.at(desk.clock.now)) == 401  # a code counts once
    desk.clock.forward(1)
    assert comes_in(desk, old.at(desk.clock.now)) == 401
    assert comes_in(desk, codes[1]) == 401
    assert comes_in(desk, new.at(desk.clock.now)) == 303
    assert comes_in(desk, recovery(done)[0]) == 303
    assert [len(lines(desk, f"factor.{kind}")) for kind in ("on", "move_begun", "moved", "off")] == [1, 1, 1, 0]


def test_nobody_moves_it_by_password_or_code_alone_and_tries_are_counted(desk: Desk, person: Any) -> None:
    ratna = person("ratna")
    old, codes = enrol(desk, ratna)
    assert ask_to_move(ratna, old.at(desk.clock.now), "bukan sandinya").status == 422
    said = [ask_to_move(ratna, f"{number:06}").status for number in range(20)]
    assert set(said[: CODES.burst - 1]) == {422}
    assert set(said[CODES.burst - 1 :]) == {429}
    assert len(lines(desk, "factor.refused")) == CODES.burst - 1
    assert ask_to_move(ratna, codes[0]).status == 429
    assert offered(ratna) == []
    desk.clock.forward(60)
    assert comes_in(desk, old.at(desk.clock.now)) == 303
    assert ask_to_move(ratna, codes[0]).status == 303  # its owner goes on
    assert comes_in(desk, codes[0]) == 401


@pytest.mark.parametrize("which", ["first", "next"])
def test_a_secret_that_was_begun_and_left_is_shown_to_nobody_later_and_counts_for_nothing(
    desk: Desk, person: Any, which: str
) -> None:
    """Whoever took a session hours later read the secret on the page and made it his own by its first code."""
    ratna = person("ratna")
    first = which == "first"
    code = "" if first else enrol(desk, ratna)[0].at(desk.clock.now)
    assert ask_to_move(ratna, code).status == 303
    (secret,) = offered(ratna)
    desk.clock.now += SHOWN + timedelta(seconds=1)
    assert offered(ratna) == []
    assert ratna.get("/akun/faktor/qr.svg").status == 404
    assert show(ratna, pyotp.TOTP(secret).at(desk.clock.now)).status == 409
    assert ask_to_move(ratna, "").status == (303 if first else 422)


def test_the_store_keeps_no_secret_that_is_still_to_come(desk: Desk, person: Any) -> None:
    ratna = person("ratna")
    old, _ = enrol(desk, ratna)
    ask_to_move(ratna, old.at(desk.clock.now))
    (secret,) = offered(ratna)

    def kept(session: Session) -> str:
        return str(session.get_one(SecondFactor, "ratna").model_dump())

    assert secret not in desk.store.read_now(kept)
