"""Seals personal data field by field, bound to its table, column and row; finds it again by keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.errors import KeyMissing, SealBroken
from backend.privacy.keys import KeyRing

_VERSION = 1
_NONCE = 12


class Sealer:
    """AES-256-GCM per field. Layout: version, key number, 12-byte nonce, ciphertext with tag.

    Attributes:
        key_id: the number of the key in use.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._ciphers: dict[int, AESGCM] = {}
        for number in ring.numbers():
            key = ring.sealing(number)
            assert key is not None
            self._ciphers[number] = AESGCM(key)
        self._current = self._ciphers[ring.current]
        self._head = bytes((_VERSION, ring.current))
        self._signing = {number: ring.journal(number) for number in ring.numbers()}
        self.key_id = ring.current

    def seal(self, value: str | bytes, *, table: str, column: str, row_id: str) -> bytes:
        """Seal a value for one place; elsewhere it cannot be opened. A lone surrogate becomes `?`."""
        data = value.encode("utf-8", "replace") if isinstance(value, str) else value
        nonce = secrets.token_bytes(_NONCE)
        return self._head + nonce + self._current.encrypt(nonce, data, _place(table, column, row_id))

    def open(self, sealed: bytes, *, table: str, column: str, row_id: str) -> bytes:
        """Open a sealed value at its place.

        Raises:
            KeyMissing: its key is not in the key file.
            SealBroken: it was changed, or it belongs to another place.
        """
        if len(sealed) < 2 + _NONCE or sealed[0] != _VERSION:
            raise SealBroken(f"{table}.{column} of {row_id} is not a sealed value")
        cipher = self._ciphers.get(sealed[1])
        if cipher is None:
            raise KeyMissing(sealed[1])
        nonce, data = sealed[2 : 2 + _NONCE], sealed[2 + _NONCE :]
        try:
            return cipher.decrypt(nonce, data, _place(table, column, row_id))
        except InvalidTag:
            raise SealBroken(f"{table}.{column} of {row_id} was changed or belongs elsewhere") from None

    def sign(self, data: bytes, key_id: int) -> str:
        """HMAC-SHA256 of a journal entry under a key's subkey for the journal; hex.

        Raises:
            KeyMissing: that key is not in the key file.
        """
        key = self._signing.get(key_id)
        if key is None:
            raise KeyMissing(key_id)
        return hmac.digest(key, data, hashlib.sha256).hex()

    def lookup(self, kind: str, value: str) -> str:
        """The keyed hash of a normalised value, 32 hex characters; kinds never meet."""
        return hmac.digest(self._ring.lookup, f"{kind}\0{value}".encode("utf-8", "replace"), hashlib.sha256).hex()[:32]

    def lookup_bytes(self, kind: str, value: bytes) -> str:
        """The same for a file's content."""
        return hmac.digest(self._ring.lookup, kind.encode() + b"\0" + value, hashlib.sha256).hex()[:32]

    @staticmethod
    def query_code() -> str:
        """Thirteen digits to ask for progress with, 4821-0937-55627: 42.9 bits, more than any pace of guessing meets.

        Digits, because an old keyboard has them and they can be said on the phone; the first is neither 0 nor 1, so
        that nobody takes it for a telephone number. Kept only as a keyed hash with its case.
        """
        digits = f"{secrets.randbelow(8 * 10**12) + 2 * 10**12:d}"
        return f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"

    @staticmethod
    def token() -> str:
        """A secret for a link or a session: 32 random bytes, fit for a URL."""
        return secrets.token_urlsafe(32)


def _place(table: str, column: str, row_id: str) -> bytes:
    return f"{table}\0{column}\0{row_id}".encode()
