"""Make the pictures of docs/pictures anew: `make pictures`, or some of them with `--only NAME`.

Chromium looks at every page of the table in pages.py, on the sample night, at one instant. Twelve forms of each go on
one sheet; what README and docs show by itself is a picture of its own, under the name it always had.
"""

import argparse
import asyncio
import contextlib
import io
import sys
import tempfile
import time
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pypdfium2
from playwright.async_api import Browser, BrowserContext, Error, async_playwright
from playwright.async_api import Page as Tab

from services.console.web.sessions import COOKIE
from tests.console.browser import FLAGS
from tests.pictures.night import HOST, SampleNight, sample_night
from tests.pictures.pages import LANGUAGES, PAGES, PAPERS, POLICE, SINGLES, THEMES, WIDTHS, Page, Paper, Single
from tests.pictures.sheets import Form, keep_sheet, keep_single

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
LONGEST = 1200  # pixels of a page that a sheet shows at most
CHROMIUM = "/usr/bin/chromium"
PAPER = 1.1  # pixels of a paper's picture for each of its points
PATIENCE = 60_000  # milliseconds
ANSWERS = {"not-found": 404}  # others answer 200
# What a page would draw by chance: the number of a report that is sent from it.
NUMBER = """crypto.randomUUID = () => "5a3c1f27-8d4e-4b60-9c12-7f0e6a91d348";
addEventListener("DOMContentLoaded", () => document.querySelectorAll("#lapor [name=id]").forEach((one) => { one.value = crypto.randomUUID(); }));"""


class PictureTaker:
    """One browser on the sample night, with one window for each of the people and languages."""

    def __init__(self, house: SampleNight, browser: Browser, out: Path, raw: Path | None) -> None:
        """Take pictures into `out`; every form by itself into `raw` too, where that is given."""
        self._house, self._browser, self._out, self._raw = house, browser, out, raw
        self._windows: dict[tuple[str, str], BrowserContext] = {}

    async def sheet(self, page: Page) -> None:
        """Take all forms of a page; one that its scripts begin in another way where it is wide is loaded for each."""
        forms: dict[Form, bytes] = {}
        for language in LANGUAGES:
            for widths in [[width] for width in WIDTHS] if page.fresh else [list(WIDTHS)]:
                async with self._tab(page, widths[0], WIDTHS[widths[0]], language) as tab:
                    for width in widths:
                        await _fit(tab, width)
                        for theme in THEMES:
                            await tab.emulate_media(color_scheme=theme)
                            forms[width, theme, language] = await _taken(tab)
        (self._out / "forms").mkdir(exist_ok=True)
        await asyncio.to_thread(keep_sheet, forms, self._out / "forms" / f"{page.name}.webp")
        if self._raw is not None:
            for (width, theme, language), raw in forms.items():
                (self._raw / f"{page.name}-{width}-{theme}-{language}.png").write_bytes(raw)

    async def single(self, wanted: Single) -> None:
        """Take one picture by itself."""
        page = next(one for one in PAGES if one.name == wanted.page)
        height = wanted.height or WIDTHS.get(wanted.width, 900)
        async with self._tab(page, wanted.width, height, wanted.language) as tab:
            await tab.emulate_media(color_scheme=wanted.theme)
            if wanted.below:
                await tab.evaluate(
                    """(what) => { const one = document.querySelector(what); const fold = one.closest("details"); if (fold) fold.open = true;
                    (fold || one).scrollIntoView({block: "start"}); scrollBy(0, -60); }""",
                    wanted.below,
                )
            if wanted.whole:
                await _fit(tab, wanted.width, None)
            keep_single(await _taken(tab), self._out / f"{wanted.name}.png")

    async def paper(self, wanted: Paper) -> None:
        """Take the first page of a paper."""
        window = await self._window(wanted.login)
        if wanted.printed:
            tab = await window.new_page()
            await tab.goto(HOST + self._address(wanted.address))
            body = await tab.pdf(format="A4", print_background=True)
            await tab.close()
        else:
            body = await (await window.request.get(self._real(wanted.address), timeout=PATIENCE)).body()
        picture = pypdfium2.PdfDocument(body)[0].render(scale=PAPER).to_pil()
        keep_single(_png(picture), self._out / f"{wanted.name}.png")

    # -- the browser -----------------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def _tab(self, page: Page, width: int, height: int, language: str) -> Any:
        """Open a page in one width and language, and do what comes before its picture."""
        tab = await (await self._window(page.login, language)).new_page()
        try:
            await tab.set_viewport_size({"width": width, "height": height})
            address = self._address(page.address)
            answer = await tab.goto(f"{HOST}{address}{'&' if '?' in address else '?'}bahasa={language}")
            assert answer is not None, address
            assert answer.status == ANSWERS.get(page.name, 200), (page.name, answer.status)
            if page.waits:
                await tab.wait_for_selector(page.waits)
            if page.act:
                await page.act(tab)
            await tab.evaluate("document.activeElement.blur(); scrollTo(0, 0); document.fonts.ready.then(() => true)")
            await tab.mouse.move(0, 0)
            yield tab
        finally:
            await tab.close()

    async def _window(self, login: str, language: str = "id") -> BrowserContext:
        if (login, language) not in self._windows:
            window = await self._browser.new_context(
                service_workers="block", reduced_motion="reduce", locale="id-ID", timezone_id="Asia/Jakarta"
            )
            window.set_default_timeout(PATIENCE)
            await window.clock.set_fixed_time(self._house.clock.now)
            await window.add_init_script(NUMBER)
            if login:
                cookie = await self._house.cookie(login)
                await window.add_cookies([{"name": COOKIE, "value": cookie, "url": HOST}])
                await window.add_cookies([{"name": COOKIE, "value": cookie, "url": self._house.url}])
            self._windows[login, language] = window
        return self._windows[login, language]

    def _address(self, address: str) -> str:
        return address.format(**self._house.names)

    def _real(self, address: str) -> str:
        return self._house.url + self._address(address)


async def _fit(tab: Tab, width: int, longest: int | None = LONGEST) -> None:
    """Make the window as long as its page, at most `longest` and at least as such a window is."""
    least = WIDTHS.get(width, 0)
    await tab.set_viewport_size({"width": width, "height": least or LONGEST})
    long: int = await tab.evaluate("document.documentElement.scrollHeight")
    await tab.set_viewport_size({"width": width, "height": max(least, min(long, longest or long))})


async def _taken(tab: Tab) -> bytes:
    """Give the window as PNG, once it has been drawn as it is now."""
    await tab.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return await tab.screenshot()


def in_order(pages: Sequence[Page]) -> list[Page]:
    """Order pages so that none is drawn with what another leaves behind: who opened an incident, a report that is sent."""
    return sorted(pages, key=lambda page: (page.name == "receipt", page.login == POLICE))


def _png(picture: Any) -> bytes:
    held = io.BytesIO()
    picture.save(held, "PNG")
    return held.getvalue()


async def _done(name: str, *takes: Coroutine[Any, Any, None]) -> bool:
    """Take pictures one after the other; a page that fails is named, and the others are taken all the same."""
    good = True
    for take in takes:
        try:
            await take
        except (Error, AssertionError) as error:
            print(f"{name}: {error}", file=sys.stderr, flush=True)
            good = False
    return good


async def make(only: Sequence[str], out: Path, raw: Path | None) -> list[str]:
    """Make the pictures of the named pages and papers, of all where none is named; gives the names of failures."""
    failed: list[str] = []
    names = {one.name for one in (*PAGES, *PAPERS)}
    assert set(only) <= names, set(only) - names
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kentongan-pictures-") as folder:
        async with sample_night(Path(folder)) as house, async_playwright() as playwright:
            print(f"The night stands after {time.monotonic() - begun:.0f} s.", flush=True)
            maps = f"--host-resolver-rules=MAP {urlsplit(HOST).hostname} 127.0.0.1:{house.settings.port}"
            flags = [*FLAGS, maps, f"--unsafely-treat-insecure-origin-as-secure={HOST}"]
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
            studio = PictureTaker(house, browser, out, raw)
            wanted = [page for page in PAGES if not only or page.name in only]
            for page in in_order(wanted):
                singles = [studio.single(one) for one in SINGLES if one.page == page.name]
                if not await _done(page.name, studio.sheet(page), *singles):
                    failed.append(page.name)
                print(f"{time.monotonic() - begun:5.0f} s  {page.name}", flush=True)
            papers = [paper for paper in PAPERS if not only or paper.name in only]
            failed += [paper.name for paper in papers if not await _done(paper.name, studio.paper(paper))]
            await browser.close()
    return failed


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and make the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures.make", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="pages and papers by name")
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="DIR")
    parser.add_argument("--raw", type=Path, metavar="DIR", help="also keep every form by itself, to look at closely")
    options = parser.parse_args(arguments)
    if not Path(CHROMIUM).exists():
        print(f"Pictures need {CHROMIUM}. On Debian: sudo apt-get install chromium", file=sys.stderr)
        return 1
    for folder in (options.out, options.raw):
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    return 1 if asyncio.run(make(options.only, options.out, options.raw)) else 0


if __name__ == "__main__":
    sys.exit(main())
