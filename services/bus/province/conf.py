"""Write what nats-server is told at a district's leaf node and at the hub: who may say and hear what. Pure.

Each end keeps to itself by its own configuration, and trusts nothing that the other one says:

- At the leaf node the line to the hub is bound to an account without users and streams (`LINE`). One subject is
  exported from it to the account that keeps the messages (`OUT`), and nothing else is there to be heard or called.
- At the hub each kabupaten has an account of its own, without streams. One subject is exported into it, the one with
  its own code; whatever else it says or asks for, nobody is there to hear it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

STREAM, CONSUMER = "OUT", "hub"  # of a leaf node
HUB_STREAM = "PROVINCE"
LINE_USER, READER, DECLARER = "line", "reader", "declare"
LIMIT = "1MB"
MOST_KEPT = "10GB"  # of the disk of a leaf node; what is beyond that is refused and stays owed in the store


def token(kabupaten: str) -> str:
    """Give a kabupaten's code as it stands in a subject.

    >>> token("35.23")
    '3523'
    """
    return kabupaten.replace(".", "")


def told_subject(kabupaten: str, incident: str, *, late: bool = False) -> str:
    """Give the subject of a message at the hub; `late`: a newer one about the same incident has gone before."""
    return f"province.{token(kabupaten)}.{incident}.{'late' if late else 'told'}"


def kept_subject(incident: str, *, late: bool = False) -> str:
    """Give the subject of a message in the stream of the leaf node."""
    return f"out.{incident}.{'late' if late else 'told'}"


def withdrawn_subject(incident: str) -> str:
    """Give the subject of a withdrawal in the stream of the leaf node; at the hub it is a message like the others."""
    return f"out.{incident}.withdrawn"


def user_of(kabupaten: str) -> str:
    """Give the name by which a kabupaten's leaf node comes to the hub."""
    return f"k{token(kabupaten)}"


@dataclass(frozen=True)
class Address:
    """Where a server listens, everywhere without a host, and its certificate; without one it speaks in the clear."""

    host: str
    port: int
    certificate: str = ""
    key: str = ""

    def block(self) -> str:
        """Write the certificate."""
        if not self.certificate:
            return ""
        return f"tls {{ cert_file: {json.dumps(self.certificate)}, key_file: {json.dumps(self.key)} }}"


@dataclass(frozen=True)
class Uplink:
    """How a leaf node reaches the hub: addresses of one hub, its user's password, who signed the certificate."""

    kabupaten: str
    addresses: tuple[str, ...]  # host:port
    password: str
    authority: str = ""  # file; without one the line is in the clear: on one machine alone

    def urls(self) -> list[str]:
        """Give the addresses with the user's name and password."""
        kind = "tls" if self.authority else "nats-leaf"
        return [f"{kind}://{user_of(self.kabupaten)}:{self.password}@{one}" for one in self.addresses]


def leaf_conf(listens: Address, store: str, password: str, up: Uplink) -> str:
    """Write the configuration of a district's leaf node; `password` is that of its own one user."""
    own = f"province.{token(up.kabupaten)}.>"
    stream, consumer = f"$JS.API.STREAM.{{}}.{STREAM}", f"{STREAM}.{CONSUMER}"
    says = [
        "out.>",
        own,
        *(stream.format(act) for act in ("CREATE", "UPDATE", "INFO")),
        f"$JS.API.DIRECT.GET.{STREAM}.>",
        f"$JS.API.STREAM.MSG.GET.{STREAM}",
        *(f"$JS.API.CONSUMER.{act}.{consumer}" for act in ("CREATE", "DURABLE.CREATE", "INFO", "MSG.NEXT")),
        f"$JS.API.CONSUMER.CREATE.{consumer}.>",
        f"$JS.ACK.{consumer}.>",
        f"$JS.ACK.*.*.{consumer}.>",
    ]
    trusted = f", tls {{ ca_file: {json.dumps(up.authority)} }}" if up.authority else ""
    return (
        f"# Written by `kentongan province join`: the leaf node of {up.kabupaten}, which alone speaks to the hub.\n"
        f"host: {json.dumps(listens.host)}\nport: {listens.port}\nserver_name: leaf-{token(up.kabupaten)}\n"
        f"max_payload: {LIMIT}\n"
        f"jetstream {{ store_dir: {json.dumps(store)}, sync_interval: always, "
        f"max_memory_store: 16MB, max_file_store: {MOST_KEPT} }}\n"
        "accounts {\n"
        "  OUT {\n    jetstream: enabled\n"
        f"    users: [ {_user(LINE_USER, password, says, [f'_INBOX_{LINE_USER}.>'])} ]\n"
        f"    imports: [ {{ service: {{ account: LINE, subject: {json.dumps(own)} }} }} ]\n  }}\n"
        "  # What the hub reaches: no user, no stream, one subject that goes up.\n"
        f"  LINE {{ exports: [ {{ service: {json.dumps(own)}, accounts: [OUT] }} ] }}\n"
        "}\n"
        "leafnodes {\n  reconnect: 1\n"
        f"  remotes: [ {{ urls: {json.dumps(up.urls())}, account: LINE{trusted} }} ]\n}}\n"
    )


def hub_conf(
    readers: Address, leaves: Address, store: str, passwords: Mapping[str, str], kabupaten: Mapping[str, str]
) -> str:
    """Write the configuration of the hub; `kabupaten` gives the password of each code's leaf node."""
    codes = sorted(kabupaten)
    own = {code: f"province.{token(code)}.>" for code in codes}
    accounts = {code: f"K{token(code)}" for code in codes}
    exports = [f"      {{ service: {json.dumps(own[code])}, accounts: [{accounts[code]}] }}" for code in codes]
    reads = [
        f"$JS.API.STREAM.INFO.{HUB_STREAM}",
        f"$JS.API.CONSUMER.CREATE.{HUB_STREAM}.>",
        f"$JS.API.CONSUMER.MSG.NEXT.{HUB_STREAM}.*",
        f"$JS.API.CONSUMER.INFO.{HUB_STREAM}.*",
    ]
    declares = [f"$JS.API.STREAM.{act}.{HUB_STREAM}" for act in ("CREATE", "UPDATE", "INFO")]
    users = [
        _user(READER, passwords[READER], reads, [f"_INBOX_{READER}.>"]),
        _user(DECLARER, passwords[DECLARER], declares, [f"_INBOX_{DECLARER}.>"]),
    ]
    told = [
        f"  {accounts[code]} {{\n"
        f"    users: [ {_leaf(code, kabupaten[code], own[code])} ]\n"
        f"    imports: [ {{ service: {{ account: HUB, subject: {json.dumps(own[code])} }} }} ]\n  }}\n"
        for code in codes
    ]
    where = f"host: {json.dumps(leaves.host)}, " if leaves.host else ""
    return (
        "# Written by `kentongan province hub` and `add`: an account for each kabupaten, and what each may say.\n"
        f"host: {json.dumps(readers.host)}\nport: {readers.port}\nserver_name: province-hub\nmax_payload: {LIMIT}\n"
        f"{readers.block()}\n"
        f"jetstream {{ store_dir: {json.dumps(store)}, sync_interval: always, max_memory_store: 64MB, "
        "max_file_store: 1PB }\n"
        f"leafnodes {{ {where}port: {leaves.port}, {leaves.block()} }}\n"
        "accounts {\n"
        f"  HUB {{\n    jetstream: enabled\n    users: [\n      {users[0]}\n      {users[1]}\n    ]\n"
        "    exports: [\n" + "\n".join(exports) + "\n    ]\n  }\n" + "".join(told) + "}\n"
    )


def _user(name: str, password: str, says: Sequence[str], hears: Sequence[str]) -> str:
    return (
        f"{{ user: {name}, password: {password}, permissions: {{ publish: {{ allow: {json.dumps(list(says))} }}, "
        f"subscribe: {{ allow: {json.dumps(list(hears))} }} }} }}"
    )


def _leaf(code: str, password: str, own: str) -> str:
    """Write the user by which a leaf node comes: it says one subject, and hears the hub's promises (`_R_.>`) alone."""
    return (
        f"{{ user: {user_of(code)}, password: {password}, allowed_connection_types: [LEAFNODE], permissions: "
        f'{{ publish: {{ allow: {json.dumps([own])} }}, subscribe: {{ allow: ["_R_.>"] }} }} }}'
    )
