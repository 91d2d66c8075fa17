"""Pictures that are meant to break a reader (reliability 4.6, B098 to B103): cut off, huge, something else."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from importlib import import_module
from typing import Any


def hostile(card: bytes) -> Iterator[tuple[str, bytes, frozenset[str]]]:
    """Yield a name, the bytes, and the troubles that are right answers ("" where it is to be read).

    Args:
        card: a good photograph, JPEG.
    """
    broken, big, fine = frozenset({"broken"}), frozenset({"too_big"}), frozenset({""})
    yield "nothing", b"", broken
    yield "one byte", b"\xff", broken
    yield "cut off", card[: len(card) // 2], broken
    yield "zeros behind", card + bytes(2_000_000), fine
    yield "a page named as a photo", b"<html><script>alert(1)</script></html>", broken
    yield "a program", b"MZ" + bytes(4096), broken
    yield "only the beginning of a JPEG", card[:3] + bytes(range(256)) * 40, broken
    yield "PNG of 50,000 by 50,000", _png(50_000, 50_000), big
    yield "PNG that says less than it holds", _png(100, 100, rows=50_000), frozenset({"", "broken"})
    yield "PNG of one pixel", _png(1, 1), fine
    yield "JPEG of 108 megapixels", _saved((12_000, 9_000), "JPEG"), fine
    yield "progressive JPEG of 63 megapixels", _saved((9_000, 7_000), "JPEG", progressive=True), big
    yield "WebP of 100 pictures", _moving(), fine
    yield "GIF", _saved((200, 200), "GIF"), broken
    yield "TIFF", _saved((200, 200), "TIFF"), broken
    yield "PNG of 39 megapixels", _saved((7_800, 5_000), "PNG"), fine
    yield "lying on its side, by its own word", _turned(card), fine
    yield "HEIC that is none", _heic(card), broken
    yield "very long and thin", _saved((16_000, 2), "PNG"), fine


def _png(wide: int, high: int, rows: int | None = None) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    packer = zlib.compressobj(9)
    row = b"\0" + bytes((wide + 7) // 8)
    body = b"".join(packer.compress(row) for _ in range(min(rows or high, 2_000))) + packer.flush()
    head = struct.pack(">IIBBBBB", wide, high, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def _saved(size: tuple[int, int], form: str, **more: Any) -> bytes:
    kept = io.BytesIO()
    import_module("PIL.Image").new("RGB", size, (200, 200, 190)).save(kept, form, **more)
    return kept.getvalue()


def _turned(card: bytes) -> bytes:
    """EXIF says that it is to be shown turned and mirrored."""
    image = import_module("PIL.Image")
    kept, exif = io.BytesIO(), image.Exif()
    exif[0x0112] = 7
    image.open(io.BytesIO(card)).save(kept, "JPEG", exif=exif)
    return kept.getvalue()


def _heic(card: bytes) -> bytes:
    """What cannot be written here begins as one does, and is cut off."""
    return b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + card[:2000]


def _moving() -> bytes:
    new = import_module("PIL.Image").new
    frames = [new("RGB", (64, 64), (shade, shade, 90)) for shade in range(100)]
    kept = io.BytesIO()
    frames[0].save(kept, "WEBP", save_all=True, append_images=frames[1:])
    return kept.getvalue()
