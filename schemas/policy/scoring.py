"""Say by which points and bounds a district judges how bad something is, and how sure."""

from schemas.messages import Frozen
from schemas.vocabulary import Level


class SeverityPolicy(Frozen):
    """Points and bounds of docs/scoring.md; every table is `name -> points`."""

    version: str
    maximum: dict[str, int]
    bounds: dict[Level, int]  # lowest score of a level
    korban: dict[str, int]
    senjata: dict[str, int]
    kerusakan: dict[str, int]
    massa: dict[int, int]  # crowd at least -> points
    pemicu: dict[str, int]
    ajakan: dict[str, int]
    waktu: dict[str, int]
    sebaran: dict[str, int]
    pengulangan: dict[int, int]
    konteks: dict[str, int]
    hot_spots: tuple[str, ...] = ()  # place codes


class ConfidencePolicy(Frozen):
    """Admiralty letters and numerals as fractions, and the limits that handling uses (points)."""

    reliability: dict[str, float]
    credibility: dict[str, float]
    send_now: int = 50
    verify_first: int = 35
