"""Webhooks as plugins: registered through the SDK, delivered to an HTTP server of the test's own."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import deliver, entry, eventually
from kili.exceptions import GraphQLError

PORT = int(os.environ["KILI_EDGE_RECEIVER_PORT"])
RECEIVER = f"http://127.0.0.1:{PORT}"


class Receiver(BaseHTTPRequestHandler):
    """Keeps what comes, by path."""

    received: list = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.received.append((self.path, dict(self.headers.items()), json.loads(body)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module", autouse=True)
def receiver():
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield
    server.shutdown()
    server.server_close()


def received(path):
    return [(headers, body) for at, headers, body in Receiver.received if at == path]


def header(headers, name):
    return next((value for key, value in headers.items() if key.lower() == name), None)


def test_delivers_in_kilis_envelope_with_the_given_header(plugins, name, project):
    made = plugins.create_webhook(f"{RECEIVER}/{name}", name, header="Bearer of-the-test", handler_types=["onSubmit"])
    assert name in made
    assert plugins.status(name) == "ACTIVE"
    assert entry(plugins, name)["projectIds"] == []
    plugins.activate(name, project)
    assert entry(plugins, name)["projectIds"] == [project]

    deliver(project, "asset-1")
    deliver(project, "asset-2", event_type="onReview")
    [(headers, body)] = eventually(lambda: received(f"/{name}"), lambda seen: seen)
    assert header(headers, "authorization") == "Bearer of-the-test"
    assert header(headers, "content-type").startswith("application/json")
    assert header(headers, "webhook-id")
    assert header(headers, "webhook-timestamp").isdigit()
    assert body["eventType"] == "onSubmit"
    assert set(body["logPayload"]) == {"runId", "projectId"}
    assert body["logPayload"]["projectId"] == project
    assert body["payload"]["asset_id"] == "asset-1"
    assert body["payload"]["label"]["id"] == "label-of-asset-1"


def test_an_update_delivers_elsewhere_with_another_header(plugins, name, project):
    plugins.create_webhook(f"{RECEIVER}/{name}/old", name, header="old", handler_types=["onSubmit"])
    plugins.activate(name, project)
    assert name in plugins.update_webhook(f"{RECEIVER}/{name}/new", name, new_header="new", handler_types=["onReview"])
    deliver(project, "asset-1")
    deliver(project, "asset-2", event_type="onReview")
    [(headers, body)] = eventually(lambda: received(f"/{name}/new"), lambda seen: seen)
    assert header(headers, "authorization") == "new"
    assert body["eventType"] == "onReview"
    assert received(f"/{name}/old") == []


def test_events_by_pattern(plugins, name, project):
    plugins.create_webhook(f"{RECEIVER}/{name}", name, event_matcher=["labels.created.*"])
    plugins.activate(name, project)
    deliver(project, "asset-1")
    deliver(project, "asset-2", event_type="labels.created.submit")
    [(headers, body)] = eventually(lambda: received(f"/{name}"), lambda seen: seen)
    assert "labels.created.submit" in (body.get("eventType"), body.get("event"))
    assert header(headers, "authorization") is None


def test_without_events_it_gets_submits_and_reviews(plugins, name, project):
    plugins.create_webhook(f"{RECEIVER}/{name}", name)
    plugins.activate(name, project)
    for event_type in ["onSubmit", "onReview", "onSendBackToQueue"]:
        deliver(project, "asset-1", event_type=event_type)
    seen = eventually(lambda: received(f"/{name}"), lambda seen: len(seen) == 2)
    assert sorted(body["eventType"] for _, body in seen) == ["onReview", "onSubmit"]


def test_what_became_of_a_delivery_is_in_the_logs(plugins, name, project):
    plugins.create_webhook(f"{RECEIVER}/{name}", name, handler_types=["onSubmit"])
    plugins.activate(name, project)
    deliver(project, "asset-1")
    eventually(lambda: json.loads(plugins.logs(project, name)), lambda seen: seen)


def test_a_private_address_is_refused(plugins, name):
    with pytest.raises(GraphQLError, match="private|not allowed|refuse"):
        plugins.create_webhook("http://169.254.169.254/latest", name, handler_types=["onSubmit"])
    assert entry(plugins, name) is None


def test_a_duplicate_name_is_refused(plugins, name):
    plugins.create_webhook(f"{RECEIVER}/{name}", name, handler_types=["onSubmit"])
    with pytest.raises(GraphQLError, match="an entity Plugin already exists with value"):
        plugins.create_webhook(f"{RECEIVER}/{name}", name, handler_types=["onSubmit"])


def test_goes_when_deleted(plugins, name, project):
    plugins.create_webhook(f"{RECEIVER}/{name}", name, handler_types=["onSubmit"])
    plugins.activate(name, project)
    plugins.delete(name)
    assert entry(plugins, name) is None
    deliver(project, "asset-1")
    plugins.create_webhook(f"{RECEIVER}/{name}", name, handler_types=["onSubmit"])
    assert entry(plugins, name)["projectIds"] == []
    assert received(f"/{name}") == []
