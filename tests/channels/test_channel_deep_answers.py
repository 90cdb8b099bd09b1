"""Whoever answers for a provider, or writes an address, cannot make us raise by nesting JSON deeply."""

import pytest
from provider_fakes import Answer, FakeHttp, example_of, message

from services.notify.channels import Channel
from services.notify.channels.ntfy import Ntfy
from services.notify.channels.sms_android import SmsAndroid
from services.notify.channels.sms_gateway import SmsGateway
from services.notify.channels.telegram import Telegram
from services.notify.channels.whatsapp import WhatsApp
from services.oncall.push_subscription import Subscription


@pytest.mark.parametrize("deep", ["[" * 60_000, '{"a":' * 12_000])
@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("kind", [Ntfy, SmsAndroid, SmsGateway, Telegram, WhatsApp])
async def test_a_deeply_nested_answer_is_one_that_says_nothing(
    kind: type[Channel], status: int, deep: str, http: FakeHttp, opened
):
    channel, address = example_of(kind, http.url)
    await opened(channel)
    http.says(Answer(status, text=deep), Answer(status, text="{}"))
    assert await channel.send(message(address=address)) == await channel.send(message(address=address))
    assert len(http.calls) == 2


@pytest.mark.parametrize("deep", ['{"a":' * 12_000, '{"endpoint":' + "[" * 60_000])
def test_a_deeply_nested_address_is_none(deep: str):
    assert Subscription.read(deep) is None
