"""Judge what no rule could read: a person looks at once. The floor under triage, as simple as it can be. Pure."""

from schemas.assessment import Assessment, Facts, Occurred, PlaceFound, Reason
from schemas.district import District
from schemas.messages import ReportFiled
from schemas.vocabulary import Handling, Level, Stage
from schemas.words.explanations import reason

MANUAL = reason("check_manual")
LEVEL = Level.TINGGI  # told round the clock: nobody knows how grave it is


def by_hand(filed: ReportFiled, district: District) -> Assessment:
    """Give the assessment of a report that is only what its form fields say: TINGGI, to be verified by a person."""
    report = filed.report
    kecamatan, desa = district.places.get(report.kecamatan or ""), district.places.get(report.desa or "")
    issue = report.issue if report.issue in district.issues else None
    return Assessment(
        conflict=True,
        issue=issue or district.other_issue,
        form=district.tension,
        stage=Stage.ONGOING,
        score=district.severity.bounds[LEVEL],
        level=LEVEL,
        confidence=0,
        rating="F6",
        handling=Handling.VERIFY_FIRST,
        place=PlaceFound(
            kabupaten=district.code,
            kecamatan=report.kecamatan if kecamatan else None,
            desa=report.desa if desa else None,
            kecamatan_name=kecamatan.name if kecamatan else None,
            desa_name=desa.name if desa else None,
        ),
        occurred=Occurred(),
        facts=Facts(),
        reasons=(Reason(component="konteks", points=0, rule=MANUAL),),
        missing=(MANUAL,),
        ruleset=district.ruleset,
    )
