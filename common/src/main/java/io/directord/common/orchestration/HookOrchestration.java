package io.directord.common.orchestration;

import io.directord.common.storage.IoErrors;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.ValidationError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The orchestration of a hook, as it was when it was read. Where it says {@code {{ hook.NAME }}},
 * each run has the value of that parameter, put there after the YAML was parsed and before the jobs
 * are made. Immutable.
 */
public final class HookOrchestration {
  private static final int MAX_BYTES = 256 << 10;

  /** A place for a value, or anything else that belongs to a template. */
  private static final Pattern PART =
      Pattern.compile("\\{\\{\\s*hook\\.([A-Za-z0-9_]+)\\s*}}|\\{\\{|\\{%|\\{#");

  private static final Pattern MENTION = Pattern.compile("(?<![A-Za-z0-9_.])hook\\s*[.\\[]");

  private final Path file;
  private final byte[] content;
  private final Collection<String> names;

  private HookOrchestration(Path file, byte[] content, Collection<String> names) {
    this.file = file;
    this.content = content;
    this.names = names;
  }

  /**
   * Reads it.
   *
   * @param names of the parameters that there are
   * @throws InvalidOrchestrationException if it cannot be read
   */
  public static HookOrchestration read(Path file, Collection<String> names)
      throws InvalidOrchestrationException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw unreadable(file, "this file is larger than " + (MAX_BYTES >> 10) + " KiB");
      }
      return new HookOrchestration(file, content, List.copyOf(names));
    } catch (IOException e) {
      throw unreadable(file, "this file cannot be read: " + IoErrors.say(e));
    }
  }

  private static InvalidOrchestrationException unreadable(Path file, String why) {
    return new InvalidOrchestrationException(List.of(OrchestrationFile.whole(file).error(why)));
  }

  /**
   * With these values.
   *
   * @param values of all parameters, each of them harmless
   */
  public Orchestration with(Map<String, String> values) {
    return OrchestrationFile.ofContent(file, content, text -> put(text, values::get));
  }

  /** What is wrong with how it uses parameters, with places; it may be wrong in other ways too. */
  public List<ValidationError> errors() {
    return OrchestrationFile.errors(file, content, this::error);
  }

  /** What is wrong with one text; null if nothing is. */
  String error(String text) {
    Matcher part = PART.matcher(text);
    int at = 0;
    while (part.find(at)) {
      if (part.group(1) == null) {
        int end = end(text, part.end(), part.group());
        if (MENTION.matcher(text.substring(part.end(), end)).find()) {
          return "{{ hook.NAME }} stands for itself: it cannot be part of an expression or a"
              + " comment of a template";
        }
        at = end;
      } else if (part.start() > 0 && text.charAt(part.start() - 1) == '$') {
        return "$ before {{ hook."
            + part.group(1)
            + " }} would make the value the name of a variable: take it away";
      } else if (!names.contains(part.group(1))) {
        return "the hook has no parameter "
            + part.group(1)
            + Nearest.hint(part.group(1), new TreeSet<>(names));
      } else {
        at = part.end();
      }
    }
    return null;
  }

  private static int end(String text, int from, String opening) {
    String closing = opening.equals("{{") ? "}}" : opening.charAt(1) + "}";
    int end = text.indexOf(closing, from);
    return end < 0 ? text.length() : end + closing.length();
  }

  private static String put(String text, Function<String, String> value) {
    Matcher part = PART.matcher(text);
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (part.find(at)) {
      int end = part.group(1) == null ? end(text, part.end(), part.group()) : part.end();
      out.append(text, at, part.start());
      out.append(
          part.group(1) == null ? text.substring(part.start(), end) : value.apply(part.group(1)));
      at = end;
    }
    return out.append(text, at, text.length()).toString();
  }
}
