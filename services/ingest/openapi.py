"""Describe the front door's routes for `/v1/openapi.json`: bodies, answers and every error."""

from typing import Any

from fastapi import Security
from fastapi.security import HTTPBearer

from schemas.messages import ReportIn
from services.web.problem_details import SCHEMA, documented

KEY = HTTPBearer(scheme_name="key", description="A key made by `kentongan key add`", auto_error=False)
_ACCEPTED: dict[str, Any] = {
    "type": "object",
    "title": "Accepted",
    "required": ["id", "receipt", "accepted_at", "status_url"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "receipt": {"type": "string", "description": "Secret with which the reporter follows the report"},
        "accepted_at": {"type": "string", "format": "date-time", "description": "RFC 3339, UTC"},
        "status_url": {"type": "string", "format": "uri"},
    },
}
_RESULT: dict[str, Any] = {
    "type": "object",
    "title": "BatchResult",
    "required": ["line", "status"],
    "properties": {
        "line": {"type": "integer", "description": "Line of the NDJSON, or place in the array, from 1"},
        "status": {"type": "integer", "enum": [202, 400, 409, 413, 422, 503]},
        **_ACCEPTED["properties"],
        "doubts": {
            "type": "array",
            "description": "What of the row was uncertain; it is filed, and the doubt stands in its notes",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "why": {"type": "string"}},
            },
        },
        "problem": SCHEMA,
    },
}
_MESSAGE: dict[str, Any] = {
    "type": "object",
    "title": "GatewayMessage",
    "additionalProperties": False,
    "required": ["from", "text"],
    "properties": {
        "from": {"type": "string", "maxLength": 100, "description": "The sender's number or handle"},
        "text": {"type": "string", "maxLength": 8000},
        "id": {
            "type": "string",
            "maxLength": 200,
            "description": "The gateway's id of the message: sending it again is safe",
        },
        "at": {
            "type": ["string", "number"],
            "description": "When it was sent: RFC 3339, a local time, or seconds or milliseconds since 1970. A time "
            "that cannot be, or cannot be read, is noted and never costs the report.",
        },
    },
}


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """Put definitions where they are referred to: a schema inside a route has no place for them of its own."""
    if isinstance(schema, list):
        return [_inlined(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)
    return {name: _inlined(value, definitions) for name, value in schema.items() if name != "$defs"}


def report_schema() -> dict[str, Any]:
    """Give the JSON schema of a report, without references."""
    raw = ReportIn.model_json_schema()
    schema: dict[str, Any] = _inlined(raw, raw.get("$defs", {}))
    receipt = {
        "type": "string",
        "maxLength": 300,
        "description": "Proves `follows`: the receipt of that report",
    }
    return {**schema, "properties": {**schema["properties"], "follows_receipt": receipt}}


def _row_schema() -> dict[str, Any]:
    schema = report_schema()
    notes = {"type": "object", "additionalProperties": {"type": "string"}, "description": "Columns no field holds"}
    return {**schema, "additionalProperties": True, "properties": {**schema["properties"], "notes": notes}}


def _route(
    summary: str, description: str, content: dict[str, Any], success: dict[str, Any], *errors: int, keyed: bool
) -> dict[str, Any]:
    extra: dict[str, Any] = {"requestBody": {"required": True, "content": content}}
    if not keyed:
        extra["security"] = [{}]  # beside the key: none
    status = {"File many reports": 200, "Keep a photograph for a report that will name it": 201}.get(summary, 202)
    return {
        "summary": summary,
        "description": description,
        "response_model": None,
        "responses": {status: success, **documented(*errors)},
        "dependencies": [Security(KEY)],  # for the document: the door looks at the key by itself
        "openapi_extra": extra,
    }


REPORT = _route(
    "File one report",
    "202 only once the report is on disk. The same id again gets the same answer and has one effect. "
    "Without a key, or with `anonymous`, nothing is kept of who told it; without a key a limit per address applies. "
    "`follows` (with `follows_receipt`) names the earlier report that this one adds to: it joins that one's incident.",
    {"application/json": {"schema": report_schema()}},
    {"description": "On disk", "content": {"application/json": {"schema": _ACCEPTED}}},
    *(400, 401, 403, 408, 409, 413, 415, 422, 429, 503),
    keyed=False,
)
BATCH = _route(
    "File many reports",
    "At most 1000 rows and 5 MiB; a result per row in the same order. A row may also have the headings of an export "
    "(`Tanggal Kejadian`, `Jam`, `Uraian Kejadian`), places by name and dates as people write them; what no field "
    "holds becomes a note. `channel` in the query string says where the rows come from. 503 as a whole only when not "
    "one row could be promised.",
    {
        "application/x-ndjson": {"schema": _row_schema()},
        "application/json": {"schema": {"type": "array", "maxItems": 1000, "items": _row_schema()}},
    },
    {
        "description": "A result per row",
        "content": {
            "application/x-ndjson": {"schema": _RESULT},
            "application/json": {"schema": {"type": "array", "items": _RESULT}},
        },
    },
    *(400, 401, 403, 408, 413, 415, 422, 429, 503),
    keyed=True,
)
BATCH["openapi_extra"]["parameters"] = [
    {
        "name": "channel",
        "in": "query",
        "required": False,
        "schema": {"type": "string", "pattern": "^[a-z][a-z0-9-]{0,19}$"},
    }
]
INBOUND = _route(
    "File what an SMS or chat gateway passes on",
    "Several forwarded messages pasted into one become several reports.",
    {"application/json": {"schema": _MESSAGE}},
    {
        "description": "On disk",
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": {"accepted": {"type": "array", "items": _ACCEPTED}}}
            }
        },
    },
    *(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503),
    keyed=True,
)
INBOUND["openapi_extra"]["parameters"] = [
    {
        "name": "gateway",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": "^[a-z][a-z0-9-]{0,19}$"},
    }
]
ATTACHMENT = _route(
    "Keep a photograph for a report that will name it",
    "Decoded and written anew as a JPEG of at most 1920 pixels a side, without metadata. One that no report names "
    "within two days is removed.",
    {kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("image/jpeg", "image/png", "image/webp")},
    {
        "description": "Kept; the id goes into `attachments` of a report",
        "content": {"application/json": {"schema": {"type": "object", "properties": {"id": {"type": "string"}}}}},
    },
    *(401, 403, 408, 413, 415, 422, 429),
    keyed=False,
)
READY: dict[str, Any] = {"responses": documented(503)}
