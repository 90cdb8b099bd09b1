"""Lay out what came of a drill: per institution, how many seconds from owed to each answer. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from schemas.district import District
from schemas.records.alerts import Alert, Delivery
from schemas.records.incidents import Incident
from schemas.vocabulary import Duty, Level

_DUTY = {Duty.LEAD: "penanggung jawab", Duty.SUPPORT: "pendukung", Duty.INFORM: "tembusan"}
_RANK = {Duty.LEAD: 0, Duty.SUPPORT: 1, Duty.INFORM: 2}
EXACT = 10  # seconds below which tenths are shown
_HEAD = ("instansi", "tugas", "alamat", "sampai", "dilihat", "diterima", "lapjut")


@dataclass(frozen=True)
class Row:
    """One institution in a drill; times are seconds from the moment its alert was owed, None where it never was."""

    institution: str
    name: str
    duty: str
    owed_at: datetime
    addresses: int
    given_up: int
    delivered: float | None
    seen: float | None
    acknowledged: float | None
    how: str | None
    reported: float | None


def rows(district: District, alerts: Iterable[Alert], deliveries: Sequence[Delivery]) -> list[Row]:
    """Give a row per institution, the lead first, then in the order in which they were told."""
    ordered = sorted(alerts, key=lambda alert: (_RANK[Duty(alert.duty)], alert.owed_at, alert.institution))
    return [_row(district, alert, [one for one in deliveries if one.alert_id == alert.id]) for alert in ordered]


def _row(district: District, alert: Alert, deliveries: Sequence[Delivery]) -> Row:
    def after(moment: datetime | None) -> float | None:
        return None if moment is None else max(0.0, round((moment - alert.owed_at).total_seconds(), 1))

    return Row(
        institution=alert.institution,
        name=district.called(alert.institution, alert.unit or None),
        duty=alert.duty,
        owed_at=alert.owed_at,
        addresses=len({(one.channel, one.address) for one in deliveries}),
        given_up=len({(one.channel, one.address) for one in deliveries if one.state == "dead"}),
        delivered=after(alert.delivered_at),
        seen=after(alert.seen_at),
        acknowledged=after(alert.acknowledged_at),
        how=alert.acknowledged_how,
        reported=after(alert.reported_at),
    )


def told(incident: Incident, table: Sequence[Row]) -> list[str]:
    """Write the sheet in lines of fixed columns, with what it comes to at its end."""
    level = Level(incident.level).name
    head = (
        f"LATIHAN {incident.id}: {level} {incident.issue} {incident.form} {incident.kecamatan or 'lokasi belum pasti'}"
    )
    cells = [_HEAD, *(_cells(row) for row in table)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return [head, "", *lines, "", *_sums(table), "Detik dihitung sejak peringatan instansi itu diputuskan."]


def _cells(row: Row) -> tuple[str, ...]:
    times = [_said(row.delivered), _said(row.seen), _said(row.acknowledged), _said(row.reported)]
    if row.how:
        times[2] += f" ({row.how})"
    addresses = f"{row.addresses}" + (f" ({row.given_up} gagal)" if row.given_up else "")
    return (row.name, _DUTY[Duty(row.duty)], addresses, *times)


def _said(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return f"{seconds:.1f}".replace(".", ",") + " dtk" if seconds < EXACT else f"{seconds:.0f} dtk"


def _sums(table: Sequence[Row]) -> list[str]:
    reached = sum(row.delivered is not None for row in table)
    answered = sum(row.acknowledged is not None for row in table)
    asked = sum(row.duty != Duty.INFORM for row in table)
    lead = next((row for row in table if row.duty == Duty.LEAD), None)
    lines = [f"Sampai di {reached} dari {len(table)} instansi; {answered} dari {asked} yang diminta sudah menerima."]
    if lead is not None:
        answer = "belum menjawab" if lead.acknowledged is None else f"menjawab sesudah {lead.acknowledged:.0f} detik"
        lines.append(f"Penanggung jawab {lead.name} {answer}.")
    return lines


def as_json(incident: Incident, table: Sequence[Row]) -> dict[str, Any]:
    """Give the sheet for programs."""
    kept = ("id", "issue", "form", "kecamatan", "opened_at", "state")
    facts = {name: getattr(incident, name) for name in kept} | {"level": Level(incident.level).name}
    return {"incident": facts, "institutions": [asdict(row) for row in table]}
