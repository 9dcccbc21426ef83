package io.directord.common.job;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The place of a job in a trace, as W3C Trace Context writes it: version, id of the trace, id of
 * the span that has caused the job, and flags.
 */
public final class Traceparent {
  /** Header of requests with one. */
  public static final String HEADER = "traceparent";

  /** Environment variable with one, of the command line and of what jobs run. */
  public static final String VARIABLE = "TRACEPARENT";

  private static final Pattern TEXT =
      Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  private Traceparent() {}

  /** Whether the text is one, in the form of version 00, which later ones begin with. */
  public static boolean isOne(String text) {
    return TEXT.matcher(text).matches();
  }

  /**
   * The jobs, where they say none of their own with this one.
   *
   * @param given as a caller has it; whatever is none is ignored, as W3C demands
   */
  public static List<Job> of(List<Job> jobs, String given) {
    if (given == null || !isOne(given)) {
      return jobs;
    }
    return jobs.stream()
        .map(job -> job.options().traceparent() == null ? job.withTraceparent(given) : job)
        .toList();
  }
}
