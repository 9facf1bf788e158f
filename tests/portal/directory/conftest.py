"""The public files themselves are read only where somebody has put them."""

import os

collect_ignore = [] if os.environ.get("PREAU_DATA") else ["test_real_files.py"]
