"""Read what an address asks for: filters and pages of a list, the same for pages and API. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from schemas.district import District
from schemas.policy.forms import Form
from schemas.policy.issues import Issue
from schemas.vocabulary import CLOSED_STATES, OPEN_STATES, IncidentState, Level
from services.console.incidents.queries import Wanted, Word
from services.oncall.shifts import YEARS
from services.search.words import words_of
from services.security.auth import Identity
from services.security.permissions import Act, may
from services.web.field_errors import Fault
from services.web.problem_details import Problem

BARE_PLUS = re.compile(r"(T\S*) (\d{2}:?\d{2})$")
PAGES = 100_000  # numbered pages of one list
MOST = 200  # incidents in one answer
WORDS = 6  # of a search
LETTERS = 80  # of a search; what is longer is cut, as the field for it does
AROUND = re.compile(r"^\W+|\W+$")  # signs around a word that are none of it
GROUPS = {"open-all": OPEN_STATES, "closed": CLOSED_STATES, "all": ()}
LEVELS = {level.name: level.value for level in Level} | {str(level.value): level.value for level in Level}


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def whole(text: str, field: str, most: int) -> int:
    """Give a whole number from 1 to `most` that an address holds; raises Problem."""
    if not text.isascii() or not text.isdigit() or len(text) > 9 or not 1 <= int(text) <= most:  # noqa: PLR2004
        raise Problem(422, faults=[Fault(field, f"bilangan 1 sampai {most}")])
    return int(text)


def states_of(text: str) -> tuple[str, ...]:
    """Give the states that `text` names; `open-all` is every open one, `closed` every closed one, `all` any."""
    if text in GROUPS:
        return tuple(GROUPS[text])
    known = {state.value for state in IncidentState}
    states = _listed(text)
    if unknown := [state for state in states if state not in known]:
        raise Problem(
            422, faults=[Fault("state", f"satu dari {', '.join([*sorted(known), *GROUPS])}")] if unknown else ()
        )
    return states


def since_of(text: str, now: datetime) -> datetime:
    """Give the instant that `text` says: RFC 3339 with offset, or a number of days back from `now`."""
    if text.isascii() and text.isdigit() and len(text) <= 4:  # noqa: PLR2004
        return now - timedelta(days=int(text))
    try:
        # A plus that nobody has encoded arrives as a space: the offset's, at the end, is meant as it was written.
        moment = datetime.fromisoformat(BARE_PLUS.sub(r"\1+\2", text))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or moment.year not in YEARS:
        raise Problem(422, faults=[Fault("since", "waktu RFC 3339 dengan selisih UTC, atau jumlah hari")])
    return moment


def wanted(given: Mapping[str, str], now: datetime, *, states: str = "all", per_page: int = 25) -> Wanted:
    """Read a query string into what is wanted; raises Problem 422 that names the field."""
    levels = []
    for name in _listed(given.get("level", "").upper()):
        if name not in LEVELS:
            raise Problem(422, faults=[Fault("level", "satu dari RENDAH, SEDANG, TINGGI, KRITIS")])
        levels.append(LEVELS[name])
    return Wanted(
        states=states_of(given.get("state") or states),
        levels=tuple(levels),
        issues=_listed(given.get("issue", "").upper()),
        kecamatan=_listed(given.get("kecamatan", "")),
        desa=_listed(given.get("desa", "")),
        since=since_of(given["since"], now) if given.get("since") else None,
        page=whole(given.get("page") or "1", "page", PAGES),
        per_page=whole(given.get("per_page") or str(per_page), "per_page", MOST),
    )


def about(text: str, district: District) -> tuple[Word, ...]:
    """Give each word of a search with the codes of issues, forms and places whose names hold it."""

    def holding(word: str, named: Mapping[str, Issue] | Mapping[str, Form]) -> tuple[str, ...]:
        return tuple(code for code, one in named.items() if word in f"{one.label_id} {one.label_en}".lower())

    found = []
    for word in (AROUND.sub("", one) or one for one in text[:LETTERS].lower().split()[:WORDS]):
        places = tuple(code for code, place in district.places.items() if word in place.name.lower())
        parts = tuple(dict.fromkeys(words_of(word)))
        found.append(Word(word, holding(word, district.issues), holding(word, district.forms), places, parts))
    # Signs alone part words and ask for nothing; where nothing else is asked for, nothing is found.
    return tuple(word for word in found if word.parts) or tuple(Word(word.text, (), (), ()) for word in found[:1])


def picking(given: Mapping[str, str], who: Identity) -> dict[str, bool]:
    """Say whether a page is asked for with boxes to pick several incidents, and what may be done to those."""
    acts = may(who.role, Act.ANSWER)
    return {"acts": acts, "judges": may(who.role, Act.MERGE), "picking": acts and bool(given.get("pilih"))}
