"""Read the people, the lively day and the invented year that a district keeps for demonstrations."""

import json
import random
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError

from schemas.district import District
from schemas.messages import Frozen, ReportIn
from schemas.policy.places import Place
from schemas.vocabulary import Classification, Role
from services.oncall.roster import Stretch
from services.oncall.shifts import hours_of, shifts
from services.policy.loader import DistrictError


@dataclass(frozen=True)
class DemoPerson:
    """Somebody invented: a post, addresses as (channel, address), a password where the person signs in."""

    login: str
    name: str
    role: Role
    institution: str | None
    unit: str
    post: str
    clearance: Classification
    language: str
    named_for: tuple[str, ...]
    password: str | None
    addresses: tuple[tuple[str, str], ...]


class _Template(Frozen):
    post: str
    login: str
    role: Role
    clearance: str = Classification.BIASA.name
    institution: str | None = None
    name: str | None = None
    language: str = "id"
    named_for: tuple[str, ...] = ()
    signs_in: bool = False


class _Names(Frozen):
    given: tuple[str, ...] = Field(min_length=1)
    second: tuple[str, ...] = Field(min_length=1)


class _Rota(Frozen):
    logins: tuple[str, ...] = Field(min_length=1)
    hours: tuple[str, ...] = Field(min_length=1)  # HH:MM-HH:MM, one shift each a day
    days: int = Field(default=15, ge=1, le=60)


class _People(Frozen):
    domain: str
    password: str
    names: _Names
    person: tuple[_Template, ...] = ()
    per_kecamatan: tuple[_Template, ...] = ()
    per_desa: tuple[_Template, ...] = ()
    rota: tuple[_Rota, ...] = ()


class _Usual(Frozen):
    issue: str
    weight: int = Field(ge=1)
    texts: tuple[str, ...] = Field(min_length=1)
    kecamatan: tuple[str, ...] = ()  # names; none: everywhere


class _Event(Frozen):
    days_ago: int = Field(ge=2)
    text: str


class _Rise(Frozen):
    kecamatan: str
    issue: str
    days_ago: tuple[int, ...] = Field(min_length=2)
    texts: tuple[str, ...] = Field(min_length=1)
    then: _Event | None = None


class _Year(Frozen):
    seed: int
    weeks: int = Field(ge=12, le=156)
    per_week: float = Field(gt=0, le=50)
    usual: tuple[_Usual, ...] = Field(min_length=1)
    rise: tuple[_Rise, ...] = ()


def load_people(folder: Path, district: District) -> tuple[DemoPerson, ...]:
    """Read `people.toml`; one person per place where it says so. Raises DistrictError."""
    file = folder / "people.toml"
    told = _people(file)
    wanted: list[tuple[_Template, Place | None]] = [(one, None) for one in told.person]
    for templates, kinds in ((told.per_kecamatan, ("kecamatan",)), (told.per_desa, ("desa", "kelurahan"))):
        places = [place for place in district.places.values() if place.kind in kinds]
        wanted += [(template, place) for template in templates for place in places]
    found: dict[str, DemoPerson] = {}
    for number, (template, place) in enumerate(wanted):
        person = _person(told, template, place, number, file)
        if person.institution is not None and person.institution not in district.institutions:
            raise DistrictError(file, template.login, f"unknown institution: {person.institution}")
        if person.login in found:
            raise DistrictError(file, template.login, f"the login {person.login} is given twice")
        found[person.login] = person
    return tuple(found.values())


def _people(file: Path) -> _People:
    try:
        return _People.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DistrictError(file, "", str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise DistrictError(file, ".".join(str(part) for part in first["loc"]), first["msg"]) from error


def load_shifts(folder: Path, first: date, zone: ZoneInfo) -> list[tuple[str, Stretch]]:
    """Read the sample rota of `people.toml`: shifts from `first` on, taken in turn by logins. Raises DistrictError."""
    file = folder / "people.toml"
    found = []
    for one in _people(file).rota:
        try:
            day = [shifts(first, first + timedelta(days=one.days - 1), hours_of(hours), zone) for hours in one.hours]
        except ValueError as error:
            raise DistrictError(file, "rota", str(error)) from error
        for number, slots in enumerate(zip(*day, strict=True)):
            for slot, stretch in enumerate(slots):
                found.append((one.logins[(number * len(slots) + slot) % len(one.logins)], stretch))
    return found


def _person(told: _People, template: _Template, place: Place | None, number: int, file: Path) -> DemoPerson:
    try:
        clearance = Classification[template.clearance]
    except KeyError:
        raise DistrictError(file, template.login, f"unknown clearance: {template.clearance}") from None
    slug = ""
    if place is not None:
        slug = place.name.lower().replace(" ", "")
        slug += f"-{place.code[6:8]}{place.code[-4:]}" if place.kind != "kecamatan" else ""
    login = template.login.format(place=slug)
    given, second = told.names.given, told.names.second
    return DemoPerson(
        login=login,
        name=template.name or f"{given[number % len(given)]} {second[number % len(second)]}",
        role=template.role,
        institution=template.institution,
        unit=place.code if place else "",
        post=template.post.format(place=place.name if place else ""),
        clearance=clearance,
        language=template.language,
        named_for=template.named_for,
        password=told.password.format(login=login) if template.signs_in else None,
        addresses=(("email", f"{login}@{told.domain}"),),
    )


def load_reports(folder: Path, now: datetime) -> tuple[ReportIn, ...]:
    """Read `reports.jsonl` as a day that ends at `now`; `hours_ago` of each line becomes its time of observation.

    The same `now` gives the same ids, so that filing the day again is harmless. Raises DistrictError.
    """
    file = folder / "reports.jsonl"
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            told: dict[str, Any] = json.loads(line)
            told["observed_at"] = (now - timedelta(hours=told.pop("hours_ago"))).isoformat()
            told["id"] = str(uuid5(NAMESPACE_URL, f"kentongan:demo:{now.isoformat()}:{number}"))
            found.append(ReportIn.model_validate_json(json.dumps(told)))
        except (ValueError, KeyError, TypeError) as error:
            raise DistrictError(file, f"line {number}", str(error).splitlines()[0]) from error
    return tuple(found)


def load_year(folder: Path, district: District, now: datetime) -> tuple[ReportIn, ...]:
    """Read `year.toml` and make of it a year of archived reports that ends two days before `now`, the oldest first.

    The same `now` gives the same reports and ids. A district without the file has none. Raises DistrictError.
    """
    file = folder / "year.toml"
    if not file.exists():
        return ()
    try:
        told = _Year.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise DistrictError(file, "", str(error).splitlines()[0]) from error
    dice, wanted = random.Random(told.seed), []
    usual = dice.choices(told.usual, [one.weight for one in told.usual], k=round(told.weeks * told.per_week))
    wanted += [(dice.uniform(2, told.weeks * 7), one.issue, dice.choice(one.texts), one.kecamatan) for one in usual]
    for rise in told.rise:
        where = (rise.kecamatan,)
        wanted += [(at + dice.uniform(0, 0.9), rise.issue, dice.choice(rise.texts), where) for at in rise.days_ago]
        if rise.then is not None:
            wanted.append((rise.then.days_ago + dice.uniform(0, 0.9), rise.issue, rise.then.text, where))
    desa: dict[str, list[Place]] = {}
    for place in district.places.values():
        if place.kind in ("desa", "kelurahan") and place.kecamatan in district.places:
            desa.setdefault(district.places[place.kecamatan].name, []).append(place)
    found = []
    for number, (days, issue, text, areas) in enumerate(sorted(wanted, key=lambda one: -one[0]), start=1):
        if issue not in district.issues or not set(areas) <= set(desa):
            raise DistrictError(file, issue, f"unknown issue or kecamatan: {issue}, {', '.join(areas)}")
        place = dice.choice(desa[dice.choice(areas or sorted(desa))])
        found.append(
            ReportIn(
                id=uuid5(NAMESPACE_URL, f"kentongan:demo-year:{now.isoformat()}:{number}"),
                text=text.format(desa=place.name, n=dice.randrange(15, 60)),
                observed_at=now - timedelta(days=days),
                kecamatan=place.kecamatan,
                desa=place.code,
                issue=issue,
                archive=True,
            )
        )
    return tuple(found)
