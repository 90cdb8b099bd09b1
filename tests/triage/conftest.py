from collections.abc import Callable
from datetime import datetime

import pytest

from schemas.assessment import Assessment
from schemas.district import District
from schemas.messages import ReportIn
from services.policy.loader import default_folder, load_district
from services.triage.assess import Assessor

FILED = datetime.fromisoformat("2026-11-24T10:00:00+07:00")


@pytest.fixture(scope="session")
def district() -> District:
    return load_district(default_folder())


@pytest.fixture(scope="session")
def assessor(district: District) -> Assessor:
    return Assessor(district)


@pytest.fixture(scope="session")
def told(assessor: Assessor) -> Callable[..., Assessment]:
    def judge(text: str, filed_at: datetime = FILED, **fields: object) -> Assessment:
        return assessor.assess(ReportIn.model_validate({"text": text, **fields}), filed_at=filed_at)

    return judge
