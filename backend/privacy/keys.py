"""The key file: numbered keys for sealing, and one key apart for look-ups.

Lines are `seal <number> <base64>` and `lookup <base64>`; the last sealing key is the one in use. Older ones
stay, to read what was sealed with them.
"""

from __future__ import annotations

import base64
import os
import secrets
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backend.errors import ConfigurationError


class KeyRing:
    """The keys of a deployment.

    Args:
        sealing: key number (1 to 255) to 32 bytes.
        lookup: 32 bytes; changing it would lose every keyed hash, so it is never rotated with the others.
    """

    def __init__(self, sealing: dict[int, bytes], lookup: bytes) -> None:
        self._sealing = sealing
        self._lookup = lookup
        self.current = max(sealing)

    def numbers(self) -> tuple[int, ...]:
        return tuple(sorted(self._sealing))

    def sealing(self, number: int) -> bytes | None:
        """The subkey that seals fields under key `number`, or None when it is not here."""
        master = self._sealing.get(number)
        return None if master is None else derive(master, "seal")

    @cached_property
    def lookup(self) -> bytes:
        """The subkey for keyed hashes."""
        return derive(self._lookup, "lookup")


def derive(master: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose (HKDF-SHA256)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"yimen/{purpose}".encode("ascii")).derive(
        master
    )


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
    for number, line in enumerate(path.read_text(encoding="ascii").splitlines(), start=1):
        parts = line.split()
        if not parts or parts[0].startswith("#"):
            continue
        try:
            value = base64.b64decode(parts[-1], validate=True)
        except ValueError:
            value = b""
        if len(value) != 32:
            raise ConfigurationError([f"line {number} of the key file {path} is no key of 32 bytes"])
        if parts[0] == "seal" and len(parts) == 3 and parts[1].isdecimal() and 1 <= int(parts[1]) <= 255:
            sealing[int(parts[1])] = value
        elif parts[0] == "lookup" and len(parts) == 2:
            lookup = value
        else:
            raise ConfigurationError(
                [f"line {number} of the key file {path} is neither `seal n key` nor `lookup key`"]
            )
    if not sealing or not lookup:
        raise ConfigurationError([f"the key file {path} needs a `seal` and a `lookup` line"])
    return KeyRing(sealing, lookup)


def create_key_file(path: Path) -> None:
    """Make a new key file, readable by its owner only.

    Raises:
        FileExistsError: there is one; its keys may be needed.
    """
    if path.exists():
        raise FileExistsError(f"{path} exists already; its keys may be needed to read the database")
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(
        path,
        ["# Keep this file apart from the backups of the database.", f"lookup {_new()}", f"seal 1 {_new()}"],
    )


def rotate(path: Path) -> int:
    """Add a sealing key and make it the one in use; its number."""
    ring = read_key_file(path)
    number = ring.current + 1
    _write(path, [*path.read_text(encoding="ascii").splitlines(), f"seal {number} {_new()}"])
    return number


def _new() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def _write(path: Path, lines: list[str]) -> None:
    part = path.with_name(path.name + ".new")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
