package io.directord.client.link;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.journal.Journal;
import io.directord.client.journal.JournalOpener;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.wire.Frames;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerCodec;
import io.directord.common.wire.ServerMessage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which replies of the server let this node's jobs begin. */
class HoldingsTest {
  @TempDir Path directory;

  private final List<Long> asked = new ArrayList<>();

  @Test
  void aReplyToTheProcessBeforeIsNoneToThisOne() throws Exception {
    try (Journal journal = JournalOpener.open(directory, "boot", Clock.systemUTC()).journal()) {
      Job job = JobJson.read(Json.object().put("verb", "RUN").put("command", "true"));
      ServerMessage.Run run = new ServerMessage.Run(job, List.of());
      journal.take(List.of(new Journal.Received(run, ServerCodec.encode(run).data())));
      ask(journal, lease());
      Lease lease = lease();
      Holdings second = ask(journal, lease);
      second.answered(asked.get(0));
      assertFalse(lease.isSettled());
      second.answered(asked.get(1));
      assertTrue(lease.isSettled());
    }
  }

  private static Lease lease() {
    Lease lease = new Lease(Duration.ofHours(1), () -> Instant.EPOCH, () -> 0, () -> {});
    lease.heard(lease.now());
    return lease;
  }

  private Holdings ask(Journal journal, Lease lease) {
    Holdings holdings = new Holdings(journal, lease, () -> 0);
    holdings.connected();
    assertTrue(
        holdings.send(
            frames -> {
              asked.add(number(frames));
              return true;
            }));
    return holdings;
  }

  private static long number(List<byte[]> frames) {
    try {
      return assertInstanceOf(NodeMessage.Holding.class, NodeCodec.decode(Frames.of(frames)))
          .number();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
