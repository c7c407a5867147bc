"""One line for each check, `ok NAME` or `not ok NAME: why`, and the count at the end, `1..N`: a cut-off run shows."""

import sys
from contextlib import contextmanager

_names = []
_failed = []


@contextmanager
def check(name):
    _names.append(name)
    try:
        yield
    except Exception as error:  # every failure becomes a line, and the tour goes on
        _failed.append(name)
        why = " ".join(f"{type(error).__name__}: {error}".split())
        print(f"not ok {name}: {why}", flush=True)
    else:
        print(f"ok {name}", flush=True)


def equal(actual, expected):
    assert actual == expected, f"{actual!r} is not {expected!r}"


@contextmanager
def refused(kind, status):
    """The block must raise `kind` with this HTTP status, a code and a message that says something."""
    try:
        yield
    except kind as error:
        equal(error.status_code, status)
        assert error.error is not None and error.error.code, f"no error code in {error!r}"
        assert len(error.error.message) > 10, f"the message says nothing: {error.error.message!r}"
    else:
        raise AssertionError(f"was not refused with {status}")


def finish():
    print(f"1..{len(_names)}", flush=True)
    sys.exit(1 if _failed else 0)
