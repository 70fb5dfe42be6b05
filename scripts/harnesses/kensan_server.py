"""What the harnesses share: databases of PostgreSQL, a served Kensan, and a person at its pages."""

import http.client
import json
import os
import re
import signal
import subprocess
import time
import urllib.parse

KENSAN = os.path.abspath(os.environ["KENSAN"])


def postgres_tools():
    versions = sorted(os.listdir("/usr/lib/postgresql"), key=int)
    return f"/usr/lib/postgresql/{versions[-1]}/bin"


def as_postgres(*arguments):
    """PostgreSQL refuses to run as root."""
    command = ["runuser", "-u", "postgres", "--", *arguments] if os.getuid() == 0 else list(arguments)
    return subprocess.run(command, cwd="/", check=True, capture_output=True, text=True)


class Cluster:
    """One server of PostgreSQL on loopback."""

    def __init__(self, directory, port):
        self.directory, self.port, self.bin = directory, port, postgres_tools()

    def start(self):
        as_postgres(f"{self.bin}/pg_ctl", "-D", self.directory, "-o", f"-p {self.port}", "-l", f"{self.directory}.log", "-w", "start")

    def stop(self, mode="immediate"):
        try:
            as_postgres(f"{self.bin}/pg_ctl", "-D", self.directory, "-m", mode, "-w", "stop")
        except subprocess.CalledProcessError:
            pass

    def promote(self):
        as_postgres(f"{self.bin}/pg_ctl", "-D", self.directory, "-w", "promote")

    def sql(self, text):
        found = subprocess.run(
            ["psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "kensan", "-At", "-c", text, "kensan"],
            check=True, capture_output=True, text=True)
        return [line for line in found.stdout.splitlines() if line]


def primary_and_standby(directory, ports, synchronous=True):
    """Two clusters, the second a streaming standby of the first."""
    os.makedirs(directory, exist_ok=True)
    if os.getuid() == 0:
        subprocess.run(["chown", "-R", "postgres", directory], check=True)
    first, second = Cluster(f"{directory}/a", ports[0]), Cluster(f"{directory}/b", ports[1])
    as_postgres(f"{first.bin}/initdb", "-D", first.directory, "-U", "kensan", "-A", "trust", "-E", "UTF8", "--no-locale")
    settings = ["listen_addresses='127.0.0.1'", f"unix_socket_directories='{directory}'", "wal_level=replica", "max_wal_senders=5",
                "hot_standby=on", "shared_buffers=64MB", "max_connections=100"]
    with open(f"{first.directory}/postgresql.conf", "a") as file:
        file.write("\n".join(settings) + "\n")
    with open(f"{first.directory}/pg_hba.conf", "a") as file:
        file.write("host replication all 127.0.0.1/32 trust\n")
    first.start()
    as_postgres(f"{first.bin}/createdb", "-h", "127.0.0.1", "-p", str(first.port), "-U", "kensan", "kensan")
    as_postgres(f"{first.bin}/pg_basebackup", "-h", "127.0.0.1", "-p", str(first.port), "-U", "kensan", "-D", second.directory, "-R", "-X",
                "stream", "-c", "fast")
    second.start()
    if synchronous:
        first.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        first.sql("SELECT pg_reload_conf()")
    return first, second


class Server:
    """A served Kensan."""

    def __init__(self, directory, place, port, *more):
        self.port = port
        self.log = open(f"{directory}/serve-{port}.log", "ab")
        self.process = subprocess.Popen([KENSAN, "serve", *place, "--listen", f"127.0.0.1:{port}", *more], stderr=self.log)
        for _ in range(200):
            try:
                if ask(port, "GET", "/readyz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server does not become ready")

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        return self.process.wait(timeout=30)


def run(*arguments):
    """A command, with its JSON object."""
    done = subprocess.run([KENSAN, *arguments, "--json"], capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout) if done.stdout.strip() else {}


def ask(port, method, path, body=None, headers=None, timeout=100):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


class Person:
    """Somebody with a browser that keeps cookies."""

    def __init__(self, port):
        self.port, self.cookies, self.token = port, {}, ""

    def headers(self):
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
                "Content-Type": "application/x-www-form-urlencoded"}

    def ask(self, method, path, fields=None, timeout=100):
        body = urllib.parse.urlencode({"csrf": self.token, **fields}) if fields is not None else None
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=self.headers())
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, value = cookie.split(";")[0].split("=", 1)
                self.cookies[name] = value
            return answer.status, text
        finally:
            connection.close()

    def read_token(self, path):
        _, text = self.ask("GET", path)
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', text)
        self.token = found.group(1) if found else ""
        return text

    def sign_in(self, login, password):
        self.read_token("/sign-in")
        status, _ = self.ask("POST", "/sign-in", {"login": login, "password": password})
        if status != 303:
            raise RuntimeError(f"sign-in answers {status}")
        self.read_token("/")
        return self

    def at(self, port):
        """The same person, sent to another server by a load balancer."""
        other = Person(port)
        other.cookies, other.token = dict(self.cookies), self.token
        return other


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0.0
