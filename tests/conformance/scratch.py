# SPDX-License-Identifier: ISC
"""Directories for commands, which may do anything to them."""

import contextlib
import os
import pathlib
import shutil
import stat
import tempfile

SOCKET_PATH = 104  # bytes of sun_path in unix(4) of FreeBSD and macOS; 108 in unix(7)
WITHIN = len("/conformance.12345678/12345678/stand-ins")


class TooLong(Exception):
    pass


def make():
    """A directory that other users may enter: some commands become another user."""
    where = tempfile.gettempdir()
    if len(os.fsencode(where)) + WITHIN >= SOCKET_PATH:
        raise TooLong(f"TMPDIR is too long for the paths of sockets: {where}")
    directory = pathlib.Path(tempfile.mkdtemp(prefix="conformance."))
    directory.chmod(0o755)
    return directory


def make_accessible(_, path, __):
    """What shutil.rmtree() could not remove: the command can have changed the modes."""
    for one in (os.path.dirname(path), path):
        with contextlib.suppress(OSError):
            if not stat.S_ISLNK(os.lstat(one).st_mode):
                os.chmod(one, 0o700)


def remove(directory):
    """With everything in it.  The command can have put something else in its place."""
    for _ in range(3):
        with contextlib.suppress(OSError, RecursionError):
            os.unlink(directory)
        with contextlib.suppress(OSError, RecursionError):
            shutil.rmtree(directory, onerror=make_accessible)
        if not os.path.lexists(directory):
            return
