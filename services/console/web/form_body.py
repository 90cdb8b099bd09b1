"""Read what a page's form sent: short, UTF-8, each field once."""

from urllib.parse import parse_qsl

from fastapi import Request

from services.console.web.errors import Kind, Sorry

MOST = 64 * 1024  # bytes of a form; a sitrep has at most 8,000 characters
FIELDS = 20


async def form_of(request: Request) -> dict[str, str]:
    """Give the fields of a form; raises Sorry when it is too long or no form at all."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST:
            raise Sorry(Kind.BAD, 413)
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS, errors="strict")
    except ValueError as error:
        raise Sorry(Kind.BAD, 400) from error
    fields = {name: value.strip() for name, value in pairs}
    if any("\x00" in value for value in fields.values()):
        raise Sorry(Kind.BAD, 400)
    return fields
