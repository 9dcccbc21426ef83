package io.directord.verbs.builtin;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.JobException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageActionsTest {
  @TempDir Path directory;

  @Test
  void aLineOfProgressThatDoesNotEndFailsTheJobAndIsNotGathered() throws Exception {
    Path socket = directory.resolve("podman.sock");
    try (FakePodman podman = new FakePodman(socket)) {
      String endless = "x".repeat(2 << 20);
      podman.answers.put("/images/pull?reference=a&tlsVerify=true", endless);
      podman.answers.put("/images/pull?tlsVerify=true&reference=a", endless);
      ImageActions actions = new ImageActions(new Podman(socket), null);
      JobException failed =
          assertThrows(JobException.class, () -> actions.pull(List.of("a"), true));
      assertTrue(failed.getMessage().contains("longer than 1 MiB"), failed::getMessage);
    }
  }
}
