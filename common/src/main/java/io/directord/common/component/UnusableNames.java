package io.directord.common.component;

import io.directord.common.job.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names of arguments that templates cannot use. The original accepts them, and QUERY can fetch
 * them, so they are not errors; but most are typing errors.
 */
public final class UnusableNames {
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");

  private static final Set<String> WORDS =
      Set.of(
          "true", "false", "none", "True", "False", "None", "and", "or", "not", "in", "is", "if",
          "else");

  private UnusableNames() {}

  /** Notes for the author of a job about such names, one sentence each. */
  public static List<String> notes(Job job) {
    List<String> notes = new ArrayList<>();
    note(job.stdoutArg(), notes);
    note(job.stderrArg(), notes);
    if (job.verb().equals("ARG")) {
      job.arguments().path("args").propertyNames().forEach(name -> note(name, notes));
    }
    return notes;
  }

  private static void note(String name, List<String> notes) {
    if (name == null || name.contains("{")) {
      return;
    }
    boolean isName = NAME.matcher(name).matches();
    if (isName && !WORDS.contains(name)) {
      return;
    }
    notes.add(
        "no template can name the argument '"
            + name
            + "': "
            + (isName
                ? "this is a word of the template language"
                : "letters, digits and _ make a name that it can")
            + "; only QUERY finds this one");
  }
}
