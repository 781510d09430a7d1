"""A Kafka of librdkafka's own, in memory, in a process of its own so that a test can take it away and bring it back.

Run as a program it prints the address of its broker and lives until its standard input ends.
"""

import signal
import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class MockKafka:
    """A running mock; its address is "host:port"."""

    process: subprocess.Popen
    address: str

    @asynccontextmanager
    async def away(self):
        """It does not answer in this block; what it holds is there again afterwards."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


@contextmanager
def running():
    process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield MockKafka(process, process.stdout.readline().strip())
    finally:
        process.kill()
        process.communicate()


def main():
    from confluent_kafka import Producer

    producer = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "replaced", "log_level": 0})
    [broker] = producer.list_topics(timeout=10).brokers.values()
    sys.stdout.write(f"{broker.host}:{broker.port}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
