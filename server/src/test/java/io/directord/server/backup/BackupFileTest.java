package io.directord.server.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.BackupView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.RunTimes;
import io.directord.common.api.ScheduleTiming;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.RunDetails;
import io.directord.common.wire.JournalState;
import io.directord.server.rolling.NodeSets;
import io.directord.server.rolling.Ramp;
import io.directord.server.rolling.RolloutProgress;
import io.directord.server.schedule.ScheduleState;
import io.directord.server.store.Change;
import io.directord.server.store.StoredHookEvent;
import io.directord.server.store.StoredJob;
import io.directord.server.store.StoredJoinToken;
import io.directord.server.store.StoredNode;
import io.directord.server.store.StoredSamples;
import io.directord.server.store.StoredSchedule;
import io.directord.server.store.StoredToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupFileTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final StoredJob JOB = StoredSamples.job(1, UUID.randomUUID());

  @TempDir Path directory;

  private static List<Change> everyKind() {
    UUID parent = UUID.randomUUID();
    RolloutProgress progress =
        new RolloutProgress(
            new NodeSets(new byte[] {1}, new byte[0], new byte[0], new byte[0]),
            new Ramp(1, 2),
            null,
            null,
            List.of());
    StoredSchedule schedule =
        new StoredSchedule(
            UUID.randomUUID(),
            "nightly",
            new ScheduleTiming(
                "30 2 * * *",
                "UTC",
                ScheduleTiming.Missed.RUN_ONCE,
                ScheduleTiming.Overlap.QUEUE,
                Duration.ZERO),
            List.of(JOB.job()),
            List.of(),
            "ann",
            NOW);
    ScheduleState state = ScheduleState.beginning(NOW);
    NodeOutcome outcome =
        new NodeOutcome(
            "a",
            NodeOutcome.State.SUCCEEDED,
            null,
            "",
            new CapturedOutput("out\u0000", "err"),
            new RunTimes(Duration.ofMillis(1), Duration.ofMillis(2), NOW, NOW),
            RunDetails.NONE);
    return List.of(
        new Change.PutJob(JOB),
        new Change.PutResult(1, 0, outcome),
        new Change.PutSummary(1, StoredSamples.summary(JOB)),
        new Change.CancelJobs(List.of(1L)),
        new Change.ForgetJobs(List.of(1L, 2L)),
        new Change.PutRun(parent, List.of("a", "b")),
        new Change.PutProgress(parent, progress),
        new Change.ForgetRun(parent),
        new Change.PutSchedule(schedule, state),
        new Change.PutScheduleState("nightly", state),
        new Change.ForgetSchedule("nightly"),
        new Change.PutNode(
            new StoredNode(
                "a", "key", "m", "1", "zeromq", NOW, new JournalState(UUID.randomUUID(), 5L))),
        new Change.ForgetNode("a"),
        new Change.PutToken(new StoredToken("ci", "read", "ab", NOW, "root", NOW)),
        new Change.ForgetToken("ci"),
        new Change.PutJoinToken(
            new StoredJoinToken(
                "ab".repeat(32), new StoredJoinToken.Terms(List.of(), 1, NOW), NOW, "root")),
        new Change.ForgetJoinToken("abababababab"),
        new Change.PutHookEvent(
            new StoredHookEvent("chat", 7, "job.failed", UUID.randomUUID(), NOW, "{}")),
        new Change.ForgetHookEvent("chat 7"));
  }

  @Test
  void everyKindOfChangeIsReadAsItWasWritten() throws IOException {
    Set<String> kinds = new TreeSet<>();
    for (Change change : everyKind()) {
      byte[] bytes = ChangeCodec.write(change);
      Change read = ChangeCodec.read(bytes);
      assertEquals(change.getClass(), read.getClass());
      assertEquals(
          new String(bytes, StandardCharsets.ISO_8859_1),
          new String(ChangeCodec.write(read), StandardCharsets.ISO_8859_1));
      kinds.add(change.getClass().getSimpleName());
    }
    kinds.add("MakeGood");
    assertEquals(
        Arrays.stream(Change.class.getPermittedSubclasses())
            .map(Class::getSimpleName)
            .collect(Collectors.toCollection(TreeSet::new)),
        kinds);
    assertThrows(
        IOException.class, () -> ChangeCodec.write(new Change.MakeGood(List.of(), List.of())));
  }

  @Test
  void anyDamageIsFoundAndNothingIsBelieved() throws IOException {
    Path file = written();
    byte[] whole = Files.readAllBytes(file);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    new Restoration(file).verify((sha256, stored) -> {});
    for (int i = 0; i < whole.length; i += 1 + i / 50) {
      byte[] flipped = whole.clone();
      flipped[i] ^= 0x10;
      expectRefused(flipped, "at " + i);
      expectRefused(Arrays.copyOf(whole, i), "cut at " + i);
    }
    expectRefused(Arrays.copyOf(whole, whole.length + 1), "longer");
    expectRefused("directord backup 2\nmore".getBytes(StandardCharsets.US_ASCII), "later");
  }

  private void expectRefused(byte[] bytes, String what) throws IOException {
    Path file = Files.write(directory.resolve("damaged"), bytes);
    IOException refused =
        assertThrows(
            IOException.class, () -> new Restoration(file).verify((sha256, stored) -> {}), what);
    assertTrue(refused.getMessage().contains("backup"), () -> what + ": " + refused.getMessage());
  }

  private Path written() throws IOException {
    Path file = directory.resolve("written");
    try (BackupWriter out = new BackupWriter(file)) {
      out.json(RecordType.ORIGIN, new BackupView.Origin(NOW, "1.0", "memory"));
      for (Change change : everyKind()) {
        out.change(change);
      }
      byte[] content = new byte[1000];
      out.content(
          new RecordType.ContentHead("ab".repeat(32), false),
          new ByteArrayInputStream(content),
          content.length);
      out.json(RecordType.COUNTS, new BackupView.Counts(1, 0, 1, 1, 1, 1, List.of()));
      out.end();
    }
    return file;
  }

  @Test
  void contentsComeAsTheyWere() throws IOException {
    List<String> contents = new ArrayList<>();
    new BackupReader(written())
        .each(
            new BackupReader.Records() {
              @Override
              public void record(RecordType type, byte[] bytes) {}

              @Override
              public void content(RecordType.ContentHead head, InputStream stored, long length)
                  throws IOException {
                contents.add(head.sha256() + " " + stored.readAllBytes().length + " " + length);
              }
            });
    assertEquals(List.of("ab".repeat(32) + " 1000 1000"), contents);
  }
}
