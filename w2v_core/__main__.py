"""``python -m w2v_core``: train a model and ask it, without a browser."""

import sys

from w2v_core.command_line.commands import main

sys.exit(main())
