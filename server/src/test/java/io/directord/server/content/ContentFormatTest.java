package io.directord.server.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.security.Sealing;
import io.directord.server.InMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Contents as format 1 keeps them are known to every later version. Their names are their version:
 * what a later one keeps in another form has names of another form.
 */
class ContentFormatTest {
  private static final Path FORMAT_1 = Path.of("src/test/resources/format-1/content");
  private static final byte[] KEY = Sealing.keepingKey(new byte[32]);

  /** One by itself, one of a pack, and a secret. */
  private static final String WHOLE =
      "b7703f7bd998bf1bd1b143ad055c4bbc828d0855b5be7d662747a48ef14c437a";

  private static final String PACKED =
      "2840e3e634545b9fadac2b0c8438deee7c621cec19d9806cb75bfa89336fb4bf";
  private static final String SECRET =
      "efb0f4e192f22d0d6855156a2186fe0366108afacb8a22323453d253ce10ae71";

  @TempDir(factory = InMemory.class)
  Path directory;

  @BeforeEach
  void copy() throws IOException {
    try (Stream<Path> files = Files.list(FORMAT_1)) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
  }

  @Test
  void hasAllThatFormat1Had() throws IOException {
    ContentStore store = ContentStore.open(directory, KEY);
    for (String content : List.of(WHOLE, PACKED, SECRET)) {
      assertTrue(store.has(content), content);
    }
    assertEquals(
        "a secret of format 1",
        new String(
            new SealedContents(directory, KEY, List.of()).read(SECRET), StandardCharsets.UTF_8));
  }

  @Test
  void leavesAloneWhatALaterVersionNamesOtherwise() throws IOException {
    byte[] later = {1, 2, 3};
    Path file = Files.write(directory.resolve("2." + WHOLE), later);
    ContentStore store = ContentStore.open(directory, KEY);
    for (int round = 0; round <= Leases.ROUNDS; round++) {
      store.collect(Set.of());
    }
    assertArrayEquals(later, Files.readAllBytes(file));
  }
}
