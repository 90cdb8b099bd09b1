"""What a person does about his own ways to be reached: at the counter, in the journal, on the wire."""

from typing import Any

import pytest
from sqlmodel import select

from schemas.records.alerts import Delivery
from schemas.records.audit_log import Journal
from schemas.records.people import Address, Person
from schemas.vocabulary import Role
from services.store.ids import derived
from tests.channels.push_service import Browser
from tests.console.caller import Answer, Caller
from tests.console.desk import Desk
from tests.console.night import NOW
from tests.console.test_rota_pages import DAY, HOUR, hired, put

PHONE = "https://fcm.googleapis.com/fcm/send/cVh8:APA91b-phone"
TABLET = "https://updates.push.services.mozilla.com/wpush/v2/gAAAA-tablet"


def browser(endpoint: str = PHONE) -> Browser:
    return Browser(endpoint)


def turn_on(caller: Caller, device: Browser, **changes: str) -> Answer:
    csrf = caller.get("/saya").csrf
    return caller.form("/saya/perangkat", {"csrf": csrf, **device.form, **changes})


def act(caller: Caller, id_: str, what: str) -> Answer:
    return caller.form(f"/saya/{id_}/{what}", {"csrf": caller.get("/saya").csrf})


def addresses(desk: Desk, login: str = "joko") -> list[Address]:
    query = select(Address).where(Address.person_id == login).order_by(Address.rank)  # type: ignore[arg-type]
    return desk.store.read_now(lambda session: list(session.exec(query)))


def journalled(desk: Desk, kind: str) -> list[Journal]:
    query = select(Journal).where(Journal.kind == kind)
    return desk.store.read_now(lambda session: list(session.exec(query)))


def office_address(desk: Desk, channel: str, address: str, rank: int = 1, login: str = "joko", **more: Any) -> str:
    id_ = derived("address", login, channel, address)
    row = {"id": id_, "person_id": login, "channel": channel, "address": address, "rank": rank}
    desk.write(lambda tx: tx.add(Address, [row | {"verified_at": tx.now} | more]))
    return id_


def test_a_device_turned_on_in_ones_own_session_is_verified_by_that_and_comes_first(desk, person):
    office_address(desk, "email", "piket@polres.example")
    joko, phone = person("joko"), browser()
    answer = turn_on(joko, phone)
    assert (answer.status, answer.headers["location"]) == (303, "/saya?pesan=nyala")
    push, mail = addresses(desk)
    assert push.verified_at == desk.clock.now
    assert (push.channel, push.label) == ("webpush", "Chrome, Android")
    assert push.address.startswith(f"{PHONE}#p256dh=")
    assert mail.channel == "email"
    assert push.rank < 1  # before whatever the office enters, now or later
    (line,) = journalled(desk, "address.turned_on")
    assert (line.actor, line.subject_id) == ("joko", push.id)
    page = joko.get("/saya?pesan=nyala").body
    assert "Menyala." in page
    assert "Chrome, Android" in page
    assert PHONE not in page
    assert "piket@" not in page


def test_the_same_device_under_new_keys_is_one_device(desk, person):
    joko = person("joko")
    for _ in range(2):
        turn_on(joko, browser())
    assert len(addresses(desk)) == 1


def test_a_device_belongs_to_who_turned_it_on_last(desk, person):
    phone = browser()
    turn_on(person("joko"), phone)
    turn_on(person("satrio"), phone)
    (was,) = addresses(desk, "joko")
    assert (was.disabled_at, was.disabled_why) == (desk.clock.now, "moved")
    assert addresses(desk, "satrio")[0].disabled_at is None
    assert "Dipakai akun lain" in person("joko").get("/saya").body
    (line,) = journalled(desk, "address.moved")
    assert (line.actor, line.data["person"]) == ("satrio", "joko")


def test_another_device_whose_token_differs_in_capitals_is_another_device(desk, person):
    turn_on(person("joko"), browser())
    turn_on(
        person("satrio"), browser(PHONE.swapcase().replace("HTTPS://FCM.GOOGLEAPIS.COM", "https://fcm.googleapis.com"))
    )
    assert addresses(desk, "joko")[0].disabled_at is None


def test_a_device_dropped_by_its_push_service_is_told_and_can_be_turned_on_again(desk, person):
    joko, phone = person("joko"), browser()
    turn_on(joko, phone)
    (one,) = addresses(desk)
    drop = {"id": one.id, "disabled_at": desk.clock.now, "disabled_why": "gone"}
    desk.write(lambda tx: tx.put(Address, [drop]))
    page = joko.get("/saya").body
    assert "Terputus" in page
    assert "Nyalakan lagi" in page
    turn_on(joko, phone)
    (again,) = addresses(desk)
    assert (again.disabled_at, again.disabled_why) == (None, None)


@pytest.mark.parametrize("channel", ["webpush", "email"])
def test_an_address_that_does_not_work_is_told_with_what_to_do(desk, person, channel):
    joko = person("joko")
    turn_on(joko, browser())
    office_address(desk, "email", "piket@polres.example")
    one = next(one for one in addresses(desk) if one.channel == channel)
    desk.write(lambda tx: tx.put(Address, [{"id": one.id, "avoided_at": desk.clock.now}]))
    page = joko.get("/saya").body
    assert "Tidak sampai" in page
    assert ("Nyalakan lagi dari perangkat itu" if channel == "webpush" else "Beri tahu kantor") in page
    turn_on(joko, browser(TABLET))
    assert addresses(desk)[0].address.startswith(TABLET)


def test_turning_a_device_off_takes_it_away(desk, person):
    joko = person("joko")
    turn_on(joko, browser())
    (one,) = addresses(desk)
    assert act(joko, one.id, "mati").headers["location"] == "/saya?pesan=mati"
    assert addresses(desk) == []
    assert [line.actor for line in journalled(desk, "address.turned_off")] == ["joko"]


def test_what_the_office_has_entered_only_the_office_takes_away(desk, person):
    id_ = office_address(desk, "sms_gateway", "+6281200004821")
    answer = act(person("joko"), id_, "mati")
    assert answer.status == 403
    assert "koordinator" in answer.body
    assert len(addresses(desk)) == 1


def test_a_person_chooses_what_is_used_first(desk, person):
    joko = person("joko")
    sms = office_address(desk, "sms_gateway", "+6281200004821")
    turn_on(joko, browser())
    assert [one.channel for one in addresses(desk)] == ["webpush", "sms_gateway"]
    assert act(joko, sms, "dulu").status == 303
    assert [one.channel for one in addresses(desk)] == ["sms_gateway", "webpush"]


@pytest.mark.parametrize("change", [{"verified_at": None}, {"disabled_at": "now"}])
def test_what_is_not_used_cannot_come_first(desk, person, change):
    given = {name: desk.clock.now if value else None for name, value in change.items()}
    id_ = office_address(desk, "sms_gateway", "+6281200004821", **given)
    assert act(person("joko"), id_, "dulu").status == 409


@pytest.mark.parametrize("what", ["mati", "dulu", "uji"])
def test_nobody_touches_anothers_ways(desk, person, what):
    turn_on(person("joko"), browser())
    (one,) = addresses(desk)
    assert act(person("satrio"), one.id, what).status == 404
    assert addresses(desk) == [one]


def test_a_trial_is_a_delivery_like_any_other(desk, person):
    joko = person("joko")
    turn_on(joko, browser())
    (one,) = addresses(desk)
    assert act(joko, one.id, "uji").headers["location"] == "/saya?pesan=uji"
    owed = select(Delivery).where(Delivery.reason == "trial")
    (row,) = desk.store.read_now(lambda session: list(session.exec(owed)))
    assert (row.state, row.next_at, row.person_id) == ("pending", desk.clock.now, "joko")
    assert (row.channel, row.address, row.classification) == ("webpush", one.address, 1)
    assert "Ini bukan peringatan" in row.payload["short"]
    assert row.payload["url"].endswith("/saya")
    assert act(joko, one.id, "uji").status == 409  # not twice in a minute
    desk.clock.forward(2)
    assert act(joko, one.id, "uji").status == 303


def test_the_page_says_when_a_message_was_last_sent_and_whether_it_arrived(desk, person):
    joko = person("joko")
    turn_on(joko, browser())
    (one,) = addresses(desk)
    assert "Belum pernah dikirimi" in joko.get("/saya").body
    act(joko, one.id, "uji")
    (row,) = desk.store.read_now(lambda session: list(session.exec(select(Delivery).where(Delivery.reason == "trial"))))
    for state, says in (("sent", "Terakhir dikirim"), ("delivered", "Terakhir sampai")):
        change = {"id": row.id, "state": state, "sent_at": desk.clock.now}
        desk.write(lambda tx, change=change: tx.put(Delivery, [change]))
        assert says in joko.get("/saya").body


REFUSED = {
    "no keys": {"p256dh": "", "auth": ""},
    "a point off the curve": {"p256dh": "B" + "A" * 86},
    "a machine next door": {"endpoint": "https://192.168.1.1/x"},
    "this machine": {"endpoint": "http://127.0.0.1:6379/x"},
    "no push service": {"endpoint": "https://sink.example/x"},
    "a script": {"endpoint": "javascript:alert(1)"},
}


@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_subscription_of_a_known_push_service_is_refused(desk, person, changes):
    assert turn_on(person("joko"), browser(), **changes).status in (400, 409)
    assert addresses(desk) == []


def test_only_a_form_of_this_session_turns_anything_on(desk, person):
    joko, device = person("joko"), browser()
    assert joko.form("/saya/perangkat", {"csrf": "x", **device.form}).status == 403
    csrf = joko.get("/saya").csrf
    assert joko.form("/saya/perangkat", {"csrf": csrf, **device.form}, Origin="https://evil.example").status == 403
    assert (
        Caller(desk.url).form("/saya/perangkat", {"csrf": csrf, **device.form}).headers["location"].startswith("/masuk")
    )
    assert addresses(desk) == []


def test_eleven_devices_are_one_too_many(desk, person):
    joko = person("joko")
    for number in range(10):
        assert turn_on(joko, browser(f"{TABLET}-{number}")).status == 303
    assert turn_on(joko, browser(f"{TABLET}-11")).status == 409


def test_looking_changes_nothing(desk, person):
    joko = person("joko")
    turn_on(joko, browser())
    before = (addresses(desk), len(desk.store.read_now(lambda session: list(session.exec(select(Journal))))))
    for path in ("/saya", f"/saya/{before[0][0].id}/mati", "/saya/perangkat", "/sw.js"):
        joko.get(path)
    assert (addresses(desk), len(desk.store.read_now(lambda session: list(session.exec(select(Journal)))))) == before


def test_somebody_of_no_institution_is_told_that_nothing_will_come(desk, person):
    assert "belum terdaftar di instansi" in person("ani").get("/saya").body
    assert "How I am reached" in person("emma").get("/saya").body


def test_the_worker_is_given_at_the_root_and_may_call_nobody_else(desk):
    answer = Caller(desk.url).get("/sw.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert (
        answer.headers["content-security-policy"]
        == "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'"
    )
    for file, kind in (("kentongan-192.png", "image/png"), ("kentongan.webmanifest", "application/manifest+json")):
        assert Caller(desk.url).get(f"/static/{file}").headers["content-type"].startswith(kind)


def test_ones_own_shifts_and_who_is_told_now_stand_there(desk, person):
    joko = person("joko")
    office_address(desk, "email", "piket@polres.example")
    assert "Jadwal Anda belum diisi." in joko.get("/saya").body
    assert "Sekarang Anda diberi tahu bila ada peringatan." in joko.get("/saya").body
    hired(desk, "sari")
    office_address(desk, "email", "sari@polres.example", login="sari")
    put(desk, "sari", NOW - HOUR, NOW + 8 * HOUR)
    put(desk, "joko", NOW - 9 * HOUR, NOW - HOUR)
    for day in range(1, 8):
        put(desk, "joko", NOW + day * DAY, NOW + day * DAY + 8 * HOUR, "absence" if day == 2 else "duty")
    body = joko.get("/saya").body
    assert "Sekarang yang diberi tahu: Petugas sari." in body
    own = body[body.index("Piket saya") :]
    assert own.count('<span class="tag">Piket</span>') == 4  # five are listed, and what is over is none of them
    assert own.count('<span class="tag">Tidak di tempat</span>') == 1
    assert "My shifts" in joko.get("/saya?bahasa=en").body


def test_who_belongs_to_no_office_has_no_shifts(desk, person):
    hired(desk, "bayu", role=Role.ADMIN)

    def leave(tx) -> None:
        tx.session.get_one(Person, "bayu").institution = None

    desk.write(leave)
    assert "Piket saya" not in person("bayu").get("/saya").body
