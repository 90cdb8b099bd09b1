"""A night of invented incidents, kept as triage and notify keep them, and a clock we hold."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from argon2 import PasswordHasher
from sqlmodel import select

from schemas.assessment import Assessment, Count, Facts, Occurred, PlaceFound, Reason
from schemas.messages import ReportFiled, ReportIn, Source
from schemas.records.alerts import Alert, Delivery, Ladder
from schemas.records.answers import AnswerToken
from schemas.records.incidents import Incident, Judgement
from schemas.records.people import Person
from schemas.records.reports import Report, ReportSource
from schemas.vocabulary import Basis, Handling, Level, Role, Stage
from schemas.words.explanations import reason
from services.policy.loader import default_folder, load_district
from services.security import auth
from services.security.secret import Secret
from services.store.transaction import Transaction
from services.triage.correlation.incident_fold import absorb, first_row

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)  # 21.00 WIB
SECRET = Secret(b"a secret of tests, thirty-two by")
DISTRICT = load_district(default_folder())
PASSWORD = "kata-sandi-uji"
# As auth.hash_password makes it, at the least cost: a thousand tests sign in. Strangers are answered at the full one.
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
NAMESPACE = UUID("7f3b1d9e-0000-4000-8000-000000000000")

PEOPLE: dict[str, dict[str, Any]] = {
    "ratna": {
        "name": "Ratna Wijayanti",
        "role": Role.COORDINATOR,
        "institution": "KESBANG",
        "clearance": 4,
        "named_for": ["RAD"],
    },
    "joko": {"name": "Joko Pambudi", "role": Role.MEMBER, "institution": "POLRES", "clearance": 3},
    "satrio": {"name": "Satrio Nugroho", "role": Role.MEMBER, "institution": "KODIM", "clearance": 2},
    "dewi": {"name": "Dewi Anggraini", "role": Role.MEMBER, "institution": "LH", "clearance": 1},
    "agus": {"name": "Agus Wibisono", "role": Role.AUDITOR, "institution": None, "clearance": 4},
    "ani": {"name": "Ani Susilowati", "role": Role.REPORTER, "institution": None, "clearance": 1},
    "emma": {"name": "Emma Lestari", "role": Role.VERIFIER, "institution": "KESBANG", "clearance": 4, "language": "en"},
}


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)


@dataclass
class Told:
    """One report with its judgement, before it is kept."""

    text: str
    issue: str
    form: str
    level: Level
    score: int
    reasons: tuple[tuple[str, int, str, str], ...]  # component, points, words, rule
    facts: Facts = field(default_factory=Facts)
    kecamatan: str = "35.23.11"
    desa: str | None = None
    stage: Stage = Stage.ONGOING
    basis: Basis = Basis.SAW
    institution: str | None = "POLSEK"
    rating: str = "B2"
    confidence: int = 85
    minutes_ago: int = 20
    exercise: bool = False
    anonymous: bool = False
    opinion: str | None = None


def report_id(name: str) -> UUID:
    return uuid5(NAMESPACE, name)


def filed_and_judged(name: str, told: Told) -> tuple[ReportFiled, Assessment]:
    at = NOW - timedelta(minutes=told.minutes_ago)
    report = ReportIn(
        text=told.text,
        kecamatan=told.kecamatan,
        basis=told.basis,
        exercise=told.exercise,
        anonymous=told.anonymous,
        opinion=told.opinion,
    )
    source = Source(reporter="anonymous" if told.anonymous else f"key-{name}", institution=told.institution)
    places = DISTRICT.places
    kecamatan, desa = places.get(told.kecamatan), places.get(told.desa or "")
    reasons = []
    for component, points, words, rule in told.reasons:
        start = told.text.find(words) if words else -1
        spans = ((start, start + len(words)),) if start >= 0 else ()
        reasons.append(Reason(component=component, points=points, spans=spans, rule=rule))
    assessment = Assessment(
        conflict=True,
        issue=told.issue,
        form=told.form,
        stage=told.stage,
        score=told.score,
        level=told.level,
        confidence=told.confidence,
        rating=told.rating,
        handling=Handling.SEND_NOW if told.level >= Level.TINGGI else Handling.SEND,
        place=PlaceFound(
            kabupaten="35.23",
            kecamatan=told.kecamatan,
            desa=told.desa,
            kecamatan_name=kecamatan.name if kecamatan else None,
            desa_name=desa.name if desa else None,
        ),
        occurred=Occurred(start=at - timedelta(minutes=15), end=at),
        facts=told.facts,
        reasons=tuple(reasons),
        missing=(reason("unknown_crowd"), reason("check_form")) if told.facts.crowd is None else (),
        ruleset="tuban-test",
    )
    return ReportFiled(id=report_id(name), filed_at=at, report=report, source=source), assessment


def keep(tx: Transaction, named: dict[str, Told]) -> str:
    """Keep one incident told by one or more reports, as triage does; returns its id."""
    row: dict[str, Any] = {}
    for name, told in named.items():
        filed, assessment = filed_and_judged(name, told)
        id_ = str(filed.id)
        if not row:
            row = first_row(id_, filed, assessment, {}, f"source-{name}", filed.filed_at)
            row["stamp"] = tx.audit("incident.opened", "triage", incident=id_, subject=id_, level=row["level"])
        else:
            rose = absorb(row, filed, assessment, f"source-{name}", filed.filed_at)
            row["stamp"] = tx.audit(
                "incident.raised" if rose else "incident.changed", "triage", incident=row["id"], level=row["level"]
            )
        tx.add(
            Report,
            [
                {
                    "id": id_,
                    "digest": "",
                    "filed_at": filed.filed_at,
                    "observed_at": None,
                    "text": told.text,
                    "notes": {},
                    "channel": "api",
                    "told": {"basis": told.basis.value, **({"opinion": told.opinion} if told.opinion else {})},
                    "institution": told.institution,
                    "source": f"source-{name}",
                    "exercise": told.exercise,
                    "anonymous": told.anonymous,
                    "incident_id": row["id"],
                    "outcome": "opened" if row["reports"] == 1 else "changed",
                    "revision": row["revision"],
                    "level": row["level"],
                }
            ],
        )
        tx.add(ReportSource, [{"report_id": id_, "reporter": filed.source.reporter, "name": None, "contact": None}])
        tx.add(
            Judgement,
            [
                {
                    "id": f"j-{id_}",
                    "incident_id": row["id"],
                    "report_id": id_,
                    "by": "machine",
                    "at": tx.now,
                    "ruleset": "tuban-test",
                    "data": assessment.model_dump(mode="json", exclude_defaults=True),
                    "reason": None,
                }
            ],
        )
    tx.add(Incident, [row])
    return str(row["id"])


def owe(
    tx: Transaction, incident: str, institution: str, duty: str, *, owed: int = 18, delivered: bool = True, **more: Any
) -> str:
    """Owe an institution an alert, `owed` minutes ago; returns its id."""
    at = NOW - timedelta(minutes=owed)
    row = {
        "id": f"a-{incident}-{institution}",
        "incident_id": incident,
        "institution": institution,
        "unit": "",
        "duty": duty,
        "why": ["matrix"],
        "state": "delivered" if delivered else "owed",
        "round": 1,
        "reason": "opened",
        "level": 3,
        "redacted": False,
        "owed_at": at,
        "delivered_at": at + timedelta(seconds=2) if delivered else None,
        "ack_due": at + timedelta(minutes=15) if duty == "lead" else None,
    }
    tx.add(Alert, [row | more])
    tx.add(
        Delivery,
        [
            {
                "id": f"d-{row['id']}",
                "alert_id": row["id"],
                "incident_id": incident,
                "channel": "email",
                "address": "piket@tuban.example",
                "round": 1,
                "reason": "opened",
                "payload": {},
                "state": "delivered" if delivered else "failed",
                "attempts": 1 if delivered else 3,
                "owed_at": at,
                "sent_at": at + timedelta(seconds=2),
                "error": None if delivered else "connection refused",
            }
        ],
    )
    tx.audit("alerts.owed", "notify", incident=incident, alerts=[row["id"]], round=1, level=3)
    return str(row["id"])


CLASH = Told(
    text="Ijin lapor, bentrok dua kelompok perguruan silat di Ds. Mentoro Kec. Soko, massa +/- 80 orang, 3 orang luka kena lemparan batu. "
    "Masih berlangsung, mohon bantuan. Saksi hub 081234567890.",
    issue="SLT",
    form="BENTROK",
    level=Level.TINGGI,
    score=52,
    desa="35.23.11.2010",
    facts=Facts(injured=Count(min=3, max=3), crowd=Count(min=80, max=80), weapons=("stones",), minors=True),
    reasons=(
        ("korban", 14, "3 orang luka", "tiga orang atau lebih luka"),
        ("bentuk", 8, "bentrok dua kelompok", "BENTROK"),
        ("senjata", 3, "batu", "tangan kosong, batu, kayu"),
        ("massa", 3, "massa +/- 80 orang", "50 orang atau lebih"),
        ("pemicu", 3, "perguruan silat", "identitas kelompok setempat"),
        ("waktu", 8, "Masih berlangsung", "sedang berlangsung"),
        ("kerusakan", 0, "", "tidak disebut"),
    ),
    opinion="Menurut saya dipicu saling ejek saat konvoi.",
)
CLASH_AGAIN = Told(
    text="Tawuran di Mentoro Soko, kabarnya 4 luka, satu luka bacok dibawa ke RSUD. Massa ratusan.",
    issue="SLT",
    form="BENTROK",
    level=Level.TINGGI,
    score=50,
    desa="35.23.11.2010",
    minutes_ago=12,
    basis=Basis.WITNESS,
    institution=None,
    anonymous=True,
    rating="F3",
    confidence=57,
    facts=Facts(injured=Count(min=4, max=4), crowd=Count(min=100), weapons=("blades",)),
    reasons=(("korban", 14, "4 luka", "tiga orang atau lebih luka"), ("senjata", 6, "bacok", "senjata tajam")),
)
PROTEST = Told(
    text="Warga 40 orang unjuk rasa damai di depan balai desa soal debu tambang pasir kuarsa. Situasi kondusif.",
    issue="TAM",
    form="UNRAS",
    level=Level.SEDANG,
    score=19,
    kecamatan="35.23.01",
    stage=Stage.ONGOING,
    minutes_ago=95,
    facts=Facts(crowd=Count(min=40, max=40)),
    reasons=(("massa", 1, "40 orang", "10 orang atau lebih"), ("bentuk", 3, "unjuk rasa", "UNRAS")),
)
CHURCH = Told(
    text="Penolakan pendirian rumah ibadah, spanduk dipasang, warga akan kumpul besok.",
    issue="AGM",
    form="AJAKAN",
    level=Level.TINGGI,
    score=38,
    kecamatan="35.23.06",
    stage=Stage.POTENTIAL,
    minutes_ago=240,
    reasons=(("pemicu", 8, "rumah ibadah", "agama"), ("ajakan", 5, "akan kumpul besok", "ajakan berkumpul")),
)
BOMB = Told(
    text="Informasi tertutup: perekrutan kelompok di rumah kontrakan, ada bahan mencurigakan.",
    issue="RAD",
    form="TEROR",
    level=Level.KRITIS,
    score=71,
    kecamatan="35.23.17",
    minutes_ago=9,
    rating="C3",
    confidence=67,
    reasons=(("senjata", 8, "bahan mencurigakan", "bahan peledak"),),
)
DRILL = Told(
    text="LATIHAN: gladi lapang penanganan bentrok.",
    issue="WRG",
    form="BENTROK",
    level=Level.RENDAH,
    score=9,
    kecamatan="35.23.08",
    exercise=True,
    minutes_ago=50,
    stage=Stage.RESOLVED,
    reasons=(("bentuk", 8, "bentrok", "BENTROK"),),
)
ACCUSED = Told(
    text="Warga mengadukan oknum anggota memukul dua pemuda saat razia.",
    issue="WRG",
    form="PENGEROYOKAN",
    level=Level.SEDANG,
    score=24,
    kecamatan="35.23.13",
    minutes_ago=70,
    facts=Facts(accused_agencies=("POLRES",)),
    reasons=(("bentuk", 7, "memukul", "PENGEROYOKAN"),),
)


def settle_all(tx: Transaction) -> None:
    """Let every incident of the night be over."""
    for incident in tx.session.scalars(select(Incident)):
        incident.state = "settled"


def fill(tx: Transaction) -> tuple[dict[str, str], dict[str, str]]:
    """Keep people, incidents, alerts and message buttons; returns ids and tokens by name."""
    tx.add(
        Person,
        [
            {
                "id": login,
                "login": login,
                "password": HASH,
                "unit": "",
                "post": "",
                "language": "id",
                "active": True,
                "named_for": [],
                **facts,
                "role": str(facts["role"]),
            }
            for login, facts in PEOPLE.items()
        ],
    )
    ids = {
        "clash": keep(tx, {"clash": CLASH, "clash-2": CLASH_AGAIN}),
        "protest": keep(tx, {"protest": PROTEST}),
        "church": keep(tx, {"church": CHURCH}),
        "bomb": keep(tx, {"bomb": BOMB}),
        "drill": keep(tx, {"drill": DRILL}),
        "accused": keep(tx, {"accused": ACCUSED}),
    }
    lead = owe(tx, ids["clash"], "POLRES", "lead")
    owe(tx, ids["clash"], "KESBANG", "support", state="seen", seen_at=NOW - timedelta(minutes=15))
    owe(tx, ids["clash"], "SATPOLPP", "support", delivered=False)
    owe(tx, ids["clash"], "KODIM", "inform")
    owe(tx, ids["protest"], "LH", "lead", owed=90, redacted=True, ack_due=NOW + timedelta(minutes=30))
    owe(tx, ids["protest"], "KESBANG", "support", owed=90)
    owe(
        tx,
        ids["church"],
        "KESBANG",
        "lead",
        owed=235,
        state="acknowledged",
        acknowledged_at=NOW - timedelta(minutes=228),
        acknowledged_by="ratna",
        acknowledged_how="button",
        sitrep_due=NOW + timedelta(minutes=20),
    )
    owe(tx, ids["church"], "KODIM", "inform", owed=235)
    owe(tx, ids["bomb"], "POLRES", "lead", owed=8)
    tx.add(
        Ladder,
        [
            {
                "incident_id": ids["clash"],
                "step": 0,
                "loops": 0,
                "round": 1,
                "started_at": NOW - timedelta(minutes=18),
                "next_at": NOW + timedelta(minutes=2),
                "stopped": None,
                "policy": DISTRICT.clocks[Level.TINGGI].model_dump(mode="json"),
            }
        ],
    )
    tokens = {}
    for name, alert, person in (("joko", lead, "joko"), ("nobody", lead, None)):
        tokens[name] = auth.answer_token(SECRET, f"delivery-{name}")
        row = auth.answer_token_row(tokens[name], alert, f"delivery-{name}", person, NOW - timedelta(minutes=18))
        tx.add(AnswerToken, [row])
    return ids, tokens


def unanswered(id_: str, at: datetime) -> list[dict[str, Any]]:
    """Make the rows of three institutions that were told of an incident and have not answered."""
    alerts = []
    for code, duty in (("POLRES", "lead"), ("KESBANG", "support"), ("KODIM", "inform")):
        due = at + timedelta(minutes=15) if duty == "lead" else None
        row = {"id": f"a-{id_}-{code}", "incident_id": id_, "institution": code, "duty": duty, "ack_due": due}
        alerts.append({**row, "why": [], "state": "delivered", "level": 2, "owed_at": at})
    return alerts
