"""Settings of all tests. Imports neither torch nor Qt, so that each half runs without the other."""

import os

from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# The same examples each time: a failure is then a failure for everyone.
settings.register_profile(
    "gradlab", deadline=None, derandomize=True, database=None, max_examples=50
)
settings.load_profile("gradlab")
