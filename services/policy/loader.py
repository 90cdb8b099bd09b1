"""Read a district's folder into one `District`: its policy, places, calendar, holidays and words."""

import csv
import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from schemas.district import District
from schemas.policy.clocks import ANY_CHANNEL, UNLIMITED
from schemas.policy.dates import Window
from schemas.policy.places import Place, Shape
from schemas.vocabulary import Classification, Level
from services.policy.geography import kabupaten_code, radii

Entry = TypeVar("Entry", bound=BaseModel)
Files = Mapping[str, str]  # name of a file of the folder -> its text

REMEMBERED = 4  # the rules in force, those before, those on trial
POLICY = "district.toml"
LEARNED = "learned.json"
BOUNDARIES, BOUNDARIES_DESA = "boundaries.csv", "boundaries_desa.csv"  # official ones, used instead of the map's own
TABLES = (
    "places.csv",
    "landmarks.csv",
    "neighbours.csv",
    "calendar.csv",
    "holidays.csv",
    "map.csv",
    "map_desa.csv",
    BOUNDARIES,
    BOUNDARIES_DESA,
    "lexicon.toml",
    LEARNED,
)  # each may be absent

# By the digest of its file: rules that change mostly leave it as it is, and its numbers are 9 MB and most of a reading.
_learned: dict[str, dict[str, Any]] = {}
_BLOCKS = {
    "issue": "issues",
    "form": "forms",
    "institution": "institutions",
    "clock": "clocks",
}


CHANNELS = Path(__file__).parent.parent / "notify" / "channels"  # one file each, called as the channel is


class DistrictError(Exception):
    """A district's folder cannot be read; says which file, where in it, and why."""

    def __init__(self, file: Path, where: str, why: str) -> None:
        super().__init__(f"{file.name}{f', {where}' if where else ''}: {why}")
        self.file = file
        self.where = where
        self.why = why


def default_folder() -> Path:
    """Give the folder of Kabupaten Tuban that lies beside the package."""
    return Path(__file__).resolve().parent.parent.parent / "deploy" / "tuban"


def channel_names() -> frozenset[str]:
    """Give what the channels of notify are called, by the names of their files: rules read no channel."""
    return frozenset(file.stem for file in CHANNELS.glob("[!_]*.py"))


def load_district(folder: Path) -> District:
    """Read a district's folder; raises DistrictError with the file, the line or key, and the reason."""
    return district_of(read_files(folder))


def read_files(folder: Path) -> dict[str, str]:
    """Read what rules are made of, `district.toml` and the tables beside it; raises DistrictError.

    People and sample reports lie in the folder too, and are no rules.
    """
    there = [name for name in TABLES if (folder / name).exists()]
    return {name: _text(folder / name) for name in (POLICY, *there)}


def digest_of(files: Files) -> str:
    """Give the SHA-256 of names and texts, hex.

    >>> digest_of({"a": "1", "b": "2"}) == digest_of({"b": "2", "a": "1"})
    True
    >>> digest_of({"a": "1"}) == digest_of({"a": "2"})
    False
    """
    told = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name].encode()):
            told.update(len(part).to_bytes(8, "big"))
            told.update(part)
    return told.hexdigest()


def district_of(files: Files) -> District:
    """Make a district of the texts of its files; raises DistrictError with file, line or key, and reason.

    The same texts give the same district: the last few are remembered by their digest, since reading one takes 0.2 s.
    """
    texts = _Texts(files)
    try:
        return _district_of(texts)
    finally:
        texts.files = {}  # what remembers the district holds no texts: 8 MB


class _Texts:
    """The texts of a district while it is made of them, and the digest by which it is remembered."""

    def __init__(self, files: Files) -> None:
        self.files, self._digest = files, digest_of(files)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Texts) and self._digest == other._digest

    def __hash__(self) -> int:
        return hash(self._digest)


@lru_cache(maxsize=REMEMBERED)
def _district_of(texts: _Texts) -> District:
    files = texts.files
    file, text = Path(POLICY), files[POLICY]
    raw = _toml(file, text)
    try:
        told = _shape(raw)
    except _Wrong as wrong:
        raise DistrictError(file, _place_in(text, wrong.loc), wrong.why) from wrong
    _limits_known_channels(told, text)
    neighbours = _places(files, "neighbours.csv")
    told["places"] = _with_radii(_places(files, "places.csv"), neighbours) | _places(files, "landmarks.csv")
    told["neighbours"] = neighbours
    for name, official, drawn in (("shapes", BOUNDARIES, "map.csv"), ("desa_shapes", BOUNDARIES_DESA, "map_desa.csv")):
        file_ = official if official in files else drawn
        rows = _rows(files, file_, ("code", "path", "x", "y"))
        told[name] = tuple(_entry(file_, line, Shape, row) for line, row in rows)
    told["calendar"] = _windows(files, "calendar.csv")
    working = told.setdefault("working", {})
    if isinstance(working, dict):
        working["holidays"] = (
            *working.get("holidays", ()),
            *_holidays(files, "holidays.csv"),
        )
    if "lexicon.toml" in files:
        told["lexicon"] = _toml(Path("lexicon.toml"), files["lexicon.toml"])
    mark = digest_of({LEARNED: files[LEARNED]}) if LEARNED in files else ""
    if mark:
        told["learned"] = _learned.get(mark) or _json(Path(LEARNED), files[LEARNED])
    try:
        district = District.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        loc = tuple(_written(part, raw, depth, first["loc"]) for depth, part in enumerate(first["loc"]))
        why = first["msg"].removeprefix("Value error, ")
        raise DistrictError(file, _place_in(text, loc) or _mention(text, why), why) from error
    if mark:
        _remember(mark, district.learned)
    return district


def _remember(mark: str, learned: dict[str, Any]) -> None:
    if mark not in _learned and len(_learned) >= REMEMBERED:
        _learned.clear()
    _learned[mark] = learned


def _limits_known_channels(told: Mapping[str, Any], text: str) -> None:
    for name in told.get("limits", ()):
        if name not in channel_names() - UNLIMITED | {ANY_CHANNEL}:
            why = f"{name} has no limits" if name in UNLIMITED else f"unknown channel: {name}"
            raise DistrictError(Path(POLICY), _place_in(text, ("limits", name)), why)


class _Wrong(Exception):  # noqa: N818 - never leaves this file
    def __init__(self, loc: tuple[str | int, ...], why: str) -> None:
        super().__init__(why)
        self.loc = loc
        self.why = why


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DistrictError(file, "", f"not found in {file.parent}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise DistrictError(file, "", str(error)) from error


def _json(file: Path, text: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(text)
    except json.JSONDecodeError as error:
        raise DistrictError(file, f"line {error.lineno}", error.msg) from error
    return found


def _toml(file: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"at line (\d+)", str(error))
        raise DistrictError(file, f"line {where[1]}" if where else "at its end", str(error)) from error


def _shape(raw: dict[str, Any]) -> dict[str, Any]:
    """Turn the file's `[[blocks]]` into the maps that a District holds, and names of levels into levels."""
    told = {key: value for key, value in raw.items() if key not in _BLOCKS}
    told["forum_periods"] = told.pop("forum_period", ())
    if isinstance(office := told.get("office"), dict):
        blocks = {"member": "members", "service": "services"}
        told["office"] = {blocks.get(key, key): value for key, value in office.items()}
    told["rules"] = [_rule(dict(rule), number) for number, rule in enumerate(told.pop("rule", ()))]
    for block, field in _BLOCKS.items():
        found: dict[object, Any] = {}
        for number, entry in enumerate(raw.get(block, [])):
            key_name = "level" if block == "clock" else "code"
            if key_name not in entry:
                raise _Wrong((block, number), f"a [[{block}]] needs `{key_name}`")
            values = dict(entry)
            key: object = values[key_name]
            if block == "clock":
                key = values["level"] = _named(Level, values["level"], (block, number, "level"))
                values.setdefault("sitrep_every", None)
            if "classification" in values:
                loc = (block, number, "classification")
                values["classification"] = _named(Classification, values["classification"], loc)
            if key in found:
                raise _Wrong((block, number, key_name), f"{entry[key_name]} is declared twice")
            found[key] = values
        told[field] = found
    severity = told.get("severity", {})
    if isinstance(severity, dict) and "bounds" in severity:
        bounds = {
            _named(Level, level, ("severity", "bounds", level)): score for level, score in severity["bounds"].items()
        }
        told["severity"] = {**severity, "bounds": bounds}
    missing = [level.name for level in Level if level not in told["clocks"]]
    if missing:
        raise _Wrong(("clock",), f"no [[clock]] for {', '.join(missing)}")
    return told


def _rule(values: dict[str, Any], number: int) -> dict[str, Any]:
    if "level" in values:
        values["level"] = _named(Level, values["level"], ("rule", number, "level"))
    return values


def _named(kind: type[Level] | type[Classification], name: object, loc: tuple[str | int, ...]) -> int:
    try:
        return kind[str(name)]
    except KeyError:
        choices = ", ".join(member.name for member in kind)
        raise _Wrong(loc, f"{name!r} is none of {choices}") from None


def _written(part: str | int, raw: dict[str, Any], depth: int, loc: tuple[str | int, ...]) -> str | int:
    """Give a key of the District as it is written in the file: `issues` is `[[issue]]` number n."""
    blocks = {field: block for block, field in _BLOCKS.items()} | {"rules": "rule", "forum_periods": "forum_period"}
    if depth == 0:
        return blocks.get(str(part), part)
    if depth == 1 and loc[0] in _BLOCKS.values():
        entries = raw.get(blocks[str(loc[0])], [])  # keyed by code or level in the District, numbered in the file
        for number, entry in enumerate(entries):
            name = entry.get("level" if loc[0] == "clocks" else "code")
            if part in (name, getattr(Level, str(name), None)) or str(part) == str(getattr(Level, str(name), None)):
                return number
    return part


def _place_in(text: str, loc: tuple[str | int, ...]) -> str:
    """Find the line that a key path speaks of; the key path alone where it is written nowhere (it is missing)."""
    if not loc:
        return ""
    dotted = ".".join(str(part) for part in loc)
    lines = text.splitlines()
    start, end = _section(lines, loc)
    names = [part for part in loc if isinstance(part, str)]
    for name in reversed(names):
        written = re.compile(rf'\s*"?{re.escape(name)}"?\s*=')
        for number in range(start, end):
            if written.match(lines[number]):
                return f"line {number + 1} ({dotted})"
    return f"line {start} ({dotted})" if start else dotted


def _mention(text: str, why: str) -> str:
    """Find the line that writes the name a whole-file rule complains of ("unknown institution: X")."""
    name = why.rpartition(": ")[2].split(",")[0]
    for number, line in enumerate(text.splitlines(), start=1):
        if f'"{name}"' in line:
            return f"line {number}"
    return ""


def _section(lines: list[str], loc: tuple[str | int, ...]) -> tuple[int, int]:
    """Give the first line after the header that holds `loc`, and the line of the next one."""
    numbered = len(loc) > 1 and isinstance(loc[1], int)
    heads = [f"[[{loc[0]}]]"] if numbered else [f"[{'.'.join(map(str, loc[:n]))}]" for n in (2, 1) if len(loc) >= n]
    for head in heads:
        found = [number for number, line in enumerate(lines) if line.split("#")[0].strip() == head]
        at = loc[1] if numbered and isinstance(loc[1], int) else 0
        if at < len(found):
            start = found[at] + 1
            after = (number for number in range(start, len(lines)) if re.match(r"\[(?!\[issue\.sub)", lines[number]))
            return start, next(after, len(lines))
    first_header = (number for number, line in enumerate(lines) if line.startswith("["))
    return 0, next(first_header, len(lines))


def _rows(files: Files, name: str, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Read a table with a header; yields the line number and the row. An absent table is an empty one."""
    if name not in files:
        return
    file = Path(name)
    reader = csv.DictReader(files[name].splitlines())
    lacking = [name for name in needed if name not in (reader.fieldnames or ())]
    if lacking:
        raise DistrictError(file, "line 1", f"no column {', '.join(lacking)}")
    for row in reader:
        if None in row or None in row.values():
            raise DistrictError(file, f"line {reader.line_num}", "more or fewer cells than the header")
        yield (
            reader.line_num,
            {name: (cell or "").strip() for name, cell in row.items()},
        )


def _entry(name: str, line: int, kind: type[Entry], values: dict[str, Any]) -> Entry:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        column = ".".join(str(part) for part in first["loc"])
        raise DistrictError(Path(name), f"line {line}, column {column}", first["msg"]) from error


def _places(files: Files, name: str) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for line, row in _rows(files, name, ("code", "kind", "name", "kecamatan", "lat", "lon")):
        values: dict[str, Any] = {name: row[name] for name in ("code", "kind", "name", "kecamatan")}
        values |= {axis: row[axis] or None for axis in ("lat", "lon")}
        values["aliases"] = tuple(filter(None, (alias.strip() for alias in row.get("aliases", "").split("|"))))
        values["kabupaten"] = row.get("kabupaten") or kabupaten_code(row["kecamatan"] or row["code"])
        if row["code"] in found:
            raise DistrictError(Path(name), f"line {line}, column code", f"{row['code']} is listed twice")
        found[row["code"]] = _entry(name, line, Place, values)
    return found


def _with_radii(places: dict[str, Place], neighbours: dict[str, Place]) -> dict[str, Place]:
    reach = dict(radii(places, neighbours.values()))
    return {code: place.model_copy(update={"radius_m": reach.get(code)}) for code, place in places.items()}


def _windows(files: Files, name: str) -> tuple[Window, ...]:
    """Read the vulnerable dates; a window whose dates nobody has entered yet is left out."""
    found = []
    for line, row in _rows(files, name, ("code", "name", "start", "end", "issue")):
        if not row["start"] and not row["end"]:
            continue
        window = _entry(
            name,
            line,
            Window,
            {name: row.get(name, "") for name in Window.model_fields},
        )
        if window.end < window.start:
            raise DistrictError(Path(name), f"line {line}", f"{window.code} ends before it starts")
        found.append(window)
    return tuple(found)


def _holidays(files: Files, name: str) -> tuple[date, ...]:
    found = []
    for line, row in _rows(files, name, ("date", "name")):
        try:
            found.append(date.fromisoformat(row["date"]))
        except ValueError as error:
            raise DistrictError(Path(name), f"line {line}, column date", str(error)) from error
    return tuple(found)
