"""The operator as a fault: every command under load, in an empty environment, from another checkout, suspended, killed."""

import asyncio
import contextlib
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.ground import Ground
from tests.chaos.kinds import Act, Fault, last
from tests.kill.installation import KENTONGAN

ROOT = Path(__file__).resolve().parents[2]
LATER = '''"""Add what only a later release knows."""

from alembic import op

revision, down_revision, branch_labels, depends_on = "9001", "{newest}", None, None


def upgrade() -> None:
    op.execute("CREATE TABLE of_a_later_release (id INTEGER)")
'''
# What only looks; an exit code of 1 says that something was found, and of 2 that it was called wrongly.
LOOKS = (
    ("doctor",),
    ("reconcile", "--wait", "1"),
    ("deadletters", "list"),
    ("key", "list"),
    ("person", "list"),
    ("source", "status"),
    ("policy", "check"),
    ("audit", "verify"),
    ("audit", "key"),
    ("rota", "gaps"),
    ("silence", "list"),
)

FINDS = ("doctor", "reconcile")  # of these 1 says that something was found; of the others, that they failed


async def _said(ground: Ground, words: Sequence[str], folder: Path | str = "/") -> tuple[int, str]:
    """Run an office command in an empty environment, to its end."""
    process = await _begun(ground, words, folder, said=True)
    told, _ = await process.communicate()
    return process.returncode or 0, (told or b"").decode()


async def _begun(
    ground: Ground, words: Sequence[str], folder: Path | str = "/", *, said: bool = False
) -> asyncio.subprocess.Process:
    told = asyncio.subprocess.PIPE if said else asyncio.subprocess.DEVNULL
    more = {"PYTHONPATH": str(folder)} if folder != "/" else {}
    return await asyncio.create_subprocess_exec(
        *KENTONGAN, *(word.format(data=ground.up.data) for word in words), "--data", str(ground.up.data),
        env=ground.environment | more, cwd=folder, stdout=told, stderr=asyncio.subprocess.STDOUT if said else told,
    )  # fmt: skip


def office(*words: str) -> Act:
    """An office command in an empty environment; it may look, and changes nothing that it does not say."""

    async def act(ground: Ground) -> None:
        code, said = await _said(ground, words)
        assert "Traceback" not in said, said
        assert code in ((0, 1) if words[0] in FINDS else (0,)), (words, code, said)

    return act


async def everything_that_looks(ground: Ground) -> None:
    """Every command that only looks, one after the other."""
    for words in LOOKS:
        code, said = await _said(ground, words)
        assert code < 2, (words, code, said)
        assert "Traceback" not in said, (words, said)


def suspended(*words: str) -> Act:
    """An office command that is suspended in the middle, and killed after some seconds."""

    async def act(ground: Ground) -> None:
        process = await _begun(ground, words)
        await last(ground, 0.2, 1.5)
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGSTOP)
            await last(ground, 3, 6)
            process.kill()
        await process.wait()

    return act


async def another_checkout(ground: Ground) -> None:
    """Commands of a later release, from a checkout of their own, beside services that run: they migrate nothing."""
    checkout = ground.up.data.parent / "checkout"
    for name in ("services", "schemas", "deploy"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__", "maps"))
    versions = checkout / "deploy" / "migrations" / "versions"
    newest = max(file.name.partition("_")[0] for file in versions.glob("[0-9]*.py"))
    (versions / "9001_of_a_later_release.py").write_text(LATER.format(newest=newest), encoding="utf-8")
    before = ground.kept.ask("SELECT version_num FROM alembic_version")
    try:
        for words in (("doctor",), ("backup", "{data}/later.backup"), ("reconcile", "--wait", "1")):
            code, said = await _said(ground, words, checkout)
            assert code == 1, (words, code, said)
            assert "Traceback" not in said, said
            assert "kentongan db upgrade" in said, said
    finally:
        shutil.rmtree(checkout)
    assert ground.kept.ask("SELECT version_num FROM alembic_version") == before


async def restore_beside(ground: Ground) -> None:
    """A backup is put back into a store that is in use: refused."""
    backup = ground.up.data.parent / "beside.backup"
    code, said = await _said(ground, ("backup", str(backup)))
    assert code == 0, said
    code, said = await _said(ground, ("restore", str(backup)))
    assert code == 1, said
    assert "Traceback" not in said, said
    backup.unlink()
    (backup.parent / "kentongan.keys").unlink()


async def up_again(ground: Ground) -> None:
    """A second `up` on the same folder: refused."""
    code, said = await _said(ground, ("up",))
    assert code == 1, said
    assert "already running" in said, said


OFFICE_FAULTS = (
    Fault("office: doctor", office("doctor")),
    Fault("office: reconcile", office("reconcile", "--wait", "5")),
    Fault("office: backup", office("backup", "{data}/now.jsonl.gz")),
    Fault("office: deadletters list", office("deadletters", "list")),
    Fault("office: db upgrade", office("db", "upgrade")),
    Fault("office: every command that only looks", everything_that_looks),
    Fault("office: bus declare", office("bus", "declare")),
    Fault("office: reconcile --mend", office("reconcile", "--wait", "5", "--mend")),
    Fault("office: db rebuild", office("db", "rebuild", "--wait", "60")),
    Fault("office: restore into a store in use", restore_beside),
    Fault("office: up a second time", up_again),
    Fault("office: commands of a later release, from another checkout", another_checkout),
    Fault("office: reconcile, suspended and killed", suspended("reconcile", "--wait", "5")),
    Fault("office: backup, suspended and killed", suspended("backup", "{data}/never.jsonl.gz")),
    Fault("office: db rebuild, suspended and killed", suspended("db", "rebuild", "--wait", "60")),
    Fault("office: bus declare, suspended and killed", suspended("bus", "declare")),
)
