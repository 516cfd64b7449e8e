# SPDX-License-Identifier: ISC
"""Reads the files of examples/supervisors, those too whose supervisors no package has here:
each has the same job, and the syntax of its supervisor."""

import pathlib
import plistlib
import re

TREE = pathlib.Path(__file__).resolve().parent.parent.parent
EXAMPLES = TREE / "examples" / "supervisors"
TCP = "--tcp=:80,name=http,prefer-both"
UNIX = "--unix=/run/web/http,name=local,mode=660,group=www-data,directory-mode=755"
SERVER = "lighttpd -D -f /etc/web/lighttpd.conf"

# dinit-service(5)
DINIT = {"type", "command", "ready-notification", "restart", "smooth-recovery", "depends-on",
         "rlimit-nofile", "logfile"}


def words(path):
    """In one line, with the places and names of Linux."""
    text = re.sub(r"^\s*[#;].*$", "", path.read_text(), flags=re.M)
    text = re.sub(r"\s*\\?\n\s*", " ", text)
    text = re.sub(r"/usr/local/s?bin/|/usr/local(?=/etc/)|/var(?=/run/)", "", text)
    return re.sub(r"(group=|setuidgid )www(?=[, ])", r"\1www-data", text)


def same_job():
    opening = serving = 0
    for path in sorted(path for path in EXAMPLES.rglob("*") if path.is_file()):
        name, text = path.relative_to(EXAMPLES), words(path)
        if path.suffix == ".md":
            continue
        if "bindchain listen" in text:
            opening += 1
            found = re.findall(r"--(?:tcp|unix)=\S+", re.sub(",inherit|,wait=5", "", text))
            if found != [TCP, UNIX]:
                yield f"{name}: opens {found}"
        if "lighttpd -D" in text:
            serving += 1
            if f"bindchain setuidgid www-data {SERVER}" not in text:
                yield f"{name}: starts another server"
    if (opening, serving) != (8, 8):
        yield f"{opening} files open sockets, and {serving} start the server"


def systemd_socket():
    found = re.findall(r"^(\w+)=(.*)$", (EXAMPLES / "systemd/web.socket").read_text(), re.M)
    for pair in (("ListenStream", "0.0.0.0:80"), ("ListenStream", "[::]:80"),
                 ("BindIPv6Only", "ipv6-only"), ("ListenStream", "/run/web/http"),
                 ("SocketMode", "0660"), ("SocketGroup", "www-data"), ("DirectoryMode", "0755")):
        if pair not in found:
            yield f"web.socket: no {'='.join(pair)}"


def s6_rc():
    def one(*parts):
        return EXAMPLES.joinpath("s6-rc", *parts).read_text()

    for ours, other in (("web-sockets", "web-sockets"), ("web", "web"), ("web-log", "web/log")):
        if one(ours, "type") != "longrun\n":
            yield f"s6-rc/{ours}: not a longrun"
        for path in EXAMPLES.joinpath("s6", other).iterdir():
            if path.is_file() and path.read_text() != one(ours, path.name):
                yield f"s6-rc/{ours}/{path.name}: not that of s6"
    if not EXAMPLES.joinpath("s6-rc/web/dependencies.d/web-sockets").is_file():
        yield "s6-rc: web does not depend on web-sockets"
    if (one("web", "producer-for"), one("web-log", "consumer-for")) != ("web-log\n", "web\n"):
        yield "s6-rc: no pipeline from web to web-log"


def dinit():
    for path in EXAMPLES.joinpath("dinit").iterdir():
        pairs = re.findall(r"^([^#\s]\S*) = (.+)$", path.read_text(), re.M)
        lines = [line for line in path.read_text().splitlines() if line and line[0] != "#"]
        if len(pairs) != len(lines) or not {key for key, _ in pairs} <= DINIT:
            yield f"dinit/{path.name}: not of dinit-service(5): {lines}"
        for key, value in pairs:
            if key == "depends-on" and not path.with_name(value).is_file():
                yield f"dinit/{path.name}: depends on {value}"
            if key == "command" and not EXAMPLES.joinpath(
                    "web", value.split()[0].removeprefix("/etc/web/")).is_file():
                yield f"dinit/{path.name}: executes {value}"


def launchd():
    job = plistlib.loads((EXAMPLES / "launchd/org.example.web.plist").read_bytes())
    names = [argument.removeprefix("--from=launchd:") for argument in job["ProgramArguments"]
             if argument.startswith("--from=")]
    if names != list(job["Sockets"]):
        yield f"launchd: takes {names}, not {list(job['Sockets'])}"
    sockets = [(one.get("SockNodeName"), one.get("SockServiceName"), one.get("SockPathName"),
                one.get("SockPathMode")) for one in job["Sockets"]["web"]]
    if sockets != [("0.0.0.0", "80", None, None), ("::", "80", None, None),
                   (None, None, "/var/run/web.http", 0o660)]:
        yield f"launchd: opens {sockets}"


def wrong():
    return [text for check in (same_job, systemd_socket, s6_rc, dinit, launchd) for text in check()]
