"""Processes that speak as the reader of photographs does, and behave badly: `python -m tests.photos.children NAME`.

A photograph is its own instruction: its bytes say what happens when it is read.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from backend.photos import child
from dialogs.papers.layout import TextLine
from tests.photos.captured import captured


class Opened(NamedTuple):
    """A picture that is already open."""

    data: bytes
    size: tuple[int, int] = (1280, 900)


def obedient(picture: Opened) -> Sequence[TextLine]:
    match picture.data:
        case b"slow":
            time.sleep(60)
        case b"die":
            os._exit(9)
        case b"raise":
            raise RuntimeError("the engine has a word of its own")
        case b"network":
            import socket

            socket.create_connection(("127.0.0.1", 9), timeout=1)
        case b"memory":
            raise MemoryError
    return captured()["id_card"].lines


def main() -> None:
    how = sys.argv[1]
    if how == "never ready":
        time.sleep(60)
    asked, told = child.alone()
    if how == "rubbish":
        told.write((8).to_bytes(4, "big") + b"\xc1" * 8 + (3).to_bytes(4, "big") + b"\xc1\xc1\xc1")
        told.flush()
        time.sleep(60)

    def opened(data: bytes) -> Any:
        return Opened(data)

    child.open_picture = opened
    child.look_of = lambda picture: ""  # type: ignore[assignment]
    child.serve(asked, told, obedient)


if __name__ == "__main__":
    main()
