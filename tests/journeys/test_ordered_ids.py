"""Rows of one incident stand together in an index, later ones behind; nobody is told twice, not by an upgrade either."""

from uuid import UUID, uuid4

import pytest

from schemas.records.alerts import Alert, Delivery
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import AlertReason
from services.notify.alerting import alert_batch, duties
from services.notify.alerting.alert_batch import AlertBatch
from services.store.ids import derived, is_beside
from services.store.transaction import Transaction
from tests.house import SOKO, House

CLASH = "Bentrok dua kelompok pemuda perguruan silat di dekat balai desa Mentoro, saling lempar batu, 3 orang luka."


def as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make ids as the release before did: of chance and of digests alone."""
    monkeypatch.setattr("services.triage.worker.new_id", lambda _at: str(uuid4()))
    monkeypatch.setattr(duties, "beside", lambda _incident, *parts: derived(*parts))
    monkeypatch.setattr(
        alert_batch, "_delivery_id", lambda _incident, alert, *parts: derived("delivery", alert, *parts)
    )


async def tell_again(house: House, incident: str) -> list[DeliveryRow]:
    """Owe whatever is owed already once more, and every institution that routing names."""

    def decide(tx: Transaction) -> list[DeliveryRow]:
        batch = AlertBatch(tx, house.notify.desk, [incident])
        row = batch.incidents[incident]
        for recipient in batch.recipients(row):
            batch.alert_for(row, recipient)
        for alert in list(batch.alerts[incident].values()):
            batch.tell(row, alert, AlertReason(alert["reason"]))
        return batch.write()

    return await house.notify.store.write(decide)


async def test_rows_of_an_incident_stand_together_and_later_ones_behind(house: House) -> None:
    first = house.incident_of(await house.file(CLASH, basis="saw", kecamatan=SOKO)).id
    await house.forward(minutes=62)  # reminders too; an id tells the hour
    second = house.incident_of(
        await house.file(CLASH.replace("Mentoro", "Bejagung"), by="warga", basis="saw", kecamatan="35.23.15")
    ).id
    assert (UUID(first).version, UUID(second).version, first < second) == (7, 7, True)
    alerts = [[row.id for row in house.rows(Alert, incident_id=id_)] for id_ in (first, second)]
    told = [[row.id for row in house.rows(Delivery, incident_id=id_)] for id_ in (first, second)]
    for one, other in (alerts, told):
        assert len(one) > 1
        assert all(is_beside(id_, first) for id_ in one)
        assert max(one) < min(other)


@pytest.mark.parametrize("release", ["this", "the one before"])
async def test_what_was_owed_is_not_owed_again(house: House, monkeypatch: pytest.MonkeyPatch, release: str) -> None:
    with monkeypatch.context() as before:
        if release != "this":
            as_before(before)
        incident = house.incident_of(await house.file(CLASH, basis="saw", kecamatan=SOKO)).id
    alerts, told = house.rows(Alert, incident_id=incident), house.deliveries(incident)
    known = [row.id for row in alerts] + [row.id for row in told]
    assert {is_beside(id_, incident) for id_ in known} == {release == "this"}
    assert await tell_again(house, incident) == []
    assert {row.id for row in house.rows(Alert, incident_id=incident)} == {row.id for row in alerts}
    assert {row.id for row in house.deliveries(incident)} == {row.id for row in told}
