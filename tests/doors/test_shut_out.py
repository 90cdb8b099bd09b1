"""Somebody is shut out: sessions, buttons, reply codes and addresses end, and nothing that is owed still reaches him."""

import io
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from schemas.records.alerts import Delivery
from schemas.records.answers import AnswerToken, ReplyCode
from schemas.records.people import Address, Person
from schemas.vocabulary import DeliveryState, Level, Role
from services.cli.main import main
from services.oncall.people import put
from services.runtime.settings import Settings
from services.security import auth
from services.security.accounts import shutting_out as accounts
from services.security.accounts.invitations import invite, invited
from services.store.audit_verify import verify
from services.store.database import Store
from services.store.ids import derived
from services.store.transaction import Transaction
from tests.answers.conftest import *  # noqa: F403 - its telephones
from tests.answers.phones import OFFICER, Phones
from tests.console.caller import Caller
from tests.console.conftest import *  # noqa: F403 - its desk and people
from tests.console.desk import Desk
from tests.console.night import PASSWORD
from tests.doors.test_reply_limits import code_in
from tests.incidents import opened

pytestmark = pytest.mark.usefixtures("in_english")

NEW = "empat kuda putih lari"


def add(tx: Transaction, login: str, **facts: Any) -> None:
    row = {"login": login, "name": login, "role": "member", "institution": "POLRES", "unit": "", "post": ""}
    row |= {"clearance": 3, "language": "id", "named_for": [], "password": auth.hash_password(PASSWORD)}
    put(tx, {**row, **facts}, [], "office")


CHANGES: dict[str, dict[str, Any]] = {
    "password": {"password": auth.hash_password(NEW)},
    "role": {"role": "verifier"},
    "office": {"institution": "KODIM"},
    "clearance": {"clearance": 1},
}


@pytest.mark.parametrize("change", CHANGES)
def test_sessions_and_buttons_die_with_password_role_and_office(desk: Desk, change: str) -> None:
    desk.write(lambda tx: add(tx, "budi"))
    me = derived("person", "budi")
    budi = Caller(desk.url).sign_in("budi", PASSWORD)
    assert budi.get("/saya").status == 200
    token = auth.answer_token_row("tombol", f"a-{desk.ids['clash']}-POLRES", "d", me, desk.clock.now)
    desk.write(lambda tx: tx.add(AnswerToken, [token]))
    kept = {"password": desk.store.read_now(lambda session: session.get_one(Person, me).password)}
    desk.write(lambda tx: add(tx, "budi", **{**kept, **CHANGES[change]}))
    assert budi.get("/saya").status == 303
    assert desk.store.read_now(lambda session: session.get_one(AnswerToken, token["id"]).ends_at) <= desk.clock.now
    assert Caller(desk.url).get("/terima/tombol").status in (403, 410)


def test_a_session_dies_even_where_only_the_row_was_changed(desk: Desk, person: Any) -> None:
    joko = person("joko")

    def act(tx: Transaction) -> None:
        tx.session.get_one(Person, "joko").role = "auditor"

    desk.write(act)
    assert joko.get("/saya").status == 303


def test_adding_somebody_again_unchanged_ends_nothing(desk: Desk) -> None:
    desk.write(lambda tx: add(tx, "budi"))
    kept = desk.store.read_now(lambda session: session.get_one(Person, derived("person", "budi")).password)
    budi = Caller(desk.url).sign_in("budi", PASSWORD)
    desk.write(lambda tx: add(tx, "budi", password=kept))
    assert budi.get("/saya").status == 200


def test_an_admin_shuts_a_person_out_on_the_page_and_lets_him_in_again(desk: Desk, person: Any) -> None:
    joko, admin = person("joko"), desk.official(Role.ADMIN, "KESBANG", login="admin-uji")
    csrf, page = admin.get("/pengaturan/orang/joko").csrf, "/pengaturan/orang"
    assert admin.form(f"{page}/joko/nonaktif", {"csrf": csrf}).status == 303
    assert joko.get("/saya").status == 303
    assert Caller(desk.url).form("/masuk", {"login": "joko", "password": PASSWORD}).status == 401
    assert Caller(desk.url).get(f"/terima/{desk.tokens['joko']}").status in (403, 410)
    assert admin.form(f"{page}/joko/aktif", {"csrf": csrf}).status == 303
    again = Caller(desk.url)
    assert again.form("/masuk", {"login": "joko", "password": PASSWORD}).status == 303
    assert joko.get("/saya").status == 303  # the old session stays ended
    assert "Sedang masuk di 1 tempat." in admin.get(f"{page}/joko").body
    assert admin.form(f"{page}/joko/sesi", {"csrf": csrf}).status == 303
    assert again.get("/saya").status == 303
    assert admin.form(f"{page}/admin-uji/nonaktif", {"csrf": csrf}).status == 409


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.VERIFIER, Role.MEMBER, Role.LEADER, Role.AUDITOR])
def test_nobody_else_shuts_people_out(desk: Desk, role: Role) -> None:
    caller = desk.official(role, "KESBANG", login=f"uji-{role}")
    assert caller.get("/pengaturan/orang").status == 403
    for act in ("nonaktif", "aktif", "sesi", "undang", "faktor", "alamat", "simpan"):
        assert caller.form(f"/pengaturan/orang/joko/{act}", {"csrf": caller.csrf}).status == 403
    assert caller.form("/pengaturan/alamat/x/hapus", {"csrf": caller.csrf}).status == 403
    assert desk.store.read_now(lambda session: session.get_one(Person, "joko").active)


def test_a_person_sees_his_sessions_and_ends_the_one_that_was_stolen(desk: Desk, person: Any) -> None:
    here, stolen = person("joko"), person("joko")
    page = here.get("/akun")
    assert page.body.count('name="id"') == 1  # the other one; his own is marked
    assert "Sesi ini" in page.body
    assert here.form("/akun/sesi", {"csrf": page.csrf}).status == 303
    assert (here.get("/akun").status, stolen.get("/akun").status) == (200, 303)
    third = person("joko")
    assert here.form("/akun/sesi", {"csrf": page.csrf, "id": "tidak-ada"}).status == 404
    other = person("satrio")
    assert (
        other.form(
            "/akun/sesi",
            {"csrf": other.csrf or other.get("/akun").csrf, "id": auth.session_id(third.cookies["kentongan_sesi"])},
        ).status
        == 404
    )
    assert third.get("/akun").status == 200


def test_a_new_password_ends_every_other_session_and_keeps_this_one(desk: Desk, person: Any) -> None:
    here, stolen = person("joko"), person("joko")
    csrf = here.get("/akun").csrf
    fields = {"csrf": csrf, "old": PASSWORD, "password": NEW, "again": NEW}
    assert here.form("/akun/sandi", {**fields, "old": "salah"}).status == 422
    assert here.form("/akun/sandi", {**fields, "password": "polres-joko-1", "again": "polres-joko-1"}).status == 422
    assert here.form("/akun/sandi", fields).status == 303
    assert (here.get("/akun").status, stolen.get("/akun").status) == (200, 303)
    assert Caller(desk.url).form("/masuk", {"login": "joko", "password": PASSWORD}).status == 401
    assert Caller(desk.url).form("/masuk", {"login": "joko", "password": NEW}).status == 303


def test_an_invitation_ends_what_stood_on_the_old_password_and_takes_no_weak_one(desk: Desk, person: Any) -> None:
    joko, office = person("joko"), auth.Identity("office", "office", Role.ADMIN)
    word = desk.write(lambda tx: invite(tx, office, "joko"))
    caller = Caller(desk.url)
    for weak in ("pendek", "polres-joko-1", "password123456"):
        assert caller.form(f"/undangan/{word}", {"password": weak, "again": weak}).status == 422
    assert joko.get("/saya").status == 200
    fields = {"password": NEW, "again": NEW}
    assert caller.form(f"/undangan/{word}", fields).status == 303
    assert caller.form(f"/undangan/{word}", fields).status == 410
    assert joko.get("/saya").status == 303
    assert Caller(desk.url).get(f"/terima/{desk.tokens['joko']}").status in (403, 410)


def test_the_admin_who_sends_a_link_to_somebody_with_a_password_never_sees_it(desk: Desk) -> None:
    admin = desk.official(Role.ADMIN, "KESBANG", login="admin-uji")
    path = "/pengaturan/orang/joko"
    csrf = admin.get(path).csrf
    assert admin.form(f"{path}/undang", {"csrf": csrf}).status == 409  # no address of his own yet
    address = {"id": "surel", "person_id": "joko", "channel": "email", "address": "joko@polres.example"}
    desk.write(lambda tx: tx.add(Address, [address | {"verified_at": tx.now}]))
    answer = admin.form(f"{path}/undang", {"csrf": csrf})
    assert (answer.status, "/undangan/" in answer.body + str(answer.headers)) == (303, False)
    (sent,) = [
        one.payload["url"]
        for one in desk.store.read_now(lambda session: list(session.scalars(select(Delivery))))
        if one.reason == "invitation"
    ]
    assert Caller(desk.url).get(sent.removeprefix("http://127.0.0.1")).status == 200


def test_the_commands_lock_list_end_and_remove(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
    assert main(["db", "upgrade"]) == 0
    capsys.readouterr()

    def office(*words: str, typed: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        return main(["person", *words]), capsys.readouterr().out

    add_ = ("add", "Budi", "--login", "budi", "--role", "member", "--institution", "POLRES", "--password-stdin")
    assert office(*add_, typed="Polres-2026\n")[0] == 1
    assert office(*add_, typed="password123456\n")[0] == 1
    assert office(*add_, "--address", "email:lama@polres.example", typed=f"{NEW}\n")[0] == 0
    assert office("sessions", "budi") == (0, "")
    assert "/undangan/" in office("invite", "budi")[1]
    assert office("lock", "budi", "--reason", "pindah")[0] == 0
    assert office("invite", "budi")[0] == 1
    assert office("unlock", "budi")[0] == 0
    assert office("end-sessions", "budi") == (0, "Ended: 0\n")
    assert office("reset-factor", "budi")[0] == 0
    # Naming another address adds it, says that the one before stays, and how that one is taken away.
    code, said = office(*add_, "--address", "email:baru@polres.example", typed=f"{NEW}\n")
    assert code == 0
    assert "Kept besides, after those named: email. One is taken away by kentongan person remove-address budi" in said
    store = Store(Settings(data=tmp_path).database)
    ranked = store.read_now(lambda session: sorted((one.rank, one.address) for one in session.scalars(select(Address))))
    store.close()
    assert ranked == [(1, "baru@polres.example"), (2, "lama@polres.example")]
    assert office("remove-address", "budi", "email:lama@polres.example")[0] == 0
    assert office("remove-address", "budi", "email:baru@polres.example")[0] == 0
    assert "Kept" not in office(*add_, "--address", "email:baru@polres.example", typed=f"{NEW}\n")[1]
    assert office("lock", "siapa", "--reason", "x")[0] == 1


def test_a_restored_store_lets_nobody_in_who_was_shut_out_or_signed_out_since(
    new_database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It let in whoever had been locked since the backup, ended sessions went on, and used invitations did again."""
    old, new = new_database("sqlite"), new_database("sqlite")
    here, there = tmp_path / "here", tmp_path / "there"

    def office(url: str, data: Path, *words: str) -> str:
        monkeypatch.setenv("KENTONGAN_STORE_URL", url)
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{NEW}\n"))
        assert main([*words, "--data", str(data)]) == 0
        return capsys.readouterr().out

    add_ = ("--role", "member", "--institution", "POLRES", "--password-stdin")
    for login in ("budi", "sari", "tono"):
        office(old, here, "person", "add", login.title(), "--login", login, *add_)
    word = office(old, here, "person", "invite", "sari").strip().rpartition("/")[2]
    store = Store(old)
    cookie = store.write_now(lambda tx: auth.open_session(tx, accounts.person_of(tx.session, "sari")))
    assert store.read_now(lambda session: auth.whose_session(session, cookie, store.clock())) is not None
    store.close()
    backup = tmp_path / "before.backup"
    office(old, here, "backup", str(backup))
    for act in (("lock", "budi", "--reason", "pindah"), ("lock", "tono", "--reason", "cuti"), ("unlock", "tono")):
        office(old, here, "person", *act)
    there.mkdir()
    for name in ("revoked-keys", "master"):  # what docs/operations.md says to bring along
        (there / name).write_bytes((here / name).read_bytes())
    said = office(new, there, "restore", str(backup))
    assert "another one signs" in said  # `secret` was not brought along
    assert "budi is shut out" in said
    assert "tono" not in said
    store = Store(new)
    active = store.read_now(lambda session: {one.login: one.active for one in session.exec(select(Person))})
    assert active == {"budi": False, "sari": True, "tono": True}
    assert store.read_now(lambda session: auth.whose_session(session, cookie, store.clock())) is None
    assert store.read_now(lambda session: invited(session, word, store.clock())) is None
    store.seal_now()
    assert verify(store.engine).faults == []
    store.close()


class Typing(io.StringIO):
    """Somebody at the keyboard, beside whom others write."""

    def __init__(self, line: str, store: Store) -> None:
        super().__init__(line)
        self.store = store

    def readline(self, *_: Any) -> str:
        self.store.write_now(lambda tx: tx.audit("test.wrote", "beside"))
        return super().readline()


def test_nobody_waits_for_whoever_types_an_address(
    new_database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was read inside the transaction that writes: no alert was decided until the line was typed."""
    url, add_ = new_database("sqlite"), ("--role", "member", "--institution", "POLRES", "--password-stdin")
    monkeypatch.setenv("KENTONGAN_STORE_URL", url)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{NEW}\n"))
    address = ("--address", "email:lama@polres.example")
    assert main(["person", "add", "Budi", "--login", "budi", *add_, *address, "--data", str(tmp_path)]) == 0
    store = Store(url)
    monkeypatch.setattr("sys.stdin", Typing("email:lama@polres.example\n", store))
    assert main(["person", "remove-address", "budi", "-", "--data", str(tmp_path)]) == 0
    store.close()
    assert "lama@" not in capsys.readouterr().err


async def test_a_removed_address_is_told_nothing_not_even_what_was_owed_and_answers_nothing(phones: Phones) -> None:
    house = phones.house
    incident = await opened(house, Level.TINGGI)
    code = code_in(phones.got())
    (address,) = house.rows(Address, address=OFFICER)
    owed = {"id": "owed", "alert_id": "x", "incident_id": incident, "person_id": address.person_id, "round": 1}
    owed |= {"channel": address.channel, "address": OFFICER, "reason": "opened", "payload": {}, "state": "pending"}
    await house.store.write(lambda tx: tx.add(Delivery, [{**owed, "owed_at": tx.now}]))
    await house.store.write(lambda tx: accounts.remove_address(tx, tx.session.get_one(Address, address.id), "office"))
    assert house.rows(Delivery, id="owed")[0].state == DeliveryState.WITHDRAWN
    await phones.text(f"T {code}")
    assert house.lead(incident).state == "delivered"
    phones.got()
    house.clock.forward(seconds=6)  # a notifier keeps what it has read of people for five
    await opened(house, Level.TINGGI, text="Kejadian lain.")
    await house.forward(minutes=5)
    assert phones.got() == []
    assert verify(house.store.engine).faults == []


@pytest.mark.parametrize("how", ["password", "lock"])
async def test_reply_codes_die_with_password_and_person(phones: Phones, how: str) -> None:
    house = phones.house
    incident = await opened(house, Level.TINGGI)
    code = code_in(phones.got())

    def change(tx: Transaction) -> None:
        person = tx.session.get_one(Person, derived("person", "polres"))
        if how == "lock":
            accounts.lock(tx, person, "office", "pindah")
        else:
            accounts.set_password(tx, person, auth.hash_password(NEW), "office")

    await house.store.write(change)
    assert house.rows(ReplyCode, person_id=derived("person", "polres")) == []
    await phones.text(f"T {code}")
    assert house.lead(incident).state == "delivered"
    assert verify(house.store.engine).faults == []  # what was ended differs from no line of the audit log
