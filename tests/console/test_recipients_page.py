"""A coordinator adds a recipient on the incident's page; whom an accusation left out is said there, and who may stand in."""

import re

from sqlmodel import select

from schemas.records.by_hand import Referral
from schemas.records.incidents import Incident


def barred(desk) -> None:
    facts = {"codes": ["POLSEK"], "institutions": ["Polsek Plumpang"], "accused": ["Polres Tuban"]}
    desk.write(
        lambda tx: tx.audit("alert.barred", "notify", incident=desk.ids["accused"], **facts, instead="Bakesbangpol")
    )


def offered(body: str) -> dict[str, list[str]]:
    form = body[body.index('id="tambah"') :].split("</details>", maxsplit=1)[0]
    groups = re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', form)
    return {label: re.findall(r'<option value="(\w+)">', options) for label, options in groups}


def test_the_page_says_who_was_left_out_why_and_who_may_stand_in(desk, person):
    barred(desk)
    body = person("ratna").get(f"/peristiwa/{desk.ids['accused']}").body
    assert "Tidak diberi tahu: Polsek Plumpang." in body
    assert "Sebabnya, Polres Tuban terlapor dalam peristiwa ini." in body
    assert "Untuk sementara Bakesbangpol menjadi penanggung jawab." in body
    assert "Anda yang memutuskan siapa lagi yang perlu tahu:" in body
    groups = offered(body)
    assert groups["Dapat menggantikan yang terlapor"] == ["POLDA", "KESBANG"]
    assert "KEJARI" in groups["Instansi lain"]
    assert {"POLRES", "POLSEK", "KAPOLRES", "POLAIR"} & {code for codes in groups.values() for code in codes} == set()


def test_a_verifier_and_an_auditor_read_it_and_decide_nothing(desk, person):
    barred(desk)
    for login in ("agus", "emma"):
        body = person(login).get(f"/peristiwa/{desk.ids['accused']}?bahasa=id").body
        assert "Tidak diberi tahu: Polsek Plumpang." in body
        assert "Koordinator memutuskan siapa lagi yang perlu tahu." in body
        assert 'id="tambah"' not in body


def test_adding_is_kept_said_and_told_the_bus(desk, person):
    ratna, accused = person("ratna"), desk.ids["accused"]
    answer = ratna.act(accused, "tambah", institution="KEJARI", duty="inform", reason="Ada dugaan pidana.")
    assert (answer.status, answer.headers["location"]) == (303, f"/peristiwa/{accused}?pesan=tambah")
    body = ratna.get(answer.headers["location"]).body
    assert "Ditambahkan. Apakah pesannya sudah sampai terlihat di Siapa sudah menjawab." in body
    assert "Kejari Tuban ditambahkan. Ada dugaan pidana." in body
    [kept] = desk.store.read_now(lambda session: list(session.exec(select(Referral))))
    assert (kept.institution, kept.duty, kept.by) == ("KEJARI", "inform", "ratna")


def test_an_accused_unit_is_refused_with_a_sentence(desk, person):
    answer = person("ratna").act(desk.ids["accused"], "tambah", institution="POLSEK", duty="support", reason="x")
    assert answer.status == 409
    assert "tidak dapat diberi tahu: Polres Tuban terlapor dalam peristiwa ini." in answer.body


def test_who_knows_already_is_not_on_offer_but_a_copy_may_be_called_to_support(desk, person):
    body = person("ratna").get(f"/peristiwa/{desk.ids['clash']}").body
    codes = {code for group in offered(body).values() for code in group}
    assert {"POLRES", "KESBANG", "SATPOLPP"} & codes == set()
    assert {"KODIM", "KEMENAG"} <= codes


def test_a_place_not_known_yet_offers_no_local_office(desk, person):
    desk.write(lambda tx: tx.put(Incident, [{"id": desk.ids["clash"], "kecamatan": None, "desa": None}]))
    body = person("ratna").get(f"/peristiwa/{desk.ids['clash']}").body
    codes = {code for group in offered(body).values() for code in group}
    assert {"CAMAT", "DESA", "KORAMIL"} & codes == set()


def test_only_coordinators_find_the_form_and_the_door(desk, person):
    for login in ("joko", "agus", "emma"):
        who = person(login)
        assert 'id="tambah"' not in who.get(f"/peristiwa/{desk.ids['clash']}").body
        answer = who.act(desk.ids["clash"], "tambah", institution="KEMENAG", reason="x")
        assert answer.status == 403
