"""Keep the endings of today: `make golden`. A changed ending needs a greater RULES_VERSION.

`--unreleased` keeps it under the same version: for rules that no released version has had yet.
"""

from __future__ import annotations

import sys

from ecslab.sim import RULES_VERSION
from tests.golden.stories import KEPT, STORIES, moved, read_kept, tell, write_kept


def main() -> None:
    """Tell every story and write how it ends."""
    arguments = sys.argv[1:]
    if arguments not in ([], ["--unreleased"]):
        sys.exit("Usage: python -m tests.golden.write [--unreleased]")
    version, kept = read_kept() if KEPT.exists() else (0, {})
    now = {name: tell(file) for name, file in STORIES.items()}
    changed = moved(kept, now)
    if changed and version == RULES_VERSION and not arguments:
        sys.exit(
            f"The same requests end in another world in {', '.join(changed)}, and RULES_VERSION is still {version}. "
            "Raise it in ecslab/sim/__init__.py, say in docs/rules-changes.md what changed, then run this again. "
            "While no version with these rules was released: make golden GOLDEN=--unreleased"
        )
    write_kept(now)
    print(f"{len(now)} endings kept under RULES_VERSION {RULES_VERSION}; changed: {', '.join(changed) or 'none'}.")


if __name__ == "__main__":
    main()
