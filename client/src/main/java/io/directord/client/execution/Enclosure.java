package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.component.Surroundings;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Gives a command its {@link Surroundings}, by programs that lead to it one after the other, each
 * of util-linux, coreutils or iproute2: what they arrange is in the kernel's hands, and is gone
 * with the last process.
 */
final class Enclosure {
  private static final List<String> DIRECTORIES = List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin");

  /** Exit status of whatever leads to the command, if it fails. */
  private static final int FAILED = 125;

  /** Variables with scripts, which would fill lists of processes; the command does not get them. */
  private static final String BEGIN = "DIRECTORD_BEGIN";

  private static final String ENTER_ROOT = "DIRECTORD_ENTER_ROOT";

  /** Enters the working directory; says so if it cannot. */
  private static final String ENTER =
      "cd -- \"$1\" 2>/dev/null || { echo \"directord: the directory $1 cannot be entered\" >&2;"
          + " exit 125; }; shift; ";

  private static final String KEPT = "DIRECTORD_KEPT_";

  /** Makes variables of the texts that were kept. */
  private static final String RESTORE =
      "directord_n=0; while [ $directord_n -lt $1 ]; do"
          + " eval \"directord_v=\\$DIRECTORD_KEPT_$directord_n\"; unset DIRECTORD_KEPT_$directord_n;"
          + " export \"$directord_v\" || exit 125; directord_n=$((directord_n + 1)); done;"
          + " unset directord_n directord_v; shift; exec \"$@\"";

  private static final String LOOPBACK =
      "\"$1\" link set lo up || { echo 'directord: the loopback interface cannot be started' >&2;"
          + " exit 125; }; shift; exec \"$@\"";

  private final Surroundings around;
  private final RootDirectory root;
  private final Account account;
  private final boolean isPrivileged;
  private final boolean isConfined;
  private int kept;

  /**
   * Checks what can be checked before the command is started.
   *
   * @param isConfined whether the user is one that the command must not get beyond: no program that
   *     leads to it sees the command's variables before it is that user's
   * @throws JobException if this node cannot do what is asked for
   */
  Enclosure(Surroundings around, boolean isConfined) throws JobException {
    this.around = around;
    this.root = around.root() == null ? null : RootDirectory.of(around.root().directory());
    this.isConfined = isConfined;
    this.isPrivileged = ownUser() == 0;
    if (root != null) {
      root.requireUsable();
    }
    if (around.user() != null && !isPrivileged) {
      throw new JobException(
          "--user: the client on this node is not root, so its commands run as its own user");
    }
    this.account =
        around.user() == null
            ? null
            : Account.of(around.user(), root == null ? RootDirectory.ofNode() : root);
  }

  /** The id of the user of this process. */
  static int ownUser() throws JobException {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw new JobException("/proc cannot be read: " + IoErrors.say(e), e);
    }
  }

  /**
   * The variables with which the command is started.
   *
   * @param cached those that the node's cache has
   */
  Map<String, String> variables(Map<String, String> cached) {
    Map<String, String> all = new HashMap<>(account == null ? Map.of() : account.variables());
    all.putAll(cached);
    if (isConfined) {
      all = kept(all);
    }
    if (needsBegin()) {
      all.put(BEGIN, script("begin.sh"));
    }
    if (root != null) {
      all.put(ENTER_ROOT, script("enter-root.sh"));
    }
    return all;
  }

  /** Each as the text of a variable that means nothing to any program. */
  private Map<String, String> kept(Map<String, String> all) {
    Map<String, String> variables = new HashMap<>();
    all.forEach((name, value) -> variables.put(KEPT + kept++, name + "=" + value));
    return variables;
  }

  /**
   * The words by which the command is started; {@link #variables} comes before.
   *
   * @param groups files that the process writes to in order to join control groups
   */
  List<String> words(String command, List<Path> groups) throws JobException {
    List<String> words = new ArrayList<>();
    Surroundings.Limits limits = around.limits();
    if (needsBegin()) {
      words.addAll(List.of("/bin/sh", "-c", "eval \"$" + BEGIN + "\"", "directord"));
      words.add(around.umask() == null ? "" : String.format("%04o", around.umask()));
      words.add(limits.nice() == null ? "" : limits.nice().toString());
      groups.forEach(group -> words.add(group.toString()));
      words.add("--");
    }
    if (root != null) {
      enterRoot(words);
    } else {
      leaveNetwork(words);
      if (account != null) {
        words.add(tool("chroot", "coreutils"));
        words.addAll(account.options());
        words.addAll(List.of("--skip-chdir", "/"));
        if (isConfined) {
          words.addAll(List.of("/bin/sh", "-c", RESTORE, "directord", String.valueOf(kept)));
        }
      }
      if (around.directory() != null) {
        words.addAll(List.of("/bin/sh", "-c", ENTER + "exec \"$@\"", "directord"));
        words.add(around.directory());
      }
    }
    words.addAll(List.of("/bin/sh", "-c", command));
    return words;
  }

  /** Whether the command is begun by the script that sets what it has of limits. */
  private boolean needsBegin() {
    Surroundings.Limits limits = around.limits();
    return limits.needsGroup() || limits.nice() != null || around.umask() != null;
  }

  private void leaveNetwork(List<String> words) throws JobException {
    if (around.isOffline()) {
      words.addAll(List.of(tool("unshare", "util-linux"), "--net"));
      mapRoot(words);
      words.addAll(List.of("/bin/sh", "-c", LOOPBACK, "directord", tool("ip", "iproute2")));
    }
  }

  private void enterRoot(List<String> words) throws JobException {
    words.add(tool("unshare", "util-linux"));
    words.addAll(List.of("--mount", "--propagation=slave", "--pid", "--fork", "--kill-child"));
    if (around.isOffline()) {
      words.add("--net");
    }
    mapRoot(words);
    words.addAll(List.of("/bin/sh", "-c", "eval \"$" + ENTER_ROOT + "\"", "directord"));
    words.add(root.directory().toString());
    words.add(around.isOffline() ? tool("ip", "iproute2") : "");
    for (BindMounts.Mount mount : BindMounts.of(root, around.root().binds())) {
      words.add(mount.bind().isReadOnly() ? "ro" : "rw");
      words.addAll(List.of(mount.bind().source(), mount.target().toString()));
    }
    words.add("--");
    words.addAll(List.of(tool("setsid", "util-linux"), tool("chroot", "coreutils")));
    if (account != null) {
      words.addAll(account.options());
    }
    // The first process waits for the command as its child, since the kernel spares it signals.
    words.addAll(List.of(".", "/bin/sh", "-c", ENTER + "\"$@\"; exit $?", "directord"));
    words.add(around.directory() == null ? "/" : around.directory());
  }

  private void mapRoot(List<String> words) {
    if (!isPrivileged) {
      words.addAll(List.of("--user", "--map-root-user"));
    }
  }

  private static String tool(String name, String from) throws JobException {
    return DIRECTORIES.stream()
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElseThrow(
            () -> new JobException("this needs " + name + " of " + from + ", which is not here"));
  }

  /**
   * Tells a failure of what leads to the command from one of the command.
   *
   * @param errors the standard error of both
   * @return what went wrong; null if the command was started
   */
  String failure(int status, String errors) {
    if (status != FAILED && status != 1) {
      return null;
    }
    String first = errors.lines().findFirst().orElse("");
    if (first.startsWith("unshare: ") && (root != null || around.isOffline())) {
      String older = "unrecognized option|invalid option|unknown option|Usage";
      return first.matches(".*(" + older + ").*")
          ? "this needs unshare of util-linux 2.32 or later: " + first
          : "this system does not let the client make namespaces"
              + (isPrivileged ? "" : ", as a user who is not root needs user namespaces for")
              + ": "
              + first;
    }
    return status == FAILED
        ? Stream.of(errors.split("\n"))
            .filter(line -> line.startsWith("directord: ") || line.startsWith("chroot: "))
            .reduce((one, other) -> other)
            .map(line -> line.replaceFirst("^directord: ", ""))
            .map(line -> line + (first.equals("directord: " + line) ? "" : " (" + first + ")"))
            .orElse(null)
        : null;
  }

  private static String script(String name) {
    try (InputStream in = Enclosure.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
