package io.directord.verbs.builtin;

import io.directord.common.component.JobException;
import io.directord.common.component.ReadableNode;
import java.util.HashMap;
import java.util.Map;

/**
 * The state of a service, as systemd tells it.
 *
 * @param properties as {@code systemctl show} has them
 */
record ServiceState(Map<String, String> properties) {
  private static final String ASK =
      "systemctl show --property LoadState,ActiveState,UnitFileState,NeedDaemonReload -- ";

  /**
   * Asks for it.
   *
   * @throws JobException if systemd does not answer
   */
  static ServiceState of(String service, ReadableNode node)
      throws JobException, InterruptedException {
    // systemctl's other commands take a name without an ending for a service.
    String unit = service.matches(".*\\.[a-z]+") ? service : service + ".service";
    ReadableNode.Answer answer = node.ask(ASK + ShellWords.quoted(unit));
    if (!answer.ok()) {
      String why = answer.stderr().strip().lines().findFirst().orElse("");
      throw new JobException(
          "systemctl does not know the state of "
              + service
              + (why.isEmpty() ? ": exit status " + answer.status() : ": " + why));
    }
    Map<String, String> properties = new HashMap<>();
    answer
        .stdout()
        .lines()
        .map(line -> line.split("=", 2))
        .filter(pair -> pair.length == 2)
        .forEach(pair -> properties.put(pair[0], pair[1].strip()));
    return new ServiceState(properties);
  }

  private String property(String name) {
    return properties.getOrDefault(name, "");
  }

  /** Whether there is such a service. */
  boolean isKnown() {
    return !property("LoadState").isEmpty() && !property("LoadState").equals("not-found");
  }

  boolean needsReload() {
    return property("NeedDaemonReload").equals("yes");
  }

  private boolean isActive() {
    String active = property("ActiveState");
    return active.equals("active") || active.equals("activating") || active.equals("reloading");
  }

  /**
   * Whether systemctl would change something.
   *
   * @param verb of systemctl
   */
  boolean isChangedBy(String verb) {
    String file = property("UnitFileState");
    return switch (verb) {
      case "start" -> !isActive();
      case "stop" -> isActive();
      case "enable" -> file.equals("disabled") || file.isEmpty();
      case "disable" -> file.equals("enabled");
      case "mask" -> !file.equals("masked");
      case "unmask" -> file.equals("masked");
      default -> true;
    };
  }

  /** For people. */
  String text() {
    String file = property("UnitFileState");
    return property("ActiveState") + (file.isEmpty() ? "" : " and " + file);
  }
}
