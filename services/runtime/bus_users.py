"""Name the files of this machine's bus users, and read their passwords; services/bus/accounts.py makes both.

Apart from it, for who reads them need not load the bus.
"""

import json
from pathlib import Path

USERS_FILE, ACCOUNTS_FILE = "bus-users.json", "bus-accounts.conf"


def passwords_of(data: Path) -> dict[str, str]:
    """Give the passwords of this machine's users; empty before they are made."""
    file = data / USERS_FILE
    return dict(json.loads(file.read_text(encoding="ascii"))) if file.exists() else {}
