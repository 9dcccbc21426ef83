package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.TestServer;
import io.directord.server.node.JoinTokens;
import io.directord.server.node.NodeRegistry;
import io.directord.server.store.Resolved;
import io.directord.server.store.StoredJob;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JobBookTest {
  /** Each has a queue of about a kilobyte, and a list of names may be as long as one likes. */
  @Test
  void namesThatNoNodeHasTakeTheirMemoryOnceAParent() {
    Moment now = new Moment(Duration.ZERO, Instant.EPOCH);
    NodeRegistry nodes = new NodeRegistry(Duration.ofMinutes(3), List.of(), new JoinTokens(), now);
    JobBook book = new JobBook(new KeptJobs(0, false), nodes, null, null, 1);
    List<String> names = IntStream.range(0, 1000).mapToObj(i -> "n" + i).toList();
    StoredJob stored =
        new StoredJob(
            1,
            TestServer.job("n1"),
            "tester",
            Instant.EPOCH,
            new Resolved(names, List.of(), List.of(), List.of(), null),
            new byte[32],
            false);
    LiveJob job = new LiveJob(stored, List.of());
    long before = job.weight();

    book.countAwaited(job, false);
    assertEquals(before, job.weight());
    book.countAwaited(job, true);
    assertTrue(job.weight() - before > 800_000, () -> before + " to " + job.weight());
  }
}
