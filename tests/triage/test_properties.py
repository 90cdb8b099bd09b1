"""What holds for any report whatever."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.messages import ReportIn
from schemas.vocabulary import Level
from services.triage.assess import Context
from services.triage.scoring.severity import Circumstances, judge
from tests.triage.conftest import FILED

CHECKED = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck), derandomize=True)
COUNTS = st.integers(0, 3000)
CIRCUMSTANCES = st.builds(
    Circumstances,
    form=st.just("BENTROK"),
    form_points=st.integers(0, 10),
    killed=st.integers(0, 5),
    badly=st.integers(0, 20),
    hurt=st.integers(0, 50),
    weapons=st.frozensets(
        st.sampled_from(["fists", "stones", "wood", "blades", "molotov", "fireworks", "firearms", "explosives"])
    ),
    damage=st.frozensets(st.sampled_from(["light", "house", "burned", "worship", "vital", "fleeing"])),
    crowd=COUNTS,
    trigger=st.sampled_from([None, "group", "sara"]),
    call=st.sampled_from([None, "rumour", "gather", "ultimatum", "violence"]),
    when=st.sampled_from(["ongoing", "under_24h", "under_72h", "under_7d", "unknown", "past"]),
    spread=st.sampled_from([None, "desa_2", "kecamatan_2", "outside"]),
    repeats=st.integers(0, 9),
    window=st.booleans(),
    hot_spot=st.booleans(),
    violence=st.booleans(),
    group=st.booleans(),
    ongoing=st.booleans(),
    taken=st.booleans(),
    from_outside=st.booleans(),
    peaceful_form=st.booleans(),
)
RANKS = {
    "trigger": [None, "group", "sara"],
    "call": [None, "rumour", "gather", "ultimatum", "violence"],
    "when": ["past", "under_7d", "under_72h", "under_24h", "ongoing"],
    "spread": [None, "desa_2", "kecamatan_2", "outside"],
}


def worse(told: Circumstances, what: str) -> Circumstances:
    value = getattr(told, what)
    if isinstance(value, bool):
        return replace(told, **{what: True})
    if isinstance(value, int):
        return replace(told, **{what: value + 1})
    if isinstance(value, frozenset):
        return replace(told, **{what: value | {"firearms" if what == "weapons" else "burned"}})
    ranks = RANKS[what]
    at = ranks.index(value) if value in ranks else 0
    return replace(told, **{what: ranks[min(at + 1, len(ranks) - 1)]})


WORSE = [
    "form_points", "killed", "badly", "hurt", "weapons", "damage", "crowd", "trigger", "call", "when", "spread",
    "repeats", "window", "hot_spot", "violence", "group", "ongoing", "taken", "from_outside",
]  # fmt: skip


@CHECKED
@given(told=CIRCUMSTANCES, what=st.sampled_from(WORSE))
def test_a_worse_fact_never_lowers_the_score(district, told, what):
    before, after = judge(told, district.severity), judge(worse(told, what), district.severity)
    assert after.score >= before.score
    assert after.level >= before.level


@CHECKED
@given(told=CIRCUMSTANCES)
def test_score_and_level_agree_and_points_add_up(district, told):
    verdict = judge(told, district.severity)
    bounds = district.severity.bounds
    assert 0 <= verdict.score <= 100
    assert verdict.level == max(level for level, bound in bounds.items() if verdict.score >= bound)
    assert min(100, sum(reason.points for reason in verdict.reasons)) == verdict.score


@CHECKED
@given(told=CIRCUMSTANCES)
def test_a_peaceful_protest_is_at_most_sedang(district, told):
    calm = replace(
        told, peaceful_form=True, violence=False, killed=0, badly=0, hurt=0, weapons=frozenset(), damage=frozenset(),
        call="gather", taken=False, from_outside=False,
    )  # fmt: skip
    assert judge(calm, district.severity).level <= Level.SEDANG


@CHECKED
@given(text=st.text(min_size=1, max_size=600).filter(lambda text: text.strip() and "\x00" not in text))
def test_any_text_gets_an_answer_within_bounds(told, text):
    found = told(text)
    assert 0 <= found.score <= 100
    assert 0 <= found.confidence <= 100


WORDS = [
    "tawuran",
    "bentrok",
    "dikeroyok",
    "ratusan",
    "warga",
    "massa",
    "50",
    "orang",
    "luka",
    "tewas",
    "celurit",
    "batu",
    "dibakar",
    "rumah",
    "gereja",
    "jenu",
    "soko",
    "desa",
    "kec.",
    "plumpang",
    "tidak",
    "ada",
    "korban",
    "mencegah",
    "besok",
    "kemarin",
    "malam",
    "pukul",
    "23.00",
    "unjuk",
    "rasa",
    "damai",
    "hoaks",
    "psht",
    "ricuh",
    ",",
    ".",
    "!",
    "dan",
    "di",
    "dua",
    "3",
    "polisi",
    "konvoi",
    "motor",
    "diamankan",
    "nihil",
    "İstanbul",
    "ﬁ",
    "😀",
    "+/-",
    "kata2",
    "kab.",
    "12/3/2026",
    "-",
]
REPORTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join)


@CHECKED
@given(text=REPORTS)
def test_spans_point_at_words_of_the_text(told, text):
    found = told(text)
    stripped = text.strip()
    for reason in found.reasons:
        for start, end in reason.spans:
            assert 0 <= start < end <= len(stripped)
            assert stripped[start:end].strip() == stripped[start:end]


def essence(found):
    return (
        found.conflict, found.issue, found.form, found.stage, found.score, found.level, found.place.kecamatan,
        found.place.candidates, found.occurred.start,
    )  # fmt: skip


PLAIN = "İ"


@CHECKED
@given(text=REPORTS)
def test_letter_case_changes_nothing(told, text):
    text = text.replace(PLAIN, "I").replace("ﬁ", "fi")
    assert essence(told(text.lower())) == essence(told(text.upper()))


SHORT = [
    ("orang", "org"), ("yang", "yg"), ("dengan", "dgn"), ("sekitar", "sktr"), ("kelompok", "klpk"), ("desa", "ds."),
    ("kecamatan", "kec."), ("senjata tajam", "sajam"), ("unjuk rasa", "unras"), ("sudah", "sdh"), ("masih", "msh"),
    ("luka berat", "lb"), ("meninggal dunia", "md"), ("tidak", "tdk"),
]  # fmt: skip


@pytest.mark.parametrize(("long", "short"), SHORT)
def test_abbreviations_change_nothing(told, long, short):
    text = (
        "Telah terjadi tawuran yang melibatkan dua kelompok dengan senjata tajam di desa Bangunrejo kecamatan Soko sekitar 60 "
        "orang, 2 orang luka berat, 1 orang meninggal dunia, sudah dilerai, warga masih unjuk rasa, tidak bubar"
    )
    assert essence(told(text)) == essence(told(text.replace(long, short)))


CORES = [
    "Tawuran dua kelompok pemuda di Desa Bangunrejo, Kecamatan Soko.",
    "Ratusan warga unjuk rasa di balai desa.",
    "Seorang pemuda dikeroyok sampai luka.",
    "Rumah warga dilempari batu.",
    "Konvoi 40 motor lewat Jenu.",
]


@pytest.mark.parametrize("text", CORES)
@pytest.mark.parametrize("calm", ["Tidak ada korban.", "Korban nihil.", "Tidak ada korban jiwa."])
def test_no_casualties_never_raises(told, text, calm):
    assert told(f"{text} {calm}").score <= told(text).score


@CHECKED
@given(text=REPORTS)
def test_no_casualties_never_raises_any_report(told, text):
    assert told(f"{text} . Tidak ada korban.").score <= told(text).score


NAMES = ["PSHT", "Pagar Nusa", "IKSPI", "GMNI", "Banser", "Pemuda Pancasila", "Muhammadiyah", "LDII", "Bonek"]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_groups_never_score(told, name):
    text = "Dua kelompok pesilat {}bentrok di Desa Bangunrejo Kecamatan Soko, 3 orang luka, 60 orang."
    assert told(text.format("")).score == told(text.format(f"{name} ")).score


@CHECKED
@given(text=REPORTS, repeats=st.integers(0, 5))
def test_repeats_and_confirmation_never_lower(assessor, told, text, repeats):
    alone = told(text)
    known = assessor.assess(ReportIn(text=text), filed_at=FILED, context=Context(repeats=repeats, corroborated=True))
    assert known.score >= alone.score
    assert known.confidence >= alone.confidence


def test_no_example_of_any_test_has_a_time_limit():
    """On a busy machine one of 200 ms has failed a test that names none."""
    assert settings.default.deadline is None


def test_the_same_report_gets_the_same_answer(assessor):
    first, again = (assessor.assess(ReportIn(text=CORES[0]), filed_at=FILED) for _ in range(2))
    assert first == again


def test_weak_sources_never_lower_severity(told):
    strong, weak = told(CORES[0], basis="saw"), told(CORES[0], basis="hearsay")
    assert strong.score == weak.score
    assert strong.confidence > weak.confidence


@CHECKED
@given(text=REPORTS, name=st.sampled_from(NAMES))
def test_a_name_added_to_any_report_never_raises_it(told, text, name):
    assert told(f"{text} {name}").score <= told(text).score


ODD = st.text(
    alphabet=st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("0123456789.,:/-+()=\n\u200b\u00ad\u202e\u20e3\ufe0f\U0001f525\u0430\uff11"),
    ),
    min_size=1,
    max_size=400,
)


@settings(CHECKED, max_examples=150)
@given(before=REPORTS, odd=ODD.filter(lambda text: "\x00" not in text), after=REPORTS)
def test_odd_signs_between_words_never_raise_and_spans_stay_within(told, before, odd, after):
    text = f"{before} {odd} {after}"
    found = told(text)
    assert 0 <= found.score <= 100
    length = len(text.strip())
    spans = [span for reason in found.reasons for span in reason.spans]
    spans += [
        span for count in (found.facts.killed, found.facts.injured, found.facts.crowd) if count for span in count.spans
    ]
    assert all(0 <= start < end <= length for start, end in spans)
