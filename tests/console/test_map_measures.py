"""The map of some weeks: what its colour says, the same as its list, small numbers, and for whom."""

import doctest
import html
import re
from datetime import timedelta
from uuid import uuid4

import pytest

from schemas.records.alerts import Alert
from schemas.records.incidents import Incident
from schemas.vocabulary import Classification, Level, Role
from services.console.queue import map_measures
from services.console.queue.map_measures import ANSWER, COUNT, LEVEL, STEPS, Measure, measured, step_of
from services.console.queue.queries import Placed
from services.store.transaction import Transaction
from tests.console.caller import Caller
from tests.console.desk import running
from tests.console.night import DISTRICT, NOW, PASSWORD, owe

SOKO, KENDURUAN, PLUMPANG, BANCAR = "35.23.11", "35.23.01", "35.23.17", "35.23.06"
WEEK = timedelta(days=7)


def drawn(body: str) -> dict[str, tuple[str, str]]:
    """Give what the picture says of each area that is coloured: its class, and its words."""
    found = re.findall(r'<path class="area ([^"]+)"[^>]*><title>([^:<]+): ([^<]+)</title>', body)
    return {name: (kind.strip(), html.unescape(said)) for kind, name, said in found}


def listed(body: str) -> dict[str, str]:
    """Give what the list says of each area."""
    rows = re.findall(r'<li><a href="/(?:peta)?\?[^"]+">([^<]+)</a><span>(.*?)</span></li>', body, re.DOTALL)
    return {name: " ".join(html.unescape(re.sub("<[^>]+>", " ", said)).split()) for name, said in rows}


def change(desk, name: str, **facts) -> None:
    def act(tx: Transaction) -> None:
        one = tx.session.get_one(Incident, desk.ids[name])
        for key, value in facts.items():
            setattr(one, key, value)

    desk.write(act)


def answered(desk, name: str, institution: str, minutes: int) -> None:
    def act(tx: Transaction) -> None:
        id_ = f"a-{desk.ids[name]}-{institution}"
        if tx.session.get(Alert, id_) is None:
            owe(tx, desk.ids[name], institution, "lead")
            tx.session.flush()
        one = tx.session.get_one(Alert, id_)
        one.state, one.acknowledged_at = "acknowledged", one.owed_at + timedelta(minutes=minutes)

    desk.write(act)


def test_the_examples_hold():
    assert doctest.testmod(map_measures).failed == 0


def test_steps_are_the_same_in_every_week_and_the_middle_time_is_told_from_three_answers_on():
    rows = [("a", Placed(str(number), "SLT", "a", "", 2)) for number in range(3)]
    times = {str(number): timedelta(minutes=minutes) for number, minutes in enumerate((5, 20, 400))}
    assert measured(rows, COUNT, {})["a"].count == 3
    assert measured(rows, LEVEL, {})["a"].level == 2
    assert measured(rows, ANSWER, times)["a"] == Measure(3, minutes=20)
    assert measured(rows[:2], ANSWER, times)["a"] == Measure(2, minutes=None)
    assert measured(rows, ANSWER, {}) == {}
    assert step_of(Measure(2, minutes=None), ANSWER) == 0
    for colour, most in STEPS.items():
        made = [Measure(one if colour == COUNT else 3, minutes=one) for one in (*most, most[-1] + 1)]
        assert [step_of(one, colour) for one in made] == [1, 2, 3, 4]


def test_the_colour_by_number_counts_what_was_opened_in_the_weeks(desk, person):
    change(desk, "protest", kecamatan=SOKO, desa=None)
    change(desk, "church", opened_at=NOW - WEEK)
    ratna = person("ratna")
    now = ratna.get("/peta?warna=jumlah").body
    assert drawn(now) == {
        "Soko": ("n-2", "2 peristiwa"),
        "Plumpang": ("n-1", "1 peristiwa"),
        DISTRICT.places["35.23.13"].name: ("n-1", "1 peristiwa"),
    }  # the exercise is not counted
    assert {name: said.split()[0] for name, said in listed(now).items()} == {
        name: said.split()[0] for name, (_, said) in drawn(now).items()
    }
    assert "Yang dibuka pada 23 Nov 2026 sampai 24 Nov 2026." in now
    before = ratna.get("/peta?warna=jumlah&minggu=-1").body
    assert set(drawn(before)) == {DISTRICT.places[BANCAR].name}
    assert "Yang dibuka pada 16 Nov 2026 sampai 22 Nov 2026." in before
    both = ratna.get("/peta?warna=jumlah&lama=4").body
    assert set(drawn(both)) == set(drawn(now)) | set(drawn(before))


def test_the_colour_by_level_shows_what_was_open_in_that_week_though_it_is_closed_now(desk, person):
    change(desk, "clash", opened_at=NOW - 3 * WEEK, closed_at=NOW - 2 * WEEK, state="settled")
    ratna = person("ratna")
    assert "Soko" not in drawn(ratna.get("/peta").body)
    for back, there in ((-1, False), (-2, True), (-3, True), (-4, False)):
        assert ("Soko" in drawn(ratna.get(f"/peta?minggu={back}").body)) is there, back
    assert drawn(ratna.get("/peta?minggu=-2").body)["Soko"] == ("l-tinggi", "1 peristiwa, Tinggi")
    assert "3 minggu lalu" in ratna.get("/peta?minggu=-3").body.lower()


def lived(desk, *told: tuple[timedelta, str, dict], **facts) -> None:
    """Put an incident in the place of the clash: lines of the audit log, each so long before now, and how it stands."""

    def act(tx: Transaction) -> None:
        clash, now = tx.session.get_one(Incident, desk.ids["clash"]), tx.now
        clash.state = "merged"
        one = Incident(**{**clash.model_dump(), "state": "open", "opened_at": now - told[0][0], **facts})
        one.id = str(uuid4())
        for before, kind, data in told:
            tx.now = now - before
            one.stamp, one.changed_at = tx.audit(kind, "ratna", incident=one.id, subject=one.id, **data), tx.now
        tx.now = now
        tx.session.add(one)

    desk.write(act)


def level_of(body: str, name: str) -> str | None:
    return {area: kind for area, (kind, _) in drawn(body).items()}.get(name)


def test_a_week_that_is_over_shows_each_incident_at_the_level_that_it_had_at_its_end(either_desk):
    desk = either_desk
    ratna = Caller(desk.url).sign_in("ratna", PASSWORD)
    lived(
        desk,
        (5 * WEEK, "incident.opened", {"level": 1}),
        (3 * WEEK, "incident.raised", {"level": 2}),
        (WEEK, "incident.assessed", {"before": {"level": 2}, "after": {"level": 4}}),
        level=int(Level.KRITIS),
    )
    seen = [level_of(ratna.get(f"/peta?minggu={-back}").body, "Soko") for back in (6, 5, 4, 3, 2, 1)]
    assert seen == [None, "l-rendah", "l-rendah", "l-sedang", "l-sedang", "l-kritis"]
    assert level_of(ratna.get("/peta").body, "Soko") == "l-kritis"
    body = ratna.get("/peta?minggu=-3").body
    assert listed(body)["Soko"].endswith("Sedang")
    assert "menurut tingkat dan keadaan pada akhir 8 Nov 2026." in body
    assert "by the level and state at the end of 8 Nov 2026." in ratna.get("/peta?minggu=-3&bahasa=en").body
    whole = ratna.get("/peta?minggu=-2&lama=4&bahasa=id").body
    assert level_of(whole, "Soko") == "l-sedang"
    assert "menurut tingkat yang berlaku sekarang" in ratna.get("/peta?lama=4").body
    inside = ratna.get(f"/peta?minggu=-4&kecamatan={SOKO}").body
    assert {kind for kind, _ in drawn(inside).values()} <= {"l-rendah"}


def test_what_was_closed_then_and_is_open_again_now_is_not_open_in_between(either_desk):
    desk = either_desk
    ratna = Caller(desk.url).sign_in("ratna", PASSWORD)
    lived(
        desk,
        (6 * WEEK, "incident.opened", {"level": 3}),
        (5 * WEEK, "incident.settled", {}),
        (2 * WEEK, "incident.reopened", {}),
    )
    there = [level_of(ratna.get(f"/peta?minggu={-back}").body, "Soko") for back in (7, 6, 5, 4, 3, 2, 1)]
    assert there == [None, "l-tinggi", "l-tinggi", None, None, "l-tinggi", "l-tinggi"]


def test_the_colour_by_time_says_the_middle_and_hatches_what_stands_for_fewer_than_three(desk, person):
    for name, minutes in (("clash", 10), ("protest", 70), ("church", 30)):
        change(desk, name, kecamatan=SOKO, desa=f"{SOKO}.2001")
        answered(desk, name, {"clash": "POLRES", "protest": "LH", "church": "KESBANG"}[name], minutes)
    answered(desk, "bomb", "POLRES", 5)
    ratna = person("ratna")
    body = ratna.get("/peta?warna=jawab").body
    assert drawn(body) == {
        "Soko": ("n-2", "3 jawaban, 30 menit"),
        "Plumpang": ("few", "1 jawaban, terlalu sedikit"),
    }
    assert listed(body) == {"Soko": "30 menit (3 jawaban)", "Plumpang": "terlalu sedikit (1 jawaban)"}
    assert body.count('fill="url(#few)"') == 2  # the area, and the legend
    assert "kurang dari 3 jawaban" in body
    desa = ratna.get(f"/peta?warna=jawab&kecamatan={SOKO}").body
    assert drawn(desa) == {DISTRICT.places[f"{SOKO}.2001"].name: ("n-2", "3 jawaban, 30 menit")}
    assert set(drawn(person("emma").get("/peta?warna=jawab&bahasa=id").body)) == {"Soko"}  # not named for the bomb


def test_of_what_is_masked_neither_the_desa_nor_who_answered_when_is_told(new_database):
    secret = DISTRICT.issues["SLT"].model_copy(update={"classification": Classification.RAHASIA})
    district = DISTRICT.model_copy(update={"issues": {**DISTRICT.issues, "SLT": secret}})
    with running(new_database("sqlite"), district=district) as desk:
        answered(desk, "clash", "POLRES", 10)
        seen = {}
        for clearance in (2, 3):
            caller = desk.official(Role.VERIFIER, "KESBANG", login=f"p{clearance}", clearance=clearance)
            pages = [caller.get(f"/peta?warna={colour}&kecamatan={SOKO}").body for colour in ("jumlah", "jawab")]
            seen[clearance] = [list(drawn(page).values()) for page in pages]
            assert "Soko" in drawn(caller.get("/peta?warna=jumlah").body)  # the kecamatan is told
        assert seen[2] == [[], []]
        assert seen[3] == [[("n-1", "1 peristiwa")], [("few", "1 jawaban, terlalu sedikit")]]


def test_the_links_keep_colour_and_weeks(person):
    body = person("ratna").get("/peta?warna=jumlah&minggu=-2&lama=4").body
    assert f'href="/peta?warna=jumlah&amp;minggu=-2&amp;lama=4&amp;kecamatan={SOKO}"' in body
    assert '<input type="range" name="minggu" min="-25" max="0" step="1" value="-2">' in body
    inside = person("ratna").get(f"/peta?warna=jumlah&minggu=-2&kecamatan={SOKO}").body
    assert 'href="/peta?warna=jumlah&amp;minggu=-2"' in inside


@pytest.mark.parametrize("asked", ["warna=x", "minggu=1", "minggu=-26", "minggu=x", "lama=2", "minggu=--1", "lama=٤"])
def test_what_is_not_offered_is_refused(person, asked):
    assert person("ratna").get(f"/peta?{asked}").status == 400


def test_both_databases_count_the_same(either_desk):
    ratna = either_desk.official(Role.COORDINATOR, "KESBANG", login="lain", named_for=["RAD"])
    answered(either_desk, "clash", "POLRES", 10)
    assert sum(int(said.split()[0]) for _, said in drawn(ratna.get("/peta?warna=jumlah").body).values()) == 5
    assert len(drawn(ratna.get("/peta?minggu=-1").body)) == 0
    assert drawn(ratna.get("/peta?warna=jawab").body)["Soko"] == ("few", "1 jawaban, terlalu sedikit")
    assert Level.TINGGI.name.lower() in drawn(ratna.get("/peta?lama=4").body)["Soko"][0]
