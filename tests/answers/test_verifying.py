"""An address is used only once it is proved: by a reply from it, or by the hand of the office."""

import re

from sqlmodel import select

from schemas.records.people import Address, AddressCheck, Person
from services.cli.people import put
from services.cli.verify_address import run as hand_in
from services.cli.verify_address import send
from services.notify.replies import address_verification as checks
from services.store.transaction import Transaction
from tests.answers.phones import OFFICER, NewPhones, Phones
from tests.house import person_id


def unprove(tx: Transaction) -> None:
    for row in tx.session.exec(select(Address).where(Address.address == OFFICER)):
        row.verified_at = None


async def code_sent(phones: Phones) -> str:
    phones.got()
    phones.house.write(unprove)
    phones.house.notify.desk.contacts.forget()
    assert phones.house.write(lambda tx: send(tx, "polres", "sms_gateway")) == OFFICER
    await phones.house.settle()
    (told,) = phones.got()
    found = re.match(r"Kode verifikasi (\d{6})\.", told)
    assert found
    return found[1]


def proved(phones: Phones) -> bool:
    (row,) = phones.house.rows(Address, person_id=person_id("polres"))
    return row.verified_at is not None


async def test_replying_with_the_code_proves_the_address(new_phones: NewPhones, database: str) -> None:
    phones = await new_phones(database)
    code = await code_sent(phones)
    wrong = str((int(code) + 1) % 1_000_000).zfill(6)
    await phones.text(wrong)
    assert phones.got() == ["Kode verifikasi tidak cocok atau sudah kedaluwarsa."]
    assert not proved(phones)
    await phones.text(f" {code}.")
    assert phones.got() == ["Alamat ini sudah terverifikasi dan akan menerima peringatan."]
    assert proved(phones)
    assert phones.house.rows(AddressCheck) == []


async def test_a_code_ends_after_an_hour_and_after_five_tries(phones: Phones) -> None:
    code = await code_sent(phones)
    phones.house.clock.forward(minutes=61)
    await phones.text(code)
    assert not proved(phones)
    code = await code_sent(phones)
    for _ in range(checks.TRIES):
        await phones.text("000001" if code != "000001" else "000002")
    await phones.text(code)
    assert not proved(phones)


async def test_an_address_that_is_not_proved_answers_for_nobody(phones: Phones) -> None:
    phones.house.write(unprove)
    await phones.text("T 4821")
    assert phones.got() == ["Nomor ini tidak terdaftar untuk menjawab peringatan. Nyawa terancam: hubungi 110 / 112."]


async def test_the_office_may_hand_the_code_in_and_adding_again_takes_no_proof_away(phones: Phones) -> None:
    code = await code_sent(phones)
    assert hand_in(phones.house.store, "polres", "sms_gateway", "000000") == 1
    assert hand_in(phones.house.store, "polres", "sms_gateway", code) == 0
    assert proved(phones)
    (row,) = phones.house.rows(Person, login="polres")
    known = row.model_dump(exclude={"id", "active"})
    phones.house.write(lambda tx: put(tx, known, [], "office", [("sms_gateway", OFFICER)]))
    assert proved(phones)
    assert hand_in(phones.house.store, "nobody", "sms_gateway", None) == 1
