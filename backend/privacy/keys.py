"""The key file: numbered keys for sealing, and one key apart for look-ups.

Lines are `seal <number> <base64>` and `lookup <base64>`; the sealing key with the highest number is the one in use.
Older ones stay, to read what was sealed with them.
"""

from __future__ import annotations

import base64
import os
import secrets
import tempfile
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backend.errors import ConfigurationError

LARGEST = 255
"""The largest key number: it stands in one byte of each sealed value."""
_BYTES = 32


class KeyRing:
    """The keys of a deployment.

    Args:
        sealing: key number (1 to 255) to 32 bytes.
        lookup: 32 bytes; changing it would lose every keyed hash, so it is never rotated with the others.

    Raises:
        ValueError: no sealing key, a number that does not fit a byte, or a key of another length.
    """

    def __init__(self, sealing: dict[int, bytes], lookup: bytes) -> None:
        if not sealing or not all(1 <= number <= LARGEST for number in sealing):
            raise ValueError(f"sealing keys are numbered 1 to {LARGEST}, and there must be one")
        if any(len(key) != _BYTES for key in (*sealing.values(), lookup)):
            raise ValueError(f"every key has {_BYTES} bytes")
        self._sealing = dict(sealing)
        self._lookup = lookup
        self.current = max(sealing)

    def numbers(self) -> tuple[int, ...]:
        return tuple(sorted(self._sealing))

    def sealing(self, number: int) -> bytes | None:
        """The subkey that seals fields under key `number`, or None when it is not here."""
        master = self._sealing.get(number)
        return None if master is None else derive(master, "seal")

    def journal(self, number: int) -> bytes | None:
        """The subkey that signs the journal under key `number`, or None when it is not here."""
        master = self._sealing.get(number)
        return None if master is None else derive(master, "journal")

    @cached_property
    def lookup(self) -> bytes:
        """The subkey for keyed hashes."""
        return derive(self._lookup, "lookup")


def derive(master: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose (HKDF-SHA256)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"yimen/{purpose}".encode("ascii")).derive(master)


def read_key_file(path: Path) -> KeyRing:
    """Load a key file.

    Raises:
        ConfigurationError: it is missing, readable by others, or has a line that is no key.
    """
    if not path.is_file():
        raise ConfigurationError([f"the key file {path} is missing: make one with `yimen key create {path}`"])
    if path.stat().st_mode & 0o077:
        raise ConfigurationError([f"the key file {path} can be read by others: chmod 600 {path}"])
    sealing: dict[int, bytes] = {}
    lookup = b""
    for number, line in enumerate(_lines(path), start=1):
        parts = line.split()
        if not parts or parts[0].startswith("#"):
            continue
        try:
            value = base64.b64decode(parts[-1], validate=True)
        except ValueError:
            value = b""
        if len(value) != _BYTES:
            raise ConfigurationError([f"line {number} of the key file {path} is no key of {_BYTES} bytes"])
        if parts[0] == "seal" and len(parts) == 3 and parts[1].isdecimal() and 1 <= int(parts[1]) <= LARGEST:
            if int(parts[1]) in sealing:
                raise ConfigurationError(
                    [f"line {number} of the key file {path} repeats key {parts[1]}; keep the right one"]
                )
            sealing[int(parts[1])] = value
        elif parts[0] == "lookup" and len(parts) == 2:
            if lookup:
                raise ConfigurationError(
                    [f"line {number} of the key file {path} is a second look-up key; keep the right one"]
                )
            lookup = value
        else:
            raise ConfigurationError([f"line {number} of the key file {path} is neither `seal n key` nor `lookup key`"])
    if not sealing or not lookup:
        raise ConfigurationError([f"the key file {path} needs a `seal` and a `lookup` line"])
    return KeyRing(sealing, lookup)


def create_key_file(path: Path) -> None:
    """Make a new key file, readable by its owner only.

    Raises:
        FileExistsError: there is one, even one made by another process this moment; its keys may be needed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["# Keep this file apart from the backups of the database.", f"lookup {_new()}", f"seal 1 {_new()}"]
    part = _part(path, lines)
    try:
        os.link(part, path)  # unlike a rename, this never takes the place of a file
    except FileExistsError:
        raise FileExistsError(f"{path} exists already; its keys may be needed to read the database") from None
    finally:
        part.unlink()
    _sync_folder(path)


def rotate(path: Path) -> int:
    """Add a sealing key and make it the one in use; its number. The file is whole at every moment.

    Raises:
        ConfigurationError: the file cannot be read, or has no number left.
    """
    path = path.resolve()  # a link stays a link
    number = read_key_file(path).current + 1
    if number > LARGEST:
        raise ConfigurationError([f"the key file {path} has used all {LARGEST} key numbers; it was left as it is"])
    part = _part(path, [*_lines(path), f"seal {number} {_new()}"])
    part.replace(path)
    _sync_folder(path)
    return number


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it holds more than plain letters"
        raise ConfigurationError([f"the key file {path} cannot be read: {why}"]) from None


def _new() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def _part(path: Path, lines: list[str]) -> Path:
    """The lines, durable in a new file beside `path` (mode 0600); one that a crash left behind is in nobody's way."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _sync_folder(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
