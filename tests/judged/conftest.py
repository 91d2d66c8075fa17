"""One running service for a whole file of tests: every person in it is somebody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from backend.runtime import Runtime
from tests.judged.service import service


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    with service(tmp_path_factory.mktemp("judged")) as running:
        yield running
