"""What wants an answer and what does not: by an officer's word, by a merge and by its undoing. On either database."""

from itertools import product
from typing import Any

import pytest

from schemas.records.incidents import Incident, Judgement
from schemas.vocabulary import Handling, Level, Role
from services.incidents import lifecycle, merging
from services.security.auth import Identity
from services.store.database import Store
from tests.incidents import filed, fold, judged, keep

OFFICER = Identity("ratna", "Ratna Wijayanti", Role.COORDINATOR, "KESBANG")
NIL = {"form": "NIHIL", "issue": "LLN", "conflict": False}


def kept(store: Store, level: Level, **changes: Any) -> str:
    report = filed("Kejadian.")
    store.write_now(lambda tx: keep(tx, report, judged(level, **changes)))
    return str(report.id)


def row(store: Store, incident: str) -> Incident:
    return store.read_now(lambda session: session.get_one(Incident, incident))


def override(store: Store, incident: str, **changes: Any) -> None:
    store.write_now(lambda tx: lifecycle.override(tx, incident, OFFICER, changes, "Dinilai ulang."))


def merge(store: Store, one: str, into: str) -> None:
    store.write_now(lambda tx: merging.merge(tx, one, into, OFFICER, "Sama."))


def split(store: Store, one: str) -> None:
    store.write_now(lambda tx: merging.split(tx, one, OFFICER, "Dua."))


def test_above_the_lowest_level_an_officers_word_makes_a_conflict_of_it(store: Store) -> None:
    forms = ({}, {"form": "NIHIL", "conflict": False}, {"form": "BENTROK", "conflict": True})
    for before, form, level in product((True, False), forms, (None, *Level)):
        incident = kept(store, Level.SEDANG, **({} if before else NIL))
        given = form | ({} if level is None else {"level": int(level)})
        if not given:
            continue
        override(store, incident, **given)
        wanted = form.get("conflict", before) or (level is not None and level > Level.RENDAH)
        assert row(store, incident).conflict == wanted, (before, form, level)


@pytest.mark.parametrize("level", [Level.RENDAH, Level.TINGGI])
def test_a_nil_report_becomes_what_is_merged_into_it_and_is_itself_again_after_a_split(
    store: Store, level: Level
) -> None:
    nil, clash = kept(store, Level.SEDANG, **NIL), kept(store, level, issue="AGM", form="BENTROK")
    before = row(store, nil)
    merge(store, clash, nil)
    into = row(store, nil)
    assert (into.conflict, into.issue, into.form, into.level) == (True, "AGM", "BENTROK", max(level, Level.SEDANG))
    split(store, clash)
    after = row(store, nil)
    for name in (*merging.JUDGED, "level", "score"):
        assert getattr(after, name) == getattr(before, name), name


def test_a_nil_report_merged_into_a_conflict_leaves_it_one(store: Store) -> None:
    clash, nil = kept(store, Level.SEDANG), kept(store, Level.RENDAH, **NIL)
    merge(store, nil, clash)
    assert (row(store, clash).conflict, row(store, clash).form) == (True, "BENTROK")
    split(store, nil)
    assert (row(store, clash).conflict, row(store, nil).conflict) == (True, False)


@pytest.mark.parametrize("who", ["another incident", "a report", "an officer's form", "an officer's level"])
def test_what_others_have_said_of_conflict_since_the_merge_stays_after_a_split(
    store: Store, clock: Any, who: str
) -> None:
    nil, clash = kept(store, Level.RENDAH, **NIL), kept(store, Level.SEDANG)
    merge(store, clash, nil)
    clock.forward(minutes=1)
    if who == "another incident":
        merge(store, kept(store, Level.SEDANG), nil)
    elif who == "a report":
        added_judgement(store, nil)
    else:
        override(
            store, nil, **({"form": "PERUSAKAN", "conflict": True} if who == "an officer's form" else {"level": 3})
        )
    split(store, clash)
    assert row(store, nil).conflict


def added_judgement(store: Store, incident: str) -> None:
    """Let a report of a clash follow, with the judgement that triage keeps of it."""
    assessment = judged(Level.SEDANG)
    report = filed("Kabar lain.", reporter="lain")

    def act(tx: Any) -> None:
        fold(tx, incident, report, assessment)
        kept = {"id": f"judgement-{report.id}", "incident_id": incident, "report_id": str(report.id), "by": "machine"}
        kept |= {"at": tx.now, "ruleset": "test", "reason": None}
        tx.add(Judgement, [{**kept, "data": assessment.model_dump(mode="json", exclude_defaults=True)}])

    store.write_now(act)


def test_an_officers_nil_since_the_merge_stays_after_a_split(store: Store, clock: Any) -> None:
    nil, clash = kept(store, Level.RENDAH, **NIL), kept(store, Level.SEDANG, issue="AGM")
    merge(store, clash, nil)
    clock.forward(minutes=1)
    override(store, nil, issue="DES")
    override(store, nil, form="NIHIL", conflict=False)
    split(store, clash)
    assert (row(store, nil).conflict, row(store, nil).issue, row(store, nil).form) == (False, "DES", "NIHIL")


# -- what must be verified first -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("own", [Level.SEDANG, Level.TINGGI])
def test_what_only_a_merge_vouched_for_is_verified_first_again_after_a_split(store: Store, own: Level) -> None:
    into, grave = kept(store, own, handling=Handling.VERIFY_FIRST), kept(store, Level.KRITIS)
    merge(store, grave, into)
    assert row(store, into).handling == Handling.SEND_AND_VERIFY
    split(store, grave)
    assert (row(store, into).handling, row(store, into).level) == (Handling.VERIFY_FIRST, own)


@pytest.mark.parametrize("who", ["another incident", "a sure report", "an officer"])
def test_what_somebody_else_has_vouched_for_since_stays_so_after_a_split(store: Store, clock: Any, who: str) -> None:
    into, grave = kept(store, Level.SEDANG, handling=Handling.VERIFY_FIRST), kept(store, Level.KRITIS)
    merge(store, grave, into)
    clock.forward(minutes=1)
    if who == "another incident":
        merge(store, kept(store, Level.TINGGI), into)
    elif who == "a sure report":
        added_judgement(store, into)
    else:
        override(store, into, level=3)
    split(store, grave)
    assert row(store, into).handling != Handling.VERIFY_FIRST
