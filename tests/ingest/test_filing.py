"""`kentongan file`: from a file to the door, whatever the line does, and an account of every row."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from services.cli.filing import command, sending
from services.cli.words.parser import Parser
from services.runtime.settings import Settings
from services.store.database import Store
from tests.ingest.door import Door
from tests.ingest.test_siladeni import HEADINGS, ROW, xlsx

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(door: Door, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call the command as the terminal does; gives the exit code, what it said and what it complained."""
    for name in ("KENTONGAN_KEY", "KENTONGAN_DATA", "KENTONGAN_SECRET"):
        monkeypatch.delenv(name, raising=False)

    def call(name: str, content: bytes | None, *words: str, key: bool = True) -> tuple[int, str, str]:
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        parser = Parser()
        command.add_arguments(parser)
        url = () if "--url" in words else ("--url", f"http://127.0.0.1:{door.port}")
        given = [str(path), *url, "--data", str(tmp_path), *(("--key", door.key()) if key else ()), *words]
        code = command.run(parser.parse_args(given))
        out, complaint = capsys.readouterr()
        return code, out, complaint

    return call


def rows(count: int) -> bytes:
    return b"".join(json.dumps({"text": f"Laporan nomor {number}."}).encode() + b"\n" for number in range(count))


def test_an_export_goes_in_and_again_is_the_same(door: Door, run: Run) -> None:
    table = xlsx(HEADINGS, ROW, [*ROW[:3], "31/02/2025", *ROW[4:]], ["Lain", *ROW[1:]])
    for _ in range(2):
        code, out, _ = run("laporan.xlsx", table)
        assert (code, out.splitlines()) == (
            1,
            [
                "2 diterima, 1 ditolak",
                "  lembar Laporan, baris 3, kolom Tanggal Kejadian: hari atau bulan tidak ada",
            ],
        )
    assert len(door.journal.kept) == 2
    assert {filed.source.channel for filed, _ in door.journal.kept.values()} == {"siladeni"}


def test_a_long_file_goes_in_batches(door: Door, run: Run) -> None:
    code, out, _ = run("x.jsonl", rows(1234), "--json")
    told = json.loads(out)
    assert (code, told["accepted"], told["refused"], len(door.journal.kept)) == (0, 1234, [], 1234)
    assert [each["line"] for each in told["reports"]] == list(range(1, 1235))


def test_a_dry_run_sends_nothing(door: Door, run: Run) -> None:
    code, out, _ = run("x.jsonl", rows(3) + b"{}\n", "--dry-run")
    table, account = out.split("\n\n")
    assert (code, account) == (1, "3 dapat dikirim, 1 ditolak\n  baris 4, kolom text: wajib diisi\n")
    assert [line.split()[0] for line in table.splitlines()[2:]] == ["1", "2", "3"]
    assert door.journal.calls == 0


TABLE = (
    "Judul;Tanggal Kejadian;Kecamatan;Desa;Uraian Kejadian;Pelapor;Lintang;Bujur\n"
    "Ribut;23/11/2025 9:15 PM;Soko;Bangunrejo;Dua orang luka;Darmaji;;\n"
    "Ricuh;31/02/2025;Atlantis;;Massa datang;Anonim;;\n"
    "Rusuh;Senin, 20 April 2025;;;Massa datang;Anonim;-7.1;111.9\n"
    "Demo\x1b[31m;;;;Massa\x1b[2J datang;;;\n"
)


def test_check_shows_a_table_of_what_would_be_filed_and_sends_nothing(door: Door, run: Run) -> None:
    code, out, _ = run("x.csv", TABLE.encode(), "--check")
    table, account = out.split("\n\n")
    rows_ = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in table.splitlines()]
    assert rows_[0] == ["baris", "waktu", "tempat", "pelapor", "laporan"]
    assert rows_[2] == ["2", "23/11/2025 21.15", "Bangunrejo, Soko", "Darmaji", "Ribut Dua orang luka"]
    assert rows_[3] == ["4 ?", "20/04/2025", "-7.1000,111.9000", "anonim", "Rusuh Massa datang"]
    assert rows_[4][:4] == ["5 ?", "saat dikirim", "dari teks", "-"]
    assert account.splitlines() == [
        "3 dapat dikirim, 1 ditolak",
        "  baris 3, kolom Tanggal Kejadian: hari atau bulan tidak ada",
        "2 perlu diperiksa",
        "  baris 4, kolom Tanggal Kejadian: nama hari tidak cocok dengan tanggalnya",
        "  baris 5, kolom Tanggal Kejadian: kosong, padahal baris lain bertanggal: dianggap terjadi saat dikirim",
    ]
    assert "\x1b" not in out  # nothing in a file steers the terminal
    assert (code, door.journal.calls) == (1, 0)


def test_check_as_json_holds_the_reports_and_the_doubts(door: Door, run: Run) -> None:
    code, out, _ = run("x.csv", TABLE.encode(), "--check", "--json")
    told = json.loads(out)
    assert (code, told["accepted"], told["doubtful"], door.journal.calls) == (1, 3, 2, 0)
    assert [each["line"] for each in told["reports"]] == [2, 4, 5]
    assert told["reports"][0]["report"]["kecamatan"] == "35.23.11"
    assert told["reports"][1]["doubts"] == [
        {"column": "Tanggal Kejadian", "why": "nama hari tidak cocok dengan tanggalnya"}
    ]
    assert told["refused"][0]["line"] == 3


def test_check_of_a_clean_file_is_zero(run: Run) -> None:
    assert run("x.csv", b"Uraian;Kecamatan\nRibut;Soko\n", "--check")[0] == 0


def test_what_was_checked_is_what_is_filed(door: Door, run: Run) -> None:
    _, out, _ = run("x.csv", TABLE.encode(), "--check", "--json")
    shown = {each["id"]: each["report"] for each in json.loads(out)["reports"]}
    code, out, _ = run("x.csv", TABLE.encode())
    assert (code, out.splitlines()[0]) == (1, "3 diterima, 1 ditolak")
    assert "2 perlu diperiksa" in out
    for id_, (filed, _) in door.journal.kept.items():
        report = filed.report.model_dump(mode="json", exclude_defaults=True, exclude={"notes"})
        assert report == {name: value for name, value in shown[str(id_)].items() if name != "notes"}


def test_what_was_left_out_of_a_file_is_said(run: Run) -> None:
    chat = "23/11/25 21.10 - Darmaji keluar\n23/11/25 21.15 - Darmaji: Massa datang\n"
    code, out, _ = run("wa.txt", chat.encode(), "--check")
    assert (code, out.splitlines()[-1]) == (0, "Catatan: 1 pesan sistem tidak dijadikan laporan.")


def test_a_pasted_message_goes_in(door: Door, run: Run) -> None:
    code, out, _ = run("wa.txt", b"[24/11/25 10.00] Rukun: Tawuran di Soko")
    assert (code, out) == (0, "1 diterima, 0 ditolak.\n")
    assert door.journal.only.source.channel == "message"


def test_rows_known_from_another_key_are_not_an_error(door: Door, run: Run) -> None:
    run("x.jsonl", rows(2))
    code, out, _ = run("x.jsonl", rows(3), "--key", door.key(name="Pos Rengel"), key=False)
    assert (code, out) == (0, "1 diterima, 2 sudah ada, 0 ditolak.\n")


def test_an_id_of_its_own_with_other_content_is_refused(run: Run) -> None:
    row = {"id": "0197c3a4-6f0e-7000-8000-000000000001", "text": "a"}
    run("x.jsonl", json.dumps(row).encode())
    code, out, _ = run("x.jsonl", json.dumps(row | {"text": "b"}).encode())
    assert (code, out.splitlines()[0]) == (1, "0 diterima, 1 ditolak")
    assert "baris 1, kolom id" in out


def test_without_a_key_the_machines_own_is_used_if_it_can_be_read(door: Door, run: Run, tmp_path: Path) -> None:
    code, _, complaint = run("x.jsonl", rows(1), key=False)
    assert code == 2
    assert "KENTONGAN_KEY" in complaint
    (tmp_path / "secret").write_text(door.keys.secret.current.hex(), encoding="ascii")
    settings = Settings(data=tmp_path)

    async def look() -> None:
        store = Store(settings.database)
        store.read_now(door.keys.refresh)
        store.close()

    made = Store(settings.database)
    made.upgrade()
    made.close()
    door.keys.look = look
    assert run("x.jsonl", rows(1), key=False)[0] == 0
    assert door.journal.only.source.reporter == "local"
    assert sending.local_key("http://203.0.113.1:8080", settings) is None  # never sent to another machine


def test_the_key_may_come_from_the_environment(door: Door, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENTONGAN_KEY", door.key())
    assert run("x.jsonl", rows(1), key=False)[0] == 0


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("tidak-ada.csv", None, 2), ("rusak.xlsx", b"PK", 1), ("kosong.csv", b"", 1), ("lain.csv", b"a,b\n1,2\n", 1)],
)
def test_a_file_that_cannot_be_read_is_a_sentence(run: Run, name: str, content: bytes | None, code: int) -> None:
    got, _, complaint = run(name, content)
    assert got == code
    assert len(complaint.splitlines()) == 1
    assert name in complaint


def test_a_wrong_key_is_a_sentence(run: Run) -> None:
    code, _, complaint = run("x.jsonl", rows(1), "--key", "kt_wrong", key=False)
    assert (code, len(complaint.splitlines())) == (2, 1)


@pytest.mark.parametrize("url", ["kentongan.tuban.go.id", "localhost:8080", "ftp://127.0.0.1", "https://"])
def test_an_address_that_is_none_is_a_sentence_and_bad_usage(run: Run, url: str) -> None:
    code, _, complaint = run("x.jsonl", rows(1), "--url", url)
    assert (code, len(complaint.splitlines())) == (2, 1)
    assert f"Alamat {url.rstrip('/')} tidak dikenal" in complaint


def test_a_file_that_is_not_there_is_said_in_both_languages(run: Run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    told = {(name, language): run(name, None, "--language", language)[2] for name in ("tiada.csv", "folder")
            for language in ("id", "en")}  # fmt: skip
    assert [said.strip().rsplit(": ", 1)[1] for said in told.values()] == [
        "berkas tidak ada", "there is no such file", "folder, bukan berkas", "a folder, not a file",
    ]  # fmt: skip


class _Moody(BaseHTTPRequestHandler):
    """A door on a bad line: hangs up, says later, takes half, then the rest."""

    seen: list[list[Any]]

    def do_POST(self) -> None:
        sent = [json.loads(line) for line in self.rfile.read(int(self.headers["Content-Length"])).splitlines()]
        self.seen.append(sent)
        match len(self.seen):
            case 1:
                self.close_connection = True
                return
            case 2 | 3:
                self.send_response(503 if len(self.seen) == 2 else 429)
                self.send_header("Retry-After", "0")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
        half = len(sent) // 2
        told = [
            {"line": number, "status": 202, "id": row["id"]}
            if number > half
            else {"line": number, "status": 503, "problem": {}}
            for number, row in enumerate(sent, 1)
        ]
        body = "".join(json.dumps(each) + "\n" for each in told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""


@pytest.fixture
def moody(door: Door, monkeypatch: pytest.MonkeyPatch) -> Any:
    seen: list[list[Any]] = []
    server = None
    for port in range(door.port + 1, door.port + 200):
        try:
            server = HTTPServer(("127.0.0.1", port), type("Moody", (_Moody,), {"seen": seen}))
            break
        except OSError:
            continue
    assert server is not None
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    async def at_once(_: float) -> None:
        """Wait without waiting."""

    monkeypatch.setattr(sending, "pause", at_once)
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()


def test_a_bad_line_is_tried_again_with_the_same_ids(run: Run, moody: Any) -> None:
    url, seen = moody
    code, out, _ = run("x.jsonl", rows(8), "--url", url)
    assert (code, out) == (0, "8 diterima, 0 ditolak.\n")
    assert seen[0] == seen[1] == seen[2] == seen[3]
    assert [len(sent) for sent in seen] == [8, 8, 8, 8, 4, 2, 1]


def test_nobody_at_the_door_is_a_sentence(run: Run, moody: Any) -> None:
    code, _, complaint = run("x.jsonl", rows(1), "--url", "http://127.0.0.1:1")
    assert (code, len(complaint.splitlines())) == (1, 1)
    assert "http://127.0.0.1:1" in complaint


IN_ENGLISH = (
    "3 can be sent, 1 refused",
    "  row 3, column Tanggal Kejadian: there is no such day or month",
    "2 to be looked at",
    "  row 4, column Tanggal Kejadian: the day of the week is not that of the date",
    "  row 5, column Tanggal Kejadian: empty, while other rows have a date: taken for the time of sending",
)


def test_whoever_asks_for_english_is_answered_in_english(run: Run) -> None:
    code, out, _ = run("x.csv", TABLE.encode(), "--check", "--language", "en")
    table, account = out.split("\n\n")
    assert (code, tuple(account.splitlines())) == (1, IN_ENGLISH)
    heads, _, first, _, last = table.splitlines()
    assert heads.split() == ["row", "time", "place", "reporter", "report"]
    assert "Bangunrejo, Soko" in first
    assert "on sending" in last
    assert "from the text" in last
    told = json.loads(run("x.csv", TABLE.encode(), "--check", "--language", "en", "--json")[1])
    assert told["refused"][0]["errors"] == [{"column": "Tanggal Kejadian", "why": "there is no such day or month"}]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("kosong.csv", b"", "the file is empty"),
        ("rusak.xlsx", b"PK", "no whole xlsx: save it again and send it again"),
        ("foto.jpg", b"\xff\xd8\xff", "a JPEG photograph is not read"),
        ("lain.csv", b"a,b\n1,2\n", "there is no row of column headings that is known"),
        ("panjang.csv", b"\n" * 2_000_000 + b"x", "This file holds more than 1048576 rows: divide it"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_english(run: Run, name: str, content: bytes, said: str) -> None:
    code, _, complaint = run(name, content, "--language", "en")
    assert code == 1
    assert said in complaint
    assert len(complaint.splitlines()) == 1


def test_the_doors_refusals_are_told_in_english(door: Door, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, complaint = run("x.jsonl", rows(1), "--key", "kt_wrong", "--language", "en", key=False)
    assert (code, complaint) == (2, "There is no key, or it is not known: give --key or KENTONGAN_KEY\n")
    row = {"id": "0197c3a4-6f0e-7000-8000-000000000001", "text": "a"}
    run("x.jsonl", json.dumps(row).encode())
    code, out, _ = run("x.jsonl", json.dumps(row | {"text": "b"}).encode(), "--language", "en")
    assert (code, out.splitlines()[0]) == (1, "0 accepted, 1 refused")
    old = {"text": "Ribut di pasar", "observed_at": "2020-04-20T01:30:00+07:00"}
    _, _, complaint = run("y.jsonl", json.dumps(old).encode(), "--language", "en")
    assert complaint.startswith("1 reports are older than 30 days; officers are called all the same.")

    async def at_once(_: float) -> None:
        return None

    monkeypatch.setattr(sending, "pause", at_once)
    where = ("--url", "http://127.0.0.1:9", "--language", "en")
    code, _, complaint = run("x.jsonl", rows(1), *where)
    assert code == 1
    assert complaint.startswith("Cannot reach http://127.0.0.1:9 (")
    assert complaint.endswith("; nothing was sent\n")
