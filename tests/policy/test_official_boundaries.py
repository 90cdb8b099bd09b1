"""Official boundaries from GeoJSON: what is wrong is named by feature and code, what is right becomes the map."""

import doctest
import itertools
import json
import math
import random
import re
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from schemas.district import District
from services.cli.main import main
from services.cli.places import features, picture, rings, simplify
from services.cli.places.picture import HEIGHT, MOST, MOST_DESA, WIDTH, approximate
from services.policy.loader import default_folder, load_district

shapely = pytest.importorskip("shapely")
SOURCE = "Badan Contoh, batas 2026"
SOKO, KENDURUAN, BANCAR = "35.23.11", "35.23.01", "35.23.06"
Collection = dict[str, Any]


@pytest.fixture(scope="module")
def plain() -> District:
    return load_district(default_folder())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the district's folder."""
    return copytree(default_folder(), tmp_path / "kabupaten")


def kecamatan_of(district: District) -> list[str]:
    return sorted(code for code, place in district.places.items() if place.kind == "kecamatan")


def desa_of(district: District) -> list[str]:
    return sorted(code for code, place in district.places.items() if place.kind in ("desa", "kelurahan"))


def collection(district: District, *, desa: bool = False, name: str = "kode", undotted: bool = False) -> Collection:
    """Give the approximate map's own areas in degrees, as an office would publish them; neighbours share their points."""
    shapes = approximate(district, district.desa_shapes if desa else district.shapes)
    made = []
    for code, told in sorted(shapes.items()):
        closed = [[[round(x, 7), round(y, 7)] for x, y in [*ring, ring[0]]] for ring in told]
        value = code.replace(".", "") if undotted else code
        geometry = {"type": "MultiPolygon", "coordinates": [[ring] for ring in closed]}
        made.append({"type": "Feature", "properties": {name: value, "nama": "x"}, "geometry": geometry})
    return {"type": "FeatureCollection", "features": made}


def imported(folder: Path, told: Any, *options: str) -> int:
    file = folder.parent / "batas.geojson"
    file.write_text(told if isinstance(told, str) else json.dumps(told), encoding="utf-8")
    return main(["places", "import", str(file), "--source", SOURCE, "--district", str(folder), *options])


def polygons(path: str) -> Any:
    told = [[tuple(map(float, at.split(","))) for at in ring.split("L")] for ring in re.findall(r"M([^Z]+)Z", path)]
    return shapely.union_all([shapely.Polygon(ring).buffer(0) for ring in told])


def ring_of(told: Collection, number: int) -> list[list[float]]:
    return told["features"][number - 1]["geometry"]["coordinates"][0][0]


@pytest.mark.parametrize("module", [features, picture, rings, simplify], ids=lambda one: one.__name__.split(".")[-1])
def test_the_examples_hold(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("name", "undotted"), [("kode", False), ("KODE_KEC", True), ("kd_kecamatan", True), ("KDCPUM", False)]
)
def test_kecamatan_are_matched_by_code_and_drawn_with_their_source(plain, folder, name, undotted, capsys):
    assert imported(folder, collection(plain, name=name, undotted=undotted)) == 0
    assert "20 dari 20 kecamatan" in capsys.readouterr().out
    taken = load_district(folder)
    assert {shape.code for shape in taken.shapes} == set(kecamatan_of(plain))
    assert {shape.source for shape in taken.shapes} == {SOURCE}
    assert {shape.source for shape in taken.desa_shapes} == {""}
    areas = {shape.code: polygons(shape.path) for shape in taken.shapes}
    whole = shapely.union_all(list(areas.values()))
    assert sum(one.area for one in areas.values()) == pytest.approx(whole.area, rel=0.002)  # no gap, no overlap
    assert all(areas[shape.code].contains(shapely.Point(shape.x, shape.y)) for shape in taken.shapes)
    west, north, east, south = whole.bounds
    assert (west, north) == pytest.approx((0, 0), abs=0.2)
    assert east <= WIDTH + 0.2
    assert south <= HEIGHT + 0.2
    before = {shape.code: polygons(shape.path) for shape in plain.shapes}
    for code, area in areas.items():
        scale = (areas[SOKO].area / before[SOKO].area) ** 0.5
        assert area.area == pytest.approx(before[code].area * scale**2, rel=0.1), code


def test_desa_make_the_kecamatan_too(plain, folder):
    told = collection(plain, desa=True, name="KDEPUM")
    for one in told["features"]:
        one["properties"]["KDCPUM"] = one["properties"]["KDEPUM"][:8]  # a desa also names its kecamatan
    assert imported(folder, told) == 0
    taken = load_district(folder)
    assert {shape.source for shape in (*taken.shapes, *taken.desa_shapes)} == {SOURCE}
    assert [shape.code for shape in taken.desa_shapes] == desa_of(plain)
    kecamatan = {shape.code: polygons(shape.path) for shape in taken.shapes}
    assert sorted(kecamatan) == kecamatan_of(plain)
    whole = shapely.union_all(list(kecamatan.values()))
    assert sum(one.area for one in kecamatan.values()) == pytest.approx(whole.area, rel=0.005)
    assert max((shapely.Polygon(hole).area for hole in getattr(whole, "interiors", [])), default=0) < 0.01 * whole.area


def turned(told: Collection, number: int, change: Callable[[float, float], tuple[float, float]]) -> None:
    ring = ring_of(told, number)
    ring[:] = [list(change(x, y)) for x, y in ring]


def crossed(told: Collection) -> None:
    ring = ring_of(told, 2)
    ring[1], ring[2] = ring[2], ring[1]
    ring[3], ring[9] = ring[9], ring[3]


def twice(told: Collection) -> None:
    told["features"].append(json.loads(json.dumps(told["features"][1])))


def exchanged(told: Collection) -> None:
    one, other = told["features"][0]["properties"], told["features"][16]["properties"]
    one["kode"], other["kode"] = other["kode"], one["kode"]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda told: turned(told, 2, lambda x, y: (y, x)), r"fitur 2, 35\.23\.02: lintang dan bujur tertukar"),
        (lambda told: turned(told, 2, lambda x, y: (x, -y)), r"fitur 2, 35\.23\.02: lintang tercermin"),
        (
            lambda told: turned(told, 2, lambda x, y: (x * 111_320, y * 110_574)),
            r"fitur 2, 35\.23\.02: koordinat bukan derajat",
        ),
        (lambda told: turned(told, 2, lambda x, y: (x - 5, y)), r"fitur 2, 35\.23\.02: di luar kabupaten"),
        (lambda told: ring_of(told, 2).pop(), r"fitur 2, 35\.23\.02: cincin tidak tertutup"),
        (lambda told: ring_of(told, 2).__delitem__(slice(2, None)), r"fitur 2, 35\.23\.02: cincin dengan 2 titik"),
        (crossed, r"fitur 2, 35\.23\.02: garisnya memotong atau menyentuh diri sendiri di 111\.\d+, -6\.\d+"),
        (lambda told: ring_of(told, 2).__setitem__(3, ["a", None]), r"fitur 2, 35\.23\.02: koordinat rusak"),
        (lambda told: ring_of(told, 2).__setitem__(3, [math.nan, 1.0]), r"fitur 2, 35\.23\.02: koordinat rusak"),
        (lambda told: told["features"][1].update(geometry=None), r"fitur 2, 35\.23\.02: bukan Polygon"),
        (lambda told: told["features"][1]["properties"].clear(), r"fitur 2: tidak ada kode Kemendagri"),
        (
            lambda told: told["features"][1]["properties"].update(kode="35.23.77"),
            r"fitur 2, 35\.23\.77: kode tidak dikenal",
        ),
        (
            lambda told: told["features"][1]["properties"].update(kode="3523010"),
            r"fitur 2, 35\.23\.01\.0: kode tidak dikenal",
        ),
        (twice, r"fitur 21, 35\.23\.02: kode ini sudah dipakai fitur 2"),
        (exchanged, r"fitur 1, 35\.23\.17: jauh dari titik Plumpang"),
        (lambda told: told["features"].pop(1), r"35\.23\.02: Jatirogo tidak ada di berkas"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_taken(plain, folder, spoil, said, capsys):
    told = collection(plain)
    spoil(told)
    assert imported(folder, told) == 1
    found = capsys.readouterr().err
    assert re.search(said, found), found
    assert "Tidak ada yang diambil." in found
    assert load_district(folder) == plain


def test_an_area_over_another_is_named(plain, folder, capsys):
    told = collection(plain)
    box = shapely.Polygon(ring_of(told, 2)).bounds
    west, south, east, north = box
    ring_of(told, 2)[:] = [
        [west - 0.05, south - 0.09], [east + 0.05, south - 0.09], [east + 0.05, north + 0.09],
        [west - 0.05, north + 0.09], [west - 0.05, south - 0.09],
    ]  # fmt: skip
    assert imported(folder, told) == 1
    assert re.search(r"fitur \d+, 35\.23\.\d\d: wilayahnya ditutupi fitur 2, 35\.23\.02", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("{", "bukan JSON"),
        ("[" * 100_000, "bukan JSON"),
        ("[]", "bukan FeatureCollection"),
        ({"type": "Topology", "features": []}, "bukan FeatureCollection"),
        (
            {
                "type": "FeatureCollection",
                "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32749"}},
                "features": [],
            },
            "EPSG::32749: ubah dulu",
        ),
    ],
)
def test_what_is_no_geojson_is_said_so(folder, told, said, capsys):
    assert imported(folder, told) == 2
    assert said in capsys.readouterr().err


def test_what_is_of_elsewhere_is_passed_over(plain, folder, capsys):
    told = collection(plain)
    far = [[[100.0, 0.0], [101.0, 0.0], [101.0, 1.0], [100.0, 0.0]]]
    for code in ("35.22.01", "35.23"):
        feature = {"type": "Feature", "properties": {"kode": code}, "geometry": {"type": "Polygon", "coordinates": far}}
        told["features"].insert(0, feature)
    assert imported(folder, told) == 0
    assert "2 fitur kabupaten lain atau batas kabupaten dilewati" in capsys.readouterr().out
    told["features"] = told["features"][:2]
    assert imported(folder, told) == 1
    assert "Tidak ada wilayah kabupaten ini" in capsys.readouterr().err


def test_partly_takes_what_is_right_and_the_rest_stays_approximate_and_in_its_place(plain, folder, capsys):
    told = collection(plain)
    told["features"][1]["geometry"] = None
    assert imported(folder, told, "--partly") == 1
    assert "fitur 2, 35.23.02" in capsys.readouterr().err
    taken = {shape.code: shape for shape in load_district(folder).shapes}
    assert [code for code, shape in taken.items() if not shape.source] == ["35.23.02"]
    whole = [polygons(shape.path) for shape in taken.values()]
    assert sum(one.area for one in whole) == pytest.approx(shapely.union_all(whole).area, rel=0.01)


def test_check_changes_nothing_and_remove_goes_back(plain, folder, capsys):
    files = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert imported(folder, collection(plain), "--check") == 0
    assert "tidak ada yang diubah" in capsys.readouterr().out
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == files
    assert imported(folder, collection(plain, desa=True)) == 0
    assert imported(folder, collection(plain)) == 0  # replaces the whole of the earlier one
    assert {shape.source for shape in load_district(folder).desa_shapes} == {""}
    assert main(["places", "import", "--remove", "--district", str(folder)]) == 0
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == files
    assert main(["places", "import", "--remove", "--district", str(folder)]) == 0
    assert "Tidak ada batas resmi" in capsys.readouterr().out


def test_a_source_is_asked_for(plain, folder, capsys):
    file = folder.parent / "batas.geojson"
    file.write_text(json.dumps(collection(plain)))
    for more in ([], ["--source", "  "], ["--source", "x" * 121]):
        assert main(["places", "import", str(file), "--district", str(folder), *more]) == 2
    assert "--source" in capsys.readouterr().err
    assert main(["places", "import", "--source", SOURCE, "--district", str(folder)]) == 2


def finer(told: Collection, parts: int) -> Collection:
    """Give each edge many points beside its line, the same for both areas of it, as a survey has them."""

    def line(one: list[float], other: list[float]) -> list[list[float]]:
        dice = random.Random(repr(sorted((one, other))))
        first, last = sorted((one, other))
        wide, high = last[0] - first[0], last[1] - first[1]
        points = []
        for part in range(1, parts):
            share, off = part / parts, dice.uniform(-0.004, 0.004)
            points.append([first[0] + wide * share - high * off, first[1] + high * share + wide * off])
        return points if first == one else points[::-1]

    for feature in told["features"]:
        for [ring] in feature["geometry"]["coordinates"]:
            ring[:] = [at for one, other in itertools.pairwise(ring) for at in (one, *line(one, other))] + [ring[0]]
    return told


def test_many_points_become_a_light_map_without_gaps(plain, folder):
    told = finer(collection(plain, desa=True), 16)
    points = sum(len(ring) for one in told["features"] for [ring] in one["geometry"]["coordinates"])
    assert points > 30_000
    assert imported(folder, told) == 0
    taken = load_district(folder)
    assert sum(len(shape.path) for shape in taken.shapes) <= MOST
    for kecamatan in kecamatan_of(plain):
        own = [shape for shape in taken.desa_shapes if shape.code.startswith(kecamatan)]
        assert sum(len(shape.path) for shape in own) <= MOST_DESA
    for shapes in (taken.shapes, taken.desa_shapes):
        areas = [polygons(shape.path) for shape in shapes]
        assert sum(one.area for one in areas) == pytest.approx(shapely.union_all(areas).area, rel=0.005)


def test_rings_that_cross_are_found_as_shapely_finds_them():
    dice = random.Random(7)
    kinds = {True: 0, False: 0}
    for _ in range(400):
        many = dice.randint(4, 14)
        angles = sorted(dice.uniform(0, 2 * math.pi) for _ in range(many))
        ring = [(math.cos(one) * dice.uniform(0.6, 1), math.sin(one) * dice.uniform(0.6, 1)) for one in angles]
        if dice.random() < 0.5:
            one, other = dice.sample(range(many), 2)
            ring[one], ring[other] = ring[other], ring[one]
        valid = shapely.Polygon(ring).is_valid
        kinds[valid] += 1
        assert (rings.crossing(ring) is None) is valid, ring
    assert min(kinds.values()) > 50
