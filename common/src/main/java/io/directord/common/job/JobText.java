package io.directord.common.job;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What a job does in a few words, for lists of many jobs. */
public final class JobText {
  /** More is cut off. */
  public static final int MAX_CHARACTERS = 120;

  private static final String MARK = "...";

  private JobText() {}

  /**
   * The texts among a job's arguments in their order, and the files that it delivers, on one line.
   */
  public static String of(Job job) {
    List<String> words = new ArrayList<>();
    int length = 0;
    for (var argument : job.arguments().properties()) {
      if (length <= MAX_CHARACTERS) {
        add(argument.getValue(), words);
        length = words.stream().mapToInt(String::length).sum();
      }
    }
    return clipped(String.join(" ", words));
  }

  private static void add(JsonNode value, List<String> words) {
    if (value.isString()) {
      words.add(start(value.stringValue()));
    } else if (value.isArray()) {
      for (int i = 0; i < value.size() && i <= MAX_CHARACTERS; i++) {
        add(value.get(i), words);
      }
    } else if (value.path("path").isString()) {
      words.add(start(value.get("path").stringValue()));
      if (value.path("to").isString()) {
        words.add(start(value.get("to").stringValue()));
      }
    }
  }

  /** No more of a long text than will be shown. */
  private static String start(String text) {
    return text.substring(0, Math.min(text.length(), 2 * MAX_CHARACTERS));
  }

  private static String clipped(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    if (line.length() <= MAX_CHARACTERS) {
      return line;
    }
    int end = MAX_CHARACTERS - MARK.length();
    boolean splits = Character.isHighSurrogate(line.charAt(end - 1));
    return line.substring(0, splits ? end - 1 : end) + MARK;
  }
}
