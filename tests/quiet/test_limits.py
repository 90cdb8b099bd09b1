"""Not too much: windows per address, one message for what waits, digests for copies; and KRITIS before all of it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.district import District
from schemas.records.alerts import Alert, Delivery, Ladder
from schemas.vocabulary import AlertReason, Level, Role
from services.notify.delivery.bundles import gathered, is_copy, may_wait, members_of
from services.notify.delivery.rate_windows import free_at, limits_of, next_digest
from services.notify.watchdog.invariants import look
from tests.conftest import POSTGRES, SQLITE
from tests.house import NIGHT, SEMANDING, SOKO, House
from tests.incidents import Facts, PlaceFound, added, opened
from tests.people import Resident

NewHouse = Callable[..., Awaitable[House]]
WIB = ZoneInfo("Asia/Jakarta")
GOALERT = [(1, 1), (5, 15), (11, 60), (21, 180)]


# -- windows ------------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(st.integers(0, 4 * 3600), max_size=60), st.integers(0, 3600))
def test_no_window_is_ever_fuller_than_allowed(asked: list[int], later: int) -> None:
    """However messages come, sending each at the time it was given keeps every window."""
    sent: list[datetime] = []
    for second in sorted(asked):
        now = max([NIGHT + timedelta(seconds=second), *sent])
        sent.append(free_at(sent, GOALERT, now))
    for count, minutes in GOALERT:
        for end in sent:
            assert sum(end - timedelta(minutes=minutes) < one <= end for one in sent) <= count
    now = max([NIGHT, *sent]) + timedelta(seconds=later)
    assert free_at(sent, GOALERT, now) >= now


@settings(deadline=None)
@given(st.lists(st.integers(0, 12 * 3600), max_size=30))
def test_room_comes_after_the_longest_window_at_the_latest(asked: list[int]) -> None:
    sent = [NIGHT - timedelta(seconds=second) for second in asked]
    assert free_at(sent, [], NIGHT) == NIGHT
    assert free_at(sent, GOALERT, NIGHT) <= NIGHT + timedelta(minutes=180)


def test_programs_and_the_desk_know_no_limit(tuban: District) -> None:
    assert limits_of("webhook", tuban.limits) == limits_of("desk", {"desk": [(1, 1)]}) == ()
    assert limits_of("sms_gateway", tuban.limits) == tuban.limits["*"]
    assert limits_of("email", tuban.limits) == tuban.limits["email"]


# -- the digest's hours -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2026-11-23T23:00", "2026-11-24T07:30"),
        ("2026-11-24T07:29", "2026-11-24T07:30"),
        ("2026-11-24T07:30", "2026-11-24T11:30"),
        ("2026-11-24T12:00", "2026-11-24T15:30"),
        ("2026-11-24T15:30", "2026-11-25T07:30"),
        ("2026-11-27T16:00", "2026-11-30T07:30"),  # over the weekend
        ("2026-12-24T16:00", "2026-12-28T07:30"),  # Christmas is a Friday
    ],
)
def test_copies_are_told_in_working_hours_every_four_hours(tuban: District, now: str, slot: str) -> None:
    found = next_digest(datetime.fromisoformat(now).replace(tzinfo=WIB), 4, hours=tuban.working, zone=WIB)
    assert found.astimezone(WIB).isoformat(timespec="minutes") == f"{slot}+07:00"


# -- bundles ------------------------------------------------------------------------------------------------------------


def row(number: int, level: Level = Level.SEDANG, duty: str = "support", **changes: object) -> dict:
    data = {"level": level.name, "duty": duty, "reason": "opened", "exercise": False}
    data["url"] = f"https://siaga.example/peristiwa/{number}"
    payload = {"data": data, "subject": f"{level.name} - Perguruan silat - Kec. Soko - BARU", "language": "id"}
    given_ = {"id": f"d{number}", "channel": "email", "address": "a@b.example", "state": "pending", "attempts": 0}
    given_ |= {"payload": payload | {"url": data["url"]}, "classification": 1, "urgent": level == Level.KRITIS}
    return given_ | {"owed_at": NIGHT + timedelta(seconds=number)} | changes


def test_what_waits_for_one_address_is_one_message_with_the_gravest_first() -> None:
    [one] = gathered([row(1), row(2, Level.TINGGI), row(3)])
    assert [member["id"] for member in members_of(one)] == ["d2", "d1", "d3"]
    assert one["payload"]["subject"] == "3 peringatan menunggu jawaban Anda"
    assert (
        "1. TINGGI - Perguruan silat - Kec. Soko - BARU\n   https://siaga.example/peristiwa/2" in one["payload"]["body"]
    )
    assert len(one["payload"]["short"]) <= 160
    assert one["payload"]["short"].endswith("https://siaga.example")


@pytest.mark.parametrize("base", ["https://siaga.example", "https://tuban.example/siaga"])
@pytest.mark.parametrize("page", ["peristiwa", "peringatan"])
def test_a_bundle_leads_to_the_application_whatever_its_first_alert_is_about(base: str, page: str) -> None:
    first = row(1, Level.TINGGI)
    first["payload"]["data"]["url"] = f"{base}/{page}/1"
    [one] = gathered([first, row(2)])
    assert one["payload"]["url"] == base
    assert one["payload"]["short"].endswith(f" {base}")


def test_a_bundle_counts_only_what_waits_for_an_answer_and_names_the_copies() -> None:
    [one] = gathered([row(1), row(2, Level.TINGGI, duty="inform"), row(3)])
    assert one["payload"]["subject"] == "3 peringatan, 2 menunggu jawaban Anda"
    lines = one["payload"]["body"].splitlines()
    assert [line.endswith("BARU (tembusan)") for line in lines if line[:2] in ("1.", "2.", "3.")] == [
        True,
        False,
        False,
    ]


def test_a_bundle_does_not_ask_for_an_answer_to_what_was_closed() -> None:
    over = [row(1), row(2, Level.TINGGI, duty="lead"), row(3)]
    for one in over[1:]:
        one["payload"]["data"] |= {"reason": "closed", "on_the_way": False}
    [one] = gathered(over)
    assert one["payload"]["subject"] == "3 peringatan, 1 menunggu jawaban Anda"
    [one] = gathered(over[1:])
    assert one["payload"]["subject"] == "Rangkuman: 2 peringatan untuk diketahui"


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("duty", ["lead", "support", "inform"])
def test_only_who_is_on_the_way_is_told_at_once_that_it_is_over(level: Level, duty: str) -> None:
    one = row(1, level, duty=duty)
    one["urgent"] = False
    one["payload"]["data"] |= {"reason": "closed", "on_the_way": True}
    assert not may_wait(one)
    one["payload"]["data"]["on_the_way"] = False
    assert may_wait(one)


def test_a_bundle_keeps_each_alerts_reply_code() -> None:
    rows = [row(1), row(2)]
    for number, one in enumerate(rows):
        one["payload"]["code"] = f"482{number}"
    [one] = gathered(rows)
    assert "Balas T 4820 · https://siaga.example/peristiwa/1" in one["payload"]["body"]
    assert "(T 4820)" in one["payload"]["short"]


def test_a_bundle_of_copies_asks_for_nothing() -> None:
    [one] = gathered([row(1, duty="inform"), row(2, duty="inform")])
    assert one["payload"]["subject"] == "Rangkuman: 2 peringatan untuk diketahui"


@pytest.mark.parametrize("reason", AlertReason)
def test_a_rung_below_tinggi_waits_for_no_digest_whoever_it_is_told_to(reason: AlertReason) -> None:
    told = row(1, Level.SEDANG, "inform")
    told["payload"]["data"]["reason"] = reason.value
    assert is_copy(told) == (reason not in ("escalated", "overdue", "unreachable"))


def test_who_led_until_now_waits_for_no_digest_to_hear_that_he_is_asked_no_more() -> None:
    told = row(1, Level.SEDANG, "inform")
    told["payload"]["data"]["reason"] = AlertReason.CHANGED.value
    assert is_copy(told)
    told["payload"]["data"]["released"] = True
    assert not is_copy(told)


def test_no_bundle_hides_what_is_pressing() -> None:
    pressing = [row(1, Level.KRITIS, "inform"), row(2, Level.TINGGI, "lead"), row(5, Level.TINGGI)]
    pressing[2]["payload"]["data"]["reason"] = "escalated"
    sent = gathered([*pressing, row(3), row(4)])
    assert [len(members_of(one)) for one in sent] == [1, 1, 1, 2]
    assert not any(may_wait(one) for one in pressing)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(Level),
            st.sampled_from(["lead", "support", "inform"]),
            st.sampled_from(["opened", "raised", "reminder", "overdue", "escalated", "unreachable"]),
            st.sampled_from(["email", "webhook", "sms_gateway"]),
            st.sampled_from(["a", "b"]),
            st.sampled_from(["pending", "failed", "sending"]),
        ),
        max_size=20,
    )
)
def test_whatever_waits_each_row_goes_out_once_and_what_is_pressing_alone(told: list[tuple]) -> None:
    rows = []
    for number, (level, duty, reason, channel, address, state) in enumerate(told):
        one = row(number, level, duty, channel=channel, address=address, state=state)
        one["payload"]["data"]["reason"] = reason
        rows.append(one)
    sent = gathered(rows)
    assert sorted(member["id"] for one in sent for member in members_of(one)) == sorted(one["id"] for one in rows)
    for one in (one for one in sent if len(members_of(one)) > 1):
        assert len({(member["channel"], member["address"]) for member in members_of(one)}) == 1
        assert one["channel"] != "webhook"
        for member in members_of(one):
            data = member["payload"]["data"]
            assert data["level"] != "KRITIS"
            assert not (data["level"] == "TINGGI" and (data["duty"] == "lead" or data["reason"] == "escalated"))


@pytest.mark.parametrize("change", [{"channel": "webhook"}, {"address": "c@b.example"}, {"state": "sending"}])
def test_other_addresses_programs_and_what_may_have_arrived_go_alone(change: dict) -> None:
    assert all(len(members_of(one)) == 1 for one in gathered([row(1), row(2, **change)]))


def test_a_bundle_of_exercises_says_so_and_a_long_one_counts_the_rest() -> None:
    rows = [row(number) for number in range(25)]
    for one in rows:
        one["payload"]["data"]["exercise"] = True
    [one] = gathered(rows)
    assert one["payload"]["subject"].startswith("LATIHAN - 25 ")
    assert "dan 5 lagi" in one["payload"]["body"]


def test_the_same_rows_are_the_same_message_again() -> None:
    rows = [row(1), row(2), row(3)]
    assert gathered(rows)[0]["id"] == gathered(rows[::-1])[0]["id"]


# -- in the house -------------------------------------------------------------------------------------------------------


def by_mail(people: list[Resident]) -> list[Resident]:
    return [replace(one, addresses=(("email", f"{one.login}@tuban.example"),)) for one in people]


def mails(house: House, login: str) -> list[str]:
    """Give the subjects that arrived for somebody."""
    found = [message_from_bytes(raw, policy=policy.default) for raw in house.mail.mails]
    return [str(mail["subject"]) for mail in found if str(mail["to"]).startswith(f"{login}@")]


@pytest.mark.parametrize("kind", [SQLITE, POSTGRES])
async def test_five_quarrels_in_a_minute_are_two_mails_and_every_alert_is_delivered(
    new_house: NewHouse, kind: str
) -> None:
    house = await new_house(kind, people=by_mail)
    incidents = [await opened(house, Level.SEDANG, text=f"Kejadian {number}.") for number in range(5)]
    await house.quiet()
    lead = f"polsek.{SOKO}"
    assert len(mails(house, lead)) == 1
    held = house.rows(Delivery, held="limit")
    assert {one.state for one in held} == {"pending"}
    assert house.ask(lambda session: look(session, house.clock.now, 1.0)) == []
    await house.forward(minutes=1)
    await house.quiet()
    assert len(mails(house, lead)) == 2
    assert mails(house, lead)[1] == "4 peringatan menunggu jawaban Anda"
    assert {house.lead(incident).state for incident in incidents} == {"delivered"}
    bundled = [one for one in house.rows(Delivery, address=f"{lead}@tuban.example") if one.bundle_id]
    assert len(bundled) == 4
    assert len({one.bundle_id for one in bundled}) == 1


async def test_a_mail_server_that_is_away_gets_the_bundle_again_and_nothing_twice(new_house: NewHouse) -> None:
    house = await new_house(people=by_mail)
    for number in range(3):
        await opened(house, Level.SEDANG, text=f"Kejadian {number}.")
    await house.quiet()
    house.mail.rcpt = ["450 later", "450 later", "450 later", "450 later", "250 OK"]
    await house.forward(minutes=1)
    await house.forward(minutes=2)
    await house.forward(minutes=5)
    await house.forward(minutes=10)
    told = mails(house, f"polsek.{SOKO}")
    assert "2 peringatan menunggu jawaban Anda" in told
    assert not [one for one in house.rows(Delivery, held="limit") if one.state in ("pending", "failed", "dead")]


async def test_kritis_is_told_at_once_however_much_was_told_before(new_house: NewHouse) -> None:
    house = await new_house(people=by_mail)
    for number in range(4):
        await opened(house, Level.TINGGI, text=f"Kejadian {number}.")
    await house.quiet()
    before = len(mails(house, "polres"))
    assert before == 4  # the lead of TINGGI is never held back either
    incident = await opened(house, Level.KRITIS, text="Kejadian besar.")
    await house.quiet()
    assert mails(house, "polres")[-1].startswith("KRITIS")
    assert {one.held for one in house.deliveries(incident)} == {None}


async def test_copies_below_tinggi_come_as_one_digest_in_the_morning(new_house: NewHouse) -> None:
    house = await new_house(people=by_mail)
    for number in range(3):
        await opened(house, Level.SEDANG, text=f"Kejadian {number}.")
    await house.quiet()
    copies = house.rows(Delivery, held="digest")
    assert copies
    reader = copies[0].address.partition("@")[0]
    assert {one.next_at for one in copies} == {datetime(2026, 11, 24, 0, 30, tzinfo=UTC)}  # 07.30 WIB
    told_before = len(mails(house, reader))
    await house.forward(hours=8, minutes=30)
    await house.quiet()
    subjects = mails(house, reader)[told_before:]
    assert [one for one in subjects if "peringatan" in one]
    assert not [one for one in house.rows(Delivery, held="digest") if one.state == "pending"]


async def test_programs_get_every_message_at_once(house: House) -> None:
    for number in range(6):
        await opened(house, Level.SEDANG, text=f"Kejadian {number}.")
    assert len([call for call in house.news() if call.told == ("POLSEK", "lead", "opened")]) == 6
    assert house.rows(Delivery, held="limit") == house.rows(Delivery, held="digest") == []


# -- a kabupaten-wide incident mutes its parts --------------------------------------------------------------------------

WIDE = PlaceFound(kabupaten="35.23")


def part(kecamatan: str) -> PlaceFound:
    return PlaceFound(kabupaten="35.23", kecamatan=kecamatan)


async def test_copies_of_parts_are_left_out_once_the_whole_was_told(house: House) -> None:
    wide = await opened(house, Level.TINGGI, place=WIDE, text="Se-kabupaten.")
    copied = {call.data["institution"] for call in house.news() if call.data["duty"] == "inform"}
    assert copied
    incident = await opened(house, Level.SEDANG, place=part(SOKO), text="Sebagian.")
    told = house.told()
    assert not copied & {institution for institution, duty, _ in told if duty == "inform"}
    assert {duty for _, duty, _ in told} >= {"lead"}
    lines = house.journal("alert.inhibited", incident)
    assert lines
    assert {line.data["by"] for line in lines} == {wide}


@pytest.mark.parametrize(
    "part_of",
    [
        {"level": Level.KRITIS},  # graver than the whole, and pressing
        {"issue": "AGR"},
        {"exercise": True},
    ],
)
async def test_what_is_graver_or_something_else_is_told_as_ever(house: House, part_of: dict) -> None:
    await opened(house, Level.TINGGI, place=WIDE, text="Se-kabupaten.")
    given_ = {"level": Level.SEDANG, "place": part(SEMANDING), "text": "Sebagian."} | part_of
    incident = await opened(house, given_.pop("level"), **given_)
    assert house.journal("alert.inhibited", incident) == []


async def test_of_a_part_the_ladder_is_told_to_who_had_a_copy_of_the_whole(house: House) -> None:
    await house.forward(hours=10)  # the morning after: the rung is due on the same day
    await opened(house, Level.SEDANG, issue="WRG", form="KETEGANGAN", place=WIDE, text="Se-kabupaten.")
    incident = await opened(house, Level.SEDANG, issue="WRG", form="KETEGANGAN", place=part(SOKO), text="Sebagian.")
    [silent] = [one for one in house.journal("alert.inhibited", incident) if one.data["institution"] == "POLRES"]
    house.news()
    [ladder] = house.rows(Ladder, incident_id=incident)
    assert ladder.next_at is not None
    await house.forward(seconds=(ladder.next_at - house.clock.now).total_seconds())
    climbed = house.journal("ladder.climbed", incident)
    assert [line.data["told"] for line in climbed] == [["Atasan langsung"]]
    told = {call.told for call in house.news() if call.data["incident"] == incident}
    assert ("POLRES", silent.data["duty"], "escalated") in told


async def test_of_a_part_the_coordinator_hears_whom_nobody_reached_though_it_knows_the_whole(
    new_house: NewHouse,
) -> None:
    house = await new_house(people=lambda people: [one for one in people if one.institution != "POLSEK"])
    await opened(house, Level.SEDANG, issue="WRG", form="KETEGANGAN", place=WIDE, text="Se-kabupaten.")
    house.news()
    incident = await opened(house, Level.SEDANG, issue="WRG", form="KETEGANGAN", place=part(SOKO), text="Sebagian.")
    assert house.journal("coordinator.told_unreachable", incident)
    told = {call.told for call in house.news() if call.data["incident"] == incident}
    assert ("KESBANG", "inform", "unreachable") in told


async def test_a_place_nobody_knows_is_not_the_whole_kabupaten(house: House) -> None:
    await opened(house, Level.TINGGI, place=PlaceFound(), text="Entah di mana.")
    incident = await opened(house, Level.SEDANG, place=part(SOKO), text="Sebagian.")
    assert house.journal("alert.inhibited", incident) == []


async def test_yesterdays_whole_does_not_mute_todays_part(house: House) -> None:
    await opened(house, Level.TINGGI, place=WIDE, text="Se-kabupaten.")
    house.clock.forward(hours=2)  # past midnight in Tuban
    incident = await opened(house, Level.SEDANG, place=part(SOKO), text="Sebagian.")
    assert house.journal("alert.inhibited", incident) == []


async def test_an_address_that_two_people_share_rings_once(new_house: NewHouse) -> None:
    def people(all_: list[Resident]) -> list[Resident]:
        shared = [
            Resident(f"piket{number}", "POLRES", addresses=(("email", "piket@polres.example"),)) for number in (1, 2)
        ]
        return [*(one for one in all_ if one.institution != "POLRES"), *shared]

    house = await new_house(people=people)
    await opened(house, Level.KRITIS)
    await house.quiet()
    assert len(mails(house, "piket")) == 1


@pytest.mark.parametrize("kind", [SQLITE, POSTGRES])
async def test_what_waited_until_nobody_needed_it_is_withdrawn(new_house: NewHouse, kind: str) -> None:
    house = await new_house(kind, people=by_mail)
    answered, closed, still = [await opened(house, Level.SEDANG, text=f"Kejadian {one}.") for one in range(3)]
    extra = await opened(house, Level.SEDANG, text="Kejadian lain.")
    await house.quiet()
    waiting = {row.incident_id for row in house.rows(Delivery, held="limit", state="pending")}
    assert {closed, still, extra} <= waiting
    await house.close(closed, by=("KESBANG", Role.COORDINATOR), second=("POLRES", Role.VERIFIER), reason="Sudah damai.")
    await house.act(
        still, "acknowledgements", by=("KESBANG", Role.COORDINATOR), institution="POLSEK", reason="Telepon."
    )
    await house.forward(minutes=1)
    await house.quiet()
    assert {row.incident_id for row in house.rows(Delivery, state="withdrawn", held="limit")} == {closed, still}
    assert len(mails(house, f"polsek.{SOKO}")) == 2
    assert house.lead(answered).state == house.lead(extra).state == "delivered"
    assert house.ask(lambda session: look(session, house.clock.now, 1.0)) == []


@pytest.mark.parametrize("kind", [SQLITE, POSTGRES])
@pytest.mark.parametrize("reports", [False, True])
async def test_a_late_report_is_asked_for_by_what_waited_unless_it_has_come(
    new_house: NewHouse, kind: str, *, reports: bool
) -> None:
    house = await new_house(kind, people=by_mail)
    incident = await opened(house, Level.SEDANG)
    await house.act(incident, "sitreps", by="POLSEK", text="Regu di lokasi.")
    due = house.lead(incident).sitrep_due
    assert due is not None
    house.clock.now = due - timedelta(seconds=30)
    await opened(house, Level.SEDANG, text="Kejadian lain.")  # takes the one mail of this minute
    await house.forward(seconds=30)
    [asked] = house.rows(Delivery, incident_id=incident, reason=AlertReason.REMINDER.value)
    assert (asked.state, asked.held) == ("pending", "limit")
    if reports:
        await house.act(incident, "sitreps", by="POLSEK", text="Massa bubar.")
    await house.forward(minutes=1)
    await house.quiet()
    [asked] = house.rows(Delivery, incident_id=incident, reason=AlertReason.REMINDER.value)
    assert asked.state == ("withdrawn" if reports else "sent")


async def test_what_waits_for_an_agency_that_is_accused_meanwhile_is_never_sent(new_house: NewHouse) -> None:
    house = await new_house(people=by_mail)
    incident = await opened(house, Level.SEDANG)
    await house.quiet()
    [copy, *_] = [row for row in house.rows(Delivery, held="digest") if row.incident_id == incident]
    [alert] = house.rows(Alert, id=copy.alert_id)
    reader = copy.address.partition("@")[0]
    assert mails(house, reader) == []
    await added(house, incident, Level.SEDANG, facts=Facts(accused_agencies=(alert.institution,)))
    await house.forward(hours=8, minutes=30)
    await house.quiet()
    assert mails(house, reader) == []
    assert {row.state for row in house.rows(Delivery, alert_id=alert.id)} == {"withdrawn"}


async def test_what_is_tried_again_for_an_agency_that_is_accused_meanwhile_is_never_sent(new_house: NewHouse) -> None:
    house = await new_house(people=by_mail)
    house.mail.rcpt = ["450 later"]
    incident = await opened(house, Level.TINGGI)
    await house.quiet()
    failed = [row for row in house.rows(Delivery, state="failed") if row.incident_id == incident]
    alerts = {alert.id: alert.institution for alert in house.rows(Alert)}
    assert "POLSEK" in {alerts[row.alert_id] for row in failed}
    await added(house, incident, Level.TINGGI, facts=Facts(accused_agencies=("POLSEK",)))
    house.mail.rcpt = ["250 OK"]
    await house.forward(minutes=10)
    await house.quiet()
    assert mails(house, f"polsek.{SOKO}") == []
    assert house.mail.mails


async def test_what_waited_is_withdrawn_once_a_later_message_has_told_a_higher_level(new_house: NewHouse) -> None:
    house = await new_house(people=by_mail)
    told, rising = [await opened(house, Level.SEDANG, text=f"Kejadian {one}.") for one in range(2)]
    await added(house, rising, Level.KRITIS)
    await house.forward(minutes=1)
    await house.quiet()
    assert {row.incident_id for row in house.rows(Delivery, state="withdrawn", held="limit")} == {rising}
    subjects = mails(house, f"polsek.{SOKO}")
    assert [subject.partition(" ")[0] for subject in subjects] == ["SEDANG", "KRITIS"]
    assert house.lead(told).state == "delivered"
