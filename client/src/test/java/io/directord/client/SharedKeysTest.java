package io.directord.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.config.SettingsLoader;
import io.directord.common.security.PrivateFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedKeysTest {
  @TempDir private Path directory;

  @Test
  void aKeyThatCannotBeReadAnewIsToldAndTheOneBeforeIsUsed() throws Exception {
    Path config = Files.writeString(directory.resolve("config.yaml"), "");
    PrivateFiles.create(
        directory.resolve("shared_key"), "a long and secret one".getBytes(StandardCharsets.UTF_8));
    SharedKeys keys =
        new SharedKeys(
            SettingsLoader.load(
                Map.of(), Map.of("DIRECTORD_CONFIG_FILE", config.toString(), "HOME", "/nowhere")));
    List<byte[]> before = keys.get();
    Path next = Files.writeString(directory.resolve("shared_key_next"), "another long one");
    Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
    LogCapture log = new LogCapture();
    log.start();
    try {
      assertArrayEquals(before.get(0), keys.get().get(0));
      assertEquals(1, keys.get().size());
      assertEquals(1, log.count("the shared key stays as it was"));
    } finally {
      log.stop();
    }
  }
}
