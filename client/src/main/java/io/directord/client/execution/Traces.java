package io.directord.client.execution;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Gathers the {@link Evidence} of one run. Thread-safe. */
final class Traces {
  /** A variable of the shell, where its value is used. */
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_][A-Za-z_0-9]*)");

  private final Map<String, JsonNode> args = new HashMap<>();
  private final Map<String, String> envs = new HashMap<>();
  private final Map<String, JsonNode> kept = new HashMap<>();
  private final List<PlacedPath> paths = new ArrayList<>();
  private boolean withTree;

  /** Notes the names that a template has looked up, except those that it sets itself. */
  synchronized void rendered(Set<String> names, Map<String, JsonNode> values) {
    names.forEach(name -> args.putIfAbsent(name, values.get(name)));
  }

  /** Notes the variables named in a command. */
  synchronized void command(String command, Map<String, String> variables) {
    Matcher used = VARIABLE.matcher(command);
    while (used.find()) {
      envs.putIfAbsent(used.group(1), variables.get(used.group(1)));
    }
    variables.forEach(
        (name, value) -> {
          // Also as in printenv NAME, or in a script of another language.
          if (isNamed(name, command)) {
            envs.putIfAbsent(name, value);
          }
        });
  }

  private static boolean isNamed(String name, String command) {
    for (int at = command.indexOf(name); at >= 0; at = command.indexOf(name, at + 1)) {
      int end = at + name.length();
      if ((at == 0 || !isPartOfName(command.charAt(at - 1)))
          && (end == command.length() || !isPartOfName(command.charAt(end)))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPartOfName(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  synchronized void kept(String name, JsonNode value) {
    kept.put(name, value);
  }

  synchronized void placed(PlacedPath path) {
    paths.removeIf(earlier -> earlier.path().equals(path.path()));
    paths.add(path);
  }

  /**
   * Notes that a whole directory was placed. Comparing that is all that such a job does, so its
   * success is not a reason to skip it.
   */
  synchronized void placedTree() {
    withTree = true;
  }

  /** Null if the job is to run again in any case. */
  synchronized Evidence evidence() {
    return withTree ? null : Evidence.of(args, envs, kept, paths);
  }
}
