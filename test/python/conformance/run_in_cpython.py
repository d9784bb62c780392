"""Runs a plugin in CPython as Kili's own runner does: one process, the client over HTTP, print and logs on its streams.

Of the host's Python it uses the client only, with HTTP in the place of the host's door.
"""

import json
import os
import sys

from cpython_door import open_door

folder, library, endpoint, key, project_id = sys.argv[1:]
calls = json.load(sys.stdin)
sys.path.insert(0, library)
sys.path.insert(0, folder)

open_door(endpoint, key)

# One stream for both, so that lines keep their order.
reader, writer = os.pipe()
stream = os.fdopen(writer, "w", buffering=1, encoding="utf-8")
result = sys.stdout
sys.stdout = sys.stderr = stream
endings = []

import threading  # noqa: E402

text = []
collector = threading.Thread(target=lambda: text.append(os.fdopen(reader, encoding="utf-8").read()))
collector.start()

import main  # noqa: E402

from kili.client import Kili  # noqa: E402

for call in calls:
    try:
        plugin = main.PluginHandler(Kili(), project_id)
        value = getattr(plugin, call["method"])(**call["arguments"])
        endings.append({"type": "ok", "result": None if value is None else json.dumps(value)})
    except Exception as error:
        endings.append({"type": "threw", "name": type(error).__name__, "message": str(error)})
stream.close()
collector.join()
json.dump({"lines": text[0].split("\n")[:-1], "endings": endings}, result)
