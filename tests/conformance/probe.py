# SPDX-License-Identifier: ISC
"""The next program of a case: writes what it was started with as a line of JSON, to
standard output: process ID, environment, arguments, and every open descriptor with its socket."""

import fcntl
import json
import os
import socket
import stat
import struct
import sys

DESCRIPTORS = 64  # more are not searched
FREEBSD_LIMIT, FREEBSD_LENGTH = 0x1011, 0x1012  # SO_LISTENQLIMIT, SO_LISTENQLEN, sys/socket.h
LINUX_QUEUE = 24  # tcpi_unacked and tcpi_sacked of struct tcp_info, linux/tcp.h
IPV4_FREEBIND, IPV6_FREEBIND = 15, 78  # linux/in.h, linux/in6.h
FAMILIES = {"AF_INET": "inet", "AF_INET6": "inet6", "AF_UNIX": "unix", "AF_NETLINK": "netlink"}


def flag(opened, level, option):
    try:
        return int(opened.getsockopt(level, option) != 0)
    except OSError:
        return None


def queue(opened):
    """The limit of the accept queue, and how many wait in it."""
    try:
        if sys.platform == "linux":
            info = opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
            length, limit = struct.unpack_from("II", info, LINUX_QUEUE)
            return limit, length
        if sys.platform.startswith("freebsd"):
            return (opened.getsockopt(socket.SOL_SOCKET, FREEBSD_LIMIT),
                    opened.getsockopt(socket.SOL_SOCKET, FREEBSD_LENGTH))
    except OSError:
        pass
    return None, None


def look_at_internet(opened, found):
    name = opened.getsockname()
    found["address"], found["port"] = name[0].partition("%")[0], name[1]
    found["bind_any"] = None
    if opened.family == socket.AF_INET6:
        found["zone"] = name[3]
        found["v6only"] = flag(opened, socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
    if sys.platform == "linux":
        found["bind_any"] = (flag(opened, socket.IPPROTO_IP, IPV4_FREEBIND)
                             if opened.family == socket.AF_INET
                             else flag(opened, socket.IPPROTO_IPV6, IPV6_FREEBIND))


def look_at_socket(descriptor, found):
    opened = socket.socket(fileno=os.dup(descriptor))
    kind = opened.type & 0xF
    found["family"] = FAMILIES.get(getattr(opened.family, "name", ""), "other")
    found["type"] = {socket.SOCK_STREAM: "stream", socket.SOCK_DGRAM: "dgram",
                     socket.SOCK_SEQPACKET: "seqpacket",
                     socket.SOCK_RAW: "raw"}.get(kind, "other")
    for name, option in (("listening", "SO_ACCEPTCONN"), ("reuse_address", "SO_REUSEADDR"),
                         ("reuse_port", "SO_REUSEPORT"), ("keep_alive", "SO_KEEPALIVE"),
                         ("error", "SO_ERROR")):
        found[name] = flag(opened, socket.SOL_SOCKET, getattr(socket, option))
    if hasattr(socket, "SO_PASSCRED"):
        found["pass_credentials"] = flag(opened, socket.SOL_SOCKET, socket.SO_PASSCRED)
    found["receive_buffer"] = opened.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
    if opened.family in (socket.AF_INET, socket.AF_INET6):
        look_at_internet(opened, found)
        found["nodelay"] = flag(opened, socket.IPPROTO_TCP, socket.TCP_NODELAY)
    elif opened.family == socket.AF_UNIX:
        name = opened.getsockname()
        found["address"] = name if isinstance(name, str) else "@" + name[1:].decode()
    else:
        found["address"] = opened.getsockname()
    found["queue_limit"], found["queue_length"] = (queue(opened) if found["listening"]
                                                   else (None, None))


def look():
    report = {"pid": os.getpid(), "environment": dict(os.environ),
              "arguments": sys.argv[1:], "descriptors": {}}
    for descriptor in range(DESCRIPTORS):
        try:
            flags = fcntl.fcntl(descriptor, fcntl.F_GETFD)
        except OSError:
            continue
        mode = os.fstat(descriptor).st_mode
        found = {"nonblocking": not os.get_blocking(descriptor),
                 "close_on_exec": bool(flags & fcntl.FD_CLOEXEC),
                 "is_socket": stat.S_ISSOCK(mode), "is_fifo": stat.S_ISFIFO(mode)}
        if found["is_socket"]:
            look_at_socket(descriptor, found)
        report["descriptors"][descriptor] = found
    return report


sys.stdout.write(json.dumps(look()) + "\n")
