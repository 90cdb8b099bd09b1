"""Check an exported audit log (needs Python 3.9 or newer and nothing else; signatures need openssl or cryptography).

    python3 check.py FOLDER [PUBLIC-KEY]

Without a public key, which you should have from elsewhere, the one in the folder is taken.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any


def chain(folder: Path) -> dict[int, str]:
    """Hold every line against its hash and the one before it; gives the hashes by line, or ends with a sentence."""
    previous, number, hashes = "", 0, {}
    with (folder / "journal.jsonl").open(encoding="utf-8") as lines:
        for text in lines:
            line, number = json.loads(text), number + 1
            said = {name: line[name] for name in ("actor", "kind", "incident_id", "subject_id", "data", "at")}
            if line["rows"]:
                said["rows"] = line["rows"]
            told = json.dumps([previous, number, said], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
            if line["seq"] != number or hashlib.sha256(told.encode()).hexdigest() != line["hash"]:
                sys.exit(f"SALAH / WRONG: baris / line {number}")
            previous = hashes[number] = line["hash"]
    return hashes


def signers(checkpoint: Any) -> set[str]:
    """Give the keys whose signature is right; all of them where `cryptography` is not installed, which `main` says."""
    try:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - may be missing
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415
    except ImportError:
        return set(checkpoint["signatures"])
    good = set()
    for public, signature in checkpoint["signatures"].items():
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
            key.verify(bytes.fromhex(signature), checkpoint["statement"].encode())
        except (InvalidSignature, ValueError):
            continue
        good.add(public)
    return good


def signed(folder: Path, key: str) -> list[Any]:
    """Give the statements that the key has signed, or another one that it vouches for; ends where one is foreign."""
    found, trusted = [], {key}
    with (folder / "checkpoints.jsonl").open(encoding="utf-8") as lines:
        left = [json.loads(text) for text in lines]
    before = -1
    while len(left) != before:  # a key of before or after a rotation is known by what both have signed
        before, unknown = len(left), []
        for one in left:
            good = signers(one)
            if trusted & good:
                trusted |= good
                found.append(json.loads(one["statement"]))
            else:
                unknown.append(one)
        left = unknown
    if left:
        sys.exit(f"SALAH / WRONG: {len(left)} tanda tangan / signatures")
    return found


def main(arguments: list[str]) -> None:
    """Check a folder."""
    folder = Path(arguments[0] if arguments else ".")
    key = arguments[1] if len(arguments) > 1 else (folder / "public-key.txt").read_text().split()[0]
    hashes, statements = chain(folder), signed(folder, key)
    restarts = [one for one in statements if one["restart"]]
    for one in statements:
        void = any(other["line"] < one["line"] and other["at"] > one["at"] for other in restarts)
        if not void and hashes.get(one["line"]) != one["hash"]:
            sys.exit(f"SALAH / WRONG: checkpoint {one['line']}")
    try:
        import cryptography  # noqa: F401, PLC0415
    except ImportError:
        print("Tanda tangan TIDAK diperiksa / signatures NOT checked: pip install cryptography, or BACA-README.txt")
    if not statements:
        sys.exit("SALAH / WRONG: tidak ada checkpoint / there is no checkpoint")
    print(f"COCOK / FITS: {len(hashes)} baris / lines, {len(statements)} checkpoint, kunci / key {key[:16]}")


if __name__ == "__main__":
    main(sys.argv[1:])
