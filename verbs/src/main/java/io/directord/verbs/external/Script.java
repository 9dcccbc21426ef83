package io.directord.verbs.external;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The command that starts a script: the interpreter of its first line, else the shell; a binary is
 * started directly. The interpreter is called here rather than by the kernel, so that scripts run
 * also from a file system mounted {@code noexec}.
 */
final class Script {
  private static final int HEAD_BYTES = 512;

  private Script() {}

  /** A shell command that becomes the script. */
  static String command(Path script) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(script)) {
      head = in.readNBytes(HEAD_BYTES);
    }
    String text = new String(head, StandardCharsets.UTF_8);
    return "exec " + interpreter(text) + quoted(script.toString());
  }

  /** As the kernel has it: the program, and all that follows it as one word. */
  private static String interpreter(String head) {
    if (!head.startsWith("#!")) {
      return head.indexOf('\0') >= 0 ? "" : "/bin/sh ";
    }
    String[] words = head.substring(2).lines().findFirst().orElse("").strip().split("\\s+", 2);
    String option = words.length > 1 ? quoted(words[1]) + " " : "";
    return words[0].isEmpty() ? "/bin/sh " : quoted(words[0]) + " " + option;
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
