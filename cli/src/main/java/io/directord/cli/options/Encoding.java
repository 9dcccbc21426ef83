package io.directord.cli.options;

import io.directord.cli.console.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checks that the words of a command line were decoded correctly. */
public final class Encoding {
  /** What Java decodes invalid bytes to. */
  private static final String REPLACEMENT = "\uFFFD";

  private Encoding() {}

  /**
   * Refuses words that are not valid UTF-8, since a different command from the one typed would run.
   */
  public static void check(String... words) throws Failure {
    for (String word : words) {
      if (word.contains(REPLACEMENT) && !isUtf8(Path.of("/proc/self/cmdline"))) {
        throw Failure.usage(
            "the argument '"
                + word
                + "' is not UTF-8, the only encoding that directord reads, whatever the locale;"
                + " convert it with iconv, or put it into a file");
      }
    }
  }

  private static boolean isUtf8(Path file) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(file)));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
