"""One code answers a whole bundle, and what it came to is said alert by alert."""

import re
from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from schemas.records.alerts import Delivery
from schemas.records.answers import ReplyCode
from schemas.vocabulary import Level, Role
from services.notify.channel_kit.gsm7 import segments
from services.notify.delivery.bundles import asking, gathered, with_code
from services.store.transaction import Transaction
from tests.answers.phones import OFFICER, REPORTER, NewPhones, Phones
from tests.channels.provider_fakes import Answer
from tests.house import SOKO, person_id
from tests.incidents import added, opened
from tests.quiet.test_limits import row

LEAD = f"polsek.{SOKO}"
COORDINATOR = ("KESBANG", Role.COORDINATOR)


async def bundled(
    new_phones: NewPhones, count: int = 3, database: str = "sqlite", **more: object
) -> tuple[Phones, list[str], str]:
    """Let `count` alerts reach the officer in one message; gives the house, the incidents and that message."""
    phones = await new_phones(database, login=LEAD, **more)
    await opened(phones.house, Level.SEDANG, text="Kejadian pertama.")
    incidents = [await opened(phones.house, Level.SEDANG, text=f"Kejadian {number}.") for number in range(count)]
    phones.got()
    await phones.house.forward(minutes=1)
    await phones.house.quiet()
    (message,) = phones.got()
    return phones, incidents, message


def code_of(message: str) -> str:
    found = re.search(r"T (\d{4}) terima semua", message)
    assert found, message
    return found[1]


def own_code(phones: Phones, incident: str) -> str:
    [delivery] = [one for one in phones.house.deliveries(incident) if one.address == OFFICER][:1]
    return str(delivery.payload["code"])


async def test_one_reply_accepts_them_all(new_phones: NewPhones, database: str) -> None:
    phones, incidents, message = await bundled(new_phones, database=database)
    code = code_of(message)
    assert message.startswith(f"3 peringatan menunggu jawaban Anda. Balas T {code} terima semua. SEDANG, ")
    assert segments(message) <= 2
    await phones.text(f"t {code[:2]} {code[2:]}")
    (confirmed,) = phones.got()
    assert re.fullmatch(
        rf"{code}: 3 diterima 23\.01 WIB\. Lapjut satu per satu: L <kode> <isi>(, yang pertama sebelum .+)?\.",
        confirmed,
    )
    assert segments(confirmed) <= 2
    leads = [phones.house.lead(incident) for incident in incidents]
    assert {(one.state, one.acknowledged_how, one.acknowledged_by) for one in leads} == {
        ("acknowledged", "sms", person_id(LEAD))
    }
    for incident in incidents:
        assert len(phones.house.journal("incident.acknowledged", incident)) == 1
        assert len(phones.house.journal("answer.accepted", incident)) == 1
    await phones.text(f"T {code}")
    assert phones.got() == [f"{code}: 3 sudah diterima sebelumnya."]


async def test_what_was_answered_or_closed_before_counts_for_what_it_is(new_phones: NewPhones) -> None:
    phones, (first, second, third), message = await bundled(new_phones)
    code = code_of(message)
    await phones.text(f"T {own_code(phones, first)}")  # its own code still works
    await phones.house.close(second, by=COORDINATOR, second=("POLRES", Role.VERIFIER), reason="Sudah damai.")
    await phones.house.forward(minutes=11)
    phones.got()
    await phones.text(f"T {code}")
    (confirmed,) = phones.got()
    assert confirmed.startswith(f"{code}: 1 diterima 23.12 WIB, 1 sudah diterima 23.01 WIB, 1 sudah ditutup. Lapjut")
    assert phones.house.lead(third).state == "acknowledged"
    assert phones.house.lead(second).acknowledged_at is None
    came_to = [line.data["came_to"] for line in phones.house.journal("answer.accepted") if "came_to" in line.data]
    assert sorted(came_to) == ["accepted", "before"]


async def test_what_has_become_graver_is_not_accepted_unseen(new_phones: NewPhones) -> None:
    phones, (first, *others), message = await bundled(new_phones)
    own = own_code(phones, first)
    await added(phones.house, first, Level.KRITIS)
    phones.got()
    await phones.text(f"T {code_of(message)}")
    (confirmed,) = phones.got()
    assert f"2 diterima 23.01 WIB, 1 berubah dan perlu dijawab sendiri: T {own}." in confirmed
    assert phones.house.alert(first, "POLSEK").acknowledged_at is None
    assert {phones.house.lead(incident).state for incident in others} == {"acknowledged"}
    phones.got()
    await phones.text(f"T {own}")
    assert "BELUM berlaku" in phones.got()[0]  # KRITIS takes more than an SMS
    assert phones.house.alert(first, "POLSEK").state == "delivered"


@pytest.mark.parametrize(
    ("said", "asks"), [("E {code}", "eskalasi satu per satu"), ("L {code} massa bubar", "lapjut satu")]
)
async def test_escalation_and_sitrep_ask_which_one(new_phones: NewPhones, said: str, asks: str) -> None:
    phones, incidents, message = await bundled(new_phones)
    await phones.text(said.format(code=code_of(message)))
    (asked,) = phones.got()
    assert f"memuat 3 peringatan; {asks}" in asked
    assert all(own_code(phones, incident) in asked for incident in incidents)
    assert "SEDANG, " in asked
    assert segments(asked) <= 2
    assert {phones.house.lead(incident).state for incident in incidents} == {"delivered"}
    assert phones.house.journal("incident.escalation_asked") == []


async def test_asking_back_names_the_bundle_too_and_a_stranger_has_no_use_of_it(new_phones: NewPhones) -> None:
    phones, incidents, message = await bundled(new_phones)
    code = code_of(message)
    await phones.text("terima")
    (asked,) = phones.got()
    assert asked.endswith(f"{code} untuk 3 sekaligus.")
    await phones.text(f"T {code}", REPORTER)
    assert "tidak terdaftar" in phones.got(REPORTER)[0]
    assert {phones.house.lead(incident).state for incident in incidents} == {"delivered"}


async def test_a_bundles_code_ends_after_a_day_and_the_alerts_own_do_not(new_phones: NewPhones) -> None:
    phones, (incident, *_), message = await bundled(new_phones)
    phones.house.clock.forward(hours=25)
    await phones.text(f"T {code_of(message)}")
    refused = f"{code_of(message)} hanya berlaku sehari. Jawab satu per satu, atau buka aplikasi."
    assert any(told.startswith(refused) for told in phones.got())  # the reminders that are due come beside it
    await phones.text(f"T {own_code(phones, incident)}")
    assert phones.house.alert(incident, "POLSEK").state == "acknowledged"


async def test_a_bundle_tried_again_is_the_same_message_with_the_same_code(new_phones: NewPhones) -> None:
    phones = await new_phones(login=LEAD)
    for number in range(3):
        await opened(phones.house, Level.SEDANG, text=f"Kejadian {number}.")
    phones.got()
    numbered = phones.gateway.script[0]
    phones.gateway.says(Answer(503), numbered)
    await phones.house.forward(minutes=1)
    await phones.house.quiet()

    def drift_apart(tx: Transaction) -> None:
        """Pauses are jittered: one of them would come an hour after the others."""
        one = tx.session.exec(select(Delivery).where(col(Delivery.state) == "failed")).first()
        assert one is not None
        one.next_at = tx.now + timedelta(hours=1)

    phones.house.write(drift_apart)
    await phones.house.forward(minutes=2)
    await phones.house.quiet()
    told = [text for text in phones.got() if "menunggu jawaban" in text]
    assert len(told) > 1
    assert len(set(told)) == 1
    assert len({one.bundle_id for one in phones.house.rows(Delivery) if one.bundle_id}) == 1


async def test_a_notifier_killed_while_it_sent_sends_the_same_bundle(new_phones: NewPhones) -> None:
    phones, _, message = await bundled(new_phones)

    def as_if_killed(tx: Transaction) -> None:
        for one in tx.session.exec(select(Delivery).where(col(Delivery.bundle_code).is_not(None))):
            one.state, one.leased_by, one.sent_at = "sending", "notify-1", None

    phones.house.write(as_if_killed)
    await phones.house.notify.resume()
    await phones.house.quiet()
    assert phones.got() == [message]


async def test_two_who_share_a_telephone_each_answer_for_their_own(new_phones: NewPhones) -> None:
    shared = (("sms_gateway", OFFICER),)
    phones, incidents, message = await bundled(new_phones, 2, others={f"koramil.{SOKO}": shared, "kesbang": shared})
    await phones.text(f"T {code_of(message)}")
    assert {phones.house.lead(incident).acknowledged_by for incident in incidents} == {person_id(LEAD)}


def test_one_alert_that_asks_needs_no_code_for_all() -> None:
    rows = [replaced(1, "4821"), replaced(2, None, duty="inform")]
    [one] = gathered(rows)
    assert asking(one) == []
    [two] = gathered([replaced(1, "4821"), replaced(2, "5117"), replaced(3, None, duty="inform")])
    coded = with_code(two, "7702", 306)
    assert [member.get("bundle_code") for member in coded["members"]] == ["7702", "7702", None]
    assert "Balas T 7702 untuk menerima semuanya." in coded["payload"]["body"]
    assert coded["id"] == two["id"]
    assert len(with_code(two, "7702", None)["payload"]["short"]) <= 160


def replaced(number: int, code: str | None, **changes: object) -> dict:
    one = row(number, **changes)
    return one | {"person_id": "p", "payload": one["payload"] | ({"code": code} if code else {})}


async def test_what_was_closed_and_is_open_again_since_is_not_accepted_unseen(new_phones: NewPhones) -> None:
    phones, (first, *others), message = await bundled(new_phones)
    own = own_code(phones, first)
    phones.house.clock.forward(minutes=1)
    await phones.house.close(first, by=COORDINATOR, second=("POLRES", Role.VERIFIER), reason="Sudah damai.")
    await phones.house.act(first, "reopenings", by=COORDINATOR, reason="Ada lagi.")
    phones.got()
    await phones.text(f"T {code_of(message)}")
    assert f"2 diterima 23.02 WIB, 1 berubah dan perlu dijawab sendiri: T {own}." in "\n".join(phones.got())
    assert phones.house.lead(first).acknowledged_at is None
    assert {phones.house.lead(incident).state for incident in others} == {"acknowledged"}


async def test_a_code_that_is_anothers_meanwhile_is_not_given_out_again(phones: Phones) -> None:
    """An incident was closed, another alert came to its code, and it is opened again."""
    closed = await opened(phones.house, Level.TINGGI)
    code = phones.got()[0].split("Balas T ")[1][:4]
    await phones.house.close(closed, by=COORDINATOR, second=("POLRES", Role.VERIFIER), reason="Sudah damai.")
    other = await opened(phones.house, Level.TINGGI, text="Lain.")
    phones.house.write(lambda tx: tx.session.exec(update(ReplyCode).values(code=code)))  # one chance in 9,000
    phones.got()
    await phones.house.act(closed, "reopenings", by=COORDINATOR, reason="Ada lagi.")
    again = phones.got()[0]
    assert f"T {code}" not in again
    await phones.text(f"T {code}")
    assert (phones.house.lead(other).state, phones.house.lead(closed).state) == ("acknowledged", "delivered")
    await phones.text(f"T {again.split('Balas T ')[1][:4]}")
    assert phones.house.lead(closed).state == "acknowledged"
