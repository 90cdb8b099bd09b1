"""What belongs together: pieces of one message, forwarded copies, denials; and how few suggestions are made."""

from collections import Counter
from copy import deepcopy
from datetime import timedelta

from schemas.records.incidents import Judgement, Suggestion
from schemas.records.reports import Report
from schemas.vocabulary import Role
from services.triage.memory import Memory
from tests.house import SOKO, House

MENTORO = {"kecamatan": SOKO, "desa": "35.23.11.2010"}
CLASH = "Bentrok dua kelompok pemuda perguruan silat di dekat balai desa Mentoro, saling lempar batu, 3 orang luka."
SUTARNO = "+6281200000001"


async def chat(house: House, text: str, *, sender: str = SUTARNO) -> str:
    """Send one message through a gateway; gives its report."""
    gate = await house.key("gerbang", Role.GATEWAY, channel="wa")
    message = {"from": sender, "text": text, "id": f"m{len(house.rows(Report))}", "at": house.clock.now.isoformat()}
    answer = await house.call("POST", "/v1/inbound/wa", message, key=gate)
    assert answer.status == 202, answer
    await house.settle()
    [accepted] = answer.body["accepted"]
    return str(accepted["id"])


async def test_four_bubbles_are_one_report_kept_as_four(house: House) -> None:
    texts = (
        "Lapor ndan, mohon perhatian",
        "ada tawuran dua kelompok pemuda",
        "di Ds. Bangunrejo Kec. Soko",
        "1 orang meninggal, 4 luka bacok",
    )
    told = []
    for text in texts:
        told.append(await chat(house, text))
        house.clock.forward(seconds=25)
    [incident] = {house.incident_of(report).id for report in told}
    row = house.incident(incident)
    assert (row.level, row.kecamatan, row.desa, row.reports) == (4, SOKO, "35.23.11.2016", 4)
    assert row.facts["killed"] == [{"report": told[3], "min": 1, "max": 1}]  # said once, not once a bubble
    assert {report.text for report in house.rows(Report)} == set(texts)  # as they came
    assert len(row.sources) == 1
    for report in house.rows(Report):
        spans = [span for reason in _judgement(house, report.id)["reasons"] for span in reason.get("spans", ())]
        assert all(0 <= start < end <= len(report.text) for start, end in spans)


def _judgement(house: House, report: str) -> dict:
    [judgement] = house.rows(Judgement, report_id=report)
    return judgement.data


async def test_parts_of_an_sms_are_one_report_and_their_numbers_no_dates(house: House) -> None:
    first = await chat(house, "(1/2) Lapor, tawuran antar pemuda di Ds. Bangunrejo Kec. Soko, massa sekitar")
    house.clock.forward(seconds=3)
    second = await chat(house, "(2/2) 60 orang, 2 luka bacok dibawa ke puskesmas")
    assert house.incident_of(first).id == house.incident_of(second).id
    row = house.incident_of(second)
    assert [figure["min"] for figure in row.facts["crowd"]] == [60]
    assert [figure["min"] for figure in row.facts["injured"]] == [2]


async def test_pieces_are_joined_by_a_process_that_has_just_started(house: House) -> None:
    first = await chat(house, "ada tawuran dua kelompok pemuda, bawa celurit")
    house.clock.forward(seconds=40)
    house.triage._memory = Memory()
    second = await chat(house, "lokasi Ds. Bangunrejo Kec. Soko")
    assert house.incident_of(first).id == house.incident_of(second).id
    assert house.incident_of(first).kecamatan == SOKO


async def test_pieces_are_joined_by_a_process_beside_the_one_that_had_the_first(house: House) -> None:
    await house.file("Ratusan buruh unjuk rasa di Ds. Socorejo Kec. Jenu", by="piket")
    beside = deepcopy(house.triage._memory)  # of another process, which has looked at the store just now
    first = await chat(house, "ada tawuran dua kelompok pemuda, bawa celurit")
    house.triage._memory = beside
    second = await chat(house, "lokasi Ds. Bangunrejo Kec. Soko")
    assert house.incident_of(first).id == house.incident_of(second).id


async def test_two_whole_reports_of_one_sender_stay_two_and_a_pause_ends_a_message(house: House) -> None:
    first = await chat(house, "Tawuran pemuda di Ds. Bangunrejo Kec. Soko, 2 luka")
    house.clock.forward(seconds=30)
    second = await chat(house, "Blokade jalan oleh warga di Ds. Kebonagung Kec. Rengel")
    assert house.incident_of(first).id != house.incident_of(second).id
    house.clock.forward(minutes=30)
    third = await chat(house, "Mohon izin melaporkan, harga cabe di pasar naik")
    assert house.incident_of(third).id not in {house.incident_of(first).id, house.incident_of(second).id}


async def test_a_report_joins_what_another_process_has_opened_meanwhile(house: House) -> None:
    """One is judged before anybody looks at the store: what is there by then is seen when it is settled."""
    await house.file("Ratusan buruh unjuk rasa di Ds. Socorejo Kec. Jenu", by="piket")
    beside = deepcopy(house.triage._memory)
    first = await house.file(CLASH, by="piket", basis="saw", **MENTORO)
    house.triage._memory = beside  # of a process that knows nothing of the first
    copy = await house.file(f"Diteruskan: {CLASH}", by="grup", basis="hearsay", **MENTORO)
    assert house.incident_of(copy).id == house.incident_of(first).id
    assert house.rows(Report, id=copy)[0].outcome == "copied"
    house.triage._memory = deepcopy(beside)
    again = await house.file("Bentrok pemuda perguruan silat di balai desa Mentoro, 3 luka", by="warga", **MENTORO)
    assert house.incident_of(again).id == house.incident_of(first).id


async def test_what_programs_file_under_one_key_is_never_joined(house: House) -> None:
    one = await house.file("ada tawuran dua kelompok pemuda", by="aplikasi")
    other = await house.file("warga Desa Ngandong Kec. Grabagan protes jalan rusak", by="aplikasi")
    assert house.incident_of(one).id != house.incident_of(other).id


async def test_a_forwarded_copy_confirms_nothing_and_rings_nobody(house: House) -> None:
    first = await house.file(CLASH, by="piket", basis="saw", **MENTORO)
    before = house.incident_of(first)
    house.news()
    for number, text in enumerate((f"Diteruskan: {CLASH}", CLASH.upper(), f"*{CLASH}* \U0001f64f")):
        copy = await house.file(text, by=f"grup-{number}", basis="hearsay", **MENTORO)
        assert house.incident_of(copy).id == before.id
        assert house.rows(Report, id=copy)[0].outcome == "copied"
    after = house.incident_of(first)
    house.expect_silence()
    assert (after.reports, after.round) == (before.reports + 3, before.round)
    assert (after.rating, after.confidence, after.sources) == (before.rating, before.confidence, before.sources)
    assert len(house.journal("report.copied", before.id)) == 3


async def test_who_says_to_have_seen_it_confirms_it_in_the_same_words(house: House) -> None:
    first = await house.file(CLASH, by="piket", basis="saw", **MENTORO)
    sources = house.incident_of(first).sources
    await house.file(CLASH, by="warga", basis="saw", **MENTORO)
    assert len(house.incident_of(first).sources) == len(sources) + 1


async def test_a_denial_asks_a_person_to_lower_and_lowers_nothing_itself(house: House) -> None:
    first = await house.file(
        "Tawuran pemuda di Ds. Mentoro Kec. Soko, 40 orang bawa celurit, 3 luka bacok.", by="warga"
    )
    before = house.incident_of(first)
    house.news()
    house.clock.forward(seconds=50)
    denial = await house.file("Info tawuran di Mentoro Soko ternyata tidak benar, hanya latihan hadroh.", by="piket")
    after = house.incident_of(denial)
    assert (after.id, after.level, after.state) == (before.id, before.level, "open")
    assert after.facts == before.facts
    assert "check_lowering_denied" in after.missing
    assert {reason for _, _, reason in house.told()} == {"changed"}
    [line] = house.journal("incident.changed", before.id)
    assert line.data["proposed"] == "lower"


async def test_a_correction_of_the_place_asks_a_person_to_look(house: House) -> None:
    first = await house.file("Warga kepung rumah terduga dukun santet di Ds. Klumpit Kec. Soko, 60 orang.", by="warga")
    before = house.incident_of(first)
    house.clock.forward(minutes=20)
    moved = await house.file(
        "Koreksi: kepung rumah terduga dukun santet bukan Soko tapi Ds. Punggulrejo Kec. Rengel.", by="piket"
    )
    after = house.incident_of(moved)
    assert (after.id, after.desa) == (before.id, before.desa)
    assert "check_place_corrected|Punggulrejo" in after.missing


async def test_a_desa_told_of_a_kecamatan_is_no_correction_of_it(house: House) -> None:
    first = await house.file("Tawuran pemuda bawa celurit di Kec. Soko, 40 orang, 3 luka bacok.", by="warga")
    house.clock.forward(minutes=20)
    finer = await house.file("RALAT tawuran celurit Ds. Mentoro Kec. Soko: 2 luka bacok, bukan 3.", by="piket")
    after = house.incident_of(finer)
    assert after.id == house.incident_of(first).id
    assert not [one for one in after.missing if one.startswith("check_place_corrected")]


async def test_an_incident_has_at_most_three_open_suggestions_the_best(house: House) -> None:
    await house.file("Bentrok pemuda di Ds. Mentoro Kec. Soko, 2 luka.", by="p0")
    for night in range(1, 7):
        house.clock.forward(hours=20)
        again = f"Aksi balasan, rumah warga di Ds. Mentoro Kec. Soko diserang massa, {night} luka."
        await house.file(again, by=f"p{night}")
    suggestions = house.rows(Suggestion)
    open_ = Counter(id_ for row in suggestions if row.state == "open" for id_ in (row.incident_id, row.other_id))
    assert open_
    assert max(open_.values()) <= 3
    outdone = [row for row in suggestions if row.state == "outdone"]
    assert all(row.decided_by == "triage" for row in outdone)
    assert house.clock.now - suggestions[0].made_at.replace(tzinfo=house.clock.now.tzinfo) < timedelta(days=7)
