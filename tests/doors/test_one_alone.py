"""What one person alone tries in order to end a grave incident that nobody has answered."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from schemas.assessment import Facts
from schemas.records.alerts import Alert
from schemas.vocabulary import Level, Role
from services.store.database import Store
from tests.console.caller import Caller
from tests.console.desk import Desk, running
from tests.console.night import NOW, Told, keep, owe

CLASH = Told("Bentrok dua kelompok.", "WRG", "BENTROK", Level.TINGGI, 50, ())


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    database = f"sqlite:///{tmp_path_factory.mktemp('alone')}/desk.db"
    made = Store(database)
    made.upgrade()
    made.close()
    with running(database) as found:
        yield found


def lay_out(desk: Desk, test: str, level: Level = Level.TINGGI, **more: Any) -> None:
    """Keep two incidents of which POLRES leads both: nobody has answered the one, `more` says how the other stands."""

    def act(tx: Any) -> dict[str, str]:
        one = keep(tx, {f"{test}-unanswered": CLASH})
        other = keep(tx, {f"{test}-other": replace(CLASH, level=level)})
        owe(tx, one, "POLRES", "lead", owed=1)
        owe(tx, other, more.pop("leads", "POLRES"), "lead", owed=30, **{"level": int(level), **more})
        return {"unanswered": one, "other": other}

    desk.ids.update(desk.write(act))


def merge(desk: Desk, who: Caller) -> Any:
    body = {"into": desk.ids["other"], "reason": "Sama saja."}
    answer = who.post(f"/v1/incidents/{desk.ids['unanswered']}/merges", body)
    assert answer.status == 200, answer
    return answer.json


ANSWERED = {"state": "acknowledged", "acknowledged_at": NOW, "acknowledged_by": "joko"}  # of POLRES


def test_a_grave_incident_is_not_merged_away_unanswered_by_one_person(desk: Desk) -> None:
    lay_out(desk, "away", **ANSWERED)
    ratna = desk.official(Role.COORDINATOR, "KESBANG", login="ratna")
    told = merge(desk, ratna)
    assert (told["state"], bool(told["proposal"])) == ("open", True)
    assert desk.incident("unanswered").merged_into is None
    path, body = f"/v1/incidents/{desk.ids['unanswered']}/decisions", {"proposal": told["proposal"], "agrees": True}
    for same in (ratna, desk.official(Role.VERIFIER, "KESBANG", login="rekan")):
        assert (same.post(path, body).status, desk.incident("unanswered").state) == (403, "open")
    ignorant = desk.official(Role.MEMBER, "KODIM", login="tak-tahu")  # was told of neither
    assert (ignorant.post(path, body).status, desk.incident("unanswered").state) == (404, "open")
    joko = desk.official(Role.MEMBER, "POLRES", login="joko")
    page = joko.get(f"/peristiwa/{desk.ids['unanswered']}").body
    assert "Diusulkan menggabungkan dengan peristiwa lain" in page
    assert f'href="/peristiwa/{desk.ids["other"]}"' in page
    assert joko.post(path, body).json["state"] == "merged"
    assert desk.incident("unanswered").merged_into == desk.ids["other"]


def test_who_was_told_of_one_only_does_not_agree_to_the_merge(desk: Desk) -> None:
    lay_out(desk, "unknown", leads="LH", **ANSWERED)
    told = merge(desk, desk.official(Role.COORDINATOR, "KESBANG", login="ratna"))
    joko = desk.official(Role.MEMBER, "POLRES", login="joko")  # of the other one he must not know
    path = f"/v1/incidents/{desk.ids['unanswered']}/decisions"
    refused = joko.post(path, {"proposal": told["proposal"], "agrees": True})
    assert (refused.status, desk.incident("unanswered").state) == (404, "open")
    assert joko.post(path, {"proposal": told["proposal"], "agrees": False, "reason": "Lain."}).status == 200


@pytest.mark.parametrize(
    ("level", "other", "alone"),
    [
        (Level.TINGGI, {}, True),  # the same ones are asked there too, and have not answered
        (Level.SEDANG, ANSWERED, True),  # it rises: whoever answered for less is told and asked anew
        (Level.KRITIS, ANSWERED, False),
        (Level.TINGGI, {"leads": "LH"}, False),  # others are asked there
        (Level.SEDANG, {"leads": "LH"}, True),  # it rises, and whom that concerns is told
    ],
)
def test_one_alone_merges_where_the_same_ones_are_still_asked(desk: Desk, level: Any, other: Any, alone: bool) -> None:  # noqa: FBT001
    lay_out(desk, f"same-{level.name}-{len(other)}-{alone}", level, **other)
    told = merge(desk, desk.official(Role.COORDINATOR, "KESBANG", login="ratna"))
    assert (told["state"] == "merged", told["proposal"] is None) == (alone, alone)


def test_a_merge_before_anybody_was_told_takes_two(desk: Desk) -> None:
    lay_out(desk, "early")
    desk.write(lambda tx: tx.session.delete(tx.session.get(Alert, f"a-{desk.ids['unanswered']}-POLRES")))
    assert merge(desk, desk.official(Role.COORDINATOR, "KESBANG", login="ratna"))["proposal"]


def test_who_decides_for_an_accused_desk_reaches_no_other_incident_by_a_merge(desk: Desk) -> None:
    """He is a coordinator in that incident alone: what his institution was not told of stays closed to him."""
    lay_out(desk, "stands-in")
    accusing = replace(CLASH, level=Level.SEDANG, facts=Facts(accused_agencies=("KESBANG",)))
    desk.ids["accusing"] = desk.write(lambda tx: keep(tx, {"stands-in-accusing": accusing}))
    sekda, path = desk.official(Role.MEMBER, "SEKDA", login="sekda"), f"/v1/incidents/{desk.ids['accusing']}"
    assert sekda.get(f"/v1/incidents/{desk.ids['other']}").status == 404
    refused = sekda.post(f"{path}/merges", {"into": desk.ids["other"], "reason": "Sama."})
    assert (refused.status, desk.incident("accusing").state) == (404, "open")
    assert sekda.post(f"{path}/verifications", {}).status == 200  # he does decide there


@pytest.mark.parametrize("door", ["acknowledgements", "sitreps"])
def test_who_wrote_down_the_answer_of_another_does_not_settle_on_it_alone(desk: Desk, door: str) -> None:
    lay_out(desk, door)
    ratna, path = desk.official(Role.COORDINATOR, "KESBANG", login="ratna"), f"/v1/incidents/{desk.ids['unanswered']}"
    claim = {"institution": "POLRES", "text" if door == "sitreps" else "reason": "Katanya sudah aman."}
    assert ratna.post(f"{path}/{door}", claim).status in (200, 201)
    told = ratna.post(f"{path}/closures", {"reason": "Selesai."}).json
    assert (told["state"] == "settled", bool(told["proposal"])) == (False, True)
    colleague = desk.official(Role.COORDINATOR, "KESBANG", login="rini")
    assert colleague.post(f"{path}/closures", {"reason": "Selesai."}).json["proposal"]
    joko = desk.official(Role.MEMBER, "POLRES", login="joko")
    assert joko.post(f"{path}/sitreps", {"text": "Kami di tempat, aman."}).status in (200, 201)
    assert colleague.post(f"{path}/closures", {"reason": "Selesai."}).json["state"] == "settled"
