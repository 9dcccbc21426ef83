package io.directord.verbs.builtin;

import io.directord.common.component.JobException;
import io.directord.common.component.Preview;
import io.directord.common.component.ReadableNode;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** What the actions of POD would change, which podman is asked for. */
final class PodPreview {
  private final Podman podman;
  private final ObjectNode arguments;
  private final ReadableNode node;

  PodPreview(Podman podman, ObjectNode arguments, ReadableNode node) {
    this.podman = podman;
    this.arguments = arguments;
    this.node = node;
  }

  /**
   * @throws JobException if it would fail
   */
  Preview of(String action) throws JobException, InterruptedException {
    if (action.equals("play")) {
      Path file = Destinations.render(text("pod_file"), node);
      node.read(file, 0);
      return Preview.unknown("would make and start the pods of " + file);
    }
    String name = text("name");
    if (action.equals("exec_run")) {
      return Preview.unknown("would run a command in " + name);
    }
    String state = state(name);
    boolean isRunning = state.equals("Running") || state.equals("Degraded");
    boolean changes =
        switch (action) {
          case "start" -> !state.equals("Running");
          case "stop", "kill" -> isRunning;
          case "inspect" -> false;
          default -> true;
        };
    return Preview.either(
        changes, "would " + action + " pod " + name + ", which is " + state, name + " is " + state);
  }

  private String state(String pod) throws JobException, InterruptedException {
    Podman.Reply reply =
        podman.call("GET", "/pods/" + Podman.encode(pod) + "/json", Map.of(), null);
    if (!reply.ok()) {
      throw new JobException("pod " + pod + ": " + reply.problem());
    }
    return reply.json().path("State").asString("");
  }

  private String text(String key) throws JobException {
    return node.render(Given.key(key, arguments.path(key).asString(null))).strip();
  }
}
