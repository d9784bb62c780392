"""Loads the plugin of this interpreter and runs its handlers, one at a time."""

import importlib.util
import inspect
import json
import logging
import os
import random
import sys
import time

from kili.client import Kili
from kili_edge import run as run_facts
from kili_edge.check import check_class, check_files, problem_of
from kili_edge.current import current
from kili_edge.failures import PLUGIN_FOLDER, describe
from kili_edge.limits import CpuLimitExceeded, excess
from kili_edge.streams import LineStream, write_line

_stdout = LineStream("info")
_stderr = LineStream("error")
# Standard library that CPython has loaded before it looks for a script: a plugin's file of that name is never found.
_LOADED_FIRST = {"abc", "builtins", "codecs", "encodings", "io", "os", "posixpath", "site", "stat", "sys", "time", "types"}
_PACKAGES = "/packages"
# In what the linker says of a library.
_NO_ROOM = "found no memory left for its data"
_plugin = {}


def wake():
    """Called when an interpreter starts from the memory image: what must not be the same in each."""
    random.seed()
    logging._startTime = time.time_ns()
    sys.stdout, sys.stderr, sys.stdin = _stdout, _stderr, None
    logging._defaultLastResort.setLevel(logging.WARNING)
    time.sleep = _sleep
    # After the standard library, as where Python keeps its own packages.
    if os.path.isdir(_PACKAGES):
        sys.path.append(_PACKAGES)


def load(host, request):
    """Loads the plugin's module for a run. The answer, as JSON: how that ended."""
    return _within(host, json.loads(request), _load_for_run)


def run(host, request):
    """Calls one handler. `request` is JSON; so is the answer: how it ended."""
    return _within(host, json.loads(request), _call_handler)


def _within(host, call, work):
    current.host, excess.cpu = host, None
    facts = call["run"]
    run_facts.id, run_facts.attempt, run_facts.idempotency_key = facts["id"], facts["attempt"], facts["idempotencyKey"]
    run_facts.config = call["config"]
    os.environ.update(call["env"])
    try:
        ending = _end(call, work)
    finally:
        _stdout.end()
        _stderr.end()
        current.host = None
    return json.dumps(ending)


def probe(host, request):
    """Checks the plugin and loads its module. The answer: what is wrong, as JSON."""
    call = json.loads(request)
    main, files = call["main"], call["files"]
    current.host, excess.cpu = host, None
    try:
        problems = check_files(main, files)
        if not problems:
            problems = check_class(main, _load(main, files), call["events"])
    except BaseException as error:
        problems = [problem_of(main, error)]
    finally:
        current.host = None
    return json.dumps({"problems": problems[:20]})


def _load_for_run(call):
    _load(call["main"], call["files"])


def _call_handler(call):
    plugin = _load(call["main"], call["files"])(Kili(), call["projectId"])
    return _to_json(_call(getattr(plugin, call["method"]), call["arguments"]))


def _end(call, work):
    try:
        ending = {"type": "ok", "result": work(call)}
    except BaseException as error:
        ending = _failed(error)
    # The excess is final, whatever the plugin made of it.
    return ending if excess.cpu is None else {"type": "cpu_limit", "stack": None, "where": excess.cpu or None}


def _failed(error):
    if isinstance(error, CpuLimitExceeded):
        return {"type": "ok", "result": None}
    if isinstance(error, MemoryError) or (isinstance(error, ImportError) and _NO_ROOM in str(error)):
        return {"type": "memory_limit", "message": "MemoryError: the plugin's data does not fit into the interpreter's memory"}
    failure = describe(error)
    write_line("error", failure["stack"] or f"{failure['name']}: {failure['message']}")
    return failure


def _load(main, files):
    """The plugin's class. Its module is imported once, as Python does."""
    if "class" in _plugin:
        return _plugin["class"]
    folder = PLUGIN_FOLDER + main.rpartition("/")[0]
    sys.path[:] = [folder.rstrip("/"), *(path for path in sys.path if path)]
    for name in files:
        module = name.removeprefix(folder.removeprefix(PLUGIN_FOLDER)).lstrip("/").split("/")[0].removesuffix(".py")
        if module not in _LOADED_FIRST and not module.startswith(("kili", "_")):
            sys.modules.pop(module, None)
    name = main.rpartition("/")[2].removesuffix(".py")
    spec = importlib.util.spec_from_file_location(name, PLUGIN_FOLDER + main)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    handler_class = getattr(module, "PluginHandler", None)
    if not isinstance(handler_class, type):
        raise ImportError(f"Cannot find plugin: {main} has no class PluginHandler, wanted class PluginHandler(PluginCore)")
    _plugin["class"] = handler_class
    return handler_class


def _call(handler, arguments):
    """By name where the handler has Kili's names, by position where its author chose others."""
    try:
        inspect.signature(handler).bind(**arguments)
    except TypeError:
        return handler(*arguments.values())
    return handler(**arguments)


def _to_json(result):
    try:
        return None if result is None else json.dumps(result)
    except (TypeError, ValueError, RecursionError):
        # Kili drops what handlers return, so plugins return anything.
        return None


def _sleep(seconds):
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    current.sleep(float(seconds))
