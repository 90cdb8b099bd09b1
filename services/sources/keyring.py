"""Open the vault: read the master from where it is kept, and the root from the store.

The master is a file of its own in the data folder (mode 0600, made at the first start), a value from the environment,
or what a command prints: a KMS or HSM keeps it then. Two are live while one is being replaced.
"""

import logging
import os
import shlex
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

from schemas.records.reports import ReporterKey
from schemas.rows.reports import ReporterKeyRow
from services.runtime.settings import Settings
from services.security.secret import LEAST, STARTED, Secret, SecretError, load_secret, made, retire, rotate
from services.sources import queries
from services.sources.cipher import SealError, new_key
from services.sources.vault import ROOT, Vault, name_of, unwrapped
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Session, Transaction

log = logging.getLogger("kentongan.sources")
FILE = "master"  # the master's file; never in a backup of the store
CACHE = STARTED  # the root, wrapped, so that the front door starts while the store is away
COMMAND_SECONDS = 30
MASTER = "master"  # what a running service says of itself: the name of the newest master that it knows
RUNS = timedelta(minutes=2)  # since its last sign of life: a service gives one every half minute


def load_master(settings: Settings, *, make: bool = True) -> Secret:
    """Give the master, making a file for it where nothing else is set and `make` allows it; raises SecretError."""
    if settings.master_command:
        return _commanded(settings.master_command)
    if not make and not settings.master_key and not (settings.data / FILE).exists():
        raise SecretError(
            f"There is no master key in {settings.data}. Bring the file {FILE} of the installation that made the "
            "backup, or set KENTONGAN_MASTER_KEY as it was there."
        )
    return load_secret(settings.master_key, settings.data, settings.master_key_previous, name=FILE, follow=True)


def _commanded(command: str) -> Secret:
    """Run the command of a KMS: it prints one or two masters in hex, the newest first."""
    try:
        words = shlex.split(command)
    except ValueError:  # a quotation mark without its other
        words = []
    if not words:
        raise SecretError("KENTONGAN_MASTER_COMMAND is no command: a program and its words, quoted as in a shell.")
    try:
        told = subprocess.run(words, capture_output=True, text=True, check=True, timeout=COMMAND_SECONDS).stdout  # noqa: S603 - the operator's own command
        live = [bytes.fromhex(line) for line in told.split()]
    except subprocess.CalledProcessError as error:
        raise SecretError(f"KENTONGAN_MASTER_COMMAND gave no master: it ended with {error.returncode}.") from None
    except subprocess.TimeoutExpired:
        raise SecretError(f"KENTONGAN_MASTER_COMMAND gave no master in {COMMAND_SECONDS} seconds.") from None
    except OSError as error:
        raise SecretError(f"KENTONGAN_MASTER_COMMAND cannot be run: {error.strerror}.") from None
    except ValueError:
        raise SecretError("KENTONGAN_MASTER_COMMAND printed something that is no hex.") from None
    if not 1 <= len(live) <= 2 or any(len(one) < LEAST for one in live):  # noqa: PLR2004 - as many as live at once
        raise SecretError(f"KENTONGAN_MASTER_COMMAND must print one or two masters of at least {LEAST} bytes in hex.")
    return Secret(*live)


def open_vault(settings: Settings, store: Store) -> Vault:
    """Open the vault; raises SecretError where the master is not the one that wrapped the root."""
    master = load_master(settings)
    cache = settings.data / CACHE
    try:
        wrapped = store.read_now(lambda session: queries.wrapped_key(session, ROOT))
        if wrapped is None:
            known = cache.read_text(encoding="ascii") if cache.exists() else None  # of a store that was lost
            wrapped = store.write_now(lambda tx: _first_root(tx, master, known))
        if not settings.secret and not cache.exists():
            made(settings.data)  # what says that an installation has started here comes after its secret
        _cache(cache, wrapped)
    except StoreUnavailable:
        if not cache.exists():
            raise
        wrapped = cache.read_text(encoding="ascii")
    try:
        return Vault(master, unwrapped(master, ROOT, wrapped))
    except SealError as error:
        raise SecretError(
            f"The master key of this installation does not open what it has sealed ({error}). Put back the file "
            f"{FILE} of the data folder, or KENTONGAN_MASTER_KEY, as it was."
        ) from None


def _first_root(tx: Transaction, master: Secret, known: str | None) -> str:
    """Put the root into a store that has none: the one that is `known` here, or a new one."""
    wrapped = known or Vault(master, b"").wrap(ROOT, new_key())
    row: ReporterKeyRow = {"id": ROOT, "person": None, "wrapped": wrapped, "made_at": tx.now}
    tx.add_new(ReporterKey, [row])
    return queries.wrapped_key(tx.session, ROOT) or wrapped


def _cache(file: Path, wrapped: str) -> None:
    if file.exists() and file.read_text(encoding="ascii") == wrapped:
        return
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as new:
        new.write(wrapped)
    aside.replace(file)


def replace_master(settings: Settings, store: Store) -> int:
    """Wrap every key by a new master and keep the one before; returns how many. Raises SecretError.

    Where the master is not a file, the new one stands in the settings already, and the one before beside it.
    """
    if not settings.master_key and not settings.master_command:
        open_vault(settings, store)  # what is there must be open before another master is made
        rotate(settings.data, name=FILE)
    return rewrap(settings, store)


def rewrap(settings: Settings, store: Store) -> int:
    """Wrap by the newest master what an older one has wrapped; returns how many keys. Raises SecretError."""
    vault = open_vault(settings, store)

    def act(tx: Transaction) -> int:
        done = 0
        for row in list(queries.all_keys(tx.session)):
            if (fresh := vault.renewed(row.id, row.wrapped)) != row.wrapped:
                queries.rewrap(tx, row.id, fresh)
                done += 1
        if done:
            tx.audit("sources.rewrapped", "office", count=done)
        return done

    count = store.write_now(act)
    open_vault(settings, store)  # the root that the front door starts with is wrapped anew too
    return count


def behind(session: Session, vault: Vault, now: datetime) -> list[str]:
    """Name the running services that still wrap by another master than the newest: where each reads its own."""
    newest = name_of(vault.master.current)
    return [
        f"{one.service}-{one.instance} on {one.host}"
        for one in queries.running(session, now - RUNS)
        if one.facts.get(MASTER, newest) != newest
    ]


def retire_master(settings: Settings) -> None:
    """End the older master in the data folder; backups that it made open no more."""
    retire(settings.data, name=FILE)
