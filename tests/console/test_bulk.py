"""Several incidents at once: a list to confirm, each act by itself with its own rule, and what was refused and why."""

import re

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from schemas.records.alerts import Alert
from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident, Suggestion
from tests.console.browser import PHONE, chromium, faults_of, sign_in, small_targets
from tests.console.night import NOW, PASSWORD

__all__ = ["chromium"]
LAPTOP = {"width": 1280, "height": 800}


def pick(desk, *names: str) -> str:
    return "&".join(f"p.{desk.ids.get(name, name)}=1" for name in names)


def pair(desk, one: str, other: str, id_: str = "s1") -> None:
    row = {"id": id_, "incident_id": desk.ids[one], "other_id": desk.ids[other], "report_id": "r", "score": 0.8}
    desk.write(lambda tx: tx.add(Suggestion, [{**row, "reasons": [], "state": "open", "made_at": NOW}]))


def said(body: str) -> list[str]:
    """Give the sentence of each line, in order."""
    found = re.search(r'<ol class="bulk">(.*?)</ol>', body, re.DOTALL)
    assert found
    return [one.strip() for one in re.findall(r'<p class="(?:late|note)">(.*?)</p>', found[1])]


def confirmed(caller, path: str):
    """Press the button of the page that confirms."""
    body = caller.get(path).body
    fields = dict.fromkeys(re.findall(r'name="(p\.[^"]+)"', body), "1")
    csrf = re.findall(r'name="csrf" value="([^"]+)"', body)[0]
    return caller.form(path.partition("?")[0], {"csrf": csrf, **fields})


def state_of(desk, name: str, institution: str) -> str:
    query = select(Alert).where(Alert.incident_id == desk.ids[name], Alert.institution == institution)
    found = desk.store.read_now(lambda session: session.scalars(query).first())
    assert found is not None
    return found.state


def owe_police(desk, *names: str) -> None:
    """Have the police told of each, and nobody there has looked yet."""

    def act(tx) -> None:
        for name in names:
            for alert in tx.session.scalars(select(Alert).where(Alert.incident_id == desk.ids[name])):
                if alert.institution == "POLRES":
                    alert.state, alert.seen_at = "delivered", None

    desk.write(act)


def test_nothing_is_changed_before_it_is_confirmed_and_then_each_by_its_own_rule(desk, person):
    owe_police(desk, "clash")
    joko = person("joko")
    path = f"/borongan/dilihat?{pick(desk, 'clash', 'bomb')}&p.00000000-0000-0000-0000-000000000000=1"
    not_his = "Tidak akan diubah: Peristiwa tidak ditemukan."
    assert said(joko.get(path).body) == ["Akan ditandai sudah dilihat", not_his, not_his]
    assert state_of(desk, "clash", "POLRES") == "delivered"
    answer = confirmed(joko, path)
    assert answer.status == 200
    assert state_of(desk, "clash", "POLRES") == "seen"
    not_his = "Tidak diubah: Peristiwa tidak ditemukan."
    assert said(answer.body) == ["Ditandai sudah dilihat", not_his, not_his]
    assert "1 dikerjakan, 2 tidak." in answer.body
    again = confirmed_again(joko, desk)
    assert said(again.body) == ["Tidak diubah: Instansi Anda sudah melihat atau menjawabnya."]


def test_what_is_critical_is_opened_by_itself(desk, person):
    owe_police(desk, "clash")

    def rise(tx) -> None:
        tx.session.get(Incident, desk.ids["clash"]).level = 4

    desk.write(rise)
    answer = confirmed_again(person("joko"), desk)
    assert said(answer.body) == ["Tidak diubah: Peristiwa KRITIS dibuka satu per satu, tidak ditandai dari daftar."]
    assert state_of(desk, "clash", "POLRES") == "delivered"


def confirmed_again(caller, desk):
    csrf = caller.get(f"/peristiwa/{desk.ids['clash']}").csrf
    return caller.form("/borongan/dilihat", {"csrf": csrf, f"p.{desk.ids['clash']}": "1"})


def test_seen_is_no_answer_and_the_line_of_the_log_names_who(desk, person):
    owe_police(desk, "clash")
    confirmed(person("joko"), f"/borongan/dilihat?{pick(desk, 'clash')}")
    kinds = desk.store.read_now(
        lambda session: [
            (one.kind, one.actor)
            for one in session.scalars(select(Journal).where(Journal.incident_id == desk.ids["clash"]))
        ]
    )
    assert kinds.count(("alert.seen", "joko")) == 1
    assert "incident.acknowledged" not in [kind for kind, _ in kinds]


def test_an_incident_one_may_not_know_of_is_not_named(desk, person):
    body = person("dewi").get(f"/borongan/dilihat?{pick(desk, 'bomb')}").body
    incident = desk.incident("bomb")
    assert said(body) == ["Tidak akan diubah: Peristiwa tidak ditemukan."]
    assert "Peristiwa yang tidak dapat ditampilkan" in body
    assert f"/peristiwa/{incident.id}" not in body


def test_pairs_are_refused_one_by_one_and_each_once(desk, person):
    pair(desk, "clash", "church")
    ratna = person("ratna")
    path = f"/borongan/beda?{pick(desk, 'clash', 'church', 'bomb')}"
    assert said(ratna.get(path).body) == [
        "Usul gabung akan ditolak",
        "Tidak akan diubah: Usulan tidak ditemukan atau sudah diputuskan.",
    ]
    answer = confirmed(ratna, path)
    assert said(answer.body)[0] == "Usul gabung ditolak"
    assert "1 dikerjakan, 1 tidak." in answer.body
    kept = desk.store.read_now(lambda session: session.get(Suggestion, "s1"))
    assert (kept.state, kept.decided_by) == ("refused", "ratna")
    merged = desk.store.read_now(lambda session: session.get(Incident, desk.ids["clash"]).merged_into)
    assert merged is None


def test_a_pair_whose_other_half_is_secret_is_neither_shown_nor_decided(desk, person):
    pair(desk, "clash", "bomb")
    emma = person("emma")
    assert f"/peristiwa/{desk.ids['bomb']}" not in emma.get(f"/borongan/beda?{pick(desk, 'clash')}").body
    csrf = emma.get("/saya").csrf
    emma.form("/borongan/beda", {"csrf": csrf, f"p.{desk.ids['clash']}.s1": "1"})
    kept = desk.store.read_now(lambda session: session.get(Suggestion, "s1"))
    assert kept.state == "open"


def test_a_role_that_may_not_is_refused_and_a_form_of_elsewhere_too(desk, person):
    pair(desk, "clash", "church")
    joko, agus, ratna = person("joko"), person("agus"), person("ratna")
    assert joko.get(f"/borongan/beda?{pick(desk, 'clash')}").status == 403
    foreign = ratna.get("/saya").csrf
    assert joko.form("/borongan/dilihat", {"csrf": foreign, f"p.{desk.ids['clash']}": "1"}).status == 403
    assert joko.form("/borongan/beda", {"csrf": joko.get("/saya").csrf, f"p.{desk.ids['clash']}.s1": "1"}).status == 403
    assert "?pilih=1" not in agus.get("/").body  # an auditor changes nothing
    assert desk.store.read_now(lambda session: session.get(Suggestion, "s1")).state == "open"


@pytest.mark.parametrize("many", [0, 101])
def test_none_and_too_many(desk, person, many):
    given = "&".join(f"p.{number}=1" for number in range(many))
    answer = person("ratna").get(f"/borongan/dilihat?{given}")
    if many:
        assert (answer.status, "paling banyak 100" in answer.body) == (409, True)
    else:
        assert (answer.status, "Tidak ada yang dipilih." in answer.body) == (200, True)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("size", "login", "scripts"), [(PHONE, "joko", False), (PHONE, "joko", True), (LAPTOP, "joko", True)]
)
def test_from_the_list_to_the_result_also_without_scripts(desk, chromium, size, login, scripts, tmp_path):
    owe_police(desk, "clash")
    context = chromium.new_context(viewport=size, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{desk.url}/masuk")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    page.get_by_role("link", name="Pilih beberapa").click()
    page.locator(f"[name='p.{desk.ids['clash']}']").check()
    page.get_by_role("button", name="Tandai sudah dilihat").click()
    expect(page.locator("ol.bulk li")).to_have_count(1)
    page.get_by_role("button", name="Tandai 1 peristiwa").click()
    expect(page.locator("main")).to_contain_text("1 dikerjakan, 0 tidak.")
    assert state_of(desk, "clash", "POLRES") == "seen"
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("size", "language"), [(PHONE, "id"), (LAPTOP, "en")])
def test_picking_and_confirming_fit_and_axe_finds_nothing(desk, chromium, size, language):
    pair(desk, "clash", "church")
    context = chromium.new_context(viewport=size)
    page = sign_in(context, desk, "ratna")
    for path in ("/?pilih=1", "/?state=open-all&pilih=1", f"/borongan/beda?{pick(desk, 'clash', 'bomb')}"):
        page.goto(f"{desk.url}{path}&bahasa={language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        assert faults_of(page) == [], path
        assert small_targets(page) == [], path
    context.close()
