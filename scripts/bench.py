"""Measure speed and memory: python3 scripts/bench.py [--json] [--only NAME ...]."""

import sys

import bootstrap
import places


def main() -> int:
    """Hand over to measure.py, in an environment that has gradlab."""
    python = bootstrap.ensure()
    measure = places.ROOT / "scripts" / "measure.py"
    return bootstrap.hand_over([str(python), str(measure), *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
