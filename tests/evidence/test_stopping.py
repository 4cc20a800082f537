"""A stop arrives between transactions, never inside one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROCESSES = 60

STOPPED_WHILE_WRITING = """
import os, random, signal, sys, time
from sqlalchemy import text
from connectors.store.database import Database
from evidence.stopping import stop_at_signals

url, number = sys.argv[1], int(sys.argv[2])
with Database(url).write() as connection:
    connection.execute(text("CREATE TABLE said (word TEXT)"))

def write(database, word):
    with database.write() as connection:
        connection.execute(text("INSERT INTO said VALUES (:word)"), {"word": word})

def child(ready):
    stop_at_signals()
    database = Database(url)
    try:
        write(database, "begun")
        os.write(ready, b"1")
        while True:
            write(database, "on")
    except KeyboardInterrupt:
        write(database, "stopped")

chance = random.Random(7)
for _ in range(number):
    reader, ready = os.pipe()
    process = os.fork()
    if not process:
        try:
            child(ready)
            os._exit(0)
        except BaseException as fault:
            print(repr(fault), flush=True)
            os._exit(1)
    os.read(reader, 1)
    time.sleep(chance.random() * 0.02)
    os.kill(process, signal.SIGTERM)
    deadline = time.monotonic() + 5
    while not os.waitpid(process, os.WNOHANG)[0]:
        if time.monotonic() > deadline:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            break
        time.sleep(0.002)
with Database(url).read() as connection:
    print(connection.execute(text("SELECT count(*) FROM said WHERE word = 'stopped'")).scalar())
"""

ASKED_TWICE = """
import signal
from evidence.stopping import stop_asked, stop_at_signals, uninterrupted

stop_at_signals()
done = []
try:
    with uninterrupted(), uninterrupted():
        signal.raise_signal(signal.SIGTERM)
        done.append("whole")
except KeyboardInterrupt:
    done.append("stopped")
with uninterrupted():
    done.append("goes on")
try:
    with uninterrupted():
        signal.raise_signal(signal.SIGINT)
        done.append("never")
except KeyboardInterrupt:
    done.append("at once")
print(done, stop_asked() == signal.SIGTERM)
"""


def printed(script: str, *arguments: str) -> str:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=True).stdout.strip()


def test_whenever_the_signal_comes_the_store_can_still_be_written(tmp_path: Path) -> None:
    assert printed(STOPPED_WHILE_WRITING, f"sqlite:///{tmp_path / 'store.sqlite'}", str(PROCESSES)) == str(PROCESSES)


def test_a_first_stop_waits_and_a_second_does_not() -> None:
    assert printed(ASKED_TWICE) == "['whole', 'stopped', 'goes on', 'at once'] True"
