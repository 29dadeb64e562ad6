"""Lets `python -m gradlab` start the command line."""

import sys

from gradlab.cli import main

sys.exit(main())
