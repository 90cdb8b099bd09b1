"""Draw pages: templates with the house's words and times at hand, headers that let nothing foreign in."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.meta import find_referenced_templates

from schemas.district import District
from schemas.vocabulary import ANSWERED
from services.console import texts as words
from services.console.web import formatting as times
from services.console.web.assets import address_of
from services.web import localised

FOLDER = Path(__file__).resolve().parent.parent
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' blob:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    # An address may hold a message's token; "no-referrer" would also take the origin off our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def with_pictures_of(origin: str) -> Mapping[str, str]:
    """Give the headers of a page that may show pictures of one origin more; empty: of none."""
    policy = HEADERS["Content-Security-Policy"]
    return HEADERS | {"Content-Security-Policy": policy.replace("img-src", f"img-src {origin}")} if origin else HEADERS


# Only the page on which somebody reports may ask where the phone is and what it sees.
REPORTING = {"Permissions-Policy": "camera=(self), microphone=(), geolocation=(self)"}


def _happening(line: Any, language: str, called: Callable[[str], str] = str) -> str:
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
    if isinstance(facts.get("institution"), str):
        facts["institution"] = called(str(facts["institution"]))
    for name, value in line.data.items():
        if isinstance(value, list):
            facts[name] = ", ".join(called(str(one)) for one in value)
    facts.setdefault("institution", "Instansi" if language == "id" else "An institution")
    return words.say(key, language, **facts)


@cache
def templates() -> Environment:
    """Give the templates, each compiled where it is rendered first and once in a process: they know no district."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = address_of
    environment.globals["ANSWERED"] = ANSWERED
    environment.filters["query"] = _query
    return environment


def compile_beforehand(names: Iterable[str]) -> None:
    """Compile templates, and those that they name, before anybody asks for a page of them."""
    environment, wanted, done = templates(), set(names), set[str]()
    while wanted:
        name = wanted.pop()
        environment.get_template(name)
        done.add(name)
        parsed = environment.parse((FOLDER / "templates" / name).read_text(encoding="utf-8"))
        wanted |= {one for one in find_referenced_templates(parsed) if one} - done


class Pages:
    """Render templates for one district, which is asked for anew at each page."""

    def __init__(self, district: Callable[[], District]) -> None:
        self._district = district

    def render(self, template: str, language: str, facts: Mapping[str, Any]) -> str:
        """Fill a template in one language."""
        district = self._district()
        zone = district.timezone
        spoken = {
            "language": language,
            "t": partial(words.say, language=language),
            "name": lambda group, code: words.name(group, code, language),
            "happening": lambda line: _happening(line, language, district.called),
            "at": lambda moment: times.date_time(moment, zone, language),
            "hour": lambda moment: times.clock_time(moment, zone),
            "instant": lambda moment, now, hours: times.instant(moment, now, zone, language, hours=hours),
            "between": lambda start, end: times.span(start, end, zone, language),
            "briefly": lambda start, end: times.briefly(start, end, facts["now"], zone, language),
            "lasting": lambda minutes: times.lasting(minutes, language),
            "after": lambda seconds: times.after(seconds, language),
            "named": lambda codes: ", ".join(district.called(code) for code in codes),
            "ago": lambda moment, now: times.ago(moment, now, language),
            "left": lambda due, now: times.left(due, now, language),
            "machine": times.machine_time,
            "num": lambda value: localised.number(value, language),
            "ring": times.ring,
            "month": lambda day: localised.month(day, language),
            "calendar": lambda day, year=True: localised.calendar_day(day, language, year=year),
        }
        known = {**spoken, "say": SimpleNamespace(**spoken)}  # macros of another file are given what they need
        return templates().get_template(template).render({**known, **facts})

    def answer(
        self,
        template: str,
        language: str,
        facts: Mapping[str, Any],
        status: int = 200,
        headers: Mapping[str, str] = HEADERS,
    ) -> HTMLResponse:
        """Answer with a page."""
        return HTMLResponse(self.render(template, language, facts), status_code=status, headers=dict(headers))


def _query(given: Mapping[str, str], **changes: object) -> str:
    """Write a query string with some of its values changed; an empty value leaves it out."""
    merged: dict[str, object] = {**given, **changes}
    return urlencode({key: value for key, value in merged.items() if value not in ("", None)})
