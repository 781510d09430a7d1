"""Becomes another program, which the kernel ends when the one that started it is gone: `tether.py PID PROGRAM …`.

Run as a file, not as a module, so that it costs a few milliseconds.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ties this process to its parent, then becomes the program named in the arguments."""
    parent, *command = sys.argv[1:]
    # Every part is made to bear being killed; a gentler signal would leave one that hangs.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit("the parent has gone already")
    os.execv(command[0], command)  # noqa: S606 no shell wanted


if __name__ == "__main__":
    main()
