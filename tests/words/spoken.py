"""Finds every key the code can say, by reading the code: written-out keys, the parameters that go with them, families."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[2]
HEADS = (
    "ask", "card", "cli", "confirm", "label", "leaflet", "list", "member", "msg", "needed", "notice", "option", "page", "problem",
    "progress", "reason", "tell", "why",
)  # fmt: skip
KEY = re.compile(rf"(?:{'|'.join(HEADS)})\.[a-z0-9_]+(?:\.[a-z0-9_]+)*\Z")
_NO_KEYS = re.compile(r"\.(?:html|js|css|toml|po)\Z")
_SAYING = ("say", "Say", "Line", "text", "_problem", "Problem")


class Spoken(msgspec.Struct, frozen=True):
    """A key in the code.

    Attributes:
        params: the names of the parameters given with it, None where the code does not show them plainly.
    """

    key: str
    at: str
    params: frozenset[str] | None


@cache
def written_out() -> tuple[Spoken, ...]:
    """Every key that stands in the code as it is."""
    return tuple(
        found
        for package in ("backend", "bot", "dialogs")
        for file in sorted((ROOT / package).rglob("*.py"))
        for found in _in_file(file)
    )


def _in_file(file: Path) -> Iterator[Spoken]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    calls: dict[int, ast.Call] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            calls[id(node.args[0])] = node
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.match(node.value):
            if _NO_KEYS.search(node.value):
                continue
            call = calls.get(id(node))
            at = f"{file.relative_to(ROOT)}:{node.lineno}"
            yield Spoken(node.value, at, None if call is None else _params(call))


def _params(call: ast.Call) -> frozenset[str] | None:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in _SAYING:
        return None
    names: set[str] = set()
    for keyword in call.keywords:
        if keyword.arg is None:
            return None
        names.add(keyword.arg)
    for one in call.args[1:2]:
        if not isinstance(one, ast.Dict) or not all(isinstance(key, ast.Constant) for key in one.keys):
            return None
        names |= {str(key.value) for key in one.keys if isinstance(key, ast.Constant)}
    return frozenset(names)


@cache
def codes_of(call: str) -> frozenset[str]:
    """The codes given to `call("code", …)` anywhere: problems, refused acts."""
    found: set[str] = set()
    for package in ("backend", "bot", "dialogs"):
        for file in (ROOT / package).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            if f"{call}(" in text:
                for node in ast.walk(ast.parse(text)):
                    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == call and node.args:
                        found |= set(_texts(node.args[0]))
    return frozenset(found)


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
