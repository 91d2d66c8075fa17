"""Builds what every entrance needs beside the runtime: the words of this deployment."""

from __future__ import annotations

from backend.runtime import Runtime
from bot.render import Renderer
from dialogs.catalogue import Catalogue, County
from locales.words import words


def renderer_for(runtime: Runtime) -> Renderer:
    """The renderer of this deployment's language and county."""
    return renderer_of(runtime.settings.language, runtime.env.catalogue, runtime.env.county)


def renderer_of(language: str, catalogue: Catalogue, county: County) -> Renderer:
    """The renderer of a language, a catalogue and a county, where there is no runtime."""
    places = {village.code: town.name + village.name for town in county.towns for village in town.villages}
    places |= {town.no: town.name for town in county.towns}
    return Renderer(words(language), catalogue, places)
