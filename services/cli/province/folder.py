"""Keep the hub's folder: who may come with which password, and the configuration that follows from it."""

import json
import secrets
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from schemas.province import CODE_KABUPATEN
from services.bus.province.conf import (
    DECLARER,
    LINE_USER,
    READER,
    Address,
    Uplink,
    hub_conf,
    leaf_conf,
    token,
    user_of,
)
from services.runtime.bus_users import LEAF_CONF, LEAF_FILE, LEAF_FOLDER
from services.runtime.private import give_all_to_owner, keep_private, write_private

HUB_FILE, HUB_CONF = "hub.json", "hub.conf"
HERE = ("127.0.0.1", "localhost", "::1")
Code = Annotated[str, StringConstraints(pattern=CODE_KABUPATEN)]


class ProvinceError(ValueError):
    """What was asked cannot be done; the sentence is Indonesian, `english` is the other one."""

    def __init__(self, indonesian: str, english: str) -> None:
        super().__init__(indonesian)
        self.english = english


class Member(BaseModel):
    """A kabupaten at the hub."""

    name: str
    password: str


class HubFile(BaseModel):
    """What a hub is: its address for leaf nodes, its certificate, its passwords, its kabupaten."""

    host: str
    port: int
    leaf_port: int
    zone: str = "Asia/Jakarta"  # in which times are shown
    tls: str = ""  # folder of HOST.pem, HOST.key and ca.pem; empty: everything on one machine
    passwords: dict[str, str]
    kabupaten: dict[Code, Member] = Field(default_factory=dict)


class Invitation(BaseModel):
    """What the province hands over to one kabupaten: a file, which is a password."""

    kabupaten: Code
    name: str
    address: str  # host:port of the hub's door for leaf nodes
    password: str
    authority: str = ""  # PEM of who signed the hub's certificate


def read_hub(folder: Path) -> HubFile:
    """Read a hub's folder; raises ProvinceError where there is none."""
    try:
        return HubFile.model_validate_json((folder / HUB_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        said = f"{folder}: di sini tidak ada pusat provinsi. Buat dahulu: kentongan province hub"
        raise ProvinceError(said, f"{folder}: there is no hub here. Make one first: kentongan province hub") from None


def write_hub(folder: Path, hub: HubFile) -> None:
    """Write what the hub is and its configuration; `province run` starts its server anew on it."""
    keep_private(folder)
    tls = Path(hub.tls) if hub.tls else None
    if tls is not None:
        missing = [one for one in (f"{hub.host}.pem", f"{hub.host}.key", "ca.pem") if not (tls / one).exists()]
        if missing:
            named = ", ".join(missing)
            raise ProvinceError(
                f"{tls}: tidak ada {named}. Buat: deploy/certificates {tls} {hub.host}",
                f"{tls}: no {named}. Make them: deploy/certificates {tls} {hub.host}",
            )
    elif hub.host not in HERE:
        raise ProvinceError(
            "Ke komputer lain hanya lewat TLS: sebutkan --tls FOLDER (deploy/certificates membuatnya).",
            "To another machine only over TLS: name --tls FOLDER (deploy/certificates makes it).",
        )
    secured = [str((tls / f"{hub.host}.{kind}").resolve()) for kind in ("pem", "key")] if tls else []
    conf = hub_conf(
        Address("127.0.0.1", hub.port),
        Address("" if tls else "127.0.0.1", hub.leaf_port, *secured),  # districts come from elsewhere
        str((folder / "store").resolve()),
        hub.passwords,
        {code: member.password for code, member in hub.kabupaten.items()},
    )
    write_private(folder / HUB_FILE, hub.model_dump_json(indent=1))
    if not (folder / HUB_CONF).exists() or (folder / HUB_CONF).read_text(encoding="utf-8") != conf:
        write_private(folder / HUB_CONF, conf)
    give_all_to_owner(folder)


def new_hub(host: str, port: int, leaf_port: int) -> HubFile:
    """Make a hub with passwords of its own and no kabupaten yet."""
    passwords = {user: _password() for user in (READER, DECLARER)}
    return HubFile(host=host, port=port, leaf_port=leaf_port, passwords=passwords)


def add(folder: Path, code: str, name: str) -> Path:
    """Take a kabupaten in, or give it its file again; returns the file to hand over."""
    hub = read_hub(folder)
    known = hub.kabupaten.get(code) or Member(name=code, password=_password())
    hub.kabupaten[code] = Member(name=name or known.name, password=known.password)
    write_hub(folder, hub)
    authority = (Path(hub.tls) / "ca.pem").read_text(encoding="ascii") if hub.tls else ""
    invitation = Invitation(
        kabupaten=code,
        name=hub.kabupaten[code].name,
        address=f"{hub.host}:{hub.leaf_port}",
        password=hub.kabupaten[code].password,
        authority=authority,
    )
    file = folder / f"join-{token(code)}.json"
    write_private(file, invitation.model_dump_json(indent=1))
    give_all_to_owner(folder)
    return file


def remove(folder: Path, code: str) -> None:
    """Let a kabupaten in no longer; what it has told stays until its time is over."""
    hub = read_hub(folder)
    if hub.kabupaten.pop(code, None) is None:
        raise ProvinceError(f"{code} tidak terdaftar di pusat ini.", f"{code} is not at this hub.")
    (folder / f"join-{token(code)}.json").unlink(missing_ok=True)
    write_hub(folder, hub)


def url_of(hub: HubFile, user: str) -> str:
    """Give the address of a hub for one of its users on the same machine."""
    return f"nats://{user}:{hub.passwords[user]}@127.0.0.1:{hub.port}"


def join(data: Path, invitation: Invitation, port: int) -> None:
    """Make this installation's leaf node, and write down how services find it."""
    folder = data / LEAF_FOLDER
    keep_private(data)
    keep_private(folder)
    authority = ""
    if invitation.authority:
        write_private(folder / "ca.pem", invitation.authority)
        authority = str((folder / "ca.pem").resolve())
    password = _password()
    up = Uplink(invitation.kabupaten, (invitation.address,), invitation.password, authority)
    store = str((folder / "store").resolve())
    write_private(folder / LEAF_CONF, leaf_conf(Address("127.0.0.1", port), store, password, up))
    settings = {
        "KENTONGAN_CHANNEL_PROVINCE_URL": f"nats://{LINE_USER}:{password}@127.0.0.1:{port}",
        "KENTONGAN_CHANNEL_PROVINCE_KABUPATEN": invitation.kabupaten,
    }
    write_private(folder / LEAF_FILE, json.dumps(settings, indent=1))
    give_all_to_owner(data)


def known_as(hub: HubFile, code: str) -> str:
    """Give what the hub calls a kabupaten; one that was removed by its user's name."""
    member = hub.kabupaten.get(code)
    return member.name if member else user_of(code)


def _password() -> str:
    """Make a password that stands in addresses: letters and digits, a letter first."""
    return f"p{secrets.token_hex(24)}"
