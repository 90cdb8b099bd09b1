"""Check one answer against its label: the measures of which each row is right or wrong. Pure."""

from collections.abc import Callable
from typing import Any

from schemas.vocabulary import Level

Row = tuple[dict[str, Any], dict[str, Any]]  # answer, label


def _squeezed(name: str | None) -> str:
    return (name or "").replace(" ", "").lower()


def _issue(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    return answer["issue"] in label.get("issue_accept", [label["issue"]]) if label.get("issue") else None


def _form(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    return answer["form"] in label.get("form_accept", [label["form"]]) if label.get("form") else None


def _exact_level(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    return Level[answer["level"]] == level_of(label) if level_of(label) else None


def _in_range(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    if not label.get("level_range"):
        return None
    low, high = label["level_range"]
    return bool(low <= Level[answer["level"]] <= high)


def _not_missed(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    return Level[answer["level"]] >= Level.TINGGI if level_of(label) == Level.KRITIS else None


def _no_false_alarm(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    level = level_of(label)
    if not level or level == Level.KRITIS:
        return None
    return Level[answer["level"]] != Level.KRITIS or Level.KRITIS in label.get("level_range", ())


def _conflict(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    return bool(answer["conflict"]) if label.get("conflict") is True else None


def _quiet(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    return not answer["conflict"] if label.get("conflict") is False else None


def _kecamatan(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    if not label.get("kecamatan"):
        return None
    accepted = {_squeezed(name) for name in (label["kecamatan"], *label.get("kecamatan_also", ()))}
    return _squeezed(answer["place"]["kecamatan_name"]) in accepted


def _kecamatan_sure(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    found = _kecamatan(answer, label)
    return None if found is None else found or not answer["place"]["kecamatan_name"]


def _killed(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    if "killed" not in label:
        return None
    killed = answer["facts"]["killed"]
    return bool((killed["min"] if killed else 0) == (label["killed"] or 0))


def _hurt(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    if not _says_hurt(label):
        return None
    return bool(answer["facts"]["injured"] and answer["facts"]["injured"]["min"])


def _not_hurt(answer: dict[str, Any], label: dict[str, Any]) -> bool | None:
    if _says_hurt(label) or "injured" not in label:
        return None
    return not (answer["facts"]["injured"] and answer["facts"]["injured"]["min"])


def _says_hurt(label: dict[str, Any]) -> bool:
    """Tell whether somebody was hurt by the label; "beberapa orang luka" has words (`injured_said`) and no number."""
    return bool(label.get("injured") or label.get("injured_said"))


CHECKS: dict[str, Callable[[dict[str, Any], dict[str, Any]], bool | None]] = {
    "issue": _issue,
    "form": _form,
    "level, exact": _exact_level,
    "level in the readers' range": _in_range,
    "KRITIS read as TINGGI or KRITIS": _not_missed,
    "no KRITIS where none is": _no_false_alarm,
    "conflict recognised": _conflict,
    "quiet recognised": _quiet,
    "kecamatan right": _kecamatan,
    "kecamatan not wrong": _kecamatan_sure,
    "killed, exact": _killed,
    "hurt, found": _hurt,
    "nobody hurt, none found": _not_hurt,
}


def check(name: str, row: Row) -> bool | None:
    """Tell whether a row is right by a measure; None where its label does not say."""
    return CHECKS[name](*row)


def level_of(label: dict[str, Any]) -> int:
    """Give the level of a label, a number 1-4 or its name; 0 where it has none."""
    told = label.get("level") or label.get("expected_level")
    if isinstance(told, str):
        return int(Level[told]) if told in Level.__members__ else 0
    return int(told or 0)


def what_is_wrong(row: Row) -> dict[str, Any] | None:
    """Name what is wrong with one row: measure -> (answer, label)."""
    answer, label = row
    named = {
        "issue": (answer["issue"], label.get("issue")),
        "form": (answer["form"], label.get("form")),
        "level, exact": (answer["level"], Level(level_of(label)).name if level_of(label) else None),
        "level in the readers' range": (answer["level"], label.get("level_range")),
        "kecamatan right": (answer["place"]["kecamatan_name"], label.get("kecamatan")),
        "killed, exact": (answer["facts"]["killed"], label.get("killed")),
        "hurt, found": (answer["facts"]["injured"], label.get("injured")),
        "nobody hurt, none found": (answer["facts"]["injured"], label.get("injured")),
        "conflict recognised": (answer["conflict"], label.get("conflict")),
        "quiet recognised": (answer["conflict"], label.get("conflict")),
    }
    found = {name: pair for name, pair in named.items() if check(name, row) is False}
    return {"id": label["id"], **found} if found else None
