package io.directord.common.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {
  private static final String OTHERS =
      """
      7f0e8c000000-7f0e8c021000 rw-p 00000000 00:00 0
      7f0e9a9f7000-7f0e9ab4c000 r-xp 00026000 08:01 1309 /usr/lib/x86_64-linux-gnu/libc.so.6
      """;

  @TempDir Path home;

  @Test
  void oneThatIsMappedIsNothingToTellOf() {
    String mapped =
        OTHERS
            + "800000000-800a3e000 rw-p 00001000 08:01 5 "
            + home
            + "/lib/directord-17.jsa\n"
            + OTHERS;
    assertEquals(Optional.empty(), ClassArchive.unused(home, 17, mapped, null));
    assertTrue(ClassArchive.unused(home, 21, mapped, null).isPresent());
  }

  @Test
  void oneThatIsMissingOrOfAnotherPlaceIsToldWithWhatMakesIt() throws IOException {
    String beginning =
        "commands and services start about three times slower than they could, since there is no"
            + " archive of classes for this directory and this Java ("
            + home
            + "/lib/directord-17.jsa ";
    String end = "): '" + home + "/share/archive-classes.sh' makes it";

    assertEquals(
        Optional.of(beginning + "is not there" + end),
        ClassArchive.unused(home, 17, OTHERS, "-Xmx1g"));

    Files.createDirectory(home.resolve("lib"));
    Files.createFile(home.resolve("lib/directord-17.jsa"));
    assertEquals(
        Optional.of(beginning + "is of others" + end), ClassArchive.unused(home, 17, OTHERS, ""));
    assertEquals(
        Optional.of(beginning + "is of others, or not for these DIRECTORD_JAVA_OPTS" + end),
        ClassArchive.unused(home, 17, OTHERS, "-XX:+UseZGC"));
  }

  /** As in tests: then there is nothing that could be archived. */
  @Test
  void classesThatAreNoDistributionNeedNone() {
    assertEquals(Optional.empty(), ClassArchive.unused());
  }
}
