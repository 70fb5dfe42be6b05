"""Loses the database server in every way, under writing clients, and checks that what was acknowledged is stored.

Two clusters of PostgreSQL (the second a synchronous standby) behind a forwarder on loopback, two servers of Kensan, writing clients. Ways:
  killed    the first server is stopped at once; the standby is promoted, the address moves
  silent    connections made so far hang and are never closed; the standby is promoted, the address moves
  demoted   the first server can only be read from now on; the standby is promoted, the address moves
  frozen    one server of Kensan is stopped in the middle of its writes (SIGSTOP) for 25 s, then goes on
  standby   the standby is away for 12 s, so that a commit waits for it
  cut       every connection is cut five times, between a commit and its answer among others
Prints for each way the answers, the longest time without a write that was acknowledged, and every promise that was broken.
"""

import asyncio
import collections
import os
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(__file__))
from kensan_server import Person, Server, percentile, primary_and_standby, run

OFFICES = 200
CLIENTS = int(os.environ.get("CLIENTS", "200"))
BEFORE, AFTER = 8.0, 25.0


class Forwarder(threading.Thread):
    """The one address of the database."""

    def __init__(self, port, target):
        super().__init__(daemon=True)
        self.port, self.target, self.generation, self.hung, self.open = port, target, 0, set(), set()
        self.ready = threading.Event()

    def run(self):
        asyncio.run(self.main())

    async def main(self):
        server = await asyncio.start_server(self.handle, "127.0.0.1", self.port)
        self.ready.set()
        async with server:
            await server.serve_forever()

    async def pipe(self, reader, writer, generation):
        try:
            while True:
                data = await reader.read(65536)
                while generation in self.hung:
                    await asyncio.sleep(0.2)
                if not data:
                    break
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        while generation in self.hung:
            await asyncio.sleep(0.5)
        writer.close()

    async def handle(self, reader, writer):
        generation = self.generation
        try:
            there = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        self.open.add(writer)
        await asyncio.gather(self.pipe(reader, there[1], generation), self.pipe(there[0], writer, generation))
        self.open.discard(writer)

    def hang(self):
        """Nothing passes on connections made so far, and none is closed."""
        self.hung.add(self.generation)

    def move(self, target):
        self.generation += 1
        self.target = target

    def cut(self):
        for writer in list(self.open):
            writer.transport.abort()


class Clients:
    """Each names supervisors of its own office, one after the other, as fast as the answers come, at most one in two seconds."""

    def __init__(self, person, ports):
        self.person, self.ports = person, ports
        self.lock, self.ended = threading.Lock(), False
        self.acknowledged, self.denied, self.unclear, self.answers = {}, set(), set(), collections.Counter()
        self.times = []

    def work(self, number):
        count = 0
        while not self.ended:
            begun = time.time()
            port = self.ports[(number + count) % len(self.ports)]
            name = f"試験 {number}の{count}"
            count += 1
            try:
                status, text = self.person.at(port).ask(
                    "POST", f"/offices/{number % OFFICES + 1}/supervisors",
                    {"name": name, "chief_care_manager": "1", "substitute_reason": "", "email": ""})
            except OSError as error:
                status, text = type(error).__name__, ""
            now = time.time()
            with self.lock:
                self.answers[status] += 1
                if status == 303:
                    self.acknowledged[name] = now
                    self.times.append(now - begun)
                elif status == 503 and "完了していません" in text:
                    self.denied.add(name)
                else:
                    self.unclear.add(name)
            time.sleep(max(0.0, 2.0 - (now - begun)))

    def during(self, act):
        threads = [threading.Thread(target=self.work, args=(number,), daemon=True) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        time.sleep(BEFORE)
        begun = time.time()
        act()
        acted = time.time()
        time.sleep(AFTER)
        self.ended = True
        for thread in threads:
            thread.join(timeout=60)
        return begun, acted

    def longest_gap(self, since):
        moments = [since] + sorted(moment for moment in self.acknowledged.values() if moment >= since)
        return max((later - earlier for earlier, later in zip(moments, moments[1:])), default=float("inf"))


def promises(clients, stored, url, key):
    """What was broken, in words."""
    broken = []
    lost = set(clients.acknowledged) - set(stored)
    if lost:
        broken.append(f"{len(lost)} acknowledged writes are not stored")
    denied = clients.denied & set(stored)
    if denied:
        broken.append(f"{len(denied)} writes were called not completed and are stored")
    if len(stored) != len(set(stored)):
        broken.append("a write is stored twice")
    code, told = run("doctor", "--database", url, "--keys", key)
    if code != 0:
        broken.append(f"the doctor ends with {code}: {told.get('faults')}")
    return broken


def try_way(way, base, ports):
    directory = tempfile.mkdtemp(prefix=f"kensan-failover-{way}-", dir=base)
    os.chmod(directory, 0o755)
    first, second = primary_and_standby(f"{directory}/pg", ports[:2])
    forwarder = Forwarder(ports[2], first.port)
    forwarder.start()
    forwarder.ready.wait()
    url, key = f"postgres://kensan@127.0.0.1:{ports[2]}/kensan", f"{directory}/k.key"
    servers = []
    try:
        _, made = run("init", "--database", url, "--keys", key, "--provider", "試験県社会福祉協議会", "--prefecture", "10", "--login", "admin")
        offices(url, key, directory)
        place = ["--database", url, "--keys", key]
        servers = [Server(directory, place, ports[3]), Server(directory, place, ports[4])]
        person = Person(ports[3]).sign_in("admin", made["password"])
        clients = Clients(person, [server.port for server in servers])
        survivor = [second]

        def act():
            if way == "killed":
                first.stop("immediate")
                second.promote()
                forwarder.move(second.port)
            elif way == "silent":
                forwarder.hang()
                second.promote()
                forwarder.move(second.port)
            elif way == "demoted":
                first.sql("ALTER SYSTEM SET default_transaction_read_only = on")
                first.sql("SELECT pg_reload_conf()")
                second.promote()
                forwarder.move(second.port)
            elif way == "frozen":
                survivor[0] = first
                servers[1].freeze()
                time.sleep(25)
                servers[1].thaw()
            elif way == "standby":
                survivor[0] = first
                second.stop("immediate")
                time.sleep(12)
                second.start()
            elif way == "cut":
                survivor[0] = first
                for _ in range(5):
                    forwarder.cut()
                    time.sleep(1)

        begun, acted = clients.during(act)
        stored = survivor[0].sql("SELECT name FROM supervisor")
        broken = promises(clients, stored, url, key)
        since = begun if way in ("frozen", "standby", "cut") else acted
        gap = clients.longest_gap(since)
        answers = ", ".join(f"{status}: {count}" for status, count in sorted(clients.answers.items(), key=str))
        undecided = len(clients.unclear & set(stored)), len(clients.unclear)
        print(f"{way:8} acknowledged {len(clients.acknowledged)}, answers {answers}; called unclear {undecided[1]} "
              f"(stored {undecided[0]}); longest time without a write {gap:.1f} s; "
              f"p50 {percentile(clients.times, 0.5) * 1000:.0f} ms, p99 {percentile(clients.times, 0.99) * 1000:.0f} ms; "
              + ("kept every promise" if not broken else "BROKEN: " + "; ".join(broken)), flush=True)
        return not broken
    finally:
        for server in servers:
            server.stop()
        first.stop()
        second.stop()
        shutil.rmtree(directory, ignore_errors=True)


def offices(url, key, directory):
    """Offices by the open data's file."""
    _, schema = run("schema", "hosts")
    headings = [column["heading"] for column in schema["files"][0]["columns"]]
    lines = [",".join(headings)]
    for number in range(OFFICES):
        lines.append(f"102083,{number},群馬県,渋川市,見本{number},ミホン,居宅介護支援,渋川市{number},,36.4,139.0,,,,,{number:010},,,,,,,,")
    file = f"{directory}/offices.csv"
    with open(file, "w") as out:
        out.write("\n".join(lines) + "\n")
    code, told = run("import", "hosts", file, "--database", url, "--keys", key)
    if code != 0:
        raise RuntimeError(told)


def main():
    ways = sys.argv[1:] or ["killed", "silent", "demoted", "frozen", "standby", "cut"]
    base = tempfile.mkdtemp(prefix="kensan-failover-")
    os.chmod(base, 0o755)
    kept = [try_way(way, base, [15701 + 10 * index + offset for offset in range(5)]) for index, way in enumerate(ways)]
    shutil.rmtree(base, ignore_errors=True)
    sys.exit(0 if all(kept) else 4)


main()
