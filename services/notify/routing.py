"""Decide who is told about an incident, in which duty and why: the district's matrix, then its overlays in order.

Pure: a situation and a district in, recipients out. Each recipient carries the rules that put it there, in the
words officers use; rule numbers in comments are those of docs/policy.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from schemas.district import District, Institution, Issue, Recipient, RecipientRule, Step, SubIssue
from schemas.vocabulary import Duty, Level, Phase

LONGEST_STATUS = timedelta(days=90)  # UU 7/2012: a status keadaan konflik lasts at most 90 days
REMEMBERED = 8192
_RANK = {Duty.LEAD: 0, Duty.SUPPORT: 1, Duty.INFORM: 2}
_SAID = {Duty.LEAD: "penanggung jawab", Duty.SUPPORT: "pendukung", Duty.INFORM: "tembusan"}


@dataclass(frozen=True)
class ConflictStatus:
    """A recorded status keadaan konflik; the software records it and never sets it."""

    number: str
    start: datetime
    end: datetime
    tni_support: bool = False

    def in_force(self, at: datetime) -> bool:
        """Say whether it holds at `at`: between its dates, and never beyond 90 days."""
        return self.start <= at <= min(self.end, self.start + LONGEST_STATUS)


@dataclass(frozen=True)
class Situation:
    """What routing needs to know of an incident. `spread` is the points of severity component `sebaran`."""

    issue: str
    form: str
    level: Level
    sub_issue: str | None = None
    kecamatan: str | None = None
    desa: str | None = None
    casualties: bool = False
    fire: bool = False
    minors: bool = False
    accused: tuple[str, ...] = ()
    spread: int = 0
    exercise: bool = False


def route(situation: Situation, district: District, conflict_status: ConflictStatus | None = None) -> list[Recipient]:
    """Give everyone who is told, the lead first, each with its reasons.

    `conflict_status` is the recorded one in force now, if any. An unknown issue is routed as LLN, an unknown
    form as not violent. There is always exactly one lead.
    """
    plan = _Plan(situation, district, conflict_status)
    for rule in ORDER:
        rule(plan)
    return plan.recipients()


@dataclass
class Routes:
    """Remember routes: the same situation in the same district is asked for again and again. Holds 8,192 at most."""

    district: District
    _known: dict[tuple[Situation, ConflictStatus | None], tuple[Recipient, ...]] = field(default_factory=dict)

    def of(self, situation: Situation, conflict_status: ConflictStatus | None = None) -> tuple[Recipient, ...]:
        """Give what `route` gives."""
        key = (situation, conflict_status)
        if key not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = tuple(route(situation, self.district, conflict_status))
        return self._known[key]


def monitored(
    situation: Situation, district: District, conflict_status: ConflictStatus | None = None
) -> dict[str, tuple[str, ...]]:
    """Give, per rule in `monitor` mode that applies, what it would change: for the journal, nobody is told."""
    trial = [rule for rule in district.rules if rule.mode == "monitor"]
    if not trial:
        return {}
    now = {one.institution: one.duty for one in route(situation, district, conflict_status)}
    found = {}
    for rule in trial:
        rules = tuple(one.model_copy(update={"mode": "active"}) if one is rule else one for one in district.rules)
        then = route(situation, district.model_copy(update={"rules": rules}), conflict_status)
        changes = tuple(f"{one.institution}: {_SAID[one.duty]}" for one in then if now.get(one.institution) != one.duty)
        if changes:
            found[rule.name] = changes
    return found


def told_at(step: Step, lead: Recipient, situation: Situation, district: District) -> list[Recipient]:
    """Give whom one rung of the ladder tells while `lead` stays silent: institutions once each, with the reason.

    "superior" is the lead's; "duty:X" is whoever is on duty at X. Accused agencies are left out, in an exercise
    leaders and the province too; an empty list means that the rung has nobody.
    """
    out = barred(situation.accused, district) | _untouched_by_exercise(situation, district)
    found: dict[str, Recipient] = {}
    for name in step.tell:
        code = district.institutions[lead.institution].superior if name == "superior" else name.removeprefix("duty:")
        if code is None or code in out or code in found or code == lead.institution:
            continue
        standing, unit = _standing(code, situation, district)
        if standing == lead.institution and unit == lead.unit:
            continue
        why = f"eskalasi: {step.label}, karena {lead.institution} belum menjawab"
        outside = not district.institutions[standing].kominda
        found[code] = Recipient(institution=standing, unit=unit, duty=Duty.SUPPORT, why=(why,), redacted=outside)
    return list(found.values())


def barred(accused: tuple[str, ...], district: District) -> frozenset[str]:
    """Give the accused agencies with their units, posts and heads (rule 10)."""
    return frozenset(
        code
        for code, one in district.institutions.items()
        if code in accused or (one.of is not None and one.of in accused)
    )


def _untouched_by_exercise(situation: Situation, district: District) -> frozenset[str]:
    if not situation.exercise:
        return frozenset()
    return frozenset(
        code for code, one in district.institutions.items() if one.kind == "leader" or one.level == "provinsi"
    )


def _standing(code: str, situation: Situation, district: District) -> tuple[str, str | None]:
    """Give the institution and unit that answer for `code` at this place; a stand-in where the place is unknown."""
    while True:
        institution = district.institutions[code]
        unit = _unit(institution, situation)
        if unit or institution.level in ("kabupaten", "provinsi") or institution.stand_in is None:
            return code, unit
        code = institution.stand_in


def _unit(institution: Institution, situation: Situation) -> str | None:
    if institution.level == "desa":
        return situation.desa
    return situation.kecamatan if institution.level == "kecamatan" else None


@dataclass
class _Plan:
    """The recipients while the rules are laid over one another."""

    case: Situation
    district: District
    status: ConflictStatus | None
    told: dict[str, tuple[Duty, tuple[str, ...]]] = field(default_factory=dict)
    out: frozenset[str] = frozenset()
    closed: bool = False  # named persons only: nobody is added any more

    @property
    def issue(self) -> Issue:
        issues = self.district.issues
        return issues.get(self.case.issue) or issues["LLN"]

    @property
    def row(self) -> Issue | SubIssue:
        """Give the matrix row: the narrower issue's where it has its own."""
        return next((sub for sub in self.issue.sub if sub.code == self.case.sub_issue), self.issue)

    @property
    def lead(self) -> str:
        return next(code for code, (duty, _) in self.told.items() if duty == Duty.LEAD)

    @property
    def violent(self) -> bool:
        form = self.district.forms.get(self.case.form)
        return form is not None and form.phase == Phase.GN

    def add(self, code: str, duty: Duty, why: str) -> str | None:
        """Tell `code` too, at least in this duty; its stand-in where its unit is unknown. Gives who is told."""
        standing, _ = _standing(code, self.case, self.district)
        if standing in self.out or code in self.out or (self.closed and standing not in self.told):
            return None
        reasons = (why,) if standing == code else (why, f"wilayah: lokasi belum pasti, {standing} mewakili {code}")
        before, earlier = self.told.get(standing, (duty, ()))
        kept = tuple(reason for reason in reasons if reason not in earlier)
        self.told[standing] = (min(before, duty, key=_RANK.__getitem__), (*earlier, *kept))
        return standing

    def give_lead(self, code: str, why: str) -> None:
        """Make `code` the lead; whoever led before supports."""
        before = next((other for other, (duty, _) in self.told.items() if duty == Duty.LEAD), None)
        standing, _ = _standing(code, self.case, self.district)
        if before == standing:
            self.add(code, Duty.LEAD, why)
            return
        if before is not None:
            self.told[before] = (Duty.SUPPORT, (*self.told[before][1], f"{why}; semula penanggung jawab"))
        self.add(code, Duty.LEAD, why)

    def drop(self, codes: frozenset[str]) -> None:
        self.told = {code: entry for code, entry in self.told.items() if code not in codes}

    def recipients(self) -> list[Recipient]:
        order = sorted(self.told.items(), key=lambda item: _RANK[item[1][0]])  # stable: matrix order inside a duty
        return [
            Recipient(
                institution=code,
                unit=_unit(self.district.institutions[code], self.case),
                duty=duty,
                why=why,
                redacted=not self.district.institutions[code].kominda,
            )
            for code, (duty, why) in order
        ]


def _matrix(plan: _Plan) -> None:
    name = plan.issue.code if plan.row is plan.issue else f"{plan.issue.code}/{plan.row.code}"
    for duty, codes in (
        (Duty.LEAD, (plan.row.lead,)),
        (Duty.SUPPORT, plan.row.support),
        (Duty.INFORM, plan.row.inform),
    ):
        for code in codes:
            plan.add(code, duty, f"matriks: {_SAID[duty]} {name}")


def _violence(plan: _Plan) -> None:
    if not plan.violent:
        return
    laid = plan.district.overlays
    low = plan.case.level <= Level.SEDANG
    code = laid.violence_lead_low if low else laid.violence_lead
    plan.give_lead(code, "kekerasan: penghentian kekerasan dipimpin Polri (UU 7/2012)")


def _level(plan: _Plan) -> None:
    laid, level = plan.district.overlays, plan.case.level
    for bound, codes in (
        (Level.SEDANG, laid.sedang_add),
        (Level.TINGGI, laid.tinggi_add),
        (Level.KRITIS, laid.kritis_add),
    ):
        if level >= bound:
            said = bound.name if bound == Level.KRITIS else f"{bound.name} ke atas"
            for code in codes:
                if code not in plan.told:
                    plan.add(code, Duty.INFORM, f"tingkat: {said}")


def _kodim_rule(plan: _Plan) -> None:
    laid = plan.district.overlays
    if plan.lead not in laid.never_lead:
        return
    if plan.status is not None and plan.status.tni_support:
        plan.add(
            plan.lead, Duty.LEAD, f"aturan Kodim: status keadaan konflik {plan.status.number}, perbantuan TNI diminta"
        )
        return
    forum = plan.row.kominda_lead or plan.issue.kominda_lead
    code = laid.violence_lead if plan.violent or forum in laid.never_lead else forum
    plan.give_lead(code, "aturan Kodim: TNI tidak memimpin tanpa status keadaan konflik")


def _named_persons(plan: _Plan) -> None:
    """Keep to the matrix: nobody of a lower level, nobody by overlay, the rest by hand (RAD)."""
    if not plan.issue.named_persons_only:
        return
    row = plan.row
    named = {row.lead, *row.support, *row.inform}
    local = {code for code in plan.told if plan.district.institutions[code].level in ("desa", "kecamatan")}
    led = plan.lead
    plan.drop(frozenset(plan.told) - (named - local))
    if led not in plan.told:
        plan.give_lead(row.lead, f"{plan.issue.code}: tanpa satuan wilayah")
    plan.closed = True
    for code in plan.told:
        plan.add(code, Duty.INFORM, f"{plan.issue.code}: hanya orang yang ditunjuk, penambahan dengan tangan")


def _agency_is_party(plan: _Plan) -> None:
    """Drop accused agencies; whoever leads instead does so until the coordinator has decided."""
    accused = tuple(code for code in plan.case.accused if code in plan.district.institutions)
    if not accused:
        return
    plan.out = barred(accused, plan.district)
    led = plan.lead
    plan.drop(plan.out)
    why = f"instansi terlapor: {', '.join(accused)} tidak diberi tahu, koordinator memutuskan"
    if led in plan.out:
        plan.closed, closed = False, plan.closed
        plan.give_lead(_substitute(led, plan), f"{why}; sementara menggantikan {led}")
        plan.closed = closed
    plan.add(plan.district.overlays.coordinator, Duty.SUPPORT, why)


def _substitute(led: str, plan: _Plan) -> str:
    """Find who leads for `led`: its superiors, the coordinator, then any office trusted with a lead."""
    institutions, laid = plan.district.institutions, plan.district.overlays
    chain: list[str] = []
    above = institutions[led].superior
    while above is not None and above not in chain:
        chain.append(above)
        above = institutions[above].superior
    trusted = [code for code, one in institutions.items() if one.least_people > 1]
    for code in (*chain, laid.coordinator, laid.violence_lead, *plan.told, *trusted):
        one = institutions[code]
        standing, _ = _standing(code, plan.case, plan.district)
        fit = one.kind not in ("leader", "post", "forum") and one.level != "provinsi"
        if fit and not {code, standing} & plan.out and code not in laid.never_lead:
            return standing
    return next(code for code in institutions if code not in plan.out)


def _casualties(plan: _Plan) -> None:
    if plan.case.casualties:
        for code in plan.district.overlays.casualties_add:
            plan.add(code, Duty.INFORM, "korban: ada korban")


def _fire(plan: _Plan) -> None:
    if plan.case.fire:
        for code in plan.district.overlays.fire_add:
            plan.add(code, Duty.INFORM, "kebakaran: ada api")


def _minors(plan: _Plan) -> None:
    if plan.case.minors:
        for code in plan.district.overlays.minors_add:
            plan.add(code, Duty.INFORM, "anak: ada anak, identitas disamarkan")


def _border(plan: _Plan) -> None:
    laid = plan.district.overlays
    if plan.case.kecamatan in laid.border_kecamatan and plan.case.spread >= laid.border_spread:
        for code in laid.border_add:
            plan.add(
                code, Duty.INFORM, "perbatasan: meluas di kecamatan tepi; Kesbangpol tetangga diberi tahu dengan tangan"
            )


def _own_rules(plan: _Plan) -> None:
    """Lay the district's own rules over the others, in the order of the file."""
    for rule in plan.district.rules:
        if rule.mode != "active" or not applies(rule, plan.case):
            continue
        why = f"aturan {rule.name}: {rule.why}"
        if rule.lead and not plan.violent and not plan.closed and rule.lead not in plan.out:
            plan.give_lead(rule.lead, why)
        for duty, codes in ((Duty.SUPPORT, rule.support), (Duty.INFORM, rule.inform)):
            for code in codes:
                plan.add(code, duty, why)


def applies(rule: RecipientRule, case: Situation) -> bool:
    """Say whether everything that a rule names is true of a situation."""
    return (
        (not rule.issues or case.issue in rule.issues)
        and (not rule.forms or case.form in rule.forms)
        and case.level >= rule.level
        and (not rule.kecamatan or case.kecamatan in rule.kecamatan)
        and all(getattr(case, fact) for fact in rule.facts)
    )


def _forum_lead(plan: _Plan) -> None:
    """Tell the forum's own lead as support when a civil office outside the forum leads (rule 13)."""
    if not plan.district.institutions[plan.lead].kominda:
        forum = plan.row.kominda_lead or plan.issue.kominda_lead
        plan.add(forum, Duty.SUPPORT, f"Kominda: mendampingi {plan.lead}, penanggung jawab di luar Kominda")


def _exercise(plan: _Plan) -> None:
    plan.drop(_untouched_by_exercise(plan.case, plan.district))


ORDER: tuple[Callable[[_Plan], None], ...] = (
    _matrix,
    _violence,
    _level,
    _kodim_rule,
    _named_persons,
    _agency_is_party,
    _casualties,
    _fire,
    _minors,
    _border,
    _own_rules,
    _forum_lead,
    _exercise,
)
