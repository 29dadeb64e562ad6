"""Run every check: python3 scripts/test.py. With arguments, run only pytest with them."""

import sys

import bootstrap
import places


def main() -> int:
    """Hand over to check.py, in an environment that has the tools."""
    python = bootstrap.ensure(("test", "lint"))
    check = places.ROOT / "scripts" / "check.py"
    return bootstrap.hand_over([str(python), str(check), *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
