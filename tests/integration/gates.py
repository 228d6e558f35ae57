"""Doors in front of the servers: a test can shut one, or have it swallow everything, while the product is running."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

_CHUNK = 65536


class Gate:
    """Passes connections on to a port of this machine, from a port of its own."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._passes = threading.Event()
        self._passes.set()
        self._sockets: set[socket.socket] = set()
        self.held = 0
        """How often something arrived while the gate swallowed everything."""
        self._listener = self._listen(0)
        self.port: int = self._listener.getsockname()[1]

    def refuse(self) -> None:
        """Like a server that has ended: connections break, and new ones are refused."""
        self._close_listener()
        for open_socket in list(self._sockets):
            _close(open_socket)

    def swallow(self) -> None:
        """Like a server that hangs: it takes everything and says nothing."""
        self._passes.clear()

    def open(self) -> None:
        """As usual again. What was swallowed before is delivered."""
        self._passes.set()
        if self._listener.fileno() == -1:
            self._listener = self._listen(self.port)

    def close(self) -> None:
        """For good."""
        self._passes.set()
        self.refuse()

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _close_listener(self) -> None:
        # Closing alone would leave the thread in accept(), and the port open.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._sockets.add(client)
        self._passes.wait()
        try:
            server = socket.create_connection(("127.0.0.1", self._target))
        except OSError:
            _close(client)
            return
        self._sockets.add(server)
        threading.Thread(target=self._pump, args=(server, client), daemon=True).start()
        self._pump(client, server)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(_CHUNK):
                if not self._passes.is_set():
                    self.held += 1
                    self._passes.wait()
                sink.sendall(data)
        for end in (source, sink):
            _close(end)
            self._sockets.discard(end)


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextlib.contextmanager
def gate(target: int) -> Iterator[Gate]:
    """A gate for one test."""
    made = Gate(target)
    try:
        yield made
    finally:
        made.close()
