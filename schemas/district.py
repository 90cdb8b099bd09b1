"""Say what a district decides: its places, issues, scores, institutions, routes and clocks, as types.

`deploy/<district>/district.toml` is read into a `District` by `services/policy/loader.py`; the numbers are the
district's house policy, the shapes are ours.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from schemas.learned import held
from schemas.messages import Frozen
from schemas.office.settings import Office
from schemas.policy.clocks import GOALERT_LIMITS, Clock, Digest, WorkingHours
from schemas.policy.dates import ForumPeriod, Window
from schemas.policy.doors import Intake, SignInPolicy
from schemas.policy.forms import Form, FormTrait
from schemas.policy.issues import Issue, SubIssue
from schemas.policy.places import Place, Shape
from schemas.policy.recipients import Institution, Overlays, RecipientRule
from schemas.policy.retention import Retention
from schemas.policy.scoring import ConfidencePolicy, SeverityPolicy
from schemas.vocabulary import Level
from schemas.warnings import WarningPolicy

_Many = Annotated[int, Field(ge=1, le=100_000)]


class Monitor(Frozen):
    """A second district folder that decides beside this one; the difference is journalled, nobody is told."""

    district: str = Field(min_length=1)  # its path, from this district's folder


class District(Frozen):
    """Everything one kabupaten decides for itself."""

    code: str
    name: str
    timezone: str
    forum: str
    legal_basis: str = ""
    ruleset: str
    emergency: str = "110 / 112"
    languages: tuple[str, ...] = ("id", "en")
    issues: dict[str, Issue]
    forms: dict[str, Form]
    institutions: dict[str, Institution]
    severity: SeverityPolicy
    confidence: ConfidencePolicy
    clocks: dict[Level, Clock]
    working: WorkingHours
    overlays: Overlays
    intake: Intake
    retention: Retention = Retention()
    sign_in: SignInPolicy = SignInPolicy()
    sitrep_templates: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # by form; "*": for any
    limits: dict[str, tuple[tuple[_Many, _Many], ...]] = GOALERT_LIMITS  # channel, or "*" for the others
    digest: Digest = Digest()
    monitor: Monitor | None = None
    rules: tuple[RecipientRule, ...] = ()
    forum_periods: tuple[ForumPeriod, ...] = ()
    calendar: tuple[Window, ...] = ()
    warnings: WarningPolicy = WarningPolicy()
    places: dict[str, Place] = Field(default_factory=dict)
    neighbours: dict[str, Place] = Field(default_factory=dict)
    shapes: tuple[Shape, ...] = ()  # of kecamatan
    desa_shapes: tuple[Shape, ...] = ()
    lexicon: dict[str, object] = Field(default_factory=dict)  # read by triage, which owns its shape
    # Numbers learned from labelled reports; triage's too.
    learned: Annotated[dict[str, Any], AfterValidator(held)] = Field(default_factory=dict)
    office: Office = Office()

    def called(self, institution: str, unit: str | None = None) -> str:
        """Give what people call an institution, or a unit of it: "Polres Tuban", "Polsek Soko"."""
        known = self.institutions.get(institution)
        if known is None:
            return institution
        place = self.places.get(unit) if unit else None
        return (known.short or known.name).replace("{place}", place.name if place else "").strip()

    @model_validator(mode="after")
    def _refers_to_known(self) -> "District":
        """Refuse a policy that names an institution, issue or form nobody declared."""
        self._has_what_code_asks_for()
        unknown = sorted(self._named() - set(self.institutions))
        if unknown:
            msg = f"unknown institution: {', '.join(unknown)}"
            raise ValueError(msg)
        self._always_has_a_lead()
        self._warns_of_known()
        self._names_known_places()
        if strange := sorted({*self.office.harmony.issues} - set(self.issues)):
            msg = f"office.harmony names an unknown issue: {', '.join(strange)}"
            raise ValueError(msg)
        for own in self.rules:
            strange = sorted({*own.issues} - set(self.issues)) + sorted({*own.forms} - set(self.forms))
            if strange:
                msg = f"rule {own.name} names an unknown issue or form: {', '.join(strange)}"
                raise ValueError(msg)
        return self

    def _always_has_a_lead(self) -> None:
        """Refuse stand-ins in a circle, and a lead given to one that never leads, itself or by its stand-in."""
        laid = self.overlays
        leads = {f"rule {own.name}": own.lead for own in self.rules if own.lead}
        leads |= {
            f"overlays.{name}": getattr(laid, name) for name in ("violence_lead", "violence_lead_low", "coordinator")
        }
        stands: dict[str, list[str]] = {}
        for code in self.institutions:
            chain, standing = [code], self.institutions[code].stand_in
            while standing is not None:
                if standing in chain:
                    msg = f"stand-ins go round in a circle: {code}"
                    raise ValueError(msg)
                chain.append(standing)
                standing = self.institutions[standing].stand_in
            stands[code] = chain
        for where, code in leads.items():
            if never := [one for one in stands[code] if one in laid.never_lead]:
                msg = f"{where} gives the lead to one that never leads: {never[0]}"
                raise ValueError(msg)

    def _names_known_places(self) -> None:
        """Refuse rules about places that are not in the list of places: they would never apply."""
        named = {f"rule {own.name}": own.kecamatan for own in self.rules}
        named |= {
            "overlays.border_kecamatan": self.overlays.border_kecamatan,
            "severity.hot_spots": self.severity.hot_spots,
        }
        for where, codes in named.items():
            if self.places and (strange := sorted({*codes} - set(self.places))):
                msg = f"{where} names an unknown place: {', '.join(strange)}"
                raise ValueError(msg)

    def _warns_of_known(self) -> None:
        """Refuse warnings about issues, forms or families that nobody declared, or that leave an issue out."""
        families = {issue.family for issue in self.issues.values()}
        grouped = [family for group in self.warnings.group for family in group.families]
        if grouped and sorted(grouped) != sorted(families):
            wrong = sorted(families.symmetric_difference(grouped)) or sorted(set(grouped))
            msg = f"each family of issues stands in one [[warnings.group]]: {', '.join(wrong)}"
            raise ValueError(msg)
        for rule in self.warnings.rule:
            strange = sorted({*rule.issues} - set(self.issues)) + sorted({*rule.forms} - set(self.forms))
            if strange:
                msg = f"warning rule {rule.code} names an unknown issue or form: {', '.join(strange)}"
                raise ValueError(msg)

    def _has_what_code_asks_for(self) -> None:
        """Refuse a policy without the forms and the issue that every report may come to."""
        for trait in ("nil", "tension"):
            if sum(trait in form.traits for form in self.forms.values()) != 1:
                msg = f"exactly one [[form]] needs the trait {trait}"
                raise ValueError(msg)
        if sum("other" in issue.traits for issue in self.issues.values()) != 1:
            msg = "exactly one [[issue]] needs the trait other: what fits no other issue is routed as that"
            raise ValueError(msg)
        unknown = sorted({form.issue for form in self.forms.values() if form.issue} - set(self.issues))
        if unknown:
            msg = f"a form names an unknown issue: {', '.join(unknown)}"
            raise ValueError(msg)

    @property
    def nil(self) -> str:
        """Give the form of a report that nothing happened."""
        return next(code for code, form in self.forms.items() if "nil" in form.traits)

    @property
    def tension(self) -> str:
        """Give the form of complaints and quarrels, which is also that of what nobody could read."""
        return next(code for code, form in self.forms.items() if "tension" in form.traits)

    @property
    def other_issue(self) -> str:
        """Give the issue of what fits no other."""
        return next(code for code, issue in self.issues.items() if "other" in issue.traits)

    def forms_having(self, *traits: FormTrait) -> frozenset[str]:
        """Give the codes of the forms with one of the traits."""
        return frozenset(code for code, form in self.forms.items() if not form.traits.isdisjoint(traits))

    def _named(self) -> set[str]:
        """Gather every institution code that the policy speaks of."""
        rows: list[Issue | SubIssue | RecipientRule] = [*self.issues.values(), *self.rules]
        rows += [sub for issue in self.issues.values() for sub in issue.sub]
        named = {code for row in rows for code in (row.lead, *row.support, *row.inform)}
        named |= {code for rule in self.rules for code in rule.needs}
        named |= {code for clock in self.clocks.values() for code in clock.needs}
        named |= {row.kominda_lead for row in rows if not isinstance(row, RecipientRule)}
        for one in self.institutions.values():
            named |= {one.superior, one.of, one.stand_in}
        for step in (step for clock in self.clocks.values() for step in clock.ladder):
            named |= {who.removeprefix("duty:") for who in step.tell if who != "superior"}
        laid = self.overlays
        named |= {laid.violence_lead, laid.violence_lead_low, laid.coordinator, *laid.never_lead}
        named |= {*laid.sedang_add, *laid.tinggi_add, *laid.kritis_add, *laid.casualties_add}
        named |= {*self.office.letterheads, self.office.signatory, self.office.report_to}
        named |= {*laid.fire_add, *laid.minors_add, *laid.border_add, *laid.overseers, *self.warnings.tell}
        named |= {member.institution for member in self.office.members} | {*self.office.harmony.partners}
        return {code for code in named if code is not None}
