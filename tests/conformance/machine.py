# SPDX-License-Identifier: ISC
"""What this machine allows, and the values that differ between systems."""

import errno
import functools
import os
import pwd
import re
import socket
import subprocess
import sys

LINUX = sys.platform == "linux"


def opens(family, kind, address=None):
    try:
        with socket.socket(family, kind) as opened:
            if address:
                opened.bind(address)
            return True
    except OSError:
        return False


def account(name):
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def binds_any():
    """ip(7): IP_FREEBIND needs no privilege; ip(4) of FreeBSD: IP_BINDANY does."""
    return LINUX or sys.platform.startswith("freebsd") and os.geteuid() == 0


# What a case can need: its name, how it is tested, and the reason where it is missing.
NEEDS = {
    "ipv6": (lambda: opens(socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0)), "no IPv6 here"),
    "root": (lambda: os.geteuid() == 0, "only root can"),
    "bind-any": (binds_any, "this user binds own addresses only"),
    "netlink": (lambda: LINUX and opens(socket.AF_NETLINK, socket.SOCK_RAW),
                "no netlink sockets here"),
    "packets": (lambda: opens(socket.AF_UNIX, socket.SOCK_SEQPACKET),
                "no Unix sockets of packets here"),
    "queue limits": (lambda: LINUX or sys.platform.startswith("freebsd"),
                     "this system does not tell the limit of an accept queue"),
    "nobody": (lambda: account("nobody") is not None, "no account nobody"),
    "linux": (lambda: LINUX, "only Linux has it"),
}


@functools.lru_cache(maxsize=None)
def lacks(need):
    """Why this machine cannot try a case, or None."""
    test, reason = NEEDS[need]
    return None if test() else reason


@functools.lru_cache(maxsize=None)
def backlog_limit():
    """listen(2)"""
    if LINUX:
        with open("/proc/sys/net/core/somaxconn", encoding="ascii") as setting:
            return int(setting.read())
    name = "kern.ipc.soacceptqueue" if sys.platform.startswith("freebsd") else "kern.ipc.somaxconn"
    return int(subprocess.run(["sysctl", "-n", name], stdout=subprocess.PIPE,
                              check=True).stdout)


# Numbers in the place of a socket's field.  Linux has no minimum of the backlog; macOS takes
# 0 as its maximum.  Linux sets IPV6_V6ONLY as asked, FreeBSD and macOS on a wildcard only.
# Linux doubles the size of a buffer: socket(7).
NUMBERS = {
    "{maximum}": backlog_limit,
    "{limit of 0}": lambda: 1 if sys.platform == "darwin" else 0,
    "{V6ONLY of ::1}": lambda: 1 if LINUX else 0,
    "{buffer of 65536}": lambda: 131072 if LINUX else 65536,
}


def mapped_on_v6only():
    """bind(2) of ::ffff:127.0.0.1 to an IPv6-only socket."""
    return os.strerror(errno.EINVAL if LINUX else errno.EADDRNOTAVAIL)


def resolver_text(name):
    """gai_strerror(3), which Python has only in the errors that getaddrinfo(3) gives it."""
    hosts = {"EAI_SERVICE": ("127.0.0.1", "no-such-service", 0),
             "EAI_NONAME": ("no name", "0", socket.AI_NUMERICHOST)}
    host, port, flags = hosts[name]
    try:
        socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM, 0, flags)
    except socket.gaierror as error:
        return error.strerror
    raise RuntimeError(f"getaddrinfo finds {host} {port}")


@functools.lru_cache(maxsize=None)
def text_of(word):
    """The C library's text for {ENOENT} and its like, or None."""
    if word == "mapped":
        return mapped_on_v6only()
    if word.startswith("EAI_"):
        return resolver_text(word)
    if re.fullmatch("E[A-Z0-9]+", word):
        return os.strerror(getattr(errno, word))
    return None
