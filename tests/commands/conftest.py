"""A folder of its own for every command: database, key and photos lie there and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app

Yimen = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's deployment lies."""
    monkeypatch.setenv("YIMEN_DATABASE_URL", f"sqlite:///{tmp_path}/yimen.db")
    monkeypatch.setenv("YIMEN_MEDIA_DIR", str(tmp_path / "media"))
    monkeypatch.delenv("YIMEN_CONFIG", raising=False)
    monkeypatch.delenv("YIMEN_DATA_KEY_FILE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def yimen(home: Path) -> Yimen:
    """Run a command in this process: `yimen("check")`."""
    return lambda *words, **more: CliRunner().invoke(app, list(words), **more)
