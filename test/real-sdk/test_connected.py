"""One client for both: a host that is connected to Kili answers for plugins itself and passes everything else on.

Kili is played by the project's own double of its API. `run.ts` starts the host for this file alone.
"""

import json
import os

import pytest
import requests
from conftest import entry, make_client, plugin_methods
from kili.exceptions import AuthenticationFailed, GraphQLError
from test_keys import make_key

DOUBLE_URL = os.environ["KILI_EDGE_DOUBLE_URL"]
DOUBLE_KEY = os.environ["KILI_EDGE_DOUBLE_KEY"]

APPEND_LABELS = """
mutation ($data: AppendManyLabelsData!, $where: AssetWhere!) {
  data: appendManyLabels(data: $data, where: $where) { id }
}
"""


@pytest.fixture(autouse=True)
def double():
    """A Kili that holds one project with an asset."""
    seed = {
        "projects": [{"id": "kili-project", "title": "Boxes", "inputType": "IMAGE", "roles": []}],
        "assets": [{"id": "kili-asset", "externalId": "one", "projectId": "kili-project", "labels": [], "issues": []}],
    }
    requests.post(f"{DOUBLE_URL}/double/reset", timeout=10).raise_for_status()
    requests.post(f"{DOUBLE_URL}/double/seed", json=seed, timeout=10).raise_for_status()


def calls(field: str) -> list:
    answer = requests.get(f"{DOUBLE_URL}/double/calls", timeout=10).json()
    return [call for call in answer if field in call["fields"]]


def projects(kili) -> list:
    return kili.projects(project_id="kili-project", fields=["id", "title"], disable_tqdm=True)


@pytest.fixture(scope="module")
def kili():
    return make_client("flat")


def test_projects_come_from_kili_and_plugins_from_the_host(kili):
    assert projects(kili) == [{"id": "kili-project", "title": "Boxes"}]
    assert entry(plugin_methods("flat", kili), "bbox-count") is not None
    [call] = calls("projects")
    assert call["authorization"] == f"X-API-Key: {DOUBLE_KEY}"
    assert call["headers"]["kili-client-method-name"] == "projects"
    assert calls("listPlugins") == []


def test_the_domain_client_too():
    kili = make_client("domain")
    found = kili.projects.list(filter={"project_id": "kili-project"}, fields=["id"], disable_tqdm=True)
    assert found == [{"id": "kili-project"}]
    assert entry(plugin_methods("domain", kili), "bbox-count") is not None


def test_a_field_neither_knows_is_refused_by_the_sdk(kili):
    with pytest.raises(GraphQLError, match="Cannot query field 'nothing' on type 'Project'"):
        kili.projects(project_id="kili-project", fields=["nothing"], disable_tqdm=True)


def test_labels_of_over_a_megabyte_arrive_once(kili):
    """Newer releases compress such a body."""
    response = json.dumps({"JOB_0": {"text": "x" * 1_500_000}})
    label = {"assetID": "kili-asset", "jsonResponse": response, "secondsToLabel": 1}
    variables = {
        "data": {"labelType": "DEFAULT", "overwrite": False, "labelsData": [label]},
        "where": {"idIn": ["kili-asset"], "project": {"id": "kili-project"}},
    }
    answer = kili.graphql_client.execute(APPEND_LABELS, variables)
    assert len(answer["data"]) == 1
    [call] = calls("appendManyLabels")
    assert call["variables"]["data"]["labelsData"][0]["jsonResponse"] == response


def test_a_viewer_reads_at_kili_and_changes_nothing_there(name):
    kili = make_client("flat", make_key(name, "viewer")["key"])
    assert projects(kili)[0]["title"] == "Boxes"
    with pytest.raises(GraphQLError, match="appendManyLabels"):
        kili.graphql_client.execute(APPEND_LABELS, {"data": {"labelType": "DEFAULT", "labelsData": []}, "where": {}})
    assert calls("appendManyLabels") == []


def test_nothing_is_passed_on_for_a_wrong_key():
    with pytest.raises(AuthenticationFailed):
        make_client("flat", "wrong-key")
    assert requests.get(f"{DOUBLE_URL}/double/calls", timeout=10).json() == []
