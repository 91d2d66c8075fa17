"""Builds what every entrance needs beside the runtime: the words of this deployment."""

from __future__ import annotations

from backend.runtime import Runtime
from bot.render import Renderer
from locales.words import words


def renderer_for(runtime: Runtime) -> Renderer:
    """The renderer of this deployment's language and county."""
    county = runtime.env.county
    places = {village.code: town.name + village.name for town in county.towns for village in town.villages}
    places |= {town.no: town.name for town in county.towns}
    return Renderer(words(runtime.settings.language), runtime.env.catalogue, places)
