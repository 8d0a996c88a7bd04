"""``python -m w2v_core``: see ``w2v_core.command_line``."""

import sys

from w2v_core.command_line.program import main

if __name__ == "__main__":
    sys.exit(main())
