"""The pages that pictures are taken of, as data: where each is, who looks at it, what is done before the picture.

A name in braces stands for something of the sample night (tests/pictures/night.py). `PAGES` get a sheet with all of
their forms, `SINGLES` and `PAPERS` are the pictures that README and docs show by themselves.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page as Tab

Act = Callable[[Tab], Awaitable[None]]
WIDTHS = {360: 640, 768: 1024, 1440: 900}  # width -> height of the window, in CSS pixels
THEMES = ("light", "dark")
LANGUAGES = ("id", "en")
TEXT = "Ijin lapor, tawuran dua perguruan silat di Ds. Mentoro Kec. Soko, massa 80 orang, 3 luka"
COORDINATOR, POLICE, ADMIN = "koordinator", "polres", "admin"


@dataclass(frozen=True)
class Page:
    """One page: the name of its pictures, what it is, its address, who looks (empty: nobody signed in)."""

    name: str
    what: str
    address: str
    login: str = ""
    act: Act | None = None  # done in the page before the picture
    waits: str = ""  # what a page shows once it is ready, where the load is not its end
    fresh: bool = False  # loaded in each width: its scripts do more where there is room for it


@dataclass(frozen=True)
class Single:
    """One picture by itself: of which page, in which form; `below` is what stands at the top of it."""

    name: str
    page: str
    width: int
    theme: str = "light"
    language: str = "id"
    height: int = 0  # of the window; 0: as in WIDTHS
    below: str = ""
    whole: bool = False  # the page to its end, however long


@dataclass(frozen=True)
class Paper:
    """The first page of a printed paper: a PDF, or a page that is `printed` by the browser."""

    name: str
    address: str
    login: str = ""
    printed: bool = False


# -- what is done before a picture ---------------------------------------------------------------------------------------


async def _beside(tab: Tab) -> None:
    """Wait for the incident beside the queue, where there is room for it."""
    if tab.viewport_size is not None and tab.viewport_size["width"] >= 1200:
        await tab.wait_for_selector("#panel > :not(.nothing)")


async def _written(tab: Tab) -> None:
    await tab.locator("#text").fill(TEXT)
    await tab.wait_for_selector("#terbaca:not([hidden])")


async def _judged(tab: Tab) -> None:
    await _written(tab)
    choices = tab.locator("#terbaca .choice")
    await choices.nth(0).get_by_role("radio").nth(0).check()
    await choices.nth(1).get_by_role("radio").nth(1).check()
    await tab.get_by_role("spinbutton").fill("4")


async def _where(tab: Tab) -> None:
    await _written(tab)
    await tab.locator("#terbaca").get_by_role("button", name="Mentoro, Soko").click()
    await tab.locator("#langkah-1 .next").click()


async def _touched(tab: Tab) -> None:
    await _where(tab)
    await tab.locator("#peta-buka").click()
    await tab.wait_for_selector(".tap-map path")
    for label in ("Kec. Soko", "Mentoro, Soko"):
        await tab.locator("#peta svg").scroll_into_view_if_needed()
        at = await tab.evaluate(
            """(label) => { const svg = document.querySelector(".tap-map svg");
            const box = svg.querySelector(`[data-label="${label}"]`).getBBox();
            const at = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2).matrixTransform(svg.getScreenCTM());
            return [at.x, at.y]; }""",
            label,
        )
        await tab.mouse.click(*at)


async def _proof(tab: Tab) -> None:
    await _where(tab)
    await tab.locator("#langkah-2 .next").click()
    await tab.locator("#langkah-3 input[name=basis]").first.check()


async def _sent(tab: Tab) -> None:
    await _proof(tab)
    await tab.locator(".send").click()
    await tab.wait_for_selector("#selesai .ticket")


async def _checked(tab: Tab) -> None:
    form = tab.locator("form[action='/redam/periksa']")
    await tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    await form.locator("[name=issue]").select_option("SLT")
    await form.locator("[name=reason]").fill("Suroan Agung, aparat sudah di lokasi.")
    await form.get_by_role("button").last.click()
    await tab.wait_for_selector("form[action='/redam']")


async def _overtaken(tab: Tab) -> None:
    """Judge what somebody else has changed since the page was read: the form says it was read before everything."""
    form = tab.locator("form[action$='/penilaian']")
    async with tab.expect_navigation():
        await form.evaluate(
            """(form) => { form.querySelector("[name=as_of]").value = "1"; form.level.value = "SEDANG";
            form.reason.value = "Salah baca."; setTimeout(() => form.submit(), 0); }"""
        )


GROUPS: dict[str, tuple[Page, ...]] = {
    "The desk": (
        Page(
            "queue",
            "the queue: what needs a person, the incident beside it, the map",
            "/",
            COORDINATOR,
            _beside,
            fresh=True,
        ),
        Page("queue-choose", "the queue, choosing several at once", "/?pilih=1", COORDINATOR, _beside, fresh=True),
        Page("search", "a search", "/?cari=bakar", COORDINATOR),
        Page("list", "the list of a member", "/", POLICE),
        Page("wall", "the wall", "/?dinding=1", COORDINATOR),
        Page("incident", "an incident, to the coordinator", "/peristiwa/{soko}", COORDINATOR),
        Page("incident-member", "an incident, to a member", "/peristiwa/{kerek}", POLICE),
        Page("officer", "the officer's page", "/p/{kerek}", POLICE),
        Page("seen", "seen, several at once", "/borongan/dilihat?p.{senori}=1&p.{semanding}=1&p.{jenu}=1", COORDINATOR),
        Page("pairs", "pairs that may be one", "/borongan/beda?p.{pair}=1", COORDINATOR),
        Page(
            "overtaken", "a judgement that somebody else was faster than", "/peristiwa/{soko}", COORDINATOR, _overtaken
        ),
        Page("source", "opening who reported", "/peristiwa/{soko}/sumber/{report}", COORDINATOR),
        Page("map", "the map", "/peta", COORDINATOR),
        Page("map-desa", "the map of one kecamatan by desa", "/peta?kecamatan=35.23.17", COORDINATOR),
        Page("handover", "the handover", "/serah-terima", COORDINATOR),
        Page("owed", "what institutions owe", "/utang", COORDINATOR),
        Page("owed-one", "what one institution owes", "/utang?instansi=POLRES", COORDINATOR),
        Page("silences", "silences", "/redam", COORDINATOR),
        Page("silence-check", "what a silence would touch", "/redam", COORDINATOR, _checked),
        Page("rota", "the rota", "/piket?instansi=POLRES", COORDINATOR),
        Page("figures", "figures", "/angka", COORDINATOR),
    ),
    "Reporting and following": (
        Page("report", "reporting: what", "/lapor", act=_written, waits="html[data-ready]"),
        Page("report-facts", "reporting: what was read, right or not", "/lapor", act=_judged, waits="html[data-ready]"),
        Page("report-where", "reporting: where", "/lapor", act=_where, waits="html[data-ready]"),
        Page("report-map", "reporting: a desa shown on the map", "/lapor", act=_touched, waits="html[data-ready]"),
        Page("report-proof", "reporting: proof", "/lapor", act=_proof, waits="html[data-ready]"),
        Page("receipt", "the receipt", "/lapor", act=_sent, waits="html[data-ready]"),
        Page("status-ask", "asking after a report", "/status"),
        Page("status", "following a report", "/status/{open}"),
        Page("survey", "the survey after a closing", "/survei/{closed}"),
    ),
    "Signing in, help, oneself": (
        Page("sign-in", "sign-in", "/masuk"),
        Page("invitation", "an invitation", "/undangan/{invitation}"),
        Page("button", "the page behind a message's button", "/terima/{button}"),
        Page("not-found", "a page that does not exist", "/tidak-ada"),
        Page("own", "how one is reached", "/saya", POLICE),
        Page("account", "one's own account", "/akun", COORDINATOR),
        Page("guide", "the guide of a role", "/panduan/coordinator"),
        Page("guide-reporter", "the guide that everybody is shown", "/panduan"),
        Page("glossary", "the glossary", "/istilah"),
    ),
    "Early warning": (
        Page("warnings", "early warning: open", "/peringatan", COORDINATOR),
        Page("warning", "one warning", "/peringatan/{warning}", COORDINATOR),
        Page("warning-places", "early warning: places", "/peringatan/tempat", COORDINATOR),
        Page("warning-year", "early warning: the year again", "/peringatan/setahun", COORDINATOR),
        Page("warning-brief", "early warning: the brief of a week", "/peringatan/rekap?minggu=2026-W48", COORDINATOR),
        Page("warning-dates", "early warning: dates", "/peringatan/kalender", COORDINATOR),
        Page("warning-signs", "early warning: signs", "/peringatan/tanda", COORDINATOR),
    ),
    "The office": (
        Page("office", "the office", "/kantor", COORDINATOR),
        Page("notes", "information notes", "/li", POLICE),
        Page("note", "one note", "/li/{note}", POLICE),
        Page("asks", "asks", "/permintaan", COORDINATOR),
        Page("meetings", "meetings", "/rapat", COORDINATOR),
        Page("meeting", "one meeting", "/rapat/{meeting}", COORDINATOR),
        Page("minutes", "the minutes of a meeting", "/rapat/{meeting}/berita-acara", COORDINATOR),
        Page("reports", "reports upward", "/laporan-berkala", COORDINATOR),
        Page("report-daily", "the daily report", "/laporan-berkala/harian/2026-11-23", COORDINATOR),
        Page("register", "the register of ormas", "/ormas", COORDINATOR),
        Page("ormas", "one of the ormas", "/ormas/satu?nomor=123%2F2020", COORDINATOR),
        Page("letter", "a letter of referral", "/rujukan/{letter}", COORDINATOR),
        Page("harmony", "religious harmony", "/kerukunan", COORDINATOR),
        Page("harmony-month", "the note of a month", "/kerukunan/2026-11", COORDINATOR),
    ),
    "For everybody": (
        Page("standard", "what is promised", "/standar-pelayanan"),
        Page("public-figures", "figures for everybody", "/angka-umum"),
        Page("posters", "posters", "/poster"),
        Page("poster", "the poster of a desa", "/poster/35.23.11.2010"),
    ),
    "Settings": (
        Page("settings", "settings: the first day", "/pengaturan", ADMIN),
        Page("settings-people", "settings: people", "/pengaturan/orang", ADMIN),
        Page("settings-person", "settings: one person", "/pengaturan/orang/{person}", ADMIN),
        Page("settings-table", "settings: people from a table", "/pengaturan/orang-tabel", ADMIN),
        Page("settings-keys", "settings: keys", "/pengaturan/kunci", ADMIN),
        Page("settings-channels", "settings: channels", "/pengaturan/saluran", ADMIN),
        Page("settings-check", "settings: who would be told", "/pengaturan/periksa", ADMIN),
        Page(
            "settings-drill",
            "settings: a drill, and who would take part",
            "/pengaturan/latihan?issue=SLT&form=BENTROK&level=TINGGI&kecamatan=35.23.11",
            ADMIN,
        ),
        Page("settings-messages", "settings: messages that could not be processed", "/pengaturan/pesan", ADMIN),
    ),
}
PAGES = tuple(page for group in GROUPS.values() for page in group)

# Routes that are read and are no page of their own, each with its reason.
NO_PAGE = {
    "/potongan/peristiwa": "a part of the list, which asks for it again",
    "/masuk/penyedia": "leads on to the office's own provider",
    "/masuk/penyedia/kembali": "leads back from it",
    "/masuk/penyedia/keluar": "leads on to where one signs out there",
    "/permintaan/{id}": "leads to what an ask is about",
    "/pengaturan/latihan/{id}": "a drill that was begun would stand in every other picture of the night",
    **dict.fromkeys(("/static/{name}", "/sw.js"), "a file of the pages"),
    **dict.fromkeys(("/lapor/peta", "/peristiwa/{id}/foto/{photo}"), "data and photographs for a page"),
    **dict.fromkeys(
        ("/akun/faktor/qr.svg", "/status/{code}/qr.svg", "/poster/{code}/qr.svg"), "a drawing within a page"
    ),
    **dict.fromkeys(("/angka.csv", "/angka.xlsx", "/peringatan/rekap.pdf", "/saya/piket.ics"), "a file to keep"),
    **dict.fromkeys(
        (
            "/li/{id}/{kind}",
            "/rapat/{id}/{which}/{kind}",
            "/laporan-berkala/{kind}/{key}/{file}",
            "/rujukan/{id}/{kind}",
            "/kerukunan/{month}/{kind}",
            "/standar-pelayanan/{kind}",
            "/angka-umum/{kind}",
        ),
        "the same page as PDF or workbook",
    ),
}
PROGRAMS = ("/v1/", "/healthz", "/readyz")  # for programs: no page

SINGLES = (
    Single("desk-light-id", "queue", 1440),
    Single("desk-dark-en", "queue", 1440, "dark", "en"),
    Single("desk-tablet-light", "queue", 768),
    Single("desk-phone-dark", "queue", 360, "dark"),
    Single("wall-dark-en", "wall", 1440, "dark", "en"),
    Single("search-phone-light-id", "search", 360, height=740),
    Single("map-desa-light-id", "map-desa", 1024),
    Single("map-phone-dark-en", "map", 360, "dark", "en", 740),
    Single("incident-light-id", "incident", 1440),
    Single("incident-phone-light", "incident", 360),
    Single("officer-light-id", "officer", 360),
    Single("officer-dark-en", "officer", 360, "dark", "en"),
    Single("handover-light-id", "handover", 1024),
    Single("rota-light-id", "rota", 1024),
    Single("figures-light-id", "figures", 1024),
    Single("figures-sources-light-id", "figures", 1024, below="#sumber"),
    Single("silences-light-id", "silences", 1024),
    Single("report-1-light-id", "report", 360),
    Single("report-dark-en", "report", 360, "dark", "en"),
    Single("report-facts-light-id", "report-facts", 360, below="#terbaca"),
    Single("report-2", "report-where", 360),
    Single("report-map-light-id", "report-map", 360, below="#peta"),
    Single("report-map-dark-en", "report-map", 360, "dark", "en", below="#peta"),
    Single("report-3", "report-proof", 360),
    Single("receipt-light-id", "receipt", 360),
    Single("status-phone-light-id", "status-ask", 360),
    Single("sign-in-phone-light-id", "sign-in", 360),
    Single("account-phone-light-id", "account", 360, height=740),
    Single("guide-light-id", "guide", 1024),
    Single("glossary-light-id", "glossary", 1024),
    Single("warnings-phone-dark-id", "warnings", 360, "dark", height=740),
    Single("warnings-places-light-id", "warning-places", 1024),
    Single("office-light-id", "office", 1024),
    Single("office-rapat", "meeting", 900, whole=True),
    Single("settings-light-id", "settings", 1024),
    Single("people-light-id", "settings-people", 1024),
    Single("keys-light-id", "settings-keys", 1024),
)
PAPERS = (
    Paper("office-li", "/li/{note}/pdf", POLICE),
    Paper("office-berita-acara", "/rapat/{meeting}/berita-acara/pdf", COORDINATOR),
    Paper("office-rujukan", "/rujukan/{letter}/pdf", COORDINATOR),
    Paper("office-rekap", "/laporan-berkala/harian/2026-11-23/pdf", COORDINATOR),
    Paper("office-b12", "/laporan-berkala/catur/2026-B12/pdf", COORDINATOR),
    Paper("office-poster", "/poster/35.23.11.2010", printed=True),
    Paper("warnings-brief", "/peringatan/rekap.pdf?minggu=2026-W48", COORDINATOR),
)
