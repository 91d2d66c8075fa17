"""Reads one policy file; a mistake names file, entry, field and what to do."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from dialogs.catalogue.mistakes import CatalogueMistake

_T = TypeVar("_T")


def read(path: Path, kind: type[_T]) -> _T:
    """One file as a frozen value. Raises CatalogueMistake naming file, entry, field and what to do."""
    name = f"{path.parent.name}/{path.name}" if path.parent.name in ("items", "counties", "packs") else path.name
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CatalogueMistake(f"{name}: the file is missing; a catalogue cannot do without it") from None
    except tomllib.TOMLDecodeError as error:
        raise CatalogueMistake(f"{name}: not TOML, {error}; mend the line") from None
    try:
        return msgspec.convert(data, kind, strict=True)
    except msgspec.ValidationError as error:
        raise CatalogueMistake(_explain(name, data, str(error))) from None


def _explain(name: str, data: Any, message: str) -> str:
    """Turns "… - at `$.limit[1].days`" into the entry's own name and the field."""
    what, _, where = message.partition(" - at ")
    path = where.strip("`").removeprefix("$").lstrip(".")
    entry, field = _entry(data, path)
    unknown = re.match(r"Object contains unknown field `(.+)`", what)
    missing = re.match(r"Object missing required field `(.+)`", what)
    if unknown:
        return f"{name}: {entry} has a field {unknown[1]!r} nobody reads; correct its name or remove it"
    if missing:
        return f"{name}: {entry} has no field {missing[1]!r}; add it"
    return f"{name}: {entry}, field {field!r}: {what[:1].lower()}{what[1:]}; correct the value"


def _entry(data: Any, path: str) -> tuple[str, str]:
    """The entry on the path, called by its code, key, name or day where it has one; and the last field."""
    here: Any = data
    called = "the file itself"
    field = ""
    for part in re.findall(r"[^.\[\]]+", path):
        try:
            here = here[int(part)] if isinstance(here, list) else here[part]
        except (KeyError, IndexError, ValueError, TypeError):
            break
        if isinstance(here, dict):
            label = next((str(here[key]) for key in ("code", "key", "type", "name", "from") if key in here), "")
            number = f" {int(part) + 1}" if part.isdecimal() else ""
            called = f"[[{field or part}]]{number}" + (f" ({label})" if label else "")
        if not part.isdecimal():
            field = part
    return called, field or path
