"""A stolen database gives up nothing: sealed fields open only in their own place, with their own key."""

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import ConfigurationError, KeyMissing, SealBroken
from backend.privacy.keys import KeyRing, create_key_file, read_key_file, rotate
from backend.privacy.seal import Sealer

RING = KeyRing({1: b"1" * 32}, b"l" * 32)
SEALER = Sealer(RING)
PLACE = {"table": "person", "column": "name_sealed", "row_id": "per_1"}


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_what_was_sealed_opens_again(text: str) -> None:
    assert SEALER.open(SEALER.seal(text, **PLACE), **PLACE).decode("utf-8") == text


@pytest.mark.parametrize("other", [{"row_id": "per_2"}, {"column": "phone_sealed"}, {"table": "staff"}])
def test_a_value_moved_elsewhere_does_not_open(other: dict[str, str]) -> None:
    with pytest.raises(SealBroken):
        SEALER.open(SEALER.seal("王桂兰", **PLACE), **(PLACE | other))


def test_one_changed_bit_anywhere_is_noticed() -> None:
    sealed = SEALER.seal("379901194305120026", **PLACE)
    for index in range(len(sealed)):
        broken = bytearray(sealed)
        broken[index] ^= 1
        with pytest.raises((SealBroken, KeyMissing)):
            SEALER.open(bytes(broken), **PLACE)


def test_the_same_text_never_looks_the_same() -> None:
    assert len({SEALER.seal("低保", **PLACE) for _ in range(100)}) == 100


def test_after_a_rotation_old_values_open_and_new_ones_use_the_new_key(tmp_path) -> None:
    file = tmp_path / "keys"
    create_key_file(file)
    old = Sealer(read_key_file(file))
    sealed = old.seal("柳沟村二组", **PLACE)
    assert rotate(file) == 2
    new = Sealer(read_key_file(file))
    assert new.open(sealed, **PLACE).decode("utf-8") == "柳沟村二组"
    with pytest.raises(KeyMissing, match="key 2"):
        old.open(new.seal("x", **PLACE), **PLACE)
    assert old.lookup("phone", "13000000001") == new.lookup("phone", "13000000001")


def test_look_ups_need_the_key_and_keep_kinds_apart() -> None:
    other = Sealer(KeyRing({1: b"1" * 32}, b"m" * 32))
    assert SEALER.lookup("phone", "13000000001") != other.lookup("phone", "13000000001")
    assert SEALER.lookup("phone", "1") != SEALER.lookup("address", "1")


def test_the_key_file_is_for_its_owner_only(tmp_path) -> None:
    file = tmp_path / "deep" / "keys"
    create_key_file(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        create_key_file(file)
    file.chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        read_key_file(file)


@pytest.mark.parametrize("text", ["", "seal 1 AAAA\n", "nonsense\n", "lookup " + "A" * 44 + "\n"])
def test_a_key_file_that_is_none_is_refused_with_a_reason(tmp_path, text: str) -> None:
    file = tmp_path / "keys"
    file.write_text(text, encoding="ascii")
    file.chmod(0o600)
    with pytest.raises(ConfigurationError):
        read_key_file(file)
