"""Start gradlab from a checkout: python3 scripts/run.py [arguments of gradlab].

The first start makes the environment that gradlab needs; see bootstrap.py.
"""

import sys

import bootstrap


def main() -> int:
    """Hand over to gradlab, in the folder in which the user is."""
    python = bootstrap.ensure()
    # -P: a file of the user's, such as random.py, must not stand in for a module of the same name.
    return bootstrap.hand_over([str(python), "-P", "-m", "gradlab", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
