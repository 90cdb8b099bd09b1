"""The learned second reader: what it learns, how it is kept, and that it only ever asks for a person."""

import itertools
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import select

from schemas.district import District
from schemas.messages import ReportFiled, ReportIn, Source
from schemas.records.incidents import Incident, Judgement
from schemas.records.reports import Report, ReportSource
from schemas.vocabulary import Role
from schemas.words.explanations import explained, reason
from services.bus import Message
from services.cli.ops import train as learn
from services.incidents import lifecycle
from services.policy.versions import Rules
from services.security.auth import Identity
from services.store.database import Store
from services.triage.assess import Assessor
from services.triage.learned.disagreement import FILE, SURE, SecondOpinion
from services.triage.learned.text_classifier import Example, Model, loaded, ngrams, split, train, written
from services.triage.worker import Triage

pytestmark = pytest.mark.usefixtures("in_english")

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
OFFICER = Identity(id="petugas", name="Petugas", role=Role.VERIFIER)
WORDS = {
    "SLT": ["pesilat", "perguruan silat", "konvoi pesilat", "kaos perguruan", "latihan silat", "pendekar"],
    "AGR": ["sengketa lahan", "tanah garapan", "patok sawah", "sertifikat tanah", "petani penggarap", "batas lahan"],
    "IND": ["buruh pabrik", "upah lembur", "phk sepihak", "serikat pekerja", "mogok kerja", "pesangon"],
}
PLACES = ["balai desa", "pertigaan pasar", "depan sekolah", "tepi jalan raya", "lapangan", "warung kopi"]


def sentences(issue: str, number: int) -> Iterator[str]:
    """Make up reports of an issue, always the same."""
    chance = random.Random(f"{issue}{number}")
    while True:
        one, other = chance.sample(WORDS[issue], 2)
        yield f"warga melapor soal {one} dan {other} di {chance.choice(PLACES)}, {chance.randint(5, 90)} orang"


def examples(per_issue: int = 16, rules: str = "") -> list[Example]:
    return [
        Example(next(sentences(issue, number)), issue, f"{issue}{number}", rules or issue)
        for issue in WORDS
        for number in range(per_issue)
    ]


@pytest.fixture(scope="module")
def model() -> Model:
    learned, held_back = split(examples(rules="SLT"))
    return train(learned, held_back=held_back)


@pytest.fixture
def file(tmp_path: Path, model: Model) -> Path:
    kept = tmp_path / FILE
    kept.write_text(written(model, trained_at=AT.isoformat(), ruleset="uji", active=True), encoding="utf-8")
    return kept


def test_ngrams_are_those_of_char_wb() -> None:
    from sklearn.feature_extraction.text import CountVectorizer

    theirs = CountVectorizer(analyzer="char_wb", ngram_range=(2, 5)).build_analyzer()
    text = "Pkl 23.15 di Ds. Kebonagung,  tawuran\n2 klpk a"
    assert sorted(set(ngrams(text))) == sorted(set(theirs(text)))


def test_no_incident_is_on_both_sides_and_every_issue_is_held_back() -> None:
    told = [*examples(), *(one for one in examples())]
    learned, held_back = split(told)
    assert len(learned) + len(held_back) == len(told)
    assert not {one.incident for one in learned} & {one.incident for one in held_back}
    assert {one.issue for one in held_back} == set(WORDS)
    assert split(told[::-1])[1] == held_back[::-1]


def test_both_readers_are_scored_on_the_same_held_back_reports(model: Model) -> None:
    assert model.scores is not None
    mine, rules = model.scores["second_reader"], model.scores["rules"]
    assert mine.of == rules.of == 12
    assert mine.macro_f1 > 0.9 > rules.macro_f1
    assert rules.accuracy == pytest.approx(1 / 3)
    assert mine.accuracy_low < mine.accuracy <= mine.accuracy_high + 1e-9


def test_reading_gives_what_scikit_learn_gives() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    learned = examples()
    theirs = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, max_features=8000, sublinear_tf=True),
        LogisticRegression(C=20.0, max_iter=500),
    ).fit([one.text for one in learned], [one.issue for one in learned])
    mine = train(learned, held_back=[])
    for text in ("konvoi pesilat di lapangan", "patok sawah digeser", "zzz"):
        assert mine.totals(text) == pytest.approx(theirs.decision_function([text])[0], abs=0.02)


def test_a_probability_is_one_whatever_the_text(model: Model) -> None:
    for text in ("", " ", "\u2028", "ꦲꦏ꧀ꦱꦫ", "x" * 8000):
        issue, probability = model.read(text)
        assert issue in WORDS
        assert 1 / 3 - 1e-9 <= probability <= 1


def test_too_few_issues_are_refused() -> None:
    with pytest.raises(ValueError, match="3 issues"):
        train([one for one in examples() if one.issue != "IND"], held_back=[])


def test_written_and_loaded_it_reads_the_same(model: Model) -> None:
    again = loaded(written(model, trained_at="", ruleset="", active=True))
    assert again == model
    assert loaded(written(model, trained_at="", ruleset="", active=False)) is None


@pytest.mark.parametrize("change", [{"format": 2}, {"idf": [1.0]}, {"temperature": 0}, {"terms": None}, {"scores": 1}])
def test_a_damaged_file_is_refused(model: Model, change: dict[str, Any]) -> None:
    told = json.loads(written(model, trained_at="", ruleset="", active=True)) | change
    with pytest.raises(ValueError, match="second reader"):
        loaded(json.dumps(told))


def test_the_service_does_not_load_what_only_training_needs(file: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from services.triage import worker; "
        "from services.triage.learned.disagreement import SecondOpinion; "
        f"one = SecondOpinion(None, Path({str(file)!r})); one.reload(); assert one._model.read('silat'); "
        "assert not {'sklearn', 'numpy', 'scipy'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# -- marking ----------------------------------------------------------------------------------------------------------


def opinion(district: District, file: Path) -> SecondOpinion:
    found = SecondOpinion(district, file)
    assert found.is_stale() == file.exists()
    found.reload()
    return found


AGAINST = "Tawuran pesilat: sengketa lahan tanah garapan, patok sawah dicabut petani penggarap, batas lahan"


def test_a_strong_disagreement_is_marked_and_agreement_is_not(tuban: District, file: Path) -> None:
    second = opinion(tuban, file)
    text = "sengketa lahan tanah garapan patok sawah sertifikat tanah petani penggarap batas lahan"
    judged = Assessor(tuban).assess(ReportIn(text=f"{text}, bentrok"), filed_at=AT)
    other = judged.model_copy(update={"issue": "SLT"})
    doubt = second.doubt(text, other)
    assert doubt is not None
    assert (doubt.issue, doubt.probability >= SURE) == ("AGR", True)
    assert second.words(doubt) == reason("check_second_reader", tuban.issues["AGR"].label_id)
    assert second.doubt(text, judged.model_copy(update={"issue": "AGR"})) is None
    assert second.doubt(text, other.model_copy(update={"conflict": False})) is None
    assert second.doubt("qqq", other) is None


def test_it_is_off_without_a_file_and_follows_the_file(tuban: District, file: Path, model: Model) -> None:
    whole = file.read_text(encoding="utf-8")
    moments = itertools.count(1)

    def put(text: str) -> None:
        file.write_text(text, encoding="utf-8")
        os.utime(file, ns=(0, next(moments)))

    file.unlink()
    second = opinion(tuban, file)
    assert second._model is None
    put(whole)
    assert second.is_stale()
    second.reload()
    assert second._model == model
    assert not second.is_stale()
    put("{")
    second.reload()
    assert second._model is None
    put(whole)
    second.reload()
    put(written(model, trained_at="", ruleset="", active=False))
    second.reload()
    assert second._model is None
    assert not SecondOpinion(tuban).is_stale()


class Deaf:
    """A bus that nobody listens to."""

    async def publish(self, _events: Any) -> None:
        return


def told(one: ReportFiled) -> Message:
    message: Any = SimpleNamespace(metadata=SimpleNamespace(timestamp=datetime.now(UTC)))  # nobody acknowledges it
    return Message(message, "report.filed", 1, 1, one.model_dump_json().encode())


def filed(text: str, number: int, *, issue: str | None = None) -> ReportFiled:
    id_ = f"00000000-0000-4000-8000-{number:012d}"
    report = ReportIn(id=id_, text=text, issue=issue)
    return ReportFiled(id=id_, filed_at=AT + timedelta(days=number), report=report, source=Source(reporter="pelapor"))


async def test_the_mark_reaches_judgement_and_incident_and_changes_nothing_else(
    tuban: District, file: Path, model: Model, new_database: Any, clock: Any
) -> None:
    rows = []
    for second_reader in (None, file):
        store = Store(new_database("sqlite"), clock)
        await Triage(store, Rules.fixed(tuban), second_reader).handle(Deaf(), [told(filed(AGAINST, 1, issue="SLT"))])  # type: ignore[arg-type]
        rows.append(
            store.read_now(
                lambda session: [session.exec(select(one)).one().model_dump() for one in (Incident, Judgement)]
            )
        )
        store.close()
    (plain, plain_judgement), (marked, judgement) = rows
    for incident, judged in rows:  # its id is drawn anew each time
        assert incident.pop("id") == incident["features"].pop("id") == judged.pop("incident_id")
    assert plain["issue"] == "SLT"
    words = reason("check_second_reader", tuban.issues["AGR"].label_id)
    assert marked.pop("missing") == [*plain.pop("missing"), words]
    assert marked == plain
    second = judgement["data"].pop("second_reader")
    assert (second["issue"], second["version"]) == ("AGR", model.version)
    assert second["probability"] >= SURE
    assert judgement == plain_judgement


async def test_telling_it_again_marks_the_incident_once(
    tuban: District, file: Path, new_database: Any, clock: Any
) -> None:
    store = Store(new_database("sqlite"), clock)
    triage = Triage(store, Rules.fixed(tuban), file)
    for number in (1, 2):
        one = filed(f"{AGAINST} Ds. Kebonagung Kec. Rengel", number, issue="SLT")
        await triage.handle(Deaf(), [told(one.model_copy(update={"filed_at": AT}))])  # type: ignore[arg-type]
    incident, judgements = store.read_now(
        lambda session: (session.exec(select(Incident)).one(), session.exec(select(Judgement)).all())
    )
    store.close()
    assert incident.reports == 2
    assert sum("pembaca kedua" in explained(fact) for fact in incident.missing) == 1
    assert all("second_reader" in judgement.data for judgement in judgements)


# -- kentongan learn --------------------------------------------------------------------------------------------------


def fill(store: Store, per_issue: int, issue_given: dict[str, str] | None = None) -> None:
    """Put reports on file, one per incident, as triage keeps them, each with an officer's word."""
    from services.triage.correlation.incident_fold import first_row
    from services.triage.rows import rows_of

    judged = Assessor(_district())

    def act(unit: Any) -> None:
        number = 0
        for issue in WORDS:
            for each in range(per_issue):
                number += 1
                one = filed(next(sentences(issue, each)), number)
                assessment = judged.assess(one.report, filed_at=one.filed_at)
                row = first_row(str(one.id), one, assessment, {}, "x", unit.now)
                kept = rows_of(one, assessment, "x", "")
                report = {"incident_id": row["id"], "outcome": "opened", "revision": 1, "level": row["level"]}
                unit.add(Incident, [{**row, "stamp": number}])
                unit.add(Report, [kept.report | report])
                unit.add(ReportSource, [kept.source])
                unit.add(Judgement, [kept.judgement | {"incident_id": row["id"], "at": unit.now}])
                given = (issue_given or {}).get(issue, issue)
                lifecycle.override(unit, row["id"], OFFICER, {"issue": "LLN"}, "belum tahu")
                unit.session.flush()
                lifecycle.override(unit, row["id"], OFFICER, {"issue": given}, "sudah diperiksa")
                unit.session.flush()

    store.write_now(act)


def _district() -> District:
    from services.policy.loader import default_folder, load_district

    return load_district(default_folder())


def run(capsys: pytest.CaptureFixture[str], data: Path, *words: str) -> tuple[int, str]:
    from services.cli.main import main

    code = main(["learn", "--data", str(data), *words])
    return code, capsys.readouterr().out


@pytest.fixture
def data(tmp_path: Path, blank_sqlite: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("KENTONGAN_STORE_URL", raising=False)
    (tmp_path / "kentongan.db").write_bytes(blank_sqlite)
    return tmp_path


def test_too_few_labels_are_said_and_nothing_is_written(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, data) == (1, "0 labels of 0 issues: at least 100 of 3 issues are needed. Nothing was changed.\n")
    assert not (data / FILE).exists()


def test_it_is_switched_on_where_it_finds_a_third_of_the_errors_in_a_fifth_of_the_reports(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rare = [
        Example(f"Penjual es cendol mengeluh {n} termos diambil, es cendol tumpah", "EKO", f"E{n}", "SLT")
        for n in range(16)
    ]
    monkeypatch.setattr(learn, "examples_of", lambda *_: examples(36) + rare)
    code, out = run(capsys, data, "--json")
    said = json.loads(out)
    assert (code, said["active"]) == (0, True)
    assert said["flags"] == {"errors": 4, "found": 4, "flagged": 4, "of": 31}
    assert (data / FILE).stat().st_mode & 0o777 == 0o600
    assert loaded((data / FILE).read_text(encoding="utf-8")) is not None


def test_it_is_kept_off_where_it_would_flag_more_than_a_fifth(
    data: Path, capsys: pytest.CaptureFixture[str], clock: Any
) -> None:
    store = Store(f"sqlite:///{data / 'kentongan.db'}", clock)
    # Officers here call everything otherwise than the rules do: who learns from them flags all of it.
    fill(store, 36, {"SLT": "AGR", "AGR": "IND", "IND": "SLT"})
    labels = store.read_now(learn.labels_of)
    store.close()
    assert sorted(set(labels.values())) == ["AGR", "IND", "SLT"]  # the last word, not LLN
    code, out = run(capsys, data, "--json")
    said = json.loads(out)
    assert (code, said["active"]) == (0, False)
    assert said["scores"]["second_reader"]["macro_f1"] > 0.9 > said["scores"]["rules"]["macro_f1"]
    assert said["flags"]["flagged"] > said["flags"]["of"] / 5
    assert loaded((data / FILE).read_text(encoding="utf-8")) is None


def test_it_is_kept_off_where_the_rules_read_as_well(
    data: Path, capsys: pytest.CaptureFixture[str], clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(f"sqlite:///{data / 'kentongan.db'}", clock)
    fill(store, 36)
    store.close()
    monkeypatch.setattr(learn, "examples_of", lambda *_: examples(36))
    code, out = run(capsys, data)
    assert code == 0
    assert "off: it does not find a third of the errors in a fifth of the reports" in out
    assert loaded((data / FILE).read_text(encoding="utf-8")) is None
