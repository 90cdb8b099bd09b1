"""Keys of programs: on a list with an end, a scope and a channel; what is not on it is nobody's."""

import asyncio
import hashlib
import io
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest

from schemas.records.accounts import Key, SecondFactor
from schemas.vocabulary import Role, Scope
from services.cli import main as cli
from services.security.accounts import second_factor, shutting_out
from services.security.auth import Identity
from services.security.keys import SCOPES, Keys, KeysUnknown, bearer_of, issue, own_program
from services.security.secret import Secret, load_secret, retire
from services.store.database import Store
from services.store.ids import derived
from services.store.transaction import Transaction
from tests.conftest import SQLITE
from tests.house import Clock, House

SECRET = Secret(b"only for the tests of keys, 32 bytes")


def identity(name: str = "gerbang", role: Role = Role.REPORTER) -> Identity:
    return Identity(name, name, role, None, "B", scopes=SCOPES[role])


@pytest.fixture
def keys(store: Store, clock: Clock) -> Keys:
    known = Keys(SECRET, clock)

    async def look() -> None:
        store.read_now(known.refresh)

    known.look = look
    return known


def made(store: Store, who: Identity | None = None, lasts: timedelta | None = timedelta(days=365)) -> str:
    bearer = store.write_now(lambda tx: issue(tx, SECRET, who or identity(), "test", lasts=lasts))
    assert bearer
    return bearer


async def test_a_revoked_key_stays_revoked_after_a_restart(store: Store, keys: Keys, clock: Clock) -> None:
    """After a restart a key was good until the list was first read, and one that the list did not have for ever."""
    bearer = made(store)
    assert (await keys.recognise(bearer)) is not None
    store.write_now(lambda tx: setattr(tx.session.get(Key, "gerbang"), "revoked_at", tx.now))
    store.read_now(keys.refresh)
    assert (await keys.recognise(bearer)) is None
    restarted = Keys(SECRET, clock)
    assert restarted.identify(bearer) is None
    with pytest.raises(KeysUnknown):
        await restarted.recognise(bearer)
    restarted.look = keys.look
    restarted.known = {}
    assert (await restarted.recognise(bearer)) is None


async def test_a_key_that_the_list_does_not_name_is_nobodys(store: Store, keys: Keys, clock: Clock) -> None:
    store.read_now(keys.refresh)
    unlisted = bearer_of(SECRET, "0123456789abcdef")
    assert (await keys.recognise(unlisted)) is None
    body = urlsafe_b64encode(json.dumps(["admin", "admin", "admin", None]).encode()).decode().rstrip("=")
    old = f"kt_{body}.{SECRET.sign('key', body)}"  # as 0.1 made them, of somebody who is not listed
    assert (await keys.recognise(old)) is None
    for forged in ("kt_", "kt_x.y", f"{unlisted}x", unlisted[:-1], "", "kt_" + "a" * 10_000, f"kt_{body}."):
        assert (await keys.recognise(forged)) is None


async def test_a_new_key_is_known_at_once_and_strangers_cause_no_look(store: Store, keys: Keys, clock: Clock) -> None:
    store.read_now(keys.refresh)
    looked = []
    look = keys.look
    assert look

    async def counted() -> None:
        looked.append(1)
        await look()

    keys.look = counted
    for _ in range(50):
        assert (await keys.recognise("kt_made.up")) is None
    assert looked == []
    assert (await keys.recognise(made(store))) is not None
    assert looked == [1]


async def test_a_key_ends(store: Store, keys: Keys, clock: Clock) -> None:
    bearer = made(store, lasts=timedelta(days=30))
    assert (await keys.recognise(bearer)) is not None
    clock.forward(days=31)
    assert (await keys.recognise(bearer)) is None


async def test_facts_come_from_the_list_and_not_from_the_key(store: Store, keys: Keys) -> None:
    bearer = made(store, identity("baca", Role.AUDITOR))
    found = await keys.recognise(bearer)
    assert found
    assert (found.role, found.scopes) == (Role.AUDITOR, SCOPES[Role.AUDITOR])
    store.write_now(lambda tx: setattr(tx.session.get(Key, "baca"), "scopes", [Scope.FIGURES.value]))
    store.read_now(keys.refresh)
    narrowed = await keys.recognise(bearer)
    assert narrowed
    assert narrowed.scopes == {Scope.FIGURES}


def test_a_program_of_ours_is_listed_like_any_other(store: Store, keys: Keys) -> None:
    first = store.write_now(lambda tx: own_program(tx, SECRET, identity("canary")))
    assert store.write_now(lambda tx: own_program(tx, SECRET, identity("canary"))) == first
    store.read_now(keys.refresh)
    assert keys.identify(first)
    store.write_now(lambda tx: setattr(tx.session.get(Key, "canary"), "revoked_at", tx.now))
    store.read_now(keys.refresh)
    assert keys.identify(store.write_now(lambda tx: own_program(tx, SECRET, identity("canary")))) is None


def test_a_restored_store_does_not_bring_a_revoked_key_back(
    new_database: Callable[[str], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old, new = new_database(SQLITE), new_database(SQLITE)
    here, there = tmp_path / "here", tmp_path / "there"

    def office(url: str, data: Path, *words: str) -> tuple[int, str]:
        monkeypatch.setenv("KENTONGAN_STORE_URL", url)
        code = cli.main([*words, "--data", str(data)])
        return code, capsys.readouterr().out.strip()

    code, bearer = office(old, here, "key", "add", "Pelapor", "--role", "reporter")
    assert code == 0
    backup = tmp_path / "before.jsonl.gz"
    assert office(old, here, "backup", str(backup))[0] == 0
    assert office(old, here, "key", "revoke", "Pelapor")[0] == 0
    there.mkdir()
    for name in ("secret", "revoked-keys", "master"):  # what docs/operations.md says to bring along
        (there / name).write_bytes((here / name).read_bytes())
    assert office(new, there, "restore", str(backup))[0] == 0
    known, restored = Keys(load_secret("", there)), Store(new)
    restored.read_now(known.refresh)
    assert known.identify(bearer) is None
    restored.close()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--role", "gateway"], "--channel NAME goes with --role gateway"),
        (["--role", "reporter", "--channel", "sms"], "--channel NAME goes with --role gateway"),
        (["--role", "gateway", "--channel", "SMS!"], "--channel NAME goes with"),
        (["--role", "reporter", "--answers"], "--answers is for keys of role gateway"),
        (["--role", "reporter", "--scope", "act"], "does not allow act"),
        (["--role", "gateway", "--channel", "sms", "--scope", "file"], "does not allow file"),
    ],
)
@pytest.mark.usefixtures("in_english")
def test_options_that_do_not_go_together_are_refused(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["key", "add", "x", *words, "--data", str(tmp_path)]) == 2
    assert said in capsys.readouterr().out


def test_a_key_of_before_a_rotation_is_good_until_the_secret_before_is_ended(
    new_database: Callable[[str], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = new_database(SQLITE)
    monkeypatch.setenv("KENTONGAN_STORE_URL", url)

    def office(*words: str) -> str:
        assert cli.main([*words, "--data", str(tmp_path)]) == 0
        return capsys.readouterr().out.strip()

    first = office("key", "add", "Satu", "--role", "reporter")
    office("key", "rotate")
    second = office("key", "add", "Dua", "--role", "reporter")

    def good(bearer: str) -> bool:
        store, known = Store(url), Keys(load_secret("", tmp_path))
        store.read_now(known.refresh)
        store.close()
        return known.identify(bearer) is not None

    assert good(first)
    assert good(second)
    office("key", "retire")
    assert not good(first)
    assert good(second)
    listed = office("key", "list").splitlines()
    assert [line.split("\t")[0] for line in listed] == ["Satu", "Dua"]
    assert all((datetime.now(UTC) + timedelta(days=365)).strftime("%Y-%m") in line for line in listed)


@pytest.mark.parametrize("by", ["key retire", "db prepare"])
def test_authenticators_and_recovery_codes_outlive_the_secret_that_sealed_them(
    new_database: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """Whoever had set one up before a rotation was kept out for good once the secret before was ended."""
    url = new_database(SQLITE)
    monkeypatch.setenv("KENTONGAN_STORE_URL", url)

    def office(*words: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("empat kuda putih lari\n"))
        assert cli.main([*words, "--data", str(tmp_path)]) == 0

    office("person", "add", "Sari", "--login", "sari", "--role", "member", "--password-stdin")
    secret, store = load_secret("", tmp_path), Store(url)

    def enrol(tx: Transaction) -> tuple[str, list[str]]:
        person = shutting_out.person_of(tx.session, "sari")
        word = second_factor.begin(tx, secret, person).secret
        tx.session.flush()
        codes = second_factor.turn_on(tx, secret, person, pyotp.TOTP(word).at(tx.now))
        one = tx.session.get_one(SecondFactor, person.id)
        one.last_step = 0
        plain = codes[1].replace("-", "")
        one.recovery = [one.recovery[0], hashlib.sha256(f"{person.id}:{plain}".encode()).hexdigest()]  # as 0.1 kept it
        return word, codes

    word, codes = store.write_now(enrol)
    office("key", "rotate")
    if by == "db prepare":
        office("db", "prepare")
        retire(tmp_path)
    else:
        office("key", "retire")
    newest = load_secret("", tmp_path)
    assert len(newest.live) == 1

    def prove(code: str) -> bool:
        return store.write_now(
            lambda tx: second_factor.prove(tx, newest, shutting_out.person_of(tx.session, "sari").id, code)
        )

    assert prove(pyotp.TOTP(word).at(store.clock()))
    assert [prove(code) for code in (codes[0], codes[0], codes[1], codes[2])] == [True, False, True, False]
    store.close()


async def test_each_scope_opens_its_own_doors_and_no_other(house: House) -> None:
    doors = {
        Scope.FILE: ("POST", "/v1/reports", {"text": "Nihil."}),
        Scope.READ: ("GET", "/v1/incidents", None),
        Scope.ACT: ("POST", f"/v1/incidents/{derived('none')}/escalations", {"reason": "uji"}),
        Scope.FIGURES: ("GET", "/metrics", None),
    }
    for given in doors:
        role = Role.AUDITOR if given is Scope.FIGURES else Role.MEMBER
        key = await house.key(f"hanya-{given}", role, "KESBANG", scopes=frozenset({given}))
        for asked, (method, path, body) in doors.items():
            status = (await house.call(method, path, body, key=key)).status
            assert (status != 403) == (asked == given), (given, asked, status)


async def test_while_the_list_has_never_been_read_nobody_is_told_apart(house: House) -> None:
    key = await house.key("pelapor", Role.REPORTER)
    house.keys.known = None
    house.keys.look = None
    for method, path, body in (
        ("POST", "/v1/reports", {"text": "a"}),
        ("GET", "/v1/incidents", None),
        ("GET", "/metrics", None),
    ):
        answer = await house.call(method, path, body, key=key)
        assert (answer.status, answer.headers["retry-after"] != "") == (503, True)


async def test_callers_who_show_a_new_key_at_once_are_all_known(store: Store, clock: Clock) -> None:
    """The first read the list; the others, while that was under way, were told that the key is nobody's."""
    keys, looks, go_on = Keys(SECRET, clock, known={}), 0, asyncio.Event()

    async def look() -> None:
        nonlocal looks
        looks += 1
        await go_on.wait()
        store.read_now(keys.refresh)

    keys.look = look
    bearer = made(store)
    callers = [asyncio.create_task(keys.recognise(bearer)) for _ in range(8)]
    await asyncio.sleep(0)  # all of them have asked
    go_on.set()
    assert [found is not None for found in await asyncio.gather(*callers)] == [True] * 8
    assert looks <= 2  # those who asked while the first look was under way share the next


async def test_a_key_made_just_after_a_look_is_known_at_its_first_use(store: Store, keys: Keys) -> None:
    """Within half a second after any look, a new key was told that it is nobody's: a client does not try that again."""
    assert (await keys.recognise(bearer_of(SECRET, "nobody"))) is None
    assert (await keys.recognise(made(store))) is not None


async def test_keys_of_nobody_cost_one_look_each_pause(store: Store, keys: Keys) -> None:
    looks, look = 0, keys.look
    assert look is not None

    async def counted() -> None:
        nonlocal looks
        looks += 1
        await look()

    keys.look = counted
    tried = await asyncio.gather(*(keys.recognise(bearer_of(SECRET, f"nobody {number}")) for number in range(200)))
    assert tried == [None] * 200
    assert looks <= 2  # those who asked while the first look was under way share the next
