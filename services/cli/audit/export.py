"""Write the audit log and all that proves it into a folder, for an inspectorate that has none of our programs."""

import argparse
import json
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any, TextIO

from services.cli.audit import check_export
from services.cli.audit.verify import shelf_of, trusted
from services.runtime.settings import Settings
from services.store.audit_verify import page_after
from services.store.database import Store
from services.store.transaction import Session

LINES, CHECKPOINTS, KEY, CHECK, README = (
    "journal.jsonl",
    "checkpoints.jsonl",
    "public-key.txt",
    "check.py",
    "BACA-README.txt",
)
PAGE = 5_000  # lines read in one transaction


def lines_to(store: Store, out: TextIO) -> int:
    """Write every sealed line as JSON, one a line, and note that; gives how many."""
    store.seal_now()
    many = 0
    for line in _lines(store):
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
        many += 1
    store.write_now(lambda tx: tx.audit("audit.exported", "office", lines=many))
    return many


def _lines(store: Store) -> Iterator[dict[str, Any]]:
    """Yield the lines with their time as the hash has it."""
    seq = 0
    while True:
        page = store.read_now(lambda session, after=seq: _page(session, after))  # type: ignore[misc]
        yield from page
        if len(page) < PAGE:
            return
        seq = page[-1]["seq"]


def _page(session: Session, after: int) -> list[dict[str, Any]]:
    found = page_after(session, after, PAGE)
    return [{**line, "at": line["at"].astimezone(UTC).isoformat()} for line in found if line["hash"]]


def run(options: argparse.Namespace, settings: Settings, store: Store) -> int:
    """Fill the folder; 1 where it is there already."""
    folder: Path = options.folder
    if folder.exists():
        print(f"{folder} is there already. Name a new folder.")
        return 1
    folder.mkdir(parents=True, mode=0o700)
    with (folder / LINES).open("w", encoding="utf-8") as out:
        many = lines_to(store, out)
    shelf = shelf_of(options, settings, keep=True)
    shelf.settle(store.clock())
    with (folder / CHECKPOINTS).open("w", encoding="utf-8") as out:
        kept = {one.said.line: one.checkpoint for one in sorted(shelf.found, key=lambda one: one.said.line)}
        out.writelines(one.model_dump_json() + "\n" for one in kept.values() if one)
    keys = options.key or trusted(settings)
    (folder / KEY).write_text("".join(f"{key}\n" for key in keys), encoding="ascii")
    (folder / CHECK).write_text(Path(check_export.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    facts = {"lines": many, "checkpoints": len(kept), "key": keys[0] if keys else "-"}
    (folder / README).write_text(TEXT.format(**facts), encoding="utf-8")
    print(f"{many} lines and {len(kept)} checkpoints written to {folder}")
    return 0


TEXT = """\
CATATAN AUDIT KENTONGAN                                                          (English below)

Isi folder ini
  journal.jsonl      {lines} baris, satu baris JSON untuk setiap tindakan: siapa, kapan, apa. Tidak memuat isi laporan.
  checkpoints.jsonl  {checkpoints} pernyataan bertanda tangan Ed25519: "baris sekian mempunyai sidik sekian".
  public-key.txt     kunci publik penanda tangan: {key}
  check.py           program pemeriksa, 100 baris, dapat dibaca; hanya memerlukan Python.

Cara memeriksa
  1. Bandingkan kunci publik di atas dengan kunci yang Anda terima lewat jalan lain (berita acara, kaki rekap harian).
     Kunci yang hanya ada di folder ini tidak membuktikan apa pun.
  2. Jalankan:  python3 check.py .  KUNCI-PUBLIK
     Hasilnya COCOK, atau SALAH dengan nomor baris pertama yang tidak cocok.
  3. Bandingkan satu baris dengan kaki rekap harian yang pernah dicetak: nomor baris dan sidiknya harus sama dengan
     "hash" pada baris itu di journal.jsonl.

Cara menghitung sidik satu baris
  SHA-256 dari teks JSON [sidik baris sebelumnya, nomor baris, isi] dengan kunci terurut dan tanpa spasi; isi ialah
  actor, at, data, incident_id, kind, subject_id, dan rows bila ada. Sidik sebelum baris 1 ialah teks kosong.

Yang tidak dibuktikan: bahwa suatu tindakan benar, atau bahwa baris setelah checkpoint terakhir lengkap.

----------------------------------------------------------------------------------------------------------------------
THE AUDIT LOG OF KENTONGAN

What is here
  journal.jsonl      {lines} lines, one JSON text for each act: who, when, what. No report's words are in it.
  checkpoints.jsonl  {checkpoints} statements signed with Ed25519: "this line had this hash".
  public-key.txt     the public key of who signed: {key}
  check.py           a program of 100 lines that checks it, to be read first; it needs Python only.

How to check
  1. Compare the public key above with the one you have from elsewhere (a protocol, the foot of a daily recap).
     A key that only this folder has proves nothing.
  2. Run:  python3 check.py .  PUBLIC-KEY
     It says FITS, or WRONG with the number of the first line that does not fit.
  3. Compare one line with the foot of a recap that was printed: number and hash must be the "hash" of that line in
     journal.jsonl.

How the hash of a line is made
  SHA-256 of the JSON text [hash of the line before, number, words] with sorted keys and no spaces; the words are actor,
  at, data, incident_id, kind, subject_id, and rows where there are some. The hash before line 1 is the empty text.
  A signature without Python: take "statement" of a checkpoint as it stands (without its outer quotes, \\" read as ")
  and check it with:  openssl pkeyutl -verify -pubin -inkey KEY.pem -rawin -in STATEMENT -sigfile SIGNATURE

What is not shown: that an act was right, or that the lines after the last checkpoint are all there.
"""
