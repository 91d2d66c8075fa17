"""One module per dialog: questions and routing only."""

from dialogs.flows.for_another import FOR_ANOTHER
from dialogs.flows.for_oneself import FOR_ONESELF
from dialogs.flows.station import STATION
from dialogs.question import Dialog

DIALOGS: dict[str, Dialog] = {dialog.name: dialog for dialog in (FOR_ONESELF, FOR_ANOTHER, *STATION)}

__all__ = ["DIALOGS"]
