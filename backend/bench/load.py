"""A small load generator: keep-alive HTTP/1.1 over raw sockets, so that it costs far less CPU than what it measures."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles

import msgspec
import psutil

Request = Callable[[int], bytes]
SLICE_SECONDS = 1.0


@dataclass(frozen=True)
class Load:
    """What a run of requests gave. Times in milliseconds, CPU those of one request."""

    requests: int
    seconds: float
    errors: int
    median_ms: float
    p99_ms: float
    cpu_ms: float
    least_cpu_ms: float
    """In the second that cost least: on a shared machine the others hold what neighbours took, and it is counted as ours."""

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def yardstick() -> str:
    """How fast this machine is just now: CPU ms are worth as much as this says, and a shared machine halves them within the hour."""
    began = time.process_time()
    total = 0
    for number in range(10_000_000):
        total += number
    return f"10 million additions take {time.process_time() - began:.2f} s of CPU here and now"


def cpu_seconds(pids: Sequence[int]) -> float:
    """CPU time of these processes and their children so far, user and system."""
    total = 0.0
    for pid in pids:
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):  # a backend that ended this moment
                times = each.cpu_times()
                total += times.user + times.system
    return total


async def run(
    ports: Sequence[int], request: Request, *, clients: int, seconds: float, pids: Sequence[int]
) -> Load:
    """Sends requests from so many clients for so long; `request(n)` makes the n-th client's next message."""
    times: list[float] = []
    errors = 0
    stop_at = time.perf_counter() + seconds

    async def client(number: int) -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection("127.0.0.1", ports[number % len(ports)])
        while (began := time.perf_counter()) < stop_at:
            writer.write(request(number))
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(_content_length(head))
            times.append((time.perf_counter() - began) * 1000)
            if not head.startswith(b"HTTP/1.1 200"):
                errors += 1
        writer.close()

    slices: list[float] = []

    async def watch() -> None:
        count, cpu = 0, before
        while True:
            await asyncio.sleep(SLICE_SECONDS)
            now, spent = len(times), cpu_seconds(pids)
            slices.append((spent - cpu) * 1000 / max(1, now - count))
            count, cpu = now, spent

    before, began = cpu_seconds(pids), time.perf_counter()
    watching = asyncio.create_task(watch())
    await asyncio.gather(*(client(number) for number in range(clients)))
    watching.cancel()
    took = time.perf_counter() - began
    each = (cpu_seconds(pids) - before) * 1000 / max(1, len(times))
    cuts = quantiles(times, n=100) if len(times) > 1 else [0.0] * 99
    return Load(len(times), took, errors, cuts[49], cuts[98], each, min(slices, default=each))


def _content_length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0


def post(path: str, body: object, *, token: str, key: str) -> bytes:
    """One POST as bytes."""
    content = msgspec.json.encode(body)
    return (
        f"POST {path} HTTP/1.1\r\nhost: gemba\r\nauthorization: Bearer {token}\r\nidempotency-key: {key}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
    ).encode() + content


def get(path: str, *, token: str) -> bytes:
    """One GET as bytes."""
    return f"GET {path} HTTP/1.1\r\nhost: gemba\r\nauthorization: Bearer {token}\r\n\r\n".encode()
