"""The map of the district and of one kecamatan by desa: the same as a list, for whom it may be told, light, no holes."""

import gzip
import re
from uuid import uuid4

import pytest

from schemas.vocabulary import Level, Role
from services.console.queue.drawn_map import TALLEST, WIDTH, areas_of, window_of, zoomed
from services.store.transaction import Transaction
from tests.console.desk import running
from tests.console.night import DISTRICT

SOKO, PLUMPANG = "35.23.11", "35.23.17"
KECAMATAN = sorted(code for code, place in DISTRICT.places.items() if place.kind == "kecamatan")
DESA = {code: place.kecamatan for code, place in DISTRICT.places.items() if place.kind in ("desa", "kelurahan")}


def rings(path: str) -> list[list[tuple[float, float]]]:
    """Give the rings of an area's path."""
    told = re.findall(r"M([^Z]+)Z", path)
    return [[(float(x), float(y)) for x, y in (at.split(",") for at in ring.split("L"))] for ring in told]


def drawn(body: str) -> dict[str, int]:
    """Give how many incidents the picture shows in each area."""
    return {name: int(count) for name, count in re.findall(r"<title>([^:<]+): (\d+) peristiwa", body)}


def listed(body: str) -> dict[str, int]:
    """Give how many the list shows."""
    rows = re.findall(r'<li><a href="/(?:\?desa=|peta\?kecamatan=)[\d.]+">([^<]+)</a><span>(\d+) ', body)
    return {name: int(count) for name, count in rows}


def at_desa(desk, name: str, desa: str, level: int) -> None:
    """Put an incident of the night into a desa."""

    def act(tx: Transaction) -> None:
        one = desk.incident(name)
        one.desa, one.kecamatan, one.level = desa, DESA[desa], level
        tx.session.merge(one)

    desk.write(act)


def test_every_desa_of_the_district_has_a_cell_and_the_cells_fill_their_kecamatan():
    shapely = pytest.importorskip("shapely")
    assert {shape.code for shape in DISTRICT.desa_shapes} == set(DESA)
    cells = {
        one.code: shapely.union_all([shapely.Polygon(ring) for ring in rings(one.path)]) for one in DISTRICT.desa_shapes
    }
    whole = shapely.union_all(list(cells.values()))
    assert sum(cell.area for cell in cells.values()) == pytest.approx(whole.area, rel=0.005)
    assert len(getattr(whole, "interiors", [])) == 0
    for one in DISTRICT.desa_shapes:
        assert cells[one.code].contains(shapely.Point(one.x, one.y)), one.code
    for shape in DISTRICT.shapes:
        own = shapely.union_all([cell for code, cell in cells.items() if DESA[code] == shape.code])
        area = shapely.union_all([shapely.Polygon(ring) for ring in rings(shape.path)])
        assert own.symmetric_difference(area).area < 0.08 * area.area, shape.code


@pytest.mark.parametrize("code", KECAMATAN)
def test_a_kecamatan_fills_the_picture_and_the_picture_is_light(code: str):
    shapes = [one for one in DISTRICT.desa_shapes if DESA[one.code] == code]
    found = areas_of(DISTRICT, shapes, {shapes[0].code: (3, int(Level.TINGGI))})
    window = window_of(found)
    assert window is not None
    areas, height = zoomed(found, window), window.height
    points = [at for area in areas for ring in rings(area.path) for at in ring]
    assert min(x for x, _ in points) >= -0.1
    assert max(x for x, _ in points) <= WIDTH + 0.1
    assert max(y for _, y in points) == pytest.approx(height, abs=1)
    assert height <= TALLEST
    assert height == TALLEST or max(x for x, _ in points) == pytest.approx(WIDTH, abs=0.2)
    assert [area.count for area in areas] == [3, *[0] * (len(areas) - 1)]
    assert [area.level for area in areas][:2] == ["TINGGI", None]


def test_the_picture_says_what_the_list_says(desk, person):
    at_desa(desk, "clash", f"{SOKO}.2001", 4)
    at_desa(desk, "protest", f"{SOKO}.2001", 2)
    at_desa(desk, "church", f"{SOKO}.2003", 3)
    body = person("ratna").get(f"/peta?kecamatan={SOKO}").body
    first, third = (DISTRICT.places[f"{SOKO}.{number}"].name for number in (2001, 2003))
    assert {name: count for name, count in drawn(body).items() if count} == listed(body) == {first: 2, third: 1}
    assert len(drawn(body)) == sum(1 for kecamatan in DESA.values() if kecamatan == SOKO)
    worst = re.search(rf'href="/\?desa={SOKO}\.2001" aria-label="([^"]+)"><path class="area l-kritis"', body)
    assert worst is not None
    assert worst[1] == f"{first}: 2 peristiwa, Kritis"
    assert "bukan batas resmi" in body
    assert body.count('tabindex="-1"') == len(drawn(body)) - 2  # by keyboard whoever has something is reached
    whole = person("ratna").get("/peta").body
    assert {name: count for name, count in drawn(whole).items() if count} == listed(whole)
    assert len(drawn(whole)) == 20


def test_a_cell_leads_to_the_list_of_its_desa(desk, person):
    at_desa(desk, "clash", f"{SOKO}.2001", 4)
    at_desa(desk, "church", f"{SOKO}.2003", 3)
    body = person("ratna").get(f"/?desa={SOKO}.2001").body
    assert set(re.findall(r'href="/peristiwa/([0-9a-f-]{36})"', body)) == {desk.ids["clash"]}
    assert f'name="desa" value="{SOKO}.2001"' in body
    assert DISTRICT.places[f"{SOKO}.2001"].name in body


def test_of_what_is_masked_the_desa_is_neither_drawn_nor_found(desk, person):
    desa = f"{PLUMPANG}.2001"
    at_desa(desk, "bomb", desa, 4)
    named = person("ratna")  # for this issue
    assert listed(named.get(f"/peta?kecamatan={PLUMPANG}").body) == {DISTRICT.places[desa].name: 1}
    assert desk.ids["bomb"] in named.get(f"/?desa={desa}").body
    for login in ("agus", "dewi"):
        other = person(login)
        assert desk.ids["bomb"] not in other.get(f"/?desa={desa}").body
    stranger = desk.official(Role.COORDINATOR, "KESBANG", login="baru", clearance=4)
    body = stranger.get(f"/peta?kecamatan={PLUMPANG}").body
    assert "Tidak ada peristiwa terbuka" in body
    assert set(drawn(body).values()) == {0}

    def act(tx: Transaction) -> None:
        one = desk.incident("clash")
        one.issue, one.kecamatan, one.desa = "SLT", PLUMPANG, desa
        tx.session.merge(one)

    desk.write(act)
    assert listed(stranger.get(f"/peta?kecamatan={PLUMPANG}").body) == {DISTRICT.places[desa].name: 1}


def test_who_does_not_oversee_has_no_map_and_an_unknown_kecamatan_is_not_found(desk, person):
    assert desk.official(Role.MEMBER, "POLRES").get("/peta").status == 403
    for code in ("35.23.99", "x", str(uuid4()), "<b>"):
        assert person("ratna").get(f"/peta?kecamatan={code}").status == 404


@pytest.mark.parametrize("code", ["", "35.23.05", SOKO])
def test_the_page_of_the_map_weighs_less_than_eighty_kilobytes(desk, person, code: str):
    body = person("ratna").get(f"/peta?kecamatan={code}").body
    sent = sum(len(gzip.compress(person("ratna").get(path).body.encode(), 5)) for path in assets(body))
    assert len(gzip.compress(body.encode(), 5)) < 10_000
    assert sent + len(gzip.compress(body.encode(), 5)) < 80_000


def assets(body: str) -> set[str]:
    """Give the scripts and styles that a page loads."""
    return set(re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css)[^"]*)"', body))


def test_the_map_names_who_published_its_borders_and_breaks_the_lines_of_the_rest(new_database, desk, person):
    assert "bukan batas resmi" in person("ratna").get("/peta").body
    source = "Badan Contoh & mitra, batas 2026"
    taken = [one.model_copy(update={"source": "" if one.code == SOKO else source}) for one in DISTRICT.shapes]
    district = DISTRICT.model_copy(update={"shapes": tuple(taken)})
    with running(new_database("sqlite"), district=district) as other:
        caller = other.official(Role.COORDINATOR, "KESBANG", login="baru")
        for path in ("/peta", "/", "/peringatan/tempat"):
            body = caller.get(path).body
            assert "Batas resmi: Badan Contoh &amp; mitra, batas 2026." in body, path
            assert "Garis putus-putus: 1 wilayah masih batas perkiraan." in body, path
            assert "bukan batas resmi" not in body, path
            assert len(re.findall(r'class="area[^"]* rough"', body)) == 1, path
        assert "bukan batas resmi" in caller.get(f"/peta?kecamatan={SOKO}").body  # of its desa nothing was taken
