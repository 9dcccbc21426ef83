package io.directord.verbs;

import static io.directord.verbs.Verb.exec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ARG, ENV, CACHEFILE and CACHEEVICT: what a node keeps, and for how long. */
class CacheVerbsIT {
  @TempDir Path directory;

  @Test
  void whatANodeKeepsGrowsSurvivesARestartAndIsDroppedByTag() {
    try (TestCluster cluster = TestCluster.start(directory.resolve("c"), 1)) {
      Path json = cluster.write("a.json", "{\"port\": 80, \"site\": {\"users\": [\"ann\"]}}");
      Path yaml = cluster.write("b.yaml", "site: {users: [bob], since: 2024-01-02}\nport: 81\n");
      exec(cluster, "CACHEFILE", json.toString()).expect(0);
      exec(cluster, "CACHEFILE", yaml.toString()).expect(0);
      exec(cluster, "ARG", "--extend-args site {'users': ['eve'], 'tls': True}").expect(0);
      exec(cluster, "ENV", "COLOUR deep blue").expect(0);
      String kept = "81 ann,bob,eve 2024-01-02 True deep blue";
      assertEquals(kept, kept(cluster));

      ProcessHandle.of(cluster.client("node-1").pid()).ifPresent(ProcessHandle::destroy);
      cluster.client("node-1").awaitEnd();
      cluster.startClient("node-1");
      cluster.awaitActive(1);
      assertEquals(kept, kept(cluster));

      exec(cluster, "RUN", "echo once").expect(0);
      assertTrue(!exec(cluster, "RUN", "echo once").expect(0).out().contains("STDOUT"));
      exec(cluster, "CACHEEVICT", "jobs").expect(0);
      assertTrue(exec(cluster, "RUN", "echo once").expect(0).out().contains("STDOUT\nonce"));
      assertEquals(kept, kept(cluster));
      exec(cluster, "CACHEEVICT", "envs").expect(0);
      assertEquals(kept.replace(" deep blue", ""), kept(cluster));
      exec(cluster, "CACHEEVICT", "args").expect(0);
      Ran gone = exec(cluster, "RUN", "--skip-cache echo {{ port }}").expect(1);
      assertTrue(gone.err().contains("'port' is undefined"), gone::toString);
    }
  }

  @Test
  void aBrokenFileSaysWhereAndLeavesTheArgumentsAlone() {
    try (TestCluster cluster = TestCluster.start(directory.resolve("c"), 1)) {
      Path broken = cluster.write("broken.yaml", "port: 1\nsite: [a\n");
      Ran ran = exec(cluster, "CACHEFILE", broken.toString()).expect(1);
      assertTrue(ran.err().contains(broken + ":3:1: not valid YAML: "), ran::toString);
      Ran gone = exec(cluster, "RUN", "echo {{ port }}").expect(1);
      assertTrue(gone.err().contains("'port' is undefined"), gone::toString);
    }
  }

  private static String kept(TestCluster cluster) {
    return exec(
            cluster,
            "RUN",
            "--skip-cache echo KEPT: {{ port }} {{ site.users | join(',') }} {{ site.since }}"
                + " {{ site.tls }} $COLOUR")
        .expect(0)
        .after("KEPT:");
  }
}
