"""Put a district's folder in force by hand: proved like any other change, or despite objections with a reason.

Notify does it by itself for the folder beside it. This is for what it may not do: rules of which the proof cannot be
had now, and another code or time zone of the kabupaten.
"""

import argparse
import sys

from services.cli.connect import open_store, settings_of
from services.notify.watchdog.policy_reload import objections
from services.policy.active import put_in_force, standing
from services.policy.proof_words import MOST
from services.policy.queries import texts
from services.policy.versions import Version, read_version, version_of
from services.store.database import Store
from services.web.in_english import words_in

ACTOR = "office"


def add_take(command: argparse.ArgumentParser) -> None:
    """Declare the options of `policy take`."""
    command.add_argument("--despite", metavar="REASON", help="take the rules though the proof fails; journalled")


def run(options: argparse.Namespace) -> int:
    """Do it: 0 in force, 1 there are objections; raises DistrictError when the folder cannot be read."""
    settings = settings_of(options)
    version = read_version(options.district or settings.district)
    store = open_store(settings)
    try:
        return _take(store, version, options.despite, options.language)
    finally:
        store.close()


def _take(store: Store, version: Version, despite: str | None, language: str) -> int:
    say = words_in(language)
    called = f"{version.district.ruleset} ({version.short})"
    now = store.read_now(standing)
    if now is not None and now.digest == version.digest and now.proved:
        print(say(f"Aturan {called} sudah berlaku."))
        return 0
    kept = store.read_now(texts)
    old = version_of(kept).district if kept else version.district
    clock = store.clock()
    against = store.read_now(lambda session: objections(session, old, version.district, None, clock))
    for what in against[:MOST]:
        print(f"- {what.say(language)}", file=sys.stderr)
    if len(against) > MOST:
        more = say(f"dan {len(against) - MOST} lagi; `kentongan policy check` menyebut semuanya")
        print(f"- {more}", file=sys.stderr)
    if against and not despite:
        print(say("Aturan ini tidak diberlakukan. Perbaiki, atau pakai --despite ALASAN."), file=sys.stderr)
        return 1
    store.write_now(
        lambda tx: put_in_force(tx, version, ACTOR, objections=against, reason=despite if against else None)
    )
    print(say(f"Aturan {called} berlaku mulai sekarang; semua layanan memakainya dalam beberapa detik."))
    return 0
