"""Say how bad it is: eleven named components, floors, a ceiling, and the reason for each point. Pure.

Points and bounds are the district's house policy (`[severity]` of its district file), not law. Every rule of facts only
adds: a fact that makes things worse never lowers the score. Likeness to labelled reports raises a level by one, or
lowers one by one that no floor of the table gives. Names of groups are no input here, nor is the source.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from schemas.assessment import Reason, Span
from schemas.policy.scoring import SeverityPolicy
from schemas.vocabulary import Level
from schemas.words.explanations import reason

MANY, CROWD_TINGGI, CROWD_KRITIS = 10, 50, 200
FEW = 3
HOUSE_RULES = frozenset(
    map(reason, ("floor_group", "floor_blades", "floor_violence", "floor_coerced"))
)  # beside the table
BESIDE_WORDS = frozenset(["pengulangan", "konteks"])  # components that no word of the report gives
DEADLY_WEAPONS = frozenset(["firearms", "air_guns", "explosives", "blades", "molotov"])
_CALL_POINTS = {
    "ultimatum": "violence"
}  # severity.md gives both the same points; only a call to violence is no peaceful protest


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is scored: plain facts, least numbers of people, and the words that gave each component.

    `when` is a key of the policy's `waktu`; `damage` and `weapons` are keys of `kerusakan` and `senjata`.
    """

    form: str
    form_points: int = 0
    killed: int = 0
    badly: int = 0
    hurt: int = 0
    weapons: frozenset[str] = frozenset()
    damage: frozenset[str] = frozenset()
    crowd: int = 0
    trigger: str | None = None
    call: str | None = None
    when: str = "unknown"
    spread: str | None = None
    repeats: int = 0
    window: bool = False
    hot_spot: bool = False
    violence: bool = False  # somebody or something was attacked: told as done, not feared, planned or denied
    group: bool = False  # by or between groups
    ongoing: bool = False
    settled: bool = False  # peace was made, those held are free, what was shut is open
    hurting: bool = False  # the violence is against people: its form says so, or somebody was hurt
    coerced: bool = False  # people were driven out, dispersed or searched by those who have no right to
    taken: bool = False  # somebody is held or abducted and not yet free
    massed: bool = False  # the call is to many
    from_outside: bool = False
    peaceful_form: bool = False  # an assembly (UU 9/1998)
    likely: Level = Level.RENDAH  # readers gave at least this to labelled reports of such words
    likely_most: Level = Level.KRITIS  # and at most this
    # Gives the words that spoke most for a level or (`against`) against it; it takes longer than all else in here.
    likely_words: Callable[..., tuple[str, ...]] | None = field(default=None, compare=False)
    evidence: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The score 0-100, its level, and why."""

    score: int
    level: Level
    reasons: tuple[Reason, ...]


def judge(told: Circumstances, policy: SeverityPolicy) -> Verdict:
    """Score the circumstances of one report.

    Components and their greatest points: korban 30, bentuk 10, senjata 8, kerusakan 8, massa 8, pemicu 8, ajakan 8,
    waktu 8, sebaran 5, pengulangan 4, konteks 3.
    """
    reasons: list[Reason] = []
    total = beside = 0
    for component, points, rule in _components(told, policy):
        capped = min(points, policy.maximum[component])
        if capped:
            total += capped
            beside += capped if component in BESIDE_WORDS else 0
            reasons.append(_reason(component, capped, told.evidence.get(component, ()), rule))
    score = min(total, 100)
    floors = _floors(told)
    forcing = max([_level(score, policy), *(forced for forced, _, _ in floors)])
    facts = [forced for forced, rule, _ in floors if rule not in HOUSE_RULES]
    ceiling = max([told.likely_most, Level(max(forcing - 1, Level.RENDAH)), *facts])
    if ceiling < forcing:  # what the words do not say (repeats, a vulnerable date) adds to it all the same
        most = min(score, policy.bounds[Level(ceiling + 1)] - 1 + beside)
        rule = reason("ceiling_likely", ceiling.name, _likely_words(told, Level(told.likely_most + 1), against=True))
        reasons.append(_reason("batas atas", most - score, (), rule))
        score = most
    level = _level(score, policy)
    for forced, rule, component in floors:
        if forced > ceiling:
            continue
        level = max(level, forced)
        if score < policy.bounds[forced]:
            reasons.append(
                _reason("batas bawah", policy.bounds[forced] - score, told.evidence.get(component, ()), rule)
            )
            score = policy.bounds[forced]
    if told.likely > level:  # likeness raises by one level, and never to KRITIS: that takes facts
        level = Level(level + 1)
        rule = reason("floor_likely", level.name, _likely_words(told, told.likely))
        reasons.append(_reason("batas bawah", policy.bounds[level] - score, (), rule))
        score = policy.bounds[level]
    if level > Level.SEDANG and _peaceful(told):
        level = Level.SEDANG
        most = policy.bounds[Level.TINGGI] - 1
        if score > most:
            reasons.append(
                _reason(
                    "batas atas",
                    most - score,
                    told.evidence.get("bentuk", ()),
                    reason("ceiling_peaceful"),
                )
            )
            score = most
    return Verdict(score, level, tuple(reasons))


def _reason(component: str, points: int, spans: tuple[Span, ...], rule: str) -> Reason:
    return Reason.model_construct(component=component, points=points, spans=spans, rule=rule)


def _likely_words(told: Circumstances, level: Level, *, against: bool = False) -> str:
    return ", ".join(told.likely_words(level.name, against=against)) if told.likely_words else ""


def _level(score: int, policy: SeverityPolicy) -> Level:
    return max(level for level, bound in policy.bounds.items() if score >= bound)


def _keys(keys: Iterable[str]) -> str:
    """Write keys of the policy as one value of a reason."""
    return ",".join(sorted(keys))


def _components(told: Circumstances, policy: SeverityPolicy) -> list[tuple[str, int, str]]:
    weapons = max((policy.senjata.get(weapon, 0) for weapon in told.weapons), default=0)
    damage = max((policy.kerusakan.get(kind, 0) for kind in told.damage), default=0)
    crowd = max((points for least, points in policy.massa.items() if told.crowd >= least), default=0)
    repeats = max((points for least, points in policy.pengulangan.items() if told.repeats >= least), default=0)
    context = (policy.konteks["window"] if told.window else 0) + (policy.konteks["hot_spot"] if told.hot_spot else 0)
    return [
        ("korban", *_casualties(told, policy)),
        ("bentuk", told.form_points, reason("form", told.form)),
        ("senjata", weapons, reason("weapons", _keys(told.weapons))),
        ("kerusakan", damage, reason("damage", _keys(told.damage))),
        ("massa", crowd, reason("crowd_least", told.crowd)),
        (
            "pemicu",
            policy.pemicu.get(told.trigger, 0) if told.trigger else 0,
            reason("identity", told.trigger or ""),
        ),
        (
            "ajakan",
            policy.ajakan.get(_CALL_POINTS.get(told.call, told.call), 0) if told.call else 0,
            reason("call", told.call or ""),
        ),
        ("waktu", policy.waktu[told.when], reason("time", told.when)),
        (
            "sebaran",
            policy.sebaran.get(told.spread, 0) if told.spread else 0,
            reason("spread", told.spread or ""),
        ),
        ("pengulangan", repeats, reason("repeats", told.repeats)),
        ("konteks", context, _context(told)),
    ]


def _context(told: Circumstances) -> str:
    return reason("context", _keys([*(["window"] if told.window else []), *(["hot_spot"] if told.hot_spot else [])]))


def _casualties(told: Circumstances, policy: SeverityPolicy) -> tuple[int, str]:
    table = policy.korban
    found = [(0, "")]
    if told.killed:
        key = "dead_2" if told.killed > 1 else "dead_1"
        found.append((table[key], reason("dead_least", told.killed)))
    if told.badly:
        key = "badly_3" if told.badly >= FEW else "badly_1"
        found.append((table[key], reason("badly_least", told.badly)))
    if told.hurt:
        key = "hurt_10" if told.hurt >= MANY else "hurt_3" if told.hurt >= FEW else "light"
        found.append((table[key], reason("hurt_least", told.hurt)))
    return max(found)


def _floors(told: Circumstances) -> list[tuple[Level, str, str]]:
    """Give the floors that hold, highest first: level, rule, component whose words show it."""
    sara = told.trigger == "sara"
    fire = "burned" in told.damage
    # One bottle thrown at a protest of hundreds is no violence of hundreds, unless its words say that it goes on.
    felt = bool(told.hurt or told.badly or told.killed or told.damage - {"light", "closed"})
    mass_violence = told.violence and told.ongoing and (felt or told.when == "ongoing" or not told.peaceful_form)
    kritis = [
        (told.killed > 0 and told.violence, reason("floor_death"), "korban"),
        (bool(told.weapons & {"firearms", "explosives"}), reason("floor_firearms"), "senjata"),
        (
            sara and told.violence and (fire or "worship" in told.damage),
            reason("floor_sara_fire"),
            "kerusakan",
        ),
        (
            mass_violence and told.crowd >= CROWD_KRITIS,
            reason("floor_200"),
            "massa",
        ),
    ]
    near = told.when in {"ongoing", "under_24h"}
    tinggi = [
        (
            mass_violence and told.crowd >= CROWD_TINGGI,
            reason("floor_50"),
            "massa",
        ),
        (told.violence and told.hurting and "blades" in told.weapons, reason("floor_blades"), "senjata"),
        (told.violence and told.group and not told.settled, reason("floor_group"), "bentuk"),
        (told.taken, reason("floor_held"), "bentuk"),
        (
            told.call == "violence" and near and (told.massed or told.crowd >= MANY),
            reason("floor_call"),
            "ajakan",
        ),
        (told.violence and sara, reason("floor_sara"), "pemicu"),
        (fire and told.violence, reason("floor_fire"), "kerusakan"),
        (
            told.from_outside and told.crowd >= CROWD_KRITIS and told.window,
            reason("floor_outside"),
            "massa",
        ),
    ]
    # House rules beside the table: an attack on people or property is a real disturbance (Polri: gangguan nyata), and
    # so is taking the law into one's hands against people.
    sedang = [
        (told.violence and not told.settled, reason("floor_violence"), "bentuk"),
        (told.coerced and not told.settled, reason("floor_coerced"), "bentuk"),
    ]
    floors = [(Level.KRITIS, rule, component) for holds, rule, component in kritis if holds]
    floors += [(Level.TINGGI, rule, component) for holds, rule, component in tinggi if holds]
    floors += [(Level.SEDANG, rule, component) for holds, rule, component in sedang if holds]
    return floors


def _peaceful(told: Circumstances) -> bool:
    """Tell whether this is an assembly at which nobody and nothing was attacked and no violence is called for."""
    return (
        told.peaceful_form
        and not told.violence
        and not told.killed
        and not told.badly
        and not told.hurt
        and not (told.weapons & DEADLY_WEAPONS)
        and not (told.damage & {"house", "burned", "worship", "vital", "fleeing"})
        and told.call != "violence"
        and not told.taken
    )
