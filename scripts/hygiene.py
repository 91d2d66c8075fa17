"""Looks over the tree for what people forget (`make check`). Prints each finding; exits with 1 when there is one."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHINESE = re.compile(r"[\u3400-\u9fff]")
CHINESE_MARKS = re.compile(r"[\u3001\u3002\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]")
CODE = ("bot", "backend", "dialogs", "locales")
TEXT = {".py", ".md", ".toml", ".po", ".html", ".css", ".js", ".txt", ".sh", ".cfg", ".lock", ".in", ""}
LONGEST = 650  # lines of a module: past that it is more than one idea
STRINGS = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}  # the latter from 3.12 on
CLOCK_READERS = {"backend/clock.py"}
ENVIRONMENT_READERS = {"backend/settings.py"}
# Put together here, so that this file does not find itself.
UNFINISHED = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "raise " + r"NotImplemented\b")))
HOSTS = re.compile(
    "|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npm" + "js", "npm" + "mirror"))
)
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|tmp)/[\w.]")


def tracked() -> list[Path]:
    """The files git keeps, and those it would."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - git is on the path
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True,
    ).stdout  # fmt: skip
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


def findings() -> Iterator[str]:
    """One line per finding."""
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix not in TEXT:
            continue
        text = path.read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), start=1):
            if HOSTS.search(line):
                yield f"{name}:{number}: names a package registry's host"
            if MACHINE.search(line) and not name.startswith(("tests/", "scripts/hygiene")):
                yield f"{name}:{number}: a path of some machine"
            if UNFINISHED.search(line):
                yield f"{name}:{number}: left unfinished"
        if path.suffix == ".html" and name.split("/", 1)[0] in CODE:
            yield from _template(name, text)
        if path.suffix == ".py":
            yield from _python(name, text)


def _template(name: str, text: str) -> Iterator[str]:
    """A page says keys; its words, and the marks between them, stand in locales. Comments may name a term."""
    spoken = re.sub(r"\{#.*?#\}", lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL)
    for number, line in enumerate(spoken.splitlines(), start=1):
        if CHINESE.search(line) or CHINESE_MARKS.search(line):
            yield f"{name}:{number}: Chinese words in a template; they belong into locales"


def _python(name: str, text: str) -> Iterator[str]:
    tree = ast.parse(text)
    in_code = name.split("/", 1)[0] in CODE
    if in_code and text.count("\n") > LONGEST and "/migrations/versions/" not in name:
        yield f"{name}: {text.count(chr(10))} lines; is it still one idea?"
    if in_code:
        yield from _chinese(name, text, tree)
        yield from _readers(name, tree)
    yield from _encodings(name, tree)


def _chinese(name: str, text: str, tree: ast.Module) -> Iterator[str]:
    """Chinese belongs to locales, catalogue, tests and docs; docstrings and comments may name a clause or a term."""
    spoken = {
        node.body[0].value.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    }
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in STRINGS and CHINESE.search(token.string) and token.start[0] not in spoken:
            yield f"{name}:{token.start[0]}: Chinese words in code; they belong into locales"


def _readers(name: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        owner = ast.unparse(node.value)
        if (node.attr in ("now", "today", "utcnow") and owner.split(".")[-1] in ("datetime", "date")) or (
            owner == "time" and node.attr == "time"
        ):
            if name not in CLOCK_READERS:
                yield f"{name}:{node.lineno}: reads the clock; take it from backend.clock"
        elif owner == "os" and node.attr in ("environ", "getenv") and name not in ENVIRONMENT_READERS:
            yield f"{name}:{node.lineno}: reads the environment; take it from backend.settings"


def _encodings(name: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called not in ("open", "read_text", "write_text", "fdopen"):
            continue
        if (
            isinstance(node.func, ast.Attribute)
            and ast.unparse(node.func.value) not in ("os", "io", "Path")
            and (called == "open" and not _looks_like_a_file(node))
        ):
            continue
        words = [one.value for one in (*node.args, *(k.value for k in node.keywords)) if isinstance(one, ast.Constant)]
        binary = any(isinstance(one, str) and re.fullmatch(r"[rwax]?b[rwax+]*|[rwax]b\+?", one) for one in words)
        named = any(k.arg == "encoding" for k in node.keywords)
        by_place = (called == "read_text" and node.args) or (called == "write_text" and len(node.args) > 1)
        if not (binary or named or by_place) and ast.unparse(node.func) != "os.open":
            yield f"{name}:{node.lineno}: {called}() without an encoding"


def _looks_like_a_file(node: ast.Call) -> bool:
    return any(
        isinstance(one, ast.Constant) and isinstance(one.value, str) and len(one.value) <= 3 for one in node.args
    )


if __name__ == "__main__":
    lines = list(findings())
    for line in lines:
        print(line)
    sys.exit(1 if lines else 0)
