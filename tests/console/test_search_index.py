"""The index of words finds what reading every text finds, for the same readers, and keeps nothing that was erased."""

import os
import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlalchemy import text as sql
from sqlmodel import select

from schemas.records.incidents import Incident
from schemas.records.reports import Report, ReportSource
from schemas.records.running import MADE_FROM_OTHERS, Searched
from schemas.vocabulary import Role
from services.cli.ops import queries as ops
from services.console.incidents import queries
from services.console.incidents.filters import LETTERS, about, wanted
from services.search import indexer
from services.search.indexer import Index, Indexer
from services.search.words import says, terms_of
from services.security.auth import Identity
from services.security.redaction import with_dots
from services.sources.subject import erase_report
from services.store.database import Store
from services.store.transaction import Transaction
from tests.console.caller import Caller
from tests.console.desk import VAULT
from tests.console.night import DISTRICT, NOW, PASSWORD, Clock, fill

RATNA = Identity("ratna", "Ratna", Role.COORDINATOR, "KESBANG", clearance=4, named_for=("RAD",))
EMMA = Identity("emma", "Emma", Role.VERIFIER, "KESBANG", clearance=4)
POLRES = Identity("p", "P", Role.MEMBER, "POLRES", clearance=2)
KODIM = Identity("k", "K", Role.MEMBER, "KODIM", clearance=2)
READERS = (RATNA, EMMA, POLRES, KODIM, replace(KODIM, role=Role.LEADER))
SEED = int(os.environ.get("KENTONGAN_SEED", random.SystemRandom().randrange(10**6)))
RARE = "xqvwzyk"  # in no other text


@pytest.fixture
def filled(database: str):
    store = Store(database, Clock())
    ids, _ = store.write_now(fill)
    store.seal_now()
    yield store, ids
    store.close()


def found(store: Store, asked: str, reader: Identity = RATNA) -> list[str]:
    """Give the incidents that a reader finds by a text, in their order."""
    of = replace(wanted({}, NOW, states="all", per_page=200), about=about(asked, DISTRICT))
    total, rows = store.read_now(lambda session: queries.page_of(session, reader, DISTRICT, of))
    assert total == len(rows)
    return [row.id for row in rows]


def write(store: Store, id_: str, words: str) -> None:
    """Put other words into a report, as a program does: the log says so."""

    def act(tx: Transaction) -> None:
        tx.put(Report, [{"id": id_, "text": words}])

    store.write_now(act)
    store.seal_now()


def any_report(store: Store, incident: str) -> str:
    """Give the id of a report of an incident."""
    query = select(Report.id).where(Report.incident_id == incident)
    return store.read_now(lambda session: session.exec(query).first())


def test_with_and_without_an_index_the_same_is_found(filled) -> None:
    store, _ = filled
    texts = store.read_now(lambda session: session.exec(select(Report.text)).all())
    rnd = random.Random(SEED)
    words = sorted({word for text in texts for word in re.findall(r"[\w•/.,-]{2,}", text)})
    cut = [word[rnd.randrange(2) : rnd.randrange(3, 9)] for word in words]
    asked = [*words, *cut, *(f"{rnd.choice(words)} {rnd.choice(cut)}" for _ in range(40)), "0812", "zzz", "3/4"]
    asked = rnd.sample(asked, min(len(asked), 150))
    before = {(one, reader.id, reader.role): found(store, one, reader) for one in asked for reader in READERS}
    assert any(before.values())
    assert Indexer(store).look_now() == len(texts)
    assert store.read_now(Index.of) == Index(usable=True)
    for (one, _, role), incidents in before.items():
        [reader] = [who for who in READERS if who.role == role and (one, who.id, role) in before and who.id == _]
        assert found(store, one, reader) == incidents, (SEED, one, reader)


def test_what_is_newer_than_the_index_is_found_and_what_was_changed_is_found_by_its_new_words_only(filled) -> None:
    store, ids = filled
    Indexer(store).look_now()
    id_ = any_report(store, ids["protest"])
    write(store, id_, f"Warga {RARE} disegel balai desa")
    assert store.read_now(Index.of).tail == (id_,)
    assert found(store, RARE) == [ids["protest"]]
    write(store, id_, "Warga disegel balai desa")
    assert found(store, RARE) == []
    assert Indexer(store).look_now() == 1
    assert store.read_now(Index.of) == Index(usable=True)
    assert (found(store, RARE), ids["protest"] in found(store, "segel")) == ([], True)
    assert Indexer(store).look_now() == 0


@pytest.mark.parametrize(
    "asked",
    ['"segel', "segel*", "(segel)", "segel AND balai", "words:segel", "segel OR", "NEAR(segel balai)", "-segel", "^segel",
     "segel + balai", "'segel'; --", "segel\\", "SEGEL", "ségel", "balai-segel", "{segel}", "segel:*", "!segel & |",
     "%segel%", "_segel", "segel\x00balai", "\u200bsegel", "se\u0301gel", "😀 segel"],
)  # fmt: skip
def test_signs_of_a_search_language_are_only_signs(filled, asked: str) -> None:
    store, ids = filled
    write(store, any_report(store, ids["protest"]), "Warga disegel balai: and or near words desa")
    Indexer(store).look_now()
    assert ids["protest"] in found(store, asked)


@pytest.mark.parametrize("asked", ["***", '"', "- -", "!!!", "AND***OR", "%%%", "___", "'", "\\", "\x00"])
def test_signs_alone_find_nothing_and_break_nothing(filled, asked: str) -> None:
    store, _ = filled
    assert found(store, asked) == []
    Indexer(store).look_now()
    assert found(store, asked) == []


def test_a_reader_finds_by_words_only_what_he_may_read(filled) -> None:
    store, ids = filled
    for name in ("bomb", "accused", "church", "clash"):
        write(store, any_report(store, ids[name]), f"Kejadian {RARE}{name} di sini")
    for _ in range(2):  # while these are newer than the index, and when it holds them
        for name in ("bomb", "accused", "church", "clash"):
            for reader in READERS:
                seen = found(store, f"{RARE}{name}", reader)
                whole = store.read_now(
                    lambda session, name=name, reader=reader: session.scalars(
                        select(Incident.id).where(
                            Incident.id == ids[name],
                            *queries._may_see(reader, DISTRICT),
                            *queries._may_read(reader, DISTRICT),
                        )
                    ).all()
                )
                assert seen == whole, (name, reader)
        assert found(store, f"{RARE}bomb", KODIM) == []
        Indexer(store).look_now()


def test_what_is_hidden_in_a_text_is_not_in_the_index(filled) -> None:
    store, ids = filled
    write(store, any_report(store, ids["clash"]), "Korban Rikimaru (15) dipukul, hubungi 081298765432 segera")
    Indexer(store).look_now()
    kept = store.read_now(lambda session: " ".join(map(str, session.exec(select(Searched.words)))))
    assert "pukul" in kept
    assert "ikimaru" not in kept
    assert "8765" not in kept
    assert (found(store, "rikimaru"), found(store, "98765")) == ([], [])


def test_an_index_by_other_rules_of_hiding_is_made_anew(filled, monkeypatch) -> None:
    store, ids = filled
    Indexer(store).look_now()
    monkeypatch.setattr(indexer, "MADE_BY", "later rules")
    assert store.read_now(Index.of) == Index(usable=False)
    reports = store.read_now(lambda session: len(session.exec(select(Report.id)).all()))
    write(store, any_report(store, ids["protest"]), f"Warga {RARE}")
    assert found(store, RARE) == [ids["protest"]]  # every text is looked through meanwhile
    assert Indexer(store).look_now() == reports
    assert found(store, RARE) == [ids["protest"]]


def test_a_text_that_is_erased_while_it_is_being_indexed_does_not_come_back(filled) -> None:
    store, ids = filled
    Indexer(store).look_now()
    id_ = any_report(store, ids["protest"])
    write(store, id_, f"Warga {RARE}")
    own = Indexer(store)
    step = store.read_now(own._next)
    write(store, id_, "Warga")
    assert store.write_now(lambda tx: own._take(tx, step)) == 0
    assert own.look_now() <= 1
    assert found(store, RARE) == []


def test_two_that_begin_at_once_lose_no_report(filled) -> None:
    store, _ = filled
    one, other = Indexer(store), Indexer(store)
    steps = [store.read_now(own._next) for own in (one, other)]
    store.write_now(lambda tx: one._take(tx, steps[0]))
    store.write_now(lambda tx: one._take(tx, store.read_now(one._next)))
    store.write_now(lambda tx: other._take(tx, steps[1]))
    other.look_now()
    assert store.read_now(lambda session: (Index.of(session).usable, len(session.exec(select(Searched.n)).all()))) == (
        True,
        store.read_now(lambda session: len(session.exec(select(Report.id)).all())),
    )


def bytes_of(folder: Path) -> bytes:
    """Give all bytes of the store's files."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("kentongan-*.db*")))


def test_an_erased_word_is_in_no_byte_of_the_file(new_database: Callable[[str], str], tmp_path: Path) -> None:
    store = Store(new_database("sqlite"), Clock())
    ids, _ = store.write_now(fill)
    id_ = any_report(store, ids["clash"])
    write(store, id_, f"Saya {RARE} melihat dua kelompok bentrok")

    def name(tx: Transaction) -> None:
        tx.put(ReportSource, [{"report_id": id_, "name": RARE, "sealed": None}], key="report_id")

    store.write_now(name)
    Indexer(store).look_now()
    assert found(store, RARE) == [ids["clash"]]
    terms = [one for one in terms_of(RARE).split() if len(one) > 4]
    store.settle_erasures()
    assert all(one.encode() in bytes_of(tmp_path) for one in terms)
    store.write_now(lambda tx: erase_report(tx, VAULT, id_, "office"))
    assert store.settle_erasures()
    assert [
        one for one in terms if one[1:].encode() in bytes_of(tmp_path)
    ] == []  # a page leaves out a letter it repeats
    assert found(store, RARE) == []
    Indexer(store).look_now()
    assert [one for one in terms if one[1:].encode() in bytes_of(tmp_path)] == []
    assert (found(store, RARE), ids["clash"] in found(store, "kelompok")) == ([], True)
    check = "INSERT INTO word_index(word_index, rank) VALUES ('integrity-check', 1)"
    store.write_now(lambda tx: tx.session.connection().execute(sql(check)))
    store.close()


def test_no_backup_holds_the_index_and_a_restored_store_makes_its_own(filled, new_database) -> None:
    store, ids = filled
    Indexer(store).look_now()
    rows: list[tuple[str, dict[str, object]]] = []
    store.read_now(lambda session: ops.dump(session, lambda table, row: rows.append((table, row))))
    assert not {"searched", "search_mark"} & {table for table, _ in rows}
    assert len(rows) > len(ids)
    before = found(store, "warga")

    def as_a_restore_leaves_it(tx: Transaction) -> None:
        for table in ops.in_order():
            if table.info == MADE_FROM_OTHERS:
                tx.session.connection().execute(delete(table))

    store.write_now(as_a_restore_leaves_it)
    assert store.read_now(Index.of) == Index(usable=False)
    assert Indexer(store).look_now() > 0
    assert found(store, "warga") == before


def test_a_page_finds_an_incident_by_number_place_person_issue_and_words(either_desk) -> None:
    desk = either_desk
    desk.store.seal_now()
    Indexer(desk.store).look_now()
    ratna = Caller(desk.url).sign_in("ratna", PASSWORD)
    incident = desk.incident("clash")

    def act(tx: Transaction) -> None:
        one = desk.alert("clash", "POLRES")
        one.acknowledged_by = "emma"
        tx.session.merge(one)

    desk.write(act)
    place = DISTRICT.places[incident.kecamatan].name
    name = desk.store.read_now(
        lambda session: session.execute(sql("SELECT name FROM person WHERE id = 'emma'")).scalar()
    )
    for asked in (
        incident.id[:8],
        incident.id.upper()[:8],
        place,
        name.split()[0],
        DISTRICT.issues[incident.issue].label_id,
    ):
        page = ratna.get("/?cari=" + asked.replace(" ", "+")).body
        assert f"/peristiwa/{incident.id}" in page, asked
    assert f"/peristiwa/{incident.id}" not in ratna.get("/?cari=zzzzzz").body
    member = desk.official(Role.MEMBER, "POLRES")
    assert f"/peristiwa/{incident.id}" not in member.get(f"/?cari={name.split()[0]}").body


def test_terms_are_bounded_by_the_length_of_a_text() -> None:
    assert len(terms_of("a" * 5_000)) < 600
    assert len(terms_of("".join(map(chr, range(0x4E00, 0x4E00 + 2_000))))) < 2_000 * 25
    long = "pertanggungjawabankeuangan" * 3
    assert says(f"ada {long} itu", [long[5:40]])


def test_words_of_a_text_are_those_the_index_shows(filled) -> None:
    store, _ = filled
    Indexer(store).look_now()
    texts = store.read_now(lambda session: dict(session.exec(select(Report.id, Report.text)).all()))
    kept = store.read_now(lambda session: dict(session.exec(select(Searched.report_id, Searched.words)).all()))
    assert set(kept) == set(texts)
    for id_, text in texts.items():
        assert sorted(kept[id_].replace("'", "").split()) == sorted(terms_of(with_dots(text)).split())


def test_a_line_that_names_every_report_is_taken_in_steps_and_rewrites_nothing(filled, monkeypatch) -> None:
    """An upgrade names all rows in a few lines of the audit log."""
    store, ids = filled
    Indexer(store).look_now()
    reports = store.read_now(lambda session: session.exec(select(Report.id, Report.text)).all())
    assert len(reports) > 4
    store.write_now(lambda tx: tx.put(Report, [{"id": id_, "text": text} for id_, text in reports]))
    store.seal_now()
    monkeypatch.setattr(indexer, "LONGEST_TAIL", 2)
    assert not store.read_now(Index.of).usable  # so many are not looked through for each word
    word = next(word for word in re.findall(r"[a-z]{6,}", reports[0][1]))
    assert found(store, word)
    assert Indexer(store).look_now() == 0  # as they stood already, on either database
    assert store.read_now(Index.of).usable
    assert len(ids) > 0


async def test_one_look_takes_a_bounded_number_and_the_next_goes_on(filled, monkeypatch) -> None:
    store, _ = filled
    monkeypatch.setattr(indexer, "AT_ONCE", 1)
    monkeypatch.setattr(indexer, "STEPS", 3)
    first = await Indexer(store).look()
    assert 0 < first <= 3
    filling = Indexer(store)
    looks = 0
    while not store.read_now(Index.of).usable:
        await filling.look()
        looks += 1
    assert looks > 1


def test_a_masked_incident_is_found_by_no_desa_and_by_nobody_who_acted(filled) -> None:
    store, ids = filled
    desa = "35.23.17.2014"
    store.write_now(lambda tx: tx.put(Incident, [{"id": ids["bomb"], "desa": desa}]))
    name = DISTRICT.places[desa].name
    low = replace(EMMA, clearance=1)
    assert ids["bomb"] in found(store, name)
    assert ids["bomb"] not in found(store, name, low)


def test_a_search_longer_than_its_field_is_cut() -> None:
    long = "bentrok " + "a" * 10_000 + " soko"
    assert [len(word.text) for word in about(long, DISTRICT)] == [7, LETTERS - 8]
    assert about("x" * 10**6, DISTRICT) == about("x" * LETTERS, DISTRICT)
