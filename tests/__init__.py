"""Where the tests find things, wherever they stand themselves."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FROZEN_PAGES = ROOT / "tests" / "pages"
# Captures with truth; tests that need them skip where they are missing.
SHARED = ROOT.parent / "shared"
