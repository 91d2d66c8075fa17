"""A small part of `make chaos`: a few towns, each with its kills."""

from pathlib import Path

import pytest

from tests.chaos.town import Town


@pytest.mark.parametrize("seed", range(9001, 9007))
def test_a_town_whose_service_is_killed_loses_and_doubles_nothing(seed: int, tmp_path: Path) -> None:
    town = Town(seed, tmp_path).play()
    assert town.lives >= 2
