# SPDX-License-Identifier: ISC
"""Runs the services of examples/supervisors, each by its supervisor.

Each supervisor has its own namespaces of mounts, processes and the network, an empty /run,
/tmp and /var, and an overlay of /etc, /srv and /usr: with the example, with bindchain, and
with the packages that are unpacked in ROOT and not installed.

    driver.py BINDIR ROOT [SUPERVISOR...]

The supervisor starts the services and says that they are ready.  A client of each socket
gets an answer.  Then the server is stopped, so that the next clients wait in the queues, and
killed: they and those that come while there is no server get an answer of its successor.
Another restart and the stop are by the supervisor's command, and nothing remains.

Exits with 77 when a supervisor is missing; those that are there were run.
"""

import argparse
import concurrent.futures
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, replace

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "daemons"))

import driver as daemons  # noqa: E402
import files  # noqa: E402
from driver import Failed  # noqa: E402
from files import EXAMPLES  # noqa: E402

INIT = ["sh", "-c", '"$@" & wait $!', "init"]  # waits for orphans, too
TIMEOUT = 60  # seconds, for what never comes
LIMIT = 1024  # open files of the server, as in the examples
USER = "www-data"
SOCKET = "/run/web/http"
REQUEST = b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n"
ANSWER = b"inherited"
OURS = re.compile(r":80$|/web/")  # of driver.listening()
ADDRESSES = ("127.0.0.1", "::1", SOCKET)


@dataclass
class Row:
    """Lines are for sh(1), with $supervisor, the process, where there is one."""

    name: str
    program: str  # that is there if the supervisor is
    files: dict  # of examples/supervisors: where they are installed
    ready: str  # asked until it succeeds
    restart: str  # the server
    stop: str  # the services
    supervisor: str = ""  # the process
    prepare: str = ""
    up: str = ""  # asked until it succeeds, before the start
    start: str = ""  # the services, where the supervisor does not by itself
    revive: str = ""  # starts the server again, where the supervisor does not
    end: str = ""  # the supervisor
    log: str = "/var/log/web.log"  # which has what the server says
    keeps: bool = True  # the clients, while the server restarts
    recovers: bool = False  # when the process that holds the sockets is killed


WEB = {"web": "/etc/web"}

# As in a container: it cannot change a kernel setting or a device, and has its own control
# groups, in a part of the hierarchy that is removed afterwards.  It starts nothing but the
# example: without DefaultDependencies no unit of a boot, and so no journal.
SYSTEMD = {
    "program": "systemctl",
    "prepare": """
mkdir /run/cgroup
mount -t cgroup2 none /run/cgroup
mkdir $cgroup
mkdir -p /run/systemd/system/web.service.d /run/systemd/system/web.socket.d
cd /run/systemd/system
printf '[Unit]\\nDefaultDependencies=no\\n' |
    tee test.target web.service.d/test.conf >web.socket.d/test.conf
[ -z "$(systemd-analyze verify --man=no /etc/systemd/system/web.* 2>&1 | tee /dev/stderr)" ]
printf '[Service]\\nStandardOutput=append:/var/log/web.log\\nStandardError=inherit\\n' \\
    >>web.service.d/test.conf
""",
    "supervisor": """
echo $$ >$cgroup/cgroup.procs
exec unshare --cgroup --uts --mount --pid --fork --kill-child --mount-proc sh -ec '
mount -t cgroup2 none /sys/fs/cgroup
umount /run/cgroup
for path in /proc/sys /proc/sysrq-trigger; do
    [ ! -e $path ] || mount --bind -o ro $path $path
done
mkdir /run/dev
mount -t tmpfs -o mode=755 tmpfs /run/dev
for node in full null random tty urandom zero; do
    touch /run/dev/$node
    mount --bind /dev/$node /run/dev/$node
done
mount --move /run/dev /dev
exec env container=bindchain \\
    setpriv --bounding-set=-sys_time,-sys_module,-sys_rawio,-mknod,-syslog \\
    /lib/systemd/systemd --system --unit=test.target --log-target=console --show-status=no'
""",
    "up": "[ -S /run/systemd/private ]",
    "restart": "$enter systemctl restart web.service",
    "end": "$enter systemctl --force exit || :",  # which may end before its reply
}
ENTER = """
first=$(cat /proc/$supervisor/task/*/children)
enter="nsenter --all --target ${first% }"
"""

ROWS = [
    Row("runit", "runsvdir", {"runit": "/etc/sv"}, log="/var/log/web/current",
        prepare="rm -rf /etc/service; mkdir /etc/service; ln -s /etc/sv/web* /etc/service",
        supervisor="exec runsvdir -P /etc/service",
        ready="sv check web-sockets web",
        restart="sv restart web",
        stop="sv stop web web-sockets",
        end="kill -HUP $supervisor", recovers=True),
    Row("s6", "s6-svscan", {"s6": "/run/service"}, log="/var/log/web/current",
        supervisor="exec s6-svscan /run/service",
        ready="s6-svwait -t 10000 -U /run/service/web-sockets",
        restart="s6-svc -wr -r /run/service/web",
        stop="s6-svc -wD -d /run/service/web; s6-svc -wD -d /run/service/web-sockets",
        end="s6-svscanctl -t /run/service", recovers=True),
    Row("OpenRC", "openrc-run", {"openrc/init.d": "/etc/init.d"},
        prepare="""
find /etc/init.d -type f ! -name 'web*' -delete
for state in daemons exclusive failed hotplugged inactive options scheduled started starting \\
    stopping tmp wasinactive; do
    mkdir -p /run/openrc/$state
done
touch /run/openrc/softlevel
""",
        start="rc-service web start",
        ready="rc-service web status",
        restart="rc-service web restart",
        stop="rc-service web stop; rc-service web-sockets stop"),
    # The number of a process that has ended, which another user's has now.
    Row("sysvinit", "start-stop-daemon", {"sysvinit": "/etc/init.d"},
        prepare="""
setpriv --reuid=65534 --clear-groups sleep infinity >/dev/null 2>&1 &
echo $! | tee /run/other.pid >/run/web-sockets.pid
""",
        start="/etc/init.d/web start",
        ready="/etc/init.d/web status",
        revive="/etc/init.d/web start",
        restart="/etc/init.d/web restart",
        stop="/etc/init.d/web stop",
        end="kill $(cat /run/other.pid)"),
    Row("supervisord", "supervisord", {"supervisord": "/etc/supervisor/conf.d", **WEB},
        prepare="mkdir /var/log/supervisor",
        supervisor="exec supervisord -n -c /etc/supervisor/supervisord.conf",
        ready="supervisorctl status web",
        restart="supervisorctl restart web",
        stop="supervisorctl stop web web-sockets",
        end="supervisorctl shutdown"),
    Row("rc.d, with stand-ins", "sh",
        {"freebsd": "/usr/local/etc/rc.d", "web": "/usr/local/etc/web"},
        prepare=f"""
cp {HERE}/freebsd/rc.subr /etc
cp {HERE}/freebsd/daemon /usr/sbin
cp {HERE}/freebsd/limits /usr/bin
ln -s /usr/bin/bindchain /usr/local/bin
ln -s "$(command -v lighttpd)" /usr/local/sbin
for table in passwd group; do
    sed -n 's/^www-data:/www:/p' /etc/$table >/run/www
    cat /run/www >>/etc/$table
done
""",
        start="/usr/local/etc/rc.d/web start",
        ready="/usr/local/etc/rc.d/web status",
        restart="/usr/local/etc/rc.d/web restart",
        stop="/usr/local/etc/rc.d/web stop"),
    Row("systemd: web.service", files={"systemd/web.service": "/etc/systemd/system/web.service"},
        start="$enter systemctl start web.service",
        ready="$enter systemctl is-active web.service",
        stop="$enter systemctl stop web.service", keeps=False, **SYSTEMD),
    Row("systemd: web.socket", files={"systemd": "/etc/systemd/system"},
        start="$enter systemctl start web.socket web.service",
        ready="$enter systemctl is-active web.socket web.service",
        stop="$enter systemctl stop web.socket web.service", **SYSTEMD),
]
# Without web.socket a restart loses clients, which has to be noticed.
LOSES = replace(ROWS[-2], name="lost clients", keeps=True)

# ---- in the namespaces ----


def hide_cgroups():
    """OpenRC would make some for the services."""
    if os.path.ismount("/sys/fs/cgroup"):
        subprocess.run(["umount", "--recursive", "/sys/fs/cgroup"], check=True)


def install(row, bin_dir, root):
    """Everything is at the place that it has in the examples."""
    for place in ("etc", "srv", "usr"):
        upper, work = f"/run/overlay/upper/{place}", f"/run/overlay/workdir/{place}"
        os.makedirs(upper)
        os.makedirs(work)
        lower = [f"/{place}"]
        if os.path.isdir(f"{root}/{place}"):
            lower.insert(0, f"{root}/{place}")
        subprocess.run(["mount", "-t", "overlay", "overlay", f"/{place}", "-o",
                        f"lowerdir={':'.join(lower)},upperdir={upper},workdir={work}"],
                       check=True)
    shutil.copy(f"{bin_dir}/bindchain", "/usr/bin/bindchain")
    for source, place in {"web": "/etc/web", **row.files}.items():
        if os.path.isdir(EXAMPLES / source):
            shutil.copytree(EXAMPLES / source, place, dirs_exist_ok=True)
        else:
            shutil.copy(EXAMPLES / source, place)
    os.makedirs("/srv/web")
    pathlib.Path("/srv/web/index.html").write_bytes(ANSWER)


class Supervised:
    def __init__(self, row, log):
        self.row = row
        self.log = log
        self.environment = {"PATH": daemons.PATH, "HOME": "/root", "LC_ALL": "C.UTF-8"}
        self.supervisor = None
        self.cgroup = f"/run/cgroup/bindchain-{uuid.uuid4()}"
        self.environment["cgroup"] = self.cgroup

    def begin(self):
        self.run(self.row.prepare)
        if self.row.supervisor:
            self.supervisor = subprocess.Popen(
                ["sh", "-c", self.row.supervisor], env=self.environment,
                stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
            self.environment["supervisor"] = str(self.supervisor.pid)
        self.until(self.row.up)
        self.run(self.row.start)
        self.until(self.row.ready)

    def try_run(self, line):
        """Returns the exit status."""
        if "$enter" in line:
            line = ENTER + line
        try:
            return subprocess.run(["sh", "-ec", line], env=self.environment, check=False,
                                  timeout=TIMEOUT, stdin=subprocess.DEVNULL, stdout=self.log,
                                  stderr=self.log).returncode
        except subprocess.TimeoutExpired as error:
            raise Failed(f"{line.strip()}: {error}") from error

    def run(self, line):
        status = self.try_run(line)
        if status:
            raise Failed(f"{line.strip()}: exit status {status}")

    def until(self, line):
        until(lambda: self.try_run(line) == 0, f"still fails: {line}")

    def end(self):
        self.run(self.row.end)
        if self.supervisor:
            self.supervisor.wait(TIMEOUT)
        self.clean()

    def clean(self):
        """Of what outlives these namespaces."""
        if self.supervisor:
            self.supervisor.kill()
            self.supervisor.wait()
        if os.path.isdir(self.cgroup):
            until(self.remove_cgroups, "control groups remain")

    def remove_cgroups(self):
        subprocess.run(["find", self.cgroup, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";"],
                       check=False, stderr=self.log)
        return not os.path.isdir(self.cgroup)


def until(condition, failure):
    """Waits for what no event tells."""
    end = time.monotonic() + TIMEOUT
    while not condition():
        if time.monotonic() > end:
            raise Failed(failure)
        time.sleep(0.01)


def processes():
    """{process ID: program} of all but INIT and this one."""
    found = {}
    for directory in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (directory / "stat").read_text()
        except OSError:
            continue
        program, state = re.search(r"\((.*)\) (.)", words).groups()
        if state not in "ZX" and int(directory.name) not in (1, os.getpid()):
            found[int(directory.name)] = program
    return found


def running(program):
    return [number for number, name in processes().items() if name == program]


def the_only(program):
    """Its process ID."""
    found = running(program)
    if len(found) != 1:
        raise Failed(f"not one {program}: {processes()}")
    return found[0]


def server():
    return the_only("lighttpd")


def request(address):
    """A client that waits for its answer."""
    if address.startswith("/"):
        client = socket.socket(socket.AF_UNIX)
    else:
        client = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    client.settimeout(TIMEOUT)
    client.connect(address if address.startswith("/") else (address, 80))
    client.sendall(REQUEST)
    return client


def expect_answer(client):
    received = b""
    with client:
        while ANSWER not in received:
            read = client.recv(65536)
            if not read:
                raise Failed(f"answered only {received!r}")
            received += read


def answers():
    for address in ADDRESSES:
        expect_answer(request(address))


def answers_in_time():
    try:
        answers()
    except (Failed, OSError):
        return False
    return True


def check_job(row):
    """What the examples promise of the server and its sockets."""
    process = pathlib.Path(f"/proc/{server()}")
    user = pwd.getpwnam(USER)
    status = dict(re.findall(r"^(\w+):\s*(.*)$", (process / "status").read_text(), re.M))
    for name, number in (("Uid", user.pw_uid), ("Gid", user.pw_gid)):
        if set(status[name].split()) != {str(number)}:
            raise Failed(f"{name} is {status[name]}, not {number}")
    limits = (process / "limits").read_text()
    if not re.search(rf"^Max open files +{LIMIT} ", limits, re.M):
        raise Failed(f"another limit of open files: {limits}")
    path = os.stat(SOCKET)
    if (path.st_mode & 0o7777, path.st_uid, path.st_gid) != (0o660, 0, user.pw_gid):
        raise Failed(f"another mode or owner: {path}")
    log = pathlib.Path(row.log)
    until(lambda: log.exists() and "server started" in log.read_text(), "nothing is logged")


def state_of(process):
    words = pathlib.Path(f"/proc/{process}/stat").read_text()
    return words.rpartition(")")[2].split()[0]


def kill_server(supervised):
    row, killed = supervised.row, server()
    os.kill(killed, signal.SIGSTOP)
    until(lambda: state_of(killed) == "T", "the server does not stop")
    clients = [request(address) for address in ADDRESSES] if row.keeps else []
    os.kill(killed, signal.SIGKILL)
    until(lambda: killed not in processes(), "the server survives")
    clients += [request(address) for address in ADDRESSES] if row.keeps else []
    supervised.run(row.revive)
    if not row.keeps:
        until(answers_in_time, "the server is not restarted")
    for client in clients:
        expect_answer(client)
    if server() == killed:
        raise Failed("the server was not killed")


def restart_server(supervised):
    """By its command, which may return while the old server runs, as sv(8) does within the
    second of its start."""
    old = server()
    supervised.run(supervised.row.restart)
    until(lambda: old not in processes() and len(running("lighttpd")) == 1,
          "the server is not restarted")
    answers()


def kill_holder():
    """Both services start again, with new sockets."""
    old = listening_inodes()
    os.kill(the_only("sleep"), signal.SIGKILL)
    until(lambda: len(listening_inodes() - old) == len(old) and answers_in_time(),
          "the sockets are not opened again")


def listening_inodes():
    return {inode for inode, words in daemons.listening().items() if OURS.search(words)}


def check_nothing_remains():
    until(lambda: not processes(), f"processes remain: {processes()}")
    if daemons.listening():
        raise Failed(f"sockets remain: {daemons.listening()}")


def run_here(name, bin_dir, root):
    """Runs one row, and says what is wrong, if anything is."""
    row = next(row for row in ROWS + [LOSES] if row.name == name)
    daemons.private_mounts()
    hide_cgroups()
    install(row, bin_dir, root)
    os.chdir("/")
    log = open("/run/log", "wb")
    supervised = Supervised(row, log)
    try:
        supervised.begin()
        answers()
        check_job(row)
        kill_server(supervised)
        restart_server(supervised)
        if row.recovers:
            kill_holder()
        supervised.run(row.stop)
        until(lambda: not listening_inodes(), "sockets remain")
        supervised.end()
        check_nothing_remains()
    except (Failed, OSError, subprocess.SubprocessError) as error:
        print(f"{name}: {error}")
        for path in ("/run/log", row.log, "/var/log/web-sockets.log"):
            if os.path.exists(path):
                print(f"---- {path}")
                print(pathlib.Path(path).read_text(errors="replace")[-4000:])
        print(processes(), daemons.listening())
        supervised.clean()
        return 1
    return 0


# ---- outside ----


def run(row, bin_dir, root):
    """Returns what is wrong, or nothing."""
    ended = subprocess.run(
        daemons.UNSHARE + INIT
        + [sys.executable, __file__, bin_dir, root, "--here", row.name],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", check=False)
    if ended.returncode == 0:
        return ""
    return ended.stdout or f"{row.name}: exit status {ended.returncode}"


def is_there(row, root):
    path = ":".join(f"{root}/{place}" for place in ("usr/sbin", "usr/bin"))
    return shutil.which(row.program, path=f"{path}:{daemons.PATH}")


def timed(row, bin_dir, root):
    """Returns what to print, and whether the row failed."""
    begin = time.monotonic()
    said = run(row, bin_dir, root)
    if row is LOSES:
        return ("", False) if "Connection re" in said else (f"lost clients: {said or 'none'}", True)
    return said or f"{row.name}: {time.monotonic() - begin:.1f} s", bool(said)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin_dir")
    parser.add_argument("root")
    parser.add_argument("--here", metavar="SUPERVISOR", help="in namespaces of its own already")
    parser.add_argument("supervisors", nargs="*")
    options = parser.parse_args()
    if options.here:
        return run_here(options.here, options.bin_dir, options.root)

    chosen = [row for row in ROWS if not options.supervisors or row.name in options.supervisors]
    if len(chosen) < len(options.supervisors):
        parser.error("no such supervisor; these are: " + ", ".join(row.name for row in ROWS))
    rows = [row for row in chosen if is_there(row, options.root)]
    missing = [row.name for row in chosen if row not in rows]
    failures = files.wrong()
    for text in failures:
        print(text)
    failed = len(failures)
    if not options.supervisors and is_there(LOSES, options.root):
        rows.append(LOSES)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for text, is_wrong in pool.map(lambda row: timed(row, options.bin_dir, options.root), rows):
            failed += is_wrong
            if text:
                print(text, flush=True)
    if missing:
        print("not installed:", ", ".join(missing))
    return 1 if failed else 77 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
