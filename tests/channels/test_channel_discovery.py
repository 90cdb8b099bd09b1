"""A channel is one file: dropped in, it is found, set up from the environment and used."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from provider_fakes import FakeHttp, message

from services.console.settings.people_table import COLUMNS
from services.notify.channels import ChannelSettingsError, discover, set_up
from services.notify.channels.webhook import WebhookSettings

PIGEON = '''
"""Send a pigeon."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from schemas.vocabulary import Classification
from services.notify.channels import Capabilities, Example, Verdict
from services.notify.channel_kit.http_channel import HttpChannel, HttpSettings, by_status


class PigeonSettings(HttpSettings):
    model_config = SettingsConfigDict(env_prefix="KENTONGAN_CHANNEL_PIGEON_")

    loft: str = Field(description="Where it starts")


class Pigeon(HttpChannel):
    name = "pigeon"
    Settings = PigeonSettings
    capabilities = Capabilities(
        carries=Classification.BIASA,
        max_length=40,
        invites=True,
        rings=True,
        columns=("merpati", "pigeon"),
        nicknames=("doro",),
    )
    example = Example(address="ring-7", settings={"loft": "{server}"})

    def __init__(self, settings):
        super().__init__(settings)
        self._loft = settings.loft

    @classmethod
    def canonical(cls, address):
        return address if address.startswith("ring-") else None

    async def _call(self, session, message, address):
        body = {"ring": address, "id": message.delivery_id, "words": message.short[:40]}
        async with session.post(self._loft, json=body) as response:
            return by_status(response.status, response.headers, Verdict("sent"))
'''

# What each hand of the service makes of a channel, asked where the copy is the only program there is.
ASKED = r"""
import json
from services.console.settings.people_table import cells_of_text, read_table
from services.notify.channels import discover
from services.notify.replies.office_hand import OfficeHand
from services.notify.replies.senders import family
from services.policy.loader import channel_names, default_folder, load_district
from services.security.secret import Secret

hand = OfficeHand(Secret(b"x" * 32), "http://127.0.0.1")
table = cells_of_text("Nama\tLogin\tMerpati\nSiti\tsiti\tring-7\n")
(row,) = read_table(table, load_district(default_folder()), hand.spelt, lambda _: set(), hand.columns()).good
print(json.dumps({
    "found": "pigeon" in discover(),
    "rules": "pigeon" in channel_names(),
    "listed": ["pigeon", False] in [list(one) for one in hand.channels()],
    "invites": hand.invites("pigeon"),
    "numbers": [hand.number("pigeon", one) for one in ("+6281234567890", "ring-7")],
    "row": row.addresses,
    "family": family("doro"),
}))
"""
ROOT = Path(__file__).parents[2]


def test_one_file_in_a_copy_is_a_channel_for_every_hand_of_the_service(tmp_path: Path) -> None:
    for name in ("schemas", "services", "deploy/tuban"):
        left_out = shutil.ignore_patterns("__pycache__", "static", "learned.json")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=left_out)
    (tmp_path / "services" / "notify" / "channels" / "pigeon.py").write_text(PIGEON)
    env = {"PYTHONPATH": str(tmp_path)}
    told = subprocess.run([sys.executable, "-c", ASKED], cwd=tmp_path, env=env, capture_output=True, check=False)
    assert told.returncode == 0, told.stderr.decode()
    assert json.loads(told.stdout) == {
        "found": True,
        "rules": True,
        "listed": True,
        "invites": True,
        "numbers": ["+6281234567890", None],
        "row": [["pigeon", "ring-7"]],
        "family": "pigeon",
    }


def test_nobody_keeps_a_list_of_channels_beside_them() -> None:
    """Hold what a channel can do in the channel; rules, which read no channel, know the two that no limit touches."""
    names, found = set(discover()), set()
    files = [one for room in ("schemas", "services") for one in (ROOT / room).rglob("*.py")]
    for file in (one for one in files if "triage" not in one.parts):
        text = file.read_text(encoding="utf-8")
        if sum(f'"{name}"' in text for name in names) < 2:
            continue
        for node in ast.walk(ast.parse(text)):
            match node:
                case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts) | ast.Dict(keys=parts):
                    named = {one.value for one in parts if isinstance(one, ast.Constant)} & names
                    found |= {file.relative_to(ROOT).as_posix()} if len(named) > 1 else set()
    assert found == {"schemas/policy/clocks.py"}


def test_what_a_channel_is_called_and_its_columns_are_its_own() -> None:
    kinds = {name: kind.capabilities for name, kind in discover().items()}
    headings = [
        *(one for kind in kinds.values() for one in kind.columns),
        *(one for own in COLUMNS.values() for one in own),
    ]
    called = [*kinds, *(one for kind in kinds.values() for one in kind.nicknames)]
    assert len(headings) == len(set(headings))
    assert all(one == " ".join(one.lower().split()) for one in headings)
    assert len(called) == len(set(called))


@pytest.mark.parametrize("name", [name for name, kind in discover().items() if kind.capabilities.rings])
def test_where_a_telephone_rings_an_address_can_be_a_number(name: str) -> None:
    assert discover()[name].canonical("0812-3456-7890") == "+6281234567890"


async def test_a_file_dropped_in_is_a_channel(tmp_path: Path, http: FakeHttp, opened, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "pigeon.py").write_text(PIGEON)
    kinds = discover(tmp_path)
    assert set(kinds) == set(discover()) | {"pigeon"}
    monkeypatch.setenv("KENTONGAN_CHANNEL_PIGEON_LOFT", http.url)
    channels = set_up(kinds)
    assert set(channels) == {"desk", "pigeon"}
    await opened(channels["pigeon"])
    assert (await channels["pigeon"].send(message(address="ring-7"))).outcome == "sent"
    assert http.calls[0].json["ring"] == "ring-7"
    assert (await channels["pigeon"].send(message(address="7"))).outcome == "never"


def test_every_channel_of_the_house_is_found():
    known = {"apprise", "desk", "email", "webhook", "telegram", "whatsapp", "sms_gateway", "sms_android", "ntfy"}
    assert known <= set(discover())


def test_two_files_may_not_claim_one_name(tmp_path: Path):
    (tmp_path / "pigeon.py").write_text(PIGEON)
    (tmp_path / "dove.py").write_text(PIGEON)
    with pytest.raises(ValueError, match="two channels are called pigeon"):
        discover(tmp_path)


def test_a_channel_nobody_set_up_is_left_out_and_a_given_secret_is_enough(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KENTONGAN_CHANNEL_EMAIL_HOST", "")  # as an empty line in a compose file
    channels = set_up(discover(), {"webhook": {"secret": "whsec_" + "A" * 40}})
    assert set(channels) == {"desk", "webhook"}  # the desk needs no settings


def test_what_the_environment_says_goes_before_what_is_given(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KENTONGAN_CHANNEL_WEBHOOK_SOURCE", "/tuban")
    given = {"webhook": {"secret": "whsec_" + "A" * 40, "source": "/elsewhere"}}
    channel = set_up(discover(), given)["webhook"]
    assert channel._source == "/tuban"  # type: ignore[attr-defined]


def test_a_channel_half_set_up_is_an_error_that_names_what_is_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KENTONGAN_CHANNEL_EMAIL_HOST", "mail.example")
    with pytest.raises(ChannelSettingsError, match="KENTONGAN_CHANNEL_EMAIL_SENDER: Field required"):
        set_up(discover())


def test_a_wrong_setting_is_named_and_its_value_is_not_shown():
    with pytest.raises(ChannelSettingsError, match="KENTONGAN_CHANNEL_WEBHOOK_SECRET") as wrong:
        set_up({"webhook": discover()["webhook"]}, {"webhook": {"secret": "hunter2"}})
    assert "hunter2" not in str(wrong.value)


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    secret = "whsec_" + "A" * 40
    monkeypatch.setenv("KENTONGAN_CHANNEL_WEBHOOK_SECRET", secret)
    monkeypatch.setenv("KENTONGAN_CHANNEL_WEBHOOK_SECRETS", f'{{"https://a.example/": "{secret}"}}')
    settings = WebhookSettings()  # type: ignore[call-arg]
    assert settings.secrets["https://a.example/"].get_secret_value() == secret
    assert secret not in repr(settings)
