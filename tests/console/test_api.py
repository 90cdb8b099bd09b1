"""The desk as JSON."""

import pytest

from schemas.vocabulary import Role
from services.security.auth import Receipts
from tests.console.caller import Caller
from tests.console.night import SECRET, report_id

ACTS = ("acknowledgements", "sitreps", "escalations", "closures", "verifications", "assessments", "merges", "splits")


def test_incidents_come_in_pages_with_labels_and_codes(desk, program):
    found = program(Role.COORDINATOR).get("/v1/incidents?per_page=2&level=tinggi").json
    assert {key: value for key, value in found.items() if key != "items"} == {
        "total": 2,
        "page": 1,
        "per_page": 2,
        "pages": 1,
    }
    clash = found["items"][0]
    assert (desk.ids["clash"], "TINGGI", 52, "SLT", "Perguruan silat", "BENTROK") == tuple(
        clash[key] for key in ("id", "level", "score", "issue", "issue_label", "form")
    )
    assert {"institution": "POLRES", "state": "delivered", "overdue": True}.items() <= clash["lead"].items()
    assert (clash["waiting_minutes"], clash["silent"]) == (18, ["POLRES", "KESBANG", "SATPOLPP"])
    assert clash["opened_at"].endswith("Z")


def test_one_incident_holds_ranges_with_sources_reasons_timeline_and_answers(desk, program):
    one = program(Role.COORDINATOR).get(f"/v1/incidents/{desk.ids['clash']}").json
    injured = next(fact for fact in one["facts"] if fact["name"] == "injured")
    assert (
        injured["min"],
        injured["max"],
        injured["agreed"],
        [figure["min"] for figure in injured["figures"]],
    ) == (3, 4, False, [3, 4])
    korban = next(reason for reason in one["reasons"] if reason["component"] == "korban")
    assert (korban["points"], korban["words"]) == (14, ["3 orang luka"])
    assert {alert["institution"]: alert["duty"] for alert in one["alerts"]} == {
        "POLRES": "lead",
        "KESBANG": "support",
        "SATPOLPP": "support",
        "KODIM": "inform",
    }
    assert [line["kind"] for line in one["timeline"]][:2] == ["incident.opened", "incident.changed"]
    assert one["danger"]
    assert "piket@tuban.example" not in str(one)


def test_without_a_key_with_a_forged_one_and_as_a_reporter(desk, program):
    assert (
        (answer := Caller(desk.url).get("/v1/incidents")).status,
        answer.headers["content-type"],
    ) == (401, "application/problem+json")
    assert Caller(desk.url, "kt_forged.x").get("/v1/incidents").status == 401
    assert program(Role.REPORTER).get("/v1/incidents").status == 403
    assert program(Role.REPORTER).get("/v1/events").status == 403


def test_keys_see_what_their_institution_was_told_of_and_never_named_persons_issues(desk, program):
    assert [desk.ids["clash"]] == [
        one["id"] for one in program(Role.MEMBER, "POLRES").get("/v1/incidents").json["items"]
    ]
    assert program(Role.MEMBER).get("/v1/incidents").json["items"] == []
    assert program(Role.COORDINATOR).get(f"/v1/incidents/{desk.ids['bomb']}").status == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("level=SIAGA", "level"),
        ("state=x", "state"),
        ("page=0", "page"),
        ("since=2026-11-24T10:00:00", "since"),
        ("per_page=201", "per_page"),
    ],
)
def test_a_wrong_filter_names_its_field(desk, program, query, field):
    answer = program(Role.COORDINATOR).get(f"/v1/incidents?{query}")
    assert (422, [field]) == (answer.status, [error["field"] for error in answer.json["errors"]])


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"reason": "x", "end": "2026-11-25T10:00:00+07:00", "x": 1}, "isian tidak dikenal"),
        ({"end": "2026-11-25T10:00:00+07:00", "issue": "SLT"}, "wajib diisi"),
        ({"reason": "x", "end": "besok", "issue": "SLT"}, "harus waktu RFC 3339"),
    ],
)
def test_what_is_refused_says_why(desk, official, body, why):
    answer = official(Role.COORDINATOR).post("/v1/silences", body)
    assert answer.status == 422
    assert why in answer.json["detail"]


def test_what_is_no_json_is_unreadable(desk):
    sent = {"Content-Type": "application/json"}
    answer = desk.official(Role.COORDINATOR, "KESBANG").ask("POST", "/v1/silences", b"{reason", sent)
    assert (answer.status, answer.json["detail"]) == (400, "isi harus JSON dalam UTF-8")


def test_since_keeps_what_changed_later(desk, official):
    caller = official(Role.COORDINATOR)
    assert caller.get("/v1/incidents?since=2026-11-24T14:00:00%2B00:00").json["total"] == 0
    caller.post(f"/v1/incidents/{desk.ids['protest']}/verifications", {"note": "benar"})
    assert caller.get("/v1/incidents?since=2026-11-24T21:00:00%2B07:00").json["total"] == 1


def test_an_institution_acknowledges_by_key_and_reports(desk, program):
    polres, path = program(Role.MEMBER, "POLRES"), f"/v1/incidents/{desk.ids['clash']}"
    first = polres.post(f"{path}/acknowledgements", {})
    assert (first.status, first.json["first"], first.json["seconds"]) == (200, True, 1080)
    assert ((alert := desk.alert("clash", "POLRES")).state, alert.acknowledged_how) == ("acknowledged", "api")
    again = polres.post(f"{path}/acknowledgements", {})
    assert (again.status, again.json["first"], again.json["seconds"]) == (200, False, 1080)
    sitrep = polres.post(f"{path}/sitreps", {"text": "Massa bubar."})
    assert (sitrep.status, sitrep.json["state"]) == (201, "handled")
    assert [sitrep.json["id"]] == [one["id"] for one in polres.get(path).json["sitreps"]]


def test_a_coordinator_answers_for_another_with_a_reason(desk, official, program):
    caller, path = official(Role.COORDINATOR), f"/v1/incidents/{desk.ids['clash']}/acknowledgements"
    refused = caller.post(path, {"institution": "POLRES"})
    assert (refused.status, [error["field"] for error in refused.json["errors"]]) == (422, ["reason"])
    assert caller.post(path, {"institution": "POLRES", "reason": "lewat telepon", "how": "phone"}).status == 200
    assert caller.post(path, {"institution": "KEJARI", "reason": "x"}).status == 404
    assert program(Role.MEMBER, "KODIM").post(path, {"institution": "KESBANG", "reason": "x"}).status == 403


def test_the_other_acts_answer_with_the_incident_as_it_stands(desk, official):
    caller, path = official(Role.COORDINATOR), f"/v1/incidents/{desk.ids['clash']}"
    assert caller.post(f"{path}/verifications", {}).json["state"] == "verified"
    assert caller.post(f"{path}/escalations", {"reason": "diam"}).status == 200
    assert (
        caller.post(f"{path}/assessments", {"level": "KRITIS", "desa": "35.23.11.2010", "reason": "x"}).json["level"]
        == "KRITIS"
    )
    assert desk.incident("clash").kecamatan == "35.23.11"
    merged = caller.post(f"/v1/incidents/{desk.ids['accused']}/merges", {"into": desk.ids["clash"], "reason": "sama"})
    assert (merged.status, merged.json["state"]) == (200, "merged")
    assert caller.post(f"/v1/incidents/{desk.ids['accused']}/splits", {"reason": "beda"}).json["state"] == "open"
    proposed = caller.post(f"{path}/closures", {"reason": "tidak benar", "outcome": "dismissed"})
    assert (proposed.status, proposed.json["state"]) == (200, "verified")
    agreed = official(Role.MEMBER, "KODIM").post(
        f"{path}/decisions", {"proposal": proposed.json["proposal"], "agrees": True}
    )
    assert (agreed.status, agreed.json["state"]) == (200, "dismissed")
    assert caller.post(f"{path}/closures", {"reason": "lagi"}).status == 409


@pytest.mark.parametrize(
    ("word", "body"),
    [
        ("closures", {}),
        ("closures", {"reason": ""}),
        ("closures", {"reason": "x", "hapus": True}),
        ("closures", {"reason": "a\u0000b"}),
        ("closures", {"reason": "\ud800"}),
        ("assessments", {"level": "SIAGA", "reason": "x"}),
        ("assessments", {"issue": "XXX", "reason": "x"}),
        ("assessments", {"kecamatan": "35.23.99", "reason": "x"}),
        ("assessments", {"reason": "x"}),
        ("sitreps", {"text": " "}),
        ("sitreps", {"text": "x" * 8001}),
        ("acknowledgements", []),
    ],
)
def test_a_wrong_body_is_refused_small_and_changes_nothing(desk, official, word, body):
    answer = official(Role.COORDINATOR).post(f"/v1/incidents/{desk.ids['clash']}/{word}", body)
    assert answer.status == 422
    assert len(answer.body) < 1000
    assert desk.incident("clash").state == "open"


@pytest.mark.parametrize("word", ACTS)
def test_every_act_is_for_those_who_may_know_of_the_incident(desk, official, word):
    body = {"reason": "x", "text": "x", "level": "TINGGI", "into": "x", "note": ""}
    wanted = {
        "acknowledgements": ("reason",),
        "sitreps": ("text",),
        "verifications": ("note",),
        "assessments": ("reason", "level"),
        "merges": ("into", "reason"),
    }
    sent = {key: body[key] for key in wanted.get(word, ("reason",))}
    assert Caller(desk.url).post(f"/v1/incidents/{desk.ids['clash']}/{word}", sent).status == 401
    may = word in ("acknowledgements", "sitreps", "escalations", "closures", "verifications")
    lh = official(Role.MEMBER, "LH").post(f"/v1/incidents/{desk.ids['clash']}/{word}", sent)
    assert lh.status == (404 if may else 403)  # what a role never does is refused without a look at the incident
    assert official(Role.COORDINATOR).post(f"/v1/incidents/{desk.ids['bomb']}/{word}", sent).status == 404


def test_a_persons_cookie_needs_the_sessions_token_to_act(desk, person):
    joko, path = person("joko"), f"/v1/incidents/{desk.ids['clash']}/acknowledgements"
    assert joko.post(path, {}).status == 403
    assert joko.post(path, {}, X_CSRF=joko.get("/").csrf).status == 200


def test_a_receipt_follows_its_report_in_words_the_reporter_knows(desk, official, program):
    receipts, stranger, coordinator = Receipts(SECRET), Caller(desk.url), official(Role.COORDINATOR)

    def follow(name):
        return stranger.get(f"/v1/reports/{report_id(name)}", X_Receipt=receipts.issue(report_id(name))).json

    assert follow("not-yet-triaged")["status"] == "Diterima"
    assert follow("accused")["status"] == "Diterima"
    assert follow("clash-2")["status"] == "Diteruskan"
    coordinator.post(f"/v1/incidents/{desk.ids['accused']}/verifications", {})
    assert follow("accused")["status"] == "Diverifikasi"
    program(Role.MEMBER, "POLRES").post(f"/v1/incidents/{desk.ids['clash']}/acknowledgements", {})
    assert follow("clash")["status"] == "Ditindaklanjuti"
    coordinator.post(f"/v1/incidents/{desk.ids['clash']}/closures", {"reason": "reda"})
    assert {"id": str(report_id("clash")), "status": "Selesai", "reason": None} == follow("clash")
    coordinator.post(f"/v1/incidents/{desk.ids['drill']}/closures", {"reason": "hanya latihan", "outcome": "dismissed"})
    assert ((told := follow("drill"))["status"], told["reason"]) == ("Ditolak", "hanya latihan")
    query = f"/v1/reports/{report_id('clash')}?receipt={receipts.issue(report_id('clash'))}"
    assert stranger.get(query).status == 200


def test_a_report_is_followed_by_nobody_else(desk, program):
    path = f"/v1/reports/{report_id('clash')}"
    assert Caller(desk.url).get(path).status == 401
    assert Caller(desk.url).get(path, X_Receipt=Receipts(SECRET).issue(report_id("drill"))).status == 403
    assert Caller(desk.url).get(path, X_Receipt="ü" * 500).status == 403
    assert program(Role.REPORTER).get(path).status == 404
    assert program(Role.COORDINATOR).get(path).status == 200
    assert program(Role.COORDINATOR).get(f"/v1/reports/{report_id('unknown')}").status == 404
    assert program(Role.COORDINATOR).get("/v1/reports/not-a-uuid").status == 422
    assert program(Role.MEMBER, "POLRES").get(path).status == 200
    for unseen in ("bomb", "accused"):  # for named persons only; accuses Polres
        assert program(Role.MEMBER, "POLRES").get(f"/v1/reports/{report_id(unseen)}").status == 404
    own = desk.issue("key-clash", Role.REPORTER)
    assert Caller(desk.url, own).get(path).status == 200


def test_the_description_names_every_route_and_its_problems(desk):
    described = Caller(desk.url).get("/v1/openapi.json").json
    for word in ACTS:
        assert {"401", "403", "404", "409", "422", "503"} <= set(
            described["paths"][f"/v1/incidents/{{id}}/{word}"]["post"]["responses"]
        )
    assert {"/v1/incidents", "/v1/incidents/{id}", "/v1/events", "/v1/reports/{id}"} <= set(described["paths"])
    assert "/peristiwa/{id}" not in described["paths"]
    assert "HTTPValidationError" not in str(described)


def test_ready_says_whether_the_store_can_be_read(desk):
    assert Caller(desk.url).get("/readyz").json == {"status": "ok", "bus": None}
    assert Caller(desk.url).get("/healthz").status == 200
