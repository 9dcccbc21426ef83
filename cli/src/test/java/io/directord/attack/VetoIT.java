package io.directord.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose own configuration does not let it be ordered about, and a server that tries. */
class VetoIT {
  @TempDir Path directory;

  @Test
  void theNodeRefusesAndEveryViewSaysSo() throws Exception {
    try (TestCluster cluster = new TestCluster(directory)) {
      cluster.startServer();
      Path config = cluster.write("web/config.yaml", "deny_verbs: [RUN, fetch]\n");
      cluster.set("DIRECTORD_CONFIG_FILE", config.toString());
      cluster.startClient("web-1");
      cluster.set("DIRECTORD_CONFIG_FILE", directory.resolve("default/config.yaml").toString());
      cluster.awaitActive(1);

      Path proof = directory.resolve("proof");
      String why = "this node's own configuration does not allow RUN: it has deny_verbs: FETCH RUN";
      Ran run = cluster.run("exec", "--wait", "--verb", "RUN", "touch " + proof).expect(1);
      assertTrue(all(run).contains(why), run::toString);
      Ran info = cluster.run("manage", "--job-info", "last").expect(0);
      assertTrue(info.out().contains(why), info::toString);
      Ran because = cluster.run("why", "last");
      assertTrue(because.out().contains(why), because::toString);
      Ran nodes =
          cluster
              .run("manage", "--list-nodes", "--output", "json", "--target", "@deny_verbs=*RUN*")
              .expect(0);
      assertTrue(nodes.out().contains("\"deny_verbs\" : \"FETCH RUN\""), nodes::toString);

      Path file =
          cluster.write("dry.yaml", "- jobs:\n  - WAIT: --cmd touch " + proof + "\n  - RUN: id\n");
      Ran dry = cluster.run("orchestrate", "--dry-run", file.toString()).expect(1);
      assertTrue(all(dry).contains("would fail: this node's own configuration"), dry::toString);
      cluster.run("orchestrate", "--wait", file.toString()).expect(1);
      assertFalse(Files.exists(proof));

      Path secret = cluster.write("secret.txt", "of this node\n");
      Ran fetched =
          cluster.run("fetch", "--target", "web-1", secret.toString(), directory + "/got");
      assertEquals(1, fetched.status(), fetched::toString);
      assertTrue(all(fetched).contains("does not allow FETCH"), fetched::toString);
      Path other = cluster.write("other.txt", "another\n");
      Path copy = cluster.write("copy.yaml", "- jobs:\n  - COPY: " + other + " " + secret + "\n");
      Ran diff = cluster.run("orchestrate", "--dry-run", "--diff", copy.toString()).expect(0);
      assertTrue(all(diff).contains("the diff is withheld"), diff::toString);
      assertFalse(all(diff).contains("of this node\n"), diff::toString);
      cluster.run("orchestrate", "--wait", copy.toString()).expect(0);
      assertEquals("another\n", Files.readString(secret));
    }
  }

  private static String all(Ran ran) {
    return ran.out() + ran.err();
  }
}
