#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A server in Python that inherits its listening sockets, or opens its own.

It calls the shared library by ctypes, and needs no other module:

    python3 server.py 127.0.0.1 8080
    bindchain listen --tcp=127.0.0.1:8080 python3 server.py

BINDCHAIN_LIBRARY names the library where the system's linker does not find it.
"""
import ctypes
import ctypes.util
import os
import selectors
import socket
import sys

TCP = 0  # enum bindchain_kind
REUSE_ADDRESS = 0  # enum bindchain_option
REQUIRED = 2  # enum bindchain_want
REMOVE_VARIABLES = 1  # of bindchain_listen_fds()
CLOSE_ON_EXEC = 2  # of bindchain_set_flags()
FIRST = 3  # the first inherited descriptor


class Failure(ctypes.Structure):
    """struct bindchain_failure, whose size never changes; only its text is used here."""

    _fields_ = [("content", ctypes.c_uint64 * 32)]


def load_library():
    name = os.environ.get("BINDCHAIN_LIBRARY") or ctypes.util.find_library("bindchain")
    if not name:
        sys.exit("server: no shared libbindchain: build it with BINDCHAIN_BOTH_LIBRARIES=ON,"
                 " or set BINDCHAIN_LIBRARY to its path")
    try:
        library = ctypes.CDLL(name, use_errno=True)
    except OSError as error:
        sys.exit(f"server: {error}")
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    failure = ctypes.POINTER(Failure)
    for function, result, arguments in [
        ("bindchain_request_new", pointer, [number]),
        ("bindchain_request_free", None, [pointer]),
        ("bindchain_resolve", number, [pointer, text, text, ctypes.c_uint, failure]),
        ("bindchain_set_option", number, [pointer, number, number, number, failure]),
        ("bindchain_set_flags", number, [pointer, ctypes.c_uint, failure]),
        ("bindchain_open", number, [pointer, failure]),
        ("bindchain_failure_text", ctypes.c_size_t, [failure, pointer, text, ctypes.c_size_t]),
        ("bindchain_listen_fds", number, [ctypes.c_uint]),
    ]:
        getattr(library, function).restype = result
        getattr(library, function).argtypes = arguments
    return library


def inherit(library):
    count = library.bindchain_listen_fds(REMOVE_VARIABLES)
    if count < 0:
        sys.exit("server: inherit: " + os.strerror(ctypes.get_errno()))
    return [socket.socket(fileno=FIRST + i) for i in range(count)]


def open_own(library, host, service):
    request = library.bindchain_request_new(TCP)
    failure = Failure()
    descriptor = -1
    if (
        library.bindchain_resolve(request, host.encode(), service.encode(), 0, failure) == 0
        and library.bindchain_set_option(request, REUSE_ADDRESS, REQUIRED, 1, failure) == 0
        and library.bindchain_set_flags(request, CLOSE_ON_EXEC, failure) == 0
    ):
        descriptor = library.bindchain_open(request, failure)
    text = ctypes.create_string_buffer(512)
    if descriptor < 0:
        library.bindchain_failure_text(failure, request, text, len(text))
    library.bindchain_request_free(request)
    if descriptor < 0:
        sys.exit("server: " + text.value.decode(errors="replace"))
    return socket.socket(fileno=descriptor)


def answer(listener):
    connection, _ = listener.accept()
    with connection, connection.makefile("rwb") as stream:
        stream.write(b"served: " + stream.readline())


def main(arguments):
    library = load_library()
    listeners = inherit(library)
    if not listeners and len(arguments) == 2:
        listeners = [open_own(library, *arguments)]
    if not listeners:
        sys.exit("usage: server.py [host port]")
    selector = selectors.DefaultSelector()
    for listener in listeners:
        selector.register(listener, selectors.EVENT_READ)
        host, port = listener.getsockname()[:2]
        print(f"listening on {host} port {port}", flush=True)
    while True:
        for key, _ in selector.select():
            answer(key.fileobj)


if __name__ == "__main__":
    main(sys.argv[1:])
