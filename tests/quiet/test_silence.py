"""What somebody has silenced is left out, except what is pressing; nothing is forgotten when the silence ends."""

import io
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import product

import pytest

from schemas.assessment import PlaceFound
from schemas.records.by_hand import Silence as PublishedReport
from schemas.vocabulary import Duty, Level, Role
from services.cli.main import main
from services.notify.watchdog.invariants import look
from services.security.auth import Identity
from services.security.refusal import Refused
from services.silences import silences
from services.silences.matching import Case, Silence, silenced_by
from services.store.audit_log import broken_links
from services.store.database import Store
from services.store.transaction import Transaction
from tests.conftest import POSTGRES, SQLITE
from tests.house import NIGHT, SEMANDING, SOKO, House, person_id
from tests.incidents import opened

pytestmark = pytest.mark.usefixtures("in_english")

COORDINATOR = Identity("piket", "Piket", Role.COORDINATOR, "KESBANG")
HOUR = timedelta(hours=1)


def silence(house: House, hours: float = 2, **matchers: object) -> str:
    end = house.clock.now + timedelta(hours=hours)
    return house.write(lambda tx: silences.add(tx, COORDINATOR, matchers, reason="Karnaval desa.", start=None, end=end))


def case(**changes: object) -> Case:
    given: dict = {"issue": "SLT", "form": "BENTROK", "kecamatan": SOKO, "level": Level.SEDANG, "exercise": False}
    return Case(**(given | {"institution": "POLSEK", "duty": Duty.LEAD} | changes))


# -- deciding -----------------------------------------------------------------------------------------------------------


def test_kritis_and_the_lead_of_tinggi_are_never_silenced() -> None:
    everything = [Silence("s", NIGHT - HOUR, NIGHT + HOUR, issue="SLT")]
    heard = {
        (level, duty)
        for level, duty in product(Level, Duty)
        if silenced_by(everything, case(level=level, duty=duty), NIGHT) is None
    }
    assert heard == {(Level.KRITIS, duty) for duty in Duty} | {(Level.TINGGI, Duty.LEAD)}


@pytest.mark.parametrize(
    "matcher",
    [{"issue": "AGR"}, {"form": "KONVOI"}, {"kecamatan": "35.23.15"}, {"institution": "POLRES"}, {"exercise": True}],
)
def test_each_matcher_must_fit(matcher: dict) -> None:
    fits = {"issue": "SLT", "form": "BENTROK", "kecamatan": SOKO, "institution": "POLSEK", "exercise": False}
    assert silenced_by([Silence("s", NIGHT - HOUR, NIGHT + HOUR, **fits)], case(), NIGHT)
    assert not silenced_by([Silence("s", NIGHT - HOUR, NIGHT + HOUR, **(fits | matcher))], case(), NIGHT)


def test_a_place_not_known_is_in_no_silenced_kecamatan() -> None:
    assert not silenced_by([Silence("s", NIGHT - HOUR, NIGHT + HOUR, kecamatan=SOKO)], case(kecamatan=None), NIGHT)


def test_a_silence_holds_from_its_start_up_to_its_end() -> None:
    one = Silence("s", NIGHT, NIGHT + HOUR, issue="SLT")
    held = [bool(silenced_by([one], case(), NIGHT + HOUR * part)) for part in (-0.001, 0, 0.999, 1)]
    assert held == [False, True, True, False]


def test_of_several_silences_the_one_that_ends_last_is_named() -> None:
    short = Silence("short", NIGHT - HOUR, NIGHT + HOUR, issue="SLT")
    long = Silence("long", NIGHT - HOUR, NIGHT + 2 * HOUR, form="BENTROK")
    found = silenced_by([short, long], case(), NIGHT)
    assert found is not None
    assert found.id == "long"


# -- in the house -------------------------------------------------------------------------------------------------------


async def test_a_silenced_incident_is_journalled_and_nobody_is_told(house: House) -> None:
    id_ = silence(house, issue="SLT")
    incident = await opened(house, Level.SEDANG)
    house.expect_silence()
    lines = house.journal("alert.silenced", incident)
    assert {line.data["silence"] for line in lines} == {id_}
    assert "POLSEK" in {line.data["institution"] for line in lines}
    assert house.deliveries(incident) == []
    assert house.ask(lambda session: look(session, house.clock.now, 1.0)) == []


@pytest.mark.parametrize("kind", [SQLITE, POSTGRES])
async def test_a_silenced_lead_is_told_when_the_silence_ends_and_only_then_chased(
    new_house: Callable[..., Awaitable[House]], kind: str
) -> None:
    house = await new_house(kind)
    silence(house, hours=11, issue="SLT")  # until Tuesday 10.00 WIB, two and a half hours into the working day
    await opened(house, Level.SEDANG)
    await house.forward(hours=10, minutes=59)
    house.expect_silence()
    await house.forward(minutes=1)
    assert ("POLSEK", "lead", "reminder") in house.told()
    await house.forward(minutes=119)
    assert "escalated" not in {reason for _, _, reason in house.told()}
    await house.forward(minutes=1)
    assert ("POLRES", "support", "escalated") in house.told()


async def test_kritis_is_told_to_everybody_in_spite_of_a_silence(house: House) -> None:
    silence(house, issue="SLT")
    incident = await opened(house, Level.KRITIS)
    assert house.journal("alert.silenced", incident) == []
    house.expect_alert("POLRES")


async def test_the_ladder_of_tinggi_is_not_silenced_either(house: House) -> None:
    silence(house, hours=5, issue="SLT")
    await opened(house, Level.TINGGI)
    house.news()
    await house.forward(minutes=15)
    assert {("KASATINTEL", "support", "escalated"), ("KESBANG", "support", "escalated")} <= house.told()


async def test_the_lead_of_tinggi_is_told_and_the_others_are_not(house: House) -> None:
    silence(house, issue="SLT")
    await opened(house, Level.TINGGI)
    assert house.told() == {("POLRES", "lead", "opened")}


async def test_what_rises_above_a_silence_is_told(house: House) -> None:
    from tests.incidents import added

    silence(house, issue="SLT")
    incident = await opened(house, Level.SEDANG)
    await added(house, incident, Level.KRITIS)
    assert ("POLRES", "lead", "raised") in house.told()


async def test_a_silence_of_one_institution_leaves_the_others_alone(house: House) -> None:
    silence(house, institution="DINKES")
    await opened(house, Level.TINGGI, form="BENTROK")
    assert "DINKES" not in {institution for institution, _, _ in house.told()}


async def test_ended_early_what_it_held_back_is_told_at_once(house: House) -> None:
    id_ = silence(house, hours=48, kecamatan=SOKO)
    await opened(house, Level.SEDANG)
    house.expect_silence()
    house.write(lambda tx: silences.end(tx, id_, COORDINATOR))
    await house.forward(seconds=1)
    assert house.told() == {("POLSEK", "lead", "reminder")}


async def test_ending_one_silence_leaves_what_another_of_the_same_end_holds_back(house: House) -> None:
    first, other = (silence(house, hours=48, kecamatan=place) for place in (SOKO, SEMANDING))
    held = await opened(house, Level.SEDANG)
    elsewhere = await opened(house, Level.SEDANG, place=PlaceFound(kabupaten="35.23", kecamatan=SEMANDING))
    assert {house.lead(held).held_by, house.lead(elsewhere).held_by} == {first, other}
    assert house.lead(held).remind_at == house.lead(elsewhere).remind_at
    before = len(house.journal("alert.silenced", elsewhere))
    house.write(lambda tx: silences.end(tx, first, COORDINATOR))
    await house.forward(seconds=1)
    assert house.told() == {("POLSEK", "lead", "reminder")}
    assert house.lead(held).held_by is None
    assert (house.lead(elsewhere).held_by, house.lead(elsewhere).reminders) == (other, 0)
    assert len(house.journal("alert.silenced", elsewhere)) == before


# -- the act ------------------------------------------------------------------------------------------------------------


def test_a_silence_ends_and_is_never_deleted(store: Store) -> None:
    end = store.clock() + HOUR
    id_ = store.write_now(
        lambda tx: silences.add(tx, COORDINATOR, {"issue": "SLT"}, reason="Karnaval", start=None, end=end)
    )
    store.write_now(lambda tx: silences.end(tx, id_, COORDINATOR))
    now = store.clock()
    assert store.read_now(lambda session: silences.listed(session, now, every=False)) == []
    [kept] = store.read_now(lambda session: silences.listed(session, now, every=True))
    assert (kept.id, kept.ended_by, kept.ends_at) == (id_, "piket", now)
    with pytest.raises(Refused):
        store.write_now(lambda tx: silences.end(tx, id_, COORDINATOR))
    from sqlmodel import select

    from schemas.records.audit_log import Journal

    store.seal_now()
    lines = store.read_now(lambda session: list(session.exec(select(Journal).order_by(Journal.seq))))
    assert [line.kind for line in lines] == ["silence.added", "silence.ended"]
    assert broken_links(lines) == []


@pytest.mark.parametrize(
    ("who", "matchers", "reason", "hours", "code"),
    [
        (Identity("x", "X", Role.MEMBER, "POLRES"), {"issue": "SLT"}, "ada", 1, "not_yours"),
        (COORDINATOR, {"issue": "SLT"}, "  ", 1, "reason_required"),
        (COORDINATOR, {}, "ada", 1, "state"),
        (COORDINATOR, {"issue": None}, "ada", 1, "state"),
        (COORDINATOR, {"level": 4}, "ada", 1, "state"),
        (COORDINATOR, {"issue": "SLT"}, "ada", 0, "state"),
        (COORDINATOR, {"issue": "SLT"}, "ada", 24 * 8, "state"),
    ],
)
def test_a_silence_needs_a_coordinator_a_reason_something_to_match_and_an_end(
    store: Store, who: Identity, matchers: dict, reason: str, hours: float, code: str
) -> None:
    end = store.clock() + timedelta(hours=hours)
    with pytest.raises(Refused) as refused:
        store.write_now(lambda tx: silences.add(tx, who, matchers, reason=reason, start=None, end=end))
    assert refused.value.reason == code


def test_the_command_adds_lists_and_ends(tmp_path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
    assert main(["db", "upgrade"]) == 0
    capsys.readouterr()
    assert main(["silence", "add", "--issue", "SLT", "--hours", "2", "--reason", "Suroan", "--real"]) == 0
    id_ = capsys.readouterr().out.strip()
    assert main(["silence", "list"]) == 0
    assert f"{id_}\tberlaku" in (shown := capsys.readouterr().out)
    assert "issue=SLT exercise=False" in shown
    monkeypatch.setattr("sys.stdin", io.StringIO("empat kuda putih lari\n"))
    ratna = ["person", "add", "Ratna Wijayanti", "--login", "ratna", "--role", "coordinator"]
    assert main([*ratna, "--password-stdin"]) == 0
    assert main(["silence", "add", "--form", "UNRAS", "--hours", "2", "--reason", "x", "--by", person_id("ratna")]) == 0
    other = capsys.readouterr().out.split()[-1]
    assert main(["silence", "list"]) == 0
    assert "Ratna Wijayanti" in capsys.readouterr().out
    assert main(["silence", "end", other]) == 0
    assert main(["silence", "end", id_]) == 0
    assert main(["silence", "end", id_]) == 1
    assert main(["silence", "list"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["silence", "list", "--all", "--json"]) == 0
    assert id_ in capsys.readouterr().out
    assert main(["silence", "add", "--issue", "XXX", "--hours", "2", "--reason", "Suroan"]) == 2
    assert main(["silence", "add", "--hours", "2", "--reason", "Suroan"]) == 1


async def test_a_silence_counts_the_tellings_it_has_left_out(house: House) -> None:
    quiet = silence(house, issue="SLT")
    await opened(house, Level.SEDANG)
    [kept] = house.rows(PublishedReport, id=quiet)
    assert kept.left_out == len(house.journal("alert.silenced")) > 1


def test_what_was_left_out_before_it_was_counted_is_counted_from_the_journal(store: Store) -> None:
    from alembic import command
    from alembic.config import Config

    from services.store.database import MIGRATIONS

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = store.engine
    kept = {"author": "ratna", "reason": "Karnaval.", "starts_at": NIGHT, "ends_at": NIGHT + HOUR, "made_at": NIGHT}

    def act(tx: Transaction) -> None:
        tx.add(PublishedReport, [{"id": id_, **kept} for id_ in ("one", "two")])
        for number in range(3):
            tx.audit("alert.silenced", "notify", incident=str(number), silence="one")

    store.write_now(act)
    store.seal_now()
    command.downgrade(config, "0005")
    store.upgrade()
    found = store.read_now(lambda session: silences.listed(session, NIGHT, every=True))
    assert {one.id: one.left_out for one in found} == {"one": 3, "two": 0}
