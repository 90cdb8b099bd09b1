"""Name the files of this machine's bus users, and read their passwords; services/bus/accounts.py makes both.

Beside them where the leaf node lies by which the province is told, once `kentongan province join` has made it.

Apart from it, for who reads them need not load the bus.
"""

import json
import os
from pathlib import Path

LEAF_FOLDER, LEAF_CONF, LEAF_FILE = "province", "leaf.conf", "line.json"
USERS_FILE, ACCOUNTS_FILE = "bus-users.json", "bus-accounts.conf"


def passwords_of(data: Path) -> dict[str, str]:
    """Give the passwords of this machine's users; empty before they are made."""
    file = data / USERS_FILE
    return dict(json.loads(file.read_text(encoding="ascii"))) if file.exists() else {}


def know_leaf(data: Path) -> None:
    """Take the leaf node of this data folder into the environment, where nothing else is said of one."""
    for name, value in leaf_settings(data).items():
        os.environ.setdefault(name, value)


def leaf_settings(data: Path) -> dict[str, str]:
    """Give the settings by which services find this machine's leaf node; empty where no province was joined."""
    file = data / LEAF_FOLDER / LEAF_FILE
    return dict(json.loads(file.read_text(encoding="ascii"))) if file.exists() else {}
