"""Fields of an identity card, a household register page or a disability certificate, out of recognised lines.

A field that is not sure is left out: a gap is filled by asking, a wrong value by nobody. An identity number counts only
when its check digit is right (GB 11643-1999) and the birth date and the sex printed beside it say the same; a
disability certificate's number is an identity number, the kind and the level (domain 10.8).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations, pairwise
from typing import Any

import msgspec
from rapidfuzz import fuzz

from dialogs.papers.layout import Placed, TextLine, row_of, upright
from dialogs.understanding.clean import fold
from dialogs.understanding.id_number import IdNumber, read_id_number
from dialogs.understanding.lexicon import HAN, alternation, load
from dialogs.understanding.problems import Problem

#: The recogniser's confidence below which a field is not used. Measured with `yimen bench photos`.
SURE = 0.9
#: Of a hundred: how much of a paper's own words must be read for it to count as that paper.
ALIKE = 80
#: A hole in a row of an address wider than so many heights of it: something was not read.
GAP = 1.6


class Paper(msgspec.Struct, frozen=True):
    """What a photograph shows.

    Attributes:
        code: disability, register_page, register_cover, id_card, id_card_back; "" for none of them.
        fields: name, number (18 places), address, disability (1 to 7), level (1 to 4); only those that are sure.
        confidence: of each field that was seen, 0 to 1; of those that are not in `fields` too.
        lines: how much text there was at all.
    """

    code: str = ""
    fields: dict[str, str] = {}
    confidence: dict[str, float] = {}
    lines: int = 0

    @property
    def clear(self) -> bool:
        """Whether everything that matters on such a paper could be read."""
        return bool(self.code) and not [one for one in MATTERS & set(expected(self.code)) if one not in self.fields]


#: Without these a photograph is worth taking again; the rest is a help.
MATTERS = frozenset({"name", "number"})


class _Seen(msgspec.Struct, frozen=True):
    value: str
    score: float


def expected(code: str) -> tuple[str, ...]:
    """The fields a paper has."""
    return next((tuple(one["fields"]) for one in load("papers")["paper"] if one["code"] == code), ())


def material_of(code: str) -> str:
    """The material of the catalogue a paper counts as; "" for none."""
    return next((str(one["material"]) for one in load("papers")["paper"] if one["code"] == code), "")


def read_paper(lines: Sequence[TextLine], today: dt.date) -> Paper:
    """Which paper it is, and what is surely on it."""
    known = [msgspec.structs.replace(one, text=_plain(one.text)) for one in lines if _plain(one.text)]
    code = _which(known)
    if not code:
        return Paper(lines=len(known))
    either = sorted(upright(known), key=lambda placed: _in_order(placed, code), reverse=True)
    fields, confidence = _fields(_labelled(either[0]), code, today)
    wanted = expected(code)
    return Paper(code, {name: fields[name] for name in wanted if name in fields}, confidence, len(known))


def _plain(text: str) -> str:
    return re.sub(r"[\s:：,，.。·•_|]+(?=$)|^[\s:：,，.。_|]+|\s+", "", fold(text))


def _which(lines: Sequence[TextLine]) -> str:
    best, found = float(ALIKE), ""
    for paper in load("papers")["paper"]:
        for word in paper["any"]:
            long = [one.text for one in lines if len(one.text) >= len(word) - 1]
            alike = max((fuzz.partial_ratio(word, text) for text in long), default=0.0)
            if alike > best or (alike == best and not found):
                best, found = alike, str(paper["code"])
    return found or _by_its_number(lines)


def _by_its_number(lines: Sequence[TextLine]) -> str:
    """An identity card whose own words were not read: a number of its kind, and one of its labels."""
    labels = load("papers")["paper_by_number"]
    numbered = any(_NUMBER.fullmatch(one.text) for one in lines)
    return str(labels["code"]) if numbered and any(w in one.text for w in labels["any"] for one in lines) else ""


def _in_order(placed: Sequence[Placed], code: str) -> int:
    """How many of the paper's own words stand in the order they are printed in, less those that do not."""
    order = next((one["order"] for one in load("papers")["paper"] if one["code"] == code), ())
    heights = [line.middle for word in order for line in placed if word in line.text]
    return sum(1 if above < below else -1 for above, below in combinations(heights, 2))


@cache
def _labels() -> tuple[re.Pattern[str], Mapping[str, str]]:
    of = {word: one["of"] for one in load("papers")["label"] for word in one["words"]}
    return re.compile(f"({alternation(of)})"), of


def _labelled(placed: Sequence[Placed]) -> dict[str, _Seen]:
    """Field to what stands behind its label: in the same line, or to the right of it."""
    pattern, of = _labels()
    seen: dict[str, _Seen] = {}
    free: list[Placed] = []
    open_labels: list[tuple[str, Placed]] = []
    for line in placed:
        parts = pattern.split(line.text)
        if len(parts) == 1:
            free.append(line)
            continue
        if parts[0]:
            width = (line.right - line.left) * len(parts[0]) / len(line.text)
            free.append(msgspec.structs.replace(line, text=parts[0], right=line.left + width))
        for label, value in zip(parts[1::2], parts[2::2], strict=True):
            field = of[label]
            if value and field:
                seen.setdefault(field, _Seen(value, line.score))
                if field == "address":
                    open_labels.append((field, line))
            elif field:
                open_labels.append((field, line))
    everything = [*free, *(line for line in placed if line not in free)]
    for field, line in open_labels:
        if field == "address":
            found = _address(line, seen.get("address"), free, everything)
        else:
            found = _right_of(line, free, everything, joined=field == "number")
        if found is not None:
            seen[field] = found
    if "number" not in seen:
        seen |= _alone(free)
    return seen


def _right_of(label: Placed, free: Sequence[Placed], everything: Sequence[Placed], *, joined: bool) -> _Seen | None:
    values: list[Placed] = []
    for one in row_of(label, everything):
        if one not in free:
            break  # the next label
        values.append(one)
        if not joined:
            break
    if not values:
        return None
    return _Seen("".join(one.text for one in values), min(one.score for one in values))


def _address(label: Placed, begun: _Seen | None, free: Sequence[Placed], everything: Sequence[Placed]) -> _Seen | None:
    """An address goes on below itself; one with a hole in it is none."""
    first = [] if begun is not None else [one for one in row_of(label, everything) if one in free]
    if begun is None and not first:
        return None
    head = label if begun is not None else first[0]
    rows = [first]
    at = head.middle
    while True:
        below = sorted(
            (
                one
                for one in free
                if 0.6 * head.height < one.middle - at < 1.9 * head.height
                and one.left < head.right
                and one.right > head.left - head.height
                and re.search(f"[{HAN}]", one.text)
            ),
            key=lambda one: one.left,
        )
        if not below or len(rows) > 3:
            break
        rows.append(below)
        at = sum(one.middle for one in below) / len(below)
    text, scores = (begun.value, [begun.score]) if begun is not None else ("", [])
    for row in rows:
        text += "".join(one.text for one in row)
        scores += [one.score for one in row]
        scores += [0.0 for before, one in pairwise(row) if one.left - before.right > GAP * head.height]
        if row and row is not rows[0] and row[0].left > head.left + GAP * head.height and begun is None:
            scores.append(0.0)  # the row begins too far to the right
    return _Seen(text, min(scores))


def _alone(free: Sequence[Placed]) -> dict[str, _Seen]:
    """A number whose label was not read: the only thing on the paper that looks like one."""
    found = [one for one in free if re.fullmatch(r"\d{17}[\dx]\d{0,2}", one.text)]
    return {"number": _Seen(found[0].text, found[0].score)} if len(found) == 1 else {}


def _fields(seen: Mapping[str, _Seen], code: str, today: dt.date) -> tuple[dict[str, str], dict[str, float]]:
    fields: dict[str, str] = {}
    confidence = {name: one.score for name, one in seen.items()}
    name = seen.get("name")
    if name is not None and name.score >= SURE and re.fullmatch(f"[{HAN}]{{2,4}}|[{HAN}]+·[{HAN}·]+", name.value):
        fields["name"] = name.value
    number = seen.get("number")
    if number is not None:
        right = _number(number, seen, today, with_kind=code == "disability")
        if right is None:
            confidence["number"] = min(number.score, SURE / 2)
        else:
            fields |= right
    address = seen.get("address")
    if address is not None and address.score >= SURE and _whole().search(address.value):
        fields["address"] = address.value
    return fields, confidence


@cache
def _whole() -> re.Pattern[str]:
    """An address from the county down to the village; one that leaves a step out was not read whole."""
    return re.compile(f"[{HAN}]+".join(["", *(f"(?:{alternation(one)})" for one in load("papers")["steps"])]))


_NUMBER = re.compile(r"\d{17}[\dx]")


def _number(seen: _Seen, beside: Mapping[str, _Seen], today: dt.date, *, with_kind: bool) -> dict[str, str] | None:
    """The identity number when everything on the paper agrees with it, and the kind and level behind it."""
    text, more = seen.value, {}
    if with_kind and re.fullmatch(r"\d{17}[\dx][1-7][1-4]", text):
        more = {"disability": text[-2], "level": text[-1]}
        text = text[:-2]
    if seen.score < SURE or not _NUMBER.fullmatch(text):
        return None
    found = read_id_number(text, today)
    if isinstance(found, Problem) or not _agrees(found, beside):
        return None
    return {"number": found.value18, **(more if _same_kind(more, beside) else {})}


def _agrees(found: IdNumber, beside: Mapping[str, _Seen]) -> bool:
    sexes: Mapping[str, Any] = load("papers")["sex"]
    sex = beside.get("sex")
    if sex is not None and sex.score >= SURE:
        said = next((code for code, word in sexes.items() if word in sex.value), None)
        if said is not None and said != found.sex:
            return False
    birth = beside.get("birth")
    if birth is None or birth.score < SURE:
        return True
    date = re.fullmatch(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D*", birth.value)
    return date is None or tuple(map(int, date.groups())) == (found.birth.year, found.birth.month, found.birth.day)


def _same_kind(more: Mapping[str, str], beside: Mapping[str, _Seen]) -> bool:
    """Whether the kind and level in words are those of the number, where they could be read."""
    words: Mapping[str, Any] = load("papers")["disability"]
    for field, names in (("disability", words["kinds"]), ("level", words["levels"])):
        seen = beside.get(field)
        told = [str(at) for at, name in enumerate(names, start=1) if seen is not None and name in seen.value]
        if field in more and told and seen is not None and seen.score >= SURE and more[field] not in told:
            return False
    return True
