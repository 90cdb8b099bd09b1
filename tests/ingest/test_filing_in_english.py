"""Whatever reading a file or the door may say of it stands in English too."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from services.ingest.formats.chat import system_lines
from services.office import asks
from services.web import field_errors, problem_details
from services.web.in_english import SENTENCES, in_english

ROOT = Path(__file__).resolve().parents[2]
SAYING = {"Fault": 1, "UnreadableFile": 0, "Unread": 0, "Unparsed": 0, "Undelivered": 0, "ValueError": 0}
SAYING |= {"SourceError": 0, "say": 0}  # what an exchange with Siladeni says, and a list of ormas
SAYING |= {"Problem": 1}  # what the door says of a report as a whole
WHOLE = (
    "services/ingest/formats",
    "services/sheets",
    "services/cli/filing",
    "services/office/siladeni",
    "services/cli/office",
    "services/cli/policy",
)
ONE = (
    "services/ingest/app.py",
    "services/ingest/validation.py",
    "services/ingest/filing.py",
    "services/ingest/attachments.py",
    "services/console/report/pages.py",
    "services/office/ormas.py",
)
_SAYS = re.compile(r"\b(?:Problem|Fault)\(")


def modules() -> Iterator[tuple[ModuleType, ast.Module]]:
    files = [*(ROOT / one for one in ONE), *(file for one in WHOLE for file in sorted((ROOT / one).rglob("*.py")))]
    yield from map(read, files)


def read(file: Path) -> tuple[ModuleType, ast.Module]:
    name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    return importlib.import_module(name), ast.parse(file.read_text(encoding="utf-8"))


def problems() -> set[str]:
    """Give what any door says in a problem: `Problem(status, detail)`, `Fault(field, why)`, in every room."""
    found: set[str] = set()
    files = [file for file in sorted((ROOT / "services").rglob("*.py")) if _SAYS.search(file.read_text("utf-8"))]
    for module, tree in map(read, files):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in {"Problem", "Fault"}:
                told = [*node.args[1:2], *(one.value for one in node.keywords if one.arg in {"detail", "why"})]
                found |= {sentence for one in told for sentence in words(module, one) if " " in sentence}
    return found


def words(module: ModuleType, node: ast.expr) -> Iterator[str]:
    """Give the sentences that an expression can be, with something in each place that is filled in."""
    match node:
        case ast.Constant(value=str(said)):
            yield said
        case ast.Name(id=name) if isinstance(getattr(module, name, None), str):
            yield getattr(module, name)
        case ast.JoinedStr(values=parts):
            yield "".join(
                "".join(words(module, part)) if not isinstance(part, ast.FormattedValue) else filled(module, part)
                for part in parts
            )
        case ast.IfExp(body=one, orelse=other):
            yield from (*words(module, one), *words(module, other))


def filled(module: ModuleType, part: ast.FormattedValue) -> str:
    name = part.value.id if isinstance(part.value, ast.Name) else ""
    return str(getattr(module, name)) if name.isupper() else "7"


def said() -> set[str]:
    found: set[str] = set()
    for module, tree in modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            told = node.args[SAYING[name] :] if name in SAYING else []
            if (
                isinstance(node.func, ast.Attribute)
                and node.func.attr == "append"
                and "doubts" in ast.dump(node.func.value)
            ):
                told = node.args
            for one in told:
                parts = one.elts if isinstance(one, ast.Tuple) else [one]
                found |= {sentence for part in parts for sentence in words(module, part) if " " in sentence}
        for name, value in vars(module).items():  # tables of sentences by what a file holds
            if name.isupper() and isinstance(value, tuple) and value and isinstance(value[0], tuple):
                found |= {
                    row[1] for row in value if len(row) == 2 and isinstance(row[1], str) and " tidak dibaca" in row[1]
                }
    return found | set(field_errors._REASONS.values()) | set(problem_details.TITLES.values())


def whys() -> set[str]:
    """Give what is said of messages: what a name or an argument `why` is given."""
    found: set[str] = set()
    for module, tree in modules():
        for node in ast.walk(tree):
            match node:
                case ast.Assign(targets=[ast.Name(id="why")], value=value) | ast.keyword(arg="why", value=value):
                    found |= {sentence for sentence in words(module, value) if " " in sentence}
    return found


def left_out() -> set[str]:
    """Give the kinds of messages that are counted and make no report."""
    found = {kind for _, kind in system_lines._NO_MESSAGE}
    for module, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "left_out":
                found |= set(words(module, node.slice))
    return found


def test_every_kind_that_makes_no_report_stands_in_english_too() -> None:
    kinds = left_out()
    assert {"panggilan", "balasan pendek", "pesan kosong"} <= kinds
    assert {kind for kind in kinds if kind in in_english(f"1 {kind} tidak dijadikan laporan")} == set()


def test_every_sentence_about_a_file_stands_in_english_too() -> None:
    everything = said() | whys()
    assert {"waktu pesan tidak terbaca", "Aturan 7 sudah berlaku.", "7 sel, misalnya 7"} <= everything
    assert len(everything) > 90
    assert {one for one in everything if in_english(one) == one} == set()


def test_every_problem_of_every_door_stands_in_english_too() -> None:
    everything = problems()
    assert {"Basis data tidak menjawab", "harus daftar laporan", "bilangan 1 sampai 7"} <= everything
    assert {one for one in everything if in_english(one) == one} == set()


def test_every_ask_that_a_paper_makes_stands_in_english_too() -> None:
    module, tree = read(ROOT / "services/office/documents.py")
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and ast.unparse(one.func) == "asks.ask"]
    told = [word.value for call in calls for word in call.keywords if word.arg == "text"]
    written = {sentence for one in told for sentence in words(module, one)}
    assert len(written) == len(calls) == len(asks.WRITTEN)
    assert {one for one in written if in_english(one) == one} == set()


@pytest.mark.parametrize("sentence", SENTENCES)
def test_what_is_filled_in_is_kept(sentence: str) -> None:
    assert sentence.count("{}") == SENTENCES[sentence].count("{}")
    assert in_english(sentence.replace("{}", "Zz")).count("Zz") == sentence.count("{}")


@pytest.mark.parametrize(
    ("told", "english"),
    [
        ("harus salah satu dari 'a' atau 'b'", "must be one of 'a' or 'b'"),
        ("3 baris dilewati: jumlah (8), tanda tangan (9-10)", "3 rows were passed over: totals (8), signatures (9-10)"),
        ("lembar Rekap: 1 baris dilewati: jumlah (8)", "sheet Rekap: 1 rows were passed over: totals (8)"),
        (
            "bukan arsip zip yang utuh: simpan ulang, lalu kirim lagi",
            "no whole zip archive: save it again and send it again",
        ),
        (
            "Jadi ada di Soko atau Rengel, bukan di Jenu, periksa tempat",
            "Jadi is in Soko or Rengel, not in Jenu, look at the place",
        ),
        (
            "2 baris dilewati: baris dengan satu sel (5), judul kolom (6)",
            "2 rows were passed over: rows of one cell (5), column headings (6)",
        ),
        ("1 baris dilewati: baris dengan satu sel (5-7)", "1 rows were passed over: rows of one cell (5-7)"),
        ("1 panggilan tidak dijadikan laporan", "1 calls: made into no report"),
        ("2 pesan sistem tidak dijadikan laporan", "2 messages of the app: made into no report"),
        ("Tawuran di Soko", "Tawuran di Soko"),
    ],
)
def test_parts_that_are_sentences_are_told_in_english_as_well(told: str, english: str) -> None:
    assert in_english(told) == english
