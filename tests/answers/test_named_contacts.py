"""A number that a program names as contact hears back by SMS, if the key may; it may be anybody's, so not much."""

from datetime import UTC, datetime

from schemas.records.accounts import Key
from schemas.records.alerts import Delivery
from schemas.vocabulary import Role
from services.store.transaction import Transaction
from tests.answers.phones import REPORTER, NewPhones, Phones
from tests.answers.test_hearing_back import TEXT, incident_of, words


async def key_of(phones: Phones, name: str = "aplikasi", *, may_reply: bool = True) -> str:
    key = await phones.house.key(name, Role.REPORTER)

    def allow(tx: Transaction) -> None:
        tx.session.get_one(Key, name).may_reply = may_reply

    phones.house.write(allow)
    return key


async def test_from_diterima_to_selesai_without_learning_who_was_told(new_phones: NewPhones, database: str) -> None:
    phones = await new_phones(database)
    await phones.house.file_with(await key_of(phones), TEXT, contact="0812-0000-9999")
    first, *more = phones.got(REPORTER)
    assert first.startswith("Laporan ")
    assert first.endswith(
        "dengan nomor Anda diterima pkl 23.00 WIB. Nyawa terancam: hubungi 110 / 112. Bukan laporan Anda? Kirim STOP."
    )
    assert len(first) <= 160
    assert words(more) == ["diteruskan"]
    incident, lead = incident_of(phones).id, phones.house.lead(incident_of(phones).id).institution
    for act, by, body in (
        ("verifications", ("KESBANG", Role.VERIFIER), {}),
        ("acknowledgements", lead, {}),
        ("closures", lead, {"reason": "Polsek sudah mendamaikan"}),
    ):
        await phones.house.act(incident, act, by=by, **body)  # type: ignore[arg-type]
        await phones.house.settle()
    await phones.house.agree(incident, by=("KESBANG", Role.COORDINATOR))
    last = phones.got(REPORTER)
    assert words(last) == ["diverifikasi", "ditindaklanjuti", "selesai"]
    said = " ".join([first, *more, *last]).upper().split()
    assert not [code for code in phones.house.district.institutions if code in said]


async def test_nobody_is_told_by_a_key_without_that_right_or_without_a_key_or_once_it_is_revoked(
    phones: Phones,
) -> None:
    house = phones.house
    await house.file_with(await key_of(phones, "lain", may_reply=False), TEXT, contact=REPORTER)
    await house.file_with(None, TEXT + " lagi", contact=REPORTER)
    key = await key_of(phones)
    await house.file_with(key, TEXT + " tanpa nama", contact=REPORTER, anonymous=True)
    await house.file_with(key, TEXT + " surat", contact="warga@tuban.example")  # nobody could stop it by a reply

    def revoke(tx: Transaction) -> None:
        tx.session.get_one(Key, "aplikasi").revoked_at = datetime(2026, 11, 23, tzinfo=UTC)

    house.write(revoke)  # the door may not have heard of it yet
    await house.file_with(key, TEXT + " dicabut", contact=REPORTER)
    assert phones.got(REPORTER) == []
    assert house.rows(Delivery, reason="heard") == []


async def test_who_sends_stop_hears_no_more(phones: Phones) -> None:
    key = await key_of(phones)
    await phones.house.file_with(key, TEXT, contact=REPORTER)
    await phones.text("STOP", REPORTER)
    phones.got(REPORTER)
    await phones.house.file_with(key, "Warga blokade jalan di Kecamatan Jenu menolak tambang", contact=REPORTER)
    assert phones.got(REPORTER) == []


async def test_a_strangers_number_cannot_be_flooded(phones: Phones) -> None:
    key, most = await key_of(phones), phones.house.district.intake.heard_per_day
    for number in range(most + 3):
        await phones.house.file_with(key, f"{TEXT} {number}", contact=REPORTER)
    assert len(phones.got(REPORTER)) == most
    phones.house.clock.forward(hours=25)
    await phones.house.file_with(key, f"{TEXT} besoknya", contact=REPORTER)
    assert 0 < len(phones.got(REPORTER)) <= most
