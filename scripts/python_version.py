"""Say clearly when the Python on this machine is too old, before anything is installed."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file runs under the machine's own Python
    sys.exit(f"Yimen needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: make PYTHON=python3.11 setup")
