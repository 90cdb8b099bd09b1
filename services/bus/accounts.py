"""Say who may say and hear what on the bus: the least that each service's own work needs, and nothing else.

One table for every installation: `kentongan db prepare` writes it with passwords for one machine, and
deploy/nats/accounts.conf is what it gives for a cluster (a test holds the two together).
"""

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.bus.declaring import STREAMS
from services.bus.partitions.bucket import LEASES, ROOT
from services.bus.streams import CONSUMERS, DIVIDED, consumers, service_of
from services.runtime.bus_users import ACCOUNTS_FILE, USERS_FILE, passwords_of

# On one machine ingest and console share a process, and so a connection; all services do with `up --one-process`.
ONE_MACHINE: Mapping[str, Sequence[str]] = {
    "pages": ("ingest", "console"),
    "triage": ("triage",),
    "notify": ("notify",),
    "all": ("ingest", "console", "triage", "notify"),
    "office": ("office",),
    "deploy": ("deploy",),
}
CLUSTER: Mapping[str, Sequence[str]] = {
    name: (name,) for name in ("ingest", "triage", "notify", "console", "office", "deploy")
}


@dataclass(frozen=True)
class Rights:
    """Subjects that one identity may publish to, besides its own inbox, and what is taken away from them again."""

    publish: tuple[str, ...]
    never: tuple[str, ...] = ()


def _takes(service: str, partitions: int) -> tuple[str, ...]:
    """Give what a worker publishes to take from its consumers, to answer, and to lease them where they are several."""
    durables = [(stream, durable) for stream, durable, _ in consumers(partitions) if service_of(durable) == service]
    taken = tuple(
        subject
        for stream, durable in durables
        for subject in (
            f"$JS.API.CONSUMER.INFO.{stream}.{durable}",
            f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}",
            f"$JS.ACK.{stream}.{durable}.>",
            f"$JS.ACK.*.*.{stream}.{durable}.>",
        )
    )
    return taken if len(durables) == 1 else (*taken, f"{ROOT}{service}.>", _HOLDERS)


_HOLDERS = f"$JS.API.DIRECT.GET.{LEASES.name}"  # which worker has which partition
_STREAMS = tuple(f"$JS.API.STREAM.INFO.{one.name}" for one in STREAMS)
_PROBES = "probe.*"  # whether a stream keeps what it is told
_FILES = ("report.filed.>", "known.report", "known.report.>", "$JS.API.DIRECT.GET.KNOWN")
_KEYS = "$JS.API.DIRECT.GET.KNOWN.known.report.>"  # the wrapped keys of reports
# Asked of the server that leads: one that follows may not have heard of a key yet, and it would be left.
_ERASES = (_KEYS, "known.gone.>", "$JS.API.STREAM.MSG.GET.KNOWN", "$JS.API.STREAM.MSG.DELETE.KNOWN")
_WORDS = tuple(f"$JS.API.DIRECT.GET.{name}" for name in ("REPORTS", "INBOUND"))  # what a dead letter said
_DIVIDED = tuple(dict.fromkeys(stream for stream, durable, _ in CONSUMERS if durable in DIVIDED))
_NAMES = tuple(f"$JS.API.CONSUMER.NAMES.{stream}" for stream in _DIVIDED)  # those of another number of partitions


def rights(partitions: int = 1) -> Mapping[str, Rights]:
    """Give what each service may say where the work is divided into so many partitions."""
    durables = [(stream, durable) for stream, durable, _ in consumers(partitions)]
    looks = tuple(f"$JS.API.CONSUMER.INFO.{stream}.{durable}" for stream, durable in durables)
    looks += (_HOLDERS,) if partitions > 1 else ()
    of_triage = [durable for _, durable in durables if service_of(durable) == "triage"]
    return {
        "ingest": Rights((*_FILES, _PROBES, "inbound.>", *looks)),
        "triage": Rights(
            (
                *_takes("triage", partitions),
                _KEYS,
                "$JS.API.STREAM.INFO.REPORTS",
                *(f"incident.{what}.>" for what in ("opened", "raised", "changed", "reopened")),
            )
        ),
        "notify": Rights(
            (
                *_takes("notify", partitions),
                *_takes("answers", partitions),
                "incident.>",  # people's acts, out of the outbox
                "warning.>",  # what early warning found, out of the outbox
                *_FILES,  # what came as an answer and is a report
                *_ERASES,  # what the rules say is to be erased by now
                _PROBES,
                *looks,
                *_STREAMS,
                "$JS.API.DIRECT.GET.DEADLETTERS",
                *_WORDS,
                "$JS.API.DIRECT.GET.INCIDENTS",
                "$JS.API.STREAM.MSG.DELETE.DEADLETTERS",
                "inbound.>",  # only to itself: an answer that could not be read is told to its own consumer again
                "audit.checkpoint",
                "$JS.API.STREAM.INFO.CHECKPOINTS",
                "$JS.API.DIRECT.GET.CHECKPOINTS",
            ),
            never=("incident.opened.>",),  # triage's own word
        ),
        # The desk shows dead letters and, to a coordinator, their words: no more than its role in the store and its
        # vault give it already. It tells nothing: to tell a letter again takes every subject that a letter may have
        # come by, and whoever took over the pages could forge reports, incidents and answers. The wish lies in the
        # outbox; notify, which files reports anyway and is the only one to hear incidents and answers, carries it out.
        "console": Rights((*looks, *_STREAMS, _PROBES, "$JS.API.DIRECT.GET.DEADLETTERS", *_WORDS, _KEYS)),
        # Commands of the office: reconcile, deadletters, doctor read whole streams and tell letters again.
        "office": Rights(
            (
                *looks,
                *_STREAMS,
                *(f"$JS.API.DIRECT.GET.{one.name}" for one in STREAMS),
                "$JS.API.STREAM.MSG.DELETE.DEADLETTERS",
                *_ERASES,
                "$JS.API.STREAM.MSG.GET.INBOUND",
                "$JS.API.STREAM.MSG.DELETE.INBOUND",
                *_NAMES,
                "$JS.API.CONSUMER.CREATE.REPORTS.*.>",  # one that ends by itself, to count what was filed
                "$JS.API.CONSUMER.MSG.NEXT.REPORTS.*",
                "report.filed.>",
                "known.report",
                "known.report.>",
                "incident.>",
                "warning.>",
                "inbound.>",
                "audit.checkpoint",  # after a restore, said by who restored
            ),
            never=tuple(
                subject
                for durable in of_triage
                for subject in (
                    f"$JS.API.CONSUMER.MSG.NEXT.REPORTS.{durable}",
                    f"$JS.API.CONSUMER.CREATE.REPORTS.{durable}.>",
                )
            ),
        ),
        # Whatever declares streams and consumers, and reads or tells nothing.
        "deploy": Rights(
            (
                *looks,
                *_STREAMS,
                *(f"$JS.API.STREAM.{act}.{one.name}" for one in STREAMS for act in ("CREATE", "UPDATE")),
                *(
                    subject
                    for stream, durable in durables
                    for subject in (
                        f"$JS.API.CONSUMER.DURABLE.CREATE.{stream}.{durable}",
                        f"$JS.API.CONSUMER.CREATE.{stream}.{durable}",
                        f"$JS.API.CONSUMER.CREATE.{stream}.{durable}.>",
                        f"$JS.API.CONSUMER.DELETE.{stream}.{durable}",
                    )
                ),
                # Those of another number of partitions, whatever it was, are looked at and removed.
                *_NAMES,
                *(f"$JS.API.CONSUMER.{act}.{stream}.*" for stream in _DIVIDED for act in ("INFO", "DELETE")),
                *(f"$JS.API.STREAM.{act}.{LEASES.name}" for act in ("CREATE", "UPDATE") if partitions > 1),
            )
        ),
    }


def inbox_of(user: str) -> str:
    """Give the beginning of a user's own inboxes; nobody else may listen there."""
    return f"_INBOX_{user}" if user else "_INBOX"


def conf(users: Mapping[str, Sequence[str]], passwords: Mapping[str, str], partitions: int = 1) -> str:
    """Write nats-server's `authorization`: a user for each process, with the rights of the services it runs."""
    of = rights(partitions)
    told = [_user(user, passwords[user], [of[service] for service in users[user]]) for user in users]
    return "authorization {\n    users = [\n" + "\n".join(told) + "\n    ]\n}\n"


def _user(user: str, password: str, rights: Sequence[Rights]) -> str:
    allowed = list(dict.fromkeys(subject for one in rights for subject in one.publish))
    # What one service of a process never says, another may: nats-server lets a denial win.
    denied = [
        one for one in dict.fromkeys(subject for right in rights for subject in right.never) if one not in allowed
    ]
    deny = f", deny: {json.dumps(denied)}" if denied else ""
    lines = [f"            publish: {{ allow: {json.dumps(allowed)}{deny} }}"]
    lines.append(f'            subscribe: {{ allow: ["{inbox_of(user)}.>"] }}')
    body = "\n".join(lines)
    return f"        {{ user: {user}, password: {password}\n          permissions: {{\n{body}\n          }} }}"


def prepare(data: Path, partitions: int = 1) -> None:
    """See that this machine's bus knows its users: passwords are made once, the rights are written anew each time."""
    known = passwords_of(data)
    passwords = {user: known.get(user) or f"p{secrets.token_hex(24)}" for user in ONE_MACHINE}
    if passwords != known:
        _write(data / USERS_FILE, json.dumps(passwords, indent=1))
    _write(data / ACCOUNTS_FILE, conf(ONE_MACHINE, passwords, partitions))


def _write(file: Path, text: str) -> None:
    """Write a private file whole."""
    aside = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as new:
        new.write(text)
        new.flush()
        os.fsync(new.fileno())
    aside.replace(file)
