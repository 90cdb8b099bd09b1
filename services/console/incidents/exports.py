"""Write incidents as other programs take them: CSV with HXL tags, GeoJSON, CAP 1.2. Never a report's text. Pure."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from schemas.district import District
from schemas.vocabulary import Stage
from services.console.incidents.views import FactView, Outline
from services.console.read_log import Watermark
from services.console.texts import name
from services.console.web.formatting import machine_time

COUNTED = ("killed", "injured", "crowd")
# Heading and tag of the Humanitarian Exchange Language (hxlstandard.org), column by column.
COLUMNS = (
    ("id", "#event+id"),
    ("opened_at", "#date+start"),
    ("changed_at", "#date+updated"),
    ("occurred_from", "#date+occurred+start"),
    ("occurred_to", "#date+occurred+end"),
    ("state", "#status"),
    ("exercise", "#meta+exercise"),
    ("level", "#severity"),
    ("score", "#severity+num"),
    ("confidence", "#meta+confidence"),
    ("issue", "#event+type+code"),
    ("issue_label", "#event+type+name"),
    ("form", "#event+form+code"),
    ("form_label", "#event+form+name"),
    ("kecamatan", "#adm3+code"),
    ("kecamatan_name", "#adm3+name"),
    ("desa", "#adm4+code"),
    ("desa_name", "#adm4+name"),
    ("lat", "#geo+lat"),
    ("lon", "#geo+lon"),
    ("precision", "#geo+precision"),
    ("radius_m", "#geo+radius+m"),
    ("reports", "#meta+count"),
    *((f"{fact}_{end}", f"#affected+{fact}+{end}") for fact in COUNTED for end in ("min", "max")),
    ("lead", "#org+lead"),
    ("export", "#meta+export"),  # who took it, when, and under which number of the audit log
)
PLAIN = (
    "id",
    "state",
    "exercise",
    "level",
    "score",
    "confidence",
    "issue",
    "issue_label",
    "form",
    "form_label",
    "reports",
)
CAP = "urn:oasis:names:tc:emergency:cap:1.2"
SEVERITY = {"RENDAH": "Minor", "SEDANG": "Moderate", "TINGGI": "Severe", "KRITIS": "Extreme"}
URGENCY = {Stage.ONGOING: "Immediate", Stage.POTENTIAL: "Expected", Stage.OCCURRED: "Past", Stage.RESOLVED: "Past"}
LIKELY, POSSIBLE = 60, 30  # confidence 0-100 from which a warning is likely, or possible


def facts_of_row(outline: Outline) -> dict[str, Any]:
    """Give one incident as flat values, by column."""
    row, place = outline.row, outline.row.place
    counts: dict[str, FactView] = {fact.name: fact for fact in outline.facts}
    flat: dict[str, Any] = {key: getattr(row, key) for key in PLAIN}
    flat |= {key: machine_time(getattr(row, key)) for key in ("opened_at", "changed_at")}
    flat["occurred_from"] = machine_time(row.occurred.start) if row.occurred.start else None
    flat["occurred_to"] = machine_time(row.occurred.end) if row.occurred.end else None
    flat |= {key: getattr(place, key) for key in ("kecamatan", "kecamatan_name", "desa", "desa_name")}
    flat |= {"lat": outline.lat, "lon": outline.lon, "precision": outline.precision}
    flat["radius_m"] = outline.radius_m
    for fact in COUNTED:
        count = counts.get(fact)
        flat |= {f"{fact}_min": count.min if count else None, f"{fact}_max": count.max if count else None}
    return flat | {"lead": row.lead.institution if row.lead else None}


def csv_of(outlines: Sequence[Outline], mark: Watermark) -> str:
    """Write a heading row, the HXL tag row, and a row per incident, each with its watermark."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([heading for heading, _ in COLUMNS])
    writer.writerow([tag for _, tag in COLUMNS])
    for outline in outlines:
        flat = facts_of_row(outline) | {"export": str(mark)}
        writer.writerow([_cell(flat[heading]) for heading, _ in COLUMNS])
    return out.getvalue()


FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # full-width ones too


def _cell(value: object) -> object:
    """Keep a spreadsheet from taking words for a formula."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and value[:1] in FORMULAS else value


def geojson_of(outlines: Sequence[Outline], mark: Watermark) -> str:
    """Write a FeatureCollection; an incident whose place is not known has no geometry."""
    features = []
    for outline in outlines:
        flat = facts_of_row(outline) | {"export": str(mark)}
        lat, lon, id_ = flat.pop("lat"), flat.pop("lon"), flat.pop("id")
        point = {"type": "Point", "coordinates": [lon, lat]} if lat is not None and lon is not None else None
        features.append({"type": "Feature", "id": id_, "geometry": point, "properties": flat})
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def cap_of(outline: Outline, revisions: Sequence[datetime], district: District, base_url: str, mark: Watermark) -> str:
    """Write one alert of the Common Alerting Protocol 1.2 (OASIS), always of restricted scope; its note is `mark`.

    Every revision is a message (`revisions`: when each was made) and none expires by itself, so all the earlier ones
    still stand with somebody, whichever of them were fetched: an update or a cancel names them all.
    """
    row = outline.row
    host = urlsplit(base_url).hostname or "kentongan"
    alert = ET.Element("alert", xmlns=CAP)
    closed = row.state in ("settled", "dismissed", "merged")
    for tag, text in (
        ("identifier", f"{row.id}.{row.revision}"),
        ("sender", f"kentongan@{host}"),
        ("sent", _cap_time(row.changed_at)),
        ("status", "Exercise" if row.exercise else "Actual"),
        ("msgType", "Cancel" if closed else "Update" if row.revision > 1 else "Alert"),
        ("scope", "Restricted"),
        ("restriction", f"{name('classification', row.classification)}: {district.forum}"),
        ("note", str(mark)),
        ("incidents", row.id),
    ):
        ET.SubElement(alert, tag).text = text
    if closed or row.revision > 1:
        made = {**dict(enumerate(revisions, 1)), 1: row.opened_at}
        earlier = range(1, max(row.revision, 2))  # what came as history is closed in its first
        reference = ET.Element("references")
        reference.text = " ".join(
            f"kentongan@{host},{row.id}.{number},{_cap_time(made.get(number, row.opened_at))}" for number in earlier
        )
        alert.insert(len(alert) - 1, reference)
    _cap_info(alert, outline, district, base_url)
    return ET.tostring(alert, encoding="unicode", xml_declaration=True)


def _cap_info(alert: ET.Element, outline: Outline, district: District, base_url: str) -> None:
    row = outline.row
    info = ET.SubElement(alert, "info")
    level, certainty = name("level", row.level), "Unlikely"
    if row.confidence >= POSSIBLE:
        certainty = "Likely" if row.confidence >= LIKELY else "Possible"
    for tag, text in (
        ("language", "id-ID"),
        ("category", "Security"),
        ("event", row.issue_label),
        ("urgency", URGENCY.get(Stage(row.stage), "Unknown")),
        ("severity", SEVERITY[row.level]),
        ("certainty", certainty),
        ("onset", _cap_time(row.occurred.start) if row.occurred.start else None),
        ("senderName", district.forum),
        ("headline", f"{level}: {row.issue_label}, {row.place.label}"),
        ("web", f"{base_url}/peristiwa/{row.id}"),
    ):
        if text is not None:
            ET.SubElement(info, tag).text = text
    area = ET.SubElement(info, "area")
    ET.SubElement(area, "areaDesc").text = _area(outline)
    if outline.lat is not None:
        ET.SubElement(area, "circle").text = f"{outline.lat},{outline.lon} {(outline.radius_m or 0) / 1000:g}"
    for code in (row.place.desa, row.place.kecamatan):
        if code:
            geocode = ET.SubElement(area, "geocode")
            ET.SubElement(geocode, "valueName").text = "Kemendagri"
            ET.SubElement(geocode, "value").text = code


def _area(outline: Outline) -> str:
    """Say which place it is, and of what the circle is the middle."""
    label, radius = outline.row.place.label, f"{(outline.radius_m or 0) / 1000:g} km".replace(".", ",")
    if outline.lat is None:
        return label
    if outline.precision == "exact":
        return f"{label} (posisi dari pelapor)"
    return f"{label} (lingkaran: pusat {outline.precision}, radius {radius})"


def _cap_time(moment: datetime) -> str:
    """Write an instant as CAP wants it: an offset in numbers, UTC as -00:00."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}-00:00"
