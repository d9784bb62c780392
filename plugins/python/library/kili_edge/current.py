"""The run under way in this interpreter. There is one at a time."""

from pyodide.ffi import run_sync


class _Current:
    host = None
    """The run's ways out, as JavaScript functions; None while nothing runs."""

    def send(self, document, variables):
        """Sends an operation to Kili by way of the host. JSON in, JSON out."""
        return run_sync(self._out().graphql(document, variables))

    def input_type(self, project_id):
        """What kind of assets a project holds; empty where that cannot be known."""
        return run_sync(self._out().inputType(project_id))

    def fetch(self, request):
        """Sends a request through the host's gate. JSON in, JSON out."""
        return run_sync(self._out().fetch(request))

    def sleep(self, seconds):
        """Waits, and lets the isolate do something else meanwhile."""
        run_sync(self._out().sleep(seconds * 1000.0))

    def _out(self):
        if self.host is None:
            raise RuntimeError("Cannot call out: no run is under way, wanted a call from within a handler")
        return self.host


current = _Current()
