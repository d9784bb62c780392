"""The host's door for the guest's client in CPython: HTTP in its place."""

import json
import sys
import types
import urllib.request


def open_door(endpoint, key):
    """Puts it where the client looks for it; call before the client is imported."""

    class Current:
        def input_type(self, _):
            return "IMAGE"

        def send(self, document, variables):
            body = json.dumps({"query": document, "variables": json.loads(variables)}).encode()
            headers = {"authorization": f"X-API-Key: {key}", "content-type": "application/json"}
            with urllib.request.urlopen(urllib.request.Request(endpoint, body, headers)) as answer:
                answered = json.load(answer)
            if answered.get("errors"):
                return json.dumps({"error": {"name": "KiliError", "message": answered["errors"][0]["message"]}})
            return json.dumps({"data": answered["data"]})

    stand_in = types.ModuleType("kili_edge.current")
    stand_in.current = Current()
    package = types.ModuleType("kili_edge")
    package.__path__ = []
    sys.modules["kili_edge"] = package
    sys.modules["kili_edge.current"] = stand_in
