"""An address that does not work is the last choice from then on; a provider's fault condemns none."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlmodel import col, update

from schemas.records.alerts import Delivery
from schemas.records.people import Address, Person
from schemas.vocabulary import Level
from services.cli.ops import doctor
from services.cli.people import _listed
from services.cli.verify_address import run as hand_in
from services.cli.verify_address import send
from services.notify.channels import discover
from services.oncall.schedule import roster_of
from services.policy.proof import check
from services.store.transaction import Transaction
from tests.answers.phones import OFFICER, SECOND, NewPhones, Phones
from tests.channels.provider_fakes import Answer, FakeHttp
from tests.house import person_id
from tests.incidents import opened

TWO = (("sms_gateway", OFFICER), ("sms_gateway", SECOND))
COORDINATOR = {"kesbang": (("email", "koordinator@tuban.example"),)}


async def given_up(phones: Phones, incident: str, address: str = OFFICER) -> None:
    """Let the provider give up what went to an address."""
    sent = [one for one in phones.house.deliveries(incident) if (one.address, one.state) == (address, "sent")]
    await phones.receipt(str(sent[0].provider_id), "UNDELIV")


def address(phones: Phones, number: str = OFFICER) -> Address:
    return phones.house.rows(Address, address=number)[0]


def mails(phones: Phones) -> list[str]:
    found = [message_from_bytes(raw, policy=policy.default) for raw in phones.house.mail.mails]
    return [
        str(mail["subject"])
        for mail in found
        if "bisa dipakai" in str(mail["subject"]) or "Saluran" in str(mail["subject"])
    ]


async def test_the_next_telling_begins_at_the_address_that_works(new_phones: NewPhones, database: str) -> None:
    phones = await new_phones(database, TWO, others=COORDINATOR)
    incident = await opened(phones.house, Level.TINGGI)
    await given_up(phones, incident)
    assert address(phones).avoided_at == phones.house.clock.now
    assert len(phones.got(SECOND)) == 1
    phones.got(OFFICER)
    await phones.house.forward(minutes=30)  # reminders and rungs
    for number in range(2):
        await opened(phones.house, Level.KRITIS, text=f"Kejadian {number}.")
    assert phones.got(OFFICER) == []
    assert len(phones.got(SECOND)) >= 3
    assert mails(phones) == ["Alamat petugas tidak bisa dipakai"]
    assert len(phones.house.journal("address.avoided")) == 1


async def test_the_only_address_is_tried_again_and_the_coordinator_hears_it_once(new_phones: NewPhones) -> None:
    phones = await new_phones(others=COORDINATOR)
    for number in range(3):
        incident = await opened(phones.house, Level.TINGGI, text=f"Kejadian {number}.")
        await given_up(phones, incident)
        phones.house.clock.forward(hours=3)
    assert len([text for text in phones.got(OFFICER) if "BARU" in text]) == 3
    assert mails(phones) == ["Alamat petugas tidak bisa dipakai"]


async def test_a_desk_where_nothing_rings_is_no_reason_to_leave_an_address_out(new_phones: NewPhones) -> None:
    phones = await new_phones()

    def may_sign_in(tx: Transaction) -> None:
        tx.session.get_one(Person, person_id("polres")).password = "x"

    phones.house.write(may_sign_in)
    phones.house.notify.desk.contacts.forget()
    await given_up(phones, await opened(phones.house, Level.TINGGI))
    phones.got()
    incident = await opened(phones.house, Level.TINGGI, text="Kejadian lain.")
    assert len(phones.got()) == 1
    assert [one.address for one in phones.house.deliveries(incident) if one.person_id == person_id("polres")] == [
        OFFICER
    ]


@pytest.mark.parametrize("sign", ["verified", "written", "arrived"])
async def test_it_comes_first_again_once_it_is_known_to_work(new_phones: NewPhones, sign: str) -> None:
    phones = await new_phones("sqlite", TWO)
    incident = await opened(phones.house, Level.TINGGI)
    provider = next(str(one.provider_id) for one in phones.house.deliveries(incident) if one.address == OFFICER)
    await given_up(phones, incident)
    phones.got(OFFICER)
    if sign == "verified":
        assert phones.house.write(lambda tx: send(tx, "polres", "sms_gateway")) == OFFICER
        await phones.house.settle()
        code = phones.got()[0].split()[2].rstrip(".")
        assert hand_in(phones.house.store, "polres", "sms_gateway", code) == 0
        phones.house.notify.desk.contacts.forget()
    elif sign == "written":
        await phones.text("halo")
    else:
        await phones.receipt(provider, "DELIVRD")  # it had come late, but it came
    assert (address(phones).failed_at, address(phones).avoided_at) == (None, None)
    phones.got(OFFICER), phones.got(SECOND)
    await opened(phones.house, Level.TINGGI, text="Kejadian lain.")
    assert (len(phones.got(OFFICER)), len(phones.got(SECOND))) == (1, 0)


async def test_a_providers_fault_condemns_nobody(new_phones: NewPhones, database: str) -> None:
    """The account is closed: every number is refused at once, in words that would condemn one number."""
    others = COORDINATOR | {"kodim": (("sms_gateway", SECOND),), "kejari": (("sms_gateway", "+6281200005118"),)}
    phones = await new_phones(database, others=others)
    phones.gateway.says(Answer(400))
    await opened(phones.house, Level.KRITIS)
    await phones.house.forward(minutes=1)
    dead = {one.address for one in phones.house.rows(Delivery, channel="sms_gateway", state="dead")}
    assert len(dead) > 1
    assert [one.address for one in phones.house.rows(Address) if one.avoided_at] == []
    assert "Saluran sms_gateway bermasalah" in mails(phones)


async def test_two_dead_numbers_where_a_third_works_are_two_dead_numbers(new_phones: NewPhones) -> None:
    third = "+6281200005118"
    phones = await new_phones(others={"kodim": (("sms_gateway", SECOND),), "kesbang": (("sms_gateway", third),)})
    incident = await opened(phones.house, Level.KRITIS)
    works = next(one for one in phones.house.deliveries(incident) if one.address == third)
    await phones.receipt(str(works.provider_id), "DELIVRD")
    await given_up(phones, incident, OFFICER)
    await given_up(phones, incident, SECOND)
    assert {one.address for one in phones.house.rows(Address) if one.avoided_at} == {OFFICER, SECOND}


async def test_two_that_fail_while_nothing_gets_through_are_the_providers(new_phones: NewPhones) -> None:
    phones = await new_phones(others={"kodim": (("sms_gateway", SECOND),)} | COORDINATOR)
    incident = await opened(phones.house, Level.KRITIS)
    await given_up(phones, incident, OFFICER)
    assert address(phones).avoided_at
    await given_up(phones, incident, SECOND)
    assert [one.address for one in phones.house.rows(Address) if one.avoided_at] == []
    assert len(phones.house.journal("address.forgiven")) == 1
    assert mails(phones)[-1] == "Saluran sms_gateway bermasalah"


@pytest.mark.parametrize("refused", [401, 403, 413])
async def test_what_is_not_the_addresss_own_fault_is_not_remembered(new_phones: NewPhones, refused: int) -> None:
    phones = await new_phones("sqlite", TWO)
    numbered = phones.gateway.script[0]
    phones.gateway.says(Answer(refused), numbered)
    await opened(phones.house, Level.TINGGI)
    assert len(phones.got(SECOND)) == 1  # it went the other way all the same
    assert [one.failed_at for one in phones.house.rows(Address, person_id=person_id("polres"))] == [None, None]


async def test_the_office_sees_it_wherever_it_looks(new_phones: NewPhones) -> None:
    phones = await new_phones()
    await given_up(phones, await opened(phones.house, Level.TINGGI))
    assert "sms_gateway (failed 2026-11-23)" in "\n".join(phones.house.ask(_listed))
    found = check(phones.house.district, phones.house.ask(roster_of), phones.house.clock.now).findings
    assert [one.what() for one in found if one.kind == "address"] == [
        "alamat Petugas POLRES di POLRES tidak bisa dipakai: verifikasi lagi"
    ]
    said = [sentence for _, sentence in phones.house.ask(doctor._failing)]
    assert said == [
        "polres: sms_gateway has failed since 2026-11-23 16:00Z; mend it, then: kentongan person verify polres sms_gateway"
    ]


async def test_what_another_process_has_found_failing_works_again_by_this_ones_receipt(phones: Phones) -> None:
    incident = await opened(phones.house, Level.TINGGI)
    now = phones.house.clock.now

    def fail(tx: Transaction) -> None:
        tx.session.exec(update(Address).where(col(Address.address) == OFFICER).values(failed_at=now, avoided_at=now))

    phones.house.write(fail)
    phones.house.clock.forward(seconds=6)
    sent = [one for one in phones.house.deliveries(incident) if one.address == OFFICER]
    await phones.receipt(str(sent[0].provider_id), "DELIVRD")
    assert (address(phones).failed_at, address(phones).avoided_at) == (None, None)


PIGEON = '''
"""Send a pigeon."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from schemas.vocabulary import Classification
from services.notify.channel_kit.http_channel import HttpChannel, HttpSettings, by_status
from services.notify.channels import Blame, Capabilities, Example, Verdict


class PigeonSettings(HttpSettings):
    model_config = SettingsConfigDict(env_prefix="KENTONGAN_CHANNEL_PIGEON_")

    loft: str = Field(description="Where it starts")


class Pigeon(HttpChannel):
    name = "pigeon"
    Settings = PigeonSettings
    capabilities = Capabilities(carries=Classification.BIASA, max_length=40)
    example = Example(address="ring-7", settings={"loft": "{server}"})

    def __init__(self, settings):
        super().__init__(settings)
        self._loft = settings.loft

    @classmethod
    def canonical(cls, address):
        return address if address.startswith("ring-") else None

    async def _call(self, session, message, address):
        async with session.post(self._loft, json={"to": address, "text": message.short}) as response:
            if response.status == 418:
                return Verdict("never", error="the loft has burnt down", blame=Blame.ADDRESS)
            return by_status(response.status, response.headers, Verdict("sent"), {404: Blame.MESSAGE})
'''


@pytest.mark.parametrize(("refused", "avoided"), [(418, True), (404, False), (403, False)])
async def test_a_channel_dropped_in_brings_what_it_blames(
    new_phones: NewPhones,
    gateway: FakeHttp,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    refused: int,
    *,
    avoided: bool,
) -> None:
    """One file says it all: what the channel calls the address's fault counts, whatever words it uses for it."""
    (tmp_path / "pigeon.py").write_text(PIGEON)
    monkeypatch.setattr("tests.house.discover", lambda: discover(tmp_path))
    monkeypatch.setenv("KENTONGAN_CHANNEL_PIGEON_LOFT", f"{gateway.url}/loft")
    phones = await new_phones(addresses=(("pigeon", "ring-7"), ("sms_gateway", SECOND)))
    numbered = phones.gateway.script[0]
    phones.gateway.says(Answer(refused), numbered)
    await opened(phones.house, Level.TINGGI)
    assert len(phones.got(SECOND)) == 1  # it went the other way all the same
    assert (address(phones, "ring-7").avoided_at is not None) is avoided
