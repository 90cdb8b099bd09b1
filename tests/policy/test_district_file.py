"""The district file is read whole, and a slip in it is named with its file and line."""

import ast
import csv
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from schemas.district import District
from schemas.vocabulary import Classification, Level, Role
from schemas.words.district_faults import SENTENCES, fault_said
from services.cli.demo_data import load_people, load_reports, load_year
from services.policy.loader import DistrictError, default_folder, load_district

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(default_folder(), tmp_path / "district"))


def edit(file: Path, before: str, after: str) -> int:
    """Replace the first `before`; give the line it stands on."""
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    return text[: text.index(before)].count("\n") + 1


# -- Tuban ------------------------------------------------------------------------------------------------------------


def test_tuban_has_its_issues_forms_institutions_and_places(tuban: District) -> None:
    assert (len(tuban.issues), len(tuban.forms)) == (19, 21)
    found = [place.kind for place in tuban.places.values()]
    assert {kind: found.count(kind) for kind in ("kecamatan", "desa", "kelurahan")} == {
        "kecamatan": 20,
        "desa": 311,
        "kelurahan": 17,
    }
    assert {place.kabupaten for place in tuban.neighbours.values()} == {"33.16", "33.17", "35.22", "35.24"}


def test_every_desa_lies_in_a_known_kecamatan(tuban: District) -> None:
    for places in (tuban.places, tuban.neighbours):
        for place in places.values():
            if place.kind in ("desa", "kelurahan"):
                assert places[place.kecamatan].kind == "kecamatan"
                assert place.code.startswith(place.kecamatan)


def test_the_parts_of_a_score_have_the_limits_they_are_said_to_have(tuban: District) -> None:
    policy = tuban.severity
    assert sum(policy.maximum.values()) == 100
    assert max(form.points for form in tuban.forms.values()) == policy.maximum["bentuk"]
    for name in ("korban", "senjata", "kerusakan", "massa", "pemicu", "ajakan", "waktu", "sebaran", "pengulangan"):
        assert max(getattr(policy, name).values()) == policy.maximum[name]
    assert sum(policy.konteks.values()) == policy.maximum["konteks"]
    assert [policy.bounds[level] for level in Level] == [0, 15, 35, 55]


def test_radicalism_is_the_highest_classification_and_for_named_persons(tuban: District) -> None:
    secret = [issue.code for issue in tuban.issues.values() if issue.classification >= Classification.RAHASIA]
    assert ["RAD"] == secret == [issue.code for issue in tuban.issues.values() if issue.named_persons_only]


def test_the_forum_has_one_name_on_every_day_and_today_that_of_the_district(tuban: District) -> None:
    current = [period for period in tuban.forum_periods if period.valid_to is None]
    assert [(period.name, period.legal_basis) for period in current] == [(tuban.forum, tuban.legal_basis)]


def test_windows_nobody_has_dated_yet_are_left_out(tuban: District) -> None:
    codes = {window.code for window in tuban.calendar}
    assert "SURO-2027" in codes
    assert "PILKADES" not in codes
    assert {window.issue for window in tuban.calendar} <= set(tuban.issues)


def test_new_year_and_christmas_are_holidays(tuban: District) -> None:
    assert {date(2026, 12, 25), date(2027, 1, 1), date(2027, 8, 17)} <= set(tuban.working.holidays)


def test_islamic_holidays_say_that_they_may_shift() -> None:
    with (default_folder() / "holidays.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    moving = [row for row in rows if any(word in row["name"] for word in ("Idul", "Islam", "Maulid", "Isra"))]
    assert len(moving) >= 12
    assert all("+/- 1 hari" in row["note"] for row in moving)


def test_category_words_of_exports_lead_to_one_issue_each(tuban: District) -> None:
    words = [word for issue in tuban.issues.values() for word in {*issue.synonyms, issue.label_id.lower()}]
    assert len(words) == len(set(words))
    assert all(word == word.lower() for issue in tuban.issues.values() for word in issue.synonyms)


def test_column_headings_of_exports_lead_to_one_field_each(tuban: District) -> None:
    plain = ["".join(filter(str.isalnum, name.lower())) for names in tuban.intake.columns.values() for name in names]
    assert len(plain) == len(set(plain))


def test_a_column_for_a_field_that_nobody_reads_is_refused_by_name(folder: Path) -> None:
    """Its cells would be no field and no note: lost without a word."""
    edit(folder / "district.toml", "\nkilled = [", "\nkiled = [")
    with pytest.raises(DistrictError, match="kiled"):
        load_district(folder)


@pytest.mark.parametrize(
    ("institution", "unit", "name"),
    [
        ("POLRES", None, "Polres Tuban"),
        ("POLSEK", "35.23.11", "Polsek Soko"),
        ("DESA", "35.23.11.2010", "Kades/Lurah Mentoro"),
        ("CAMAT", None, "Camat"),
        ("APAINI", None, "APAINI"),
    ],
)
def test_institutions_and_their_units_are_called_what_people_call_them(
    tuban: District, institution: str, unit: str | None, name: str
) -> None:
    assert tuban.called(institution, unit) == name


# -- slips ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ('level = "SEDANG"', 'level = "SEDENG"', "clock.2.level"),
        ("ack = 15", 'ack = "lima belas"', "clock.1.ack"),
        ("points = 9", "points = 90", "points"),
        ("send_now = 50", "sendnow = 50", "sendnow"),
        ('start = "07:30"', 'start = "7.30"', "working.start"),
        ('classification = "SANGAT_RAHASIA"', 'classification = "RAHASIA SEKALI"', "classification"),
        ("TINGGI = 35", "TINGKI = 35", "severity.bounds.TINGKI"),
        ('lead = "NAKER"', 'lead = "NAKERTRANS"', "NAKERTRANS"),
        ('name = "Kabupaten Tuban"', "name = Kabupaten Tuban", ""),
    ],
)
def test_a_slip_is_named_with_its_line_and_key(folder: Path, before: str, after: str, key: str) -> None:
    line = edit(folder / "district.toml", before, after)
    with pytest.raises(DistrictError) as refused:
        load_district(folder)
    said = str(refused.value)
    assert said.startswith("district.toml")
    assert f"line {line}" in said
    assert key in said


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('code = "DES"', 'code = "SLT"', "declared twice"),
        ("hot_spots = []", 'hot_spots = ["35.23.99"]', "unknown place: 35.23.99"),
        ('border_kecamatan = ["35.23.01"', 'border_kecamatan = ["Kenduruan"', "unknown place: Kenduruan"),
        ('traits = ["other"]', "traits = []", "trait other"),
        ('traits = ["nil"]', "traits = []", "trait nil"),
        ('traits = ["tension", "lasting"]', 'traits = ["lasting"]', "trait tension"),
        ('issue = "HKS"\nkind = "talk"', 'issue = "NONE"\nkind = "talk"', "unknown issue: NONE"),
        ('level = "RENDAH"', 'level = "SEDANG"', "declared twice"),
        ("after = 10,", "after = 4,", "one after another"),
        ("remind = [2]", "remind = [6]", "before `ack`"),
        ("ack = 5", "ack = 6", "time to answer"),
        ('end = "16:00"', 'end = "06:00"', "end after they start"),
        ("weekdays = [1, 2, 3, 4, 5]", "weekdays = [1, 8]", "less than or equal to 7"),
        ('violence_lead = "POLRES"', 'violence_lead = "POLISI"', "POLISI"),
        ("email = [[1, 1]", "emial = [[1, 1]", "(limits.emial): unknown channel: emial"),
        ("email = [[1, 1]", "webhook = [[1, 1]", "webhook has no limits"),
        ('superior = "KAPOLRES"', 'superior = "KAPOLDA"', "KAPOLDA"),
        ('tell = ["PROV", "POLDA"]', 'tell = ["PROV", "MABES"]', "MABES"),
        ('label_en = "Boundary"\n', "", "label_en"),
    ],
)
def test_a_policy_that_cannot_work_is_refused(folder: Path, before: str, after: str, why: str) -> None:
    edit(folder / "district.toml", before, after)
    with pytest.raises(DistrictError) as refused:
        load_district(folder)
    assert why in str(refused.value)


def test_a_level_without_a_clock_is_refused(folder: Path) -> None:
    file = folder / "district.toml"
    text = file.read_text(encoding="utf-8")
    start = text.index('[[clock]]\nlevel = "RENDAH"')
    file.write_text(text[:start] + text[text.index("[working]") :], encoding="utf-8")
    with pytest.raises(DistrictError, match=r"no \[\[clock\]\] for RENDAH"):
        load_district(folder)


@pytest.mark.parametrize(
    ("name", "before", "after", "where"),
    [
        ("places.csv", "lat", "latitude", "line 1"),
        ("places.csv", "-6.9394", "selatan", "line 3, column lat"),
        ("places.csv", "35.23.02,", "35.23.01,", "line 4, column code"),
        ("neighbours.csv", "code", "kode", "line 1"),
        ("calendar.csv", "2026-12-23", "2026-13-23", "line 2, column start"),
        ("calendar.csv", "2027-01-02", "2026-01-02", "line 2"),
        ("holidays.csv", "2026-01-01", "1 Januari", "line 2, column date"),
        ("holidays.csv", "Tahun Baru Masehi,", "Tahun Baru Masehi", "line 2"),
    ],
)
def test_a_slip_in_a_table_is_named_with_its_line(folder: Path, name: str, before: str, after: str, where: str) -> None:
    edit(folder / name, before, after)
    with pytest.raises(DistrictError) as refused:
        load_district(folder)
    assert str(refused.value).startswith(f"{name}, {where}")


def test_a_folder_without_a_district_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DistrictError, match="not found"):
        load_district(tmp_path)


def test_tables_may_be_absent_and_another_kabupaten_is_another_folder(folder: Path) -> None:
    for file in folder.glob("*.csv"):
        file.unlink()
    edit(folder / "district.toml", 'code = "35.23"', 'code = "35.22"')
    (folder / "lexicon.toml").unlink(missing_ok=True)
    district = load_district(folder)
    assert (district.code, district.places, district.lexicon) == ("35.22", {}, {})


def test_words_and_landmarks_are_read_when_they_are_there(folder: Path) -> None:
    (folder / "lexicon.toml").write_text('[weapons]\nblades = ["celurit"]\n', encoding="utf-8")
    header = "code,kind,name,kecamatan,lat,lon,aliases\n"
    row = "TB-1,landmark,Alun-alun Tuban,35.23.16,-6.8938,112.0641,alun2|alun-alun\n"
    (folder / "landmarks.csv").write_text(header + row, encoding="utf-8")
    district = load_district(folder)
    assert district.lexicon == {"weapons": {"blades": ["celurit"]}}
    assert district.places["TB-1"].aliases == ("alun2", "alun-alun")
    assert district.places["TB-1"].kabupaten == "35.23"


# -- people and reports for demonstrations -------------------------------------------------------------------------------


def test_demonstration_people_are_invented_reachable_and_in_known_institutions(tuban: District) -> None:
    people = load_people(default_folder(), tuban)
    assert all(address.endswith(".example") for one in people for _, address in one.addresses)
    assert len({one.login for one in people}) == len(people) == 499
    assert {one.institution for one in people} - {None} == set(tuban.institutions)
    assert set(Role) - {Role.REPORTER, Role.GATEWAY} == {one.role for one in people}
    assert all(one.unit in tuban.places for one in people if one.unit)


def test_only_few_demonstration_people_sign_in(tuban: District) -> None:
    passwords = {one.login: one.password for one in load_people(default_folder(), tuban) if one.password}
    assert 5 < len(passwords) < 20
    assert passwords["koordinator"] == "kentongan-koordinator"


def test_every_kominda_institution_has_two_people_and_every_unit_its_own(tuban: District) -> None:
    people = load_people(default_folder(), tuban)
    for code in ("KESBANG", "POLRES", "KODIM", "KEJARI", "BIN"):
        assert sum(one.institution == code for one in people) >= 2
    for code in ("POLSEK", "KORAMIL", "CAMAT"):
        units = {one.unit for one in people if one.institution == code}
        assert units == {place.code for place in tuban.places.values() if place.kind == "kecamatan"}


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('institution = "KABAN"', 'institution = "KEPALA"', "unknown institution"),
        ('login = "kaban"', 'login = "kesbang"', "given twice"),
        ('clearance = "BIASA"', 'clearance = "UMUM"', "unknown clearance"),
        ('role = "coordinator"', 'role = "boss"', "role"),
        ("[names]", "[names", "people.toml"),
    ],
)
def test_a_slip_among_the_people_is_named(folder: Path, tuban: District, before: str, after: str, why: str) -> None:
    edit(folder / "people.toml", before, after)
    with pytest.raises(DistrictError) as refused:
        load_people(folder, tuban)
    assert why in str(refused.value)


def test_the_lively_day_is_varied_and_ends_now(tuban: District) -> None:
    day = load_reports(default_folder(), NOW)
    assert len(day) >= 25
    assert all(
        report.observed_at is not None and 0 <= (NOW - report.observed_at).total_seconds() < 86_400 for report in day
    )
    assert len({report.issue for report in day}) > 10
    assert {report.exercise for report in day} == {report.anonymous for report in day} == {True, False}
    for report in day:
        assert report.issue is None or report.issue in tuban.issues
        assert report.desa is None or tuban.places[report.desa].kecamatan == report.kecamatan


def test_the_same_day_filed_again_is_the_same_reports() -> None:
    assert load_reports(default_folder(), NOW) == load_reports(default_folder(), NOW)
    assert len({report.id for report in load_reports(default_folder(), NOW)}) == len(
        load_reports(default_folder(), NOW)
    )


def test_the_invented_year_is_an_archive_of_the_district_that_calls_nobody(tuban: District) -> None:
    year = load_year(default_folder(), tuban, NOW)
    assert 200 <= len(year) <= 400  # filed behind the day at the first start: a second or two
    assert year == load_year(default_folder(), tuban, NOW)
    assert len({report.id for report in year}) == len(year)
    assert all(report.archive for report in year)
    ages = [(NOW - report.observed_at).days for report in year if report.observed_at]
    assert ages == sorted(ages, reverse=True)
    assert ages[-1] >= 2
    assert ages[0] > 350
    for report in year:
        assert report.desa is not None
        assert tuban.places[report.desa].kecamatan == report.kecamatan


def test_a_slip_in_the_invented_year_is_named_and_a_district_may_have_none(folder: Path, tuban: District) -> None:
    edit(folder / "year.toml", 'kecamatan = "Soko"', 'kecamatan = "Sokko"')
    with pytest.raises(DistrictError, match=r"year\.toml.*Sokko"):
        load_year(folder, tuban, NOW)
    (folder / "year.toml").unlink()
    assert load_year(folder, tuban, NOW) == ()


def test_a_slip_in_the_lively_day_is_named_with_its_line(folder: Path) -> None:
    edit(folder / "reports.jsonl", '"hours_ago": 18.2', '"hours": 18.2')
    with pytest.raises(DistrictError, match=r"reports\.jsonl, line 2"):
        load_reports(folder, NOW)


# -- in Indonesian -------------------------------------------------------------------------------------------------------


def refusals() -> set[str]:
    """Give why a folder is refused, in every place that reads one: `msg = ...`, `DistrictError`, `_Wrong`."""
    root = Path(__file__).resolve().parents[2]
    files = [root / "services/policy/loader.py", *(root / f"schemas/{name}.py" for name in ("district", "learned"))]
    files += [root / "schemas/warnings.py", root / "schemas/policy/clocks.py", root / "schemas/policy/retention.py"]
    found: set[str] = set()
    for node in (node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))):
        match node:
            case ast.Assign(targets=[ast.Name(id="msg" | "why")], value=ast.IfExp(body=one, orelse=other)):
                found |= {template(one), template(other)}
            case ast.Assign(targets=[ast.Name(id="msg")], value=said):
                found.add(template(said))
            case ast.Call(func=ast.Name(id="DistrictError" | "_Wrong"), args=[*_, said]):
                found.add(template(said))
    return found - {""}


def template(node: ast.expr) -> str:
    """Write a sentence with {} for what is filled in; "" for what is no sentence of ours."""
    match node:
        case ast.Constant(value=str(said)):
            return said
        case ast.JoinedStr(values=parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
    return ""


def test_why_a_folder_is_refused_stands_in_indonesian_too() -> None:
    assert len(refusals()) > 25
    assert refusals() - SENTENCES.keys() == set()


@pytest.mark.parametrize("said", SENTENCES)
def test_a_refusal_and_its_indonesian_are_filled_alike(said: str) -> None:
    assert said.count("{}") == SENTENCES[said].count("{}")
    names = [f"X{number}" for number in range(said.count("{}"))]
    fault = "district.toml, line 3: " + said.format(*names)
    assert fault_said(fault, "id") == "district.toml, baris 3: " + SENTENCES[said].format(*names)
    assert fault_said(fault, "en") == fault
