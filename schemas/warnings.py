"""Say what a district decides about early warning, and what a warning tells on the bus. Types only.

The numbers stand under `[warnings]` in the district file; docs/early-warning.md says what each of them means.
"""

from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, model_validator

from schemas.messages import Frozen
from schemas.vocabulary import AlertReason, Level


def _named(value: Any) -> Any:
    """Take a level by its name, as people write it."""
    if isinstance(value, str):
        if value not in Level.__members__:
            msg = f"{value!r} is none of {', '.join(Level.__members__)}"
            raise ValueError(msg)
        return Level[value]
    return value


LevelName = Annotated[Level, BeforeValidator(_named)]


class WarningKind(StrEnum):
    """Why a warning was raised."""

    RISE = "rise"  # more incidents somewhere than usual
    DISTRICT = "district"  # the whole district changed, or one group of issues in all of it
    RULE = "rule"  # an officer's threshold was reached
    DATE = "date"  # a vulnerable window begins tomorrow
    SILENT = "silent"  # nothing comes from where reports usually come


class WarningGroup(Frozen):
    """Issues that are counted together: sparse issues alone would never stand out."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,19}$")
    label_id: str
    label_en: str
    families: tuple[str, ...] = Field(min_length=1)  # `family` of the issues


class ThresholdRule(Frozen):
    """So many incidents within some kilometres and days: decided by an officer, no statistics in it."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    label_id: str
    label_en: str
    issues: tuple[str, ...] = ()  # none: any
    forms: tuple[str, ...] = ()
    least_level: LevelName = Level.RENDAH  # of the incidents that count
    at_least: int = Field(ge=2, le=1000)
    days: int = Field(ge=1, le=90)
    km: float | None = Field(default=None, gt=0, le=100)  # none: within one kecamatan
    level: LevelName = Level.SEDANG  # of the warning, once a person has verified it
    in_window: int | None = Field(default=None, ge=2)  # `at_least` while a window is open that a person lowered


class WeeklySign(Frozen):
    """A sign that somebody sees in a week's situation, of tension or of peace; few and plain."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,29}$")
    label_id: str
    label_en: str
    peace: bool = False


class WarningPolicy(Frozen):
    """What the district decides about early warning."""

    false_per_month: float = Field(default=1.0, gt=0, le=100)  # notifications that chance may raise, district-wide
    rise: LevelName = Level.SEDANG
    again: LevelName = Level.TINGGI  # of a rise that has become far stronger since it was told
    date: LevelName = Level.RENDAH
    silent: LevelName = Level.RENDAH
    unverified: LevelName = Level.SEDANG  # the most that a threshold rule's warning has before a person verified it
    tell: tuple[str, ...] = ()  # members of the forum; none: only the issue's own lead and the coordinator
    needs: tuple[str, ...] = ()  # of these, whose own answer the ladder waits for besides the lead's
    lasts_days: int = Field(default=14, ge=1, le=90)
    watch_level: LevelName = Level.TINGGI  # an incident this grave opens a watch note on its neighbourhood
    watch_days: int = Field(default=14, ge=1, le=90)
    half_life_days: int = Field(default=91, ge=7, le=365)  # of the level of a place
    weights: dict[str, float] = Field(default={"RENDAH": 1, "SEDANG": 2, "TINGGI": 4, "KRITIS": 8})
    chain_days: int = Field(default=14, ge=1, le=90)  # within which one incident may answer another
    chain_km: float = Field(default=10, gt=0, le=100)
    silent_days: int = Field(default=7, ge=3, le=90)
    silent_chance: float = Field(default=0.001, gt=0, lt=1)
    true_days: int = Field(default=28, ge=1, le=90)  # within which a serious incident makes a warning true
    group: tuple[WarningGroup, ...] = ()
    rule: tuple[ThresholdRule, ...] = ()
    sign: tuple[WeeklySign, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for what, codes in (
            ("group", [one.code for one in self.group]),
            ("rule", [one.code for one in self.rule]),
            ("sign", [one.code for one in self.sign]),
        ):
            twice = sorted({code for code in codes if codes.count(code) > 1})
            if twice:
                msg = f"a [[warnings.{what}]] is declared twice: {', '.join(twice)}"
                raise ValueError(msg)
        if strange := sorted(set(self.weights) ^ set(Level.__members__)):
            msg = f"[warnings.weights] needs each level once: {', '.join(strange)}"
            raise ValueError(msg)
        if strange := sorted(set(self.needs) - set(self.tell)):
            msg = f"[warnings] needs an answer of somebody it does not tell: {', '.join(strange)}"
            raise ValueError(msg)
        for one in self.rule:
            if one.in_window is not None and one.in_window > one.at_least:
                msg = f"rule {one.code} asks for more in a lowered window than outside"
                raise ValueError(msg)
        return self


class WarningEvent(Frozen):
    """`id.kentongan.warning.*.v1`: what a warning is about; the rows are in the store."""

    warning: UUID  # also the id of the row of `incident` on which it is answered
    revision: int
    kind: WarningKind
    reason: AlertReason
    level: Level
    kecamatan: str | None = None
    group: str = ""
    rule: str = ""
