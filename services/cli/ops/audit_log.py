"""Verify or export the journal."""

import argparse
import json
import sys

from services.cli.connect import add_place, open_store, settings_of
from services.cli.ops import queries
from services.store.audit_log import broken_links


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `audit`."""
    acts = parser.add_subparsers(dest="act", required=True)
    add_place(acts.add_parser("verify", help="check the hash chain"))
    add_place(acts.add_parser("export", help="write the journal as JSONL to standard output"))


def run(options: argparse.Namespace) -> int:
    """Do it; 1 when the chain is broken."""
    store = open_store(settings_of(options))
    try:
        lines = store.read_now(lambda session: list(queries.audit_lines(session)))
    finally:
        store.close()
    if options.act == "export":
        for line in lines:
            sys.stdout.write(json.dumps(line.model_dump(mode="json"), ensure_ascii=False) + "\n")
        return 0
    broken = broken_links(lines)
    if broken:
        print(f"The chain is broken at {', '.join(map(str, broken[:20]))} of {len(lines)} lines.")
        return 1
    print(f"The chain of {len(lines)} lines holds; its head is {lines[-1].hash if lines else 'empty'}.")
    return 0
