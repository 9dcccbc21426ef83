package io.directord.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import io.directord.common.api.JobSummary;
import io.directord.common.json.Json;
import io.directord.common.security.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks for a secret everywhere, while it is used by real processes that are killed meanwhile. */
class SecretsIT {
  private static final String VALUE = "s3cr3t-" + UUID.randomUUID() + "/+\"x";

  @TempDir Path directory;

  @Test
  void aSecretIsNowhereButWhereItIsWanted() throws Exception {
    Path value = Files.writeString(directory.resolve("value"), VALUE + "\n");
    Path blueprint =
        Files.writeString(directory.resolve("app.conf"), "password={{ db_password }}\n");
    Path placed = directory.resolve("placed.conf");
    Path gate = directory.resolve("gate");
    Path packets = Files.createDirectory(directory.resolve("packets"));
    try (TestCluster cluster = new TestCluster(directory.resolve("cluster"));
        PacketCapture capture =
            PacketCapture.start(packets, cluster.jobPort(), cluster.contentPort())) {
      cluster.set("DIRECTORD_DEBUG", "true");
      cluster.startServer();
      cluster.startClient("node-1");
      cluster.awaitActive(1);
      StringBuilder said = new StringBuilder();

      // The server is killed while it keeps the secret for a node that is away.
      cluster.client("node-1").freeze();
      note(said, cluster.run("exec", "--verb", "ARG", "--secret-file " + value + " db_password"));
      assertEquals(1, sealed(cluster).size());
      cluster.server().kill();
      cluster.startServer();
      cluster.client("node-1").thaw();
      await().until(() -> cluster.api().newestJobs(9).stream().noneMatch(JobSummary::processing));
      await().until(() -> sealed(cluster).isEmpty());

      Ran ran =
          run(
              cluster,
              "--secret db_password echo \"value=$db_password\"; printf %s \"$db_password\" | base64"
                  + " -w0; printf 's3cr3t' >&2; echo \"${db_password#s3cr3t}\" >&2");
      note(said, ran);
      assertEquals(0, ran.status(), ran::toString);
      assertTrue(ran.out().contains("value=***"), ran::toString);

      TestProcess follower =
          cluster.background(
              "exec",
              "--stream",
              "--verb",
              "RUN",
              "--secret db_password while [ ! -e "
                  + gate
                  + " ]; do echo $db_password; sleep 0.1; done");
      await().until(() -> follower.log().contains("***"));
      assertNoOtherProcessHasIt();
      Files.createFile(gate);
      follower.awaitEnd();
      said.append(follower.log());

      note(
          said,
          cluster.run(
              "exec", "--poll", "--verb", "COPY", "--blueprint " + blueprint + " " + placed));
      assertEquals("password=" + VALUE + "\n", Files.readString(placed), said::toString);
      String rendered = Digests.sha256(Files.readAllBytes(placed));

      Ran dry =
          cluster.run(
              "exec",
              "--dry-run",
              "--diff",
              "--verb",
              "COPY",
              "--blueprint " + blueprint + " " + placed);
      note(said, dry);
      assertTrue((dry.out() + dry.err()).contains("the secret db_password"), dry::toString);

      Ran inCommand = run(cluster, "echo {{ db_password }}");
      note(said, inCommand);
      assertTrue(inCommand.err().contains("db_password is a secret"), inCommand::toString);
      note(said, cluster.run("exec", "--poll", "--verb", "ARG", "copy {{ db_password }}"));
      note(said, cluster.run("manage", "--list-jobs"));
      for (JobSummary job : cluster.api().newestJobs(99)) {
        note(said, cluster.run("manage", "--job-info", job.id().toString()));
        said.append(Json.text(cluster.api().job(job.id())));
      }

      cluster.client("node-1").kill();
      cluster.startClient("node-1");
      cluster.awaitActive(1);
      Ran gone = run(cluster, "--secret db_password true");
      note(said, gone);
      assertTrue(gone.err().contains("db_password is not on this node"), gone::toString);

      List<String> traces = new ArrayList<>();
      traces.addAll(forms(VALUE));
      traces.add(rendered);
      traces.add(Digests.sha256(VALUE.getBytes(StandardCharsets.UTF_8)));
      assertNone(traces, "what was said", said.toString().getBytes(StandardCharsets.UTF_8));
      try (Stream<Path> files = Files.walk(cluster.directory())) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertNone(traces, file.toString(), Files.readAllBytes(file));
        }
      }
      traces.forEach(trace -> assertFalse(capture.contains(trace), () -> trace + " was sent"));
      assertTrue(Files.size(packets.resolve("capture.pcap")) > 10_000, capture::messages);
    }
  }

  @Test
  void theValueComesFromStandardInputOrAVariableToo() throws Exception {
    try (TestCluster cluster = TestCluster.start(directory.resolve("cluster"), 1)) {
      ProcessBuilder exec = cluster.command("exec", "--poll", "--verb", "ARG", "--secret typed_in");
      Process process = exec.redirectErrorStream(true).start();
      process.getOutputStream().write(VALUE.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().close();
      assertEquals(0, process.waitFor());
      cluster.set("MY_SECRET", VALUE + "2");
      cluster.run("exec", "--poll", "--verb", "ARG", "--secret-env MY_SECRET of_env").expect(0);
      cluster.set("MY_SECRET", null);
      Path seen = directory.resolve("seen");
      String root = "printf '%s %s' \"$typed_in\" \"$of_env\" >" + seen;
      run(cluster, "--secret typed_in --secret of_env --umask 077 " + root).expect(0);
      assertEquals(VALUE + " " + VALUE + "2", Files.readString(seen));
      Ran written = cluster.run("exec", "--verb", "ARG", "--secret name value").expect(2);
      assertTrue(written.err().contains("does not stand here"), written::toString);
    }
  }

  private static Ran run(TestCluster cluster, String job) {
    return cluster.run("exec", "--stream", "--verb", "RUN", job);
  }

  private static void note(StringBuilder said, Ran ran) {
    said.append(ran.out()).append(ran.err());
  }

  private static List<Path> sealed(TestCluster cluster) throws IOException {
    try (Stream<Path> files = Files.list(cluster.state("server").resolve("content"))) {
      return files.filter(file -> file.toString().endsWith(".sealed")).toList();
    }
  }

  private static List<String> forms(String value) {
    String base64 = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    String json = Json.text(value);
    return List.of(value, json.substring(1, json.length() - 1), base64.substring(0, 40));
  }

  private static void assertNone(List<String> traces, String where, byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    for (String trace : traces) {
      assertFalse(text.contains(trace), () -> trace + " is in " + where);
    }
  }

  /** The command line of no process, and the environment of none but the command's. */
  private static void assertNoOtherProcessHasIt() {
    ProcessHandle.allProcesses()
        .forEach(
            process -> {
              String command = read(process, "cmdline");
              assertFalse(command.contains(VALUE), command);
              boolean isOfJob = read(process, "environ").contains("DIRECTORD_JOB_ID=");
              assertFalse(!isOfJob && read(process, "environ").contains(VALUE), command);
            });
  }

  private static String read(ProcessHandle process, String file) {
    try {
      return Files.readString(
          Path.of("/proc/" + process.pid() + "/" + file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
