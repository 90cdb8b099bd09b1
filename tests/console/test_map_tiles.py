"""Tiles of the office's own map server under the map: only where a setting names it, from nowhere else, in their place."""

import io
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import atan, degrees, pi, sinh
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image

from schemas.tiles import TileServer, is_address
from schemas.vocabulary import Role
from services.cli.main import main
from services.console.queue.drawn_map import WIDTH, areas_of, window_of
from services.console.queue.tiles import NARROWEST, tiles_under
from services.policy.geography import fit_of
from services.runtime.settings import Settings
from tests.console.browser import BOTH, PHONE, WIDE, chromium, faults_of, sign_in
from tests.console.caller import Caller
from tests.console.desk import Desk, running_on
from tests.console.night import DISTRICT
from tests.kill.installation import Installation

pytestmark = pytest.mark.usefixtures("in_english")

__all__ = ["chromium"]
BY = "Bappeda Kabupaten Tuban"
TEMPLATE = "/tile/{z}/{x}/{y}.png"
PAGES = ("/peta", "/peta?kecamatan=35.23.11", "/peta?warna=jumlah&lama=4")
TILE = re.compile(r'<image class="tile" href="([^"]+)" x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)"')


def policy_of(caller: Caller, path: str) -> dict[str, str]:
    """Give the parts of a page's Content-Security-Policy."""
    told = caller.get(path).headers["content-security-policy"]
    return dict(part.strip().partition(" ")[::2] for part in told.split(";"))


class MapServer:
    """The office's map server: grey squares, and what was asked."""

    def __init__(self) -> None:
        picture = io.BytesIO()
        Image.new("RGB", (256, 256), (120, 160, 120)).save(picture, "PNG")
        self.asked: list[tuple[str, dict[str, str]]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                self.send_response(200)
                self.send_header("Content-Type", "image/png")
                self.end_headers()
                self.wfile.write(picture.getvalue())

            def log_message(self, *_told: Any) -> None:
                """Say nothing."""

        self._serving = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://localhost:{self._serving.server_port}"
        threading.Thread(target=self._serving.serve_forever, args=(0.01,), daemon=True).start()

    def end(self) -> None:
        self._serving.shutdown()
        self._serving.server_close()


@pytest.fixture(scope="module")
def server() -> Iterator[MapServer]:
    found = MapServer()
    yield found
    found.end()


@pytest.fixture(scope="module")
def tiled(server: MapServer, tmp_path_factory: pytest.TempPathFactory, blank_sqlite: bytes) -> Iterator[Desk]:
    tiles = TileServer(server.origin + TEMPLATE, BY)
    with running_on(tmp_path_factory.mktemp("tiles"), blank_sqlite, tiles=tiles) as found:
        yield found


def entered(desk: Desk) -> Caller:
    return desk.official(Role.COORDINATOR, "KESBANG", login="ratna")


@pytest.mark.parametrize("path", PAGES)
def test_without_the_setting_no_picture_of_another_host_is_named_or_let_in(desk: Desk, path: str) -> None:
    body = entered(desk).get(path).body
    assert "<image" not in body
    assert "Peta dasar" not in body
    assert policy_of(entered(desk), path)["img-src"] == "'self' blob:"


@pytest.mark.parametrize("path", PAGES)
def test_with_it_the_map_alone_may_ask_that_origin_for_pictures_alone(
    tiled: Desk, server: MapServer, path: str
) -> None:
    caller = entered(tiled)
    body, policy, plain = caller.get(path).body, policy_of(caller, path), policy_of(caller, "/utang")
    assert policy["img-src"] == f"{server.origin} 'self' blob:"
    assert plain["img-src"] == "'self' blob:"
    assert {name: value for name, value in policy.items() if name != "img-src"} == {
        name: value for name, value in plain.items() if name != "img-src"
    }
    found = TILE.findall(body)
    assert 1 < len(found) <= 36
    assert {urlsplit(address).netloc for address, *_ in found} == {urlsplit(server.origin).netloc}
    assert f"Peta dasar: {BY}." in body


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("https://peta.example/gwc/tms/1.0.0/tuban:desa@EPSG:900913@png/{z}/{x}/{y}.png", True),
        ("/gwc/wmts?layers=a:desa,a:jalan&z={z}&x={x}&y={y}", True),
        ("https://peta.example:x/{z}/{x}/{y}.png", False),
        ("https://peta.example,/{z}/{x}/{y}.png", False),
    ],
)
def test_colons_and_commas_belong_to_a_path_and_not_to_a_host(address: str, fits: bool) -> None:  # noqa: FBT001
    assert is_address(address) is fits


def test_a_server_behind_our_own_proxy_opens_nothing(tmp_path: Any, blank_sqlite: bytes) -> None:
    with running_on(tmp_path, blank_sqlite, tiles=TileServer(TEMPLATE)) as found:
        caller = entered(found)
        assert policy_of(caller, "/peta")["img-src"] == "'self' blob:"
        assert TILE.findall(caller.get("/peta").body)[0][0].startswith("/tile/")


@pytest.mark.parametrize("code", ["", "35.23.11", "35.23.17"])
def test_tiles_cover_the_picture_and_stand_where_their_degrees_are(code: str) -> None:
    shapes = [one for one in DISTRICT.desa_shapes if one.code.startswith(f"{code}.")] if code else DISTRICT.shapes
    window, fit = window_of(areas_of(DISTRICT, shapes, {})), fit_of(DISTRICT)
    assert window is not None
    assert fit is not None
    fit = fit.moved(window.scale, window.right, window.below)
    found = tiles_under(TileServer("/{z}/{x}/{y}"), fit, WIDTH, window.height)
    assert min(one.x for one in found) <= 0
    assert min(one.y for one in found) <= 0
    assert max(one.x + one.width for one in found) >= WIDTH
    assert max(one.y + one.height for one in found) >= window.height
    assert all(NARROWEST <= one.width < 2 * NARROWEST for one in found)
    assert sum(one.width * one.height for one in found) < (WIDTH + 640) * (window.height + 640)
    for one in found:
        zoom, x, y = map(int, one.address[1:].split("/"))
        lon, lat = x / 2**zoom * 360 - 180, degrees(atan(sinh(pi * (1 - 2 * y / 2**zoom))))
        assert fit.pixels(lon, lat) == pytest.approx((one.x, one.y), abs=0.01)
    for shape in shapes:  # a desa's own point lies on the tile that a map server has for it
        place = DISTRICT.places[shape.code]
        if place.lat is not None and place.lon is not None and code:
            px, py = fit.pixels(place.lon, place.lat)
            sx, sy = window.put(shape.x, shape.y)
            assert abs(px - sx) + abs(py - sy) < WIDTH / 4, place.name


@pytest.mark.parametrize(
    "address",
    [
        "peta.example/{z}/{x}/{y}.png",
        "ftp://peta.example/{z}/{x}/{y}.png",
        "https://peta.example/{z}/{x}.png",
        "https://peta.example/{z}/{x}/{y}/{y}.png",
        "https://{s}.peta.example/{z}/{x}/{y}.png",
        "https://peta.example/{s}/{z}/{x}/{y}.png",
        "https://rahasia:sandi@peta.example/{z}/{x}/{y}.png",
        "https://peta.example; script-src */{z}/{x}/{y}.png",
        "https://peta.example/{z}/{x}/{y}.png\n",
        "//peta.example/{z}/{x}/{y}.png",
        "https://*/{z}/{x}/{y}.png",
    ],
)
@pytest.mark.parametrize("words", [["serve", "console"], ["doctor"]], ids=" ".join)
def test_an_address_that_is_none_ends_a_start_in_one_sentence(
    address: str, words: list[str], tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
    monkeypatch.setenv("KENTONGAN_TILES", address)
    assert main(words) == 2
    told = capsys.readouterr().err
    assert told.startswith("Settings that cannot be read: KENTONGAN_TILES: no address of tiles")
    assert len(told.splitlines()) == 1
    assert "rahasia" not in told


def test_up_starts_nothing_with_an_address_that_is_none(tmp_path: Path) -> None:
    said = Installation(tmp_path, "", KENTONGAN_TILES="https://peta.example/{z}.png").refused_start()
    assert said.startswith("Settings that cannot be read: KENTONGAN_TILES:")
    assert not (tmp_path / "data" / "kentongan.db").exists()


def test_tiles_without_tls_under_pages_with_it_are_refused(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
    monkeypatch.setenv("KENTONGAN_TILES", "http://peta.example/{z}/{x}/{y}.png")
    assert Settings().tiles
    monkeypatch.setenv("KENTONGAN_BASE_URL", "https://siaga.example.go.id")
    assert main(["serve", "console"]) == 2
    assert "https" in capsys.readouterr().err


@pytest.mark.browser
@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_a_browser_shows_them_and_asks_nobody_else(tiled: Desk, server: MapServer, chromium: Any, size: Any) -> None:
    context = chromium.new_context(viewport=size)
    page = sign_in(context, tiled, "ratna")
    server.asked.clear()
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto(f"{tiled.url}/peta?kecamatan=35.23.11", wait_until="networkidle")
    named = page.locator("image.tile").count()
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(tiled.url).netloc, urlsplit(server.origin).netloc}
    assert len({path for path, _ in server.asked}) == named
    assert not any("referer" in headers or "cookie" in headers for _, headers in server.asked)
    assert wrong == []
    assert faults_of(page, *BOTH) == []
    context.close()
