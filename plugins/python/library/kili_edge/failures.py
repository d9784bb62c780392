"""Exceptions of a plugin as its author reads them: their own files, their own lines."""

import traceback

PLUGIN_FOLDER = "/plugin/"
_OURS = ("/lib/kili-edge/", "/lib/python314.zip/_pyodide/", "/lib/python314.zip/pyodide/")


def is_plugins(filename):
    return filename.startswith(PLUGIN_FOLDER)


def describe(error):
    """Name, message and traceback of an exception, within bounds; never raises."""
    name = type(error).__name__
    try:
        message = str(error)
    except Exception:
        message = "an exception that cannot be described"
    if isinstance(error, SystemExit):
        message = f"the plugin asked to exit with {message or 'no code'}"
    try:
        stack = format_traceback(error)
    except Exception:
        stack = None
    ending = {"type": "threw", "name": name, "message": message[:16384], "stack": stack}
    after = getattr(error, "retry_after_ms", None)
    return ending if after is None else {**ending, "retry": {"type": "after", "ms": after}}


def format_traceback(error):
    """As Python prints it, without the frames that are not the plugin's concern."""
    described = traceback.TracebackException.from_exception(error, limit=-40, compact=True)
    _clean(described, set())
    text = "".join(described.format())
    return text.replace(f'File "{PLUGIN_FOLDER}', 'File "').rstrip("\n")[:32768]


def _clean(described, seen):
    if described is None or id(described) in seen:
        return
    seen.add(id(described))
    described.stack[:] = [frame for frame in described.stack if not frame.filename.startswith(_OURS)]
    _clean(described.__cause__, seen)
    _clean(described.__context__, seen)
    for each in described.exceptions or ():
        _clean(each, seen)


def where_of(frame):
    """The innermost place in the plugin's files, or None."""
    while frame is not None:
        if is_plugins(frame.f_code.co_filename):
            return {"file": frame.f_code.co_filename[len(PLUGIN_FOLDER) :], "line": frame.f_lineno, "column": 1}
        frame = frame.f_back
    return None
