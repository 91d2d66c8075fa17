"""Turns what is to be said into words, once, at the edge; the channel only carries the result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec

from bot.notice_sheet import picture_problem
from dialogs.catalogue.model import Catalogue
from dialogs.effects import Option, Say
from dialogs.terms import Line, Lines, Param, Term, Terms
from locales.words import Words


class Choice(msgspec.Struct, frozen=True):
    """A button in words; `label` carries its number if it has one, for where there are no buttons to press."""

    id: str
    label: str


class Reply(msgspec.Struct, frozen=True):
    """One message in words."""

    id: str
    text: str
    kind: str
    choices: tuple[Choice, ...] = ()
    files: tuple[dict[str, str], ...] = ()


class Renderer:
    """Words for one language and one county's catalogue.

    Args:
        places: village and town codes to names.
    """

    def __init__(self, words: Words, catalogue: Catalogue, places: Mapping[str, str]) -> None:
        self._words = words
        self._catalogue = catalogue
        self._places = places

    def reply(self, message_id: str, say: Say) -> Reply:
        """A `Say` as a reply."""
        return Reply(
            message_id,
            self._about(say),
            say.kind,
            tuple(self._choice(option) for option in say.options),
            self._files(say),
        )

    def _files(self, say: Say) -> tuple[dict[str, str], ...]:
        """The notice comes with itself as a picture."""
        path = say.params.get("path")
        if say.key != "msg.one_time_notice" or not isinstance(path, str) or picture_problem() is not None:
            return ()
        return ({"name": self._words.say("notice.picture_name", {}), "url": f"{path}.png"},)

    def _about(self, say: Say) -> str:
        shorter = f"{say.key}.again"
        text = self.text(shorter if say.again and shorter in self._words else say.key, say.params)
        return self._words.say("msg.about", {"who": say.about, "text": text}) if say.about else text

    def _choice(self, option: Option) -> Choice:
        label = self.text(option.label, option.params)
        return Choice(option.id, f"{option.number}. {label}" if option.number else label)

    def text(self, key: str, params: Mapping[str, Param]) -> str:
        """The words for a key with its parameters in words."""
        return self._words.say(key, {name: self.param(value) for name, value in params.items()})

    def param(self, value: Param) -> str:
        """One parameter in words."""
        match value:
            case str():
                return value
            case int():
                return str(value)
            case Term(kind, code):
                return self.term(kind, code)
            case Terms(kind, codes):
                return self._words.template("list.and").join(self.term(kind, code) for code in codes)
            case Line(key, params):
                return self.text(key, params)
            case Lines(lines, by):
                joined = {"lines": "\n", "list": self._words.template("list.and"), "run": ""}[by]
                return joined.join(self.text(line.key, line.params) for line in lines)

    def term(self, kind: str, code: str) -> str:
        """The plain name of a thing; an unknown code is shown as the words for "something else", never raw."""
        if kind == "day":
            return self.day(dt.date.fromisoformat(code))
        named = self._words.get(f"{kind}.{code}")
        return self._in_catalogue(kind, code) if named is None else named

    def _in_catalogue(self, kind: str, code: str) -> str:
        """A name as the catalogue has it, where the language has none of its own (`locales/en` has)."""
        catalogue = self._catalogue
        match kind:
            case "item" if code in catalogue.items:
                return catalogue.items[code].plain_name
            case "dept" if code in catalogue.departments:
                return catalogue.departments[code].plain
            case "need" if code in catalogue.needs:
                return catalogue.needs[code].plain
            case "hardship" if code in catalogue.hardships:
                return catalogue.hardships[code].plain
            case "material" if code in catalogue.materials:
                return catalogue.materials[code].plain
            case "return_reason" if code in catalogue.return_reasons:
                return catalogue.return_reasons[code].plain
            case "meeting_reason" if code in catalogue.meeting_reasons:
                return catalogue.meeting_reasons[code].plain
            case "second_ask" if code in catalogue.second_ask_reasons:
                return catalogue.second_ask_reasons[code].plain
            case "refusal" if code in catalogue.refusals:
                return catalogue.refusals[code].beforehand
            case "after" if code in catalogue.refusals:
                return catalogue.refusals[code].after
            case "opening" if code in catalogue.reasons:
                return catalogue.reasons[code].opening
            case "reason" if code in catalogue.reasons:
                return catalogue.reasons[code].name
            case "village" | "town" if code in self._places:
                return self._places[code]
        return self._words.template(f"{kind}.@other")

    def day(self, day: dt.date) -> str:
        """A date as people say it, always with the weekday (domain 13.1)."""
        template = self._words.template
        named = {"month": template(f"month.{day.month}"), "weekday": template(f"weekday.{day.isoweekday()}")}
        return self._words.say("day", named | {"day": day.day})
