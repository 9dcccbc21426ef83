package io.directord.common.config;

import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who is told of what happens, and who may start what, as the configuration has it.
 *
 * @param hooks who is told, in the order of the file
 * @param incoming what may be started, in the order of the file
 * @param startable the names of these, and of those in which something is wrong
 */
public record HookSettings(List<Hook> hooks, List<IncomingHook> incoming, Set<String> startable) {
  public static final HookSettings NONE = new HookSettings(List.of());

  /** What hooks may be told of. */
  public static final List<String> EVENTS =
      List.of("job.failed", "run.ended", "node.lost", "node.joined", "server.started");

  static final String NAME = "[a-z0-9][a-z0-9_-]{0,62}";
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  public HookSettings {
    hooks = List.copyOf(hooks);
    incoming = List.copyOf(incoming);
    startable = Collections.unmodifiableSet(new TreeSet<>(startable));
  }

  /** Nothing may be started. */
  public HookSettings(List<Hook> hooks) {
    this(hooks, List.of(), Set.of());
  }

  /**
   * One of them: either a URL or a command.
   *
   * @param url null for a command
   * @param command absolute path of a program, and its arguments; empty for a URL
   * @param secretFile with what requests are signed; null for a command
   * @param on some of {@link #EVENTS}
   */
  public record Hook(String name, URI url, List<String> command, Path secretFile, Set<String> on) {
    public Hook {
      command = List.copyOf(command);
      on = Set.copyOf(on);
    }

    /** Where it goes, without what may be secret in a URL. */
    public String place() {
      return url == null
          ? command.get(0)
          : url.getScheme()
              + "://"
              + url.getHost()
              + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }
  }

  /**
   * A hook as it is written.
   *
   * @param errors receives what is wrong
   * @return null if something is
   */
  static Hook hook(
      String name,
      String url,
      List<String> command,
      String secretFile,
      List<String> on,
      List<String> errors) {
    int before = errors.size();
    if (!name.matches(NAME)) {
      errors.add("a hook's name is made of small letters, digits, _ and -");
    }
    if ((url == null) == command.isEmpty()) {
      errors.add(
          "hook " + name + ": either url or command is needed, or start for one that others call");
    }
    URI target = url == null ? null : url(name, url, errors);
    if (!command.isEmpty() && !command.get(0).startsWith("/")) {
      errors.add("hook " + name + ": the absolute path of a program is expected as command");
    }
    if (url != null && (secretFile == null || !secretFile.startsWith("/"))) {
      errors.add(
          "hook "
              + name
              + ": secret_file is needed, the absolute path of a file with a line such as"
              + " whsec_..., by which the receiver knows who calls");
    }
    if (on.isEmpty()) {
      errors.add("hook " + name + ": on is needed, with some of " + String.join(", ", EVENTS));
    }
    for (String event : on) {
      if (!EVENTS.contains(event)) {
        errors.add(
            "hook "
                + name
                + ": on: one of "
                + String.join(", ", EVENTS)
                + " is expected, not "
                + Quoted.of(event)
                + Nearest.hint(event, EVENTS));
      }
    }
    return errors.size() > before
        ? null
        : new Hook(
            name,
            target,
            new ArrayList<>(command),
            secretFile == null ? null : Path.of(secretFile),
            new LinkedHashSet<>(on));
  }

  private static URI url(String name, String text, List<String> errors) {
    try {
      URI url = new URI(text);
      boolean isPlain = "http".equals(url.getScheme());
      if (url.getHost() == null || !isPlain && !"https".equals(url.getScheme())) {
        errors.add("hook " + name + ": a URL such as https://HOST/PATH is expected");
      } else if (url.getUserInfo() != null) {
        errors.add(
            "hook " + name + ": the URL must have no user and password: requests are signed");
      } else if (isPlain && !LOOPBACK.contains(url.getHost())) {
        errors.add(
            "hook "
                + name
                + ": http:// goes to this machine only, since others could read it: use"
                + " https://");
      }
      return url;
    } catch (URISyntaxException e) {
      errors.add("hook " + name + ": a URL such as https://HOST/PATH is expected");
      return null;
    }
  }
}
