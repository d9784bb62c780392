#!/bin/sh
# Runs workerd, and ends it when the host that started it is gone, so that a killed host leaves nothing
# behind that holds the port and the data. It does not restart anything.
#
# In a session of its own: Ctrl-C goes to all processes of a terminal, and the host wants to bring its runs to an end
# before the runtime goes. Where there is no setsid, ignoring the terminal's signals has to do.
if [ -z "$KILI_EDGE_OWN_SESSION" ] && command -v setsid >/dev/null; then
  KILI_EDGE_OWN_SESSION=1 exec setsid "$0" "$@"
fi
trap '' INT HUP
host=$PPID
(while kill -0 "$host" && kill -0 $$; do sleep 0.5; done; kill -9 $$) </dev/null >/dev/null 2>&1 3>&- &
# Where memory runs out, the kernel shall take the runtime, which is started again, and not who starts it.
[ ! -w /proc/self/oom_score_adj ] || echo 1000 2>/dev/null >/proc/self/oom_score_adj || :
exec "$KILI_EDGE_WORKERD" "$@"
