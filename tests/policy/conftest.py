from zoneinfo import ZoneInfo

import pytest

from schemas.district import District
from services.cli.policy.command import demo_roster
from services.oncall.roster import Roster
from services.policy.loader import default_folder, load_district
from services.policy.proof import Demands, demands_of


@pytest.fixture(scope="session")
def tuban() -> District:
    return load_district(default_folder())


@pytest.fixture(scope="session")
def demo_people(tuban: District) -> Roster:
    return demo_roster(default_folder(), tuban)


@pytest.fixture(scope="session")
def demands(tuban: District) -> Demands:
    return demands_of(tuban)


@pytest.fixture(scope="session")
def wib(tuban: District) -> ZoneInfo:
    return ZoneInfo(tuban.timezone)
