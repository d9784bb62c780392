"""Uploading Python through the SDK: what is well becomes ACTIVE, what is wrong ends FAILED and says where."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from conftest import PLUGINS, deliver, entry, eventually, make_client, plugin_methods
from kili.exceptions import GraphQLError
from kili.services.plugins.exceptions import PluginCreationError

SINGLE_FILE = str(PLUGINS / "single_file.py")
BROKEN = str(PLUGINS / "broken.py")
PROBLEM = 'main.py:3:1: Cannot import "numpy"'


def upload(plugins, path, name, **kwargs):
    assert plugins.create(str(path), name, **kwargs) is not None
    assert plugins.status(name) == "ACTIVE"


def fail_to_upload(plugins, path, name, **kwargs):
    with pytest.raises(PluginCreationError, match="There was some error during the creation of the plugin"):
        plugins.create(str(path), name, **kwargs)
    assert plugins.status(name) == "FAILED"


def contents(plugins, name, **kwargs):
    return [error["content"] for error in json.loads(plugins.build_errors(name, **kwargs))]


def test_a_python_file_becomes_active(plugins, name, measure):
    with measure("upload to final status, Python"):
        upload(plugins, SINGLE_FILE, name)
    assert json.loads(plugins.build_errors(name)) == []
    assert entry(plugins, name)["projectIds"] == []


def test_a_broken_file_ends_failed_and_says_where(plugins, name):
    fail_to_upload(plugins, BROKEN, name)
    [error] = json.loads(plugins.build_errors(name))
    assert set(error) == {"content", "createdAt", "logType", "pluginName"}
    assert (error["logType"], error["pluginName"]) == ("error", name)
    assert error["content"].startswith(PROBLEM)
    assert "> 3 | import numpy as np" in error["content"]


def test_the_sdks_own_pauses_end_too(name, real_pauses):
    plugins = plugin_methods("flat", make_client("flat"))
    upload(plugins, SINGLE_FILE, name)


def test_a_folder_with_requirements(plugins, name, sent):
    upload(plugins, PLUGINS / "python-folder", name)
    [put] = [request for request, _ in sent.requests if request.method == "PUT"]
    assert put.headers["Content-type"] == "application/zip"


def test_events_by_pattern(plugins, name):
    upload(plugins, PLUGINS / "every_event.py", name, event_matcher=["labels.created.*", "asset.skipped"])


@pytest.mark.since("26.2")
def test_events_by_annotation(plugins, name, sent):
    upload(plugins, PLUGINS / "decorated.py", name)
    [sent_patterns] = [
        body["variables"]["eventMatcher"] for _, body in sent.requests if body and "createPluginRunner" in body["query"]
    ]
    assert "asset.skipped" in sent_patterns


def test_a_duplicate_name_is_refused_in_kilis_words(plugins, name):
    upload(plugins, SINGLE_FILE, name)
    words = f"""an entity Plugin already exists with value "{name}" for field 'name'"""
    with pytest.raises(GraphQLError) as refused:
        plugins.create(SINGLE_FILE, name)
    assert words in str(refused.value)


def test_an_update_is_built_anew(plugins, name):
    upload(plugins, SINGLE_FILE, name)
    plugins.update(str(PLUGINS / "python-folder"), name)
    assert plugins.status(name) == "ACTIVE"
    with pytest.raises(PluginCreationError):
        plugins.update(BROKEN, name)
    assert any(content.startswith(PROBLEM) for content in contents(plugins, name))
    assert plugins.status(name) == "FAILED"


def test_an_update_of_nothing_is_refused(plugins, name):
    with pytest.raises(GraphQLError, match=f'plugin "{name}": none has that name'):
        plugins.update(SINGLE_FILE, name)
    assert entry(plugins, name) is None


def test_build_errors_are_paged_and_dated(plugins, name):
    fail_to_upload(plugins, BROKEN, name)
    first = json.loads(plugins.build_errors(name))[0]
    assert contents(plugins, name, skip=1) == []
    assert contents(plugins, name, limit=1) == [first["content"]]
    at = datetime.strptime(first["createdAt"], "%Y-%m-%dT%H:%M:%S.%fZ")
    assert contents(plugins, name, start_date=at) == [first["content"]]
    assert contents(plugins, name, start_date=at.replace(tzinfo=timezone.utc)) == [first["content"]]
    assert contents(plugins, name, start_date=at + timedelta(seconds=1)) == []


def test_activates_before_it_builds_and_goes_when_deleted(plugins, name, project):
    upload(plugins, SINGLE_FILE, name)
    plugins.activate(name, project)
    assert entry(plugins, name)["projectIds"] == [project]
    plugins.deactivate(name, project)
    assert entry(plugins, name)["projectIds"] == []
    assert plugins.delete(name) == f"Plugin with name {name} successfully deleted"
    assert entry(plugins, name) is None
    upload(plugins, SINGLE_FILE, name)
    assert entry(plugins, name)["projectIds"] == []


def test_names_may_be_anything_kili_takes(plugins, name):
    odd = f"{name} été/..\\\\ % ? #1"
    upload(plugins, SINGLE_FILE, odd)
    assert entry(plugins, odd) is not None
    plugins.delete(odd)


def with_packages(folder, fast):
    """A plugin as pip leaves it for its author's own machine: with compiled code that the SDK does not send."""
    package = folder / "python_packages" / "tally"
    package.mkdir(parents=True)
    (package / "_fast.cpython-311-x86_64-linux-gnu.so").write_bytes(b"\x7fELF")
    (package / "__init__.py").write_text(f"{fast}\n\ndef count(things):\n    return len(things)\n")
    (folder / "requirements.txt").write_text("tally==1.0\n")
    handler = "    def on_submit(self, label, asset_id):\n        print(tally.count(asset_id), 'letters')\n"
    head = "import tally\nfrom kili.plugins import PluginCore\n\n\nclass PluginHandler(PluginCore):\n"
    (folder / "main.py").write_text(head + handler)
    return folder


def test_packages_come_along_and_run(plugins, name, project, tmp_path):
    upload(plugins, with_packages(tmp_path, "try:\n    from . import _fast\nexcept ImportError:\n    pass"), name)
    plugins.activate(name, project)
    deliver(project, "asset-1")
    logs = eventually(lambda: json.loads(plugins.logs(project, name)), lambda seen: len(seen) == 1)
    assert logs[0]["content"] == "7 letters"


def test_compiled_code_that_did_not_come_along_is_said_to_be_missing(plugins, name, tmp_path):
    fail_to_upload(plugins, with_packages(tmp_path, "from tally._fast import count"), name)
    [content] = contents(plugins, name)
    assert content.startswith("main.py:1:1: Cannot load the plugin: ModuleNotFoundError: No module named 'tally._fast'")
    assert "it did not come along: Kili's SDK sends only .py files, upload with \"kili-edge push\"" in content
