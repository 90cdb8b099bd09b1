"""Silences over HTTP: made, seen and ended by coordinators, refused to others."""

from datetime import timedelta

import pytest

from schemas.vocabulary import Level, Role
from tests.house import House
from tests.incidents import opened


async def caller(house: House, role: Role) -> str:
    """Sign somebody in: programs silence nothing."""
    return await house.enter("KESBANG", role)


def until(house: House, hours: float) -> str:
    return (house.clock.now + timedelta(hours=hours)).isoformat()


async def test_a_silence_made_over_http_holds_and_ends(house: House) -> None:
    me = await caller(house, Role.COORDINATOR)
    body = {"reason": "Karnaval", "issue": "SLT", "end": until(house, 2)}
    made = await house.call("POST", "/v1/silences", body, cookie=me)
    assert (made.status, made.body["state"], made.body["author"]) == (201, "active", "kesbang-coordinator")
    await opened(house, Level.SEDANG)
    house.expect_silence()
    listed = await house.call("GET", "/v1/silences", cookie=me)
    assert [one["id"] for one in listed.body["items"]] == [made.body["id"]]
    ended = await house.call("POST", f"/v1/silences/{made.body['id']}/end", {}, cookie=me)
    assert (ended.status, ended.body["state"], ended.body["ended_by"]) == (200, "expired", "kesbang-coordinator")
    assert (await house.call("GET", "/v1/silences", cookie=me)).body["total"] == 0
    assert (await house.call("GET", "/v1/silences?state=all&per_page=1", cookie=me)).body["total"] == 1
    await house.settle()
    assert ("POLSEK", "lead", "reminder") in house.told()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"reason": "x", "issue": "SLT"}, 422),
        ({"reason": "x", "issue": "SLT", "end": "9999-12-31T23:59:00-07:00"}, 422),
        ({"reason": " ", "issue": "SLT", "hours": 2}, 422),
        ({"reason": "x", "hours": 2}, 409),
        ({"reason": "x", "issue": "XXX", "hours": 2}, 409),
        ({"reason": "x", "issue": "SLT", "hours": 24 * 30}, 409),
        ({"reason": "x", "issue": "SLT", "hours": 2, "level": 4}, 422),
    ],
)
async def test_what_is_no_silence_is_refused(house: House, body: dict, status: int) -> None:
    hours = body.pop("hours", None)
    told = body | ({"end": until(house, hours)} if hours else {})
    answer = await house.call("POST", "/v1/silences", told, cookie=await caller(house, Role.COORDINATOR))
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_only_coordinators_silence_and_members_do_not_see(house: House) -> None:
    body = {"reason": "Karnaval", "issue": "SLT", "end": until(house, 2)}
    for role, seen in ((Role.MEMBER, 403), (Role.REPORTER, 403), (Role.AUDITOR, 200)):
        me = await caller(house, role)
        assert (await house.call("POST", "/v1/silences", body, cookie=me)).status == 403
        assert (await house.call("GET", "/v1/silences", cookie=me)).status == seen
    assert (await house.call("GET", "/v1/silences")).status == 401
    program = await house.key("a-program", Role.COORDINATOR, "KESBANG")
    assert (await house.call("POST", "/v1/silences", body, key=program)).status == 403
    coordinator = await caller(house, Role.COORDINATOR)
    assert (await house.call("POST", "/v1/silences/nothing/end", {}, cookie=coordinator)).status == 404
