"""Take official boundaries of kecamatan and desa into the district's folder, or take them out again.

The approximate map stays where it is: what is taken in lies beside it and is used instead. The running services prove
the changed folder and put it in force by themselves, with a line in the audit log, as after any change of the rules.
"""

import argparse
import sys
from pathlib import Path

from schemas.district import District
from schemas.words.district_faults import fault_said
from services.cli.connect import settings_of
from services.cli.places.features import NotGeoJson, Read, features_of, read
from services.cli.places.in_english import said
from services.cli.places.picture import approximate, table, with_kecamatan
from services.policy.geography import VILLAGES
from services.policy.loader import (
    BOUNDARIES,
    BOUNDARIES_DESA,
    DistrictError,
    district_of,
    load_district,
    read_files,
)

MOST = 200_000_000  # bytes of one file
SAID = 40  # faults that are named one by one
NAME = 120  # letters of a source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `places`."""
    acts = parser.add_subparsers(dest="act", required=True)
    take = acts.add_parser("import", help="official boundaries from GeoJSON, matched by Kemendagri code")
    take.add_argument("files", type=Path, nargs="*", metavar="FILE", help="GeoJSON of kecamatan, of desa, or of both")
    take.add_argument("--source", default="", metavar="TEXT", help="who published them, and when: stands below the map")
    take.add_argument("--property", default="", metavar="NAME", help="the property that holds the code")
    take.add_argument("--check", action="store_true", help="say what is wrong and change nothing")
    take.add_argument("--partly", action="store_true", help="take what is right although something is wrong")
    take.add_argument("--remove", action="store_true", help="go back to the approximate boundaries")
    take.add_argument("--district", type=Path, metavar="DIR", help="district's folder (default: KENTONGAN_DISTRICT)")


def run(options: argparse.Namespace) -> int:
    """Do it: 0 done, 1 something is wrong in the files, 2 they cannot be read or the command is not whole."""
    language, folder = options.language, options.district or settings_of(options).district
    if options.remove:
        return _remove(folder, language)
    source = " ".join(options.source.split())
    if not options.files or (not source and not options.check) or len(source) > NAME:
        wanted = f"Sebut berkasnya dan --source (paling panjang {NAME} huruf): tampil di bawah peta."
        print(said(wanted, language), file=sys.stderr)
        return 2
    district = load_district(folder)
    try:
        found = _read(options.files, district, options.property)
    except NotGeoJson as error:
        print(said(str(error), language), file=sys.stderr)
        return 2
    for fault in found.faults[:SAID]:
        print(said(str(fault), language), file=sys.stderr)
    if len(found.faults) > SAID:
        print(said(f"dan {len(found.faults) - SAID} lagi", language), file=sys.stderr)
    if found.elsewhere:
        print(said(f"{found.elsewhere} fitur kabupaten lain atau batas kabupaten dilewati.", language))
    if not found.areas or (found.faults and not options.partly):
        nothing = "Tidak ada yang diambil." if found.faults else "Tidak ada wilayah kabupaten ini."
        print(said(nothing, language), file=sys.stderr)
        return 1
    return _take(folder, district, found, source, options)


def _read(files: list[Path], district: District, named: str) -> Read:
    told = {}
    for file in files:
        if file.stat().st_size > MOST:
            msg = f"{file}: lebih dari {MOST // 1_000_000} MB"
            raise NotGeoJson(msg)
        try:
            features = features_of(file.read_text(encoding="utf-8-sig"))
        except UnicodeDecodeError as error:
            msg = f"{file}: bukan teks UTF-8"
            raise NotGeoJson(msg) from error
        except NotGeoJson as error:
            msg = f"{file}: {error}"
            raise NotGeoJson(msg) from error
        told[file.name if len(files) > 1 else ""] = features
    return read(told, district, named)


def _take(folder: Path, district: District, found: Read, source: str, options: argparse.Namespace) -> int:
    files, language = read_files(folder), options.language
    plain = district_of({name: text for name, text in files.items() if name not in (BOUNDARIES, BOUNDARIES_DESA)})
    desa = found.of_kind("desa")
    kecamatan = with_kecamatan(desa, found.of_kind("kecamatan"), district)
    written: dict[str, str] = {}
    if kecamatan:
        written[BOUNDARIES] = table(kecamatan, approximate(plain, plain.shapes), source or "-", desa=False)
    if desa:
        written[BOUNDARIES_DESA] = table(desa, approximate(plain, plain.desa_shapes), source or "-", desa=True)
    counts = _counts(district)
    many = f"{len(kecamatan)} dari {counts[0]} kecamatan, {len(desa)} dari {counts[1]} desa dan kelurahan."
    sizes = ", ".join(f"{name} {len(text) / 1000:.0f} KB" for name, text in written.items())
    print(said(many, language), said(f"Peta: {sizes}.", language), sep="\n")
    try:
        district_of({**files, **written})
    except DistrictError as error:
        print(said(f"Petanya tidak dapat dipakai: {fault_said(str(error), language)}", language), file=sys.stderr)
        return 1
    if options.check:
        print(said("Hanya diperiksa; tidak ada yang diubah.", language))
        return 1 if found.faults else 0
    for name in (BOUNDARIES, BOUNDARIES_DESA):
        if name in written:
            _put(folder / name, written[name])
        else:
            (folder / name).unlink(missing_ok=True)  # of an earlier import, which this one replaces
    print(said("Tersimpan; layanan yang berjalan memakainya dalam beberapa detik.", language))
    return 1 if found.faults else 0


def _counts(district: District) -> tuple[int, int]:
    kinds = [place.kind for place in district.places.values()]
    return kinds.count("kecamatan"), sum(kind in VILLAGES for kind in kinds)


def _put(file: Path, text: str) -> None:
    """Write a file in one step, readable by whoever could read the folder's other files."""
    fresh = file.with_name(f".{file.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod((file.parent / "district.toml").stat().st_mode & 0o777)
    fresh.replace(file)


def _remove(folder: Path, language: str) -> int:
    there = [name for name in (BOUNDARIES, BOUNDARIES_DESA) if (folder / name).exists()]
    for name in there:
        (folder / name).unlink()
    done = "Batas resmi dihapus; peta kembali ke batas perkiraan." if there else "Tidak ada batas resmi."
    print(said(done, language))
    return 0
