"""What the tests of Kili's SDK share: the host's address, both of the SDK's clients, and a record of what they send.

The SDK itself is left as it is, but for the pause between two looks at a plugin's status, which `real_pauses` keeps.
"""

import gzip
import json
import os
import time
import uuid
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from kili import __version__
from kili.client import Kili
from kili.client_domain import Kili as DomainKili
from kili.domain_api import PluginsNamespace

URL = os.environ["KILI_EDGE_URL"]
ENDPOINT = f"{URL}/api/label/v2/graphql"
ADMIN_KEY = os.environ["KILI_EDGE_ADMIN_KEY"]
WEBHOOK_SECRET = os.environ["KILI_EDGE_WEBHOOK_SECRET"]
PLUGINS = Path(__file__).parent / "plugins"

# One host per pass: alone, then connected to a double of Kili's API.
IS_CONNECTED = "KILI_EDGE_DOUBLE_URL" in os.environ
CONNECTED = ("test_client.py", "test_connected.py")
collect_ignore = [
    file.name for file in Path(__file__).parent.glob("test_*.py") if (file.name in CONNECTED) != IS_CONNECTED
]

RELEASE = tuple(int(part) for part in __version__.split("."))

FIGURES: dict[str, list[float]] = {}


@dataclass
class Sent:
    """Requests the SDK sent to the host, as they left."""

    requests: list = field(default_factory=list)

    def documents(self) -> list:
        return [body["query"] for _, body in self.requests if body is not None]


EVERYTHING_SENT = Sent()


def _record(request: requests.PreparedRequest) -> None:
    if not str(request.url).startswith(URL):
        return
    is_graphql = request.method == "POST" and request.path_url.endswith("/graphql")
    is_gzip = request.headers.get("Content-Encoding") == "gzip"
    body = gzip.decompress(request.body) if is_gzip else request.body
    EVERYTHING_SENT.requests.append((request, json.loads(body) if is_graphql else None))


_send = requests.adapters.HTTPAdapter.send


def _recording_send(self, request, *args, **kwargs):
    _record(request)
    return _send(self, request, *args, **kwargs)


requests.adapters.HTTPAdapter.send = _recording_send


@pytest.fixture
def sent():
    """What is sent from here on."""
    start = len(EVERYTHING_SENT.requests)

    class Since:
        @property
        def requests(self):
            return EVERYTHING_SENT.requests[start:]

        def documents(self):
            return Sent(self.requests).documents()

    return Since()


def make_client(kind: str, key: str = ADMIN_KEY, endpoint: str = ENDPOINT, **kwargs):
    """Constructs a client of the SDK, with all its checks."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client = {"flat": Kili, "domain": DomainKili}[kind]
        return client(api_key=key, api_endpoint=endpoint, **kwargs)


def plugin_methods(kind: str, client) -> SimpleNamespace:
    """The plugin methods of either client under the names of the domain client."""
    if kind == "domain":
        names = ["list", "status", "logs", "build_errors", "create", "update", "activate", "deactivate", "delete"]
        # The package has the namespace, and no release so far has it as `client.plugins`.
        flat = client.legacy_client
        namespace = getattr(client, "plugins", None) or PluginsNamespace(flat, flat.kili_api_gateway)
        methods = {name: getattr(namespace, name) for name in names}
        webhooks = namespace.webhooks
        # The namespace holds the client by a weak reference only.
        return SimpleNamespace(
            **methods, create_webhook=webhooks.create, update_webhook=webhooks.update, client=client
        )
    return SimpleNamespace(
        list=client.list_plugins,
        status=client.get_plugin_status,
        logs=client.get_plugin_logs,
        build_errors=client.get_plugin_build_errors,
        create=client.upload_plugin,
        update=client.update_plugin,
        activate=client.activate_plugin_on_project,
        deactivate=client.deactivate_plugin_on_project,
        delete=client.delete_plugin,
        create_webhook=client.create_webhook,
        update_webhook=client.update_webhook,
    )


@pytest.fixture(scope="session", params=["flat", "domain"])
def plugins(request):
    """The plugin methods, once through `kili.client` and once through `kili.client_domain`."""
    return plugin_methods(request.param, make_client(request.param))


@pytest.fixture
def name() -> str:
    """A plugin name nobody has."""
    return f"sdk-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def project() -> str:
    """A project nobody has."""
    return f"project-{uuid.uuid4().hex[:12]}"


@pytest.fixture(autouse=True)
def short_pauses(request, monkeypatch):
    """Looks at a new plugin's status without Kili's 15 s between two looks."""
    if "real_pauses" in request.fixturenames:
        return
    pause = SimpleNamespace(sleep=lambda _: time.sleep(0.05))
    monkeypatch.setattr("kili.services.plugins.upload.time", pause)


@pytest.fixture
def real_pauses():
    """Keeps the SDK's own pauses."""


@pytest.fixture(autouse=True)
def only_since(request):
    marker = request.node.get_closest_marker("since")
    if marker and RELEASE < tuple(int(part) for part in marker.args[0].split(".")):
        pytest.skip(f"not in this release of the SDK, but in {marker.args[0]}")


@pytest.fixture
def measure():
    """Keeps how long a block takes, in milliseconds, for the summary."""

    class Timer:
        def __init__(self, figure: str) -> None:
            self.figure = figure

        def __enter__(self) -> None:
            self.start = time.perf_counter()

        def __exit__(self, error, *_) -> None:
            if error is None:
                FIGURES.setdefault(self.figure, []).append((time.perf_counter() - self.start) * 1000)

    return Timer


def deliver(project_id: str, asset_id: str, event_type: str = "onSubmit", path: str = "/webhook") -> requests.Response:
    """Sends an event as Kili would."""
    sample = {
        "eventType": event_type,
        "logPayload": {"runId": uuid.uuid4().hex, "projectId": project_id},
        "payload": {
            "label": {"id": f"label-of-{asset_id}", "labelType": "DEFAULT", "jsonResponse": {}},
            "asset_id": asset_id,
        },
    }
    response = requests.post(f"{URL}{path}", json=sample, headers={"Authorization": WEBHOOK_SECRET}, timeout=30)
    assert response.status_code == 202, response.text
    return response


def eventually(look, wanted, patience: float = 30):
    """Looks until what is seen is as wanted, and answers what was seen."""
    deadline = time.monotonic() + patience
    while True:
        seen = look()
        if wanted(seen) or time.monotonic() > deadline:
            assert wanted(seen), f"not as wanted after {patience} s: {seen}"
            return seen
        time.sleep(0.1)


def entry(plugins, plugin_name: str, **kwargs):
    """The plugin in `list_plugins`, or None."""
    return next((plugin for plugin in plugins.list(**kwargs) if plugin["name"] == plugin_name), None)


def json_type(value) -> str:
    """The JSON type of a value; lists say what is in them."""
    if isinstance(value, list):
        return f"[{'|'.join(sorted({json_type(item) for item in value}))}]"
    names = {str: "string", bool: "boolean", int: "integer", float: "number", dict: "object", type(None): "null"}
    return names[type(value)]


def pytest_sessionfinish():
    path = os.environ.get("KILI_EDGE_RECORDING")
    if not path:
        return
    documents = {}
    for request, body in EVERYTHING_SENT.requests:
        if body is None or not request.headers.get("apollographql-client-name"):
            continue
        method = request.headers.get("kili-client-method-name", "")
        kept = documents.setdefault(body["query"], {"query": body["query"], "method": method, "variables": {}})
        for variable, value in (body.get("variables") or {}).items():
            types = kept["variables"].setdefault(variable, [])
            if json_type(value) not in types:
                types.append(json_type(value))
    Path(path).write_text(json.dumps(list(documents.values())))


def pytest_terminal_summary(terminalreporter):
    for figure, values in sorted(FIGURES.items()):
        middle = sorted(values)[len(values) // 2]
        terminalreporter.write_line(f"{figure}: median {middle:.0f} ms, {len(values)} time(s), most {max(values):.0f} ms")
