"""What providers tell later, in whatever order, and where a message goes when it was given up."""

from schemas.records.alerts import Delivery
from schemas.vocabulary import Blame
from services.notify.alerting.fallback import other_ways
from tests.answers.phones import OFFICER, SECOND, NewPhones, Phones
from tests.channels.provider_fakes import Answer
from tests.incidents import Level, added, opened


def first(phones: Phones, incident: str, address: str = OFFICER) -> Delivery:
    return next(one for one in phones.house.deliveries(incident) if one.address == address)


async def test_receipts_out_of_order_move_a_delivery_forward_only(new_phones: NewPhones, database: str) -> None:
    phones = await new_phones(database)
    incident = await opened(phones.house, Level.KRITIS)
    provider = first(phones, incident).provider_id
    assert provider
    assert first(phones, incident).state == "sent"
    for told, stands in (("DELIVRD", "delivered"), ("ENROUTE", "delivered"), ("UNDELIV", "delivered")):
        assert (await phones.receipt(provider, told)).status == 202
        assert first(phones, incident).state == stands
    told = [line for line in phones.house.journal("delivery.delivered", incident) if "told_at" in line.data]
    assert len(told) == 1


async def test_a_message_given_up_goes_to_the_next_address(new_phones: NewPhones, database: str) -> None:
    phones = await new_phones(database, (("sms_gateway", OFFICER), ("sms_gateway", SECOND)))
    incident = await opened(phones.house, Level.TINGGI)
    phones.got(OFFICER)
    assert phones.got(SECOND) == []
    await phones.receipt(str(first(phones, incident).provider_id), "UNDELIV")
    assert first(phones, incident).state == "dead"
    (alert,) = phones.got(SECOND)
    assert alert.startswith("TINGGI")
    assert first(phones, incident, SECOND).state == "sent"
    assert len(phones.house.journal("alert.other_way", incident)) == 1


async def test_where_no_address_is_left_the_coordinator_is_told_and_the_ladder_climbs(phones: Phones) -> None:
    incident = await opened(phones.house, Level.TINGGI)
    phones.house.news()
    await phones.receipt(str(first(phones, incident).provider_id), "UNDELIV")
    assert ("KESBANG", "support", "unreachable") in phones.house.told()
    assert phones.house.ladder(incident).step > 0
    assert len(phones.house.journal("alert.unreachable", incident)) >= 1


async def test_a_refusal_at_once_goes_the_other_way_too(new_phones: NewPhones) -> None:
    phones = await new_phones("sqlite", (("sms_gateway", OFFICER), ("sms_gateway", SECOND)))
    numbered = phones.gateway.script[0]
    phones.gateway.says(Answer(400), numbered)
    incident = await opened(phones.house, Level.TINGGI)
    assert first(phones, incident).state == "dead"
    assert len(phones.got(SECOND)) == 1


async def test_two_messages_to_one_person_lost_at_once_go_the_other_way_as_one(new_phones: NewPhones) -> None:
    phones = await new_phones("sqlite", (("sms_gateway", OFFICER), ("sms_gateway", SECOND)))
    house = phones.house
    incident = await opened(house, Level.SEDANG)
    await added(house, incident, Level.TINGGI)
    rows = [one.as_row() for one in house.deliveries(incident) if one.address == OFFICER]
    assert len({row["round"] for row in rows}) == len(rows) == 2
    lost = [{**row, "gone": False, "blame": Blame.ADDRESS, "final": True} for row in rows]
    owed = await house.store.write(lambda tx: other_ways(tx, house.notify.desk, lost))
    (way,) = [row for row in owed if row["address"] == SECOND]
    assert way["reason"] == max(rows, key=lambda row: row["round"])["reason"]


async def test_after_an_answer_nobody_is_chased_for_a_lost_message(new_phones: NewPhones) -> None:
    phones = await new_phones("sqlite", (("sms_gateway", OFFICER), ("sms_gateway", SECOND)))
    incident = await opened(phones.house, Level.TINGGI)
    await phones.house.act(incident, "acknowledgements", by="POLRES")
    await phones.receipt(str(first(phones, incident).provider_id), "UNDELIV")
    assert phones.got(SECOND) == []


async def test_a_receipt_of_a_message_that_is_none_of_ours_is_journalled_and_forgotten(phones: Phones) -> None:
    await phones.receipt("nobody-knows", "DELIVRD")
    assert len(phones.house.journal("receipt.unknown")) == 1
