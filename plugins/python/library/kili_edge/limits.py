"""What happens inside Python when a run is over one of its limits."""

import signal

from kili_edge.failures import where_of


class CpuLimitExceeded(BaseException):
    """The run has used its CPU time. Whoever catches it is stopped without a word a moment later."""


class _Excess:
    cpu = None
    """Where the CPU time ran out, once it has."""


excess = _Excess()


def _on_signal(number, frame):
    excess.cpu = where_of(frame) or {}
    raise CpuLimitExceeded("Cannot continue run: its CPU time is used up (cpu_ms in [limits] of plugin.toml)")


signal.signal(signal.SIGINT, _on_signal)
