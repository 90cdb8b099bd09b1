"""`kentongan deadletters` as the office uses it."""

import asyncio
import contextlib
import json
from pathlib import Path

import pytest
from sqlalchemy import select

from schemas.records.audit_log import Journal
from services.bus import Bus
from services.cli.main import main
from services.runtime.settings import Settings
from services.sources.keyring import open_vault
from services.sources.vault import Vault
from services.store.database import Store
from tests.incidents import filed
from tests.servers import NatsServer

pytestmark = pytest.mark.nats


async def declared(url: str) -> None:
    bus = Bus(url, name="test", kabupaten="35.23", declares=True)
    await bus.open()
    await bus.close()


async def two_letters(url: str, vault: Vault) -> None:
    """Keep two reports, sealed as the front door seals them, and give both up."""
    bus = Bus(url, name="test", kabupaten="35.23", declares=True, sealer=vault)
    await bus.open()
    for words in ("Kejadian pertama.", "Kejadian kedua."):
        await bus.publish_report(filed(words), "digest")
    given_up = 0
    async for batch in bus.consume("REPORTS", "triage"):
        for told in batch:
            await told.message.term()
            given_up += 1
        if given_up == 2:
            break
    async with asyncio.timeout(20):
        while len(await bus.dead_letters()) < 2:  # noqa: ASYNC110 - the server is asked
            await asyncio.sleep(0.01)
    await bus.close()


def test_listed_shown_told_again_and_dropped(
    nats: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KENTONGAN_NATS_URL", nats.url)
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))

    def office(*words: str) -> tuple[int, str]:
        code = main(["deadletters", *words])
        return code, capsys.readouterr().out

    with contextlib.closing(Store(f"sqlite:///{tmp_path / 'kentongan.db'}")) as store:
        store.upgrade()  # where it is written down that somebody read a letter
        vault = open_vault(Settings(data=tmp_path), store)
    asyncio.run(declared(nats.url))
    assert office("list") == (0, "None.\n")
    asyncio.run(two_letters(nats.url, vault))
    code, listed = office("list", "--json")
    letters = [json.loads(line) for line in listed.splitlines()]
    assert (code, [letter["sequence"] for letter in letters]) == (1, [1, 2])
    first, second = (str(letter["advisory"]) for letter in letters)
    code, shown = office("show", first)
    assert code == 0
    assert "Kejadian pertama." in shown
    assert office("replay", first) == (0, f"{first} told again\n")
    assert office("drop", second, "--reason", "Salinan dari yang lain") == (0, f"{second} dropped\n")
    assert office("list") == (0, "None.\n")
    assert office("show", first) == (1, "No such dead letter.\n")
    with contextlib.closing(Store(f"sqlite:///{tmp_path / 'kentongan.db'}")) as store:
        dropped = select(Journal).where(Journal.kind == "deadletter.drop_asked")
        (line,) = store.read_now(lambda session: session.scalars(dropped).all())
    assert (line.actor, line.subject_id) == ("office", second)
    assert line.data["reason"] == "Salinan dari yang lain"
    main(["reconcile", "--wait", "0", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["put_aside"] == 1
    assert line.data["report"] not in found["missing"]  # the first waits for triage, which does not run here
    assert main(["reconcile", "--wait", "0"]) == 0
    assert "put aside            1 by a person" in capsys.readouterr().out


def test_who_puts_a_report_aside_is_known_and_it_is_not_told_again(
    nats: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KENTONGAN_NATS_URL", nats.url)
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
    with contextlib.closing(Store(f"sqlite:///{tmp_path / 'kentongan.db'}")) as store:
        store.upgrade()
        vault = open_vault(Settings(data=tmp_path), store)
    asyncio.run(declared(nats.url))
    asyncio.run(two_letters(nats.url, vault))
    main(["deadletters", "list", "--json"])
    first, second = (json.loads(line)["advisory"] for line in capsys.readouterr().out.splitlines())
    assert main(["deadletters", "drop", str(first)]) == 0
    assert main(["reconcile", "--wait", "0"]) == 0  # a letter excuses a report, and so does who has dropped one
    assert main(["deadletters", "drop", str(second)]) == 0
    capsys.readouterr()
    assert main(["reconcile", "--wait", "0", "--mend"]) == 0
    said = capsys.readouterr()
    assert "0 reports told again" in said.err
    assert "put aside            2 by a person" in said.out
