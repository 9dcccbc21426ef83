"""Directord from Python: the class DirectordConnect, as Directord 0.12 has it.

Needs Python 3.8 or later and nothing else. Orchestrations are planned by the command line of this
distribution, so that files are read with the rights of who runs the program and mistakes are told
before anything runs; the rest is HTTP with JSON at the server's Unix socket.

    import sys; sys.path.insert(0, "/opt/directord/share/python")
    from directord import DirectordConnect

    with DirectordConnect() as d:
        for job in d.orchestrate([{"jobs": [{"RUN": "uname -r"}]}], defined_targets=["web-1"]):
            succeeded, text = d.poll(job)
"""

import http.client
import json
import os
import re
import socket
import stat
import struct
import subprocess
import time
import urllib.parse

__all__ = ["DirectordConnect", "DirectordError"]

_BUSY_SECONDS = 60
_COMMAND = os.path.join(
    os.path.dirname(os.path.realpath(__file__)), "..", "..", "bin", "directord"
)


class DirectordError(RuntimeError):
    """What was asked for was refused, or there is no server; the text says why.

    status: that of the HTTP reply, or the exit status of the command line; 0 without a server.
    code: the cause, such as "unknown-node", as docs/errors.md lists them; None if none was told.
    """

    def __init__(self, text, status=0, code=None):
        super().__init__(text)
        self.status = status
        self.code = code


def _require_list(name, given):
    """A text would be taken letter by letter."""
    if isinstance(given, (str, bytes)):
        text = "{} is a text, and a list is expected, such as [{!r}]".format(name, given)
        raise DirectordError(text, 2, "wrong-usage")


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)
        self._require_trusted_peer()

    def _require_trusted_peer(self):
        # Where everyone may put files, anybody could have made a socket of that name.
        places = (os.path.abspath(self._path), os.path.realpath(self._path))
        if not any(os.stat(os.path.dirname(p)).st_mode & stat.S_IWOTH for p in places):
            return
        size = struct.calcsize("3i")
        peer = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
        uid = struct.unpack("3i", peer)[1]
        if uid not in (0, os.geteuid()):
            self.close()
            raise DirectordError(
                "who listens at the socket %s is user %d, in a directory where everyone may"
                " put files; nothing was sent there" % (self._path, uid),
                code="socket-denied",
            )


class DirectordConnect:
    """A server, by its socket. Holds no connection, and may be used by several threads.

    debug and driver are accepted for programs that have them, and change nothing.
    """

    def __init__(
        self,
        debug=False,
        socket_path="/var/run/directord.sock",
        driver="zeromq",
        force_async=False,
    ):
        self.socket_path = str(socket_path)
        self.force_async = force_async

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        return None

    def orchestrate(self, orchestrations, defined_targets=None):
        """Submits orchestrations, as lists and dictionaries, and returns the ids of their jobs.

        defined_targets: names or expressions that take the place of the targets in them.
        """
        words = ["--socket-path", self.socket_path, "orchestrate", "-", "--output", "json"]
        if self.force_async:
            words.append("--force-async")
        if defined_targets is not None:
            if not defined_targets:
                raise DirectordError(
                    "defined_targets is empty: leave it out for all nodes", 2, "wrong-usage"
                )
            _require_list("defined_targets", defined_targets)
            words += ["--target"] + list(defined_targets)
        return json.loads(self._command(words, json.dumps(orchestrations)))

    def poll(self, job_id):
        """Waits until a job has ended: (True, text), or (False, text) if it failed on a node.

        (None, text) for a job that the server does not know.
        """
        pause = 0.1
        while True:
            try:
                job = self._job(job_id)
            except DirectordError as e:
                if e.status != 404:
                    raise
                return None, "Job in an unknown state: {}".format(job_id)
            if not job["processing"]:
                bad = job["failed"] + job["lost"] + job["omitted"]
                if not bad:
                    return True, "Job Success: {}".format(job_id)
                good = job["succeeded"] + job["skipped"]
                return False, "Job {}: {}".format("Degraded" if good else "Failed", job_id)
            time.sleep(pause)
            pause = min(1, pause * 1.5)

    def list_nodes(self):
        """The names of the nodes that are connected."""
        nodes = self._get("/v1/nodes")["nodes"]
        return [node["identity"] for node in nodes if node["state"] == "ACTIVE"]

    def list_jobs(self):
        """All jobs by their ids, the oldest first, each a dictionary as docs/openapi.yaml has it."""
        jobs = {}
        before = ""
        while True:
            page = self._get("/v1/jobs" + before)
            older = {job["id"]: job for job in page["jobs"]}
            jobs = {**older, **jobs}
            if not page["more"] or not older:
                return jobs
            before = "?before=" + next(iter(older))

    def purge_nodes(self):
        """Forgets all nodes; those that run enrol anew. True."""
        self._request("DELETE", "/v1/nodes")
        return True

    def purge_jobs(self):
        """Removes all ended jobs. True."""
        self._request("DELETE", "/v1/jobs")
        return True

    def bootstrap(self, catalogs=None):
        """Prepares the machines of catalog files by SSH, and prints what happens.

        DirectordError if it did not end well on all of them.
        """
        if not catalogs:
            raise DirectordError("no catalog is given", 2, "wrong-usage")
        _require_list("catalogs", catalogs)
        words = ["bootstrap"]
        for catalog in catalogs:
            words += ["--catalog", str(catalog)]
        return self._command(words, "")

    def _job(self, job_id):
        return self._get("/v1/jobs/" + urllib.parse.quote(str(job_id), safe=""))["summary"]

    def _get(self, target):
        return self._request("GET", target)

    def _request(self, method, target):
        until = time.monotonic() + _BUSY_SECONDS
        while True:
            status, headers, body = self._exchange(method, target)
            if status < 400:
                return body
            # A busy server says so, and when to come again.
            if status != 503 or "Retry-After" not in headers or time.monotonic() > until:
                raise DirectordError(body["detail"], status, body.get("code"))
            time.sleep(int(headers["Retry-After"]))

    def _exchange(self, method, target):
        connection = _UnixConnection(self.socket_path)
        try:
            connection.request(method, target)
            reply = connection.getresponse()
            return reply.status, reply.headers, json.loads(reply.read())
        except (OSError, http.client.HTTPException) as e:
            code = "socket-denied" if isinstance(e, PermissionError) else "server-not-running"
            text = "no server at {}: {}".format(self.socket_path, e)
            raise DirectordError(text, code=code) from e
        finally:
            connection.close()

    def _command(self, words, text):
        try:
            ran = subprocess.run(
                [_COMMAND] + words, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                universal_newlines=True, check=False
            )
        except OSError as e:
            text = "{} cannot be run: {}".format(_COMMAND, e)
            raise DirectordError(text, code="io-error") from e
        if ran.returncode:
            code = re.search(r" \[([a-z-]+)\]$", ran.stderr, re.MULTILINE)
            raise DirectordError(
                (ran.stderr or ran.stdout).strip(), ran.returncode, code and code.group(1)
            )
        return ran.stdout
