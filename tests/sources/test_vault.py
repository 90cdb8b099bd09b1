"""Keys wrap and unwrap, handles are keyed, sealed files notice every change, a master is replaced without a loss."""

import hashlib
import io
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from schemas.messages import InboundMessage, ReportFiled, ReportIn, SealedReport, Source
from schemas.records.alerts import Delivery
from schemas.records.incidents import Incident
from schemas.records.people import OptOut
from schemas.records.reports import Report, ReporterKey, ReportSource
from services.cli import main as cli
from services.ingest import gateways, validation
from services.notify.watchdog import canary
from services.office.drills import holding as drill
from services.runtime.settings import Settings
from services.security.secret import Secret, SecretError
from services.sources import kept, person, queries
from services.sources.cipher import SealError, new_key, seal, unseal
from services.sources.keyring import open_vault
from services.sources.plain import seal_all
from services.sources.stream import PIECE, OpenedReader, SealingWriter
from services.sources.vault import ROOT, Vault
from services.store.database import Store
from services.store.ids import derived
from tests.incidents import filed

VAULT = Vault(Secret(bytes(32)), bytes(range(32)))
OTHER = Vault(Secret(bytes(32)), bytes(32))
NUMBER = "+6281290017744"


def report(**fields: Any) -> ReportFiled:
    source = fields.pop("source", Source(reporter="key-1"))
    return ReportFiled(
        id=uuid4(), filed_at=datetime(2026, 11, 1, tzinfo=UTC), report=ReportIn(text="x", **fields), source=source
    )


def test_handles_are_keyed_and_the_same_however_a_number_is_spelt() -> None:
    ways = ["0812-9001-7744", "+62 812 9001 7744", "6281290017744", "Wagiman, 081290017744", "sms:+6281290017744"]
    assert {VAULT.person(person.spelt(way)) for way in ways} == {VAULT.person(f"tel:{NUMBER}")}
    one = report(contact=NUMBER, source=Source(reporter=f"sms:{NUMBER}", channel="sms"))
    plain = hashlib.sha256(f"sms:{NUMBER}||sms|{NUMBER}".encode()).hexdigest()
    assert VAULT.source(one)[:16] != plain[:16]
    assert VAULT.source(one) == VAULT.source(one.model_copy(update={"id": uuid4()}))
    assert VAULT.source(one) != OTHER.source(one)  # without the root nobody enumerates
    assert VAULT.source(one) == Vault(Secret(bytes(range(32))), VAULT.root).source(one)  # a new master changes none
    assert VAULT.source(report()) != VAULT.source(report(source=Source(reporter="key-2")))


def test_nobody_stands_behind_programs_and_the_nameless() -> None:
    assert {canary.CANARY, drill.NAME, "anonymous"} <= person.PROGRAMS
    assert person.of_report(ReportIn(text="x"), Source(reporter="anonymous")) is None
    assert person.of_report(ReportIn(text="x", contact="Sumi"), Source(reporter="anonymous")) == "name:sumi"
    assert VAULT.reporter("drill") == "drill"
    assert {validation.OBSERVED, gateways.CLOCK} <= kept.OWN_NOTES


def test_a_sealed_report_opens_with_its_own_key_alone() -> None:
    one, two = report(contact=NUMBER), report()
    body, wrapped = VAULT.seal_report(one)
    assert NUMBER.encode() not in body
    assert ReportFiled.model_validate_json(VAULT.open_report(body, wrapped)) == one
    _, other = VAULT.seal_report(two)
    moved = SealedReport.model_validate_json(body).model_copy(update={"key": str(two.id)})
    for wrong in (
        (body, other),
        (moved.model_dump_json().encode(), wrapped),
        (moved.model_dump_json().encode(), other),
    ):
        with pytest.raises(SealError):
            VAULT.open_report(*wrong)
    with pytest.raises(SealError, match="not here"):
        Vault(Secret(bytes(range(32))), VAULT.root).open_report(body, wrapped)


def test_an_inbound_message_shows_neither_sender_nor_words() -> None:
    message = InboundMessage(id="m", channel="sms", sender=NUMBER, text="massa di Soko", at=datetime.now(UTC))
    body = VAULT.seal_inbound(message.model_dump_json().encode())
    assert NUMBER.encode() not in body
    assert b"Soko" not in body
    assert InboundMessage.model_validate_json(VAULT.open_inbound(body)) == message
    with pytest.raises(SealError):
        OTHER.open_inbound(body)


def test_an_address_is_sealed_alike_and_opens() -> None:
    assert VAULT.seal_address(NUMBER) == VAULT.seal_address(NUMBER) != VAULT.seal_address(f"{NUMBER}1")
    assert NUMBER not in VAULT.seal_address(NUMBER)
    assert VAULT.open_address(VAULT.seal_address(NUMBER)) == NUMBER
    assert VAULT.open_address("polsek@tuban.example") == "polsek@tuban.example"
    with pytest.raises(SealError):
        OTHER.open_address(VAULT.seal_address(NUMBER))


@given(st.binary(max_size=300), st.text(max_size=20))
def test_whatever_is_sealed_opens_and_every_changed_byte_is_noticed(plain: bytes, bound: str) -> None:
    key = new_key()
    sealed = seal(key, plain, bound)
    assert unseal(key, sealed, bound) == plain
    with pytest.raises(SealError):
        unseal(key, sealed, bound + "x")
    with pytest.raises(SealError):
        unseal(key, sealed[:-4], bound)
    for strange in ("", "!!", "äöü", "AAAA"):
        with pytest.raises(SealError):
            unseal(key, strange, bound)


MASTER = Secret(bytes(32))


def sealed_file(plain: bytes, master: Secret = MASTER) -> bytes:
    out = io.BytesIO()
    with SealingWriter(out, master, "backup") as writer:
        for start in range(0, len(plain), 10_007):
            writer.write(plain[start : start + 10_007])
    return out.getvalue()


def opened_file(content: bytes, master: Secret = MASTER, kind: str = "backup") -> bytes:
    return io.BufferedReader(OpenedReader(io.BytesIO(content), master, kind)).read()


def opens(content: bytes) -> bool:
    try:
        opened_file(content)
    except SealError:
        return False
    return True


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 17])
def test_a_file_of_any_length_opens_again(size: int) -> None:
    plain = os.urandom(size)
    assert opened_file(sealed_file(plain)) == plain


def test_a_file_that_was_cut_changed_or_reordered_does_not_open() -> None:
    content = sealed_file(os.urandom(3 * PIECE))
    head = content.index(b"\n") + 1
    piece = PIECE + 16
    first, second, third = (content[head + number * piece : head + (number + 1) * piece] for number in range(3))
    wrong = {
        "cut at a piece": content[: head + 2 * piece],
        "cut within one": content[:-5],
        "empty": content[:head],
        "reordered": content[:head] + second + first + third,
        "one left out": content[:head] + first + third,
        "longer": content + b"x" * 40,
        "another header": content.replace(b'"kind": "backup"', b'"kind": "backup" '),
        "no header": content[head:],
        "nothing": b"",
    }
    assert [what for what, told in wrong.items() if opens(told)] == []
    with pytest.raises(SealError, match="not here"):
        opened_file(content, Secret(bytes(range(32))))
    with pytest.raises(SealError, match="not a key file"):
        opened_file(content, kind="key file")
    assert len(opened_file(content, Secret(bytes(range(32)), MASTER.current))) == 3 * PIECE  # the master before


@settings(max_examples=30)
@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_flipped_byte_anywhere_is_noticed(at: int, by: int) -> None:
    content = bytearray(sealed_file(b"Tawuran di Soko" * 20))
    content[at % len(content)] ^= by
    with pytest.raises(SealError):
        opened_file(bytes(content))


# -- the master ----------------------------------------------------------------------------------------------------------


def of(tmp_path: Path, **more: Any) -> Settings:
    return Settings(data=tmp_path / "data", store_url=f"sqlite:///{tmp_path / 'k.db'}", **more)


def opened(own: Settings) -> tuple[Store, Vault]:
    store = Store(own.database)
    store.upgrade()
    return store, open_vault(own, store)


def test_the_root_stays_and_the_front_door_starts_without_the_store(tmp_path: Path) -> None:
    own = of(tmp_path)
    store, vault = opened(own)
    assert open_vault(own, store).root == vault.root
    for name in ("master", "root"):
        assert stat.S_IMODE((own.data / name).stat().st_mode) == 0o600
    again = Store(f"sqlite:///{tmp_path / 'a-new-one.db'}")
    again.upgrade()
    assert open_vault(own, again).root == vault.root  # the store was lost: handles stay what they were
    away = Store(f"sqlite:///{tmp_path / 'without-tables.db'}")
    assert open_vault(own, away).root == vault.root
    for one in (store, away, again):
        one.close()


def test_another_master_is_refused_with_a_sentence(tmp_path: Path) -> None:
    own = of(tmp_path)
    store, _ = opened(own)
    (own.data / "master").write_text("ab" * 32)
    with pytest.raises(SecretError, match="master key of this installation does not open"):
        open_vault(own, store)
    store.close()


def test_a_kms_gives_the_master_by_a_command(tmp_path: Path) -> None:
    script = tmp_path / "kms"
    script.write_text(f"#!/bin/sh\necho {'cd' * 32}\n")
    script.chmod(0o700)
    own = of(tmp_path, master_command=str(script))
    store, vault = opened(own)
    assert vault.master.current == bytes.fromhex("cd" * 32)
    assert not (own.data / "master").exists()
    for said in ("echo zz", "echo abcd", "false", str(tmp_path / "none"), "echo " + " ".join(["cd" * 32] * 3)):
        with pytest.raises(SecretError, match="KENTONGAN_MASTER_COMMAND"):
            open_vault(own.model_copy(update={"master_command": said}), store)
    store.close()


def test_a_replaced_master_opens_everything_and_the_retired_one_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = of(tmp_path)
    store, vault = opened(own)
    one = report(contact=NUMBER)
    found = kept.sealed(vault, one, vault.wrap(str(one.id), new_key()), store.clock())
    store.write_now(lambda tx: (tx.add(ReportSource, [found.source]), tx.add(ReporterKey, [found.key])))
    before, old = (own.data / "master").read_text(), vault.wrap("x", b"")[:8]
    monkeypatch.setenv("KENTONGAN_STORE_URL", own.store_url)
    backup = tmp_path / "old.backup"
    assert cli.main(["backup", str(backup), "--data", str(own.data)]) == 0
    assert cli.main(["source", "rotate", "--data", str(own.data)]) == 0
    assert "2 keys are wrapped by the new master" in capsys.readouterr().out

    def contact() -> str | None:
        fresh = open_vault(own, store)
        source = store.read_now(lambda session: session.get_one(ReportSource, str(one.id)))
        known = kept.opened(fresh, source, store.read_now(lambda session: queries.wrapped_key(session, str(one.id))))
        return known.contact if known else None

    assert contact() == NUMBER
    assert open_vault(own, store).root == vault.root
    assert cli.main(["source", "retire", "--no-bus", "--data", str(own.data)]) == 0
    assert contact() == NUMBER
    wrapped = store.read_now(lambda session: queries.wrapped_keys(session, [str(one.id), ROOT]))
    assert not any(key.startswith(old) for key in wrapped.values())
    assert cli.main(["restore", str(backup), "--data", str(own.data)]) == 1  # sealed by the one that was ended
    (own.data / "master").write_text(before)
    with pytest.raises(SecretError):
        open_vault(own, store)
    store.close()


# -- what an earlier version kept --------------------------------------------------------------------------------------


def test_what_was_kept_in_plain_text_is_sealed_and_stays_the_same_source(tmp_path: Path) -> None:
    own = of(tmp_path)
    store, vault = opened(own)
    one = filed("Tawuran di Soko", reporter="key-1")

    def plant(tx: Any) -> None:
        id_ = str(one.id)
        row = {"id": id_, "digest": "d", "filed_at": tx.now, "text": one.report.text, "told": {}, "channel": "sms"}
        row |= {"notes": {"NIK": "3523114507910003", "Lampiran": "foto, tidak disimpan"}, "source": "plainhandle"}
        tx.add(Report, [{**row, "incident_id": "i", "outcome": "opened", "revision": 1, "level": 3}])
        tx.add(ReportSource, [{"report_id": id_, "reporter": f"sms:{NUMBER}", "name": "Wagiman", "contact": NUMBER}])
        facts = {"issue": "X", "form": "Y", "stage": "z", "level": 3, "score": 1, "confidence": 1, "rating": "F6"}
        facts |= {"handling": "send", "opened_at": tx.now, "changed_at": tx.now, "place": {}, "facts": {}, "stamp": 1}
        facts |= {key: [] for key in ("reasons", "missing", "parties")}
        facts |= {"sources": ["plainhandle", "other"], "features": {"sources": ["plainhandle"], "words": ["a"]}}
        tx.add(Incident, [{"id": "i", **facts}])
        told = {"id": "d", "alert_id": "-", "incident_id": "i", "channel": "sms", "address": NUMBER, "round": 1}
        tx.add(Delivery, [{**told, "reason": "heard", "payload": {}, "owed_at": tx.now}])
        tx.add(OptOut, [{"id": derived("sender", NUMBER), "at": tx.now}])

    store.write_now(plant)
    assert seal_all(store, vault) == 2
    assert seal_all(store, vault) == 0
    source = store.read_now(lambda session: session.get_one(ReportSource, str(one.id)))
    assert (source.name, source.contact) == (None, None)
    known = kept.opened(vault, source, store.read_now(lambda session: queries.wrapped_key(session, str(one.id))))
    assert known is not None
    assert (known.reporter, known.name, known.contact) == (f"sms:{NUMBER}", "Wagiman", NUMBER)
    assert known.notes == {"NIK": "3523114507910003"}
    stored = store.read_now(lambda session: session.get_one(Report, str(one.id)))
    assert stored.notes == {"Lampiran": "foto, tidak disimpan"}
    incident = store.read_now(lambda session: session.get_one(Incident, "i"))
    handle = vault.source_of(f"sms:{NUMBER}", None, "sms", NUMBER)
    assert (stored.source, incident.sources) == (handle, [handle, "other"])
    assert incident.features == {"sources": [handle], "words": ["a"]}
    assert store.read_now(lambda session: session.exec(select(OptOut.id)).all()) == [vault.handle("sender", NUMBER)]
    store.close()
    content = b"".join(file.read_bytes() for file in tmp_path.glob("k.db*"))
    for planted in (NUMBER[1:], "Wagiman", "3523114507910003", "plainhandle"):
        assert planted.encode() not in content
