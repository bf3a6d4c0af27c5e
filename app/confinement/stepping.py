"""How a forked child steps into namespaces that stand, and leaves all privileges behind (setns(2))."""

import contextlib
import ctypes
import os

#: In the environment of children that stand in a user namespace of their own.
OWN_NAMESPACE = "SANDBOX_OWN_NAMESPACE"

# linux/prctl.h and linux/capability.h
_PR_CAPBSET_DROP = 24
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION_3 = 0x2008_0522

_libc = ctypes.CDLL(None, use_errno=True)


def fork_into(pidfd: int, namespaces: int) -> int | None:
    """Fork a child into namespaces of the process behind `pidfd`, given as flags of setns(2).

    0 in the child; its number in the caller, whose child it is; None where that cannot be. The child comes
    back only once it is the caller's.
    """
    # A process stays in its namespace of processes; only what it forks from then on is in the new one. So one
    # stands between, which ends at once, and leaves its child to the nearest that takes in orphans.
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)
    told, telling = os.pipe()
    held, freeing = os.pipe()
    between = os.fork()
    if between:
        os.close(telling)
        os.close(held)
        with os.fdopen(told, "rb") as answer:
            number = answer.read()
        os.waitpid(between, 0)
        with contextlib.suppress(BrokenPipeError):
            os.write(freeing, b"\n")
        os.close(freeing)
        return int(number) if number else None
    inner = -1
    try:
        os.close(freeing)
        _step_into(pidfd, namespaces)
        inner = os.fork()
        if inner:
            os.write(telling, str(inner).encode())
    finally:  # whatever happens, only the child itself goes on from here
        if inner:
            os._exit(1)
    os.close(telling)
    if not os.read(held, 1):  # the caller is dead
        os._exit(1)
    return 0


def _step_into(pidfd: int, namespaces: int) -> None:
    _must(_libc.setns(pidfd, namespaces))
    os.chdir("/")
    _must(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    capability = 0
    while _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) == 0:  # until one that the kernel does not know
        capability += 1
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _must(_libc.capset(header, (ctypes.c_uint32 * 6)()))
    os.environ[OWN_NAMESPACE] = "1"


def _must(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
