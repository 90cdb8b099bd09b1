"""Web push against a push service and browsers that know only the RFCs."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from provider_fakes import message
from push_service import Browser, PushService, opened_with, raw

from services.notify.channels import Blame, ChannelSettingsError, Verdict, set_up
from services.notify.channels.webpush import KEYS, WebPushChannel, WebPushSettings
from services.oncall import push_subscription as push
from services.oncall.push_subscription import HOSTS, Subscription, derived_key, load_push, public_key
from services.security.secret import Secret

PRIVATE = derived_key(Secret(b"a secret of tests, thirty-two by"))
INCIDENT = "https://siaga.tuban.example/peristiwa/0192f0c4"
# RFC 8291 5, the example: from this private key to that browser, in this record.
RECEIVER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
RECORD = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SENDER_POINT = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"


@pytest_asyncio.fixture
async def service() -> AsyncIterator[PushService]:
    found = PushService()
    await found.start()
    yield found
    await found.stop()


def address_of(browser: Browser) -> str:
    form = browser.form
    made = Subscription.of(form["endpoint"], form["p256dh"], form["auth"])
    assert made
    return made.address


async def tell(opened: Any, service: PushService, browser: Browser, *, settings: Any = None, **changes: Any) -> Verdict:
    given = {"secret": PRIVATE, "hosts": service.url, "subject": "https://siaga.tuban.example"} | (settings or {})
    channel = await opened(WebPushChannel(WebPushSettings(**given)))
    return await channel.send(message(**{"address": address_of(browser)} | changes))


def test_the_browser_of_these_tests_opens_the_example_of_rfc_8291():
    assert opened_with(RECEIVER, KEYS, raw(RECORD)) == b"When I grow up, I want to be a watermelon"


def test_a_public_key_is_the_one_rfc_8291_gives_for_its_private_key():
    assert public_key(SENDER) == SENDER_POINT


async def test_a_browser_reads_level_issue_and_place_and_where_to_go(service, opened):
    browser = service.browser("gAAAAABg%2bTok%3D")
    service.key = public_key(PRIVATE)
    verdict = await tell(opened, service, browser, data={"url": INCIDENT, "duty": "lead"}, urgent=True)
    assert (service.refused, verdict.outcome) == ([], "sent")
    (told,) = browser.got
    assert told["title"] == "TINGGI: bentrok, Kec. Semanding"
    assert told["body"].startswith("TINGGI bentrok Semanding")
    assert (told["open"], told["answer"], told["button"]) == (INCIDENT, message().url, "Terima")
    assert told["stay"]
    assert told["id"] == message().delivery_id == verdict.provider_id


@pytest.mark.parametrize(
    ("changes", "urgency"),
    [
        ({"urgent": True, "data": {"duty": "inform"}}, "high"),
        ({"data": {"duty": "lead"}}, "high"),
        ({"data": {"duty": "support"}}, "high"),
        ({"data": {"duty": "inform"}}, "normal"),
    ],
)
async def test_whoever_is_waited_for_is_rung_at_once(service, opened, changes, urgency):
    browser = service.browser("a")
    await tell(opened, service, browser, **changes)
    assert browser.headers[0]["urgency"] == urgency
    assert browser.headers[0]["ttl"] == "86400"


async def test_under_a_title_that_says_of_what_it_says_what_is_asked(service, opened):
    browser = service.browser("a")
    await tell(opened, service, browser, line="Anda penanggung jawab. Buka aplikasi.")
    assert browser.got[0]["body"] == "Anda penanggung jawab. Buka aplikasi."
    assert service.refused == []


async def test_a_second_copy_takes_the_place_of_the_first(service, opened):
    browser = service.browser("a")
    for _ in range(2):
        await tell(opened, service, browser)
    assert [headers["topic"] for headers in browser.headers] == ["0192f0c47a3e7b1e9d430a1b2c3d4e5f"] * 2
    assert browser.got[0] == browser.got[1]


@pytest.mark.parametrize("status", [404, 410])
async def test_a_device_that_is_no_more_is_gone(service, opened, status):
    browser = service.browser("a")
    service.answers["/wpush/a"] = (status, {})
    assert await tell(opened, service, browser) == Verdict(
        "never", error=f"HTTP {status}", gone=True, blame=Blame.ADDRESS
    )


@pytest.mark.parametrize(("status", "outcome"), [(400, "never"), (401, "never"), (403, "never"), (413, "never")])
async def test_a_message_refused_is_lost_but_the_device_is_not(service, opened, status, outcome):
    browser = service.browser("a")
    service.answers["/wpush/a"] = (status, {})
    verdict = await tell(opened, service, browser)
    assert (verdict.outcome, verdict.gone) == (outcome, False)


async def test_too_many_requests_wait_as_long_as_the_push_service_says(service, opened):
    browser = service.browser("a")
    service.answers["/wpush/a"] = (429, {"Retry-After": "17"})
    assert await tell(opened, service, browser) == Verdict("again", retry_after=17.0, error="HTTP 429")


async def test_a_redirect_is_not_followed(service, opened):
    browser, elsewhere = service.browser("a"), service.browser("b")
    service.answers["/wpush/a"] = (307, {"Location": elsewhere.endpoint})
    assert (await tell(opened, service, browser)).outcome == "never"
    assert elsewhere.got == []


async def test_a_push_service_that_is_not_listed_is_not_called(service, opened):
    browser = service.browser("a")
    verdict = await tell(opened, service, browser, settings={"hosts": HOSTS})
    assert verdict == Verdict("never", error="push service not among those allowed", blame=Blame.ADDRESS)
    assert (browser.got, service.refused) == ([], [])


async def test_a_name_that_leads_home_is_not_called(service, opened, monkeypatch):
    # Its owner points the name at this very machine.
    monkeypatch.setattr("aiohttp.ThreadedResolver.resolve", _at_home)
    browser = Browser("https://push.evil.example/x")
    verdict = await tell(opened, service, browser, settings={"hosts": "*.evil.example"})
    assert verdict == Verdict("again", error="no connection (ClientConnectorDNSError)")
    assert (service.refused, browser.got) == ([], [])


async def _at_home(*_given: Any, **_more: Any) -> list[dict[str, Any]]:
    return [{"hostname": "push.evil.example", "host": "127.0.0.1", "port": 443, "family": 2, "proto": 0, "flags": 0}]


ENDPOINTS = {
    "https://fcm.googleapis.com/fcm/send/abc": True,
    "https://updates.push.services.mozilla.com/wpush/v2/abc": True,
    "https://web.push.apple.com/QAbc": True,
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAC%2b%3d": True,
    "https://notify.windows.com.evil.example/w": False,
    "https://evilnotify.windows.com/w": False,
    "https://evilfcm.googleapis.com/x": False,
    "https://push.example/x": False,
    "http://127.0.0.1:8123/x": False,
}


@pytest.mark.parametrize(("endpoint", "allowed"), ENDPOINTS.items())
def test_the_push_services_of_known_browsers_are_allowed_and_no_others(endpoint, allowed):
    subscription = Subscription.read(f"{endpoint}#{KEYS}")
    assert subscription
    assert subscription.endpoint == endpoint
    assert subscription.allowed(HOSTS) is allowed


def test_a_subscription_has_one_spelling_whatever_the_browser_gave():
    keys = dict(part.split("=") for part in KEYS.split("&"))
    browser = {"endpoint": "https://web.push.apple.com/QAbc", "expirationTime": None, "keys": keys}
    padded = browser | {"keys": {name: value + "=" * (-len(value) % 4) for name, value in keys.items()}}
    spelt = {WebPushChannel.canonical(json.dumps(given)) for given in (browser, padded)}
    assert spelt == {f"https://web.push.apple.com/QAbc#{KEYS}"}


def test_an_address_too_long_for_an_index_is_none():
    assert WebPushChannel.valid(f"https://web.push.apple.com/{'x' * 1000}#{KEYS}")
    assert not WebPushChannel.valid(f"https://web.push.apple.com/{'x' * 1500}#{KEYS}")


def test_every_process_of_an_installation_signs_with_the_same_key(monkeypatch):
    here, there = (load_push(Secret(b"one secret"), "https://siaga.example") for _ in range(2))
    assert here.secret == there.secret != load_push(Secret(b"another"), "https://siaga.example").secret
    assert here.subject == "https://siaga.example"
    monkeypatch.setenv("KENTONGAN_CHANNEL_WEBPUSH_SECRET", SENDER)
    assert public_key(load_push(Secret(b"one secret"), "").secret.get_secret_value()) == SENDER_POINT


def test_a_device_proves_that_it_had_the_message():
    channel = WebPushChannel(WebPushSettings(secret=PRIVATE))
    shown = {"id": "d-1", "state": "delivered", "proof": push.proof(PRIVATE, "d-1")}
    assert channel.authentic({}, json.dumps(shown).encode())
    (receipt,) = channel.parse_receipt(shown)
    assert (receipt.delivery_id, receipt.state.value) == ("d-1", "delivered")
    for forged in ({**shown, "id": "d-2"}, {**shown, "proof": ""}, {"id": "d-1"}, [], "x"):
        assert not channel.authentic({}, json.dumps(forged).encode())
    assert channel.parse_receipt({**shown, "state": "dead"}) == []


async def test_a_push_service_is_shown_the_same_token_for_hours(service, opened):
    browser, other = service.browser("a"), service.browser("b")
    channel = await opened(WebPushChannel(WebPushSettings(secret=PRIVATE, hosts=service.url)))
    for one in (browser, other):
        await channel.send(message(address=address_of(one)))
    assert browser.headers[0]["authorization"] == other.headers[0]["authorization"]


@pytest.mark.parametrize("secret", ["x", "AAAA", "A" * 43, "_" * 43])
def test_a_key_that_is_none_stops_the_start_with_a_sentence_that_does_not_tell_it(secret):
    with pytest.raises(ChannelSettingsError) as refused:
        set_up({"webpush": WebPushChannel}, {"webpush": {"secret": secret}})
    assert "KENTONGAN_CHANNEL_WEBPUSH_SECRET" in str(refused.value)
    assert len(secret) < 5 or secret not in str(refused.value)
