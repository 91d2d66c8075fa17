"""Finds the words for a key. The .po files are read as they are, so that changing a word needs no build."""

from __future__ import annotations

import gettext
import io
import string
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
DEFAULT = "zh_CN"


class MissingWords(LookupError):
    """A key has no words in this language; the key is the argument."""


class Words:
    """The words of one language.

    Args:
        language: a folder of this package, e.g. "zh_CN".
    """

    def __init__(self, language: str = DEFAULT) -> None:
        self.language = language
        self._catalogue: dict[str, str] = {}
        for file in sorted((FOLDER / language / "LC_MESSAGES").glob("*.po")):
            for key, text in _messages(file).items():
                if key in self._catalogue:
                    raise ValueError(f"{file.name}: {key!r} has words in another file already")
                self._catalogue[key] = text

    def __contains__(self, key: str) -> bool:
        return key in self._catalogue

    def __iter__(self) -> Iterator[str]:
        return iter(self._catalogue)

    def get(self, key: str) -> str | None:
        """The words, or None."""
        return self._catalogue.get(key)

    def template(self, key: str) -> str:
        """The words with their {placeholders}.

        Raises:
            MissingWords: there are none.
        """
        try:
            return self._catalogue[key]
        except KeyError:
            raise MissingWords(key) from None

    def say(self, key: str, params: Mapping[str, object]) -> str:
        """The words with the parameters put in. What a person wrote is put in as it is and never read as a template.

        A line whose every parameter is empty is left out: what is not known is not said.

        Raises:
            MissingWords: there are no words for the key.
            KeyError: the words want a parameter that was not given.
        """
        text = self.template(key)
        if "\n" not in text:
            return text.format_map(params)
        return "\n".join(line.format_map(params) for line in text.split("\n") if _says_something(line, params))

    def placeholders(self, key: str) -> frozenset[str]:
        """The names in braces."""
        return frozenset(name for _, name, _, _ in string.Formatter().parse(self.template(key)) if name)


def _says_something(line: str, params: Mapping[str, object]) -> bool:
    names = [name for _, name, _, _ in string.Formatter().parse(line) if name]
    return not names or any(params.get(name, "?") != "" for name in names)


def _messages(file: Path) -> dict[str, str]:
    """Key to words of one .po file, through gettext's own reader so that plural and context rules stay its business."""
    with file.open("rb") as source:
        catalogue = read_po(source, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    translations = gettext.GNUTranslations(compiled)
    return {
        str(message.id): translations.gettext(str(message.id)) for message in catalogue if message.id and message.string
    }


@cache
def words(language: str = DEFAULT) -> Words:
    """The words of a language, read once."""
    return Words(language)


def conversation_languages() -> tuple[str, ...]:
    """The languages a conversation can be held in; the others have words for pages only."""
    return tuple(one for one in languages() if (FOLDER / one / "LC_MESSAGES" / "dialog.po").exists())


def languages() -> tuple[str, ...]:
    """The languages there are folders for."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/LC_MESSAGES")))
