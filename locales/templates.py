"""Words for page templates: `_('key', name=value)` through Jinja's own i18n extension, with the .po files' keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from locales.words import DEFAULT, Words, words

_EXTENSION = "jinja2.ext.i18n"


def speak(environment: Environment, language: str) -> Environment:
    """Let an environment's templates speak a language; what it has no words for is said in the default one.

    In a template `language` is the language as HTML names it.
    """
    known, default = words(language), words(DEFAULT)

    def gettext(key: str, **params: Any) -> str:
        text = _template(known, default, key)
        return Markup(escape(text)).format(**params) if params else text  # noqa: S704 - it is escaped

    def ngettext(one: str, many: str, n: int, **params: Any) -> str:
        return gettext(one if n == 1 else many, n=n, **params)

    environment.add_extension(_EXTENSION)
    environment.install_gettext_callables(gettext, ngettext, newstyle=False)  # type: ignore[attr-defined]
    environment.globals["language"] = language.replace("_CN", "-CN")
    return environment


def _template(known: Words, default: Words, key: str) -> str:
    found = known.get(key)
    return default.template(key) if found is None else found


def template_keys(folder: Path) -> Iterator[tuple[str, str]]:
    """Every key the templates of a folder say, with the name of the file and the line."""
    environment = Environment(extensions=[_EXTENSION], autoescape=True)
    for file in sorted(folder.glob("*.html")):
        for line, _, message in environment.extract_translations(file.read_text(encoding="utf-8")):  # type: ignore[attr-defined]
            # With parameters it comes as (key, no plural).
            yield message if isinstance(message, str) else str(message[0]), f"{file.name}:{line}"
