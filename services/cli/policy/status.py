"""Say which rules are in force, whether the folder at hand is they, and which services run them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from services.policy.active import SILENT, ActivePolicy, amiss, standing
from services.policy.loader import DistrictError
from services.policy.proof_words import said
from services.policy.queries import processes as live_processes
from services.policy.versions import read_version
from services.store.database import Store

GONE = timedelta(hours=1)  # after so long without a sign of life nobody expects a service to run
AMISS = {
    "clocks_apart": "{}: its clock is not the database's; mend NTP there, or messages are sent twice",
    "same_name": "{}: several notifiers have this name; give each its own KENTONGAN_INSTANCE",
}


def rules_of(store: Store, folder: Path, language: str = "en") -> Iterator[tuple[bool, str]]:
    """Give findings: whether each is good, and a sentence in English, objections in it in this language."""
    found = store.read_now(standing)
    if found is None:
        yield True, "rules: none in force yet; the first notifier to start puts its folder's"
        return
    how = "proved" if found.proved else "never proved: `kentongan policy check` says what they lack"
    yield (
        found.proved,
        f"rules in force: {found.ruleset} ({found.digest[:12]}) since {found.since:%Y-%m-%d %H:%M}Z, {how}",
    )
    yield from _folder(found, folder, language)
    now, running = store.clock(), store.read_now(live_processes)
    for kind, whom in amiss(running, now):
        yield False, AMISS[kind].format(whom)
    for one in running:
        who, age = f"{one.service}-{one.instance} on {one.host}", now - one.seen_at
        if age > GONE:
            continue
        if age > SILENT:
            yield False, f"{who} gave its last sign of life at {one.seen_at:%Y-%m-%d %H:%M}Z"
        else:
            runs = "them" if one.digest == found.digest else f"others ({one.digest[:12]}): see its log, start it again"
            yield one.digest == found.digest, f"{who} runs {runs}"


def _folder(found: ActivePolicy, folder: Path, language: str) -> Iterator[tuple[bool, str]]:
    try:
        digest = read_version(folder, strict=False).digest
    except DistrictError:
        return  # said already, of the district file
    if digest == found.digest:
        return
    if found.refused is not None:
        why = "; ".join(said(found.objections, language)[:3])
        yield False, f"{folder} was refused ({found.objections.get('count')} objections): {why}"
    elif digest in found.folders.values():
        yield False, f"{folder} holds other rules ({digest[:12]}), left alone until it changes or is taken by hand"
    else:
        yield False, f"{folder} holds other rules ({digest[:12]}), and nobody has proved them: is notify running?"
