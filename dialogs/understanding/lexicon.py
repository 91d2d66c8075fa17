"""Word lists live in `lexicons/*.toml`; this module turns them into patterns, once, at first use."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "lexicons"

HAN = r"\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
"""The inside of a character class: Chinese characters, extensions included."""


@cache
def load(name: str) -> Mapping[str, Any]:
    """The contents of `lexicons/<name>.toml`. A missing or broken file is an error at first use."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def alternation(words: Iterable[str]) -> str:
    """A pattern that matches any of `words`, the longest first, in time that does not grow with the list."""
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for character in word:
            node = node.setdefault(character, {})
        node[""] = {}
    return _branch(tree)


def _branch(node: dict[str, Any]) -> str:
    ends = "" in node
    single, longer = [], []
    for character, below in node.items():
        if character == "":
            continue
        rest = _branch(below)
        if rest:
            longer.append(re.escape(character) + rest)
        else:
            single.append(character)
    if not single and not longer:
        return ""
    options = list(longer)
    if single:
        options.append(re.escape(single[0]) if len(single) == 1 else "[" + "".join(map(re.escape, single)) + "]")
    if len(options) == 1 and not ends:
        return options[0]
    return f"(?:{'|'.join(options)}){'?' if ends else ''}"


_REFERENCE = re.compile(r"@([a-z_]+)@")


@cache
def fragment(name: str) -> str:
    """The pattern `grammar.toml` gives for `name`: a list is an alternation, a text is a pattern."""
    value = load("grammar")[name]
    return expand(value) if isinstance(value, str) else alternation(value)


def expand(source: str) -> str:
    """`source` with every `@name@` replaced by that fragment of `grammar.toml`."""
    return _REFERENCE.sub(lambda match: f"(?:{fragment(match[1])})", source)


def compiled(source: str) -> re.Pattern[str]:
    """An expanded pattern, compiled. An error names the pattern."""
    try:
        return re.compile(expand(source))
    except (re.error, KeyError) as error:
        error.add_note(f"in the pattern {source!r}")
        raise


@cache
def words(book: str, name: str) -> re.Pattern[str]:
    """A compiled alternation of the list `name` in `lexicons/<book>.toml`."""
    return re.compile(alternation(load(book)[name]))
