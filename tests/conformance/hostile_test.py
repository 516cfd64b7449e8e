#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The suite itself, against commands that are broken or hostile: each case fails with a
sentence, no run is endless, and no process, file or traceback is left."""

import contextlib
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
RUN = str(HERE / "run")
HANGS = ("--limit", "2")  # seconds, for commands that hang: no other is waited for so long
LEAVES = ("--limit", "4")  # the command has to end within it, and what it leaves hangs
ENDLESS = 500  # seconds, for the suite
PYTHON = f"#!{sys.executable} -IS\n"
SHELL = "#!/bin/sh\n"


class Hostile(unittest.TestCase):
    leaves = r"it leaves processes that do not end \(.+\) within 4 seconds"
    suite = (sys.executable, RUN)

    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.addCleanup(self.place.cleanup)
        self.commands = pathlib.Path(self.place.name) / "commands"
        self.temporary = pathlib.Path(self.place.name) / "t"
        for directory in (self.commands, self.temporary):
            directory.mkdir()
        self.token = f"{os.getpid()}-{time.monotonic_ns()}"

    def tearDown(self):
        self.assertEqual([], list(self.temporary.iterdir()))
        if sys.platform == "linux":
            self.assertEqual([], self.left())

    def left(self):
        """The processes that a command left."""
        found = []
        for directory in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if f"HOSTILE={self.token}".encode() in (directory / "environ").read_bytes():
                    found.append((directory / "comm").read_text())
        return found

    def environment(self):
        return {"PATH": os.environ["PATH"], "TMPDIR": str(self.temporary)}

    def command(self, content, name="fdmove"):
        path = self.commands / name
        path.write_text(content)
        path.chmod(0o755)
        return path

    def start(self, *arguments, **more):
        return subprocess.Popen(
            [*self.suite, "--setenv", f"HOSTILE={self.token}", str(self.commands), *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=self.environment(), **more)

    def run_suite(self, *arguments):
        """(exit status, table, standard error)"""
        suite = self.start(*arguments)
        output, error = (text.decode() for text in suite.communicate(timeout=ENDLESS))
        self.assertNotRegex(output + error, "(?m)^Traceback")
        return suite.returncode, output, error

    def expect(self, sentence, options=(), name="fdmove"):
        """In a case, and no case that agrees."""
        status, output, error = self.run_suite(*options, name)
        self.assertEqual((1, ""), (status, error), output)
        self.assertRegex(output, r"(?m)^\d+ cases: ")
        self.assertRegex(output, f"observed: {sentence}\n")
        for line in output.splitlines():
            if line.startswith(name):
                self.assertRegex(line, " (DIFFERS|not tried)$")

    # ---- the end ----

    def test_command_that_never_ends(self):
        self.command(SHELL + "exec sleep 1000\n")
        self.expect("it does not end within 2 seconds", HANGS)

    def test_command_that_ignores_signals(self):
        self.command(SHELL + "trap '' TERM INT HUP QUIT\nwhile :; do sleep 1; done\n")
        self.expect("it does not end within 2 seconds", HANGS)

    def test_command_that_hangs_is_left_out_after_two_cases(self):
        self.command(SHELL + "exec sleep 1000\n")
        _, output, _ = self.run_suite(*HANGS, "fdmove")
        self.assertRegex(output, r"(?m)^not tried: \d+: fdmove has not ended in 2 other cases$")
        self.assertEqual(2, len(re.findall("observed: it does not end", output)))

    def test_command_that_stops_itself(self):
        self.command(SHELL + "kill -STOP $$\n")
        self.expect("it stops itself by a signal, as SIGSTOP does")

    def test_command_that_dies_of_a_signal(self):
        self.command(SHELL + "kill -KILL $$\n")
        self.expect(".*signal=KILL|.*status=none")

    @unittest.skipUnless(hasattr(signal, "SIGRTMIN"), "no real-time signals here")
    def test_command_that_dies_of_a_signal_without_a_name(self):
        self.command(PYTHON + f"import os\nos.kill(os.getpid(), {signal.SIGRTMIN + 3})\n")
        self.expect(".*")

    # ---- processes that are left ----

    def test_child_in_a_session_of_its_own(self):
        self.command(PYTHON + "import os, time\nif os.fork() == 0:\n"
                     "    os.setsid()\n    time.sleep(1000)\n")
        self.expect(self.leaves, LEAVES)

    def test_child_in_a_process_group_of_its_own(self):
        self.command(PYTHON + "import os, time\nif os.fork() == 0:\n"
                     "    os.setpgid(0, 0)\n    time.sleep(1000)\n")
        self.expect(self.leaves, LEAVES)

    def test_daemon_that_has_closed_everything(self):
        self.command(PYTHON + "import os, time\nif os.fork() == 0:\n    os.setsid()\n"
                     "    if os.fork() == 0:\n        os.closerange(0, 1000)\n"
                     "        time.sleep(1000)\n")
        self.expect(self.leaves, LEAVES)

    def test_stopped_child(self):
        self.command(PYTHON + "import os, signal, time\nif os.fork() == 0:\n    os.setsid()\n"
                     "    os.kill(os.getpid(), signal.SIGSTOP)\n")
        self.expect(self.leaves, LEAVES)

    def test_chain_of_children_that_each_start_the_next_and_end(self):
        self.command(PYTHON + "import os\nwhile os.fork() == 0:\n    os.setsid()\n")
        self.expect(self.leaves, LEAVES)

    def test_next_program_in_another_process(self):
        self.command(SHELL + 'while [ $# -gt 0 ] && [ "${1#/}" = "$1" ]; do shift; done\n"$@"\n')
        _, output, _ = self.run_suite("fdmove")
        self.assertIn("it runs the next program in another process, not in its place", output)

    # ---- outputs ----

    def test_endless_standard_output(self):
        self.command(SHELL + "exec cat /dev/zero\n")
        self.expect("it writes more than 1048576 bytes to standard output")

    def test_endless_standard_error(self):
        self.command(SHELL + "exec cat /dev/zero >&2\n")
        self.expect("it writes more than 1048576 bytes to standard error")

    def test_endless_output_of_a_child_that_is_left(self):
        self.command(SHELL + "setsid cat /dev/zero &\n")
        self.expect("it writes more than 1048576 bytes to standard output")

    def test_bytes_that_are_no_text(self):
        self.command(SHELL + r"""printf '\377\376\033[2J\n'; printf '\200\n' >&2; exit 9""")
        self.expect(".*")

    def test_everything_closed(self):
        self.command(SHELL + "exec 0<&- 1>&- 2>&-\nexec sleep 1000\n")
        self.expect("it does not end within 2 seconds", HANGS)

    def test_report_that_is_no_report(self):
        for report in ('":[]}', '":1}', '":', '":' + "[" * 100000,
                       '":1,"environment":{},"arguments":[],"descriptors":{"x":{}}}',
                       '":1,"environment":{"a":1},"arguments":[],"descriptors":{}}',
                       '":1,"environment":{},"arguments":[],"descriptors":{"3":[]}}',
                       '":' + "9" * 5000 + '}'):
            with self.subTest(report=report[:60]):
                self.command(PYTHON + f"print('{{\"pid' + {report!r})\n")
                self.expect("the report of the next program is damaged: .*")

    # ---- files ----

    def test_command_that_removes_its_working_directory(self):
        self.command(SHELL + 'rm -rf "$PWD"\n')
        self.expect("it removes its working directory")

    def test_command_that_replaces_its_working_directory(self):
        self.command(SHELL + 'here=$PWD; cd /; rm -rf "$here"; ln -s /etc "$here"\n')
        self.expect("it removes its working directory")
        self.assertTrue(os.listdir("/etc"))

    def test_directories_that_cannot_be_entered(self):
        self.command(SHELL + "mkdir -p a/b/c; touch a/b/c/d; chmod 0 a/b a .; exit 9\n")
        self.expect(".*")

    def test_files_of_every_kind(self):
        self.command(PYTHON + "import os\nos.mkfifo('f')\nos.symlink('/nowhere', b'\\xff')\n"
                     "open('a\\nb', 'w')\nos.mkdir('d')\nif os.getuid() == 0:\n"
                     "    os.mknod('n', 0o20600, os.makedev(1, 3))\nraise SystemExit(9)\n")
        self.expect(".*")

    def test_files_that_are_no_commands(self):
        path = self.commands / "fdmove"
        path.mkdir()
        os.symlink("/nowhere", self.commands / "setuidgid")
        os.symlink("fifo-listen", self.commands / "fifo-listen")
        (self.commands / "udp-socket-listen").write_text("")
        os.mkfifo(self.commands / "tcp-socket-listen")
        status, output, error = self.run_suite()
        self.assertEqual((1, ""), (status, error))
        for row in (r"fdmove .* a directory +DIFFERS", r"setuidgid .* a link to nothing +DIFFERS",
                    r"fifo-listen .* \S.* +DIFFERS", r"tcp-socket-listen .* not a regular file "
                    r"+DIFFERS", r"udp-socket-listen .* a file that is not execu\S* +DIFFERS",
                    r"s6-tcpserver .* not there"):
            self.assertRegex(output, f"(?m)^{row}$")

    def test_files_that_cannot_be_executed(self):
        for content in ("", "text\n", "#!/no/such/interpreter\n", "\x7fELF"):
            with self.subTest(content=content):
                self.command(content)
                self.expect("it cannot be executed: .*")

    # ---- servers ----

    def test_server_that_accepts_and_does_nothing(self):
        self.command(PYTHON + "import socket, time\n"
                     "s = socket.socket(fileno=0)\nkept = []\nwhile True:\n"
                     "    kept.append(s.accept())\n", "s6-ipcserverd")
        status, output, _ = self.run_suite(*HANGS, "s6-ipcserverd")
        self.assertEqual(1, status)
        self.assertRegex(output, "observed: (connection a is not (closed|answered)|it does not"
                         " (log .*|end)) within 2 seconds")

    def test_server_that_answers_without_end(self):
        self.command(PYTHON + "import socket\ns = socket.socket(fileno=0)\nc = s.accept()[0]\n"
                     "while True:\n    c.sendall(b'x' * 65536)\n", "s6-ipcserverd")
        status, output, _ = self.run_suite(*LEAVES, "s6-ipcserverd")
        self.assertEqual(1, status)
        self.assertRegex(output, "observed: it writes more than 1048576 bytes to connection a\n")

    def test_server_that_never_accepts(self):
        self.command(SHELL + "exec sleep 1000\n", "s6-tcpserverd")
        self.expect("(it does not|connection a is not|nobody) .* within 2 seconds", HANGS,
                    "s6-tcpserverd")

    def test_server_that_writes_a_wrong_port(self):
        for port in ("", "99999", "²", "-1", "x" * 100000):
            with self.subTest(port=port[:9]):
                self.command(SHELL + f"echo '{port}'\n", "s6-tcpserver")
                status, output, _ = self.run_suite("s6-tcpserver")
                self.assertEqual(1, status)
                self.assertRegex(output, "client: .*port: it writes no port: ")

    # ---- the suite's own process ----

    def test_signal_that_ends_the_suite_ends_the_command(self):
        self.command(SHELL + "setsid sleep 1000 &\nexec sleep 1000\n")
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(signal=number):
                suite = self.start("fdmove", start_new_session=True)
                suite.stdout.readline()
                while sys.platform == "linux" and not self.left():
                    time.sleep(0.01)
                os.killpg(suite.pid, number)
                _, error = suite.communicate(timeout=ENDLESS)
                self.assertEqual((128 + number, f"run: interrupted by signal {number:d}\n"),
                                 (suite.returncode, error.decode()))
                self.tearDown()

    def test_command_that_kills_the_suite(self):
        self.command(SHELL + "kill -KILL $PPID\n")
        status, _, error = self.run_suite("fdmove")
        self.assertEqual(1, status)
        self.assertRegex(error, "^run: ended by signal 9, perhaps by the command")

    def test_table_that_nobody_reads(self):
        self.command(SHELL + "exit 9\n")
        suite = self.start("fdmove")
        suite.stdout.close()
        error = suite.stderr.read()
        suite.stderr.close()
        self.assertEqual((1, b""), (suite.wait(timeout=ENDLESS), error))

    def test_children_that_the_suite_inherits_live_on(self):
        self.command(SHELL + "exit 9\n")
        suite = subprocess.Popen(
            ["/bin/sh", "-c", 'exec 3<&0; cat <&3 & exec "$@"', "sh", sys.executable, RUN,
             str(self.commands), "fdmove"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=self.environment())
        while b"cases: " not in suite.stdout.readline():
            pass
        suite.stdin.write(b"alive\n")  # which cat writes to the same output
        suite.stdin.flush()
        self.assertEqual(b"alive\n", suite.stdout.readline())
        suite.stdin.close()
        suite.stdout.close()
        suite.wait(timeout=ENDLESS)

    def test_wrong_command_lines(self):
        self.command(SHELL + "exit 9\n")
        for arguments in (("no-such-command",), ("setuidgid",), ("--limit", "x"), ("--limit=nan",),
                          ("--limit=-1",), ("--setenv", "x"), ("--bogus",)):
            with self.subTest(arguments=arguments):
                status, output, error = self.run_suite(*arguments)
                self.assertEqual((100, ""), (status, output))
                self.assertRegex(error, r"\nrun: .*\n$")

    def test_directories_without_commands(self):
        for directory in (self.temporary, "/no/such/directory", RUN):
            with self.subTest(directory=directory):
                suite = subprocess.run([sys.executable, RUN, str(directory)],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
                self.assertEqual((100, b""), (suite.returncode, suite.stdout))
                self.assertRegex(suite.stderr, rb"\nrun: .*: (none of these commands: .*|"
                                 rb"No such file or directory|Not a directory)\n$")



class WithoutAdoption(unittest.TestCase):
    """Where orphans become children of init only the process group can be ended."""

    setUp, command, start, run_suite = (
        Hostile.setUp, Hostile.command, Hostile.start, Hostile.run_suite)
    left, expect, environment = Hostile.left, Hostile.expect, Hostile.environment
    suite = (sys.executable, "-B", "-c", f"""import runpy, sys
sys.path.insert(0, {str(HERE)!r})
import reaper
reaper.adopt_orphans = lambda: False
runpy.run_path({RUN!r}, run_name="__main__")""")

    def test_child_in_a_session_of_its_own(self):
        self.command(PYTHON + "import os\nif os.fork() == 0:\n    os.setsid()\n"
                     f"    os.read(os.open({self.fifo()!r}, os.O_RDONLY), 1)\n")
        self.expect("it leaves processes that do not end and keep its standard output or error"
                    " open within 4 seconds", LEAVES)
        os.close(os.open(self.place.name + "/end", os.O_WRONLY))  # which ends them

    def fifo(self):
        os.mkfifo(self.place.name + "/end")
        return self.place.name + "/end"

    def test_child_in_the_session_of_the_command(self):
        self.command(SHELL + "sleep 1000 &\nexit 9\n")
        self.expect("status=9")
        if sys.platform == "linux":
            self.assertEqual([], self.left())

    def test_command_that_never_ends(self):
        self.command(SHELL + "sleep 1000 & sleep 1000\n")
        self.expect("it does not end within 2 seconds", HANGS)
        if sys.platform == "linux":
            self.assertEqual([], self.left())


if __name__ == "__main__":
    unittest.main()
