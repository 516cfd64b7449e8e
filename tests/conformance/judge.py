# SPDX-License-Identifier: ISC
"""Compares what a command did with what is expected of it."""

import collections
import re

import machine

AGREES, PURPOSE, OLDER, WRONG, NOT_TRIED, NOT_THERE = (
    "as expected", "differs on purpose", "as an older version", "DIFFERS", "not tried", "not there")

MOST = 2000  # characters of a value in a table

# detail: lines below the row
Row = collections.namedtuple("Row", "name case expected observed verdict detail")


def filled(value, fill):
    """An expectation with the values of its {words}."""
    if isinstance(value, dict):
        return {key: filled(value[key], fill) for key in value}
    if isinstance(value, list):
        return [filled(one, fill) for one in value]
    if isinstance(value, str):
        return machine.NUMBERS[value]() if value in machine.NUMBERS else fill(value)
    return value


def matches(expected, observed):
    """A text may have {number} for any.  Of a dictionary only what is expected counts."""
    if isinstance(expected, dict) and isinstance(observed, dict):
        return all(matches(expected[key], observed.get(key)) for key in expected)
    if isinstance(expected, list) and isinstance(observed, list):
        return len(expected) == len(observed) and all(map(matches, expected, observed))
    if isinstance(expected, str) and isinstance(observed, (str, int)):
        pattern = "[0-9]+".join(map(re.escape, expected.split("{number}")))
        return re.fullmatch(pattern, str(observed), re.S) is not None
    return expected == observed


def agrees(key, expected, observed):
    """Each key of an expectation is one of what Trial.observed() returns."""
    if key in ("begins", "output-begins", "first-line"):
        return isinstance(observed, str) and observed.startswith(expected)
    if key == "log":
        return matches(expected, observed[:len(expected)])
    if key == "logged":
        return all(any(matches(line, seen) for seen in observed) for line in expected)
    return matches(expected, observed)


def projected(expected, observed):
    """Of what was observed, that of which something is expected."""
    if isinstance(expected, dict) and isinstance(observed, dict):
        return {key: projected(expected[key], observed.get(key)) for key in expected}
    return observed


def whole(expected, case, side):
    """The expectation with what goes without saying."""
    full = dict(expected)
    if "socket" in full:
        full.setdefault("sockets", [case["socket"]])
    if "message" in full or "begins" in full:
        full.setdefault("output", "")
        if side == "bindchain" and case.get("explained"):
            full["explained"] = True
    if "status" not in full and "signal" not in full:
        full["status"] = 0
    return full


def difference(expected, observed):
    """({key: expected}, {key: observed}) of the first key that differs, or None."""
    for key, value in expected.items():
        seen = observed.get(key)
        if not agrees(key, value, seen):
            return {key: value}, {key: projected(value, seen)}
    return None


def alternatives(case, side):
    """[(verdict, expectation)] for this side: the reference's, bindchain's, or any."""
    if side == "bindchain" and "bindchain" in case:
        return [(PURPOSE, case["bindchain"])]
    found = [(AGREES, case["expect"])]
    if side != "bindchain" and "older" in case:
        found.append((OLDER, case["older"]["expect"]))
    if side == "any" and "bindchain" in case:
        found.append((PURPOSE, case["bindchain"]))
    return found


def shown(value):
    """A value in a table."""
    if isinstance(value, dict):
        return " ".join(f"{key}{{{shown(one)}}}" if isinstance(one, dict) else
                        f"{key}={shown(one)}" for key, one in value.items())
    if isinstance(value, list):
        return "[" + " ".join(map(shown, value)) + "]"
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if len(text) > MOST:
        text = f"{text[:MOST]}... ({len(text)} characters)"
    return text.encode("unicode_escape").decode() or "''"


def purpose(case, fill):
    if "bindchain" not in case:
        return []
    return [f"{case['reference']}: {shown(filled(case['expect'], fill))}",
            f"bindchain: {shown(filled(case['bindchain'], fill))}", f"because: {case['why']}"]


def judge(name, case, observed, fill, side):
    """The row of a case.  FILL gives {words} their values."""
    if "failure" in observed:
        expected = filled(whole(alternatives(case, side)[0][1], case, side), fill)
        return wrong(name, case, observed, (shown(expected), shown(observed["failure"])), fill)
    if case["socket"] is not None:
        observed["socket"] = observed.get("on", {}).get(str(case["socket"]))
    first = None
    for verdict, expectation in alternatives(case, side):
        expected = filled(whole(expectation, case, side), fill)
        differs = difference(expected, observed)
        if differs is None:
            seen = {key: projected(expected[key], observed[key]) for key in expectation}
            return Row(name, case["case"], shown({key: expected[key] for key in expectation}),
                       shown(seen), verdict, detail_of(case, verdict, fill))
        first = first or differs
    return wrong(name, case, observed, tuple(map(shown, first)), fill)


def wrong(name, case, observed, differs, fill):
    """DIFFERS is what was expected, and what was observed, as shown."""
    detail = [f"expected: {differs[0]}", f"observed: {differs[1]}"]
    detail += purpose(case, fill) or [f"reference: {case['reference']}"]
    detail.append(f"command: {name} {shown(case['run'])[1:-1]}")
    detail += ["client: " + shown(observed["client"])] if "client" in observed else []
    detail += ["stderr: " + shown(line) for line in observed["stderr"][:5]]
    return Row(name, case["case"], *differs, WRONG, detail)


def detail_of(case, verdict, fill):
    if verdict == PURPOSE:
        return purpose(case, fill)
    if verdict == OLDER:
        return [f"until version {case['older']['until']}",
                f"{case['reference']}: {shown(filled(case['expect'], fill))}"]
    return []
