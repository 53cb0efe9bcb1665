"""The bootstrap: `python3 -m toolchain <verb>`, with whatever Python is on the machine."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - that an older one can start is the point
    sys.exit(
        "error: Python {}.{} is too old: install 3.11 or later, or name one with "
        "make PYTHON=/path/to/python3.11".format(*sys.version_info[:2])
    )

from toolchain import verbs

sys.exit(verbs.main(sys.argv[1:]))
