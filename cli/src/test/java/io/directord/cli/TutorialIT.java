package io.directord.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.nats.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Types docs/tutorial.md from its first line to its last into one bash at a terminal, and compares
 * what appears with what the page shows. Only the directory and the ports are others; so the
 * directory has a name of the same length, as tables are cut by it.
 */
class TutorialIT {
  private static final Path PAGE = Path.of("../docs/tutorial.md");
  private static final String SHOWN_DIRECTORY = "/tmp/tutorial";
  private static final Duration TIMEOUT = Duration.ofMinutes(4);

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
  private static final Pattern FILE = Pattern.compile("^# (\\w+\\.(?:yaml|py|sh))\\n");
  private static final Pattern ENDED = Pattern.compile("(?s)(.*)@@(\\d+)@@\\s*$");

  /** An erased line, such as a progress bar, up to what was written over it. */
  private static final Pattern OVERWRITTEN = Pattern.compile("[^\\n]*\\x1b\\[K");

  /** What is another each time: ids, times of day, durations, users and what is elided. */
  private static final Pattern VARYING =
      Pattern.compile(
          "(?<elided>^\\.\\.\\.$)"
              + "|\\b(?<id>[0-9a-f]{8})(?<rest>(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?\\b"
              + "|(?<instant>\\d{4}-\\d\\d-\\d\\dT[\\d:]+Z)"
              + "|(?<clock>\\b\\d\\d:\\d\\d\\b)"
              + "|(?<took>(?<=\\bin )[\\d.]+ s\\b)"
              + "|(?<user>\\broot\\b)"
              + "|(?<space>\\s+)",
          Pattern.MULTILINE);

  @TempDir Path directory;

  private final Map<String, String> ids = new HashMap<>();
  private final StringBuilder transcript = new StringBuilder();
  private TestCluster.Terminal terminal;
  private int read;

  @Test
  void whatThePageShowsIsWhatHappens() throws Exception {
    Path work = Path.of("/tmp", UUID.randomUUID().toString().substring(0, "tutorial".length()));
    assertFalse(Files.exists(work), work::toString);
    // All at once, since what one of them gets may look like what another one has in the page.
    Map<String, String> others =
        Map.of(
            SHOWN_DIRECTORY,
            work.toString(),
            "7555",
            Integer.toString(FreePorts.next()),
            "7556",
            Integer.toString(FreePorts.next()),
            "808",
            freePorts());
    String page =
        Pattern.compile(String.join("|", others.keySet()))
            .matcher(Files.readString(PAGE))
            .replaceAll(shown -> others.get(shown.group()));
    try (TestCluster processes = new TestCluster(directory)) {
      startBash(processes);
      int commands = 0;
      Matcher block = BLOCK.matcher(page);
      while (block.find()) {
        Matcher file = FILE.matcher(block.group(2));
        if (file.find()) {
          Files.writeString(work.resolve(file.group(1)), block.group(2));
        } else if (block.group(1).equals("console")) {
          commands += console(block.group(2));
        }
      }
      assertTrue(commands > 30, commands + " commands");
      assertFalse(Files.exists(work), work::toString);
      await("what the page ends has ended")
          .atMost(TIMEOUT)
          .until(
              () ->
                  processes.leftBehind().stream()
                      .noneMatch(left -> left.info().command().orElse("").endsWith("java")));
    } finally {
      new ProcessBuilder("rm", "-rf", work.toString()).start().waitFor();
    }
  }

  /** As a new user has it: nothing of directord is set but what the page sets. */
  private void startBash(TestCluster processes) {
    ProcessBuilder builder = processes.command();
    builder.command("sh", "-c", "stty -echo cols 80; echo @@0@@; exec bash /dev/stdin");
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("DIRECTORD_"));
    environment.put("NO_COLOR", "1");
    String path = TestCluster.distribution().resolve("bin") + ":" + environment.get("PATH");
    environment.put("PATH", path);
    terminal = processes.atTerminal(builder);
    answer("bash");
  }

  /** Types each command of a block; how many there were. */
  private int console(String block) {
    List<String> commands = new ArrayList<>();
    List<StringBuilder> outputs = new ArrayList<>();
    for (String line : block.lines().toList()) {
      if (line.startsWith("$ ")) {
        commands.add(line.substring("$ ".length()));
        outputs.add(new StringBuilder());
      } else {
        outputs.get(outputs.size() - 1).append(line).append('\n');
      }
    }
    for (int i = 0; i < commands.size(); i++) {
      compare(commands.get(i), outputs.get(i).toString());
    }
    return commands.size();
  }

  private void compare(String command, String shown) {
    String typed = command;
    for (Map.Entry<String, String> id : ids.entrySet()) {
      typed = typed.replace(id.getKey(), id.getValue());
    }
    terminal.type("{ " + typed + "\n} < /dev/null; echo @@$?@@\n");
    String seen = answer(typed);
    List<String> found = new ArrayList<>();
    Matcher matcher = expected(shown, found).matcher(seen.strip());
    assertTrue(
        matcher.matches(),
        () -> "of '" + command + "' the page shows\n" + shown + "and there was\n" + transcript);
    for (int i = 0; i < found.size(); i++) {
      ids.put(found.get(i), matcher.group(i + 1));
    }
  }

  /** What a command must have printed; {@code found} gets the ids that its groups stand for. */
  private Pattern expected(String shown, List<String> found) {
    StringBuilder pattern = new StringBuilder();
    Matcher varying = VARYING.matcher(shown.strip());
    int end = 0;
    while (varying.find()) {
      pattern.append(Pattern.quote(shown.strip().substring(end, varying.start())));
      end = varying.end();
      String id = varying.group("id");
      if (id != null) {
        if (ids.containsKey(id)) {
          pattern.append(ids.get(id));
        } else if (found.contains(id)) {
          pattern.append('\\').append(found.indexOf(id) + 1);
        } else {
          found.add(id);
          pattern.append("([0-9a-f]{8})");
        }
        pattern.append(varying.group("rest") == null ? "" : "[-0-9a-f]{28}");
      } else if (varying.group("elided") != null) {
        pattern.append("(?s:.*)");
      } else if (varying.group("instant") != null) {
        pattern.append("[-\\d]+T[:\\d]+Z");
      } else if (varying.group("clock") != null) {
        pattern.append("\\d\\d:\\d\\d");
      } else if (varying.group("took") != null) {
        pattern.append("[\\d.:]+ (?:s|min)");
      } else {
        pattern.append(varying.group("user") != null ? "\\S+" : "\\s+");
      }
    }
    return Pattern.compile(pattern + Pattern.quote(shown.strip().substring(end)));
  }

  /** What has appeared since the last one, when the command has ended. */
  private String answer(String typed) {
    await(typed)
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> ENDED.matcher(terminal.process().log().substring(read)).matches());
    String log = terminal.process().log();
    Matcher ended = ENDED.matcher(log.substring(read));
    assertTrue(ended.matches());
    read = log.length();
    String seen = OVERWRITTEN.matcher(ended.group(1).replace("\r\n", "\n")).replaceAll("");
    transcript.append("$ ").append(typed).append('\n').append(seen);
    return seen;
  }

  /** Three digits in front of 1, 2 and 3, with which all of them are free ports. */
  private static String freePorts() {
    for (int tries = 0; tries < 1000; tries++) {
      int prefix = ThreadLocalRandom.current().nextInt(200, 1000);
      if (free(prefix * 10 + 1) && free(prefix * 10 + 2) && free(prefix * 10 + 3)) {
        return Integer.toString(prefix);
      }
    }
    throw new AssertionError("no three free ports");
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
