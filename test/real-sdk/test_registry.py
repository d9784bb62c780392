"""What the SDK reads of plugins, and turning them on and off."""

import pytest
from conftest import entry, make_client
from kili.core.graphql.operations.plugin.queries import PluginQuery
from kili.exceptions import GraphQLError


def test_lists_plugins_with_the_default_fields(plugins):
    found = entry(plugins, "bbox-count")
    assert set(found) == {"name", "projectIds", "id", "createdAt", "updatedAt"}
    assert "demo" in found["projectIds"]
    assert found["createdAt"].endswith("Z")


def test_lists_plugins_with_every_field(plugins):
    fields = ["id", "name", "projectIds", "createdAt", "updatedAt", "organizationId", "archived"]
    assert entry(plugins, "bbox-count", fields=fields)["archived"] is False
    assert set(plugins.list(fields=["name"])[0]) == {"name"}


def test_a_field_that_is_not_there_is_refused_by_name(plugins):
    with pytest.raises(GraphQLError, match="Cannot query field 'nothing' on type 'Plugin'"):
        plugins.list(fields=["nothing"])


def test_answers_the_status(plugins):
    assert plugins.status("bbox-count") == "ACTIVE"


def test_counts_plugins():
    """`countPlugins` is not a method of the client, but its query is in the package."""
    client = make_client("flat").graphql_client
    assert client.execute(PluginQuery.COUNT_QUERY, {"where": {"name": "bbox-count"}})["data"] == 1


def test_names_a_plugin_that_is_not_there(plugins, name, project):
    for call in [
        lambda: plugins.status(name),
        lambda: plugins.logs(project, name),
        lambda: plugins.build_errors(name),
        lambda: plugins.activate(name, project),
        lambda: plugins.deactivate(name, project),
        lambda: plugins.delete(name),
    ]:
        with pytest.raises(GraphQLError, match=f'plugin "{name}": none has that name'):
            call()


def test_activates_twice_and_deactivates_twice(plugins, project):
    done = "Plugin with name bbox-count successfully"
    for _ in range(2):
        assert plugins.activate("bbox-count", project) == f"{done} activated"
        assert project in entry(plugins, "bbox-count")["projectIds"]
    for _ in range(2):
        assert plugins.deactivate("bbox-count", project) == f"{done} deactivated"
        assert project not in entry(plugins, "bbox-count")["projectIds"]


def test_what_is_not_about_plugins_is_refused_by_name():
    """This host is not connected to Kili; test_connected.py has one that is. The SDK looks into the schema and sends
    nothing, so that the words are its own."""
    kili = make_client("flat")
    with pytest.raises(GraphQLError, match="Unknown type 'ProjectWhere'"):
        kili.projects(project_id="kili-project", fields=["id"], disable_tqdm=True)
