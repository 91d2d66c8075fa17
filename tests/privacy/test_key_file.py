"""The key file is never lost, never overwritten and never half written."""

import re
import stat
import threading
from pathlib import Path

import pytest

from backend.errors import ConfigurationError, YimenError
from backend.privacy.keys import LARGEST, KeyRing, create_key_file, read_key_file, rotate
from backend.privacy.seal import Sealer

PLACE = {"table": "person", "column": "name_sealed", "row_id": "per_1"}


def lines(file: Path) -> list[str]:
    return file.read_text(encoding="ascii").splitlines()


def test_of_two_processes_that_start_at_once_one_makes_the_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "keys"
    monkeypatch.setattr(Path, "exists", lambda self: False)  # each looked before the other wrote
    done: list[str] = []
    together = threading.Barrier(4)

    def start() -> None:
        together.wait()
        try:
            create_key_file(file)
            done.append("made")
        except FileExistsError:
            done.append("found")

    threads = [threading.Thread(target=start) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(done) == ["found", "found", "found", "made"]
    assert [one.name for one in tmp_path.iterdir()] == ["keys"]


def test_after_the_last_number_the_file_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    create_key_file(file)
    file.write_text(file.read_text(encoding="ascii").replace("seal 1 ", f"seal {LARGEST} "), encoding="ascii")
    before = file.read_bytes()
    with pytest.raises(ConfigurationError, match="left as it is"):
        rotate(file)
    assert file.read_bytes() == before


def test_a_rotation_that_crashed_halfway_is_in_nobody_s_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "keys"
    create_key_file(file)
    before = file.read_bytes()

    def crash(self: Path, target: Path) -> None:
        raise OSError("power gone")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", crash)
        with pytest.raises(OSError, match="power gone"):
            rotate(file)
    assert file.read_bytes() == before
    assert rotate(file) == 2
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    create_key_file(real)
    link.symlink_to(real)
    assert rotate(link) == 2
    assert link.is_symlink()
    assert read_key_file(real).numbers() == (1, 2)


def test_what_is_there_twice_or_strange_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    create_key_file(file)
    _, lookup, seal = lines(file)
    for text in (
        f"{lookup}\n{seal}\n{seal}\n",
        f"{lookup}\n{lookup}\n{seal}\n",
        f"{lookup}\n{seal} 钥\n",
        f"{lookup}\n{seal.replace('1', '0', 1)}\n",
    ):
        file.write_text(text, encoding="utf-8")
        Path(file).chmod(0o600)
        with pytest.raises(YimenError) as refused:
            read_key_file(file)
        assert seal.split()[-1] not in str(refused.value)


def test_a_ring_takes_only_whole_keys() -> None:
    for sealing, lookup in (
        ({}, b"l" * 32),
        ({256: b"1" * 32}, b"l" * 32),
        ({1: b"1"}, b"l" * 32),
        ({1: b"1" * 32}, b""),
    ):
        with pytest.raises(ValueError, match="key"):
            KeyRing(sealing, lookup)


def test_half_a_character_stops_nothing() -> None:
    sealer = Sealer(KeyRing({1: b"1" * 32}, b"l" * 32))
    assert sealer.open(sealer.seal("a\ud83d", **PLACE), **PLACE).decode("utf-8") == "a?"
    assert len(sealer.lookup("name", "a\ud83d")) == 32


def test_query_codes_hold_more_than_forty_bits_and_are_no_telephone_number() -> None:
    codes = {Sealer.query_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(r"[2-9]\d{3}-\d{4}-\d{5}", code) for code in codes)
    assert 8 * 10**12 > 2**40
