package io.directord.client.execution;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.client.process.TestSpawner;
import io.directord.common.component.JobException;
import io.directord.common.component.ReadableNode;
import io.directord.common.component.Surroundings;
import io.directord.common.job.Outcome;
import io.directord.common.wire.NodeMessage.Stream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node whose configuration has its commands run as nobody. */
@Timeout(300)
class RunAsTest {
  private static final String NOBODY = "65534";

  @TempDir Path directory;
  private RunAs nobody;
  private Processes processes;
  private final JobOutput output = new JobOutput(null);

  @BeforeEach
  void open() throws Exception {
    assumeTrue(Enclosure.ownUser() == 0, "needs root");
    nobody = RunAs.of(NOBODY);
    processes = new Processes("node-1", TestSpawner.hiding(), nobody);
  }

  private String run(String command, Map<String, String> variables) throws Exception {
    int status = processes.run(command, UUID.randomUUID(), variables, output);
    assertEquals(0, status, () -> output.text(Stream.STDERR));
    return output.text(Stream.STDOUT);
  }

  @Test
  void commandsAreThatUsersWithTheVariablesOfTheNode() throws Exception {
    String odd = "it's \"odd\"\n$(id) `id` \\ ";
    assertEquals(
        NOBODY + "\n[" + odd + "][b=c]",
        run("id -u; printf '[%s][%s]' \"$ODD\" \"$A\"", Map.of("ODD", odd, "A", "b=c")));
  }

  @Test
  void noVariableOfAJobReachesAProgramThatIsStillRoot() throws Exception {
    // What the loader, the shell or the tools on the way read would be run as root.
    Path proof = directory.resolve("proof");
    Path script = Files.writeString(directory.resolve("env"), "id -u >>" + proof + "\n");
    Files.createFile(proof);
    for (Path open : List.of(directory, script, proof)) {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    run(
        "true",
        Map.of(
            "ENV", script.toString(),
            "BASH_ENV", script.toString(),
            "LD_PRELOAD", "/nowhere/evil.so",
            "PATH", directory.toString()));
    assertTrue(Files.readString(proof).lines().allMatch(NOBODY::equals), "as root");
    // The loader of programs that are root would have complained.
    long complaints = output.text(Stream.STDERR).lines().filter(l -> l.contains("evil.so")).count();
    assertTrue(complaints <= 1, () -> output.text(Stream.STDERR));
  }

  @Test
  void othersAreRefused() throws Exception {
    for (Surroundings around :
        List.of(
            Surroundings.NONE.as("root"),
            Surroundings.NONE.as("0"),
            new Surroundings(
                new Surroundings.Root("/", List.of()),
                false,
                null,
                null,
                null,
                Surroundings.Limits.NONE,
                List.of()))) {
      JobException e =
          assertThrows(
              JobException.class,
              () -> processes.run("id", around, UUID.randomUUID(), Map.of(), output));
      assertEquals(Outcome.Reason.VETOED, e.reason());
      assertThrows(JobException.class, () -> processes.requireAllowed(around));
      assertThrows(JobException.class, () -> processes.detach("id", around, Map.of()));
    }
    assertEquals(
        0, processes.run("id", Surroundings.NONE.as(NOBODY), UUID.randomUUID(), Map.of(), output));
  }

  @Test
  void alsoWhatIsAskedAndWhatIsDetached() throws Exception {
    ReadableNode.Answer answer = processes.ask("id -u", UUID.randomUUID(), Map.of(), Map.of());
    assertEquals(NOBODY, answer.stdout().strip());
    Path said = directory.resolve("said");
    Files.createFile(said);
    Files.setPosixFilePermissions(said, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    processes.detach("id -u >" + said, Map.of());
    await().until(() -> Files.size(said) > 0);
    assertEquals(NOBODY, Files.readString(said).strip());
  }
}
