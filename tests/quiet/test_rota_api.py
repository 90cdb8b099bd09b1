"""The rota over HTTP: read by who may, changed by one's own office, and told from by the very next alert."""

from datetime import timedelta

import pytest

from schemas.records.people import Person
from schemas.vocabulary import Role
from tests.house import House, person_id
from tests.incidents import Level, opened
from tests.people import Resident, with_changes

HOUR = timedelta(hours=1)


async def key(house: House, role: Role, institution: str = "POLRES") -> str:
    return await house.key(f"{role.value}-{institution}".lower(), role, institution)


def at(house: House, hours: float) -> str:
    return (house.clock.now + HOUR * hours).isoformat()


@pytest.fixture
async def staffed(new_house) -> House:
    return await new_house(people=lambda all_: [*with_changes(all_), Resident("tamu", "POLRES")])


async def test_a_shift_put_over_http_is_who_the_next_alert_rings(staffed: House) -> None:
    by = await key(staffed, Role.MEMBER)
    body = {"login": "tamu", "start": at(staffed, -1), "end": at(staffed, 11), "note": "gantian"}
    made = await staffed.call("POST", "/v1/rota", body, key=by)
    assert (made.status, len(made.body["ids"])) == (201, 1)
    duty = await staffed.call("GET", "/v1/rota/duty", key=by)
    [post] = duty.body["items"]
    assert (post["institution"], post["kind"], post["people"]) == ("POLRES", "duty", ["tamu"])
    staffed.clock.forward(seconds=10)  # who is on duty is read again after five
    await opened(staffed, Level.TINGGI)
    assert {call.login for call in staffed.news() if call.data["institution"] == "POLRES"} == {"tamu"}
    listed = await staffed.call("GET", "/v1/rota?institution=POLRES", key=by)
    [shift] = listed.body["items"]
    assert (shift["id"], shift["login"], shift["note"]) == (made.body["ids"][0], "tamu", "gantian")
    assert (await staffed.call("DELETE", f"/v1/rota/{shift['id']}", key=by)).status == 204
    assert (await staffed.call("GET", "/v1/rota", key=by)).body["total"] == 0
    assert (await staffed.call("DELETE", f"/v1/rota/{shift['id']}", key=by)).status == 404


async def test_the_shift_of_who_has_left_is_taken_out_by_the_office_and_by_no_other(staffed: House) -> None:
    by, other = await key(staffed, Role.MEMBER), await key(staffed, Role.MEMBER, "KODIM")
    body = {"login": "tamu", "start": at(staffed, 1), "end": at(staffed, 11)}
    [shift] = (await staffed.call("POST", "/v1/rota", body, key=by)).body["ids"]
    staffed.write(lambda tx: tx.put(Person, [{"id": person_id("tamu"), "active": False}]))
    assert (await staffed.call("DELETE", f"/v1/rota/{shift}", key=other)).status == 404
    assert (await staffed.call("DELETE", f"/v1/rota/{shift}", key=by)).status == 204


async def test_nights_of_some_dates_are_swapped(staffed: House) -> None:
    by = await key(staffed, Role.COORDINATOR, "KESBANG")
    nights = {"login": "polres", "start": "2026-12-01", "end": "2026-12-04", "hours": "19:00-07:00", "weekdays": "24"}
    assert len((await staffed.call("POST", "/v1/rota", nights, key=by)).body["ids"]) == 2
    window = {"login": "polres", "other": "tamu", "start": "2026-12-01T00:00+07:00", "end": "2026-12-02T00:00+07:00"}
    swapped = await staffed.call("POST", "/v1/rota/swaps", window, key=by)
    assert (swapped.status, swapped.body) == (200, {"swapped": 1})
    listed = await staffed.call("GET", "/v1/rota?days=30&per_page=1&page=2", key=by)
    assert (listed.body["total"], [one["login"] for one in listed.body["items"]]) == (2, ["polres"])


async def test_a_hole_of_fourteen_days_is_found_and_filled(staffed: House) -> None:
    by = await key(staffed, Role.COORDINATOR, "KESBANG")

    async def holes() -> list[tuple[str, str]]:
        found = (await staffed.call("GET", "/v1/rota/gaps", key=by)).body["items"]
        return [(one["institution"], one["kind"]) for one in found if one["issue"] is None]

    before = await holes()
    for login in ("polres", "tamu", "kejari"):
        away = {"login": login, "kind": "absence", "start": "2026-11-25", "end": "2026-11-26"}
        assert (await staffed.call("POST", "/v1/rota", away, key=by)).status == 201
    assert set(await holes()) - set(before) == {("POLRES", "nobody"), ("KEJARI", "nobody")}
    own = await key(staffed, Role.MEMBER)
    seen = (await staffed.call("GET", "/v1/rota/gaps", key=own)).body["items"]
    assert {(one["institution"], one["issue"]) for one in seen} == {("POLRES", None)}  # of RAD only who is named hears
    every = (await staffed.call("GET", "/v1/rota/gaps", key=by)).body["items"]
    assert ("POLRES", "RAD") in {(one["institution"], one["issue"]) for one in every}


async def test_what_makes_no_rota_is_refused(staffed: House) -> None:
    by = await key(staffed, Role.MEMBER)
    good = {"login": "tamu", "start": "2026-12-01", "end": "2026-12-02"}
    for changes, status in (
        ({"start": "besok"}, 422),
        ({"hours": "19-7"}, 422),
        ({"end": "2096-12-01"}, 422),
        ({"weekdays": "8"}, 422),
        ({"kind": "holiday"}, 422),
        ({"login": "nobody"}, 404),
        ({"login": "kejari"}, 404),
        ({"end": "2026-11-30"}, 409),
    ):
        answer = await staffed.call("POST", "/v1/rota", good | changes, key=by)
        assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json"), changes
    assert (await staffed.call("GET", "/v1/rota?days=100", key=by)).body["total"] == 0


async def test_who_may_read(staffed: House) -> None:
    for role, status in ((Role.REPORTER, 403), (Role.MEMBER, 200), (Role.LEADER, 200), (Role.AUDITOR, 200)):
        by = await key(staffed, role)
        for path in ("/v1/rota", "/v1/rota/duty", "/v1/rota/gaps"):
            assert (await staffed.call("GET", path, key=by)).status == status
    duty = (await staffed.call("GET", "/v1/rota/duty", key=await key(staffed, Role.LEADER))).body["items"]
    assert {one["institution"] for one in duty} == {"POLRES"}
    auditor = await key(staffed, Role.AUDITOR)
    assert len((await staffed.call("GET", "/v1/rota/duty", key=auditor)).body["items"]) > 10
    put = {"login": "tamu", "start": "2026-12-01", "end": "2026-12-02"}
    assert (await staffed.call("POST", "/v1/rota", put, key=auditor)).status == 403
    assert (await staffed.call("GET", "/v1/rota")).status == 401
