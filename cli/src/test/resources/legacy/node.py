"""A stand-in for the Python client of Directord 0.12: it speaks the frames that were recorded from the
real one, and does as much of the work as tests look at. Arguments: job port, backend port, identity,
machine id, shared key.

Frames, at the client: msg_id, control, command, data, info, stderr, stdout; an absent one is b"\\0".
"""

import base64
import datetime
import hashlib
import json
import os
import queue
import re
import subprocess
import sys
import threading
import time
import uuid

import zmq

NUL, STX, ETX, EOT, ENQ, NAK, SYN = b"\0", b"\2", b"\3", b"\4", b"\5", b"\x15", b"\x16"
CHUNK = 131072

JOB_PORT, BACKEND_PORT, IDENTITY, MACHINE, KEY = sys.argv[1:6]
STARTED = time.time()
CONTEXT = zmq.Context()


def connect(port):
    dealer = CONTEXT.socket(zmq.DEALER)
    dealer.linger = 2
    dealer.plain_username = b"admin"
    dealer.plain_password = KEY.encode()
    dealer.setsockopt_string(zmq.IDENTITY, IDENTITY)
    dealer.connect("tcp://127.0.0.1:" + port)
    return dealer


def frames(msg_id, control, command=None, data=None, info=None, stderr=None, stdout=None):
    parts = [msg_id, control, command, data, info, stderr, stdout]
    return [(p.encode() if isinstance(p, str) else p) or NUL for p in parts]


def sha3(data):
    return hashlib.sha3_224(data).hexdigest()


class Failure(Exception):
    pass


class Client:
    def __init__(self):
        self.socket = connect(JOB_PORT)
        self.args, self.envs, self.cache = {}, {}, {}
        self.results = queue.Queue()
        self.lanes = {}

    def render(self, text):
        def value(match):
            if match.group(1) not in self.args:
                raise Failure("'%s' is undefined" % match.group(1))
            found = self.args[match.group(1)]
            for key in re.findall(r"\w[\w-]*", match.group(2)):
                found = found[key]
            return str(found)

        return re.sub(r"\{\{\s*(\w+)((?:\['[^']*'\]|\.\w+)*)\s*\}\}", value, text)

    def heartbeat(self):
        msg_id = str(uuid.uuid4())
        with open("/proc/uptime") as file:
            uptime = float(file.read().split()[0])
        data = {
            "job_id": msg_id,
            "version": "0.12.0",
            "host_uptime": str(datetime.timedelta(seconds=uptime)),
            "agent_uptime": str(datetime.timedelta(seconds=time.time() - STARTED)),
            "machine_id": MACHINE,
            "driver": "zeromq",
        }
        self.socket.send_multipart(frames(msg_id, ENQ, data=json.dumps(data)))

    def serve(self):
        beat = 0
        while True:
            if time.time() >= beat:
                self.heartbeat()
                beat = time.time() + 30
            while not self.results.empty():
                self.report(*self.results.get())
            if self.socket.poll(5):
                _, _, command, data, info, _, _ = self.socket.recv_multipart()
                self.take(command.decode(), json.loads(data), info.decode())

    def take(self, command, job, info):
        if self.cache.get(job["parent_id"]) == NAK:
            text = "Job [ %s ] was not allowed to run because there was a failure" % job["job_id"]
            self.socket.send_multipart(frames(job["job_id"], NAK, command, info=text))
            self.results.put((command, job, NAK, "Job omitted, parent failure", None, None, None, 0))
            return
        self.socket.send_multipart(frames(job["job_id"], SYN, command, info="task queued"))
        bypass = job.get("parent_async_bypass") or job.get("parent_async")
        lane = job["parent_id"] if bypass else "general"
        if lane not in self.lanes:
            self.lanes[lane] = queue.Queue()
            threading.Thread(target=self.work, args=(self.lanes[lane],), daemon=True).start()
        self.lanes[lane].put((command, job, info))

    def report(self, command, job, control, info, stdout, stderr, tasks, took):
        now = time.strftime("%Y-%m-%d %H:%M:%S")
        data = {"execution_time": took, "return_timestamp": now}
        if took:
            data["component_exec_timestamp"] = now
        if tasks:
            data = dict(job, new_tasks=tasks, **data)
        self.cache[job["parent_id"]] = self.cache[job["job_sha3_224"]] = control
        out = [(t or b"").strip() for t in (stderr, stdout)]
        self.socket.send_multipart(
            frames(job["job_id"], control, command, json.dumps(data), info, *out)
        )

    def work(self, jobs):
        while True:
            command, job, info = jobs.get()
            verb = getattr(self, "do_" + command.lower(), None)
            if verb is None:
                self.results.put((command, job, NAK, "task failed", None, None, None, 0))
            elif self.cache.get(job["job_sha3_224"]) == EOT and not job.get("skip_cache"):
                self.results.put((command, job, EOT, "task skipped", None, None, None, 0))
            else:
                self.run(verb, command, job, info)

    def run(self, verb, command, job, info):
        began = time.time()
        stdout = None
        try:
            done, said, stdout, stderr = verb(job, info)
        except Failure as failure:
            done, said, stderr = False, "task failed", str(failure).encode()
        took = time.time() - began
        tasks = self.callbacks(job, stdout, stderr)
        state, text = (EOT if done else NAK), said
        if tasks and done:
            state, text = SYN, "Waiting for callback tasks to complete"
        self.results.put((command, job, state, text, stdout, stderr, tasks, took))
        if tasks:
            while self.cache.get(tasks[-1]["job_sha3_224"]) not in (EOT, NAK):
                time.sleep(0.05)
            text = "Callback [ %s ] completed" % tasks[-1]["job_id"]
            self.results.put((command, job, EOT, text, stdout, stderr, None, time.time() - began))

    def callbacks(self, job, stdout, stderr):
        if job["verb"] == "QUERY":
            return self.query_wait(job)
        args = {}
        for key, output in (("stdout_arg", stdout), ("stderr_arg", stderr)):
            if job.get(key):
                args[job[key]] = (output or b"").decode().strip()
        return [self.task("ARG", args=args, extend_args=True)] if args else None

    def query_wait(self, job):
        if job["no_wait"] or IDENTITY not in job.get("targets", []):
            return None
        return [self.task("QUERY_WAIT", item=job["query"], query_timeout=600, identity=[])]

    def task(self, verb, **keys):
        task = dict(keys, verb=verb, skip_cache=True, parent_async_bypass=True, targets=[IDENTITY])
        task["job_id"] = str(uuid.uuid4())
        task["job_sha3_224"] = sha3(json.dumps(task).encode())
        task["parent_id"] = str(uuid.uuid4())
        return task

    def do_run(self, job, _):
        command = self.render(job["command"])
        environment = dict(os.environ, **self.envs)
        for _ in range(job.get("retry", 1)):
            process = subprocess.Popen(
                ["/bin/sh", "-c", command],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
                start_new_session=job["no_block"],
            )
            try:
                stdout, stderr = process.communicate(timeout=float(job.get("timeout", 600)))
            except subprocess.TimeoutExpired:
                raise Failure("Timeout encountered")
            if process.returncode == 0:
                return True, command, stdout, stderr
        return False, command, stdout, stderr

    def do_arg(self, job, _):
        return self.keep("args", self.args, job)

    def do_env(self, job, _):
        return self.keep("envs", self.envs, job)

    def keep(self, name, kept, job):
        values = json.loads(self.render(json.dumps(job[name])))
        for key, value in values.items():
            if job.get("extend_args") and isinstance(value, dict):
                kept.setdefault(key, {}).update(value)
            else:
                kept[key] = value
        said = "type:%s, value:%s" % (name, values)
        return True, said, ("%s added to cache" % name).encode(), None

    def do_workdir(self, job, _):
        folder = self.render(job["workdir"])
        os.makedirs(folder, exist_ok=True)
        if job.get("mode"):
            os.chmod(folder, job["mode"])
        return True, "", ("Directory %s OK" % folder).encode(), None

    def do_query(self, job, _):
        answer = json.dumps({job["query"]: self.args.get(job["query"])})
        return True, job["query"], answer.encode(), None

    def do_query_wait(self, job, _):
        limit = time.time() + job["query_timeout"]
        while time.time() < limit:
            found = self.args.get("query", {})
            if all(job["item"] in found.get(node, {}) for node in job["identity"]):
                return True, "Item found", b"Item found in all identities", None
            time.sleep(0.05)
        raise Failure("Timeout encountered")

    def do_add(self, job, source):
        destination = self.render(job["file_to"])
        if os.path.isfile(destination):
            with open(destination, "rb") as old:
                if sha3(old.read()) == job["file_sha3_224"] and not job["blueprint"]:
                    return True, "task finished", b"File exists", None
        content = self.fetch(job["job_id"], source)
        if sha3(content) != job["file_sha3_224"]:
            raise Failure("Data integrity failure.")
        if job["blueprint"]:
            content = self.render(content.decode()).encode()
        with open(destination, "wb") as new:
            new.write(content)
        if job.get("mode"):
            os.chmod(destination, job["mode"])
        return True, "task finished", sha3(content).encode(), None

    do_copy = do_add

    def fetch(self, job_id, source):
        content = b""
        dealer = connect(BACKEND_PORT)
        try:
            while True:
                dealer.send_multipart(
                    frames(job_id, STX, str(len(content)), str(CHUNK), source)
                )
                _, control, _, data, info, _, _ = dealer.recv_multipart()
                if control == NAK:
                    raise Failure("Transfer failed: " + info.decode())
                piece = base64.b64decode(data)
                content += piece
                if control == ETX or len(piece) < CHUNK:
                    return content
        finally:
            dealer.close()


Client().serve()
