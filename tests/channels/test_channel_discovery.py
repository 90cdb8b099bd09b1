"""A channel is one file: dropped in, it is found, set up from the environment and used."""

from pathlib import Path

import pytest
from provider_fakes import FakeHttp, message

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
    capabilities = Capabilities(carries=Classification.BIASA, max_length=40)
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
