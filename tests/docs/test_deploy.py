"""What lies under deploy/ for production is read by the programs it is for, as far as they are here."""

import configparser
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli.serve import SERVICES
from services.cli.up import nats_server
from services.runtime.settings import Settings

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
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


def test_compose_runs_every_service_with_settings_that_exist() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert tuple(re.findall(r'command: \["serve", "(\w+)"\]', text)) == SERVICES
    known = {f"KENTONGAN_{name.upper()}" for name in Settings.model_fields}
    used = set(re.findall(r"^ +(KENTONGAN_\w+):", text, flags=re.MULTILINE))
    assert used <= known


@pytest.mark.parametrize("unit", ["kentongan.service", "kentongan@.service"])
def test_units_start_the_command_and_start_it_again(unit: str) -> None:
    found = configparser.ConfigParser(strict=False, interpolation=None)
    found.read(DEPLOY / "systemd" / unit)
    assert found["Service"]["ExecStart"].startswith("/opt/kentongan/.venv/bin/kentongan ")
    assert found["Service"]["Restart"] == "always"
