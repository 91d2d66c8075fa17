"""Looks over the words of a language for what a reader stumbles on; the rules are data, `<language>/tone.toml`.

They put `tone` (domain 13.1, reliability G20) into numbers and lists, so that a word somebody adds is looked at before
it is said. A language without a `tone.toml` is held only to what holds everywhere: no stray braces, no blank ends.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from locales.words import FOLDER, Words

_PLACEHOLDER = re.compile(r"\{\w+\}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")

#: A rule: it is given a key and its words, and says what is wrong with them.
Rule = Callable[["Tone", str, str], Iterator[str]]


class Tone:
    """The rules of one language, as its `tone.toml` has them.

    Attributes:
        rules: the tables of the file; absent ones forbid nothing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.rules: dict[str, Any] = _toml(folder / "tone.toml")

    def list(self, *path: str) -> list[Any]:
        """A list of the file, e.g. ("staff", "heads"); empty when it is not there."""
        found: Any = self.rules
        for one in path:
            found = found.get(one, {}) if isinstance(found, dict) else {}
        return found if isinstance(found, list) else []

    def number(self, name: str) -> int | None:
        """A length of `[longest]`, in the unit of the language."""
        found = self.rules.get("longest", {}).get(name)
        return None if found is None else int(found)

    def for_staff(self, key: str) -> bool:
        """Whether only colleagues read it; they have words of their own (domain 13.1, 9)."""
        return key.startswith(tuple(self.list("staff", "heads")))

    def length(self, text: str) -> int:
        """How long a text is to whoever reads it: Chinese characters, or words. What is put in is not counted."""
        bare = _PLACEHOLDER.sub("", text)
        return len((_WORD if self.rules.get("unit") == "word" else _HAN).findall(bare))

    @cached_property
    def characters(self) -> dict[str, frozenset[str]]:
        """Level to the characters people learn at it; empty where the script has no such list."""
        table = _toml(self._folder / "characters.toml")
        return {name: frozenset("".join(value.split())) for name, value in table.items() if name.startswith("level")}

    @cached_property
    def ends(self) -> re.Pattern[str]:
        """Where a sentence ends."""
        return re.compile(self.rules.get("sentence_end", r"[.!?\n]"))


def lint_text(text: str, rules: Tone) -> list[str]:
    """The same for a text of the catalogue that a resident reads; the titles of documents are left as they are."""
    bare = re.sub("《[^》]*》(?:（[^）]*）)?", "", text)
    return [found for rule in (sentence, banned, gloss, characters) for found in rule(rules, "", bare)]


@cache
def tone(language: str) -> Tone:
    """The rules of a language, read once."""
    return Tone(FOLDER / language)


def lint(known: Words, rules: Tone | None = None) -> list[str]:
    """One line for each thing to mend, with the key and what to do; empty when the words are right."""
    held = rules or tone(known.language)
    return [
        f"{key!r} {found}" for key in sorted(known) for rule in RULES for found in rule(held, key, known.template(key))
    ]


def machine(_: Tone, key: str, text: str) -> Iterator[str]:
    """Nothing of the machine shows."""
    if text != text.strip("\n"):
        yield "begins or ends with an empty line; take it out"
    if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
        yield "has a brace that is no placeholder"


def sentence(tone: Tone, key: str, text: str) -> Iterator[str]:
    """A sentence is one breath."""
    most = tone.number("sentence")
    if most is None or tone.for_staff(key):
        return
    for one in tone.ends.split(text):
        if tone.length(one) > most:
            yield f"has a sentence of {tone.length(one)}, {most} is the most; say it in two: {one.strip()!r}"


def message(tone: Tone, key: str, text: str) -> Iterator[str]:
    """What comes before a choice, a button and an answer to danger stay short; a question asks little."""
    for head, name in tone.rules.get("heads", {}).items():
        most = tone.number(name)
        if key.startswith(f"{head}.") and key not in tone.list("read_back") and most is not None:
            if tone.length(text) > most:
                yield f"is {tone.length(text)} long, {most} is the most for {head}.*; say less"
            if name == "question" and len(re.findall("[?？]", text)) > 2:
                yield "asks more than two things; ask them one after the other"


def banned(tone: Tone, key: str, text: str) -> Iterator[str]:
    """Office words that mean nothing to a villager, and words that hurt."""
    if tone.for_staff(key):
        return
    bare = _PLACEHOLDER.sub("", text)
    for one in tone.list("banned"):
        if _has(one["word"], bare):
            yield f"says {one['word']!r}; say {one['say']}"


def gloss(tone: Tone, key: str, text: str) -> Iterator[str]:
    """A word of the law or the office that cannot be avoided is explained where it stands."""
    if tone.for_staff(key):
        return
    for one in tone.list("gloss"):
        if key not in one.get("except", ()) and _has(one["word"], text) and not _has(one["with"], text):
            yield f"says {one['word']!r} and does not explain it; add words like {one['say']!r}"


def characters(tone: Tone, key: str, text: str) -> Iterator[str]:
    """A resident's words are written with everyday characters, a colleague's with common ones."""
    levels = tone.characters
    if not levels:
        return
    allowed = levels["level_1"] | (levels["level_2"] if tone.for_staff(key) else frozenset())
    rare = sorted(set(_HAN.findall(text)) - allowed)
    if rare and key not in tone.list("rare_characters"):
        yield f"is written with rare characters: {''.join(rare)}; say it otherwise"


def dates(tone: Tone, key: str, text: str) -> Iterator[str]:
    """A day is said with its weekday: {date} and the like bring it along, a day put together here has {weekday}."""
    for one in tone.list("dates"):
        if key not in one["except"] and re.search(one["word"], text) and "{weekday}" not in text:
            yield "puts a day together without {weekday}; take a day that is given whole"


def script(tone: Tone, key: str, text: str) -> Iterator[str]:
    """No other script than the language's own, but in an example between quotation marks."""
    rule = tone.rules.get("script")
    if rule and key not in rule["except"] and _has(rule["not"], re.sub("“[^”]*”", "", text)):
        yield f"is not all in its own script; say {rule['say']}"


def way_out(tone: Tone, key: str, text: str) -> Iterator[str]:
    """A mistake comes with an example or a way on."""
    rule = tone.rules.get("way_out")
    if rule and key.startswith(tuple(rule["heads"])) and not _has("|".join(rule["any"]), text):
        yield f"says what is wrong without an example or a way on; add one, such as {rule['say']!r}"


def refusal(tone: Tone, key: str, text: str) -> Iterator[str]:
    """Whoever is refused hears why, by which rule, and what can be done (社会救助法 第45、76条)."""
    listed = {one["key"]: one for one in tone.list("refusal")}
    if key in listed:
        missing = [name for name in listed[key]["with"] if name not in text]
        if missing:
            yield f"refuses without {', '.join(missing)}"
    elif re.match(tone.rules.get("refusing", r"(?!)"), key) and not tone.for_staff(key):
        yield "refuses something; list it under [[refusal]] in tone.toml with what it has to say"


RULES: tuple[Rule, ...] = (
    machine, sentence, message, banned, gloss, characters, script, dates, way_out, refusal,
)  # fmt: skip


def compare(known: Words, default: Words, named_elsewhere: Callable[[str], bool]) -> list[str]:
    """What another language lacks, has too much of, or puts other things into than the default language.

    Args:
        named_elsewhere: whether a key names something the default language takes from the catalogue.
    """
    found = [f"no words for {key!r}" for key in sorted(default) if key not in known]
    found += [
        f"{key!r} is said in no other language" for key in known if key not in default and not named_elsewhere(key)
    ]
    return found + [
        f"{key!r} has other placeholders than in {default.language}"
        for key in sorted(default)
        if key in known and known.placeholders(key) != default.placeholders(key)
    ]


def _has(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None


def _toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
