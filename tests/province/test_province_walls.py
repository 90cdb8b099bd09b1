"""Nobody on either side of the line hears, says or changes what is not his: the servers refuse it."""

import asyncio
from collections.abc import Callable, Collection
from typing import Any
from uuid import uuid4

import nats.errors
import pytest
from nats.aio.client import Client

from services.bus.province.client import connected, left
from services.bus.province.conf import Address, hub_conf, leaf_conf
from tests.province.servers import BOJONEGORO, TUBAN, Province, arrived, kept, told
from tests.servers import GENEROUS, NatsServer, free_port

pytestmark = pytest.mark.nats
Opened = Callable[[Any], Any]
SHORT = 0.3  # seconds after which a call that nobody may hear counts as unheard
MANAGING = (
    *(f"$JS.API.STREAM.{act}.{{}}" for act in ("CREATE", "UPDATE", "DELETE", "PURGE", "INFO", "MSG.GET", "MSG.DELETE")),
    *(f"$JS.API.CONSUMER.{act}.{{}}" for act in ("LIST", "NAMES", "CREATE", "MSG.NEXT.{}.hub", "DELETE.{}.hub")),
    "$JS.API.DIRECT.GET.{}",
)
OF_THE_DISTRICT = ("OUT", "REPORTS", "KNOWN", "INCIDENTS", "INBOUND")
TRAVELS = ("report.filed.3523.11", "incident.opened.3523.11", "known.report", "inbound.message.sms", "out.x.told")


async def answers(client: Client, subject: str, body: bytes = b"", patience: float = SHORT) -> bytes | None:
    """Give what is answered to a call; None where nobody may hear it."""
    try:
        return (await client.request(subject, body, timeout=patience)).data
    except (nats.errors.Error, TimeoutError):
        return None


async def heard_of(client: Client, *subjects: str, may: Collection[str] = ()) -> list[str]:
    """Give those of some calls that somebody answers; for what may be said it is waited as long as it takes."""
    patience = {subject: GENEROUS if subject in may else SHORT for subject in subjects}
    found = await asyncio.gather(*(answers(client, one, b"{}", patience[one]) for one in subjects))
    return [subject for subject, answer in zip(subjects, found, strict=True) if answer is not None]


async def test_whoever_owns_the_hub_reaches_no_stream_and_no_word_of_a_district(
    province: Province, opened: Opened
) -> None:
    """The hub is not its own here: its accounts have no guard, and a user may say and hear everything in them.

    What keeps the district's words is the district's own configuration, and nothing that the hub promises.
    """
    province.server.stop()
    conf = province.folder / "open.conf"
    at = Address("127.0.0.1", province.server.port)
    text = hub_conf(
        at, Address("127.0.0.1", province.leaf_port), str(province.folder / "s"), province.passwords, province.kabupaten
    )
    users = "users: [ { user: k3523, password: tubanword }, { user: spy, password: spyword } ]"
    begin = text.index("  K3523 {")
    block = text[begin : text.index("imports:", begin)]
    text = text.replace(block, f"  K3523 {{\n    {users}\n    ")
    conf.write_text(text)
    province.server.run(conf)
    await province.declare()
    province.leaf(TUBAN)
    line = await opened(province.line(TUBAN))
    spy = await connected(f"nats://spy:spyword@127.0.0.1:{province.server.port}", "", name="spy")
    heard = list[str]()

    async def hear(message: Any) -> None:
        heard.append(message.subject)

    try:
        await spy.subscribe(">", cb=hear)
        await kept(line, told())
        async with asyncio.timeout(GENEROUS):
            while (await line.look()).waiting:  # noqa: ASYNC110 - the server is asked
                await asyncio.sleep(0.05)
        assert {one.split(".")[0] for one in heard} <= {"province", "_R_"}
        assert any(one.startswith("province.3523.") for one in heard)
        calls = (call.replace("{}", name) for call in MANAGING for name in OF_THE_DISTRICT)
        assert await heard_of(spy, "$JS.API.INFO", *TRAVELS, *calls) == []
        assert (await line.look()).waiting == 0
    finally:
        await left(spy)


async def test_a_kabupaten_speaks_under_its_own_name_alone(province: Province, opened: Opened) -> None:
    await province.declare()
    for code in (TUBAN, BOJONEGORO):
        province.leaf(code)
    reader, line = await opened(province.reader()), await opened(province.line(TUBAN))
    await kept(line, told())
    await arrived(reader, 1)
    client = line._client
    assert await answers(client, f"province.3522.{uuid4()}.told", b"{}") is None
    assert await answers(client, f"province.3523.{uuid4()}.told", b"{}", GENEROUS) is not None  # its own is heard
    assert {one.kabupaten for one in await reader.everything()} == {TUBAN}


async def test_a_leaf_node_that_claims_another_name_is_heard_under_none(province: Province, opened: Opened) -> None:
    """Its own configuration is the attacker's: the hub's accounts alone decide."""
    await province.declare()
    server = province.leaves.setdefault(TUBAN, NatsServer(province.folder / TUBAN))
    conf = province.folder / "forged.conf"
    remote = f'{{ url: "nats-leaf://k3523:tubanword@localhost:{province.leaf_port}", account: LINE }}'
    says = ("province.>", "report.>", "$JS.>")
    exports = ", ".join(f'{{ service: "{one}" }}' for one in says)
    imports = ", ".join(f'{{ service: {{ account: LINE, subject: "{one}" }} }}' for one in says)
    conf.write_text(
        f'host: "127.0.0.1"\nport: {server.port}\nserver_name: forged\nleafnodes {{ reconnect: 1, remotes: [ {remote} ] }}\n'
        "accounts {\n"
        f"  MOUTH {{ users: [ {{ user: mouth, password: word }} ], imports: [ {imports} ] }}\n"
        f"  LINE {{ users: [ {{ user: ear, password: word }} ], exports: [ {exports} ] }}\n"
        "}\n"
    )
    server.run(conf)
    client = await connected(f"nats://mouth:word@127.0.0.1:{server.port}", "", name="mouth")
    ear = await connected(f"nats://ear:word@127.0.0.1:{server.port}", "", name="ear")
    try:
        async with asyncio.timeout(GENEROUS):
            while await answers(client, f"province.3523.{uuid4()}.told", b"{}") is None:  # the line stands
                pass
        other = await connected(province.url("declare"), "", name="declare")
        before = (await other.jetstream().stream_info("PROVINCE")).state.last_seq
        others = (f"province.3522.{uuid4()}.told", "province.3522", "province.x", "report.filed.3522.11")
        calls = (call.replace("{}", name) for call in MANAGING for name in ("PROVINCE", "MINE"))
        assert await heard_of(client, *others, *calls) == []
        heard = list[str]()

        async def hear(message: Any) -> None:
            heard.append(message.subject)

        await ear.subscribe("province.3522.>", cb=hear)
        await ear.subscribe("*.3522.*.told", cb=hear)
        await ear.flush()
        province.leaf(BOJONEGORO)
        await kept(await opened(province.line(BOJONEGORO)), told())
        await arrived(await opened(province.reader()), 1)
        assert heard == []
        assert (await other.jetstream().stream_info("PROVINCE")).state.last_seq == before + 1
        await left(other)
    finally:
        await left(client)
        await left(ear)


async def test_a_wrong_password_brings_nothing_in(province: Province, opened: Opened) -> None:
    await province.declare()
    province.leaf(TUBAN, "wrongword")
    line = await opened(province.line(TUBAN))
    await kept(line, told())
    assert not (await line.look()).hub_answers
    assert await (await opened(province.reader())).everything() == []


@pytest.mark.parametrize("user", ["reader", "declare"])
async def test_who_reads_at_the_hub_reads_and_who_declares_declares(province: Province, user: str) -> None:
    await province.declare()
    client = await connected(province.url(user), "", name=user)
    may = {"reader": ("INFO",), "declare": ("INFO", "CREATE", "UPDATE")}[user]
    try:
        acts = ("CREATE", "UPDATE", "INFO", "DELETE", "PURGE", "MSG.GET", "MSG.DELETE", "SNAPSHOT")
        calls = [f"$JS.API.STREAM.{act}.PROVINCE" for act in acts]
        calls += ["$JS.API.STREAM.CREATE.MINE", f"province.3523.{uuid4()}.told", "$JS.API.CONSUMER.DELETE.PROVINCE.x"]
        theirs = [f"$JS.API.STREAM.{act}.PROVINCE" for act in acts if act in may]
        assert await heard_of(client, *calls, may=theirs) == theirs
    finally:
        await left(client)


@pytest.mark.parametrize("act", ["DELETE", "PURGE", "MSG.DELETE"])
async def test_whoever_takes_over_notify_takes_nothing_back_from_the_leaf_node(
    province: Province, opened: Opened, act: str
) -> None:
    province.leaf(TUBAN)
    line = await opened(province.line(TUBAN))
    await kept(line, told())
    assert await answers(line._client, f"$JS.API.STREAM.{act}.OUT", b"{}") is None


def test_what_a_leaf_node_is_told_names_no_subject_of_the_bus() -> None:
    from services.bus import STREAMS
    from services.bus.province.conf import Uplink

    text = leaf_conf(Address("127.0.0.1", free_port()), "store", "word", Uplink(TUBAN, ("hub:7422",), "word"))
    for stream in STREAMS:
        assert f".{stream.name}" not in text
        assert not any(f'"{subject}"' in text for subject in stream.subjects or ())
