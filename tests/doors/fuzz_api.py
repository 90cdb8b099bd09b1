"""Call every operation that the API describes with what fits its description and with what does not (schemathesis).

Run by `make fuzz`, in the environment that has schemathesis: `python -m tests.doors.fuzz_api [CALLS]`. The front door and
the desk run on a real port, on a store with a night of incidents. A finding is an answer of 5xx, or one whose status, kind
or body is not as described. The event stream has no end and is left out.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks

from schemas.vocabulary import Role
from services.store.database import Store
from tests.console.desk import running

CALLS = 60  # of each operation, and of each caller
WITHOUT_END = ("/v1/events",)
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


def main(calls: int) -> int:
    """Call everything; gives how many operations have a finding."""
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder, 'kentongan.db')}"
        store = Store(database)
        store.upgrade()
        store.close()
        with running(database) as desk:
            schema = schemathesis.openapi.from_url(f"{desk.url}/v1/openapi.json")
            callers = {"nobody": "", "coordinator": desk.key(Role.COORDINATOR), "reporter": desk.key(Role.REPORTER)}
            ids = [desk.ids["clash"], desk.ids["church"]]
            found = [_try(one.ok(), callers, ids, calls) for one in schema.get_all_operations()]
    print(
        f"{sum(count for count, _ in found)} calls of {len(found)} operations, {sum(bad for _, bad in found)} findings"
    )
    return sum(bad for _, bad in found)


def _try(operation: Any, callers: dict[str, str], ids: list[str], calls: int) -> tuple[int, int]:
    """Call one operation as each caller; gives how often, and 1 when it has a finding."""
    if operation.path in WITHOUT_END:
        return 0, 0
    statuses: Counter[int] = Counter()

    def tried(bearer: str) -> Any:
        @settings(
            max_examples=calls, deadline=None, database=None, suppress_health_check=list(HealthCheck),
            phases=[Phase.generate], derandomize=False,
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def call(case: Any) -> None:
            if "id" in (case.path_parameters or {}) and len(str(case.body)) % 2:
                case.path_parameters["id"] = ids[len(statuses) % 2]  # one that is there, half of the time
            headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
            response = case.call(headers=headers, timeout=30)
            statuses[response.status_code] += 1
            case.validate_response(response, checks=CHECKS)

        return call

    try:
        for bearer in callers.values():
            tried(bearer)()
    except Exception as error:
        print(f"{operation.method.upper()} {operation.path}: {error}")
        return sum(statuses.values()), 1
    print(f"{operation.method.upper()} {operation.path}: {dict(sorted(statuses.items()))}")
    return sum(statuses.values()), 0


if __name__ == "__main__":
    sys.exit(1 if main(int(sys.argv[1]) if len(sys.argv) > 1 else CALLS) else 0)
