"""Makes calls with the client that plugins get on the host, in CPython: `guest_client.py <endpoint> <key>`.

Reads the name of a case per line, and writes what it gave as a line of JSON.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "plugins" / "python" / "library"), str(ROOT / "test" / "python" / "conformance")]

from cpython_door import open_door  # noqa: E402

open_door(*sys.argv[1:])

from client_calls import CASES, give  # noqa: E402
from kili.client import Kili  # noqa: E402

for line in sys.stdin:
    print(json.dumps(give(CASES[line.strip()], Kili())), flush=True)
