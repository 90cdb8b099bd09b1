"""Distances, nearest desa, and how far a place reaches round its centre."""

import pytest

from schemas.district import District
from schemas.policy.places import Place
from services.policy.geography import Nearest, distance, radii
from services.policy.loader import default_folder, load_district


@pytest.fixture(scope="module")
def tuban() -> District:
    return load_district(default_folder())


def place(code: str, lat: float, lon: float, kind: str = "desa", kecamatan: str = "35.23.11") -> Place:
    return Place(code=code, kind=kind, name=code, kecamatan=kecamatan, lat=lat, lon=lon)


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        ((0.0, 0.0), (0.0, 1.0), 111_195),  # a degree of the equator on the mean sphere
        ((-6.9, 112.0), (-7.9, 112.0), 111_195),
        ((-6.9, 112.0), (-6.9, 112.0), 0),
        ((0.0, 179.9), (0.0, -179.9), 22_239),  # across the date line
    ],
)
def test_distances_are_those_of_the_sphere(one, other, metres):
    assert distance(*one, *other) == pytest.approx(metres, abs=1)
    assert distance(*other, *one) == pytest.approx(metres, abs=1)


def test_the_nearest_desa_is_what_a_walk_over_all_of_them_finds(tuban):
    villages = [p for p in tuban.places.values() if p.kind in {"desa", "kelurahan"}]
    nearest = Nearest(villages)
    for lat, lon in ((-6.9, 112.05), (-7.0, 111.8), (-7.1, 112.1), (-6.8801, 111.95)):
        walked = min((distance(lat, lon, v.lat, v.lon), v.code) for v in villages)  # type: ignore[arg-type]
        assert nearest.around(lat, lon)[0] == pytest.approx(walked)
    assert nearest.around(0.0, 0.0) == []


def test_a_desa_reaches_half_way_to_its_neighbours_and_a_kecamatan_over_all_its_desa(tuban):
    near = {p.code: p for p in (place("a", -7.0, 112.0), place("b", -7.0, 112.01), place("c", -7.01, 112.0))}
    reach = dict(radii(near, ()))
    assert all(1_000 <= metres <= 2_000 for metres in reach.values())
    for one in tuban.places.values():
        if one.kind not in {"desa", "kelurahan"}:
            continue
        kecamatan = tuban.places[one.kecamatan]
        apart = distance(kecamatan.lat, kecamatan.lon, one.lat, one.lon)  # type: ignore[arg-type]
        assert one.radius_m is not None
        assert kecamatan.radius_m is not None
        assert apart + one.radius_m <= kecamatan.radius_m + 100


def test_a_desa_without_neighbours_still_has_a_radius():
    assert dict(radii({"a": place("a", -7.0, 112.0)}, ()))["a"] > 0
