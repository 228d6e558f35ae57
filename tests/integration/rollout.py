"""A rollout without Kubernetes: pods are processes, the service in front of them chooses one for each connection."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from tests.integration.own_processes import free_port, wait_until
from tests.services import previous_release
from tests.services.addresses import Addresses
from tests.services.processes import Server

STOP_SECONDS = 40


class Release:
    """The code of one release, and the database that its processes work on."""

    def __init__(self, name: str, code: Path, addresses: Addresses, database: str, logs: Path) -> None:
        self.name = name
        self.code = code
        self._addresses = addresses
        self._database = database
        self._logs = logs
        self._started = 0

    def run(self, *arguments: str) -> str:
        """Run one of its commands to the end."""
        return previous_release.run(self.code, self._addresses, self._database, *arguments)

    def start_pod(self, base_url: str) -> Pod:
        """Start `serve`, and return when it is ready for requests."""
        port = free_port()
        own = {"HOST": "127.0.0.1", "PORT": str(port), "BASE_URL": base_url, "WEB_WORKERS": "1"}
        pod = Pod(self, self.start("serve", **own), port)
        pod.server.wait(pod.is_ready)
        return pod

    def start_worker(self) -> Server:
        """Start what does the queued work. The command had another name in the first release."""
        if self.has("run_worker"):
            return self.start("run_worker")
        return self.start("db_worker", "--queue-name=*", "--no-startup-delay", "--interval=0.2")

    def has(self, command: str) -> bool:
        """Whether this release has the command `manage.py …`."""
        return any(self.code.glob(f"site/cms/*/management/commands/{command}.py"))

    def start(self, *arguments: str, **own: str) -> Server:
        """Start one of its commands as a process of its own."""
        self._started += 1
        return Server(
            f"{arguments[0]} of the {self.name} release",
            [sys.executable, str(self.code / "manage.py"), *arguments],
            log=self._logs / f"{self.name}-{self._started}.log",
            env=previous_release.environment(self._addresses, self._database) | own,
            cwd=self.code,
        )


class Pod:
    """One web process of a release."""

    def __init__(self, release: Release, server: Server, port: int) -> None:
        self.release = release
        self.server = server
        self.port = port

    def is_ready(self) -> bool:
        """What the readiness probe says; the first release has only `/health`."""
        for path in ("/health/ready", "/health"):
            try:
                answer = httpx.get(f"http://127.0.0.1:{self.port}{path}", trust_env=False, timeout=10)
            except httpx.TransportError:
                return False
            if answer.status_code in (200, 503):
                return answer.status_code == 200
        return False


class Service:
    """Passes each connection on to one of the pods in turn, and tries nothing twice, as kube-proxy does."""

    def __init__(self) -> None:
        self._pods: list[Pod] = []
        self._open: Counter[int] = Counter()
        self.connections: Counter[str] = Counter()
        self._turn = 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def add(self, pod: Pod) -> None:
        """Send connections to this pod too."""
        with self._lock:
            self._pods.append(pod)

    def drain(self, pod: Pod) -> None:
        """Send it no more, and return when those that it has are done: the time that `preStop` gives."""
        with self._lock:
            self._pods.remove(pod)
        wait_until(lambda: self._open[pod.port] == 0)

    def close(self) -> None:
        """Take no more connections."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            with self._lock:
                self._turn += 1
                pod = self._pods[self._turn % len(self._pods)]
                self._open[pod.port] += 1
                self.connections[pod.release.name] += 1
            try:
                with socket.create_connection(("127.0.0.1", pod.port)) as server:
                    threading.Thread(target=_pump, args=(client, server), daemon=True).start()
                    _pump(server, client)
            finally:
                with self._lock:
                    self._open[pod.port] -= 1


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


class Load:
    """People who use the service all the time, for the length of a block.

    Each is a function that makes one round and returns what went wrong. At the end they finish the round they are in.
    """

    def __init__(self, **people: Callable[[], str | None]) -> None:
        self.failures: list[str] = []
        self.rounds: Counter[str] = Counter()
        self._people = people
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=item, daemon=True) for item in people.items()]
        for thread in self._threads:
            thread.start()

    def pass_rounds(self, number: int) -> None:
        """Return when everybody has done that many more rounds. Raises AssertionError when something went wrong."""
        before = Counter(self.rounds)

        def is_enough() -> bool:
            assert not self.failures, "\n".join(self.failures)
            return all(self.rounds[name] >= before[name] + number for name in self._people)

        wait_until(is_enough, seconds=120)

    def __enter__(self) -> Load:
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    def _work(self, name: str, make_a_round: Callable[[], str | None]) -> None:
        while not self._over.is_set():
            try:
                problem = make_a_round()
            except Exception as error:
                problem = repr(error)
            if problem:
                self.failures.append(f"{name}: {problem}")
            self.rounds[name] += 1
            self._over.wait(0.4)  # a pace that leaves the machine time to start pods


@contextlib.contextmanager
def stopped_at_the_end(servers: list[Server]) -> Iterator[None]:
    """Stop these, and those that are added meanwhile, and show what they printed."""
    try:
        yield
    finally:
        for server in servers:
            server.stop(seconds=STOP_SECONDS)
            print(f"--- {server.name}\n{server.tail(60)}")


def terminate(server: Server) -> None:
    """Stop a process as Kubernetes does. It must end by itself, without an error."""
    server.stop(seconds=STOP_SECONDS)
    assert server.exit_code == 0, f"{server.name} ended with {server.exit_code}: {server.tail()}"
