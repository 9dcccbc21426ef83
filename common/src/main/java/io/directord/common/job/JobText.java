package io.directord.common.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** A short text of what a job does, for lists. */
public final class JobText {
  /** Maximum length. */
  public static final int MAX_CHARACTERS = 120;

  /** Stands at the end of a text that was cut. */
  public static final String MARK = "...";

  private static final String COMPONENT = "component";
  private static final String FILES = "files";

  /** A directory with all that is in it, which has one entry in the files, too. */
  private static final String TREE = "tree";

  private static final String RUN = "RUN";
  private static final String ARG = "ARG";
  private static final String COMMAND = "command";
  private static final String ROOT = "root";
  private static final String SECRET = "secret";
  private static final String WORKDIR = "workdir";
  private static final String USER = "user";
  private static final String GROUP = "group";

  /** What ARG and ENV set. */
  private static final Set<String> SET = Set.of("args", "envs");

  private static final String POD_ARGUMENTS = "kwargs";
  private static final List<String> POD_NAMES = List.of("name", "pod_file");
  private static final Set<String> OWNER = Set.of(USER, GROUP);

  /** What is shown of a job that delivers files. */
  private static final Set<String> DELIVERED = Set.of(FILES, TREE, USER, GROUP);

  private JobText() {}

  /** Whether the job's content is a secret, which is not kept for longer than the job. */
  public static boolean bringsSecret(Job job) {
    return job.verb().equals(ARG) && job.definition().arguments().path(SECRET).isString();
  }

  /**
   * The texts among a job's arguments in their order, and the files that it delivers, on one line,
   * without passwords in URLs; of RUN its command, and its root, of a secret its name.
   */
  public static String of(Job job) {
    ObjectNode arguments = job.arguments();
    if (bringsSecret(job)) {
      return clipped("--secret " + arguments.get(SECRET).stringValue());
    }
    if (job.verb().equals(RUN) && arguments.path(COMMAND).isString()) {
      String root = arguments.path(ROOT).asString("");
      String command = start(arguments.get(COMMAND).stringValue());
      return clipped(root.isEmpty() ? command : "--root " + root + " " + command);
    }
    // The files of a user-defined verb itself are not shown.
    boolean shipped = arguments.path(COMPONENT).isObject();
    boolean owned = !shipped && (arguments.has(FILES) || arguments.has(WORKDIR));
    boolean delivers = !shipped && arguments.has(FILES);
    List<String> words = new ArrayList<>();
    int length = 0;
    for (var argument : arguments.properties()) {
      String key = argument.getKey();
      if (!shipped && argument.getValue().isObject()) {
        addNamed(key, argument.getValue(), words);
      }
      boolean hidden =
          key.equals(FILES) && (shipped || arguments.has(TREE))
              || delivers && !DELIVERED.contains(key);
      if (length <= MAX_CHARACTERS && !hidden) {
        add(owned && OWNER.contains(key) ? owner(key, arguments) : argument.getValue(), words);
        length = words.stream().mapToInt(String::length).sum();
      }
    }
    return clipped(String.join(" ", words));
  }

  /** Owner and group as one option, in the place of the first of the two keys. */
  private static JsonNode owner(String key, ObjectNode arguments) {
    String user = arguments.path(USER).asString("");
    String group = arguments.path(GROUP).asString("");
    boolean first = key.equals(USER) || user.isEmpty();
    String both = group.isEmpty() ? user : user + ":" + group;
    return first && !both.isEmpty()
        ? StringNode.valueOf("--chown " + both)
        : NullNode.getInstance();
  }

  /** Of what is set the names, since the values may be secret; of what a POD is told, its name. */
  private static void addNamed(String key, JsonNode value, List<String> words) {
    if (SET.contains(key)) {
      value.propertyNames().stream().limit(MAX_CHARACTERS).map(JobText::start).forEach(words::add);
    } else if (key.equals(POD_ARGUMENTS)) {
      POD_NAMES.forEach(name -> add(value.path(name), words));
    }
  }

  private static void add(JsonNode value, List<String> words) {
    if (value.isString()) {
      words.add(start(value.stringValue()));
    } else if (value.isArray()) {
      for (int i = 0; i < value.size() && i <= MAX_CHARACTERS; i++) {
        add(value.get(i), words);
      }
    } else if (value.path("path").isString()) {
      words.add(start(pathEnd(value.get("path").stringValue())));
      if (value.path("to").isString()) {
        words.add(start(value.get("to").stringValue()));
      }
    }
  }

  /** The last two names of a long path, which tell similar jobs apart. */
  private static String pathEnd(String path) {
    int name = path.lastIndexOf('/');
    int parent = path.lastIndexOf('/', name - 1);
    return parent <= 0 ? path : MARK + path.substring(parent);
  }

  /** The beginning of a long text, as much as can be shown. */
  private static String start(String text) {
    // Hidden before the cut, since half a URL is not recognized.
    String shown = UrlPasswords.hidden(text);
    return shown.substring(0, Math.min(shown.length(), 2 * MAX_CHARACTERS));
  }

  /** A text of several lines as one. */
  public static String line(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  private static String clipped(String text) {
    String line = line(text);
    if (line.length() <= MAX_CHARACTERS) {
      return line;
    }
    int end = MAX_CHARACTERS - MARK.length();
    boolean splits = Character.isHighSurrogate(line.charAt(end - 1));
    return line.substring(0, splits ? end - 1 : end) + MARK;
  }
}
