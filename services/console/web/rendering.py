"""Draw pages: templates with the house's words and times at hand, headers that let nothing foreign in."""

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.console import texts as words
from services.console.web import formatting as times

FOLDER = Path(__file__).resolve().parent.parent
STATIC = {file.name: file.read_bytes() for file in sorted((FOLDER / "static").iterdir())}
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
VERSION = hashlib.sha256(b"".join(STATIC.values())).hexdigest()[:12]
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    # An address may hold a message's token; "no-referrer" would also take the origin off our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def _happening(line: Any, language: str) -> str:
    """Say one line of the journal, as one of its facts has it where that is worded; its bare kind where none is."""
    key = f"journal.{line.kind}"
    key = next((f"{key}.{fact}" for fact in line.data if f"{key}.{fact}" in words.WORDS), key)
    if key not in words.WORDS:
        return str(line.kind)
    facts = {name: value for name, value in line.data.items() if isinstance(value, str | int | float)}
    if isinstance(facts.get("level"), int):
        levels = ("RENDAH", "SEDANG", "TINGGI", "KRITIS")
        facts["level"] = words.name("level", levels[int(facts["level"]) - 1], language)
    if "duty" in facts:
        facts["duty"] = words.name("duty", facts["duty"], language)
    for name, value in line.data.items():
        if isinstance(value, list):
            facts[name] = ", ".join(str(one) for one in value)
    facts.setdefault("institution", "Instansi" if language == "id" else "An institution")
    return words.say(key, language, **facts)


class Pages:
    """Render templates for one district; `zone` is asked for its time zone at each page."""

    def __init__(self, zone: Callable[[], str]) -> None:
        self._zone = zone
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["version"] = VERSION
        self._environment.filters["query"] = _query

    def render(self, template: str, language: str, facts: Mapping[str, Any]) -> str:
        """Fill a template in one language."""
        zone = self._zone()
        spoken = {
            "language": language,
            "t": partial(words.say, language=language),
            "name": lambda group, code: words.name(group, code, language),
            "happening": lambda line: _happening(line, language),
            "at": lambda moment: times.date_time(moment, zone, language),
            "hour": lambda moment: times.clock_time(moment, zone),
            "between": lambda start, end: times.span(start, end, zone, language),
            "briefly": lambda start, end: times.span(start, end, zone, language, year=False),
            "lasting": lambda minutes: times.lasting(minutes, language),
            "after": lambda seconds: times.after(seconds, language),
        }
        return self._environment.get_template(template).render({**spoken, **facts})

    def answer(self, template: str, language: str, facts: Mapping[str, Any], status: int = 200) -> HTMLResponse:
        """Answer with a page."""
        return HTMLResponse(self.render(template, language, facts), status_code=status, headers=HEADERS)


def _query(given: Mapping[str, str], **changes: object) -> str:
    """Write a query string with some of its values changed; an empty value leaves it out."""
    merged: dict[str, object] = {**given, **changes}
    return urlencode({key: value for key, value in merged.items() if value not in ("", None)})
