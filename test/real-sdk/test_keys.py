"""Keys of the host's own: what the SDK may do with each role, and when a key ends."""

from datetime import datetime, timedelta, timezone

import pytest
from conftest import entry, make_client, plugin_methods
from kili.client import Kili
from kili.exceptions import AuthenticationFailed, GraphQLError
from ts_plugin import ENDPOINT, graphql

CREATE = "mutation ($data: CreateApiKeyInput!) { key: createApiKey(data: $data) { id key } }"
REVOKE = "mutation ($id: ID!) { revokeApiKey(where: {id: $id}) }"


def make_key(name: str, role: str, **data) -> dict:
    return graphql(CREATE, {"data": {"name": name, "role": role, **data}})["key"]


def test_a_viewer_reads_and_changes_nothing(name, project):
    plugins = plugin_methods("flat", make_client("flat", make_key(name, "viewer")["key"]))
    assert entry(plugins, "bbox-count") is not None
    assert plugins.status("bbox-count") == "ACTIVE"
    for change in [
        lambda: plugins.activate("bbox-count", project),
        lambda: plugins.deactivate("bbox-count", project),
    ]:
        with pytest.raises(GraphQLError, match="viewer"):
            change()
    assert project not in entry(plugins, "bbox-count")["projectIds"]


def test_an_operator_activates(name, project):
    plugins = plugin_methods("flat", make_client("flat", make_key(name, "operator")["key"]))
    plugins.activate("bbox-count", project)
    assert project in entry(plugins, "bbox-count")["projectIds"]
    plugins.deactivate("bbox-count", project)


def test_a_revoked_key_ends_at_once(name, sent):
    key = make_key(name, "viewer")
    kili = make_client("flat", key["key"])
    kili.list_plugins()
    graphql(REVOKE, {"id": key["id"]})
    with pytest.raises(Exception, match="Cannot authenticate: the API key was revoked"):
        kili.list_plugins()
    with pytest.raises(AuthenticationFailed):
        make_client("flat", key["key"])


def test_the_sdk_warns_of_a_keys_end(name):
    soon = (datetime.now(timezone.utc) + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    key = make_key(name, "viewer", expiresAt=soon)
    with pytest.warns(UserWarning, match=f"Your api key will be deprecated on {soon[:10]}"):
        Kili(api_key=key["key"], api_endpoint=ENDPOINT)
