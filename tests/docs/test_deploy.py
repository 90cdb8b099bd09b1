"""What lies under deploy/ for production is read by the programs it is for, as far as they are here."""

import configparser
import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.cli.ops import doctor
from services.cli.serve import SERVICES, STOPPING
from services.cli.up import MOST_KEPT, nats_server
from services.runtime.settings import DISTRICT, Settings
from services.store.database import MIGRATIONS, utc_now
from services.web.problem_details import body

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
USERS = ("ingest", "triage", "notify", "console", "office", "deploy")
PASSWORDS = {f"NATS_PASSWORD_{user.upper()}": f"secretof{user}" for user in USERS}


def certified(folder: Path) -> dict[str, str]:
    """Make the certificates that a server of the cluster is given."""
    subprocess.run([sys.executable, str(DEPLOY / "certificates"), str(folder), "nats-1"], check=True)
    return {"NATS_CERT": str(folder / "nats-1.pem"), "NATS_KEY": str(folder / "nats-1.key")}


def test_the_cluster_configuration_is_understood_by_nats_server(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        **PASSWORDS,
        "NATS_NAME": "nats-1",
        "NATS_STORE": str(tmp_path),
        "NATS_CA": str(tmp_path / "ca.pem"),
        **certified(tmp_path),
    }
    command = [nats_server(), "-t", "-c", str(DEPLOY / "nats" / "cluster.conf")]
    checked = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_a_bus_of_a_cluster_has_no_limit_of_its_own_as_the_one_of_one_machine() -> None:
    conf = (DEPLOY / "nats" / "cluster.conf").read_text(encoding="utf-8")
    assert re.findall(r"max_file_store: (\w+)", conf) == [MOST_KEPT]


def composed() -> dict[str, Any]:
    """Give what compose.yaml says, its anchors resolved."""
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


def ours() -> dict[str, dict[str, Any]]:
    """Give the services of compose.yaml that run this program."""
    return {name: one for name, one in composed()["services"].items() if one["image"] == "kentongan"}


def mounted(service: dict[str, Any]) -> dict[str, str]:
    """Give what a service of compose.yaml sees of elsewhere: its path inside, and where that comes from."""
    parts = (one.split(":") for one in service.get("volumes", []))
    return {inside: outside for outside, inside, *_ in parts}


def private_files() -> set[str]:
    """Give the names under deploy/ of what compose.yaml reads and nobody else may: keys, passwords, settings."""
    services = composed()["services"].values()
    files = {one["path"] for service in services for one in service.get("env_file", [])}
    own = {path[2:] for service in services for path in mounted(service).values() if path.startswith("./tls")}
    return {".env", "tls/ca.key", *files, *own}


def test_an_image_holds_what_the_program_reads_and_nothing_private() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = {source for line in lines if line.startswith("COPY ") for source in line.split()[1:-1]}
    ignoring = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignoring[1] == "*"
    assert {line[1:] for line in ignoring if line.startswith("!")} == copied
    inside = [ROOT / source for source in copied]
    for read in (DISTRICT, MIGRATIONS, ROOT / "services", ROOT / "schemas"):
        assert any(read.is_relative_to(one) for one in inside), read
    for name in private_files():
        assert not any((DEPLOY / name).is_relative_to(one) for one in inside), name


def test_what_is_private_is_never_committed(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text((ROOT / ".gitignore").read_text(encoding="utf-8"), encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    names = {f"deploy/{name}" for name in private_files()}
    asked = ["git", "-C", str(tmp_path), "check-ignore", *sorted(names)]
    assert set(subprocess.run(asked, check=False, capture_output=True, text=True).stdout.split()) == names


def test_certificates_are_read_by_others_and_keys_by_their_owner(tmp_path: Path) -> None:
    shell = 'umask 077 && exec "$0" "$1" "$2" nats-1'
    subprocess.run(["sh", "-c", shell, sys.executable, str(DEPLOY / "certificates"), str(tmp_path / "tls")], check=True)
    modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "tls").iterdir()}
    assert modes == {"ca.pem": 0o644, "ca.key": 0o600, "nats-1.pem": 0o644, "nats-1.key": 0o600}


@pytest.mark.parametrize(("days", "good"), [(0, True), (365 * 5 - 50, False), (365 * 6, False)])
def test_doctor_says_until_when_certificates_are_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, *, good: bool
) -> None:
    certified(tmp_path)
    monkeypatch.setattr(doctor, "utc_now", lambda: utc_now() + timedelta(days=days))
    [(found, said)] = doctor._authority(Settings(nats_ca=str(tmp_path / "ca.pem")))
    assert found is good
    assert "good until" in said


def test_an_authority_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    assert [found for found, _ in doctor._authority(Settings(nats_ca=str(tmp_path / "ca.pem")))] == [False]
    assert list(doctor._authority(Settings(nats_ca=""))) == []


def test_a_container_sees_its_own_certificate_and_no_other() -> None:
    for name, service in composed()["services"].items():
        found = {inside: outside for inside, outside in mounted(service).items() if inside.startswith("/etc/tls")}
        files = {f"{name}.pem", f"{name}.key", "ca.pem"}
        # A folder would bring the authority's key, and be closed to all but the user who made it.
        assert all(inside == f"/etc/tls/{Path(outside).name}" for inside, outside in found.items()), name
        assert {Path(outside).name for outside in found.values()} <= files, name
        for named in re.findall(r"/etc/tls/[\w.-]+", str(service)):
            assert named in found, (name, named)


def test_services_share_one_data_folder() -> None:
    assert "data" in composed()["volumes"]
    folder = re.search(r"KENTONGAN_DATA=(\S+)", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
    assert folder is not None
    keeping = {name for name, one in ours().items() if mounted(one).get(folder[1]) == "data"}
    assert keeping == ours().keys() - {"declare"}  # which keeps nothing


def test_what_containers_write_fills_no_disk() -> None:
    for name, one in composed()["services"].items():
        assert {"max-size", "max-file"} <= one["logging"]["options"].keys(), name


def test_a_database_that_is_still_being_made_is_not_taken_for_ready() -> None:
    # The image's first server, which makes roles, listens on the socket alone; what waits for it connects over TCP.
    asked = composed()["services"]["postgres"]["healthcheck"]["test"]
    assert asked[asked.index("pg_isready") :][1:3] == ["-h", "127.0.0.1"]


def test_services_have_the_time_that_they_need_to_end() -> None:
    for name, one in ours().items():
        if one.get("command", [])[:1] == ["serve"]:
            assert int(one["stop_grace_period"].removesuffix("s")) > STOPPING, name


def test_the_proxy_waits_for_a_service_and_says_in_its_words_that_it_is_away() -> None:
    caddy = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert caddy.count("reverse_proxy ") == caddy.count("import patient") == 3
    _, found, errors = caddy.partition("handle_errors 502 503 504 {")
    assert found
    assert "header Retry-After" in errors
    (said,) = re.findall(r"respond `(\{.*\})` 503", errors)
    assert json.loads(said) == body(503)


def test_every_setting_reaches_every_service() -> None:
    for name, one in ours().items():
        assert {"path": "settings.env", "required": False} in one["env_file"], name
        # What compose names itself stands above the file: a setting that it took from nowhere could not be set at all.
        fixed = {key for key, value in one["environment"].items() if "${" not in str(value)}
        assert fixed <= {"KENTONGAN_REPLICAS", "KENTONGAN_NATS_CA", "KENTONGAN_PROXIES", "KENTONGAN_DOOR_URL"}, name


def test_a_master_from_a_command_starts() -> None:
    # compose would refuse an empty value behind `:?`, and a key beside the command has no use.
    assert composed()["x-settings"]["KENTONGAN_MASTER_KEY"] == "${KENTONGAN_MASTER_KEY?}"


def test_compose_runs_every_service_with_settings_that_exist() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert tuple(re.findall(r'command: \["serve", "(\w+)"\]', text)) == SERVICES
    known = {f"KENTONGAN_{name.upper()}" for name in Settings.model_fields}
    used = set(re.findall(r"^ +(KENTONGAN_\w+):", text, flags=re.MULTILINE))
    assert used <= known


@pytest.mark.parametrize("unit", sorted(unit.name for unit in (DEPLOY / "systemd").iterdir()))
def test_units_start_the_command_and_start_it_again(unit: str) -> None:
    found = configparser.ConfigParser(strict=False, interpolation=None)
    found.read(DEPLOY / "systemd" / unit)
    assert found["Service"]["ExecStart"].startswith("/opt/kentongan/.venv/bin/kentongan ")
    assert found["Service"]["Restart"] == "always"
    assert found["Unit"]["StartLimitIntervalSec"] == "0"  # else systemd starts it five times, and then never again
