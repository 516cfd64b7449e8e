# SPDX-License-Identifier: ISC
"""The command of a case: started, read, waited for, and ended, whatever it does."""

import contextlib
import fcntl
import os
import select
import signal
import time

import reaper

HIGH = 100  # a child's descriptors from here on, until they are in their places
MOST = 1 << 20  # bytes, of each output
STALL = 0.1  # seconds that one look counts at most: a stopped machine is not a slow command
CANNOT_START = 99


class Failure(Exception):
    """What a command did that no tool does, as a sentence."""


class Hung(Failure):
    """What it did not do within the limit."""


class Stream:
    """What comes from a descriptor that does not block, until its end."""

    def __init__(self, descriptor, name):
        self.descriptor, self.name = descriptor, name
        self.data, self.ended = bytearray(), False
        os.set_blocking(descriptor, False)

    def read(self):
        """What there is now."""
        while not self.ended:
            try:
                more = os.read(self.descriptor, 65536)
            except BlockingIOError:
                return
            except ConnectionResetError:
                more = b""
            self.data += more
            self.ended = not more
            if len(self.data) > MOST:
                raise Failure(f"it writes more than {MOST} bytes to {self.name}")

    def text(self):
        return self.data.decode("utf-8", "backslashreplace")


class Process:
    def __init__(self, limit, adopts):
        self.limit, self.adopts = limit, adopts
        self.pid = self.wait_status = None
        self.waited = 0.0
        self.streams = []

    # ---- the start ----

    def start(self, become, descriptors):
        """BECOME executes the command, in the child, which has these DESCRIPTORS besides the
        outputs: {number: descriptor of this process}."""
        pipes = [os.pipe() for _ in range(3)]
        self.streams = [Stream(pipe[0], name) for pipe, name in
                        zip(pipes, ("standard output", "standard error", "the suite"))]
        self.output, self.error, started = self.streams
        self.pid = os.fork()
        if self.pid == 0:
            self.be_child(become, {1: pipes[0][1], 2: pipes[1][1], **descriptors}, pipes[2][1])
        for pipe in pipes:
            os.close(pipe[1])
        while not started.ended:  # closed by execve(2)
            self.look()
        self.streams.remove(started)
        os.close(started.descriptor)
        if started.data:
            raise Failure(f"it cannot be executed: {started.text()}")

    @staticmethod
    def be_child(become, descriptors, started):
        try:
            for number in signal.valid_signals():
                with contextlib.suppress(OSError):  # of SIGKILL and the C library's own
                    signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            os.setsid()
            high = {number: fcntl.fcntl(descriptor, fcntl.F_DUPFD, HIGH)
                    for number, descriptor in descriptors.items() if descriptor is not None}
            started = fcntl.fcntl(started, fcntl.F_DUPFD_CLOEXEC, HIGH)
            for number in range(HIGH):
                with contextlib.suppress(OSError):
                    os.close(number)
            for number, descriptor in high.items():
                os.dup2(descriptor, number)
            os.closerange(HIGH, started)
            os.closerange(started + 1, HIGH + 1000)
            become()
        except OSError as error:
            os.write(started, os.fsencode(error.strerror or str(error)))
        except BaseException as error:  # pylint: disable=broad-except # nothing may return
            os.write(started, repr(error).encode())
        finally:
            os._exit(CANNOT_START)

    # ---- while it runs ----

    def look(self, other=None, event=select.POLLIN):
        """Reads what it wrote.  Waits for that, or for EVENT of the descriptor OTHER, but not
        for long, because no descriptor tells of the end of a process."""
        began = time.monotonic()
        poll = select.poll()
        for stream in self.streams:
            if not stream.ended:
                poll.register(stream.descriptor, select.POLLIN)
        if other is not None:
            poll.register(other, event)
        ready = poll.poll(reaper.PAUSE * 1000)
        for stream in self.streams:
            stream.read()
        if self.has_stopped():
            raise Failure("it stops itself by a signal, as SIGSTOP does")
        self.waited += min(time.monotonic() - began, STALL)
        return any(descriptor == other for descriptor, _ in ready)

    def within(self, what):
        """Raises Hung, with WHAT has not happened, after the limit."""
        if self.waited > self.limit:
            raise Hung(f"{what} within {self.limit:g} seconds")

    def has(self, state):
        return os.waitid(os.P_PID, self.pid, state | os.WNOHANG | os.WNOWAIT) is not None

    def has_stopped(self):
        try:
            return self.wait_status is None and self.has(os.WSTOPPED)
        except ChildProcessError:  # it has ended
            return False

    def has_ended(self):
        return self.wait_status is not None or self.has(os.WEXITED)

    def line(self):
        """The next of standard output, without its newline, or what there is at its end."""
        while b"\n" not in self.output.data and not self.output.ended:
            last = self.has_ended()
            self.look()
            if last:
                break
            self.within("it writes no line")
        text, _, rest = bytes(self.output.data).partition(b"\n")
        self.output.data[:] = rest
        return text.decode("utf-8", "backslashreplace")

    # ---- its end ----

    def wait(self):
        """Until it ends; then its outputs have what it wrote."""
        while not self.has_ended():
            self.look()
            self.within("it does not end")
        for stream in self.streams:
            stream.read()
        if not self.adopts:
            self.kill_group()  # its number is its own until it is reaped
        self.wait_status = os.waitpid(self.pid, 0)[1]

    def wait_for_others(self):
        """That it started: handlers end soon after their clients."""
        output, error = bytes(self.output.data), bytes(self.error.data)
        while (reaper.reap() if self.adopts else
               not all(stream.ended for stream in self.streams)):
            self.look()
            self.within("it leaves processes that do not end" +
                        (f" ({reaper.names()})" if self.adopts else
                         " and keep its standard output or error open"))
        self.output.data[:], self.error.data[:] = output, error

    def kill_group(self):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def close(self):
        """Ends it and, where the system allows, all that it started."""
        try:
            if self.pid and self.wait_status is None:
                self.kill_group()
            reaper.end_all()
        finally:
            for stream in self.streams:
                os.close(stream.descriptor)
            self.streams = []
