"""Know the forms of a district by their traits. Pure."""

from collections.abc import Mapping

from schemas.policy.forms import Form


class KnownForms:
    """The forms of a district by their traits."""

    def __init__(self, forms: Mapping[str, Form]) -> None:
        self.named = forms
        self._having: dict[tuple[str, ...], frozenset[str]] = {}
        self._only: dict[str, str | None] = {}
        self.nil = next(code for code, form in forms.items() if "nil" in form.traits)
        self.tension = next(code for code, form in forms.items() if "tension" in form.traits)

    def having(self, *traits: str) -> frozenset[str]:
        """Give the codes of the forms with one of the traits."""
        known = self._having.get(traits)  # asked some twenty times for each report
        if known is None:
            found = (code for code, form in self.named.items() if not form.traits.isdisjoint(traits))
            known = self._having[traits] = frozenset(found)
        return known

    def has(self, code: str, trait: str) -> bool:
        """Tell whether a form has a trait."""
        return code in self.named and trait in self.named[code].traits

    def first(self, weights: Mapping[str, float], trait: str, least: float = 1.0) -> str | None:
        """Give the first form with a trait that weighs enough."""
        return next((form for form in weights if self.has(form, trait) and weights[form] >= least), None)

    def only(self, trait: str) -> str | None:
        """Give the form with a trait that one form has; None where the district has none."""
        if trait not in self._only:
            self._only[trait] = min(self.having(trait), default=None)
        return self._only[trait]
