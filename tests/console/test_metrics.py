"""What Prometheus sees: figures that are true, that name nobody, that cost little, and that are there when it burns."""

import asyncio
import re
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event

from schemas.district import District
from schemas.records.running import Outbox
from schemas.vocabulary import Level, Role
from services.cli.serve_web import create_web
from services.metrics.app import VERSION
from services.notify.watchdog.auditor import Auditor
from services.notify.watchdog.canary import Canary, door
from services.policy.versions import Rules
from services.store.database import StoreUnavailable
from tests.conftest import POSTGRES, SQLITE
from tests.house import SECRET, SOKO, Answer, House
from tests.incidents import opened

ROOT = Path(__file__).resolve().parents[2]
NewHouse = Callable[..., Awaitable[House]]
Figures = dict[str, dict[tuple[tuple[str, str], ...], float]]
LABELS = {"level", "duty", "state", "channel", "timer", "stream", "consumer", "service", "instance", "host", "kind"}
LABELS |= {"route", "status", "le", "ruleset", "digest", "version", "store", "step", "part"}
CLASH = "Bentrok dua kelompok pemuda perguruan silat di Desa Mentoro, saling lempar batu, {n} orang luka."


async def scrape(house: House, role: Role = Role.AUDITOR, **more: Any) -> Answer:
    return await house.call("GET", "/metrics", key=await house.key(f"baca-{role.value}", role), **more)


async def figures(house: House) -> Figures:
    """Scrape and read as Prometheus does, later than the last look."""
    house.clock.forward(seconds=6)
    answer = await scrape(house)
    assert answer.status == 200, answer.body
    found: Figures = {}
    for family in text_string_to_metric_families(answer.body):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def at(found: Figures, name: str, **labels: str) -> float:
    return found[f"kentongan_{name}"][tuple(sorted(labels.items()))]


def total(found: Figures, name: str, **labels: str) -> float:
    """Sum over the samples that carry these labels."""
    wanted = set(labels.items())
    return sum(value for held, value in found.get(f"kentongan_{name}", {}).items() if wanted <= set(held))


async def lived_in(house: House) -> House:
    """Let everything happen that has a figure of its own."""
    await house.look()
    canary = Canary(house.store, door(house.url, house.store, SECRET))
    await canary.send()
    await house.settle()
    await canary.settle()
    await house.settle()
    await Auditor(house.store, lambda: house.notify.desk, house.notify.dispatcher, 1.0).audit()
    return house


async def test_only_keys_of_auditors_and_admins_read_them(house: House) -> None:
    assert (await house.call("GET", "/metrics")).status == 401
    assert (await house.call("GET", "/metrics", key="kt_e30.bm8")).status == 401
    refused = {role for role in Role if (await scrape(house, role)).status == 403}
    assert set(Role) - refused == {Role.AUDITOR, Role.ADMIN}


async def test_they_are_told_in_the_format_that_is_asked_for(house: House) -> None:
    assert (await scrape(house)).headers["content-type"].startswith("text/plain; version=0.0.4")
    accept = {"Accept": "application/openmetrics-text;version=1.0.0"}
    key = await house.key("baca", Role.ADMIN)
    async with house.client.get("/metrics", headers={"Authorization": f"Bearer {key}", **accept}) as told:
        assert told.headers["content-type"].startswith("application/openmetrics-text")
        assert (await told.text()).endswith("# EOF\n")


@pytest.mark.parametrize("kind", [SQLITE, POSTGRES])
async def test_a_night_in_figures(new_house: NewHouse, kind: str) -> None:
    house = await new_house(kind)
    await house.look()
    before = await figures(house)
    assert total(before, "incidents_open") == total(before, "answers_overdue") == 0
    incident = await opened(house, Level.KRITIS)
    await opened(house, Level.SEDANG)
    told = await figures(house)
    assert at(told, "incidents_open", level="KRITIS") == at(told, "incidents_open", level="SEDANG") == 1
    assert at(told, "alerts", duty="lead", level="KRITIS", state="delivered") == 1
    assert at(told, "answers_overdue", duty="lead", level="KRITIS") == 0
    assert total(told, "journal_lines_total", kind="delivery.delivered") > 2
    house.clock.forward(minutes=10)  # nobody sweeps
    late = await figures(house)
    assert at(late, "answers_overdue", duty="lead", level="KRITIS") == 1
    assert at(late, "timer_late_seconds", timer="reminder") == 600 + 6 + 6 - 120  # it was due after two minutes
    assert at(late, "timer_late_seconds", timer="delivery") == 0
    await house.settle()
    await house.act(incident, "acknowledgements", by="POLRES")
    calm = await figures(house)
    assert at(calm, "answers_overdue", duty="lead", level="KRITIS") == 0
    assert at(calm, "timer_late_seconds", timer="reminder") == 0
    assert at(calm, "alerts", duty="lead", level="KRITIS", state="acknowledged") == 1


async def test_an_exercise_is_counted_apart(house: House) -> None:
    await house.file(CLASH.format(n=3), kecamatan=SOKO, exercise=True)
    told = await figures(house)
    assert (total(told, "incidents_open"), at(told, "exercises_open"), total(told, "alerts")) == (0, 1, 0)


async def test_what_is_stuck_shows(house: House) -> None:
    house.sink.answers["*"] = 500
    await opened(house, Level.TINGGI)
    owed = {"id": "e", "subject": "incident.settled.3523.11", "kind": "incident.settled", "body": {}}
    house.write(lambda tx: tx.add(Outbox, [{**owed, "made_at": tx.now}]))
    told = await figures(house)
    assert at(told, "deliveries", channel="webhook", state="failed") > 0
    assert (at(told, "outbox_events"), at(told, "outbox_late_seconds")) == (1, 6)


async def test_the_front_door_is_counted_by_what_it_answered(house: House) -> None:
    key = await house.key("pos", Role.REPORTER)
    for body in ({"text": "nihil"}, {"text": "nihil"}, {"text": ""}, {"text": "x" * 300_000}):
        await house.call("POST", "/v1/reports", body, key=key)
    await house.call("POST", "/v1/inbound/sms", {}, key="bukan")
    await house.call("GET", "/v1/reports/bukan")
    told = await figures(house)
    assert told["kentongan_door_requests_total"] == {
        (("route", "/v1/reports"), ("status", "202")): 2,
        (("route", "/v1/reports"), ("status", "413")): 1,
        (("route", "/v1/reports"), ("status", "422")): 1,
        (("route", "/v1/inbound/{gateway}"), ("status", "401")): 1,
    }
    assert at(told, "door_request_duration_seconds_count", route="/v1/reports") == 4
    assert at(told, "door_request_duration_seconds_bucket", route="/v1/reports", le="+Inf") == 4
    assert at(told, "bus_told_messages_total", stream="REPORTS") == 2


async def test_auditor_canary_rules_and_every_process_show(new_house: NewHouse, tmp_path: Path) -> None:
    house = await lived_in(await new_house(folder=ROOT / "deploy" / "tuban"))
    told = await figures(house)
    assert {dict(held)["service"] for held in told["kentongan_process_seen_timestamp_seconds"]} == {
        "ingest",
        "console",
        "triage",
        "notify",
    }
    assert set(told["kentongan_process_policy_current"].values()) == {1}
    assert at(told, "policy_info", ruleset=house.district.ruleset, digest=house.version.short) == 1
    assert (at(told, "policy_proved"), at(told, "policy_refused")) == (0, 0)  # three kecamatan have nobody
    assert total(told, "audit_findings") == 0
    assert total(told, "audit_timestamp_seconds") == house.clock().timestamp() - 6
    assert at(told, "canary_arrived") == 1
    assert at(told, "canary_seconds") < 60
    assert at(told, "lead_posts_unreachable") > 0


async def test_every_step_of_a_report_is_timed_for_each_process(new_house: NewHouse) -> None:
    house = await lived_in(await new_house())
    house.clock.forward(seconds=60)
    await house.look()  # each gives its next sign of life, and with it what it has counted
    told = await figures(house)
    counted = told["kentongan_step_duration_seconds_count"]
    steps = {(dict(held)["service"], dict(held)["step"], dict(held)["part"]) for held in counted}
    assert steps == {
        *((service, step, "works") for service, step in (("ingest", "door"), ("ingest", "bus"), ("triage", "tell"))),
        *(("triage", step, part) for step in ("judge", "settle") for part in ("waits", "works")),
        *(("notify", step, part) for step in ("plan", "send") for part in ("waits", "works")),
    }
    assert min(counted.values()) >= 1
    for held, number in counted.items():
        last = tuple(sorted((*held, ("le", "+Inf"))))
        assert told["kentongan_step_duration_seconds_bucket"][last] == number


async def test_posts_that_lead_and_have_nobody_are_counted_when_a_person_goes(house: House) -> None:
    full = at(await figures(house), "lead_posts_unreachable")
    house.write(
        lambda tx: tx.session.connection().exec_driver_sql(
            "UPDATE person SET active = false WHERE institution = 'POLRES'"
        )
    )
    assert at(await figures(house), "lead_posts_unreachable") == full  # people are read once a minute
    house.clock.forward(minutes=1)
    assert at(await figures(house), "lead_posts_unreachable") > full


async def test_no_name_or_label_tells_of_a_place_an_institution_a_person_or_an_incident(
    new_house: NewHouse, tuban: District
) -> None:
    house = await lived_in(await new_house(folder=ROOT / "deploy" / "tuban"))
    incident = await opened(house, Level.KRITIS)
    told = await figures(house)
    samples = [(name, dict(held)) for name, values in told.items() for held in values]
    assert {label for _, labels in samples for label in labels} <= LABELS
    values = {value for _, labels in samples for value in labels.values()}
    secret = {*tuban.institutions, *tuban.places, *tuban.issues, incident, *(one.login for one in house.people)}
    assert values & secret == set()
    assert [name for name, _ in samples if not re.match(r"(kentongan|process)_[a-z_]+$", name)] == []


async def test_a_storm_of_scrapes_is_one_look(house: House) -> None:
    looks: list[str] = []
    [store] = [one for one in house._stores if one is house.followers["ingest+console-1"]._store]

    @event.listens_for(store.engine, "before_cursor_execute")
    def _count(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        looks.extend(["look"] if "FROM outbox" in statement else [])

    house.clock.forward(minutes=1)
    await house.key("baca-auditor", Role.AUDITOR)
    assert {answer.status for answer in await asyncio.gather(*(scrape(house) for _ in range(30)))} == {200}
    assert len(looks) == 1
    await figures(house)
    assert len(looks) == 2


async def test_when_bus_or_store_is_away_that_is_a_figure(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    told = await figures(house)
    assert (at(told, "store_up"), at(told, "bus_up"), at(told, "dead_letters")) == (1, 1, 0)
    house.nats.stop()
    told = await figures(house)
    assert (at(told, "store_up"), at(told, "bus_up")) == (1, 0)
    assert "kentongan_dead_letters" not in told

    def away(*_: object) -> None:
        raise StoreUnavailable("OperationalError")

    key = await house.key("baca-auditor", Role.AUDITOR)
    for store in house._stores:
        monkeypatch.setattr(store, "read_now", away)
    house.clock.forward(seconds=6)
    answer = await house.call("GET", "/metrics", key=key)
    assert answer.status == 200
    assert "kentongan_store_up 0.0" in answer.body
    assert "kentongan_door_requests_total" in answer.body


async def asked(app: FastAPI, method: str, path: str, body: bytes = b"", **headers: str) -> str:
    """Ask an application that listens at no port; gives the body of its answer."""
    told: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        told.append(message)

    sent = {"content-type": "application/json", **headers}.items()
    scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b""}
    scope |= {"headers": [(name.encode(), value.encode()) for name, value in sent], "client": ("127.0.0.1", 1)}
    await app({**scope, "root_path": "", "scheme": "http", "server": None, "http_version": "1.1"}, receive, send)
    return b"".join(message.get("body", b"") for message in told).decode()


async def test_a_front_door_that_stands_alone_tells_of_itself_only(house: House) -> None:
    alone = create_web(
        ("ingest",), house.settings, Rules.fixed(house.district), SECRET, house.bus, house.store, house.keys
    )
    key = await house.key("baca", Role.AUDITOR)
    await asked(alone, "POST", "/v1/reports", b'{"text": ""}')
    told = await asked(alone, "GET", "/metrics", authorization=f"Bearer {key}")
    assert 'kentongan_door_requests_total{route="/v1/reports",status="422"} 1.0' in told
    assert named(told) == {
        "kentongan_build_info",
        "kentongan_door_requests_total",
        "kentongan_door_request_duration_seconds",
    }


# -- documents ----------------------------------------------------------------------------------------------------------

RULES = yaml.safe_load((ROOT / "deploy" / "prometheus" / "kentongan.rules.yaml").read_text(encoding="utf-8"))
ALERTS = [rule for group in RULES["groups"] for rule in group["rules"]]


async def families(house: House) -> set[str]:
    """Give the names that are told, as PromQL uses them."""
    answer = await scrape(house)
    told = {name for name, _ in re.findall(r"^# TYPE (\S+) (\w+)$", answer.body, re.MULTILINE)}
    return {name for name in told if not name.endswith("_created")}


def named(text: str) -> set[str]:
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"\bkentongan_[a-z_]+", text)}


async def test_alert_rules_and_operations_name_figures_that_exist_and_operations_names_them_all(house: House) -> None:
    told = {name for name in await families(house) if name.startswith("kentongan_")}
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert named(" ".join(rule["expr"] for rule in ALERTS)) - told == set()
    assert named(page) == told


async def test_a_count_that_an_alert_watches_is_told_from_zero_on(house: House) -> None:
    told = await figures(house)
    watched = {kind for rule in ALERTS for kind in re.findall(r'kind="([a-z_.]+)"', rule["expr"])}
    assert watched
    assert {at(told, "journal_lines_total", kind=kind) for kind in watched} == {0}


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_rule_is_whole_and_speaks_to_a_person(rule: dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"Kentongan[A-Za-z]+", rule["alert"])
    assert rule["labels"]["severity"] in ("segera", "besok")
    assert re.fullmatch(r"\d+[smhd]", rule.get("for", "1m"))
    assert all(rule["expr"].count(left) == rule["expr"].count(right) for left, right in ("()", "{}", "[]"))
    assert all(rule["annotations"][part].strip() for part in ("summary", "description"))


def test_the_example_of_prometheus_asks_with_a_key_and_reads_our_rules() -> None:
    example = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yaml").read_text(encoding="utf-8"))
    [job] = example["scrape_configs"]
    assert job["metrics_path"] == "/metrics"
    assert "credentials_file" in job["authorization"]
    assert [(ROOT / "deploy" / "prometheus" / name).is_file() for name in example["rule_files"]] == [True]
    assert len({rule["alert"] for rule in ALERTS}) == len(ALERTS) > 15


def test_the_version_told_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION
