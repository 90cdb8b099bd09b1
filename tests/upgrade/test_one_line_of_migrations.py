"""Every change of the store's shape follows the one before it: two that follow the same one stop every start."""

import re
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from services.store.database import MIGRATIONS, migrations

VERSIONS = Path(__file__).resolve().parents[2] / "deploy" / "migrations" / "versions"


def test_migrations_stand_in_one_line_in_the_order_of_their_numbers() -> None:
    told = []
    for file in sorted(VERSIONS.glob("[0-9]*.py")):
        text = file.read_text(encoding="utf-8")
        own = re.search(r'^revision = "(\d+)"$', text, re.MULTILINE)
        before = re.search(r'^down_revision = (?:"(\d+)"|None)$', text, re.MULTILINE)
        assert own is not None, file.name
        assert before is not None, file.name
        assert file.name.startswith(own[1])
        told.append((own[1], before[1]))
    assert [before for _, before in told] == [None, *(own for own, _ in told[:-1])]


def test_what_is_said_without_alembic_is_what_alembic_says() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert migrations() == [one.revision for one in script.walk_revisions()][::-1]
    assert migrations()[-1] == script.get_current_head()
