package io.directord.client.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.cache.NodeCache;
import io.directord.common.job.Fingerprint;
import io.directord.common.job.Job;
import io.directord.common.job.JobDefinition;
import io.directord.common.job.JobLinks;
import io.directord.common.job.JobOptions;
import io.directord.common.job.Parent;
import io.directord.common.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class FollowingTest {
  @TempDir Path directory;
  private NodeCache cache;

  @BeforeEach
  void open() throws Exception {
    cache = NodeCache.open(directory, InstantSource.system());
  }

  @AfterEach
  void close() throws Exception {
    cache.close();
  }

  @Test
  void aDeliveryThatIsCorrectedIsTheSame() throws Exception {
    delivers(parent(), true, "old", "/etc/app.conf");
    assertTrue(followsAfter("other", "/etc/other.conf").isEmpty());
    assertEquals(1, followsAfter("new", "/etc/app.conf").size());
    assertTrue(followsAfter("new", "/etc/app.conf").isEmpty());
  }

  @Test
  void soAreSeveralFilesInADirectory() throws Exception {
    delivers(parent(), true, "old", "/etc/app.d/a", "/etc/app.d/b");
    assertTrue(followsAfter("old", "/etc/app.d/a", "/etc/other.d/b").isEmpty());
    assertEquals(1, followsAfter("old", "/etc/app.d/a", "/etc/app.d/c").size());
  }

  /** Nobody knows then which of them it follows, so it follows each. */
  @Test
  void afterARestartInBetweenEveryNoteCounts() throws Exception {
    delivers(parent(), true, "a", "/etc/app.conf");
    Parent run = parent();
    delivers(run, true, "b", "/etc/other.conf");
    close();
    open();
    assertEquals(2, follower(run).runs().size());
  }

  /** The runs that a job follows behind a delivery that changes nothing. */
  private List<UUID> followsAfter(String content, String... places) throws Exception {
    Parent run = parent();
    delivers(run, false, content, places);
    List<UUID> runs = follower(run).runs();
    follower(run).ended(true, null);
    return runs;
  }

  private Following follower(Parent run) {
    return new Following(cache, job(run, "restart", Json.object(), List.of("config"), List.of()));
  }

  private void delivers(Parent run, boolean changed, String content, String... places)
      throws Exception {
    ObjectNode arguments = Json.object();
    ArrayNode files = arguments.putArray("files");
    for (String place : places) {
      files.addObject().put("sha256", content).put("to", place);
    }
    Following following =
        new Following(cache, job(run, "config", arguments, List.of(), List.of("restart")));
    following.takesPart();
    following.begins();
    following.ended(true, changed);
  }

  private static Parent parent() {
    return new Parent(UUID.randomUUID(), null, "web", false);
  }

  private static Job job(
      Parent run, String name, ObjectNode arguments, List<String> after, List<String> before) {
    JobDefinition definition = new JobDefinition("COPY", arguments, Duration.ofSeconds(1));
    JobLinks links = new JobLinks(after, before);
    JobOptions options = new JobOptions(false, false, false, null, links);
    UUID id = UUID.randomUUID();
    return new Job(id, Fingerprint.of(definition), run, name, definition, options, List.of());
  }
}
