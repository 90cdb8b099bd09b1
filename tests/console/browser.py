"""One Chromium for all browser tests of a module, and the sizes and ways in that they share."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from schemas.records.people import Person
from services.console.web.sessions import COOKIE
from services.security import auth
from tests.console.desk import Desk
from tests.servers import GENEROUS

expect.set_options(timeout=GENEROUS * 1000)  # a busy machine is slower than the five seconds that nobody named

PHONE = {"width": 360, "height": 640}
WIDE = {"width": 1440, "height": 900}
BOTH: tuple[Literal["dark", "light"], ...] = ("dark", "light")  # as by night, and back to what a browser begins with
WHOLE = "/usr/bin/chromium"
# Without windows, where that is installed: the same engine, and what Playwright itself starts where nobody looks on. A page
# in a context of its own costs it a third of the processor time. What it lacks is notifications.
CHROMIUM = shutil.which("chromium-headless-shell") or WHOLE
# Every window would draw two pages of suggestions below its address line, which nobody types into: more work than most
# of our own pages. Of two lists Chromium takes the later one, so the first fourteen are what Playwright itself leaves out.
LEFT_OUT = """
    AvoidUnnecessaryBeforeUnloadCheckSync DestroyProfileOnBrowserClose HttpsUpgrades HttpsFirstBalancedModeAutoEnable
    LensOverlay MediaRouter PaintHolding ThirdPartyStoragePartitioning AvoidCorsURLLoaderRestartOnRedirect
    TcpPortRandomizationWin OptimizationHints NetworkTimeServiceQuerying AimEnabled PreconnectToSearch
    WebUIOmniboxPopup WebUIOmniboxAimPopup WebUIOmniboxFullPopup
"""
FLAGS = [
    f"--disable-features={','.join(LEFT_OUT.split())}",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with running(CHROMIUM) as browser:
        yield browser


@pytest.fixture(scope="module")
def whole_chromium() -> Iterator[Browser]:
    """One that can show notifications."""
    with running(WHOLE) as browser:
        yield browser


@contextmanager
def running(program: str) -> Iterator[Browser]:
    """Start a browser whose contexts wait patiently and are closed for certain."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        plain = browser.new_context

        def patient(**options: Any) -> BrowserContext:
            context = plain(**options)
            context.set_default_timeout(GENEROUS * 1000)  # of clicks, pages and awaited requests, as of `expect`
            shut = context.close

            def close(*, reason: str | None = None) -> None:
                """Leave its pages first: a context of a page that is on its way somewhere has not closed in 15 minutes."""
                for page in context.pages:
                    with suppress(Error):  # it has crashed
                        page.goto("about:blank")
                shut(reason=reason)

            context.close = close  # type: ignore[method-assign]
            return context

        browser.new_context = patient  # type: ignore[method-assign]
        yield browser
        browser.close()


def sign_in(context: BrowserContext, desk: Desk, login: str) -> Page:
    """Give a page of somebody whose session stands already: to come in by the form is tried where that is the matter."""
    cookie = desk.write(lambda tx: auth.open_session(tx, tx.session.get_one(Person, login)))
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": desk.url}])
    page = context.new_page()
    page.goto(f"{desk.url}/")  # its scripts have run: a click or a key is theirs
    expect(page.locator("#menu")).to_be_visible()
    return page


def until(page: Page, condition: Callable[[], Any], what: str) -> None:
    """Let the browser go on until something holds of which no page tells."""
    give_up = time.monotonic() + GENEROUS
    while not condition():
        assert time.monotonic() < give_up, f"{what} did not come about"
        page.wait_for_timeout(20)


AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")


def faults_of(page: Page, *themes: Literal["dark", "light"]) -> list[str]:
    """Give what axe-core finds on a page as it stands: rule and element, empty when all is well.

    With `themes` it looks at the page once in each, without loading it anew: styles alone make the difference.
    """
    page.wait_for_load_state()  # what is measured before its styles have come is another page
    page.evaluate(AXE)
    if not themes:
        return _violations(page)
    found = []
    for theme in themes:
        page.emulate_media(color_scheme=theme)
        assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") is (theme == "dark")
        found += [f"{theme}: {one}" for one in _violations(page)]
    return found


def _violations(page: Page) -> list[str]:
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {node['target']}" for one in found["violations"] for node in one["nodes"]]


def small_targets(page: Page) -> list[str]:
    """Give the controls that a thumb may miss: lower than 44 px, or wider than the page."""
    page.wait_for_load_state()
    return page.evaluate(
        """() => [...document.querySelectorAll("a.button, button, summary, select, textarea, nav a, input:not([type=hidden], [type=radio], [type=checkbox])")]
        .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML.slice(0, 80))"""
    )


def weigh(context: BrowserContext, page: Page, url: str) -> tuple[int, list[str]]:
    """Load a page for the first time; returns its bytes over the wire, and the addresses asked for."""
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    taken: list[int] = []
    client.on("Network.loadingFinished", lambda event: taken.append(event["encodedDataLength"]))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url, wait_until="networkidle")
    client.detach()
    return int(sum(taken)), asked
