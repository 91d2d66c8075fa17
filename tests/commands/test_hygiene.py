"""`scripts/hygiene.py` finds what people forget, and leaves alone what is right."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parents[2] / "scripts" / "hygiene.py"


@pytest.fixture(scope="module")
def hygiene() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hygiene", FILE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tree_is_clean(hygiene: ModuleType) -> None:
    assert list(hygiene.findings()) == []


@pytest.mark.parametrize(
    ("name", "source", "told"),
    [
        ("bot/a.py", 'say = "您好"\n', "Chinese words in code"),
        ("bot/a.py", 'say = f"{n}岁"\n', "Chinese words in code"),
        ("dialogs/a.py", '"""为什么"""\nsay = "您好"\n', "a.py:2: Chinese words in code"),
        ("backend/a.py", "import datetime as dt\nnow = dt.datetime.now(dt.UTC)\n", "reads the clock"),
        ("backend/a.py", "import datetime as dt\nday = dt.date.today()\n", "reads the clock"),
        ("backend/a.py", "import time\nnow = time.time()\n", "reads the clock"),
        ("bot/a.py", 'import os\nhome = os.environ["HOME"]\n', "reads the environment"),
        ("bot/a.py", 'import os\nhome = os.getenv("HOME")\n', "reads the environment"),
        ("bot/a.py", 'text = open("a.txt").read()\n', "open() without an encoding"),
        ("bot/a.py", "text = path.read_text()\n", "read_text() without an encoding"),
        ("bot/a.py", "path.write_text(text)\n", "write_text() without an encoding"),
        ("tests/a.py", "path.write_text(text)\n", "write_text() without an encoding"),
        ("bot/a.py", "x = 1\n" * 900, "is it still one idea?"),
    ],
)
def test_it_finds(hygiene: ModuleType, name: str, source: str, told: str) -> None:
    assert any(told in line for line in hygiene._python(name, source)), list(hygiene._python(name, source))


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("bot/a.py", '"""The register form (豫民文〔2018〕250号 附件5)."""\n'),
        ("bot/a.py", "x = 1  # 一次性告知\n"),
        ("bot/a.py", 'def act() -> None:\n    """Domain 13.2 (确认卡)."""\n'),
        ("tests/a.py", 'say = "您好"\n'),
        ("backend/clock.py", "import datetime as dt\nnow = dt.datetime.now(dt.UTC)\n"),
        ("backend/settings.py", "import os\nhome = os.environ\n"),
        ("tests/a.py", "import time\nnow = time.time()\n"),
        ("bot/a.py", 'text = open("a.txt", encoding="utf-8").read()\n'),
        ("bot/a.py", 'data = open("a.bin", "rb").read()\n'),
        ("bot/a.py", 'data = path.open("rb").read()\n'),
        ("bot/a.py", 'text = path.read_text(encoding="utf-8")\n'),
        ("bot/a.py", 'text = path.read_text("utf-8")\n'),
        ("bot/a.py", "value = sealer.open(sealed)\n"),
    ],
)
def test_it_leaves_alone(hygiene: ModuleType, name: str, source: str) -> None:
    assert list(hygiene._python(name, source)) == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        ("MACHINE", 'root = "/wor' + 'k/main"'),
        ("MACHINE", "cd /ro" + "ot/x"),
        ("HOSTS", "index-url = https://py" + "pi.org/simple"),
        ("UNFINISHED", "# TO" + "DO later"),
        ("UNFINISHED", "# FIX" + "ME"),
    ],
)
def test_it_knows_the_words(hygiene: ModuleType, pattern: str, line: str) -> None:
    assert getattr(hygiene, pattern).search(line)


@pytest.mark.parametrize("line", ["/tmp", "framework/x", "https://example.org/work/x"])
def test_it_knows_what_is_no_machine(hygiene: ModuleType, line: str) -> None:
    assert not hygiene.MACHINE.search(line)
