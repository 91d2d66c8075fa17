"""Policy as data: items, materials, needs, hardship types, departments, reasons, routes and counties.

`load_catalogue()` and `load_county(name)` read the files beside this module; everything else is a pure
function of what they return.
"""

from dialogs.catalogue.conditions import CONDITIONS, holds
from dialogs.catalogue.county import County, Person, Setting, Town, Village, register_prefix
from dialogs.catalogue.facts import Facts, Member
from dialogs.catalogue.load import load_catalogue, load_county
from dialogs.catalogue.mistakes import CatalogueMistake, NotCovered, UnknownCode
from dialogs.catalogue.model import Catalogue, Item, Limit, Material
from dialogs.catalogue.routing import LeftOut, Reason, Routed, Suggestion, items_for, route

__all__ = [
    "CONDITIONS",
    "Catalogue",
    "CatalogueMistake",
    "County",
    "Facts",
    "Item",
    "LeftOut",
    "Limit",
    "Material",
    "Member",
    "NotCovered",
    "Person",
    "Reason",
    "Routed",
    "Setting",
    "Suggestion",
    "Town",
    "UnknownCode",
    "Village",
    "holds",
    "items_for",
    "load_catalogue",
    "load_county",
    "register_prefix",
    "route",
]
