# SPDX-License-Identifier: ISC
"""Ends every process that a command leaves.

On Linux orphans become children of the nearest ancestor that asked for them,
PR_SET_CHILD_SUBREAPER of prctl(2): then no session and no process group hides one.  Other
systems give them to init(8); there only the command's process group can be ended."""

import contextlib
import os
import signal
import sys
import time

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h
PAUSE = 0.005  # seconds, between looks at what tells of no event
PATIENCE = 30  # seconds, for the end of processes that were killed


class Interrupted(BaseException):
    """By a signal; the argument is its number."""


class CannotEnd(Exception):
    pass


def prctl(*arguments):
    if sys.platform != "linux":
        return False
    try:
        import ctypes  # pylint: disable=import-outside-toplevel # not in every Python
        return ctypes.CDLL(None).prctl(*map(ctypes.c_ulong, arguments)) == 0
    except (ImportError, OSError, AttributeError):
        return False


def adopt_orphans():
    """Whether the orphans of this process's children become its children."""
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) and os.path.exists("/proc/self/stat")


def field_of(process, name):
    with open(f"/proc/{process}/{name}", "rb") as opened:
        return opened.read()


def children():
    """The process IDs of this process's children, by Linux's proc(5)."""
    found = []
    for name in os.listdir("/proc") if sys.platform == "linux" else ():
        with contextlib.suppress(OSError):  # it has ended
            if name.isdigit():
                after_name = field_of(name, "stat").rpartition(b")")[2].split()
                if int(after_name[1]) == os.getpid():
                    found.append(int(name))
    return found


def names():
    """Of the children, for a message."""
    found = set()
    for process in children():
        with contextlib.suppress(OSError):
            found.add(field_of(process, "comm").decode("utf-8", "backslashreplace").strip())
    return ", ".join(sorted(found)) or "unknown processes"


def reap():
    """The children that have ended.  Returns whether there are others."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
        return True
    except ChildProcessError:
        return False


def end_all():
    """Ends the children, and their children, which become ours.  A child's number belongs to
    no other process before it is reaped, so no other process is killed.  Where children()
    finds none the caller has killed them."""
    waited, killed = time.monotonic(), set()
    while reap():
        found = set(children())
        for process in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        if found <= killed:
            time.sleep(PAUSE)
        killed |= found
        if time.monotonic() - waited > PATIENCE:
            raise CannotEnd(f"cannot be ended: {names()}")


def interrupt(number, _):
    for name in ("INT", "TERM", "HUP"):  # once is enough
        signal.signal(getattr(signal, "SIG" + name), signal.SIG_IGN)
    raise Interrupted(number)


def interrupted_by(names_of_signals, handler):
    for name in names_of_signals:
        number = getattr(signal, "SIG" + name)
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


def in_own_process(work):
    """The exit status of WORK, run in a process that has no children but those it starts:
    this one can have inherited some through execve(2)."""
    starter = os.getpid()
    process = os.fork()
    if process == 0:
        status = 1
        try:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # else no child can be waited for
            interrupted_by(("INT", "TERM", "HUP"), interrupt)
            prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
            status = work() if os.getppid() == starter else 1
        finally:
            os._exit(status)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to both
    interrupted_by(("TERM", "HUP"), lambda number, _: os.kill(process, number))
    status = os.waitpid(process, 0)[1]
    if os.WIFEXITED(status):
        return os.WEXITSTATUS(status)
    sys.stderr.write(f"run: ended by signal {os.WTERMSIG(status)}, perhaps by the command;"
                     " processes of it can be left\n")
    return 1
