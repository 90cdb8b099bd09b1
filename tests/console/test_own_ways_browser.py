"""Push in a real browser: turned on by a thumb, shown as the channel sent it, leading where it should and nowhere else.

The browser's own push service lies outside and is not called: what it would hand over is handed over by the browser's
debugging protocol, and what subscribing would give is given by the test.
"""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Worker, expect

from schemas.vocabulary import Role
from services.notify.channels.webpush import WebPushChannel, WebPushSettings
from services.oncall import contact_methods as own_ways
from services.oncall.contact_methods import Way
from services.oncall.push_subscription import Subscription, derived_key
from services.oncall.push_subscription import public_key as public_key_of
from services.security.auth import Identity
from tests.channels.provider_fakes import message
from tests.channels.push_service import Browser, PushService, b64
from tests.console.browser import until, whole_chromium
from tests.console.desk import Desk
from tests.console.night import PASSWORD, SECRET
from tests.console.test_browser import PHONE

__all__ = ["whole_chromium"]
pytestmark = pytest.mark.browser
JOKO = Identity("joko", "Joko", Role.MEMBER, "POLRES")
SUBSCRIBE = """([endpoint, point, auth]) => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0)).buffer;
  let made = null;
  PushManager.prototype.getSubscription = async () => made;
  PushManager.prototype.subscribe = async (how) => (made = {
    endpoint,
    options: { applicationServerKey: how.applicationServerKey.buffer },
    getKey: (name) => bytes(name === "auth" ? auth : point),
    unsubscribe: async () => { made = null; return true; },
  });
}"""


@pytest.fixture
def phone(whole_chromium: Chromium, desk: Desk) -> Iterator[BrowserContext]:
    context = whole_chromium.new_context(viewport=PHONE, has_touch=True)
    context.grant_permissions(["notifications"], origin=desk.url)
    yield context
    context.close()


def own_page(context: BrowserContext, desk: Desk) -> Page:
    page = context.new_page()
    page.goto(f"{desk.url}/masuk?ke=/saya")
    page.get_by_label("Nama pengguna").fill("joko")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_text("Pemberitahuan di perangkat ini mati.")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


def worker_of(context: BrowserContext, page: Page) -> Worker:
    """Give the service worker; what is asked of it, and not of the page, outlives the page's being loaded again."""
    until(page, lambda: context.service_workers, "the service worker")
    return context.service_workers[0]


def ways(desk: Desk) -> list[Way]:
    return desk.store.read_now(lambda session: own_ways.listed(session, JOKO))


def pushed(address_of: Browser, **changes: Any) -> dict[str, Any]:
    """Send a message over the channel, and give what reached the browser."""

    async def tell() -> dict[str, Any]:
        service = PushService()
        await service.start()
        device = service.browser("phone")
        form = device.form
        subscription = Subscription.of(form["endpoint"], form["p256dh"], form["auth"])
        assert subscription
        channel = WebPushChannel(WebPushSettings(secret=derived_key(SECRET), hosts=service.url))  # type: ignore[arg-type]
        await channel.open()
        await channel.send(message(**{"address": subscription.address} | changes))
        await channel.close()
        await service.stop()
        return device.got[0]

    with ThreadPoolExecutor(1) as elsewhere:  # a loop of its own, beside the browser's
        return elsewhere.submit(asyncio.run, tell()).result()


def deliver(context: BrowserContext, page: Page, desk: Desk, data: str) -> None:
    """Hand a push to the service worker, as the browser does once it has opened it."""
    devtools = context.new_cdp_session(page)
    registered: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registered.extend(one["registrationId"] for one in event["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    until(page, lambda: registered, "the worker's registration")
    push = {"origin": desk.url, "registrationId": registered[0], "data": data}
    devtools.send("ServiceWorker.deliverPushMessage", push)


SHOWN = """() => registration.getNotifications().then((all) => all.map((one) =>
  ({ title: one.title, body: one.body, tag: one.tag, stay: one.requireInteraction, actions: one.actions.map((act) => act.title) })))"""

# To ask for what is shown while it is being shown can take it away in Chromium, which compares its list with the screen's
# then; so ask once, after the worker has said that it is done.
SAY_SHOWN = """() => navigator.serviceWorker.addEventListener("message", (event) => console.info(event.data))"""


def test_a_push_is_shown_in_its_words_and_we_are_told_that_it_was(desk, phone):
    page = own_page(phone, desk)
    line = "Anda penanggung jawab. Tekan Terima sebelum pkl 23.15 WIB (15 menit). Buka aplikasi."
    told = pushed(Browser(""), line=line, urgent=True, data={"url": f"{desk.url}/peristiwa/1", "duty": "lead"})
    with phone.expect_event("request", lambda request: request.url.endswith("/v1/inbound/webpush")) as said:
        deliver(phone, page, desk, json.dumps(told))
    shown = {"title": message().subject, "body": line, "tag": told["id"], "stay": True, "actions": ["Terima"]}
    assert worker_of(phone, page).evaluate(SHOWN) == [shown]
    assert said.value.method == "POST"
    assert json.loads(said.value.post_data) == {"id": told["id"], "state": "delivered", "proof": told["proof"]}


def test_the_same_message_twice_is_one_notification(desk, phone):
    page = own_page(phone, desk)
    told = json.dumps(pushed(Browser("")))
    for _ in range(2):
        with phone.expect_event("request", lambda request: request.url.endswith("/v1/inbound/webpush")):
            deliver(phone, page, desk, told)
    assert len(worker_of(phone, page).evaluate(SHOWN)) == 1


def test_a_push_that_cannot_be_read_still_calls_the_person(desk, phone):
    page = own_page(phone, desk)
    page.evaluate(SAY_SHOWN)
    with page.expect_console_message(lambda said: said.text == "shown"):
        deliver(phone, page, desk, "%")
    (shown,) = worker_of(phone, page).evaluate(SHOWN)
    assert (shown["title"], shown["body"]) == ("Kentongan", "Ada peringatan. Buka aplikasi.")


def test_a_tap_leads_to_the_incident_the_button_to_the_answer_and_neither_away(desk, phone):
    page = own_page(phone, desk)
    worker = worker_of(phone, page)
    assert phone.service_workers == [worker]
    told = {"open": "https://siaga.example/peristiwa/1", "answer": "https://siaga.example/terima/x?a=1"}
    for given, action, leads in (
        (told, "", "/peristiwa/1"),
        (told, "answer", "/terima/x?a=1"),
        ({}, "", "/"),
        ({"open": "//evil.example/x"}, "", "/x"),
        ({"open": "javascript:alert(1)"}, "", "alert(1)"),
    ):
        led = worker.evaluate("([told, action]) => way(told, action)", [given, action])
        assert led.startswith(desk.url), led
        assert led.endswith(leads)


def test_a_person_turns_push_on_and_off_with_a_thumb(desk, phone):
    page = own_page(phone, desk)
    device = Browser("https://fcm.googleapis.com/fcm/send/cVh8:APA91b").form
    stub = json.dumps([device["endpoint"], device["p256dh"], device["auth"]])
    phone.add_init_script(f"({SUBSCRIBE})({stub})")
    page.reload()
    page.get_by_role("button", name="Nyalakan di perangkat ini").click()
    expect(page.get_by_role("status")).to_contain_text("Menyala.")
    (way,) = ways(desk)
    given = Subscription.of(device["endpoint"], device["p256dh"], device["auth"])
    assert given
    assert (way.address.address, way.address.label) == (given.address, "Chrome, Linux")
    page.get_by_role("button", name="Kirim pesan uji").click()
    expect(page.get_by_role("status")).to_contain_text("Pesan uji sedang dikirim.")
    page.get_by_role("button", name="Matikan").click()
    expect(page.get_by_role("status")).to_have_text("Sudah dimatikan.")
    assert ways(desk) == []


def test_the_page_subscribes_with_the_key_that_signs(desk, phone):
    page = own_page(phone, desk)
    assert page.locator("#perangkat").get_attribute("data-key") == public_key_of(derived_key(SECRET))
    assert len(b64(b"x" * 65)) == len(page.locator("#perangkat").get_attribute("data-key") or "")


def test_a_browser_that_says_no_is_told_where_to_change_it(desk, whole_chromium):
    context = whole_chromium.new_context(viewport=PHONE)
    context.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })")
    page = context.new_page()
    page.goto(f"{desk.url}/masuk?ke=/saya")
    page.get_by_label("Nama pengguna").fill("joko")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_text("Pemberitahuan diblokir di peramban ini.")).to_be_visible()
    expect(page.get_by_role("button", name="Nyalakan di perangkat ini")).to_be_hidden()
    context.close()
