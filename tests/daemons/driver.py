# SPDX-License-Identifier: ISC
"""Runs the programs of programs.py, and makes the table of docs/daemons.md of the result.

Each program has its own namespaces of mounts, processes and the network, with an empty
/run, /tmp and /var. It inherits a socket that listens already: a request waits in the
accept queue, or in the receive buffer, until the program reads it. So nothing here waits
for a time, and TIMEOUT is only for a program that never answers.

    driver.py BINDIR [--write | --compare DOCUMENT] [PROGRAM...]

Exits with 77 when a package is missing; what is there was run.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import socket
import ssl
import subprocess
import sys

import programs

HERE = pathlib.Path(__file__).resolve().parent
TREE = HERE.parent.parent
TIMEOUT = 60  # seconds
NOTE = 9  # the descriptor that "note" writes to
UNSHARE = "unshare --net --mount --ipc --pid --fork --kill-child --mount-proc".split()
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
KINDS = {
    "tcp": socket.SOCK_STREAM,
    "udp": socket.SOCK_DGRAM,
    "unix": socket.SOCK_STREAM,
    "unix-dgram": socket.SOCK_DGRAM,
    "unix-seqpacket": socket.SOCK_SEQPACKET,
}
BEGIN, END = "<!-- begin of the table -->\n", "<!-- end of the table -->\n"


class Failed(Exception):
    pass


# ---- in the namespaces, as their first process ----


def private_mounts():
    """The tree stays at its path, which may be below /tmp or /var."""

    def run(*words):
        subprocess.run(words, check=True)

    os.chdir("/")
    run("ip", "link", "set", "lo", "up")
    run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
    os.mkdir("/run/tree")
    run("mount", "--bind", str(TREE), "/run/tree")
    for path, mode in (("/tmp", "1777"), ("/var", "755"), ("/dev/shm", "1777")):
        run("mount", "-t", "tmpfs", "-o", "mode=" + mode, "tmpfs", path)
    os.makedirs(TREE, exist_ok=True)
    run("mount", "--move", "/run/tree", str(TREE))
    os.symlink("/run", "/var/run")
    for name in ("lib", "log", "cache", "spool", "tmp"):
        os.mkdir("/var/" + name)


def listening():
    """{inode: words} of the sockets of this network namespace that receive connections or
    datagrams of anybody; see proc_net(5) and, for the states, include/net/tcp_states.h."""
    found = {}
    for kind, state in (("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07"),
                        ("raw", "07"), ("raw6", "07")):
        table = pathlib.Path("/proc/net", kind)
        for line in table.read_text().splitlines()[1:] if table.exists() else ():
            words = line.split()
            if words[3] == state:
                found[words[9]] = f"{kind} {readable(words[1])}"
    for line in pathlib.Path("/proc/net/unix").read_text().splitlines()[1:]:
        words = line.split(maxsplit=7)
        datagram = int(words[4], 16) == socket.SOCK_DGRAM
        if int(words[3], 16) & 0x10000 or datagram and len(words) > 7:
            found[words[6]] = f"unix {words[7] if len(words) > 7 else ''}"
    return found


def readable(address):
    """127.0.0.1:80 of 0100007F:0050"""
    number, port = address.split(":")
    words = [bytes.fromhex(number[at:at + 8])[::-1] for at in range(0, len(number), 8)]
    packed = b"".join(words) if sys.byteorder == "little" else bytes.fromhex(number)
    family = socket.AF_INET if len(packed) == 4 else socket.AF_INET6
    return f"{socket.inet_ntop(family, packed)}:{int(port, 16)}"


def client_of(kind, address):
    """Returns a socket and where it sends its request: none if it is connected.  A server
    may answer a datagram from another socket, as tftpd(8) does."""
    if kind.startswith("unix"):
        client = socket.socket(socket.AF_UNIX, KINDS[kind])
        peer = "\0" + address[1:] if address.startswith("@") else address
    else:
        host, port = address.rsplit(":", 1)
        host = host.strip("[]")
        client = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, KINDS[kind])
        peer = (host, int(port))
    client.settimeout(TIMEOUT)
    if kind == "unix-dgram":
        client.bind("client")
    if KINDS[kind] == socket.SOCK_DGRAM:
        return client, peer
    client.connect(peer)
    return client, None


def ask(kind, address, request):
    """Sends the request, and reads until its answer is there."""
    client, peer = client_of(kind, address)
    if request.tls:
        client = ssl._create_unverified_context().wrap_socket(client)
    with client:
        if peer:
            client.sendto(request.send, peer)
        else:
            client.sendall(request.send)
        received = b""
        while request.answer not in received:
            try:
                read = client.recv(65536)
            except OSError as error:
                raise Failed(f"{error} after {received!r}") from error
            if not read:
                raise Failed(f"answered only {received!r}")
            received += read


def check_sockets(row, inherited):
    found = listening()
    for inode in inherited:
        if not found.pop(inode, None):
            raise Failed(f"does not listen on the inherited socket, but on {found or 'none'}")
    for words in found.values():
        if not any(re.fullmatch(pattern, words) for pattern in row.also):
            raise Failed(f"another socket receives: {words}")


def start(row, log, bin_dir):
    """Returns which sockets the program inherits, when it has them."""
    environment = {"PATH": f"{bin_dir}:{PATH}", "HOME": os.getcwd(), "LC_ALL": "C.UTF-8"}
    for path, content in row.files.items():
        pathlib.Path(path).write_text(content)
    if row.prepare:
        subprocess.run(["sh", "-ec", row.prepare], check=True, env=environment,
                       stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    reader, writer = os.pipe()
    os.dup2(writer, NOTE)
    os.close(writer)
    # SIGPIPE stays ignored, as IgnoreSIGPIPE of systemd.exec(5): gpg-agent dies of a client that
    # has gone otherwise.
    subprocess.Popen(["sh", "-c", f"exec bindchain listen {row.listen} {HERE}/note {row.command}"],
                     env=environment, pass_fds=[NOTE], restore_signals=False,
                     stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    os.close(NOTE)
    with open(reader) as notes:
        return re.findall(r"socket:\[(\d+)\]", notes.read())


def run_here(name, bin_dir):
    """Runs one program, and says what is wrong, if anything is."""
    rows = programs.ROWS + [row for row, _ in programs.WRONG]
    row = next(row for row in rows if row.name == name)
    private_mounts()
    work = pathlib.Path("/run/daemon")
    work.mkdir()
    os.chdir(work)
    try:
        with open("/run/log", "wb") as log:
            inherited = start(row, log, bin_dir)
        if not inherited:
            raise Failed("was not started")
        ask(*re.search(r"--(tcp|udp|unix[a-z-]*)=([^, ]+)", row.listen).groups(), row.request)
        check_sockets(row, inherited)
    except (Failed, OSError, subprocess.CalledProcessError) as error:
        print(f"{name}: {error}")
        print(pathlib.Path("/run/log").read_text(errors="replace"))
        return 1
    return 0


# ---- outside ----


def run(row, bin_dir):
    """Returns what is wrong, or nothing."""
    ended = subprocess.run(
        UNSHARE + [sys.executable, __file__, bin_dir, "--here", row.name],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", check=False)
    if ended.returncode == 0:
        return ""
    return ended.stdout or f"{row.name}: exit status {ended.returncode}"


def version(package):
    """Of the program in it, without Debian's revision; empty if it is not installed."""
    found = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", package],
                           capture_output=True, text=True, check=False).stdout
    status, _, number = found.partition(" ")
    return re.sub(r"^\d+:|[-+~].*$", "", number) if status == "installed" else ""


def code(text):
    return f"`{text}`".replace("|", "\\|")


def answer(request):
    return request.shown or code(request.answer.decode().strip())


def table():
    lines = ["| program | version | convention | command line | request: answer | other sockets |",
             "|---|---|---|---|---|---|"]
    for row in programs.ROWS:
        lines.append("| " + " | ".join([
            row.name, version(row.package), row.convention(),
            code(f"bindchain listen {row.listen} {row.command}"),
            f"{row.request.words}: {answer(row.request)}",
            "; ".join(row.also.values()) or "none"]) + " |")
    return "\n".join(lines) + "\n"


def without_versions(text):
    """What is the same on all releases of Debian."""
    return re.sub(r"^(\|[^|]*\|)[^|]*", r"\1", text, flags=re.M)


def compare(document):
    """Returns what is wrong, or nothing."""
    written = document.read_text().split(BEGIN)[1].split(END)[0]
    if without_versions(written) == without_versions(table()):
        return ""
    return f"{document} is not what was run: ci/checks/daemons --write"


def write(document):
    before, rest = document.read_text().split(BEGIN)
    document.write_text(before + BEGIN + table() + END + rest.split(END)[1])


def run_wrong(row, bin_dir, expected):
    """The same for a row that has to fail."""
    said = run(row, bin_dir)
    return "" if expected in said else f"{row.name}: not noticed: {expected}\n{said}"


def run_all(rows, bin_dir):
    """Two at a time; returns what is wrong, if anything is."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(run, row, bin_dir) for row in rows]
        runs += [pool.submit(run_wrong, row, bin_dir, expected) for row, expected in programs.WRONG]
        return [text for text in (run.result() for run in runs) if text]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin_dir")
    parser.add_argument("--here", metavar="PROGRAM", help="in namespaces of its own already")
    parser.add_argument("--write", type=pathlib.Path, metavar="DOCUMENT")
    parser.add_argument("--compare", type=pathlib.Path, metavar="DOCUMENT")
    parser.add_argument("programs", nargs="*")
    options = parser.parse_args()
    if options.here:
        return run_here(options.here, options.bin_dir)

    chosen = [row for row in programs.ROWS if not options.programs or row.name in options.programs]
    if len(chosen) < len(options.programs):
        parser.error("no such program; these are: " + ", ".join(row.name for row in programs.ROWS))
    rows = [row for row in chosen if version(row.package)]
    missing = sorted({row.package for row in chosen} - {row.package for row in rows})
    wrong = run_all(rows, options.bin_dir)
    if not missing and not options.programs and not wrong:
        if options.write:
            write(options.write)
        elif options.compare:
            wrong += filter(None, [compare(options.compare)])
    for text in wrong:
        print(text)
    print(f"{len(rows)} programs: {len(wrong)} failed")
    if missing:
        print("not installed:", *missing)
    return 1 if wrong else 77 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
