"""The SDK's own end-to-end story, from upload to deletion, with a plugin that runs."""

import json
import time
from datetime import datetime, timedelta, timezone

import pytest
from conftest import PLUGINS, deliver, entry, eventually
from kili.exceptions import GraphQLError
from kili.services.plugins.exceptions import PluginCreationError
from ts_plugin import ECHO, upload_echo


@pytest.fixture
def echo(plugins, name, measure):
    """A plugin of its own that logs three lines per submitted label."""
    with measure("upload to final status, TypeScript"):
        upload_echo(name)
        eventually(lambda: plugins.status(name), lambda status: status != "DEPLOYING")
    assert plugins.status(name) == "ACTIVE", plugins.build_errors(name)
    return name


def lines(plugins, project, name, **kwargs):
    return json.loads(plugins.logs(project, name, **kwargs))


def contents(*args, **kwargs):
    return [line["content"] for line in lines(*args, **kwargs)]


def test_from_upload_to_deletion(plugins, echo, project):
    assert entry(plugins, echo)["projectIds"] == []
    assert plugins.activate(echo, project) == f"Plugin with name {echo} successfully activated"
    assert entry(plugins, echo)["projectIds"] == [project]

    deliver(project, "asset-1")
    logs = eventually(lambda: lines(plugins, project, echo), lambda seen: len(seen) == 3)
    assert [(line["logType"], line["content"]) for line in logs] == [
        ("error", "third line of asset-1"),
        ("warning", "second line of asset-1"),
        ("info", "first line of asset-1"),
    ]
    for line in logs:
        assert set(line) == {"content", "createdAt", "logType", "metadata", "pluginName", "projectId", "runId"}
        assert line["metadata"] == {"assetId": "asset-1", "labelId": "label-of-asset-1"}
        assert (line["pluginName"], line["projectId"]) == (echo, project)
    assert json.loads(plugins.build_errors(echo)) == []

    assert plugins.deactivate(echo, project) == f"Plugin with name {echo} successfully deactivated"
    assert entry(plugins, echo)["projectIds"] == []
    deliver(project, "asset-2")
    time.sleep(0.5)
    assert len(lines(plugins, project, echo)) == 3

    assert plugins.delete(echo) == f"Plugin with name {echo} successfully deleted"
    assert entry(plugins, echo) is None
    with pytest.raises(GraphQLError, match="none has that name"):
        plugins.status(echo)

    upload_echo(echo)
    eventually(lambda: plugins.status(echo), lambda status: status == "ACTIVE")
    assert entry(plugins, echo)["projectIds"] == []
    assert lines(plugins, project, echo) == [], "what a plugin logged ends with it"


def test_pages_through_logs_and_starts_at_a_date(plugins, echo, project):
    plugins.activate(echo, project)
    for number in range(3):
        deliver(project, f"asset-{number}")
        eventually(lambda: lines(plugins, project, echo), lambda seen: len(seen) == 3 * (number + 1))
        time.sleep(0.05)
    everything = contents(plugins, project, echo)
    assert everything[0] == "third line of asset-2"
    assert everything[-1] == "first line of asset-0"

    assert contents(plugins, project, echo, limit=2) == everything[:2]
    assert contents(plugins, project, echo, limit=4, skip=2) == everything[2:6]
    assert contents(plugins, project, echo, skip=8) == everything[8:]
    assert contents(plugins, project, echo, skip=9) == []

    second = lines(plugins, project, echo)[5]
    assert second["content"] == "first line of asset-1"
    naive = datetime.strptime(second["createdAt"], "%Y-%m-%dT%H:%M:%S.%fZ")
    since_second = everything[:6]
    # The SDK takes a naive date for UTC, and writes "+00:00Z" behind one that knows its zone.
    assert contents(plugins, project, echo, start_date=naive) == since_second
    in_utc = naive.replace(tzinfo=timezone.utc)
    assert contents(plugins, project, echo, start_date=in_utc) == since_second
    in_paris = in_utc.astimezone(timezone(timedelta(hours=2)))
    assert contents(plugins, project, echo, start_date=in_paris) == since_second
    assert contents(plugins, project, echo, start_date=naive, limit=1, skip=5) == ["first line of asset-1"]
    assert contents(plugins, project, echo, start_date=datetime(1970, 1, 1)) == everything
    assert contents(plugins, project, echo, start_date=naive + timedelta(days=1)) == []


def test_other_projects_and_other_events_are_kept_apart(plugins, echo, project):
    plugins.activate(echo, project)
    deliver(f"{project}-other", "elsewhere")
    deliver(project, "unasked", event_type="onSendBackToQueue")
    deliver(project, "reviewed", event_type="onReview")
    assert eventually(lambda: contents(plugins, project, echo), lambda seen: seen) == ["review of reviewed"]
    assert contents(plugins, f"{project}-other", echo) == []


def test_a_failing_update_keeps_the_version_that_runs(plugins, echo, project):
    plugins.activate(echo, project)
    upload_echo(echo, main="export default class PluginHandler {\n  onSubmit() { return 1 +; }\n}\n", update=True)
    eventually(lambda: json.loads(plugins.build_errors(echo)), lambda errors: errors)
    problem = json.loads(plugins.build_errors(echo))[0]
    assert problem["content"].startswith("main.ts:2:"), problem
    assert "return 1 +;" in problem["content"]
    assert problem["pluginName"] == echo
    assert plugins.status(echo) == "FAILED"
    deliver(project, "asset-1")
    eventually(lambda: contents(plugins, project, echo), lambda seen: len(seen) == 3)
    assert entry(plugins, echo)["projectIds"] == [project]


def test_an_update_through_the_sdk_keeps_the_version_that_runs_too(plugins, echo, project):
    plugins.activate(echo, project)
    with pytest.raises(PluginCreationError, match="There was some error during the creation of the plugin"):
        plugins.update(str(PLUGINS / "broken.py"), echo)
    [problem, note] = json.loads(plugins.build_errors(echo))
    assert 'Cannot import "numpy"' in problem["content"]
    assert note["content"] == "The version from before keeps running: this update changed nothing"
    deliver(project, "asset-1")
    eventually(lambda: contents(plugins, project, echo), lambda seen: len(seen) == 3)


def test_an_update_that_builds_runs_from_the_next_event_on(plugins, echo, project):
    plugins.activate(echo, project)
    deliver(project, "asset-1")
    eventually(lambda: contents(plugins, project, echo), lambda seen: len(seen) == 3)
    code = (ECHO / "main.ts").read_text().replace("first line of", "first line, anew, of")
    upload_echo(echo, main=code, update=True)
    eventually(lambda: plugins.status(echo), lambda status: status == "ACTIVE")
    deliver(project, "asset-2")
    logs = eventually(lambda: contents(plugins, project, echo), lambda seen: len(seen) == 6)
    assert logs[2] == "first line, anew, of asset-2"
    assert entry(plugins, echo)["projectIds"] == [project]


def test_a_python_plugin_from_upload_to_deletion(plugins, name, project):
    plugins.create(str(PLUGINS / "python-folder"), name)
    assert plugins.status(name) == "ACTIVE"
    plugins.activate(name, project)
    deliver(project, "asset-1")
    logs = eventually(lambda: lines(plugins, project, name), lambda seen: len(seen) == 2)
    assert [(line["logType"], line["content"]) for line in logs] == [
        ("info", "0 boxes on asset-1"),
        ("info", "looking at label-of-asset-1"),
    ]
    plugins.update(str(PLUGINS / "single_file.py"), name)
    deliver(project, "asset-2")
    assert eventually(lambda: contents(plugins, project, name), lambda seen: len(seen) == 3)[0] == "submitted asset-2"
    plugins.delete(name)
    assert entry(plugins, name) is None
