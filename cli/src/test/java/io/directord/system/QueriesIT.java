package io.directord.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache, queries and waits, over several nodes as real processes. */
class QueriesIT {
  @TempDir Path directory;

  @Test
  void nodesLearnOfEachOtherAndWaitForEachOther() throws Exception {
    try (TestCluster cluster = TestCluster.start(directory.resolve("c"), 3)) {
      cluster.write("args.yaml", "site:\n  name: north\nroles: [web]\n");
      Path awaited =
          cluster.write(
              "awaited.yaml",
              "- targets: [node-3]\n  async: true\n  jobs:\n  - RUN: sleep 1; date +%s%N > ended\n"
                  .replace("> ended", "> " + directory.resolve("ended")));
      String sha = fingerprint(cluster, awaited);
      Path file = cluster.write("queries.yaml", orchestration(sha));

      cluster.run("orchestrate", "--wait", file.toString(), awaited.toString()).expect(0);

      for (int i = 1; i <= 2; i++) {
        assertEquals(
            "north web node-1 node-1+node-2+node-3\n",
            Files.readString(directory.resolve("out-node-" + i)));
      }
      long ended = Long.parseLong(Files.readString(directory.resolve("ended")).strip());
      long after = Long.parseLong(Files.readString(directory.resolve("after")).strip());
      assertTrue(after > ended, "the job that waited ran " + (ended - after) + " ns too early");
      Ran evicted = cluster.run("exec", "--check", "--wait", "--verb", "RUN", "echo {{ site }}");
      assertEquals(1, evicted.status());
      assertTrue(evicted.toString().contains("'site' is undefined"), evicted.toString());
    }
  }

  private String orchestration(String sha) {
    return """
        - jobs:
          - CACHEFILE: "DIRECTORY/c/args.yaml"
          - RUN: --stdout-arg me printf %s "$TEST_NODE"
        - targets: [node-1, node-2]
          jobs:
          - QUERY: me
          - QUERY_WAIT: --identity node-1 node-2 node-3 me
          - WAIT: --cmd --retry 3 test -n "$TEST_NODE"
          - RUN: >-
              printf '%s %s %s %s\\n' {{ site.name }} {{ roles | first }}
              {{ query['node-1'].me }}
              '{{ query.values() | map(attribute="me") | join("+") }}'
              > DIRECTORY/out-$TEST_NODE
        - targets: [node-1]
          jobs:
          - JOB_WAIT: --identity node-3 SHA
          - WAIT: --seconds 0.1
          - RUN: date +%s%N > DIRECTORY/after
        - jobs:
          - CACHEEVICT: all
        """
        .replace("DIRECTORY", directory.toString())
        .replace("SHA", sha);
  }

  private static String fingerprint(TestCluster cluster, Path file) {
    String table = cluster.run("orchestrate", "--finger-print", file.toString()).expect(0).out();
    return table
        .lines()
        .flatMap(line -> List.of(line.split("\\s+")).stream())
        .filter(word -> word.matches("[0-9a-f]{56}"))
        .reduce((parent, job) -> job)
        .orElseThrow(() -> new AssertionError(table));
  }

  /** A query waits for a node that is busy; killing the server meanwhile loses nothing. */
  @Test
  void aQuerySurvivesTheDeathOfTheServer() throws Exception {
    try (TestCluster cluster = TestCluster.start(directory.resolve("c"), 2)) {
      Path gate = directory.resolve("gate");
      Path file =
          cluster.write(
              "query.yaml",
              """
              - jobs:
                - ARG: port 80
              - targets: [node-2]
                jobs:
                - RUN: until [ -e GATE ]; do sleep 0.1; done
              - targets: [node-1]
                jobs:
                - QUERY: port
                - RUN: --stdout-arg seen echo {{ query['node-2'].port }}
              """
                  .replace("GATE", gate.toString()));
      cluster.run("orchestrate", file.toString()).expect(0);
      await().until(() -> job(cluster, "QUERY").processing() && isRunning(cluster));
      cluster.server().kill();
      cluster.startServer();
      cluster.awaitActive(2);
      Files.writeString(gate, "");
      await().until(() -> cluster.api().jobs(null).stream().noneMatch(JobSummary::processing));
      List<JobSummary> failed =
          cluster.api().jobs(null).stream().filter(job -> job.failed() > 0).toList();
      assertEquals(List.of(), failed);
      assertEquals(1, count(cluster, "QUERY"));
      Ran ran =
          cluster.run("exec", "--stream", "--target", "node-1", "--verb", "RUN", "echo {{ seen }}");
      assertTrue(ran.out().contains("80"), ran.out());
    }
  }

  /** More than a node has lanes for. */
  @Test
  void manyAsyncQueriesAtOnceAllEnd() throws Exception {
    StringBuilder file = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      file.append("- async: true\n  jobs:\n")
          .append("  - ARG: key" + i + " of-$I\n".replace("$I", "" + i))
          .append("  - QUERY: key" + i + "\n")
          .append("  - RUN: test of-" + i + "of-" + i + " = ")
          .append("{{ query['node-1'].key" + i + " }}{{ query['node-2'].key" + i + " }}\n");
    }
    try (TestCluster cluster = TestCluster.start(directory.resolve("c"), 2)) {
      Path many = cluster.write("many.yaml", file.toString());
      cluster.run("orchestrate", "--wait", many.toString()).expect(0);
    }
  }

  @Test
  void aSentinelEmptiesTheQueueAndAWaitInVainSaysWhatFor() throws Exception {
    try (TestCluster cluster = TestCluster.start(directory.resolve("c"), 1)) {
      Path gate = directory.resolve("gate");
      Jobs jobs = new Jobs(cluster);
      UUID running = jobs.submit("until [ -e " + gate + " ]; do sleep 0.1; done", "node-1");
      UUID queued = jobs.submit("true", "node-1");
      await().until(() -> jobs.on(running, "node-1").state() == NodeOutcome.State.RUNNING);
      cluster.run("exec", "--wait", "--verb", "QUEUESENTINEL", "called off").expect(0);
      assertEquals(NodeOutcome.State.RUNNING, jobs.on(running, "node-1").state());
      String dropped = jobs.awaitEnd(queued).nodes().get(0).info();
      assertTrue(dropped.startsWith("Omitted due to sentinel from "), dropped);
      Files.writeString(gate, "");
      assertEquals(1, jobs.awaitEnd(running).summary().succeeded());

      String never = "--job-timeout 0.5 --identity node-1 " + "0".repeat(56);
      Ran ran = cluster.run("exec", "--wait", "--verb", "JOB_WAIT", never).expect(1);
      assertTrue(
          ran.err().contains("what JOB_WAIT waits for did not come within 0.5 s: that job "),
          ran::err);
      String unknown = never.replace("node-1", "node-9");
      Ran refused = cluster.run("exec", "--verb", "JOB_WAIT", unknown).expect(2);
      assertTrue(refused.err().contains("JOB_WAIT: unknown node node-9"), refused::err);

      cluster.run("exec", "--wait", "--verb", "ARG", "awaited node-1").expect(0);
      String sha = jobs.awaitEnd(running).summary().fingerprint();
      String rendered = "--job-timeout 200 --identity '{{ awaited }}' " + sha;
      cluster.run("exec", "--wait", "--verb", "JOB_WAIT", rendered).expect(0);
    }
  }

  private static boolean isRunning(TestCluster cluster) throws Exception {
    return cluster.api().job(job(cluster, "QUERY").id()).nodes().stream()
        .anyMatch(node -> node.state() == NodeOutcome.State.RUNNING);
  }

  private static long count(TestCluster cluster, String verb) throws Exception {
    return cluster.api().jobs(null).stream().filter(job -> job.verb().equals(verb)).count();
  }

  private static JobSummary job(TestCluster cluster, String verb) throws Exception {
    return cluster.api().jobs(null).stream()
        .filter(job -> job.verb().equals(verb))
        .findFirst()
        .orElseThrow();
  }
}
