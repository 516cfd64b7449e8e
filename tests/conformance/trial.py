# SPDX-License-Identifier: ISC
"""Runs one case, and observes what its expectations can name."""

import errno
import os
import pathlib
import re
import select
import signal
import socket
import stat
import tempfile

import machine
import process
import report
import scratch

PATH = "/usr/bin:/bin"

WORD = re.compile(r"\{([A-Za-z0-9_-]+)\}")
STAND_IN = "#!/bin/sh\nprintf '%s\\n' \"${0##*/}\" \"$@\"\n"
STAND_INS = ("s6-tcpserver-socketbinder", "s6-ipcserver-socketbinder")


class NotTried(Exception):
    pass


def signal_name(number):
    try:
        return signal.Signals(number).name[3:]
    except ValueError:  # of a real-time signal
        return str(number)


class Trial:
    """A case with its directory, its sockets and its process."""

    def __init__(self, command, case, options):
        self.command, self.case, self.options = command, case, options
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="", dir=options.scratch))
        self.directory.chmod(0o755)
        self.opened_directory = os.open(self.directory, os.O_RDONLY | os.O_DIRECTORY)
        self.words = {"directory": str(self.directory), "command": str(command),
                      "name": command.name, "uid": str(os.geteuid()), "gid": str(os.getegid()),
                      "client-pid": str(os.getpid()), "long": "x" * 200}
        self.listeners, self.clients, self.kept, self.given = {}, {}, [], []
        self.answers, self.reports = [], []
        self.process = process.Process(options.limit, options.adopts)

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
            words += self.options.probe if word == "{probe}" else [self.fill(word)]
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
        for number, what in {"0": "null", **self.case.get("descriptors", {})}.items():
            if what == "closed":
                given[int(number)] = None
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
        return {"PATH": path, **self.options.environment, **{
            name: self.fill(value) if value != "{pid}" else value
            for name, value in self.case.get("environment", {}).items()}}

    def refuse_built_in_path(self):
        """s6 can be built with the paths of its commands: then no stand-in is found."""
        content = self.command.read_bytes()
        if any(f"/{name}".encode() in content for name in STAND_INS):
            raise NotTried("it has the path of the next command built in")

    # ---- the process ----

    def start(self):
        descriptors = self.given_descriptors()
        for name, what in self.case.get("present", {}).items():
            self.put(name, what)
        arguments = [str(self.command)] + self.arguments()
        environment = self.environment()
        self.process.start(lambda: self.become(arguments, environment), descriptors)
        for opened in self.given:  # with the command's, the last is closed
            opened.close()

    def become(self, arguments, environment):
        """In the child."""
        if "umask" in self.case:
            os.umask(int(self.case["umask"], 8))
        for name in self.case.get("ignored", ()):
            signal.signal(getattr(signal, "SIG" + name), signal.SIG_IGN)
        os.chdir(self.directory)
        pid = str(os.getpid())
        environment = {name: pid if value == "{pid}" else value
                       for name, value in environment.items()}
        os.execve(arguments[0], arguments, environment)

    def error_lines(self):
        return self.process.error.text().splitlines()

    def look(self, what, *descriptor):
        """Waits a little, for a DESCRIPTOR and its event if they are given, for WHAT."""
        ready = self.process.look(*descriptor)
        self.process.within(what)
        return ready

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
            last = self.process.has_ended()
            client = socket.socket(family, kind)
            client.setblocking(False)
            self.clients[name] = client
            error = self.connected(client, address)
            if error == 0:
                break
            client.close()
            if error not in (errno.ECONNREFUSED, errno.ENOENT, errno.EAGAIN):
                raise OSError(error, os.strerror(error))
            if last:
                raise EOFError("nobody listens")
            self.look(f"nobody accepts connection {name}")
        if family != socket.AF_UNIX:
            self.words["port-" + name] = str(client.getsockname()[1])

    def connected(self, client, address):
        """The error of connect(2), or 0."""
        error = client.connect_ex(address)
        if error != errno.EINPROGRESS:
            return error
        while not self.look("no connection is made", client.fileno(), select.POLLOUT):
            pass
        return client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)

    def received(self, name, length=None):
        """LENGTH bytes, or what there is until the handler closes the connection."""
        client = self.clients[name].fileno()
        stream = process.Stream(client, f"connection {name}")
        while not stream.ended and (length is None or len(stream.data) < length):
            stream.read()
            if not stream.ended and (length is None or len(stream.data) < length):
                self.look(f"connection {name} is not {'closed' if length is None else 'answered'}",
                          client)
        return stream.text()

    def step_read(self, name):
        self.answer(self.received(name))

    def answer(self, text, chained=False):
        """Of a handler, or of a program that is CHAINED, executed in place of the command:
        the probe's report, or any text."""
        if not report.begins(text):
            self.answers.append(text)
            return
        self.reports.append(report.read(text))
        if chained and self.reports[-1]["pid"] != self.process.pid:
            raise process.Failure("it runs the next program in another process, not in its place")

    def step_echo(self, name):
        """A byte and back: then the handler runs."""
        self.clients[name].sendall(b"x")
        self.received(name, 1)

    def step_send(self, name):
        self.clients[name].sendall(b"x\n")

    def step_datagram(self, where):
        family, _, address = self.address(where)
        with socket.socket(family, socket.SOCK_DGRAM) as client:
            client.setblocking(False)
            client.sendto(b"x", address)

    def step_report(self):
        """Of the probe, on the command's standard output."""
        self.answer(self.process.line())

    def step_line(self):
        self.answers.append(self.process.line())

    def step_port(self):
        """Which the command writes itself."""
        line = self.process.line()
        if not re.fullmatch("[0-9]{1,5}", line) or int(line) > 65535:
            raise EOFError(f"it writes no port: {line[:80]!r}")
        self.words["port"] = line

    def step_logged(self, *text):
        """Until standard error has the text."""
        while True:
            last = self.process.has_ended()
            if any(" ".join(text) in line for line in self.error_lines()):
                break
            if last:
                raise EOFError("it has ended")
            self.look(f"it does not log \"{' '.join(text)}\"")

    def step_signal(self, name):
        os.kill(self.process.pid, getattr(signal, "SIG" + name))

    def step_stop(self):
        """Unless it has refused to serve."""
        if self.reports:
            self.step_signal("TERM")

    # ---- after ----

    def run(self):
        broken = failure = None
        try:
            self.start()
            try:
                for step in self.case.get("client", ()):
                    self.step(step)
            except (EOFError, OSError) as error:
                broken = f"{step}: {error}"
            self.process.wait()
            for client in self.clients.values():
                client.close()
            self.process.wait_for_others()
            self.find_directory()
            return self.observed(self.process.output.text(), broken)
        except process.Failure as error:
            failure = error
        found = {"failure": str(failure), "hung": isinstance(failure, process.Hung),
                 "stderr": self.error_lines()}
        return {**found, "client": broken} if broken else found

    def find_directory(self):
        try:
            if os.path.samestat(os.lstat(self.directory), os.fstat(self.opened_directory)):
                return
        except OSError:
            pass
        raise process.Failure("it removes its working directory")

    def observed(self, output, broken):
        found = {"client": broken} if broken else {}
        if os.WIFSIGNALED(self.process.wait_status):
            found["signal"] = signal_name(os.WTERMSIG(self.process.wait_status))
        else:
            found["status"] = os.WEXITSTATUS(self.process.wait_status)
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
            if report.begins(line):
                self.answer(line, chained=True)
                output = output.replace(line, "", 1)
        found["output"] = found["output-begins"] = output
        found["chain"] = output.splitlines()
        found["answers"] = self.answers
        found["paths"] = {name: self.path(name)
                          for name in sorted(os.listdir(self.opened_directory))}
        if self.reports:
            self.add_report(found, self.reports[-1])
        return found

    def add_report(self, found, probe):
        self.words["pid"] = str(probe["pid"])
        descriptors = probe["descriptors"]
        found["descriptors"] = sorted(map(int, descriptors))
        found["sockets"] = sorted(int(n) for n in descriptors if descriptors[n]["is_socket"])
        found["variables"] = probe["environment"]
        found["arguments"] = probe["arguments"]
        found["on"] = descriptors
        found["reports"] = len(self.reports)

    def path(self, name):
        try:
            status = os.stat(name, dir_fd=self.opened_directory, follow_symlinks=False)
        except OSError as error:
            raise process.Failure(f"its file {name} cannot be looked at: {error.strerror}"
                                  ) from None
        kind = next((kind for kind, test in (
            ("socket", stat.S_ISSOCK), ("fifo", stat.S_ISFIFO), ("link", stat.S_ISLNK),
            ("directory", stat.S_ISDIR), ("file", stat.S_ISREG)) if test(status.st_mode)), "other")
        return {"type": kind, "mode": f"{stat.S_IMODE(status.st_mode):04o}",
                "uid": str(status.st_uid), "gid": str(status.st_gid)}

    def close(self):
        try:
            self.process.close()
        finally:
            for opened in self.kept + self.given + list(self.clients.values()):
                opened.close()
            os.close(self.opened_directory)
            scratch.remove(self.directory)
