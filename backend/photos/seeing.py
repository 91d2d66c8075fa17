"""Whether this machine can read photographs, and which files are any."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

#: What is read; everything else she sends is kept as it is.
PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic"})
PACKAGES: Final = ("rapidocr", "onnxruntime", "cv2", "PIL", "pi_heif")
INSTALL: Final = "make photos"


def why_off(wanted: bool) -> str:
    """Why photographs are not read here; "" when they are.

    Args:
        wanted: the setting `read_photos`.
    """
    if not wanted:
        return "YIMEN_READ_PHOTOS is off"
    missing = [one for one in PACKAGES if find_spec(one) is None]
    return f"the extra photos is not installed ({', '.join(missing)} missing); run `{INSTALL}`" if missing else ""
