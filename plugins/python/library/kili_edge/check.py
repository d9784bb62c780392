"""What can be found wrong with a plugin before an event comes: by its syntax, its imports, and by loading it."""

import ast
import importlib.util
import inspect
import sys
import traceback

from kili.plugins import PluginCore, subscribed_methods
from kili_edge.failures import PLUGIN_FOLDER, is_plugins

_HANDLERS = {
    "onSubmit": "on_submit",
    "onReview": "on_review",
    "onCustomInterfaceClick": "on_custom_interface_click",
    "onProjectUpdated": "on_project_updated",
    "onSendBackToQueue": "on_send_back_to_queue",
}
_KILI_MODULES = ("kili.client", "kili.client_domain", "kili.exceptions", "kili.plugins")
_PACKAGES_FOLDER = "/packages/"
_NOT_HERE = "this host's Python has no such package, wanted one of the standard library, of the plugin's own files, or of its requirements.txt"


def check_files(main, files):
    """Problems of the files' syntax and imports. Runs nothing."""
    problems = []
    roots = {"", main.rpartition("/")[0]}
    own = {_top_of(name, root) for name in files for root in roots}
    for name in files:
        if not name.endswith(".py"):
            continue
        with open(PLUGIN_FOLDER + name, "rb") as file:
            source = file.read()
        try:
            tree = ast.parse(source, name)
        except SyntaxError as error:
            problems.append(_problem(name, error.lineno, error.offset, f"Cannot parse Python: {error.msg}"))
        except (ValueError, RecursionError, MemoryError) as error:
            problems.append(_problem(name, None, None, f"Cannot parse Python: {error or type(error).__name__}"))
        else:
            problems.extend(_check_imports(name, tree, own))
    return problems


def check_class(main, handler_class, events):
    """Problems of the class: handlers that no call can run, and events that no handler takes."""
    problems = []
    for event in dict.fromkeys(events):
        method = _HANDLERS.get(event, "on_event")
        if method == "on_event" and subscribed_methods(handler_class):
            continue
        if getattr(handler_class, method, None) is getattr(PluginCore, method):
            message = f'Cannot deliver "{event}": found no method {method} in PluginHandler, wanted one'
            problems.append(_problem(main, *_place_of(handler_class), message))
    for method in (*_HANDLERS.values(), "on_event"):
        defined = inspect.getattr_static(handler_class, method, None)
        wrong = _why_no_handler(defined)
        if wrong is not None:
            message = f'Cannot use "{method}" as a handler: found {wrong}, wanted a plain method'
            problems.append(_problem(main, *_place_of(defined), message))
    return problems


def problem_of(main, error):
    """The problem that an exception at load is, at the author's line."""
    place = (main, None)
    for frame, line in traceback.walk_tb(error.__traceback__):
        if is_plugins(frame.f_code.co_filename):
            place = (frame.f_code.co_filename[len(PLUGIN_FOLDER) :], line)
    words = "".join(traceback.format_exception_only(error)).strip()
    if _is_part_of_package(error):
        words += '; if that is compiled code, it did not come along: Kili\'s SDK sends only .py files, upload with "kili-edge push"'
    return _problem(place[0], place[1], None if place[1] is None else 1, f"Cannot load the plugin: {words}")


def _is_part_of_package(error):
    """Whether a package came along without what it imports of itself."""
    # Whoever raises it may say anything in it.
    if not isinstance(error, ImportError) or not isinstance(error.name, str) or not error.name:
        return False
    if not isinstance(error, ModuleNotFoundError):
        # By custom, compiled modules have such names; others are misspelt.
        return str(error.path).startswith(_PACKAGES_FOLDER) and str(error.name_from).startswith("_")
    try:
        spec = importlib.util.find_spec(error.name.partition(".")[0])
    except Exception:
        return False
    return spec is not None and str(spec.origin).startswith(_PACKAGES_FOLDER)


def _check_imports(name, tree, own):
    optional = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)):
            # Who catches what an import raises has a plan for it.
            optional.update(id(inner) for part in node.body for inner in ast.walk(part))
    for node in ast.walk(tree):
        if id(node) in optional or not isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom) and node.level > 0:
            continue
        for module in modules:
            why = _why_missing(module, own)
            if why is not None:
                yield _problem(name, node.lineno, node.col_offset + 1, f'Cannot import "{module}": {why}')


def _why_missing(module, own):
    top = module.partition(".")[0]
    if top in own or top in ("__future__", "__main__"):
        return None
    if top == "kili":
        return None if module in _KILI_MODULES else f"of Kili's SDK, plugins on this host have {', '.join(_KILI_MODULES)}"
    try:
        return _NOT_HERE if importlib.util.find_spec(top) is None else None
    except (ImportError, ValueError):
        return _NOT_HERE


def _why_no_handler(defined):
    if isinstance(defined, (staticmethod, classmethod, property)):
        return f"a {type(defined).__name__}"
    if inspect.iscoroutinefunction(defined) or inspect.isasyncgenfunction(defined):
        return "an async function, which nobody awaits"
    if inspect.isgeneratorfunction(defined):
        return "a generator, which would never run"
    return None if callable(defined) else f"{type(defined).__name__}"


def _place_of(defined):
    function = getattr(defined, "__func__", None) or getattr(defined, "fget", None) or defined
    line = getattr(getattr(function, "__code__", None), "co_firstlineno", None) or getattr(function, "__firstlineno__", None)
    return (line, None if line is None else 1)


def _top_of(name, root):
    inside = name.removeprefix(root).lstrip("/") if name.startswith(root) else ""
    return inside.split("/")[0].removesuffix(".py")


def _problem(file, line, column, message):
    return {"file": file, "line": line, "column": column, "message": message[:2000]}
