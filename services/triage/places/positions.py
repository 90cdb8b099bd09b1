"""Join what words, codes of a form and the reporter's position say of the place. Pure.

A position is kept exactly as it was sent, and only such a one is called exact. It names the nearest desa where neither
field nor words name a place: "dari posisi pelapor". Otherwise it is a check: the words of a man in Rengel may speak of
Soko.
"""

from schemas.assessment import PlaceBasis, PlaceFound, Precision
from schemas.district import District
from schemas.messages import Position, ReportIn
from schemas.policy.places import Place
from schemas.words.explanations import reason
from services.policy.geography import Area, Nearest, distance, kabupaten_code, kecamatan_code
from services.triage.places.decision import Decision
from services.triage.places.wordings import Told

FARTHEST = 6_000  # metres from the nearest desa's centre beyond which a position names none
# What names the place -> how its difference from the reporter's position is said.
_BESIDE_POSITION: dict[PlaceBasis | None, str] = {
    "fields": "place_form_position",
    "place": "place_field_position",
    "text": "place_text_position",
}
BESIDE = 1_000  # metres beyond a place's radius within which a position still agrees with it


class Positions:
    """A district's points: which desa is nearest, what its centre stands for."""

    def __init__(self, district: District) -> None:
        self._places = {**district.neighbours, **district.places}
        self._nearest = Nearest(self._places.values())
        self._area = Area.of(district)

    def placed(self, report: ReportIn, words: Told, text: Decision) -> PlaceFound:
        """Give the place of a report; what the form says wins over the words, these win over the position.

        `words` is what text and place field say together, `text` what the text says alone.
        """
        by_field = report.kecamatan or (kecamatan_code(report.desa) if report.desa else None)
        near = self._near(report.position) if report.position else None
        told, basis, contradiction = words.decision, words.basis, words.contradiction
        if by_field is not None:
            told, basis = self._by_field(report, by_field, told), "fields"
            contradiction = self._differs(by_field, words, text)
        elif near is not None and not told.kecamatan and not told.kecamatan_name and self._allows(told, near):
            named = self._named_there(told, near)
            told = self._by_position(named or near, told)
            basis = "position" if named is None else words.basis or "text"
        return self._pointed(report.position, near, told, contradiction, basis)

    def _near(self, position: Position) -> Place | None:
        """Give the desa nearest to a position, unless even that is far away."""
        around = self._nearest.around(position.lat, position.lon)
        return self._places[around[0][1]] if around and around[0][0] <= FARTHEST else None

    def _allows(self, told: Decision, near: Place) -> bool:
        """Tell whether the words, in doubt among some places, leave room for this one."""
        if told.kabupaten is not None and kabupaten_code(near.code) != told.kabupaten:
            return False
        return not told.candidates or any(near.code.startswith(kecamatan_code(code)) for code in told.candidates)

    def _named_there(self, told: Decision, near: Place) -> Place | None:
        """Give the desa that the words mean, of several of one name, by the kecamatan of the position."""
        meant = [code for code in told.candidates if kecamatan_code(code) == near.kecamatan != code]
        return self._places[meant[0]] if len(meant) == 1 else None

    def _by_position(self, near: Place, told: Decision) -> Decision:
        kecamatan = self._places.get(near.kecamatan)
        return Decision(
            kabupaten=kabupaten_code(near.code),
            kecamatan=near.kecamatan,
            desa=near.code,
            kecamatan_name=kecamatan.name if kecamatan else None,
            desa_name=near.name,
            spans=told.spans,
            sites=told.sites,
            named=told.named,
        )

    def _by_field(self, report: ReportIn, code: str, told: Decision) -> Decision:
        """Let the form's codes win."""
        desa = report.desa or (told.desa if told.desa and told.desa.startswith(code) else None)
        place, desa_place = self._places.get(code), self._places.get(desa or "")
        return Decision(
            kabupaten=kabupaten_code(code),
            kecamatan=code,
            desa=desa,
            kecamatan_name=place.name if place else None,
            desa_name=desa_place.name if desa_place else None,
            spans=told.spans,
            sites=told.sites,
            named=told.named,
        )

    def _differs(self, code: str, words: Told, text: Decision) -> str | None:
        """Show where the text, or the place field, names another kecamatan than the form's codes."""
        place = self._places.get(code)
        named = place.name if place else code
        if text.kecamatan not in {None, code}:
            return reason("place_form_text", named, text.kecamatan_name)
        if words.basis == "place" and words.decision.kecamatan not in {None, code}:
            return reason("place_form_field", named, words.decision.kecamatan_name)
        return None

    def _pointed(
        self,
        position: Position | None,
        near: Place | None,
        told: Decision,
        contradiction: str | None,
        basis: PlaceBasis | None,
    ) -> PlaceFound:
        """Give the place its point: the reported position if it lies there, else a centre that says it is one."""
        lat: float | None = None
        lon: float | None = None
        precision: Precision | None = None
        radius: int | None = None
        place = self._places.get(told.desa or told.kecamatan or "")
        slip = position is not None and self._area.mirrored(position.lat, position.lon)
        if (
            position is not None
            and not slip
            and (place is None or basis == "position" or self._lies_at(position, place))
        ):
            lat, lon, precision = position.lat, position.lon, "exact"
            radius = None if position.accuracy_m is None else round(position.accuracy_m)
        elif place is not None:
            lat, lon, radius = place.lat, place.lon, place.radius_m
            precision = "desa" if told.desa else "kecamatan"
        if position is not None and precision != "exact" and contradiction is None:
            where = near.name if near else f"{position.lat:.4f}, {position.lon:.4f}"
            if slip:
                contradiction = reason("place_position_mirrored", where)
            else:
                contradiction = reason(_BESIDE_POSITION[basis], told.desa_name or told.kecamatan_name, where)
        return PlaceFound.model_construct(
            kabupaten=told.kabupaten,
            kecamatan=told.kecamatan,
            desa=told.desa,
            kecamatan_name=told.kecamatan_name,
            desa_name=told.desa_name,
            candidates=told.candidates,
            contradiction=contradiction,
            spans=told.spans,
            lat=lat,
            lon=lon,
            precision=precision if lat is not None else None,
            radius_m=radius if lat is not None else None,
            basis=basis,
            landmark=told.landmark,
            sites=told.sites,
            named=told.named,
        )

    def _lies_at(self, position: Position, place: Place) -> bool:
        """Tell whether a position lies at a place, as far as its centre and radius can tell."""
        if place.lat is None or place.lon is None:
            return True
        within = (place.radius_m or FARTHEST) + BESIDE + (position.accuracy_m or 0)
        return distance(position.lat, position.lon, place.lat, place.lon) <= within
