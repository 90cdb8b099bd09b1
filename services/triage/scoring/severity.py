"""Say how bad it is: eleven named components, floors, a ceiling, and the reason for each point. Pure.

Points and bounds are the district's house policy (`[severity]` of its district file), not law. Every rule only adds:
a fact that makes things worse never lowers the score. Names of groups are no input here, nor is the source.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from schemas.assessment import Reason, Span
from schemas.district import SeverityPolicy
from schemas.vocabulary import Level

# How the keys of the policy are called on screen.
WORDS = {
    "fists": "tangan kosong", "stones": "batu", "wood": "kayu atau benda tumpul", "blades": "senjata tajam",
    "molotov": "molotov", "fireworks": "petasan", "firearms": "senjata api", "explosives": "bahan peledak",
    "light": "ringan", "house": "rumah, kios, atau fasilitas umum", "burned": "terbakar", "worship": "rumah ibadah",
    "vital": "objek vital",
    "closed": "jalan, kantor, atau tempat usaha ditutup",
    "paralysed": "jalan utama, produksi, atau pelayanan lumpuh",
    "fleeing": "warga mengungsi", "group": "kelompok setempat", "sara": "SARA",
    "rumour": "kabar yang beredar", "gather": "ajakan berkumpul atau tantangan", "violence": "ajakan kekerasan",
    "ultimatum": "ultimatum",
    "ongoing": "sedang berlangsung atau belum dikatakan selesai", "under_24h": "kurang dari 24 jam lagi",
    "under_72h": "kurang dari 72 jam lagi", "under_7d": "kurang dari 7 hari lagi", "unknown": "tidak disebut",
    "past": "sudah lewat", "desa_2": "dua desa atau lebih", "kecamatan_2": "dua kecamatan atau lebih",
    "outside": "massa dari luar kabupaten", "hurt_3": "3 luka atau lebih", "badly_1": "1 luka berat",
    "hurt_10": "10 luka atau lebih", "badly_3": "3 luka berat atau lebih", "dead_1": "1 meninggal",
    "dead_2": "2 meninggal atau lebih", "window": "masa rawan", "hot_spot": "tempat rawan",
}  # fmt: skip
MANY, CROWD_TINGGI, CROWD_KRITIS = 10, 50, 200
FEW = 3
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
    taken: bool = False  # somebody is held or abducted and not yet free
    massed: bool = False  # the call is to many
    from_outside: bool = False
    peaceful_form: bool = False  # an assembly (UU 9/1998)
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
    total = 0
    for component, points, rule in _components(told, policy):
        capped = min(points, policy.maximum[component])
        if capped:
            total += capped
            reasons.append(_reason(component, capped, told.evidence.get(component, ()), rule))
    total = min(total, 100)
    level = _level(total, policy)
    score = total
    for forced, rule, component in _floors(told):
        level = max(level, forced)
        if score < policy.bounds[forced]:
            reasons.append(
                _reason("batas bawah", policy.bounds[forced] - score, told.evidence.get(component, ()), rule)
            )
            score = policy.bounds[forced]
    if level > Level.SEDANG and _peaceful(told):
        level = Level.SEDANG
        most = policy.bounds[Level.TINGGI] - 1
        if score > most:
            reasons.append(
                _reason(
                    "batas atas",
                    most - score,
                    told.evidence.get("bentuk", ()),
                    "unjuk rasa damai paling tinggi SEDANG (UU 9/1998)",
                )
            )
            score = most
    return Verdict(score, level, tuple(reasons))


def _reason(component: str, points: int, spans: tuple[Span, ...], rule: str) -> Reason:
    return Reason.model_construct(component=component, points=points, spans=spans, rule=rule)


def _level(score: int, policy: SeverityPolicy) -> Level:
    return max(level for level, bound in policy.bounds.items() if score >= bound)


def _words(keys: Iterable[str]) -> str:
    """Name keys of the policy in the reader's language."""
    return ", ".join(WORDS.get(key, key) for key in sorted(keys))


def _components(told: Circumstances, policy: SeverityPolicy) -> list[tuple[str, int, str]]:
    weapons = max((policy.senjata.get(weapon, 0) for weapon in told.weapons), default=0)
    damage = max((policy.kerusakan.get(kind, 0) for kind in told.damage), default=0)
    crowd = max((points for least, points in policy.massa.items() if told.crowd >= least), default=0)
    repeats = max((points for least, points in policy.pengulangan.items() if told.repeats >= least), default=0)
    context = (policy.konteks["window"] if told.window else 0) + (policy.konteks["hot_spot"] if told.hot_spot else 0)
    return [
        ("korban", *_casualties(told, policy)),
        ("bentuk", told.form_points, f"bentuk {told.form}"),
        ("senjata", weapons, f"senjata: {_words(told.weapons)}"),
        ("kerusakan", damage, f"kerusakan: {_words(told.damage)}"),
        ("massa", crowd, f"massa sedikitnya {told.crowd} orang"),
        (
            "pemicu",
            policy.pemicu.get(told.trigger, 0) if told.trigger else 0,
            f"pemicu identitas: {_words([told.trigger or ''])}",
        ),
        (
            "ajakan",
            policy.ajakan.get(_CALL_POINTS.get(told.call, told.call), 0) if told.call else 0,
            f"ajakan: {_words([told.call or ''])}",
        ),
        ("waktu", policy.waktu[told.when], f"waktu: {_words([told.when])}"),
        (
            "sebaran",
            policy.sebaran.get(told.spread, 0) if told.spread else 0,
            f"sebaran: {_words([told.spread or ''])}",
        ),
        ("pengulangan", repeats, f"{told.repeats} peristiwa sejenis di tempat ini dalam 90 hari"),
        ("konteks", context, _context(told)),
    ]


def _context(told: Circumstances) -> str:
    parts = (["kalender rawan"] if told.window else []) + (["tempat rawan"] if told.hot_spot else [])
    return " dan ".join(parts)


def _casualties(told: Circumstances, policy: SeverityPolicy) -> tuple[int, str]:
    table = policy.korban
    found = [(0, "")]
    if told.killed:
        key = "dead_2" if told.killed > 1 else "dead_1"
        found.append((table[key], f"korban meninggal sedikitnya {told.killed}"))
    if told.badly:
        key = "badly_3" if told.badly >= FEW else "badly_1"
        found.append((table[key], f"luka berat sedikitnya {told.badly}"))
    if told.hurt:
        key = "hurt_10" if told.hurt >= MANY else "hurt_3" if told.hurt >= FEW else "light"
        found.append((table[key], f"luka sedikitnya {told.hurt}"))
    return max(found)


def _floors(told: Circumstances) -> list[tuple[Level, str, str]]:
    """Give the floors that hold, highest first: level, rule, component whose words show it."""
    sara = told.trigger == "sara"
    fire = "burned" in told.damage
    kritis = [
        (told.killed > 0 and told.violence, "ada yang meninggal karena kekerasan", "korban"),
        (bool(told.weapons & {"firearms", "explosives"}), "senjata api atau bahan peledak", "senjata"),
        (
            sara and told.violence and (fire or "worship" in told.damage),
            "kekerasan SARA dengan api atau terhadap rumah ibadah",
            "kerusakan",
        ),
        (
            told.violence and told.ongoing and told.crowd >= CROWD_KRITIS,
            "kekerasan berlangsung, 200 orang atau lebih",
            "massa",
        ),
    ]
    near = told.when in {"ongoing", "under_24h"}
    tinggi = [
        (
            told.violence and told.ongoing and told.crowd >= CROWD_TINGGI,
            "kekerasan berlangsung, 50 orang atau lebih",
            "massa",
        ),
        (told.violence and "blades" in told.weapons, "kekerasan dengan senjata tajam", "senjata"),
        (told.violence and told.group and not told.settled, "kekerasan kelompok", "bentuk"),
        (told.taken, "penyanderaan atau penculikan", "bentuk"),
        (
            told.call == "violence" and near and (told.massed or told.crowd >= MANY),
            "ajakan kekerasan dalam 24 jam dengan massa",
            "ajakan",
        ),
        (told.violence and sara, "kekerasan dengan pemicu SARA", "pemicu"),
        (fire and told.violence, "pembakaran", "kerusakan"),
        (
            told.from_outside and told.crowd >= CROWD_KRITIS and told.window,
            "200 orang atau lebih dari luar kabupaten pada masa rawan",
            "massa",
        ),
    ]
    # House rule beside severity.md's: an attack on people or property is a real disturbance (Polri: gangguan nyata).
    sedang = [(told.violence and not told.settled, "kekerasan terhadap orang atau barang", "bentuk")]
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
        and not (told.weapons & {"firearms", "explosives", "blades", "molotov"})
        and not (told.damage & {"house", "burned", "worship", "vital", "fleeing"})
        and told.call != "violence"
        and not told.taken
    )
