# SPDX-License-Identifier: ISC
"""Reads what the probe writes, which the command can have replaced by anything."""

import json

import process

SCALARS = (str, int, float, bool, type(None))


def begins(text):
    return text.startswith('{"pid"')


def is_descriptor(number, found):
    return (number.isascii() and number.isdigit() and isinstance(found, dict)
            and isinstance(found.get("is_socket"), bool)
            and all(isinstance(value, SCALARS) or isinstance(value, list)
                    and all(isinstance(one, SCALARS) for one in value)
                    for value in found.values()))


def is_report(found):
    return (isinstance(found.get("pid"), int)
            and isinstance(found.get("environment"), dict)
            and all(isinstance(value, str) for value in found["environment"].values())
            and isinstance(found.get("arguments"), list)
            and all(isinstance(value, str) for value in found["arguments"])
            and isinstance(found.get("descriptors"), dict)
            and all(is_descriptor(*item) for item in found["descriptors"].items()))


def read(text):
    try:
        found = json.loads(text)
        if is_report(found):
            return found
    except (ValueError, RecursionError):
        pass
    raise process.Failure(f"the report of the next program is damaged: {text[:100].rstrip()}")
