"""Photographs: what comes in is decoded and written anew, whatever it was; what is no picture is refused."""

import io
import os
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from services.ingest.attachments import EDGE, LARGEST, PIXELS, Attachments, redrawn
from services.web.problem_details import Problem
from tests.measured import Measured

PATH = "/v1/attachments"
EXIF_GPS = 0x8825


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **how: object) -> bytes:
    out = io.BytesIO()
    mode = "RGBA" if kind == "PNG" else "RGB"
    Image.linear_gradient("L").resize(size).convert(mode).save(out, kind, **how)
    return out.getvalue()


def with_secrets() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "MerekRahasia"
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(EXIF_GPS)[2] = (7.0, 1.0, 2.0)
    return picture(exif=exif, comment=b"catatan-rahasia") + b"<script>alert(1)</script>"


def upload(door, body: bytes, kind: str = "image/jpeg", key: str | None = None):
    return door.post(PATH, body, kind=kind, key=key)


def kept(door, id_: str, tmp_path) -> bytes:
    assert door.file(attachments=[id_]).status == 202
    return (tmp_path / "kept" / f"{id_}.jpg").read_bytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_is_kept_as_a_picture_of_our_own(door, tmp_path, kind):
    told = upload(door, picture(kind), f"image/{kind.lower()}")
    assert told.status == 201
    with Image.open(io.BytesIO(kept(door, told.body["id"], tmp_path))) as found:
        assert (found.format, found.size) == ("JPEG", (640, 480))


def test_nothing_of_the_senders_file_remains_but_its_picture(door, tmp_path):
    sent = with_secrets()
    body = kept(door, upload(door, sent).body["id"], tmp_path)
    for secret in (b"MerekRahasia", b"catatan-rahasia", b"<script>"):
        assert secret in sent
        assert secret not in body
    with Image.open(io.BytesIO(body)) as found:
        assert not found.getexif()
        assert found.size == (480, 640)  # upright, since nothing says any more that it was turned


def test_a_large_photograph_is_made_small(door, tmp_path):
    noise = Image.effect_noise((4000, 3000), 90).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=95)
    body = kept(door, upload(door, out.getvalue()).body["id"], tmp_path)
    with Image.open(io.BytesIO(body)) as found:
        assert max(found.size) == EDGE
    assert len(body) <= LARGEST


def bomb(width: int, height: int) -> bytes:
    """Give a small PNG that says it has very many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 100_000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(50_000, 50_000), (8_000, PIXELS // 8_000 + 1), (2_000_000_000, 2_000_000_000)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(size):
    picture = bomb(*size)
    with Measured() as refusal, pytest.raises(Problem) as refused:
        redrawn(picture)
    assert refused.value.status_code in (415, 422)
    assert refusal.times < 1000  # a second where the reference work takes a millisecond


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 415),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", 415),
        (b"%PDF-1.4", 415),
        (os.urandom(2_000), 415),
        (picture()[:900], 422),
        (picture("PNG")[:300], 422),
    ],
)
def test_what_is_no_whole_picture_is_refused(door, body, status):
    assert upload(door, body).status == status


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("id", ("Foto harus JPEG, PNG, atau WebP", "Foto rusak atau tidak lengkap", "Paling besar 12288 KiB")),
        ("en-GB,en;q=0.9,id;q=0.8", ("must be JPEG, PNG or WebP", "is broken or incomplete", "At most 12288 KiB")),
    ],
)
def test_why_it_is_refused_is_said_in_the_language_asked_for(door, language, said):
    bodies = (b"%PDF-1.4", picture()[:900], b"x" * (13 * 1024 * 1024))
    for body, words in zip(bodies, said, strict=True):
        answer = door.post(PATH, body, kind="image/jpeg", Accept_Language=language)
        assert words in answer.body["detail"]


def test_a_kind_that_is_no_image_is_not_even_read(door):
    assert upload(door, picture(), "text/html").status == 415
    assert upload(door, b"x" * (13 * 1024 * 1024)).status == 413


def test_a_report_can_only_name_photographs_that_came(door):
    for name in ("f-" + "0" * 32, "../../secret", "x"):
        answer = door.file(attachments=[name])
        assert (answer.status, answer.fields) == (422, ["attachments"])
    assert door.journal.kept == {}


def test_naming_a_photograph_again_with_the_same_report_changes_nothing(door):
    id_ = upload(door, picture()).body["id"]
    report = {"id": "7f3b1d9e-0000-4000-8000-00000000aaaa", "attachments": [id_]}
    first, again = door.file(**report), door.file(**report)
    assert (first.status, again.status) == (202, 202)
    assert first.body == again.body


async def test_two_tries_that_name_a_photograph_at_once_are_both_kept(tmp_path, monkeypatch):
    photographs = Attachments(tmp_path, lambda: datetime.now(UTC))
    id_ = await photographs.take(picture())
    replace = Path.replace

    def second(self: Path, target: Path) -> Path:
        replace(self, target)  # the other try, on another connection of the same phone
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", second)
    assert await photographs.keep([id_]) == []
    assert photographs.find(id_) is not None


def test_the_photographs_of_a_refused_report_wait_again(door, tmp_path):
    """They lay among those of accepted reports for ever: nobody knew that no report names them."""
    first, second = (upload(door, picture()).body["id"] for _ in range(2))
    assert door.file(attachments=[first, "f-" + "0" * 32]).status == 422
    assert (tmp_path / "waiting" / f"{first}.jpg").exists()
    report = {"id": "7f3b1d9e-0000-4000-8000-00000000aaaa", "attachments": [first]}
    assert door.file(**report).status == 202
    assert door.file(**report | {"attachments": [first, second], "text": "Kejadian lain di Soko."}).status == 409
    assert (tmp_path / "kept" / f"{first}.jpg").exists()  # an accepted report names it
    assert (tmp_path / "waiting" / f"{second}.jpg").exists()
    assert door.file(**report | {"id": report["id"][:-1] + "b", "attachments": [second]}).status == 202
    assert (tmp_path / "kept" / f"{second}.jpg").exists()
