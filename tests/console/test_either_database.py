"""What the desk asks the store holds on SQLite and on PostgreSQL alike."""

import re

from schemas.vocabulary import Role
from services.console.incidents.queries import changed_after, newest_line
from services.console.report.receipt import ticket
from services.security import auth
from tests.console.caller import Caller
from tests.console.night import DISTRICT, PASSWORD, SECRET, owe, report_id


def names(desk, caller: Caller, query: str = "") -> list[str]:
    by_id = {id_: name for name, id_ in desk.ids.items()}
    return [by_id[one["id"]] for one in caller.get(f"/v1/incidents?{query}").json["items"]]


def test_each_reader_lists_what_is_for_them_in_the_same_order(either_desk):
    desk = either_desk
    desk.write(lambda tx: owe(tx, desk.ids["accused"], "POLRES", "inform"))
    assert names(desk, Caller(desk.url, desk.key(Role.COORDINATOR))) == [
        "clash",
        "church",
        "accused",
        "protest",
        "drill",
    ]
    assert names(desk, Caller(desk.url, desk.key(Role.MEMBER, "POLRES"))) == ["clash"]
    assert names(desk, Caller(desk.url, desk.key(Role.LEADER, "POLRES"))) == ["clash", "church", "protest", "drill"]
    for head, accused in (("KAPOLRES", []), ("DANDIM", ["accused"])):  # its heads are the accused agency's too
        seen = names(desk, Caller(desk.url, desk.key(Role.LEADER, head)))
        assert [name for name in seen if name == "accused"] == accused
    ratna = Caller(desk.url).sign_in("ratna", PASSWORD)
    assert names(desk, ratna) == ["bomb", "clash", "church", "accused", "protest", "drill"]
    assert names(desk, ratna, "level=TINGGI&kecamatan=35.23.06&since=30") == ["church"]
    assert names(desk, ratna, "per_page=2&page=2") == ["church", "accused"]


def test_an_incident_goes_from_alert_to_settled(either_desk):
    desk = either_desk
    path = f"/v1/incidents/{desk.ids['clash']}"
    polres, coordinator = Caller(desk.url, desk.key(Role.MEMBER, "POLRES")), desk.official(Role.COORDINATOR, "KESBANG")
    assert polres.post(f"{path}/acknowledgements", {}).json["seconds"] == 1080
    assert polres.post(f"{path}/sitreps", {"text": "Massa bubar."}).status == 201
    assert coordinator.post(f"{path}/closures", {"reason": "reda"}).json["state"] == "settled"
    one = coordinator.get(path).json
    assert [line["kind"] for line in one["timeline"]][-3:] == [
        "incident.acknowledged",
        "incident.reported",
        "incident.settled",
    ]
    assert one["opened_at"] == "2026-11-24T13:40:00Z"


def test_changes_come_in_the_order_they_were_journalled(either_desk):
    desk = either_desk
    desk.store.seal_now()  # as notify does twice a second: on PostgreSQL nobody reads on beyond what is sealed
    before = desk.store.read_now(newest_line)
    for name in ("protest", "clash", "protest"):
        desk.write(lambda tx, name=name: tx.audit("incident.verified", "x", incident=desk.ids[name]))
    desk.store.seal_now()
    reader = desk.keys.identify(desk.key(Role.COORDINATOR))
    assert reader is not None
    changes = desk.store.read_now(lambda session: changed_after(session, reader, DISTRICT, before, 10))
    assert [(seq - before, incident.id) for seq, incident in changes.incidents] == [
        (2, desk.ids["clash"]),
        (3, desk.ids["protest"]),
    ]
    assert (changes.reached - before, changes.more) == (3, False)


def test_silences_the_rota_and_a_recipient_by_hand(either_desk):
    ratna = Caller(either_desk.url).sign_in("ratna", PASSWORD)
    asked = {"issue": "SLT", "kind": "real", "institution": "POLRES", "hours": "2", "reason": "Karnaval."}
    checked = ratna.form("/redam/periksa", {"csrf": ratna.get("/redam").csrf, **asked})
    assert "1 di antaranya TINGGI" in checked.body
    assert ratna.form("/redam", {"csrf": ratna.get("/redam").csrf, **asked}).status == 303
    assert "Karnaval." in ratna.get("/redam").body
    away = {"login": "joko", "kind": "absence", "from": "2026-11-26", "to": "2026-11-27", "instansi": "POLRES"}
    assert ratna.form("/piket", {"csrf": ratna.get("/piket").csrf, **away}).status == 303
    body = ratna.get("/piket?instansi=POLRES").body
    assert "Kam 26 Nov 2026, 00.00 WIB - Sab 28 Nov 2026, 00.00 WIB" in body
    assert "1 kali pos kosong dalam 14 hari" in body
    assert ratna.act(either_desk.ids["accused"], "tambah", institution="KEJARI", reason="Perlu tahu.").status == 303
    assert "Kejari Tuban ditambahkan. Perlu tahu." in ratna.get(f"/peristiwa/{either_desk.ids['accused']}").body


def test_the_queue_and_what_an_officer_says(either_desk):
    ratna = Caller(either_desk.url).sign_in("ratna", PASSWORD)
    joko = Caller(either_desk.url).sign_in("joko", PASSWORD)
    page, clash = f"/p/{either_desk.ids['clash']}", either_desk.ids["clash"]

    def kinds() -> list[str]:
        return re.findall(rf'id="e-(\w+)-{clash}-', ratna.get("/").body)

    def tap(act: str, **fields: str) -> int:
        return joko.form(f"{page}/{act}", {"csrf": joko.get(page).csrf, **fields}).status

    assert kinds() == ["silent", "stuck"]
    assert tap("bukan", reason="Itu wilayah Bojonegoro.") == 303
    assert kinds() == ["declined", "stuck"]
    assert tap("terima") == 303
    assert kinds() == ["stuck"]
    assert tap("batal") == 303
    assert either_desk.incident("clash").state == "open"
    assert tap("bantuan", text="dua peleton") == 303
    assert "1 peristiwa" in ratna.get("/?cari=silat soko").body
    sent = Caller(either_desk.url).form("/lapor", {"text": "Ada ribut di pasar"}, Origin=either_desk.url)
    assert "Status sekarang: Diterima" in Caller(either_desk.url).get(sent.headers["location"]).body
    known = ticket(report_id("clash"), auth.Receipts(SECRET))
    found = Caller(either_desk.url).form("/status", {"number": known.number, "key": known.key})
    assert found.headers["location"] == f"/status/{known.code}"
