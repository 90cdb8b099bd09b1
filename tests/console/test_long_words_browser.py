"""Words that people write without a space, from right to left, or in signs of many octets break no page on a phone."""

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from schemas.records.people import Person
from schemas.records.reports import Report
from schemas.vocabulary import Role
from tests.console.browser import PHONE, WIDE, chromium, faults_of, sign_in
from tests.console.desk import Desk
from tests.console.night import NOW
from tests.console.test_rota_pages import DAY, HOUR, hired, put

__all__ = ["chromium"]

LONG = "Wiryodiningratkusumawardhani" * 5  # 140 letters
RIGHT = "محمد عبد الله بن عبد الرحمن " + "ب" * 120
DRUMS = "🥁👩‍👩‍👧‍👦" * 40
REVERSED = "\u202eterbalik " + LONG
EACH = {
    "ratna": (
        "/",
        "/?state=open-all",
        "/?cari=Wiryo",
        "/peristiwa/{clash}",
        "/serah-terima",
        "/utang?instansi=POLRES",
        "/redam",
        "/piket?instansi=POLRES",
        "/rapat",
        "/permintaan",
        "/li",
        "/angka",
        "/saya",
        "/akun",
        "/tidak-ada",
    ),
    "joko": ("/", "/p/{clash}", "/peristiwa/{clash}", "/permintaan", "/li", "/saya", "/akun", "/lapor"),
    "mira": ("/pengaturan", "/pengaturan/orang", "/pengaturan/orang/joko", "/pengaturan/kunci", "/pengaturan/saluran"),
}


CHOOSE = {
    "ratna": (
        "/?state=open-all",
        "/pengaturan/latihan",
        "/redam",
        "/peta",
        "/piket",
        "/angka",
        "/peringatan/tempat",
        "/permintaan",
        "/rapat",
        "/li",
    ),
    "mira": ("/pengaturan/orang", "/pengaturan/orang/joko", "/pengaturan/kunci"),
}


def written(desk: Desk, person) -> None:
    """Let people write what breaks pages wherever they may."""
    desk.official(Role.ADMIN, None, login="mira", name=LONG)
    hired(desk, "sari")
    names = {"joko": LONG, "sari": RIGHT, "satrio": DRUMS, "ratna": REVERSED}

    def rename(tx) -> None:
        for login, name in names.items():
            one = tx.session.get_one(Person, login)
            one.name, one.post = name, LONG
        for report in tx.session.scalars(select(Report).where(Report.incident_id == desk.ids["clash"])):
            report.text += f"\n{LONG * 10}\n{RIGHT}\n{DRUMS}\n{REVERSED}"

    put(desk, "joko", NOW - HOUR, NOW + 7 * HOUR)
    put(desk, "sari", NOW - HOUR, NOW + 7 * HOUR)
    put(desk, "joko", NOW + DAY, NOW + DAY + 8 * HOUR, "override")
    desk.write(rename)
    joko, ratna, satrio = person("joko"), person("ratna"), person("satrio")
    for caller, act, fields in (
        (joko, "terima", {}),
        (joko, "lapjut", {"text": (LONG * 15)[:2000]}),
        (joko, "lapjut", {"text": f"{RIGHT} {DRUMS} {REVERSED}"}),
        (satrio, "terima", {}),
    ):
        assert caller.act(desk.ids["clash"], act, **fields).status == 303, act
    for path, fields in (
        ("/rapat", {"kind": "rapat", "title": LONG * 2, "place": LONG * 2, "starts_at": "2026-11-25T09:00"}),
        ("/permintaan", {"kind": "clarify", "institution": "KODIM", "text": LONG * 14, "due": "2026-11-25T09:00"}),
        ("/permintaan", {"kind": "clarify", "institution": "POLRES", "text": RIGHT, "due": "2026-11-25T09:00"}),
        ("/serah-terima", {"note": (LONG * 4)[:500]}),
    ):
        assert ratna.form(path, {"csrf": ratna.get(path).csrf, **fields}).status == 303, path


@pytest.fixture
def full_desk(desk: Desk, person) -> Desk:
    written(desk, person)
    return desk


def too_wide(page: Page) -> list[str]:
    """Give what reaches beyond the page, and boxes that are wider inside than their room."""
    return page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll("body *")].filter((one) => one.checkVisibility() && !one.closest("svg, .hear, .skip")
        && !one.matches("input, textarea, select") && (one.getBoundingClientRect().right > innerWidth + 1
        || (["auto", "scroll", "hidden"].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1))).map((one) => one.outerHTML.slice(0, 120))"""
    )


@pytest.mark.parametrize("login", EACH)
def test_words_of_any_length_and_direction_fit_a_phone(full_desk, chromium, login):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = sign_in(context, full_desk, login)
    found = {}
    for width in (PHONE["width"], PHONE["width"] // 2):  # the second: letters twice as large
        page.set_viewport_size({"width": width, "height": PHONE["height"]})
        for path in EACH[login]:
            page.goto(full_desk.url + path.format(**full_desk.ids), wait_until="load")
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            if wide := too_wide(page):
                found[width, path] = wide
    context.close()
    assert found == {}


# Selects whose chosen word has not the room that it would take by itself. An institution's whole name may be wider than
# a phone is.
CUT = """() => [...document.querySelectorAll("main select")].filter((one) => one.checkVisibility() && !(one.name === "institution" && one.value)).filter((one) => {
    const alone = one.cloneNode();
    alone.append(one.selectedOptions[0].cloneNode(true));
    Object.assign(alone.style, { position: "absolute", width: "auto" });
    one.after(alone);
    const needed = alone.offsetWidth;
    alone.remove();
    return needed > one.offsetWidth + 1;
}).map((one) => `${one.name}: ${one.selectedOptions[0].textContent}`)"""


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_no_word_that_is_chosen_is_cut(desk, chromium, size):
    desk.official(Role.ADMIN, None, login="mira")
    context = chromium.new_context(viewport=size, service_workers="block")
    found = {}
    for login, paths in CHOOSE.items():
        page = sign_in(context, desk, login)
        for language in ("id", "en"):
            for path in paths:
                page.goto(f"{desk.url}{path}{'&' if '?' in path else '?'}bahasa={language}")
                page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
                if cut := page.evaluate(CUT):
                    found[login, language, path] = cut
    context.close()
    assert found == {}, found


def test_a_table_of_people_is_checked_on_a_phone(desk, chromium):
    desk.official(Role.ADMIN, None, login="mira")
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = sign_in(context, desk, "mira")
    page.goto(f"{desk.url}/pengaturan/orang-tabel")
    lines = (
        "nama\tlogin\tperan\tinstansi\temail",
        f"{LONG[:110]}\tbudi\tmember\tPOLRES\t{LONG}@tuban.example",
        "\t?\t?",
    )
    page.locator("[name=text]:visible").fill("\n".join(lines))
    page.get_by_role("button", name="Baca dulu").click()
    expect(page.get_by_role("row")).to_have_count(2)  # the head is no row on a phone
    expect(page.get_by_role("rowheader").first).to_be_visible()
    assert too_wide(page) == []
    assert faults_of(page) == []
    page.set_viewport_size({"width": PHONE["width"] // 2, "height": PHONE["height"]})
    assert too_wide(page) == []
    page.set_viewport_size(WIDE)
    expect(page.get_by_role("columnheader")).to_have_count(6)
    assert too_wide(page) == []
    context.close()


def test_numbers_of_six_digits_stay_whole(desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = sign_in(context, desk, "ratna")
    found = {}
    for path in ("/", "/?state=open-all", "/?dinding=1", "/angka?buka=semua", "/serah-terima"):
        page.goto(desk.url + path, wait_until="load")
        many, broken = page.evaluate(
            """() => { const all = [...document.querySelectorAll("b, dd, td, .badge")].filter((one) => one.checkVisibility() && !one.children.length && /^[0-9]+$/.test(one.textContent.trim()));
            all.forEach((one) => { one.textContent = "123.456"; });
            const lines = (one) => { const range = document.createRange(); range.selectNodeContents(one); return range.getClientRects().length; };
            return [all.length, all.filter((one) => lines(one) > 1).map((one) => one.parentElement.outerHTML.slice(0, 120))]; }"""
        )
        assert many, path
        found[path] = broken + too_wide(page)
    context.close()
    assert {path: one for path, one in found.items() if one} == {}


def test_a_name_that_turns_its_letters_round_turns_nothing_beside_it(full_desk, chromium):
    context = chromium.new_context(viewport=PHONE, service_workers="block")
    page = sign_in(context, full_desk, "joko")
    page.goto(f"{full_desk.url}/p/{full_desk.ids['clash']}")
    for part in ("b", "small", "span", "time", "a"):
        directions = page.eval_on_selector_all(part, "(all) => all.map((one) => getComputedStyle(one).unicodeBidi)")
        assert set(directions) <= {"isolate"}, part
    assert set(
        page.eval_on_selector_all("blockquote", "(all) => all.map((one) => getComputedStyle(one).unicodeBidi)")
    ) == {"plaintext"}
    context.close()
