"""Siladeni's files come in once, answers go back once per change, and whatever is odd is named."""

import asyncio
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from aiohttp import web
from sqlalchemy import update
from sqlmodel import select

from schemas.office.records import HandedOver, Pulled
from schemas.records.answers import Sitrep
from schemas.records.reports import Report
from schemas.vocabulary import Role
from services.cli.main import main
from services.cli.office import siladeni
from services.cli.words.parser import Parser
from services.console.report.receipt import ticket
from services.incidents import lifecycle
from services.office.siladeni.export import own_number
from services.office.siladeni.hand_over import hand_over
from services.office.siladeni.sources import Folder, Http, Source, SourceError, is_web, source_of
from services.policy.loader import DistrictError, default_folder, district_of, read_files
from services.security.auth import Identity, Receipts
from services.store.database import Store
from tests.console.night import DISTRICT, SECRET, Clock, fill, report_id
from tests.house import House
from tests.servers import free_port

RATNA = Identity("ratna", "Ratna", Role.COORDINATOR, "KESBANG", clearance=4)
CSV = (
    "No Laporan,Uraian Kejadian,Kecamatan,Tanggal Kejadian,Warna Spanduk\n"
    "SLD-001,Bentrok dua kelompok pemuda di dekat balai desa,Soko,23/11/2026,merah\n"
    "SLD-002,Warga menolak tambang pasir dan menutup jalan,Semanding,22/11/2026,putih\n"
)


# -- answers go back ----------------------------------------------------------------------------------------------------


@pytest.fixture
def night(database: str):
    clock = Clock()
    store = Store(database, clock)
    ids, _ = store.write_now(fill)
    numbers = {"clash": "SLD-7", "protest": "SLD-8", "bomb": "SLD-9", "drill": "SLD-10"}

    def number(tx: Any) -> None:
        for name, theirs in numbers.items():
            notes = {"Nomor asal": theirs, "Warna": "merah"}
            tx.session.execute(update(Report).where(Report.id == str(report_id(name))).values(notes=notes))

    store.write_now(number)
    yield store, clock, ids
    store.close()


def table(file: Path) -> list[dict[str, str]]:
    sheet = openpyxl.load_workbook(file)["Jawaban"]
    headings, *lines = sheet.iter_rows(values_only=True)
    return [dict(zip(headings, line, strict=True)) for line in lines]


def test_only_what_has_changed_goes_and_a_second_run_changes_nothing(night, tmp_path: Path) -> None:
    store, clock, ids = night
    folder = tmp_path / "jawaban"
    first = store.write_now(lambda tx: hand_over(tx, DISTRICT, folder))
    assert first.file is not None
    given = {row["No Laporan"]: row for row in table(first.file)}
    assert set(given) == {"SLD-7", "SLD-8"}
    assert list(given["SLD-7"]) == list(DISTRICT.office.export.columns)
    assert given["SLD-7"]["Status Laporan"] == "Diteruskan"
    assert (given["SLD-7"]["Kecamatan"], given["SLD-7"]["Kategori Laporan"]) == ("Soko", "Perguruan silat")
    again = store.write_now(lambda tx: hand_over(tx, DISTRICT, folder))
    assert (again.file, again.rows) == (None, 0)
    assert [file.name for file in folder.iterdir()] == [first.file.name]
    clock.forward(30)
    words = "Sudah dimediasi, hub Budi 081234567890."
    sitrep = {
        "id": "s1",
        "incident_id": ids["protest"],
        "institution": "LH",
        "by": "dewi",
        "at": clock(),
        "text": words,
    }
    store.write_now(lambda tx: tx.add(Sitrep, [sitrep]))
    store.write_now(lambda tx: lifecycle.close(tx, ids["protest"], RATNA, "Selesai."))
    second = store.write_now(lambda tx: hand_over(tx, DISTRICT, tmp_path))
    [row] = table(second.file)
    assert (row["No Laporan"], row["Status Laporan"]) == ("SLD-8", "Selesai")
    assert "Sudah dimediasi" in row["Tindakan/Langkah Penanganan"]
    assert "081234567890" not in row["Tindakan/Langkah Penanganan"]
    everything = store.write_now(lambda tx: hand_over(tx, DISTRICT, tmp_path, everything=True))
    assert everything.rows == 2


def test_a_run_that_was_cut_off_writes_the_same_file_again(night, tmp_path: Path) -> None:
    store, _, _ = night
    folder = tmp_path / "jawaban"

    class CutOffError(Exception):
        pass

    def cut(tx: Any) -> None:
        hand_over(tx, DISTRICT, folder)
        raise CutOffError

    with pytest.raises(CutOffError):
        store.write_now(cut)
    before = [file.name for file in folder.iterdir()]
    store.write_now(lambda tx: hand_over(tx, DISTRICT, folder))
    assert [file.name for file in folder.iterdir()] == before
    assert len(store.read_now(lambda session: session.exec(select(HandedOver)).all())) == 2


def test_of_two_reports_with_one_number_the_latest_speaks_and_the_number_is_named(night, tmp_path: Path) -> None:
    store, _, _ = night

    def double(tx: Any) -> None:
        tx.session.execute(
            update(Report).where(Report.id == str(report_id("church"))).values(notes={"Nomor asal": "SLD-8"})
        )

    store.write_now(double)
    done = store.write_now(lambda tx: hand_over(tx, DISTRICT, tmp_path))
    assert done.doubled == ("SLD-8",)
    [row] = [row for row in table(done.file) if row["No Laporan"] == "SLD-8"]
    assert row["Kategori Laporan"] == "Tambang dan lingkungan"  # the protest was told after the church


def test_both_sides_know_a_report_by_the_number_on_its_receipt(night, tmp_path: Path) -> None:
    store, _, _ = night
    done = store.write_now(lambda tx: hand_over(tx, DISTRICT, tmp_path))
    numbers = {row["No Laporan"]: row["Nomor Kentongan"] for row in table(done.file)}
    assert (
        numbers["SLD-7"] == ticket(report_id("clash"), Receipts(SECRET)).number == own_number(str(report_id("clash")))
    )


def test_words_that_look_like_a_formula_stay_words(night, tmp_path: Path) -> None:
    store, clock, ids = night
    sitrep = {"id": "s1", "incident_id": ids["clash"], "institution": "LH", "by": "dewi", "at": clock(), "text": "x"}
    store.write_now(lambda tx: tx.add(Sitrep, [sitrep]))
    notes = {"Nomor asal": '=HYPERLINK("http://evil.example")'}
    store.write_now(lambda tx: tx.session.execute(update(Report).where(Report.id == ids["clash"]).values(notes=notes)))
    done = store.write_now(lambda tx: hand_over(tx, DISTRICT, tmp_path))
    sheet = openpyxl.load_workbook(done.file)["Jawaban"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert notes["Nomor asal"] in {cell.value for cell in cells}
    assert "f" not in {cell.data_type for cell in cells}


@pytest.mark.parametrize(
    ("written", "wrong", "why"),
    [
        ('"Status Laporan" = "status"', '"Status Laporan" = "stat"', "Input should be"),
        ("only_theirs = true", "only_their = true", "Extra inputs"),
        ('signatory = "KABAN"', 'signatory = "KABIN"', "KABIN"),
        ("[office.ormas_letters]\na = ", "[office.ormas_letters]\naa = ", "match pattern"),
    ],
)
def test_a_column_or_setting_that_is_none_is_named_with_its_line(written: str, wrong: str, why: str) -> None:
    files = read_files(default_folder())
    assert written in files["district.toml"]
    with pytest.raises(DistrictError) as error:
        district_of({**files, "district.toml": files["district.toml"].replace(written, wrong)})
    assert why in str(error.value)


# -- every source keeps one contract ------------------------------------------------------------------------------------


class Siladeni:
    """A fake of an address that answers JSON: rows added one by one, each with its cursor."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.wrong: Callable[[], web.Response] | None = None
        self.keys: set[str | None] = set()
        self.sent: list[tuple[str | None, dict[str, Any]]] = []  # by what name, and what

    async def take(self, request: web.Request) -> web.Response:
        self.keys.add(request.headers.get("Authorization"))
        self.sent.append((request.headers.get("Idempotency-Key"), await request.json()))
        return self.wrong() if self.wrong else web.Response(status=204)

    async def answer(self, request: web.Request) -> web.Response:
        self.keys.add(request.headers.get("Authorization"))
        if self.wrong:
            return self.wrong()
        since = int(request.query.get("sejak", 0))
        some = self.rows[since : since + 1]
        return web.json_response({"laporan": some, "berikutnya": str(since + len(some))})


@pytest.fixture
async def siladeni_server():
    fake = Siladeni()
    app = web.Application()
    app.router.add_get("/api", fake.answer)
    app.router.add_post("/jawaban", fake.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    yield fake, f"http://127.0.0.1:{port}/api"
    await runner.cleanup()


# -- answers go to an address -------------------------------------------------------------------------------------------


def arguments(*words: str) -> Any:
    parser = Parser()
    siladeni.add_arguments(parser)
    return parser.parse_args(words)


async def export_to(store: Store, url: str, *, all_: bool = False) -> int:
    return await siladeni._send(store, DISTRICT, url, "kunci", str, everything=all_)


async def test_what_has_changed_is_sent_to_an_address_once_it_has_it(
    night: Any, siladeni_server: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr("services.office.siladeni.hand_over.PART", 1)
    (store, _, _), (fake, url) = night, siladeni_server
    url = url.replace("/api", "/jawaban")
    assert await export_to(store, url) == 0
    assert [len(body["jawaban"]) for _, body in fake.sent] == [1, 1]
    assert {body["jawaban"][0]["No Laporan"] for _, body in fake.sent} == {"SLD-7", "SLD-8"}
    assert all(name == body["kiriman"] for name, body in fake.sent)
    assert fake.keys == {"Bearer kunci"}
    assert await export_to(store, url) == 0
    assert len(fake.sent) == 2
    assert capsys.readouterr().out.splitlines() == ["2 baris dikirim.", "Tidak ada yang berubah."]


@pytest.mark.parametrize("status", [500, 302, 404])
async def test_what_an_address_does_not_take_is_sent_again_under_the_same_name(
    night: Any, siladeni_server: Any, status: int, capsys: Any
) -> None:
    (store, _, _), (fake, url) = night, siladeni_server
    url = url.replace("/api", "/jawaban")
    fake.wrong = lambda: web.Response(status=status, headers={"Location": "/api"})
    assert await export_to(store, url) == 1
    assert f"Siladeni menjawab {status}" in capsys.readouterr().err
    fake.wrong = None
    assert await export_to(store, url) == 0
    assert fake.sent[0] == fake.sent[1]
    assert len(fake.sent) == 2


async def test_an_address_that_is_not_there_is_named_and_nothing_is_noted(night: Any, capsys: Any) -> None:
    store, _, _ = night
    assert await export_to(store, f"http://127.0.0.1:{free_port()}/") == 1
    assert "tidak terjangkau" in capsys.readouterr().err
    assert store.read_now(lambda session: session.exec(select(HandedOver)).all()) == []


def test_a_web_address_is_told_from_a_folder() -> None:
    assert is_web(arguments("export", "--to", "https://siladeni.example/jawaban").to)
    assert not is_web(arguments("export", "--to", "/mnt/http").to)


async def everything(source: Source, cursor: str = "") -> list[Any]:
    return [one async for one in source.fetch(cursor)]


@pytest.fixture(params=["folder", "http"])
async def way(request: pytest.FixtureRequest, tmp_path: Path, siladeni_server: Any):
    """A source of each kind, and how one more report gets into it."""
    fake, url = siladeni_server
    if request.param == "http":
        return Http(url, "kunci"), lambda number: fake.rows.append({"No Laporan": number, "Uraian Kejadian": "Rebutan"})

    def add(number: str) -> None:
        (tmp_path / f"{number}.csv").write_text(f"No Laporan,Uraian Kejadian\n{number},Rebutan\n", encoding="utf-8")

    return Folder(tmp_path, steady=0), add


async def test_a_source_gives_what_there_is_the_same_each_time(way: Any) -> None:
    source, add = way
    assert await everything(source) == []
    add("SLD-1")
    add("SLD-2")
    first = await everything(source)
    assert [b"SLD-1" in one.data for one in first].count(True) == 1
    assert len({one.data for one in first}) == len(first) == 2
    assert [one.data for one in await everything(source)] == [one.data for one in first]
    add("SLD-3")
    more = await everything(source, first[-1].cursor)
    assert b"SLD-3" in more[-1].data


async def test_http_goes_on_from_its_cursor_and_shows_its_key(siladeni_server: Any) -> None:
    fake, url = siladeni_server
    fake.rows = [{"No Laporan": "1"}, {"No Laporan": "2", "Lain": None}]
    source = Http(url, "kunci")
    found = await everything(source)
    assert [one.cursor for one in found] == ["1", "2"]
    assert await everything(source, "2") == []
    assert fake.keys == {"Bearer kunci"}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (lambda: web.Response(status=500), "menjawab 500"),
        (lambda: web.Response(status=302, headers={"Location": "http://169.254.169.254/"}), "menjawab 302"),
        (lambda: web.Response(text="<html>"), "bukan JSON"),
        (lambda: web.Response(text="[" * 60_000), "bukan JSON"),
        (lambda: web.json_response([]), "tidak berisi daftar"),
        (lambda: web.json_response({"laporan": ["x"]}), "tidak berisi daftar"),
    ],
)
async def test_an_answer_that_is_none_is_named(siladeni_server: Any, wrong: Any, why: str) -> None:
    fake, url = siladeni_server
    fake.wrong = wrong
    with pytest.raises(SourceError, match=why):
        await everything(Http(url))


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="tidak dapat dibaca"):
        await everything(Folder(tmp_path / "gone", steady=0))
    assert isinstance(source_of("https://siladeni.example"), Http)
    assert isinstance(source_of("/mnt/siladeni"), Folder)


@pytest.mark.parametrize("words", [("export", "--to"), ("pull", "--from")])
def test_an_address_of_another_kind_is_named_and_is_no_folder(
    words: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert siladeni.run(arguments(*words, "sftp://siladeni.example/keluar")) == 1
    assert "alamat sftp tidak dikenal" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


# -- reports come in ----------------------------------------------------------------------------------------------------


def puller(house: House, folder: Path, key: str) -> siladeni.Puller:
    parser = Parser()
    siladeni.add_arguments(parser)
    options = parser.parse_args(["pull", "--from", str(folder), "--url", house.url, "--key", key])
    made = siladeni.Puller(house.store, house.district, house.settings, options)
    made.source = Folder(folder, steady=0)
    return made


async def test_a_file_is_taken_in_once_and_its_unknown_column_is_named(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "laporan.csv").write_text(CSV, encoding="utf-8")
    key = await house.key("siladeni", Role.REPORTER)
    assert await puller(house, tmp_path, key).once() == 0
    said = capsys.readouterr()
    assert "2 diterima, 0 ditolak" in said.out
    assert "kolom Warna Spanduk tidak dikenal" in said.err
    await house.settle()
    reports = house.rows(Report)
    assert {report.channel for report in reports} == {"siladeni"}
    assert {report.notes["Nomor asal"] for report in reports} == {"SLD-001", "SLD-002"}
    assert await puller(house, tmp_path, key).once() == 0
    assert "Tidak ada berkas baru" in capsys.readouterr().out
    (tmp_path / "salinan.csv").write_text(CSV + "\n", encoding="utf-8")
    assert await puller(house, tmp_path, key).once() == 0
    await house.settle()
    assert len(house.rows(Report)) == 2
    assert len(house.rows(Pulled)) == 2
    done = house.write(lambda tx: hand_over(tx, house.district, tmp_path / "jawaban"))
    assert {row["No Laporan"] for row in table(done.file)} == {"SLD-001", "SLD-002"}


async def test_a_row_that_is_wrong_is_named_and_the_others_are_in(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "laporan.csv").write_text(CSV.replace("22/11/2026", "32/13/2026"), encoding="utf-8")
    assert await puller(house, tmp_path, await house.key("siladeni", Role.REPORTER)).once() == 1
    said = capsys.readouterr()
    assert "1 diterima, 1 ditolak" in said.out
    assert "baris 3" in said.err


async def test_while_the_door_is_shut_nothing_is_noted_as_taken(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def no_pause(_: float) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr("services.cli.filing.sending.pause", no_pause)
    (tmp_path / "laporan.csv").write_text(CSV, encoding="utf-8")
    shut = puller(house, tmp_path, await house.key("siladeni", Role.REPORTER))
    shut.options.url = "http://127.0.0.1:9"
    assert await shut.once() == 1
    assert "tidak ada yang terkirim" in capsys.readouterr().err
    assert house.rows(Pulled) == []


async def test_our_own_answers_are_never_taken_in_as_reports(house: House, tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "laporan.csv").write_text(CSV, encoding="utf-8")
    key = await house.key("siladeni", Role.REPORTER)
    await puller(house, tmp_path, key).once()
    await house.settle()
    house.write(lambda tx: hand_over(tx, house.district, tmp_path))
    capsys.readouterr()
    assert await puller(house, tmp_path, key).once() == 1
    assert "tidak ada baris judul kolom yang dikenal" in capsys.readouterr().err
    assert len(house.rows(Report)) == 2


async def test_a_link_in_the_folder_is_not_followed(tmp_path: Path) -> None:
    """Others write into that folder: a link of theirs must not lead to a file of this machine."""
    shared, ours = tmp_path / "shared", tmp_path / "ours"
    shared.mkdir()
    ours.mkdir()
    (ours / "people.csv").write_text("Uraian Kejadian\nrahasia kantor\n", encoding="utf-8")
    (shared / "laporan.csv").write_text("Uraian Kejadian\nTawuran di Soko\n", encoding="utf-8")
    (shared / "milik-kami.csv").symlink_to(ours / "people.csv")
    assert [one.name async for one in Folder(shared, steady=0).fetch("")] == ["laporan.csv"]


async def test_a_link_that_is_laid_between_two_looks_is_not_followed_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, shared = tmp_path / "people.csv", tmp_path / "shared"
    shared.mkdir()
    ours.write_text("Uraian Kejadian\nrahasia kantor\n", encoding="utf-8")
    (shared / "laporan.csv").write_bytes(ours.read_bytes())
    looked = Path.lstat

    def lay(file: Path) -> os.stat_result:
        found = looked(file)
        if file.parent == shared and stat.S_ISREG(found.st_mode):
            file.unlink()
            file.symlink_to(ours)
        return found

    monkeypatch.setattr(Path, "lstat", lay)
    assert [one.name async for one in Folder(shared, steady=0).fetch("")] == []


@pytest.mark.parametrize(
    ("language", "said"),
    [("id", ("baris 2: nomor atau nama kosong", "Tidak ada yang berubah.")), ("en", ("row 2: number or name is empty", "Nothing has changed."))],
)  # fmt: skip
def test_the_office_is_told_in_its_own_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, language: str, said: tuple[str, str]
) -> None:
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
    assert main(["db", "upgrade"]) == 0
    book = openpyxl.Workbook()
    for row in (["nomor", "nama"], ["", "Karang Taruna"]):
        book.active.append(row)
    book.save(tmp_path / "ormas.xlsx")
    assert main(["ormas", "import", str(tmp_path / "ormas.xlsx"), "--language", language]) == 1
    (tmp_path / "keluar").mkdir()
    assert main(["siladeni", "export", "--to", str(tmp_path / "keluar"), "--language", language]) == 0
    told = capsys.readouterr()
    assert said[0] in told.err
    assert said[1] in told.out
