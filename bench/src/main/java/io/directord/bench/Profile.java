package io.directord.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** A flight recording of one process, and a profile of its Java code. */
final class Profile {
  private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");
  private static final String OURS = "io.directord.";

  /** Who calls it matters, not that it is at work. */
  private static final String JSON = OURS + "common.json.";

  private static final int SHOWN = 20;

  /** Jobs are short, and what is looked for is spread over much code. */
  private static final String PERIOD = "jdk.ExecutionSample#period=2ms";

  private final String whose;
  private final ProcessHandle process;
  private final Path recording;
  private final Path directory;

  private Profile(String whose, ProcessHandle process, Path directory) {
    this.whose = whose;
    this.process = process;
    this.directory = directory;
    this.recording = directory.resolve(whose + ".jfr").toAbsolutePath();
  }

  /**
   * @param directory where the recording is left, for other tools
   */
  static Profile start(String whose, ProcessHandle process, Path directory)
      throws IOException, InterruptedException {
    Profile profile = new Profile(whose, process, directory);
    profile.jcmd("JFR.start", "name=bench", "settings=profile", PERIOD);
    return profile;
  }

  /** Ends the recording. */
  String markdown() throws IOException, InterruptedException {
    jcmd("JFR.stop", "name=bench", "filename=" + recording);
    List<RecordedEvent> samples =
        RecordingFile.readAllEvents(recording).stream()
            .filter(event -> event.getEventType().getName().equals("jdk.ExecutionSample"))
            .filter(event -> event.getStackTrace() != null)
            .toList();
    return String.join(
        "\n",
        "\n" + whose + ": " + samples.size() + " samples by thread\n",
        shares(samples, event -> event.getThread("sampledThread").getJavaName()),
        whose + ": by the method that ran\n",
        shares(samples, event -> method(event.getStackTrace().getFrames().get(0))),
        whose + ": by the method of ours on whose behalf\n",
        shares(samples, Profile::nearestOfOurs));
  }

  private void jcmd(String... words) throws IOException, InterruptedException {
    Command.run(
        List.of(JCMD.toString(), Long.toString(process.pid()), String.join(" ", words)),
        Map.of(),
        directory.resolve("jcmd.out"));
  }

  private static String shares(List<RecordedEvent> samples, Function<RecordedEvent, String> key) {
    Map<String, Integer> counts = new HashMap<>();
    samples.forEach(sample -> counts.merge(String.valueOf(key.apply(sample)), 1, Integer::sum));
    MarkdownTable table = new MarkdownTable("%", "where");
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(SHOWN)
        .forEach(
            entry -> {
              double share = 100.0 * entry.getValue() / samples.size();
              table.add(String.format(Locale.ROOT, "%.1f", share), entry.getKey());
            });
    return table.toString();
  }

  private static String nearestOfOurs(RecordedEvent sample) {
    return sample.getStackTrace().getFrames().stream()
        .map(Profile::method)
        .filter(method -> method.startsWith(OURS) && !method.startsWith(JSON))
        .findFirst()
        .orElse("none of ours");
  }

  private static String method(RecordedFrame frame) {
    return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
  }
}
