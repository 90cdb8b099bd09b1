"""What a report does to the incident it belongs to, all the way to the store: raised, opened again, kept apart."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from schemas.district import District
from schemas.messages import IncidentEvent, ReportFiled, ReportIn, Source
from schemas.records.incidents import Incident, Suggestion
from schemas.records.reports import Report
from schemas.vocabulary import AlertReason, FollowUp, Level, Role
from services.bus import Event, Message
from services.incidents import lifecycle, merging
from services.policy.versions import Rules
from services.security.auth import Identity
from services.store.database import Store
from services.store.ids import derived
from services.store.transaction import Transaction
from services.triage.manual import MANUAL
from services.triage.worker import HELD, NotYet, Triage
from tests.conftest import SQLITE
from tests.house import Clock

OFFICER = Identity("petugas", "Petugas", Role.COORDINATOR, "KESBANG", "B")
MENTORO = "Bentrok dua kelompok pesilat di Ds. Mentoro Kec. Soko, massa 40 orang, 3 luka"


class Desk:
    """Takes reports one after another through the whole of triage, with no bus and nobody to tell."""

    def __init__(self, district: District, store: Store, clock: Clock) -> None:
        self.clock = clock
        self.store = store
        self.triage = Triage(store, Rules.fixed(district))
        self.told: list[Event] = []  # of the last report
        self._filed = 0

    async def publish(self, events: list[Event]) -> None:
        self.told = events

    async def take(self, text: str, by: str | None = None, **fields: Any) -> Incident:
        """File a report by somebody, or by somebody new; gives the incident it belongs to."""
        message, report = self._message(text, by, **fields)
        await self.triage.handle(self, [message])  # type: ignore[arg-type]
        return self.incident_of(report)

    async def take_at_once(self, *told: dict[str, Any]) -> list[Incident]:
        """File several in one batch."""
        messages = [self._message(**one) for one in told]
        await self.triage.handle(self, [message for message, _ in messages])  # type: ignore[arg-type]
        return [self.incident_of(report) for _, report in messages]

    def _message(self, text: str, by: str | None = None, **fields: Any) -> tuple[Message, str]:
        self._filed += 1
        report = ReportIn(id=derived("report", str(self._filed)), text=text, **fields)
        source = Source(reporter=by or f"warga-{self._filed}", channel="api", reliability="B")
        filed = ReportFiled(id=report.id, filed_at=self.clock.now, report=report, source=source)
        nobody: Any = SimpleNamespace(metadata=SimpleNamespace(timestamp=datetime.now(UTC)))  # acknowledges it
        return Message(nobody, "report.filed", 1, 1, filed.model_dump_json().encode()), str(report.id)

    async def act(self, act: Callable[[Transaction], Any]) -> None:
        """Do what an officer does."""
        await self.store.write(act)

    def incident(self, id_: str) -> Incident:
        return self.store.read_now(lambda session: session.get_one(Incident, id_))

    def incident_of(self, report: str) -> Incident:
        return self.incident(self.store.read_now(lambda session: session.get_one(Report, report)).incident_id)

    def suggested(self) -> set[str]:
        """Give the incidents that open suggestions name."""
        rows = self.store.read_now(lambda session: session.exec(select(Suggestion)).all())
        return {id_ for one in rows if one.state == "open" for id_ in (one.incident_id, one.other_id)}

    def reasons(self) -> list[AlertReason]:
        """Say why whoever it concerns was told of the last report."""
        return [IncidentEvent.model_validate_json(event.body).reason for event in self.told]


@pytest.fixture
def desk(tuban: District, new_database: Callable[[str], str], clock: Clock) -> Iterator[Desk]:
    store = Store(new_database(SQLITE), clock)
    yield Desk(tuban, store, clock)
    store.close()


# -- follow-ups that tell of dead ---------------------------------------------------------------------------------------

TELL_OF_DEAD = (
    "Update Mentoro: 2 orang tewas",
    "Lapjut Mentoro: korban meninggal 2 orang",
    "Perkembangan Mentoro: 2 meninggal, 5 luka berat",
    "Update Mentoro Soko, 1 korban MD di RSUD",
    "Korban Mentoro yang kritis akhirnya meninggal dunia",
    "Situasi Mentoro belum kondusif, massa belum bubar, 3 orang tewas",
    "Mentoro: korban jiwa 2 orang, situasi mencekam",
    "Mentoro tambah panas, 2 wong mati",
    "ralat Mentoro: bukan 3 luka tapi 3 tewas",
)


@pytest.mark.parametrize("text", TELL_OF_DEAD)
async def test_a_follow_up_that_tells_of_dead_raises_what_was_done(desk: Desk, text: str) -> None:
    known = await desk.take(MENTORO)
    assert known.level == Level.TINGGI
    desk.clock.forward(minutes=40)
    after = await desk.take(text)
    assert (after.id, after.level, after.issue, after.form) == (known.id, Level.KRITIS, known.issue, known.form)
    assert desk.reasons() == [AlertReason.RAISED]


@pytest.mark.parametrize(
    "text", ["Update Mentoro: 2 tewas karena laka truk lawan motor", "Update Mentoro: pohon tumbang, 2 orang tewas"]
)
async def test_the_dead_of_an_accident_are_those_of_no_brawl(desk: Desk, text: str) -> None:
    await desk.take(MENTORO)
    desk.clock.forward(minutes=40)
    assert (await desk.take(text)).level == Level.TINGGI


async def test_a_death_told_after_a_peaceful_protest_makes_it_no_violence(desk: Desk) -> None:
    known = await desk.take("Warga Ds. Temaji Kec. Jenu demo damai di depan proyek, 50 orang")
    desk.clock.forward(minutes=40)
    after = await desk.take("Update Temaji: 1 orang meninggal")
    assert (after.id, after.level) == (known.id, known.level)


# -- pieces of a message ------------------------------------------------------------------------------------------------

SENDER = "wa:+6281200000004"
KAPU = "Bentrok pesilat di Ds. Kapu Kec. Merakurak, 60 orang bawa kayu"


async def test_a_message_whose_later_piece_names_another_place_leaves_the_incident_of_its_first(desk: Desk) -> None:
    kapu = await desk.take(KAPU)
    desk.clock.forward(minutes=90)
    assert (await desk.take("Lapor ndan, ada bentrok pesilat", SENDER)).id == kapu.id  # the only one it can mean
    desk.clock.forward(seconds=30)
    soko = await desk.take("lokasi Ds. Bangunrejo Kec. Soko, 1 orang tewas", SENDER)
    assert (soko.desa, soko.level) == ("35.23.11.2016", Level.KRITIS)
    assert desk.reasons() == [AlertReason.OPENED]
    assert desk.incident(kapu.id).level == kapu.level
    desk.clock.forward(seconds=30)
    assert (await desk.take("2 lagi luka bacok", SENDER)).id == soko.id


async def test_a_message_whose_later_piece_names_the_same_place_stays(desk: Desk) -> None:
    kapu = await desk.take(KAPU)
    desk.clock.forward(minutes=90)
    await desk.take("Lapor ndan, ada bentrok pesilat", SENDER)
    desk.clock.forward(seconds=30)
    assert (await desk.take("di Ds. Kapu Merakurak, 1 orang tewas", SENDER)).id == kapu.id
    assert desk.reasons() == [AlertReason.RAISED]


PIECES = (
    "Lapjut bentrok Mentoro ndan",
    "barusan rumah ketua ranting dibakar massa, 2 orang tewas, masih berlangsung",
)


@pytest.mark.parametrize("pieces", [PIECES, (", ".join(PIECES),)], ids=["in two pieces", "in one"])
async def test_news_of_a_settled_incident_opens_it_again_however_it_is_sent(
    desk: Desk, pieces: tuple[str, ...]
) -> None:
    known = await desk.take(MENTORO)
    desk.clock.forward(hours=3)
    await desk.act(lambda tx: lifecycle.close(tx, known.id, OFFICER, "Sudah damai."))
    desk.clock.forward(hours=1)
    for text in pieces:
        after = await desk.take(text, SENDER)
        desk.clock.forward(seconds=40)
    assert (after.id, after.state, after.level) == (known.id, "open", Level.KRITIS)
    assert desk.reasons() == [AlertReason.REOPENED]


async def test_pieces_that_bring_no_news_leave_a_settled_incident_settled(desk: Desk) -> None:
    known = await desk.take(MENTORO)
    desk.clock.forward(hours=3)
    await desk.act(lambda tx: lifecycle.close(tx, known.id, OFFICER, "Sudah damai."))
    desk.clock.forward(hours=1)
    for text in ("Lapjut bentrok Mentoro ndan", "pemuda sudah pulang semua, 3 luka tadi"):
        after = await desk.take(text, SENDER)
        desk.clock.forward(seconds=40)
    assert (after.id, after.state) == (known.id, "settled")


# -- denials ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Ternyata tidak hanya satu orang, rumah di Menilo juga dibakar massa bawa senjata api",
        "Menilo ternyata tidak seperti laporan awal, massa bakar rumah dan bawa senjata api",
        "Kabar Menilo sudah aman itu tidak benar, massa 300 orang masih bentrok bawa senjata api",
    ],
)
async def test_news_that_it_is_worse_is_no_denial(desk: Desk, text: str) -> None:
    known = await desk.take("Pengeroyokan pemuda di Ds. Menilo Kec. Soko oleh empat orang")
    desk.clock.forward(minutes=30)
    after = await desk.take(text)
    assert (after.id, after.level) == (known.id, Level.KRITIS)
    assert not [fact for fact in after.missing if fact.startswith("check_lowering")]


async def test_a_denial_raises_nothing_however_much_it_denies(desk: Desk) -> None:
    known = await desk.take("Perkelahian pemuda di Ds. Menilo Kec. Soko")
    desk.clock.forward(minutes=30)
    after = await desk.take("Kabar bentrok 300 orang bawa senjata api di Menilo Soko itu hoaks")
    assert (after.id, after.level) == (known.id, known.level)
    assert "check_lowering_denied" in after.missing


# -- who and when -------------------------------------------------------------------------------------------------------


async def test_what_a_sender_tells_goes_on_with_no_exercise_of_his(desk: Desk) -> None:
    drill, real = await desk.take_at_once(
        {"text": "LATIHAN: lapor ndan, tawuran", "by": SENDER, "exercise": True},
        {"text": "beneran ini, di Ds. Mentoro Kec. Soko ada bentrok, 2 tewas", "by": SENDER},
    )
    assert (drill.exercise, real.exercise, real.level) == (True, False, Level.KRITIS)
    assert drill.level < Level.KRITIS


async def test_two_tellings_of_one_retaliation_are_one(desk: Desk) -> None:
    known = await desk.take("Serangan balasan di Ds. Sokosari Kec. Soko, 50 orang rusak rumah")
    desk.clock.forward(minutes=10)
    assert (await desk.take("Sokosari Soko kena serangan balasan, 50 orang rusak rumah warga")).id == known.id


async def test_a_retaliation_is_not_what_it_answers(desk: Desk) -> None:
    known = await desk.take("Bentrok pemuda di Ds. Sokosari Kec. Soko, 50 orang rusak rumah")
    desk.clock.forward(minutes=90)
    assert (await desk.take("Serangan balasan di Ds. Sokosari Kec. Soko, 50 orang rusak rumah")).id != known.id


# -- what an officer gave -----------------------------------------------------------------------------------------------


async def test_an_officers_issue_and_form_stand_against_a_later_report(desk: Desk) -> None:
    known = await desk.take("Bentrok pemuda di Ds. Mentoro Kec. Soko, saling pukul")
    given = {"issue": "AGM", "form": "KETEGANGAN"}
    await desk.act(lambda tx: lifecycle.override(tx, known.id, OFFICER, given, "Soal masjid."))
    desk.clock.forward(minutes=20)
    after = await desk.take("Bentrok pemuda di Ds. Mentoro Kec. Soko, 2 orang tewas dibacok celurit")
    assert (after.id, after.issue, after.form, after.level) == (known.id, "AGM", "KETEGANGAN", Level.KRITIS)


async def test_what_an_officer_lowered_rises_by_a_report_that_is_worse(desk: Desk) -> None:
    known = await desk.take(
        "Bentrok ratusan pesilat di Ds. Mentoro Kec. Soko, 300 orang, 3 orang tewas kena celurit, rumah dibakar"
    )
    assert known.level == Level.KRITIS
    await desk.act(lambda tx: lifecycle.override(tx, known.id, OFFICER, {"level": 2}, "Dilebihkan."))
    desk.clock.forward(minutes=30)
    after = await desk.take("Bentrok pesilat di Mentoro Soko, 1 orang tewas kena celurit")
    assert (after.id, after.level) == (known.id, Level.KRITIS)
    assert desk.reasons() == [AlertReason.RAISED]


async def test_an_officers_place_is_what_later_reports_are_compared_with(desk: Desk, tuban: District) -> None:
    told = "Bentrok pemuda di Ds. {}, 40 orang, 3 luka"
    known = await desk.take(told.format("Menilo Kec. Soko"), position={"lat": -7.127, "lon": 111.906})
    assert known.place["precision"] == "exact"
    given = {"kabupaten": "35.23", "kecamatan": "35.23.14", "desa": "35.23.14.2008"}
    await desk.act(lambda tx: lifecycle.override(tx, known.id, OFFICER, given, "Ternyata Maibit.", district=tuban))
    moved = desk.incident(known.id)
    assert moved.place == given | {"kecamatan_name": "Rengel", "desa_name": "Maibit"}  # no point of the other place
    desk.clock.forward(minutes=10)
    assert (await desk.take("Bentrok di Ds. Maibit Kec. Rengel, pemuda 40 orang")).id == known.id
    desk.clock.forward(minutes=10)
    assert (await desk.take("Update Maibit: massa bubar")).id == known.id


async def test_a_desa_of_another_kecamatan_goes_when_an_officer_gives_the_kecamatan(
    desk: Desk, tuban: District
) -> None:
    known = await desk.take("Bentrok pemuda di Ds. Menilo Kec. Soko, 40 orang, 3 luka")
    given = {"kabupaten": "35.23", "kecamatan": "35.23.14"}
    await desk.act(lambda tx: lifecycle.override(tx, known.id, OFFICER, given, "Rengel.", district=tuban))
    assert (desk.incident(known.id).kecamatan, desk.incident(known.id).desa) == ("35.23.14", None)


# -- what a later report brings -----------------------------------------------------------------------------------------


async def test_a_convoy_that_moves_on_mixes_no_two_places(desk: Desk) -> None:
    known = await desk.take("Konvoi pesilat 150 motor masuk Kec. Parengan dari arah Bojonegoro")
    desk.clock.forward(minutes=24)
    after = await desk.take("Konvoi pesilat tadi sudah sampai Ds. Bangunrejo Kec. Soko, 200 motor")
    assert (after.id, after.kecamatan, after.desa) == (known.id, known.kecamatan, None)
    assert "desa" not in after.place


async def test_an_exact_position_brings_its_own_radius(desk: Desk) -> None:
    known = await desk.take("Tawuran pemuda di Kec. Soko, 40 orang bawa kayu")
    desk.clock.forward(minutes=10)
    at = {"lat": -7.1003, "lon": 111.9441}
    after = await desk.take("Tawuran di Ds. Bangunrejo Kec. Soko, sekitar 40 pemuda bawa kayu", position=at)
    assert after.id == known.id
    assert (after.place["lat"], after.place["precision"], after.place.get("radius_m")) == (at["lat"], "exact", None)


async def test_a_place_that_was_open_is_open_no_more_once_it_is_named(desk: Desk) -> None:
    known = await desk.take("Tawuran pemuda di Ds. Wadung, 40 orang bawa kayu")
    assert known.place["candidates"]
    desk.clock.forward(minutes=10)
    after = await desk.take("Tawuran di Wadung Kec. Jenu, sekitar 40 pemuda bawa kayu, 2 luka")
    assert (after.id, after.place.get("candidates")) == (known.id, None)


async def test_a_position_beside_the_kecamatan_alone_is_none_of_the_desa(desk: Desk) -> None:
    known = await desk.take("Tawuran pemuda di Ds. Bangunrejo Kec. Soko, 40 orang bawa kayu")
    desk.clock.forward(minutes=10)
    at = {"lat": -7.0717, "lon": 111.93}
    after = await desk.take("Tawuran pemuda bawa kayu di Soko, kata orang 40 orang", position=at)
    assert (after.id, after.place["precision"]) == (known.id, "desa")


async def test_a_desa_that_is_named_later_leaves_the_exact_point(desk: Desk) -> None:
    at = {"lat": -7.1003, "lon": 111.9441}
    known = await desk.take("Tawuran pemuda di Kec. Soko, 40 orang bawa kayu", position=at)
    assert (known.desa, known.place["precision"]) == (None, "exact")
    desk.clock.forward(minutes=10)
    after = await desk.take("Tawuran di Ds. Bangunrejo Kec. Soko, sekitar 40 pemuda bawa kayu")
    assert (after.id, after.desa, after.place["lat"]) == (known.id, "35.23.11.2016", at["lat"])


async def test_what_is_known_by_now_is_missing_no_more(desk: Desk) -> None:
    known = await desk.take("ada tawuran pemuda bawa celurit, 4 luka bacok")
    assert {"unknown_place", "unknown_crowd", "unknown_time"} <= set(known.missing)
    desk.clock.forward(minutes=5)
    after = await desk.take("Tawuran pemuda bawa celurit di Ds. Mentoro Kec. Soko, 60 orang, jam 20.00", basis="saw")
    assert after.id == known.id
    assert not [fact for fact in after.missing if fact.startswith("unknown")]


# -- what officers have merged ------------------------------------------------------------------------------------------


async def merged(desk: Desk, one: Incident, into: Incident) -> None:
    await desk.act(lambda tx: merging.merge(tx, one.id, into.id, OFFICER, "Satu kejadian."))
    desk.clock.forward(seconds=5)


async def split(desk: Desk, one: Incident) -> None:
    await desk.act(lambda tx: merging.split(tx, one.id, OFFICER, "Ternyata dua."))
    desk.clock.forward(seconds=5)


async def test_what_was_merged_is_no_rival_of_what_it_is_part_of(desk: Desk) -> None:
    known = await desk.take("Bentrok dua kelompok pemuda di Ds. Mentoro Kec. Soko, 40 orang")
    desk.clock.forward(hours=4)
    other = await desk.take("Warga Ds. Mentoro Kec. Soko bakar motor pelaku di balai desa")
    assert other.id != known.id
    await merged(desk, other, known)
    desk.clock.forward(minutes=40)
    assert (await desk.take("Lapjut Mentoro: 5 pemuda diamankan, situasi kondusif")).id == known.id
    assert desk.suggested() == set()
    await split(desk, other)  # now there are two again that it may mean
    desk.clock.forward(minutes=1)
    third = await desk.take("Update Mentoro: warga sudah bubar, aman")
    assert third.id not in {known.id, other.id}


async def test_a_placeless_follow_up_of_two_that_are_one_means_that_one(desk: Desk) -> None:
    known = await desk.take("Bentrok nelayan di TPI Ds Glodog Kec Palang")
    other = await desk.take("Tawuran pemuda di Ds Sokosari Kec Soko")
    assert other.id != known.id
    await merged(desk, other, known)
    desk.clock.forward(hours=1)
    assert (await desk.take("Update Ndan: yg tadi sdh dipisah Polair")).id == known.id


async def test_a_merge_tells_of_the_dead_the_parties_and_the_place_and_a_split_takes_them_back(desk: Desk) -> None:
    into = await desk.take("Ada tawuran ratusan pemuda bawa celurit", place="dekat rumah saya")
    desk.clock.forward(hours=7)
    one = await desk.take("Bentrok pemuda di Ds. Mentoro Kec. Soko, 2 orang tewas, bawa bom molotov", parties=["PSHT"])
    assert (into.kecamatan, into.id != one.id) == (None, True)
    await merged(desk, one, into)
    both = desk.incident(into.id)
    assert (both.kecamatan, both.desa, both.place["desa_name"]) == (one.kecamatan, one.desa, "Mentoro")
    assert both.place["told"] == "dekat rumah saya"
    assert both.facts["killed"] == one.facts["killed"]
    assert both.facts["crowd"] == into.facts["crowd"]
    assert set(both.facts["weapons"]) == {*into.facts["weapons"], *one.facts["weapons"]}
    assert both.parties == ["PSHT"]
    await split(desk, one)
    again = desk.incident(into.id)
    assert (again.kecamatan, again.desa, again.place, again.facts, again.parties) == (
        None,
        None,
        into.place,
        into.facts,
        [],
    )
    assert desk.incident(one.id).facts == one.facts


async def test_a_split_in_a_chain_gives_back_what_each_one_above_it_took(desk: Desk) -> None:
    texts = (
        "Perkelahian dua pemuda di Ds. Mentoro Kec. Soko",
        "Warga protes harga pupuk di Ds. Kebonagung Kec. Rengel",
        "Bentrok di Ds. Sawir Kec. Tambakboyo, 3 orang tewas dibacok",
    )
    a, b, c = [await desk.take(text) for text in texts]
    await merged(desk, c, b)
    await merged(desk, b, a)
    assert desk.incident(a.id).level == Level.KRITIS
    await split(desk, c)
    small, into = desk.incident(b.id), desk.incident(a.id)
    assert (small.level, small.score) == (b.level, b.score)
    assert (into.level, into.score) == (max(a.level, b.level), max(a.score, b.score))
    assert not {"killed"} & {*small.facts, *into.facts}
    await split(desk, b)
    now = desk.incident(a.id)
    assert (now.level, now.score, now.facts) == (a.level, a.score, a.facts)
    assert desk.incident(c.id).level == Level.KRITIS


HELP = "Tolong pak ada tawuran di Alun-alun Tuban sekarang bawa celurit"


async def test_reports_of_nobody_are_told_by_no_one_person(desk: Desk) -> None:
    known = await desk.take("Ada pengeroyokan di Ds. Tlogowaru Kec. Merakurak, korban luka parah", "anonymous")
    desk.clock.forward(minutes=30)
    await desk.take("Warga blokir jalan di Ds. Karanglo Kec. Kerek, protes debu tambang 50 orang")
    desk.clock.forward(minutes=60)
    other = await desk.take("Situasi warung kopi ribut soal parkir sudah selesai, damai", "anonymous")
    assert other.id != known.id
    assert not [fact for fact in desk.incident(known.id).missing if fact.startswith("check_lowering")]


async def test_the_next_nights_call_in_the_same_words_is_no_copy(desk: Desk) -> None:
    known = await desk.take(HELP)
    desk.clock.forward(hours=2)
    await desk.act(lambda tx: lifecycle.close(tx, known.id, OFFICER, "Selesai."))
    desk.clock.forward(hours=22)
    assert (await desk.take(HELP)).id != known.id
    assert desk.reasons() == [AlertReason.OPENED]


@pytest.mark.parametrize(("words", "hours"), [("{}", 2), ("Diteruskan dari grup sebelah: {}", 24)])
async def test_the_same_words_within_hours_or_passed_on_are_a_copy(desk: Desk, words: str, hours: int) -> None:
    known = await desk.take(HELP)
    desk.clock.forward(hours=hours)
    assert (await desk.take(words.format(HELP))).id == known.id
    assert desk.reasons() == []


async def test_the_same_words_of_another_observed_hour_are_no_copy(desk: Desk) -> None:
    told = "Balap liar dan tawuran remaja di jalan Basuki Rahmat meresahkan warga"
    known = await desk.take(told, kecamatan="35.23.16", observed_at=desk.clock.now)
    desk.clock.forward(hours=24)
    assert (await desk.take(told, kecamatan="35.23.16", observed_at=desk.clock.now)).id != known.id


# -- a batch ------------------------------------------------------------------------------------------------------------

NIGHT_OF_MANY = (
    "Warga blokir jalan poros Ds. Wadung Kec. Soko, protes truk tambang",
    "jerapah jerapah",
    "Puluhan petani mengeluh pupuk langka di Ds. Sawahan Kec. Rengel",
    "Rumah warga dilempari batu di Ds. Prambontergayang Kec. Soko",
)
STEPS = (
    ("services.triage.text.normalise.Normaliser", "plain"),
    ("services.triage.places.gazetteer.Gazetteer", "locate"),
    ("services.triage.text.lexicon.Lexicon", "scan"),
    ("services.triage.extraction.extractor.Extractor", "_decide"),
    ("services.triage.text.times.Calendar", "read"),
    ("services.triage.worker.Triage", "_score"),
    ("services.triage.worker.Triage", "_features"),
    ("services.triage.correlation.correlation.Incidents", "relate"),
)


@pytest.mark.parametrize(("where", "name"), STEPS, ids=lambda step: step.rpartition(".")[2])
async def test_a_report_that_fails_in_a_step_is_left_to_a_person_and_the_others_are_judged(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, where: str, name: str
) -> None:
    alone = [await desk.take(text) for text in NIGHT_OF_MANY if text != NIGHT_OF_MANY[1]]
    module, _, owner = where.rpartition(".")
    owning = getattr(import_module(module), owner)
    real = getattr(owning, name)

    def fails(self: Any, *given: Any, **more: Any) -> Any:
        if "jerapah" in repr(given).lower():
            raise ArithmeticError
        return real(self, *given, **more)

    monkeypatch.setattr(owning, name, fails)
    desk.clock.forward(days=30)
    first, failed, *others = await desk.take_at_once(*({"text": text} for text in NIGHT_OF_MANY))
    assert failed.missing == [MANUAL]
    assert [(one.issue, one.form, one.level) for one in (first, *others)] == [
        (one.issue, one.form, one.level) for one in alone
    ]


async def test_a_second_piece_in_the_batch_of_the_first_goes_on_with_it(desk: Desk) -> None:
    chat = {"by": "sms:+6281234567", "contact": "081234567890"}
    told = (
        {"text": "tawuran dua kelompok pemuda", **chat},
        {"text": NIGHT_OF_MANY[0]},
        {"text": "di Mentoro Soko", **chat},
    )
    first, other, second = await desk.take_at_once(*told)
    assert first.id == second.id != other.id
    assert second.place["desa_name"] == "Mentoro"


# -- what a reporter adds to the own report ------------------------------------------------------------------------------

PRUNGGAHAN = "Bentrok dua kelompok pesilat di Ds. Prunggahan Kulon Kec. Semanding, massa 50 orang, 4 luka"


async def test_what_is_added_is_joined_by_its_number_alone(desk: Desk) -> None:
    known = await desk.take(MENTORO)
    first = UUID(derived("report", "1"))
    other = await desk.take(PRUNGGAHAN)
    after = await desk.take("ribut di Prunggahan Kulon Semanding mereda", follows=first, follows_as=FollowUp.UPDATE)
    assert (after.id, after.id == other.id, desk.suggested()) == (known.id, False, set())


async def test_of_one_batch_the_first_comes_first(desk: Desk) -> None:
    first = UUID(derived("report", "1"))
    known, after = await desk.take_at_once(
        {"text": MENTORO}, {"text": PRUNGGAHAN, "follows": first, "follows_as": FollowUp.CORRECTION}
    )
    assert known.id == after.id


async def test_what_comes_before_its_first_is_handed_back_and_the_rest_of_the_batch_is_kept(desk: Desk) -> None:
    waits, _ = desk._message("mereka bubar", follows=UUID(derived("report", "3")), follows_as=FollowUp.ALL_CLEAR)
    other, report = desk._message(PRUNGGAHAN)
    with pytest.raises(NotYet) as told:
        await desk.triage.handle(desk, [waits, other])  # type: ignore[arg-type]
    assert told.value.failed == [waits]
    assert desk.incident_of(report).reports == 1
    known = await desk.take(MENTORO)
    await desk.triage.handle(desk, [waits])  # type: ignore[arg-type]
    assert desk.incident(known.id).reports == 2


async def test_what_waited_in_vain_is_judged_by_itself_and_a_person_is_told_to_what_it_was_added(desk: Desk) -> None:
    gone = UUID("0abcdef1-0000-4000-8000-000000000000")
    waits, report = desk._message(MENTORO, follows=gone, follows_as=FollowUp.UPDATE)
    waits.tries = HELD + 1
    await desk.triage.handle(desk, [waits])  # type: ignore[arg-type]
    incident = desk.incident_of(report)
    assert (incident.reports, "check_follows_unknown|0ABCDEF1" in incident.missing) == (1, True)
