package io.directord.cli.command;

import io.directord.cli.options.Option;
import io.directord.cli.options.Spec;
import io.directord.common.component.CommonOptions;
import io.directord.common.component.PlanException;
import io.directord.common.config.Settings;
import io.directord.verbs.Components;
import io.directord.verbs.external.ComponentDirectories;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Finds the candidates for the last word of a command line being completed. */
final class Candidates {
  /** Tells the shell to complete names of files itself. */
  static final List<String> FILES = List.of(":files");

  static final List<String> SHELLS = List.of("bash", "zsh", "fish");

  private static final int SHORT_ID = 8;
  private static final Set<String> NODES =
      Set.of("--target", "--limit", "--label", "--forget-node", "--node");
  private static final Set<String> JOBS = Set.of("--job-info", "--analyze-job", "--cancel");
  private static final String PARENT = "--analyze-parent";
  private static final List<String> LAST = List.of("last", "last~1");

  private static final Set<String> FILE_LABELS = Set.of("FILE", "PATH", "DIRECTORY");
  private static final String VERB = "--verb";

  /** bash splits words at this character. */
  private static final String EQUALS = "=";

  private final CommandTree tree;
  private final Settings settings;
  private final ServerNames server;

  Candidates(CommandTree tree, Settings settings, ServerNames server) {
    this.tree = tree;
    this.settings = settings;
    this.server = server;
  }

  /**
   * The candidates, or {@link #FILES}.
   *
   * @param line the words up to the cursor, without {@code directord}
   */
  List<String> of(List<String> line) {
    List<String> words = new ArrayList<>(line);
    words.removeIf(EQUALS::equals);
    if (words.isEmpty() || line.get(line.size() - 1).equals(EQUALS)) {
      words.add("");
    }
    String word = words.remove(words.size() - 1);
    Spec root = tree.root();
    int at = tree.modeAt(words, root);
    if (at < 0) {
      return ofRoot(words, word, root);
    }
    return ofMode(words.get(at), words.subList(at + 1, words.size()), word);
  }

  private List<String> ofRoot(List<String> words, String word, Spec root) {
    Option taking = taking(words, root, Set.of());
    if (taking != null) {
      return ofValue(taking, word);
    }
    return word.startsWith("-")
        ? matching(names(root), word)
        : matching(Stream.concat(tree.modes().names().stream(), Stream.of(Help.WORD)), word);
  }

  private List<String> ofMode(String name, List<String> words, String word) {
    if (name.equals(Help.WORD)) {
      return matching(Stream.concat(tree.modes().names().stream(), verbs()), word);
    }
    Spec mode = tree.mode(name);
    int end = words.indexOf("--");
    if (end >= 0) {
      return word.startsWith("-") ? matching(ofVerb(words.subList(0, end)), word) : FILES;
    }
    Option taking =
        word.startsWith("-") ? null : taking(words, mode, tree.modes().get(name).greedy());
    if (word.startsWith("--") && word.contains(EQUALS)) {
      int equals = word.indexOf(EQUALS);
      Option option = mode.option(word.substring(0, equals));
      String before = word.substring(0, equals + 1);
      return option == null
          ? List.of()
          : ofValue(option, word.substring(equals + 1)).stream()
              .map(found -> before + found)
              .toList();
    }
    if (taking != null) {
      return ofValue(taking, word);
    }
    if (word.startsWith("-") || name.equals("manage")) {
      return matching(names(mode), word);
    }
    return switch (name) {
      case "healthcheck" -> matching(HealthcheckMode.ROLES.stream(), word);
      case "config" ->
          words.isEmpty() ? matching(ConfigMode.ACTIONS.stream(), word) : ofConfig(words);
      case "schedule" -> words.isEmpty() ? matching(ScheduleMode.ACTIONS.stream(), word) : FILES;
      case "hooks" -> words.isEmpty() ? matching(HooksMode.ACTIONS.stream(), word) : List.of();
      case "schema" -> matching(SchemaMode.KINDS.stream(), word);
      case "context" -> words.isEmpty() ? matching(ContextMode.ACTIONS.stream(), word) : List.of();
      case "token" -> words.isEmpty() ? matching(TokenMode.ACTIONS.stream(), word) : List.of();
      case "join-token" ->
          words.isEmpty() ? matching(JoinTokenMode.ACTIONS.stream(), word) : List.of();
      case "errors" -> matching(ErrorsMode.CODES.stream(), word);
      case "import" -> words.isEmpty() ? matching(ImportMode.KINDS.stream(), word) : FILES;
      case "completion" -> matching(SHELLS.stream(), word);
      case "exec", "orchestrate" -> FILES;
      case "why" ->
          words.isEmpty() ? ids(server.jobs(), word) : matching(server.nodes().stream(), word);
      case "rerun" -> ids(server.parents(), word);
      case "watch" -> ids(server.jobs(), word);
      default -> List.of();
    };
  }

  private static List<String> ofConfig(List<String> words) {
    return words.equals(List.of(ConfigMode.CHECK)) ? FILES : List.of();
  }

  /** The options of the verb that is named before; none if none is, or it is not known. */
  private Stream<String> ofVerb(List<String> words) {
    int at = words.lastIndexOf(VERB);
    try {
      return at < 0 || at + 1 == words.size()
          ? Stream.empty()
          : Stream.concat(
              installed().find(words.get(at + 1)).syntax().optionNames().stream(),
              CommonOptions.SYNTAX.optionNames().stream());
    } catch (PlanException e) {
      return Stream.empty();
    }
  }

  /** The option whose word comes next, or null. */
  private static Option taking(List<String> words, Spec command, Set<String> greedy) {
    for (int at = words.size() - 1; at >= 0; at--) {
      String word = words.get(at);
      Option option = command.option(word);
      if (option != null) {
        boolean takes = at == words.size() - 1 || greedy.contains(word);
        return takes && option.takesValue() ? option : null;
      }
      if (word.startsWith("-")) {
        return null;
      }
    }
    return null;
  }

  private List<String> ofValue(Option option, String word) {
    String name = option.name();
    if (name.equals(VERB)) {
      return matching(verbs(), word);
    }
    if (NODES.contains(name)) {
      return afterComma(server.nodes(), word);
    }
    if (JOBS.contains(name)) {
      return ids(server.jobs(), word);
    }
    if (name.equals(PARENT)) {
      return ids(server.parents(), word);
    }
    if (option.value().type().isEnum()) {
      return matching(
          Stream.of(option.value().type().getEnumConstants()).map(Object::toString), word);
    }
    boolean file = FILE_LABELS.contains(option.value().label());
    return file || name.endsWith("-path") || name.endsWith("-file") ? FILES : List.of();
  }

  private Stream<String> verbs() {
    return installed().verbs().stream();
  }

  private Components installed() {
    return Components.installed(ComponentDirectories.of(settings));
  }

  private static List<String> afterComma(List<String> names, String word) {
    int comma = word.lastIndexOf(',') + 1;
    String before = word.substring(0, comma);
    return matching(names.stream(), word.substring(comma)).stream()
        .map(name -> before + name)
        .toList();
  }

  /** Short ids, unless more characters have been typed already. */
  private static List<String> ids(List<String> ids, String word) {
    List<String> found = new ArrayList<>(matching(LAST.stream(), word));
    for (String id : ids) {
      String shown = word.length() > SHORT_ID ? id : id.substring(0, SHORT_ID);
      if (shown.startsWith(word)) {
        found.add(shown);
      }
    }
    return found.stream().distinct().toList();
  }

  private static Stream<String> names(Spec command) {
    return command.options().stream()
        .filter(option -> !option.hidden())
        .map(option -> option.name());
  }

  private static List<String> matching(Stream<String> candidates, String word) {
    return List.copyOf(
        new TreeSet<>(candidates.filter(candidate -> candidate.startsWith(word)).toList()));
  }
}
