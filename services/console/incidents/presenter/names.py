"""Name issues, forms and places as the district and the reader's language do. Pure."""

from typing import Any

from schemas.district import District
from schemas.records.incidents import Incident
from schemas.words.explanations import SEPARATOR, explained, language_of
from services.console import texts as words
from services.console.incidents.views import (
    PlaceView,
    Sentence,
)
from services.incidents.access import Reach
from services.security.redaction import with_dots


class Names:
    """What one district calls things, in one language."""

    def __init__(self, district: District, language: str) -> None:
        self._district = district
        self._language = language

    def issue_label(self, code: str) -> str:
        """Name an issue; its code where the district no longer knows it."""
        return self._label(self._district.issues.get(code)) or code

    def form_label(self, code: str) -> str:
        """Name a form; its code where the district no longer knows it."""
        return self._label(self._district.forms.get(code)) or words.name("form", code, self._language)

    def _explained(self, kept: str) -> Sentence:
        """Say why the machine judged so, issues and forms by the names that the district gives them."""
        if kept in self._district.forms:  # as an earlier version kept it
            return Sentence(self.form_label(kept), self._language)
        code, separator, value = kept.partition(SEPARATOR)
        named = {"form": self.form_label, "same_form": self.form_label, "same_issue": self.issue_label}
        said = explained(code + separator + (named[code](value) if code in named else value), self._language)
        return Sentence(said, language_of(kept, self._language))

    def _label(self, entry: Any) -> str | None:
        return getattr(entry, f"label_{self._language}", None)

    def _place_name(self, code: str | None) -> str:
        place = self._district.places.get(code or "") or self._district.neighbours.get(code or "")
        return place.name if place else ""

    def _place(self, incident: Incident, extent: Reach) -> PlaceView:
        kept = incident.place
        kecamatan_name = kept.get("kecamatan_name") or self._place_name(incident.kecamatan) or None
        if extent == Reach.MASKED:
            label = f"Kec. {kecamatan_name}" if kecamatan_name else self._district.name
            return PlaceView(label=label, kecamatan=incident.kecamatan, kecamatan_name=kecamatan_name)
        desa_name = kept.get("desa_name") or self._place_name(incident.desa) or None
        known = self._district.places.get(incident.desa or "")
        kind = "Kel." if known and known.kind == "kelurahan" else "Desa"
        parts = [f"{kind} {desa_name}" if desa_name else "", f"Kec. {kecamatan_name}" if kecamatan_name else ""]
        label = ", ".join(part for part in parts if part) or with_dots(kept.get("told") or "") or self._district.name
        return PlaceView(
            label=label,
            kecamatan=incident.kecamatan,
            kecamatan_name=kecamatan_name,
            desa=incident.desa,
            desa_name=desa_name,
            candidates=tuple(self._place_name(code) or code for code in kept.get("candidates", ())),
            contradiction=explained(kept["contradiction"], self._language) if kept.get("contradiction") else None,
            by_place_field=kept.get("basis") == "place",
            by_position=kept.get("basis") == "position",
        )
