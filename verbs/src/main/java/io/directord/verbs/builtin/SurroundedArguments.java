package io.directord.verbs.builtin;

import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.JobException;
import io.directord.common.component.PlanException;
import io.directord.common.component.ReadableNode;
import io.directord.common.component.Surroundings;
import io.directord.common.component.Surroundings.Bind;
import io.directord.common.component.Surroundings.Limits;
import io.directord.common.component.Surroundings.Root;
import io.directord.common.component.Syntax;
import io.directord.common.validation.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * Arguments of a verb whose command may have other {@link Surroundings} than the client's. All are
 * texts, since each may be a template; a text without one is checked where the job is made.
 */
public abstract class SurroundedArguments {
  /** The keys of a job that has any of these arguments. */
  static final List<String> KEYS =
      List.of("root", "bind", "network", "user", "cwd", "umask", "memory", "cpu", "nice");

  private static final String TEMPLATE = "{{";
  private static final Pattern MEMORY = Pattern.compile("([0-9]{1,12})([KMGT]?)");
  private static final Pattern CPU = Pattern.compile("([0-9]{1,6})%");
  private static final String UNITS = "KMGT";

  /** Less than that, and a shell does not start. */
  private static final long MIN_MEMORY = 1 << 20;

  private static final String MAX_MEMORY = "8388607T";

  private static final int MAX_UMASK = 0777;
  private static final int MIN_NICE = -20;
  private static final int MAX_NICE = 19;

  public String root;

  public List<String> bind = new ArrayList<>();

  public String network;

  public String user;

  public String cwd;

  public String umask;

  public String memory;

  public String cpu;

  public String nice;

  /** Adds the options that set them. */
  static <A extends SurroundedArguments> Syntax<A> options(Syntax<A> syntax) {
    return syntax
        .option(
            "--root",
            "DIRECTORY",
            "The command's root file system: a directory on the node.",
            (arguments, text) -> arguments.root = text)
        .each(
            "--bind",
            "SOURCE:TARGET[:ro]",
            "With --root: a file or directory of the node, and where it is in the root; ro is"
                + " read-only. May be given many times.",
            (arguments, text) -> arguments.bind.add(text))
        .option(
            "--network",
            "none|host",
            "none: no network but a loopback interface of the command's own.",
            (arguments, text) -> arguments.network = text)
        .option(
            "--user",
            "USER",
            "Run it as this user, by name or number; with --root, a name is one of the root's.",
            (arguments, text) -> arguments.user = text)
        .option(
            "--cwd",
            "DIRECTORY",
            "Its working directory, absolute; with --root, in the root, and / by default.",
            (arguments, text) -> arguments.cwd = text)
        .option(
            "--umask",
            "OCTAL",
            "Its umask, such as 022.",
            (arguments, text) -> arguments.umask = text)
        .option(
            "--memory",
            "SIZE",
            "Memory that all its processes together may use, in bytes or with K, M, G or T behind"
                + " the number; those that need more are killed.",
            (arguments, text) -> arguments.memory = text)
        .option(
            "--cpu",
            "N%",
            "CPU time that all its processes together may use; 100% is one CPU.",
            (arguments, text) -> arguments.cpu = text)
        .option(
            "--nice",
            "N",
            "Its niceness, from -20 to 19.",
            (arguments, text) -> arguments.nice = text);
  }

  /** The keys that are given, by name. */
  private Map<String, String> given() {
    Map<String, String> given = new LinkedHashMap<>();
    given.put("network", network);
    given.put("user", user);
    given.put("cwd", cwd);
    given.put("umask", umask);
    given.put("memory", memory);
    given.put("cpu", cpu);
    given.put("nice", nice);
    given.values().removeIf(text -> text == null);
    return given;
  }

  /** Adds the keys that are given to a job. */
  final void planInto(ObjectNode job) {
    if (root != null) {
      job.put("root", root);
    }
    if (!bind.isEmpty()) {
      bind.forEach(job.putArray("bind")::add);
    }
    given().forEach(job::put);
  }

  final void validateSurroundings(ArgumentErrors errors) {
    checkUnlessTemplate("root", root, errors, () -> absolute(root));
    errors.require(bind.isEmpty() || root != null, "bind", "it needs --root");
    for (String one : bind) {
      checkUnlessTemplate("bind", one, errors, () -> bind(one));
    }
    checkUnlessTemplate("network", network, errors, () -> isOffline(network));
    checkUnlessTemplate("user", user, errors, () -> user(user));
    checkUnlessTemplate("cwd", cwd, errors, () -> absolute(cwd));
    checkUnlessTemplate("umask", umask, errors, () -> umask(umask));
    checkUnlessTemplate("memory", memory, errors, () -> memory(memory));
    checkUnlessTemplate("cpu", cpu, errors, () -> cpu(cpu));
    checkUnlessTemplate("nice", nice, errors, () -> nice(nice));
  }

  private static void checkUnlessTemplate(
      String key, String text, ArgumentErrors errors, ArgumentErrors.Check check) {
    if (text != null && !text.contains(TEMPLATE) && !text.contains("{%")) {
      errors.check(key, check);
    }
  }

  /**
   * The node half: with templates rendered.
   *
   * @param secrets their names
   * @throws JobException naming the key that is wrong
   */
  final Surroundings surroundings(List<String> secrets, ReadableNode node) throws JobException {
    if (root == null && given().isEmpty() && secrets.isEmpty()) {
      return Surroundings.NONE;
    }
    Surroundings around =
        new Surroundings(
            root == null ? null : root(node),
            network != null && read("network", network, node, SurroundedArguments::isOffline),
            read("user", user, node, SurroundedArguments::user),
            read("cwd", cwd, node, SurroundedArguments::absolute),
            read("umask", umask, node, SurroundedArguments::umask),
            new Limits(
                read("memory", memory, node, SurroundedArguments::memory),
                read("cpu", cpu, node, SurroundedArguments::cpu),
                read("nice", nice, node, SurroundedArguments::nice)),
            List.copyOf(secrets));
    node.requireAllowed(around);
    return around;
  }

  private Root root(ReadableNode node) throws JobException {
    List<Bind> binds = new ArrayList<>();
    for (String one : bind) {
      binds.add(read("bind", one, node, SurroundedArguments::bind));
    }
    return new Root(read("root", root, node, SurroundedArguments::absolute), binds);
  }

  private interface Reader<T> {
    T read(String text) throws PlanException;
  }

  private static <T> T read(String key, String text, ReadableNode node, Reader<T> reader)
      throws JobException {
    if (text == null) {
      return null;
    }
    try {
      return reader.read(node.render(text));
    } catch (PlanException e) {
      throw new JobException("--" + key + ": " + e.getMessage(), e);
    }
  }

  private static String absolute(String path) throws PlanException {
    if (!path.startsWith("/")) {
      throw new PlanException("an absolute path is expected, not " + Quoted.of(path));
    }
    return path;
  }

  private static Bind bind(String text) throws PlanException {
    String[] parts = text.split(":", -1);
    boolean hasMode = parts.length == 3;
    if (parts.length < 2
        || parts.length > 3
        || !parts[0].startsWith("/")
        || !parts[1].startsWith("/")
        || hasMode && !parts[2].equals("ro") && !parts[2].equals("rw")) {
      throw new PlanException(
          "SOURCE:TARGET or SOURCE:TARGET:ro with absolute paths is expected, not "
              + Quoted.of(text));
    }
    return new Bind(parts[0], parts[1], hasMode && parts[2].equals("ro"));
  }

  private static boolean isOffline(String text) throws PlanException {
    if (!text.equals("none") && !text.equals("host")) {
      throw new PlanException("none or host is expected, not " + Quoted.of(text));
    }
    return text.equals("none");
  }

  private static String user(String text) throws PlanException {
    if (text.isEmpty() || text.contains(":") || text.startsWith("-")) {
      throw new PlanException("the name or number of a user is expected, not " + Quoted.of(text));
    }
    return text;
  }

  private static int umask(String text) throws PlanException {
    if (text.matches("[0-7]{1,4}") && Integer.parseInt(text, 8) <= MAX_UMASK) {
      return Integer.parseInt(text, 8);
    }
    throw new PlanException("an octal umask such as 022 is expected, not " + Quoted.of(text));
  }

  private static long memory(String text) throws PlanException {
    Matcher size = MEMORY.matcher(text);
    if (size.matches()) {
      int shift = size.group(2).isEmpty() ? 0 : 10 * (UNITS.indexOf(size.group(2)) + 1);
      long number = Long.parseLong(size.group(1));
      if (number <= Long.MAX_VALUE >> shift && number << shift >= MIN_MEMORY) {
        return number << shift;
      }
    }
    throw new PlanException(
        "a size from 1M to "
            + MAX_MEMORY
            + " is expected, such as 512M or 1G, not "
            + Quoted.of(text));
  }

  private static int cpu(String text) throws PlanException {
    Matcher percent = CPU.matcher(text);
    if (percent.matches() && Integer.parseInt(percent.group(1)) > 0) {
      return Integer.parseInt(percent.group(1));
    }
    throw new PlanException(
        "a percentage of one CPU is expected, such as 50% or 200%, not " + Quoted.of(text));
  }

  private static int nice(String text) throws PlanException {
    if (text.matches("-?[0-9]{1,2}")) {
      int value = Integer.parseInt(text);
      if (value >= MIN_NICE && value <= MAX_NICE) {
        return value;
      }
    }
    throw new PlanException("a number from -20 to 19 is expected, not " + Quoted.of(text));
  }
}
