"""What happens inside Python when a run is over one of its limits."""

import json
import signal

from kili_edge.current import current
from kili_edge.failures import where_of


class CpuLimitExceeded(BaseException):
    """The run has used its CPU time. Whoever catches it is stopped without a word a moment later."""


class _Excess:
    cpu = None
    """Where the CPU time ran out, once it has."""


# As authors read it in a traceback.
CpuLimitExceeded.__module__ = "builtins"


excess = _Excess()


def _on_signal(number, frame):
    excess.cpu = where_of(frame) or {}
    # Said at once: who goes on all the same gets no other chance.
    if current.host is not None:
        current.host.overrun(json.dumps(excess.cpu or None))
    raise CpuLimitExceeded("Cannot continue run: its CPU time is used up (cpu_ms in [limits] of plugin.toml)")


signal.signal(signal.SIGINT, _on_signal)
