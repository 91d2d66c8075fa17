"""Rule packs: what one published document says about the work of the window, each value with its day and clause.

A county names one pack; what the county file sets itself goes before it (domain 0.4, 4.2, 15.1).
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property, lru_cache
from pathlib import Path

from dialogs.catalogue.mistakes import CatalogueMistake, NotCovered
from dialogs.catalogue.parts import Confidence, Part
from dialogs.catalogue.reading import read

PACKS = Path(__file__).parent / "packs"

Plain = bool | int | str | list[str]


class PackValue(Part, frozen=True, kw_only=True, rename={"start": "from"}):
    """One value of a document.

    Attributes:
        unit: of an amount: wd, nd, h or min; "" for everything else.
        start, until: first and last day it holds; no `until` while it has not ended.
        source_clause: the place in the document and its words; with `default`, what the document leaves open.
        confidence: `seed` when the document itself gives the value (domain 0.2).
    """

    key: str
    value: Plain
    unit: str = ""
    start: dt.date
    until: dt.date | None = None
    source_clause: str
    confidence: Confidence

    def holds(self, day: dt.date) -> bool:
        """Whether the day lies within."""
        return self.start <= day and (self.until is None or day <= self.until)


class Pack(Part, frozen=True, kw_only=True, eq=False, dict=True, rename={"values": "value"}):
    """One document as data.

    Attributes:
        code: the name of its file.
        short: how the specification and our own tables call it (domain 0.1): HN, SD, JS, LC, MG.
        document: its number, or its name when it has none, as a ground is cited.
    """

    code: str
    short: str
    title: str
    document: str
    issuer: str
    values: tuple[PackValue, ...]

    @property
    def file(self) -> str:
        """What to name in a message about this pack."""
        return f"packs/{self.code}.toml"

    @cached_property
    def by_key(self) -> dict[str, tuple[PackValue, ...]]:
        """Its values by key, in the order of the file."""
        found: dict[str, tuple[PackValue, ...]] = {}
        for row in self.values:
            found[row.key] = (*found.get(row.key, ()), row)
        return found

    def value(self, key: str, day: dt.date) -> PackValue | None:
        """The value on that day; None when the document is silent about the key on every day.

        Raises:
            NotCovered: it speaks of it, but not for that day. What held last is never taken instead.
        """
        rows = self.by_key.get(key)
        if rows is None:
            return None
        for row in rows:
            if row.holds(day):
                return row
        raise NotCovered(f"value {key!r}", day, self.file)

    def clause(self, row: PackValue) -> str:
        """The ground of a value as it is cited: document and clause."""
        return f"{self.document} {row.source_clause}"


def pack_names(folder: Path = PACKS) -> tuple[str, ...]:
    """The packs that have a file."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


@lru_cache(maxsize=32)
def load_pack(name: str, folder: Path = PACKS) -> Pack:
    """A pack by its file name without `.toml`.

    Raises:
        CatalogueMistake: no such pack (the known ones are named), or its file is wrong.
    """
    if name not in pack_names(folder):
        raise CatalogueMistake(f"pack {name!r}: no file {name}.toml in packs/; known: {', '.join(pack_names(folder))}")
    pack = read(folder / f"{name}.toml", Pack)
    if pack.code != name:
        raise CatalogueMistake(f"{pack.file}: field 'code' is {pack.code!r}; name the file so or correct the code")
    return pack
