package io.directord.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.api.NodeOutcome;
import io.directord.common.api.RunTimes;
import io.directord.common.job.BroughtFiles;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.RunDetails;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KeptFilesTest {
  private static final UUID JOB = UUID.fromString("00000000-0000-4000-8000-000000000001");

  @Test
  void whatWaitsIsToldWithTheCommandThatDownloadsIt() {
    assertEquals(
        List.of(
            "directord: the server keeps 3 files of 2 nodes for a day: 'directord fetch --job "
                + JOB
                + " DIR' downloads them"),
        KeptFiles.lines(
            JOB, List.of(outcome("a", 1, null), outcome("b", 2, null)), Set.of("a", "b", "c")));
    assertEquals(List.of(), KeptFiles.lines(JOB, List.of(), Set.of()));
  }

  @Test
  void whatIsElsewhereIsToldWithTheServerThatHadIt() {
    assertEquals(
        List.of(
            "directord: the server that leads now has nothing that job "
                + JOB
                + " has brought from a (1 file, kept by server-1), b (2 files): it was downloaded"
                + " already, or another server led when it came, and has it until that one leads"
                + " again, for a day"),
        KeptFiles.lines(
            JOB, List.of(outcome("a", 1, "server-1"), outcome("b", 2, null)), Set.of()));
  }

  @Test
  void whereThereIsOneServerNoOtherIsSpokenOf() {
    assertEquals(
        List.of(
            "directord: the server has nothing that job "
                + JOB
                + " has brought from a (1 file): it was downloaded already"),
        KeptFiles.lines(JOB, List.of(outcome("a", 1, null)), Set.of()));
  }

  @Test
  void whatAnEarlierServerHasNotCountedIsToldWithoutNumbers() {
    assertEquals(
        List.of(
            "directord: the server keeps the files of 2 nodes for a day: 'directord fetch --job "
                + JOB
                + " DIR' downloads them",
            "directord: the server has nothing that job "
                + JOB
                + " has brought from c (its result does not say how many files): it was downloaded"
                + " already"),
        KeptFiles.lines(
            JOB, List.of(outcome("a", 1, null), uncounted("b"), uncounted("c")), Set.of("a", "b")));
  }

  private static NodeOutcome uncounted(String node) {
    return outcome(node, RunDetails.NONE);
  }

  private static NodeOutcome outcome(String node, int files, String server) {
    return outcome(
        node, RunDetails.NONE.withBrought(new BroughtFiles(files, files, server, false)));
  }

  private static NodeOutcome outcome(String node, RunDetails details) {
    return new NodeOutcome(
        node, NodeOutcome.State.SUCCEEDED, null, "", CapturedOutput.EMPTY, RunTimes.NONE, details);
  }
}
