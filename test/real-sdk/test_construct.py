"""Constructing a client: with every check the SDK makes, with a wrong key, and twice at once."""

import subprocess
import sys
import warnings

import pytest
from conftest import ADMIN_KEY, ENDPOINT, make_client
from kili.client import Kili
from kili.client_domain import Kili as DomainKili
from kili.exceptions import AuthenticationFailed


@pytest.mark.parametrize("kind", ["flat", "domain"])
def test_constructs_with_every_check_and_then_from_its_cache(kind, sent, measure, tmp_path):
    params = {"graphql_client_params": {"graphql_schema_cache_dir": tmp_path}}
    with measure("construct, schema fetched"):
        make_client(kind, **params)
    first = sent.documents()
    assert any("viewer" in document for document in first)
    assert any("__schema" in document for document in first)
    assert any("expiryDate" in document for document in first)
    assert any(request.path_url == "/api/label/v2/version" for request, _ in sent.requests)
    assert len(list(tmp_path.glob("*.graphql"))) == 1

    with measure("construct, schema cached"):
        make_client(kind, **params)
    assert not any("__schema" in document for document in sent.documents()[len(first) :])


def test_says_nothing_about_the_keys_end():
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        Kili(api_key=ADMIN_KEY, api_endpoint=ENDPOINT)


@pytest.mark.parametrize("client", [Kili, DomainKili])
def test_a_wrong_key_is_refused_at_once(client, sent):
    with pytest.raises(AuthenticationFailed, match="does not seem to be valid"):
        client(api_key="wrong-key", api_endpoint=ENDPOINT)
    assert len(sent.requests) == 1


def test_a_key_that_stops_being_valid_is_refused_without_resending(sent):
    kili = make_client("flat")
    kili.graphql_client._gql_transport.headers["Authorization"] = "X-API-Key: no-longer-valid"
    before = len(sent.requests)
    with pytest.raises(Exception, match="Cannot authenticate: unknown API key"):
        kili.list_plugins()
    # One retry is the SDK's own, after an error it takes for an old schema.
    assert len(sent.requests) - before <= 3


WORKER = """
import sys
from kili.client import Kili

key, endpoint, project = sys.argv[1:]
kili = Kili(api_key=key, api_endpoint=endpoint)
for _ in range(5):
    kili.activate_plugin_on_project("bbox-count", project)
    assert project in [p for p in kili.list_plugins() if p["name"] == "bbox-count"][0]["projectIds"]
    kili.deactivate_plugin_on_project("bbox-count", project)
    assert project not in [p for p in kili.list_plugins() if p["name"] == "bbox-count"][0]["projectIds"]
print("done")
"""


def test_two_clients_at_once():
    def start(number: int) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-c", WORKER, ADMIN_KEY, ENDPOINT, f"two-clients-{number}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    for client in [start(1), start(2)]:
        out, err = client.communicate(timeout=120)
        assert (client.returncode, out.strip()) == (0, "done"), err
