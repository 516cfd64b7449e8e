# SPDX-License-Identifier: ISC
"""Runs one case, and observes what its expectations can name."""

import contextlib
import fcntl
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import stat
import sys
import tempfile
import time

import machine

HERE = pathlib.Path(__file__).resolve().parent
PROBE = [sys.executable, "-I", "-S", str(HERE / "probe.py")]
PATH = "/usr/bin:/bin"
DEADLINE = 60  # seconds, for a command that never ends
PAUSE = 0.005  # seconds, between looks at what tells of no event
HIGH = 100  # a child's descriptors from here on, until they are in their places

WORD = re.compile(r"\{([A-Za-z0-9_-]+)\}")
STAND_IN = "#!/bin/sh\nprintf '%s\\n' \"${0##*/}\" \"$@\"\n"
STAND_INS = ("s6-tcpserver-socketbinder", "s6-ipcserver-socketbinder")


class NotTried(Exception):
    pass


class Trial:
    """A case with its directory, its sockets and its process."""

    def __init__(self, command, case, passed_on):
        self.command, self.case, self.passed_on = command, case, passed_on
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="conformance."))
        self.directory.chmod(0o755)
        self.words = {"directory": str(self.directory), "command": str(command),
                      "name": command.name, "uid": str(os.geteuid()), "gid": str(os.getegid()),
                      "client-pid": str(os.getpid()), "long": "x" * 200}
        self.listeners, self.clients, self.kept, self.given = {}, {}, [], []
        self.answers, self.reports = [], []
        self.pid = self.wait_status = None

    # ---- words ----

    def value(self, name):
        """What {NAME} stands for."""
        if name in self.words:
            return self.words[name]
        text = machine.text_of(name)
        if text is None:
            text = self.new_value(name)
        self.words[name] = text
        return text

    def new_value(self, name):
        if name in ("port", "udp-port", "taken", "port6"):
            return str(self.reserve(name))
        account = re.fullmatch("(nobody|daemon)-(uid|gid)", name)
        if account:
            return str(getattr(machine.account(account[1]), "pw_" + account[2]))
        raise KeyError(f"{self.case['case']}: no such word: {{{name}}}")

    def reserve(self, name):
        """A port: of a listener, if taken; else free to bind with SO_REUSEADDR."""
        family, host = ((socket.AF_INET6, "::1") if name == "port6"
                        else (socket.AF_INET, "127.0.0.1"))
        kind = socket.SOCK_DGRAM if name == "udp-port" else socket.SOCK_STREAM
        opened = socket.socket(family, kind)
        if name != "taken":
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, 0))
        if name == "taken":
            opened.listen()
        port = opened.getsockname()[1]
        if kind == socket.SOCK_DGRAM:
            opened.close()  # it would receive the datagrams
        else:
            self.kept.append(opened)
        return port

    def fill(self, text):
        return WORD.sub(lambda found: self.value(found[1]), text)

    def fill_known(self, text):
        """Afterwards: a word stays where the case did not get as far as its value."""
        return WORD.sub(lambda found: self.known(found[1]), text)

    def known(self, name):
        try:
            return self.value(name)
        except KeyError:
            return f"{{{name}}}"

    def arguments(self):
        words = []
        for word in self.case["run"]:
            words += PROBE if word == "{probe}" else [self.fill(word)]
        return words

    # ---- before ----

    def open_socket(self, description):
        """'tcp ADDRESS', 'tcp-bound ADDRESS', 'unix PATH' or 'packets PATH'"""
        kind, where = description.split()
        internet = kind.startswith("tcp")
        family = (socket.AF_UNIX if not internet else
                  socket.AF_INET6 if ":" in where else socket.AF_INET)
        opened = socket.socket(family, socket.SOCK_SEQPACKET if kind == "packets"
                               else socket.SOCK_STREAM)
        opened.bind((where, 0) if internet else self.fill(where))
        if kind != "tcp-bound":
            opened.listen(5)
        return opened

    def given_descriptors(self):
        """{number: descriptor of this process}"""
        given = {}
        for number, what in self.case.get("descriptors", {}).items():
            if what == "closed":
                continue
            if what == "null":
                opened = open(os.devnull, "r+b", buffering=0)
            else:
                opened = self.open_socket(what)
                self.listeners[number] = opened.family, opened.type, self.name_of(number, opened)
            self.given.append(opened)
            given[int(number)] = opened.fileno()
        return given

    def name_of(self, number, listener):
        """Where clients reach it, also if it is bound to all addresses."""
        name = listener.getsockname()
        if listener.family == socket.AF_UNIX:
            return name
        self.words["port" + number] = str(name[1])
        return "::1" if listener.family == socket.AF_INET6 else "127.0.0.1", name[1]

    def put(self, name, what):
        """A file that is there before."""
        path = self.directory / name
        if what == "file":
            path.write_text("content")
        elif what == "fifo":
            os.mkfifo(path)
        elif what.startswith("script "):
            mode, content = what.split(" ", 2)[1:]
            path.write_text(content)
            path.chmod(int(mode, 8))
        else:
            opened = socket.socket(socket.AF_UNIX)
            opened.bind(str(path))
            if what == "live":
                opened.listen()
                self.kept.append(opened)
            else:
                opened.close()

    def environment(self):
        path = f"{self.command.parent}:{PATH}"
        if "chain" in self.case.get("needs", ()):
            self.refuse_built_in_path()
            stand_ins = self.directory / "stand-ins"
            stand_ins.mkdir()
            for name in STAND_INS:
                (stand_ins / name).write_text(STAND_IN)
                (stand_ins / name).chmod(0o755)
            path = f"{stand_ins}:{path}"
        return {"PATH": path, **self.passed_on, **{
            name: self.fill(value) if value != "{pid}" else value
            for name, value in self.case.get("environment", {}).items()}}

    def refuse_built_in_path(self):
        """s6 can be built with the paths of its commands: then no stand-in is found."""
        content = self.command.read_bytes()
        if any(f"/{name}".encode() in content for name in STAND_INS):
            raise NotTried("it has the path of the next command built in")

    # ---- the process ----

    def start(self):
        given = self.given_descriptors()
        for name, what in self.case.get("present", {}).items():
            self.put(name, what)
        arguments = [str(self.command)] + self.arguments()
        environment = self.environment()
        self.error = tempfile.TemporaryFile()
        reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self.become(arguments, environment, {0: os.open(os.devnull, os.O_RDONLY),
                                                     1: writing, 2: self.error.fileno(),
                                                     **given})
            except BaseException as error:
                os.write(2, f"cannot be executed: {error}\n".encode())
            os._exit(99)
        os.close(writing)
        for opened in self.given:  # with the command's, the last is closed
            opened.close()
        self.output = os.fdopen(reading, "rb")
        signal.signal(signal.SIGALRM, lambda *_: self.kill(signal.SIGKILL))
        signal.alarm(DEADLINE)

    def become(self, arguments, environment, descriptors):
        """In the child: starts the session, with nothing of this process but what is given."""
        os.setsid()
        high = {number: fcntl.fcntl(descriptor, fcntl.F_DUPFD, HIGH)
                for number, descriptor in descriptors.items()}
        for number in range(HIGH):
            with contextlib.suppress(OSError):
                os.close(number)
        for number, descriptor in high.items():
            if self.case.get("descriptors", {}).get(str(number)) != "closed":
                os.dup2(descriptor, number)
        os.closerange(HIGH, HIGH + 1000)
        if "umask" in self.case:
            os.umask(int(self.case["umask"], 8))
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # which Python ignores
        for name in self.case.get("ignored", ()):
            signal.signal(getattr(signal, "SIG" + name), signal.SIG_IGN)
        os.chdir(self.directory)
        pid = str(os.getpid())
        environment = {name: pid if value == "{pid}" else value
                       for name, value in environment.items()}
        os.execve(arguments[0], arguments, environment)

    def kill(self, number):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def wait(self):
        """For its end, and ends what is left of its process group, whose number is its own
        until it is reaped."""
        if self.wait_status is None:
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
            signal.alarm(0)
            self.kill(signal.SIGKILL)
            self.wait_status = os.waitpid(self.pid, 0)[1]

    def has_ended(self):
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def error_lines(self):
        self.error.seek(0)
        return self.error.read().decode("utf-8", "backslashreplace").splitlines()

    # ---- the client ----

    def address(self, where):
        """Of a descriptor's number, a word such as {port}, or a path."""
        if where in self.listeners:
            return self.listeners[where]
        host = {"{port6}": "::1"}.get(where, "127.0.0.1")
        where = self.fill(where)
        kind = (socket.SOCK_SEQPACKET if "--seqpacket" in self.case["run"]
                else socket.SOCK_STREAM)
        if where.isdigit():
            return socket.AF_INET6 if host == "::1" else socket.AF_INET, kind, (host, int(where))
        return socket.AF_UNIX, kind, where

    def step(self, step):
        verb, *words = step.split()
        getattr(self, "step_" + verb)(*words)

    def step_connect(self, name, where):
        """Until somebody listens."""
        family, kind, address = self.address(where)
        while True:
            client = socket.socket(family, kind)
            client.settimeout(DEADLINE)
            try:
                client.connect(address)
                break
            except (ConnectionRefusedError, FileNotFoundError):
                client.close()
                if self.has_ended():
                    raise EOFError("nobody listens") from None
                time.sleep(PAUSE)
        self.clients[name] = client
        if family != socket.AF_UNIX:
            self.words["port-" + name] = str(client.getsockname()[1])

    def step_read(self, name):
        """Until the handler closes the connection."""
        text = b""
        with contextlib.suppress(ConnectionResetError):
            while more := self.clients[name].recv(65536):
                text += more
        self.answer(text.decode("utf-8", "backslashreplace"))

    def answer(self, text):
        """Of a handler: the probe's report, or any text."""
        try:
            self.reports.append(json.loads(text if text.startswith('{"pid"') else ""))
        except ValueError:
            self.answers.append(text)

    def step_echo(self, name):
        """A byte and back: then the handler runs."""
        self.clients[name].sendall(b"x")
        self.clients[name].recv(1)

    def step_send(self, name):
        self.clients[name].sendall(b"x\n")

    def step_datagram(self, where):
        family, _, address = self.address(where)
        with socket.socket(family, socket.SOCK_DGRAM) as client:
            client.sendto(b"x", address)

    def step_report(self):
        """Of the probe, on the command's standard output."""
        self.answer(self.read_line())

    def step_line(self):
        self.answers.append(self.read_line())

    def step_port(self):
        """Which the command writes itself."""
        self.words["port"] = self.read_line()

    def read_line(self):
        return self.output.readline().decode("utf-8", "backslashreplace").rstrip("\n")

    def step_logged(self, *text):
        """Until standard error has the text."""
        while not any(" ".join(text) in line for line in self.error_lines()):
            if self.has_ended():
                raise EOFError("it has ended")
            time.sleep(PAUSE)

    def step_signal(self, name):
        os.kill(self.pid, getattr(signal, "SIG" + name))

    def step_stop(self):
        """Unless it has refused to serve."""
        if self.reports:
            self.step_signal("TERM")

    # ---- after ----

    def run(self):
        self.start()
        broken = None
        try:
            for step in self.case.get("client", ()):
                self.step(step)
        except (EOFError, OSError) as error:
            broken = f"{step}: {error}"
            if isinstance(error, socket.timeout):
                self.kill(signal.SIGKILL)
        output = self.output.read()
        self.wait()
        return self.observed(output.decode("utf-8", "backslashreplace"), broken)

    def observed(self, output, broken):
        found = {"client": broken} if broken else {}
        if os.WIFSIGNALED(self.wait_status):
            found["signal"] = signal.Signals(os.WTERMSIG(self.wait_status)).name[3:]
        else:
            found["status"] = os.WEXITSTATUS(self.wait_status)
        lines, prefix = self.error_lines(), self.command.name + ": "
        found["stderr"] = lines
        found["line"] = found["first-line"] = lines[0] if lines else ""
        found["explained"] = len(lines) > 1 and all(
            line.startswith(prefix + "info: ") for line in lines[1:])
        found["log"] = [line[len(prefix):] if line.startswith(prefix) else line for line in lines]
        found["logged"] = found["log"]
        found["message"] = found["begins"] = found["log"][0] if lines else ""
        found["last-line"] = found["log"][-1] if lines else ""
        for line in output.splitlines(True):
            if line.startswith('{"pid"'):
                self.answer(line)
                output = output.replace(line, "", 1)
        found["output"] = found["output-begins"] = output
        found["chain"] = output.splitlines()
        found["answers"] = self.answers
        found["paths"] = {str(path.relative_to(self.directory)): self.path(path)
                          for path in sorted(self.directory.iterdir())}
        if self.reports:
            self.add_report(found, self.reports[-1])
        return found

    def add_report(self, found, report):
        self.words["pid"] = str(report["pid"])
        descriptors = report["descriptors"]
        found["descriptors"] = sorted(map(int, descriptors))
        found["sockets"] = sorted(int(n) for n in descriptors if descriptors[n]["is_socket"])
        found["variables"] = report["environment"]
        found["arguments"] = report["arguments"]
        found["on"] = descriptors
        found["reports"] = len(self.reports)

    @staticmethod
    def path(path):
        status = path.lstat()
        kind = next(name for name, test in (
            ("socket", stat.S_ISSOCK), ("fifo", stat.S_ISFIFO), ("link", stat.S_ISLNK),
            ("directory", stat.S_ISDIR), ("file", stat.S_ISREG)) if test(status.st_mode))
        return {"type": kind, "mode": f"{stat.S_IMODE(status.st_mode):04o}",
                "uid": str(status.st_uid), "gid": str(status.st_gid)}

    def close(self):
        if self.pid and self.wait_status is None:
            self.kill(signal.SIGKILL)
            self.wait()
        for opened in self.kept + self.given + list(self.clients.values()):
            opened.close()
        if self.pid:
            self.output.close()
            self.error.close()
        shutil.rmtree(self.directory, ignore_errors=True)
