"""What programs rely on at every address: HEAD, Allow, and an OpenAPI that says what the door does."""

import re
from xml.etree import ElementTree as ET

import pytest

from schemas.vocabulary import Role
from services.console.incidents.filters import GROUPS, LEVELS, wanted
from services.incidents import lifecycle
from services.security import auth
from services.web.problem_details import Problem
from tests.console.caller import Caller
from tests.console.night import NOW

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
COORDINATOR = auth.Identity("ratna", "Ratna", Role.COORDINATOR, "KESBANG")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/masuk", "/static/desk.css", "/v1/openapi.json", "/nowhere"])
def test_head_answers_as_get_does_without_the_body(desk, path):
    caller = Caller(desk.url)
    got, asked = caller.get(path), caller.ask("HEAD", path)
    assert asked.status == got.status
    assert asked.body == ""
    for name in ("content-type", "content-length", "cache-control", "content-security-policy"):
        assert asked.headers.get(name) == got.headers.get(name)


def test_head_of_what_needs_a_key_and_of_a_stream_that_never_ends(desk, program):
    assert Caller(desk.url).ask("HEAD", "/v1/incidents").status == 401
    caller = program(Role.COORDINATOR)
    assert caller.ask("HEAD", "/v1/incidents").status == 200
    stream = caller.ask("HEAD", "/v1/events")  # answered, and the line is free again
    assert (stream.status, stream.headers["content-type"].split(";")[0]) == (200, "text/event-stream")
    assert caller.get("/v1/incidents").status == 200


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/silences", "GET, HEAD, POST"),
        ("PUT", "/masuk", "GET, HEAD, POST"),
        ("POST", "/v1/incidents", "GET, HEAD"),
        ("GET", "/v1/incidents/x/closures", "POST"),
        ("HEAD", "/keluar", "POST"),
    ],
)
def test_allow_names_every_method_of_an_address(desk, method, path, allowed):
    answer = Caller(desk.url).ask(method, path)
    assert (answer.status, answer.headers["allow"]) == (405, allowed)


def operations(desk):
    document = Caller(desk.url).get("/v1/openapi.json").json
    return {
        (method, path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_every_operation_that_asks_who_calls_says_401_and_403(desk):
    found = operations(desk)
    assert len(found) > 20
    silent = [
        key for key, one in found.items() if key[1].startswith("/v1/") and not {"401", "403"} <= {*one["responses"]}
    ]
    # How a report fares may be asked with the receipt alone; a key that may not is refused all the same.
    assert silent == []


def test_filters_are_constrained_in_the_document_as_they_are_at_the_door(desk):
    schemas = {
        parameter["name"]: parameter["schema"] for parameter in operations(desk)["get", "/v1/incidents"]["parameters"]
    }
    assert (schemas["page"]["type"], schemas["page"]["minimum"]) == ("integer", 1)
    assert schemas["per_page"]["maximum"] == 200
    given = {
        "state": ["", "open", "open,verified", " open , settled", *GROUPS, "Open", "x", "open;settled", "all,open"],
        "level": [*LEVELS, "tinggi,KRITIS", "5", "x", "TINGGI KRITIS"],
        "since": [
            "",
            "7",
            "2026-11-24T07:00:00+07:00",
            "2026-11-24T07:00:00 07:00",
            "2026-11-24T00:00Z",
            "2026-11-24",
            "x",
        ],
    }
    for name, values in given.items():
        for value in values:
            try:
                wanted({name: value}, NOW)
                taken = True
            except Problem:
                taken = False
            assert bool(re.fullmatch(schemas[name]["pattern"], value)) == taken, (name, value)


def test_a_bare_plus_in_since_is_an_offset(desk, program):
    caller = program(Role.COORDINATOR)
    encoded = caller.get("/v1/incidents?since=2026-11-24T07:00:00%2B07:00")
    bare = caller.get("/v1/incidents?since=2026-11-24T07:00:00+07:00")
    assert (bare.status, bare.json) == (200, encoded.json)
    assert caller.get("/v1/incidents?since=2026-11-24 07:00").status == 422


def test_a_cap_update_and_a_cancel_name_every_earlier_message_with_its_own_time(desk, program):
    caller, id_ = program(Role.COORDINATOR), desk.ids["church"]

    def told():
        return ET.fromstring(caller.get(f"/v1/incidents/{id_}.cap.xml").body)

    def message(alert):
        return ",".join(alert.findtext(f"{CAP}{tag}") for tag in ("sender", "identifier", "sent"))

    seen = [message(told())]
    for note in ("a", "b"):
        desk.clock.forward(1)
        desk.write(lambda tx, note=note: lifecycle.verify(tx, id_, COORDINATOR, note))
        alert = told()
        assert alert.findtext(f"{CAP}msgType") == "Update"
        assert alert.findtext(f"{CAP}references").split() == seen
        seen.append(message(alert))
    desk.clock.forward(1)
    desk.write(lambda tx: lifecycle.close(tx, id_, COORDINATOR, "Selesai."))
    alert = told()
    assert alert.findtext(f"{CAP}msgType") == "Cancel"
    assert alert.findtext(f"{CAP}references").split() == seen
