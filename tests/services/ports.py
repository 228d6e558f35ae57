"""Ports for the servers of one session, which no other session on this machine takes."""

from __future__ import annotations

import contextlib
import random
import socket

BLOCK_SIZE = 64
# Below the range that Linux takes ports for outgoing connections from, so that none of those is in the way.
_BLOCKS = range(20000, 32000 - BLOCK_SIZE, BLOCK_SIZE)


class PortBlock:
    """BLOCK_SIZE ports of 127.0.0.1 from `first` on.

    A free port says little when several sessions start at once and their servers take seconds to listen. So the first
    port of the block stays bound, unused, as long as this process lives: that keeps the others away from the block.
    """

    def __init__(self) -> None:
        for first in random.SystemRandom().sample(_BLOCKS, len(_BLOCKS)):
            holder = socket.socket()
            if _bind(holder, first) and all(_is_free(port) for port in range(first + 1, first + BLOCK_SIZE)):
                self.first = first
                self._holder = holder
                return
            holder.close()
        raise RuntimeError(f"No {BLOCK_SIZE} free ports in a row were found on 127.0.0.1.")

    def release(self) -> None:
        """Let others have the ports."""
        self._holder.close()


def _bind(probe: socket.socket, port: int) -> bool:
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


def _is_free(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        # Servers bind like this too; without it, connections that ended a minute ago would count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return _bind(probe, port)
