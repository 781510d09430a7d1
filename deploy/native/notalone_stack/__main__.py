"""Lets `python -m notalone_stack` run the command."""

import sys

from notalone_stack.cli import main

sys.exit(main())
