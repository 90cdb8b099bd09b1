from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

import pytest

from schemas.assessment import Assessment
from schemas.district import District
from schemas.messages import ReportIn
from services.policy.loader import default_folder, load_district
from services.triage.assess import Assessor
from services.triage.learned.fit_reader import replace_learned

JUDGED = 4096  # texts that are kept judged
FILED = datetime.fromisoformat("2026-11-24T10:00:00+07:00")


@pytest.fixture(scope="session")
def district() -> District:
    return load_district(default_folder())


@pytest.fixture(scope="session")
def assessor(district: District) -> Assessor:
    return Assessor(district)


@pytest.fixture(scope="session")
def told(assessor: Assessor) -> Callable[..., Assessment]:
    """Judge a text; the same one with the same fields once, since judging is a function of them."""
    return _judging(assessor)


@pytest.fixture(scope="session")
def by_rules(district: District) -> Callable[..., Assessment]:
    """Judge a text by the rules alone, as a district without labelled reports does."""
    return _judging(Assessor(replace_learned(district)))


def _judging(assessor: Assessor) -> Callable[..., Assessment]:
    @lru_cache(maxsize=JUDGED)
    def once(text: str, filed_at: datetime) -> Assessment:
        return assessor.assess(ReportIn(text=text), filed_at=filed_at)

    def judge(text: str, filed_at: datetime = FILED, **fields: object) -> Assessment:
        if not fields:
            return once(text, filed_at)
        return assessor.assess(ReportIn.model_validate({"text": text, **fields}), filed_at=filed_at)

    return judge
