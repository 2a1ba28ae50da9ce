"""Where the tests find things, wherever they stand themselves."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FROZEN_PAGES = ROOT / "tests" / "pages"
# Captures with truth; tests that need them skip where they are missing.
SHARED = Path(os.environ.get("LOA_SHARED", ROOT.parent / "shared"))
