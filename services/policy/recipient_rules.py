"""Lay the district's recipient rules over its matrix, one function each, in the order that `ORDER` shows.

Pure. Each rule changes a `Plan` and leaves its reason with whom it touches.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from schemas.district import District
from schemas.policy.issues import Issue, SubIssue
from schemas.policy.recipients import Recipient, RecipientRule
from schemas.vocabulary import Duty, Level, Phase
from services.policy.situation import (
    ConflictStatus,
    Situation,
    barred,
    decides,
    routed_by,
    spared_by_exercise,
    standing_for,
    unit_of,
)

_RANK = {Duty.LEAD: 0, Duty.SUPPORT: 1, Duty.INFORM: 2}
SAID = {Duty.LEAD: "penanggung jawab", Duty.SUPPORT: "pendukung", Duty.INFORM: "tembusan"}


@dataclass
class Plan:
    """The recipients while the rules are laid over one another."""

    case: Situation
    district: District
    status: ConflictStatus | None
    told: dict[str, tuple[Duty, tuple[str, ...]]] = field(default_factory=dict)
    out: frozenset[str] = frozenset()
    closed: bool = False  # named persons only: nobody is added any more
    needed: set[str] = field(default_factory=set)  # whose own answer the ladder waits for, besides the lead's

    @property
    def issue(self) -> Issue:
        """Give the issue that decides who is told."""
        return routed_by(self.case.issue, self.case.second, self.district)

    @property
    def row(self) -> Issue | SubIssue:
        """Give the matrix row: the narrower issue's where it has its own."""
        return next((sub for sub in self.issue.sub if sub.code == self.case.sub_issue), self.issue)

    @property
    def lead(self) -> str | None:
        """Give who leads now; None where everybody is accused."""
        return next((code for code, (duty, _) in self.told.items() if duty == Duty.LEAD), None)

    @property
    def violent(self) -> bool:
        """Say whether the form is violent (phase GN)."""
        form = self.district.forms.get(self.case.form)
        return form is not None and form.phase == Phase.GN

    def add(self, code: str, duty: Duty, why: str) -> str | None:
        """Tell `code` too, at least in this duty; its stand-in where its unit is unknown. Gives who is told."""
        standing, _ = standing_for(code, self.case, self.district)
        if standing in self.out or code in self.out or (self.closed and standing not in self.told):
            return None
        reasons = (why,) if standing == code else (why, f"wilayah: lokasi belum pasti, {standing} mewakili {code}")
        before, earlier = self.told.get(standing, (duty, ()))
        kept = tuple(reason for reason in reasons if reason not in earlier)
        self.told[standing] = (min(before, duty, key=_RANK.__getitem__), (*earlier, *kept))
        return standing

    def give_lead(self, code: str, why: str) -> None:
        """Make `code` the lead; whoever led before supports. Nothing changes where it or its stand-in is left out."""
        before = self.lead
        standing, _ = standing_for(code, self.case, self.district)
        if {code, standing} & self.out:
            return
        if before == standing:
            self.add(code, Duty.LEAD, why)
            return
        if before is not None:
            self.told[before] = (Duty.SUPPORT, (*self.told[before][1], f"{why}; semula penanggung jawab"))
        self.add(code, Duty.LEAD, why)

    def drop(self, codes: frozenset[str]) -> None:
        """Tell these no more."""
        self.told = {code: entry for code, entry in self.told.items() if code not in codes}

    def recipients(self) -> list[Recipient]:
        """Give what came of it, the lead first."""
        order = sorted(self.told.items(), key=lambda item: _RANK[item[1][0]])  # stable: matrix order inside a duty
        return [
            Recipient(
                institution=code,
                unit=unit_of(self.district.institutions[code], self.case),
                duty=duty,
                why=why,
                needed=code in self.needed and duty != Duty.LEAD,
                redacted=not self.district.institutions[code].kominda,
            )
            for code, (duty, why) in order
        ]


def _matrix(plan: Plan) -> None:
    name = plan.issue.code if plan.row is plan.issue else f"{plan.issue.code}/{plan.row.code}"
    for duty, codes in (
        (Duty.LEAD, (plan.row.lead,)),
        (Duty.SUPPORT, plan.row.support),
        (Duty.INFORM, plan.row.inform),
    ):
        for code in codes:
            plan.add(code, duty, f"matriks: {SAID[duty]} {name}")


def _violence(plan: Plan) -> None:
    if not plan.violent:
        return
    laid = plan.district.overlays
    low = plan.case.level <= Level.SEDANG
    code = laid.violence_lead_low if low else laid.violence_lead
    plan.give_lead(code, "kekerasan: penghentian kekerasan dipimpin Polri (UU 7/2012)")


def _level(plan: Plan) -> None:
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


def _kodim_rule(plan: Plan) -> None:
    laid = plan.district.overlays
    led = plan.lead
    if led is None or led not in laid.never_lead:
        return
    if plan.status is not None and plan.status.tni_support:
        plan.add(led, Duty.LEAD, f"aturan Kodim: status keadaan konflik {plan.status.number}, perbantuan TNI diminta")
        return
    forum = plan.row.kominda_lead or plan.issue.kominda_lead
    code = laid.violence_lead if plan.violent or forum in laid.never_lead else forum
    plan.give_lead(code, "aturan Kodim: TNI tidak memimpin tanpa status keadaan konflik")


def _named_persons(plan: Plan) -> None:
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


def _agency_is_party(plan: Plan) -> None:
    """Drop accused agencies; whoever leads instead does so until the coordinator has decided."""
    accused = tuple(code for code in plan.case.accused if code in plan.district.institutions)
    if not accused:
        return
    plan.out = barred(accused, plan.district)
    led = plan.lead
    plan.drop(plan.out)
    why = f"instansi terlapor: {', '.join(accused)} tidak diberi tahu, koordinator memutuskan"
    if led is not None and led in plan.out:
        _lead_for(led, plan, f"{why}; sementara menggantikan {led}")
    plan.add(decides(accused, plan.district), Duty.SUPPORT, why)


def _lead_for(led: str, plan: Plan, why: str) -> None:
    """Let somebody lead for `led`, who is left out; also where nobody else is added any more."""
    plan.closed, closed = False, plan.closed
    if substitute := _substitute(led, plan):
        plan.give_lead(substitute, why)
    plan.closed = closed


def _substitute(led: str, plan: Plan) -> str | None:
    """Find who leads for `led`: its superiors, the coordinator, any office trusted with a lead, then anybody at all.

    None where everybody is left out.
    """
    institutions, laid = plan.district.institutions, plan.district.overlays
    chain: list[str] = []
    above = institutions[led].superior
    while above is not None and above not in chain:
        chain.append(above)
        above = institutions[above].superior
    trusted = [code for code, one in institutions.items() if one.least_people > 1]
    for code in (*chain, laid.coordinator, laid.violence_lead, *plan.told, *trusted):
        one = institutions[code]
        standing, _ = standing_for(code, plan.case, plan.district)
        fit = one.kind not in ("leader", "post", "forum") and one.level != "provinsi"
        if fit and not {code, standing} & plan.out and code not in laid.never_lead:
            return standing
    last = sorted((code for code in institutions if code not in plan.out), key=lambda code: code in laid.never_lead)
    standing_in = (standing_for(code, plan.case, plan.district)[0] for code in last)
    return next((code for code in standing_in if code not in plan.out), None)


def _casualties(plan: Plan) -> None:
    if plan.case.casualties:
        for code in plan.district.overlays.casualties_add:
            plan.add(code, Duty.INFORM, "korban: ada korban")


def _fire(plan: Plan) -> None:
    if plan.case.fire:
        for code in plan.district.overlays.fire_add:
            plan.add(code, Duty.INFORM, "kebakaran: ada api")


def _minors(plan: Plan) -> None:
    if plan.case.minors:
        for code in plan.district.overlays.minors_add:
            plan.add(code, Duty.INFORM, "anak: ada anak, identitas disamarkan")


def _border(plan: Plan) -> None:
    laid = plan.district.overlays
    if plan.case.kecamatan in laid.border_kecamatan and plan.case.spread >= laid.border_spread:
        for code in laid.border_add:
            plan.add(
                code, Duty.INFORM, "perbatasan: meluas di kecamatan tepi; Kesbangpol tetangga diberi tahu dengan tangan"
            )


def _own_rules(plan: Plan) -> None:
    """Lay the district's own rules over the others, in the order of the file."""
    for rule in plan.district.rules:
        if rule.mode != "active" or not applies(rule, plan.case, plan.issue.code):
            continue
        why = f"aturan {rule.name}: {rule.why}"
        if rule.lead and not plan.violent and not plan.closed and rule.lead not in plan.out:
            plan.give_lead(rule.lead, why)
        for duty, codes in ((Duty.SUPPORT, rule.support), (Duty.INFORM, rule.inform)):
            for code in codes:
                plan.add(code, duty, why)
        _need(plan, rule.needs, why)


def _need(plan: Plan, codes: tuple[str, ...], why: str) -> None:
    """Ask these too, and wait for the answer of each as for the lead's."""
    for code in codes:
        if standing := plan.add(code, Duty.SUPPORT, f"{why}; jawabannya diperlukan"):
            plan.needed.add(standing)


def _needed_by_clock(plan: Plan) -> None:
    level = plan.case.level
    _need(plan, plan.district.clocks[level].needs, f"tingkat: {level.name}")


def applies(rule: RecipientRule, case: Situation, routed: str) -> bool:
    """Say whether everything that a rule names is true of a situation; `routed` is the issue that decides."""
    issue = routed if routed == case.second else case.issue
    return (
        (not rule.issues or issue in rule.issues)
        and (not rule.forms or case.form in rule.forms)
        and case.level >= rule.level
        and (not rule.kecamatan or case.kecamatan in rule.kecamatan)
        and all(getattr(case, fact) for fact in rule.facts)
    )


def _forum_lead(plan: Plan) -> None:
    """Tell the forum's own lead as support when a civil office outside the forum leads (rule 13)."""
    led = plan.lead
    if led is not None and not plan.district.institutions[led].kominda:
        forum = plan.row.kominda_lead or plan.issue.kominda_lead
        plan.add(forum, Duty.SUPPORT, f"Kominda: mendampingi {led}, penanggung jawab di luar Kominda")


def _exercise(plan: Plan) -> None:
    spared, led = spared_by_exercise(plan.case, plan.district), plan.lead
    plan.out |= spared
    plan.drop(spared)
    if led is not None and led in spared:
        _lead_for(led, plan, f"latihan: {led} tidak diberi tahu; sementara menggantikan {led}")


ORDER: tuple[Callable[[Plan], None], ...] = (
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
    _needed_by_clock,
    _forum_lead,
    _exercise,
)
