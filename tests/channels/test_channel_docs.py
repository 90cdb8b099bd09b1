"""docs/channels.md says what the code does."""

import re
from pathlib import Path

from schemas.messages import AlertData
from schemas.vocabulary import AlertReason
from services.notify.channel_kit.http_channel import HttpChannel, HttpSettings
from services.notify.channels import discover

PAGE = (Path(__file__).parents[2] / "docs" / "channels.md").read_text()


def rows_under(heading: str) -> dict[str, list[str]]:
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in section.splitlines() if line.startswith("| `")]
    return {name.strip("`"): cells for name, *cells in rows}


def test_every_channel_has_its_row_of_facts():
    rows = rows_under("What each may carry")
    assert set(rows) == set(discover())
    for name, kind in discover().items():
        carries, _, answers, receipts, tells_id, _ = rows[name]
        assert kind.capabilities.carries.name.replace("_", " ") in carries
        assert (answers == "yes") is kind.capabilities.can_answer
        assert (receipts == "yes") is kind.capabilities.receipts
        assert (tells_id != "no") is kind.capabilities.tells_id


def test_every_setting_is_named_and_no_other():
    rows = rows_under("Settings")
    assert set(rows) == set(discover())
    for name, kind in discover().items():
        fields = kind.Settings.model_fields
        own = {field for field in fields if not (issubclass(kind, HttpChannel) and field in HttpSettings.model_fields)}
        must, may = (set(re.findall(r"`([A-Z_]+)`", cell)) for cell in rows[name])
        assert must | may == {field.upper() for field in own}
        required = {field.upper() for field in own if fields[field].is_required()}
        assert required - {"SECRET"} == must


def test_every_field_of_the_webhooks_data_is_explained():
    table = PAGE.split("| in `data` | is |")[1].split("\n\n")[0]
    explained = {
        name
        for line in table.splitlines()
        for name in re.findall(r"`(\w+)`", line.split("|")[1] if "|" in line else "")
    }
    assert explained == set(AlertData.model_fields)


def test_every_reason_is_named():
    assert all(f"`{reason.value}`" in PAGE for reason in AlertReason)
