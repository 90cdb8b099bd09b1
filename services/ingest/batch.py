"""Take many reports in one request: NDJSON or a JSON array in, a result per row out, in the same order."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic_core import to_json

from schemas.messages import ReportIn
from services.ingest.dependencies import Deps
from services.ingest.filing import NotPromised
from services.ingest.formats.jsonl import JsonRows, Unparsed, parse
from services.web import problem_details as problems
from services.web.field_errors import Fault
from services.web.json_body import read_json
from services.web.problem_details import BODY_LIMIT, Problem, too_large

ROWS = 1000  # at most in one request
TOGETHER = 50  # rows under way at once: keeps the loop free for others, and the bus busy

Keep = Callable[[ReportIn, dict[str, str]], Awaitable[dict[str, Any]]]
Result = dict[str, Any]


async def file_batch(body: bytes, deps: Deps, count: Callable[[int], None], keep: Keep, *, array: bool) -> str:
    """File every row and give the results as text, one per line (and a JSON array when an array came).

    Raises Problem: 400 not an array or not UTF-8, 413 too many rows, 429 too often, 503 when no row could be promised.
    """
    rows = _elements(body) if array else _lines(body)
    if len(rows) > ROWS:
        raise Problem(413, f"Paling banyak {ROWS} baris sekali kirim")
    count(len(rows))
    results: list[Result] = []
    reader = JsonRows(deps.district, deps.clock())
    for start in range(0, len(rows), TOGETHER):
        results += await asyncio.gather(
            *(_file(line, row, reader, keep) for line, row in rows[start : start + TOGETHER])
        )
    if results and all(result["status"] == 503 for result in results):  # noqa: PLR2004
        raise Problem(503, headers={"Retry-After": "2"})
    told = [json.dumps(result, ensure_ascii=False, separators=(",", ":")) for result in results]
    return "[" + ",\n".join(told) + "]\n" if array else "".join(f"{line}\n" for line in told)


async def _file(line: int, row: bytes, reader: JsonRows, keep: Keep) -> Result:
    """Read a row as a file's would be, and file it."""
    try:
        if len(row) > BODY_LIMIT:
            raise too_large(BODY_LIMIT)
        told = parse(row)
        taken = reader.take(line, told)
        if taken.row is None:
            return _refused(line, 422, taken.faults)
        # Ids that follow from the content are for files, which are sent again; here a row without one is a new report.
        given = taken.row if told.get("id") is not None else taken.row.model_copy(update={"id": None})
        doubts = [{"field": doubt.field, "why": doubt.why} for doubt in taken.doubts]
        return {"line": line, "status": 202, **await keep(given, given.notes), **({"doubts": doubts} if doubts else {})}
    except Unparsed as error:
        return _refused(line, error.status, (Fault("", str(error)),))
    except Problem as problem:
        return _refused(line, problem.status_code, problem.faults, problem.detail)
    except NotPromised as error:
        return {**_refused(line, 503), "id": str(error.id)}


def _refused(line: int, status: int, faults: tuple[Fault, ...] = (), detail: str = "") -> Result:
    return {"line": line, "status": status, "problem": problems.body(status, detail, faults)}


def _lines(body: bytes) -> list[tuple[int, bytes]]:
    return [(number, line) for number, line in enumerate(body.split(b"\n"), 1) if line.strip()]


def _elements(body: bytes) -> list[tuple[int, bytes]]:
    """Cut a JSON array into the bytes of its elements, so that both forms are read by the same reader."""
    try:
        elements = read_json(body)
    except ValueError:
        raise Problem(400, "Isi harus daftar JSON dalam UTF-8") from None
    if not isinstance(elements, list):
        raise Problem(422, faults=[Fault("", "harus daftar laporan")])
    return [(number, to_json(element)) for number, element in enumerate(elements, 1)]
