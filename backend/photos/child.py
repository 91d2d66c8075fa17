"""The process that reads photographs (`python -m backend.photos.child`): one engine, no network, nothing written.

It speaks over its standard streams: a length of four bytes, then MessagePack. First it says that it is ready; then
every `Ask` gets a `Seen`. The picture and the text on it are in its memory alone; only fields that were understood
leave it.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any, BinaryIO, Final, Protocol

import msgspec

from dialogs.papers.layout import TextLine
from dialogs.papers.reading import read_paper
from dialogs.papers.seen import Look, Seen

#: Pixels along the longer side that are read; time and memory follow them (shared dependencies page, section 9).
SIDE: Final = 1280
#: Pixels the detector looks at.
DETECT: Final = 960
#: Pixels a picture may have: JPEG is reduced while it is decoded, others and progressive ones stand in memory whole.
MOST_PIXELS: Final = 250_000_000
MOST_WHOLE: Final = 40_000_000
#: A picture so many times longer than wide is no paper; the engine would blow it up.
NARROW: Final = 6
#: Bytes of address space this process may take, so that a picture made to burst the memory ends here.
MOST_MEMORY: Final = 4 * 1024**3
#: Mean brightness (0 to 255) below which a picture is dark; longer side below which it is small; mean difference of
#: neighbouring pixels below which it is blurred.
DARK, SMALL, FLAT = 55.0, 500, 2.2


class Ask(msgspec.Struct, frozen=True):
    """Read this."""

    data: bytes
    today: dt.date


class Refused(Exception):
    """A picture that is not decoded: `broken` or `too_big`."""


class Engine(Protocol):
    """Recognises text: a picture in, lines out."""

    def __call__(self, picture: Any) -> Sequence[TextLine]: ...


def load_engine() -> Engine:
    """The recogniser with the models that are inside its package; it can download nothing, for there is no network."""
    rapidocr, numpy = import_module("rapidocr"), import_module("numpy")
    engine = rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECT,
            "Rec.rec_batch_num": 1,
        }
    )

    def lines(picture: Any) -> list[TextLine]:
        found = engine(numpy.asarray(picture)[..., ::-1])
        if found.boxes is None or not found.txts:
            return []
        return [
            TextLine(text, float(score), tuple((float(x), float(y)) for x, y in box))  # type: ignore[arg-type]
            for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        ]

    return lines


def open_picture(data: bytes) -> Any:
    """The picture upright, in colour, at most `SIDE` pixels long.

    Raises:
        Refused: it cannot be decoded, or has more pixels than are good for this machine.
    """
    image: Any = import_module("PIL.Image")
    ops = import_module("PIL.ImageOps")
    with suppress(ImportError):
        import_module("pi_heif").register_heif_opener()
    image.MAX_IMAGE_PIXELS = None  # counted here, because a JPEG is reduced before it is in memory
    try:
        with image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP", "HEIF")) as picture:
            pixels = picture.width * picture.height
            reduced = picture.format == "JPEG" and not picture.info.get("progressive")
            if pixels > (MOST_PIXELS if reduced else MOST_WHOLE):
                raise Refused("too_big")
            if picture.format == "JPEG":
                picture.draft("RGB", (SIDE, SIDE))
            picture.thumbnail((SIDE, SIDE))  # before anything copies it
            return ops.exif_transpose(picture).convert("RGB")
    except Refused:
        raise
    except MemoryError:
        raise Refused("too_big") from None
    except Exception:  # whatever a decoder finds wrong with bytes somebody sent, it is a picture that does not open
        raise Refused("broken") from None


def look_of(picture: Any) -> Look:
    """What may be wrong with a picture on which little could be read."""
    numpy = import_module("numpy")
    if max(picture.size) < SMALL:
        return "small"
    grey = numpy.asarray(picture.convert("L")).astype("float32")
    if float(grey.mean()) < DARK:
        return "dark"
    return "blurred" if float(abs(numpy.diff(grey, axis=1)).mean()) < FLAT else ""


def see(data: bytes, today: dt.date, engine: Engine) -> Seen:
    """Read one photograph."""
    try:
        picture = open_picture(data)
    except Refused as refused:
        return Seen(trouble=refused.args[0])
    if max(picture.size) > NARROW * min(picture.size):
        return Seen(look="small")
    paper = read_paper(engine(picture), today)
    return Seen(paper, look="" if paper.clear else look_of(picture))


def serve(asked: BinaryIO, told: BinaryIO, engine: Engine) -> None:
    """Answer until the other side closes."""
    encode, decode = msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(Ask).decode
    _write(told, b"ready")
    while True:
        head = asked.read(4)
        if len(head) < 4:
            return
        ask = decode(asked.read(int.from_bytes(head, "big")))
        try:
            seen = see(ask.data, ask.today, engine)
        except MemoryError:
            seen = Seen(trouble="too_big")
        except Exception:  # the engine has no words for her, and its own could hold what it read
            seen = Seen(trouble="failed")
        _write(told, encode(seen))


def _write(told: BinaryIO, body: bytes) -> None:
    told.write(len(body).to_bytes(4, "big") + body)
    told.flush()


def alone() -> tuple[BinaryIO, BinaryIO]:
    """Cut this process off: no network, bounded memory, nothing printed; its streams to speak over."""

    def refuse(event: str, _: object) -> None:
        if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system"):
            raise PermissionError(event)

    sys.addaudithook(refuse)
    with suppress(ImportError, ValueError, OSError):
        limits = import_module("resource")
        limits.setrlimit(limits.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        limits.setrlimit(limits.RLIMIT_CORE, (0, 0))
    with suppress(OSError):
        os.nice(5)
    asked, told = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    return asked, told


def main() -> None:
    asked, told = alone()
    serve(asked, told, load_engine())


if __name__ == "__main__":
    main()
