package io.directord.verbs.builtin;

import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The actions of POD on the node, by podman. */
final class PodActions {
  private static final int MAX_YAML_BYTES = 16 << 20;

  private final Podman podman;
  private final ObjectNode arguments;
  private final NodeContext node;

  PodActions(Podman podman, ObjectNode arguments, NodeContext node) {
    this.podman = podman;
    this.arguments = arguments;
    this.node = node;
  }

  Outcome change(String action, Map<String, String> query)
      throws JobException, InterruptedException {
    Podman.Reply reply = podman.call("POST", pod() + "/" + action, query, null);
    node.changed(reply.ok() && !reply.isAsItWas());
    return outcome(reply, action);
  }

  Outcome remove() throws JobException, InterruptedException {
    Map<String, String> query =
        Map.of("force", Boolean.toString(arguments.path("force").asBoolean(false)));
    Podman.Reply reply = podman.call("DELETE", pod(), query, null);
    node.changed(reply.ok());
    return outcome(reply, "rm");
  }

  Outcome inspect() throws JobException, InterruptedException {
    node.changed(false);
    return outcome(podman.call("GET", pod() + "/json", Map.of(), null), "inspect");
  }

  Outcome play() throws JobException, InterruptedException {
    Path file = Destinations.render(text("pod_file", null), node);
    byte[] yaml = node.read(file, MAX_YAML_BYTES);
    if (yaml.length > MAX_YAML_BYTES) {
      throw new JobException(file + ": a pod file has at most " + (MAX_YAML_BYTES >> 20) + " MiB");
    }
    String verify = Boolean.toString(arguments.path("tlsverify").asBoolean(true));
    Map<String, String> query = Map.of("start", "true", "tlsVerify", verify);
    Podman.Reply reply = podman.call("POST", "/play/kube", query, yaml);
    Outcome outcome = outcome(reply, "play");
    List<String> errors = new ArrayList<>();
    for (JsonNode pod : reply.json().path("Pods")) {
      pod.path("ContainerErrors").forEach(error -> errors.add(error.asString("")));
    }
    return errors.isEmpty()
        ? outcome
        : new Outcome.Failed(Outcome.Reason.ERROR, "play: " + String.join("; ", errors));
  }

  /** Its exit status decides. */
  Outcome exec() throws JobException, InterruptedException {
    List<String> command = texts("command");
    ObjectNode session = Json.object();
    session.put("AttachStdout", true).put("AttachStderr", true).put("Tty", false);
    session.put("Privileged", arguments.path("privileged").asBoolean(false));
    session.set("Cmd", Json.tree(command));
    if (!arguments.path("env").isEmpty()) {
      session.set("Env", Json.tree(texts("env")));
    }
    String path = "/containers/" + Podman.encode(text("name", null)) + "/exec";
    Podman.Reply made = podman.call("POST", path, Map.of(), Json.bytes(session));
    if (!made.ok()) {
      return failed("exec-run", made);
    }
    String exec = "/exec/" + Podman.encode(made.json().path("Id").asString(""));
    Podman.Reply started =
        podman.stream(
            "POST",
            exec + "/start",
            Map.of(),
            Json.bytes(Json.object().put("Detach", false).put("Tty", false)),
            (status, exchange) -> {
              if (status / 100 != 2) {
                return Podman.whole(status, exchange);
              }
              ExecOutput.copy(exchange.reply(), node);
              return new Podman.Reply(status, new byte[0]);
            });
    if (!started.ok()) {
      return failed("exec-run", started);
    }
    String line = ShellWords.quoted(command);
    int status =
        podman.call("GET", exec + "/json", Map.of(), null).json().path("ExitCode").asInt(-1);
    return status == 0
        ? new Outcome.Succeeded(line)
        : new Outcome.Failed(Outcome.Reason.ERROR, "exit status " + status + ": " + line);
  }

  private Outcome outcome(Podman.Reply reply, String action) {
    if (!reply.ok()) {
      return failed(action, reply);
    }
    node.stdout(reply.text());
    return Outcome.Succeeded.FINISHED;
  }

  private static Outcome failed(String action, Podman.Reply reply) {
    return new Outcome.Failed(
        Outcome.Reason.ERROR, "podman cannot " + action + ": " + reply.problem());
  }

  private String pod() throws JobException {
    return "/pods/" + Podman.encode(text("name", null));
  }

  /** A rendered text of the arguments, or its default; refused if there is neither. */
  String text(String key, String otherwise) throws JobException {
    String value = arguments.path(key).asString(otherwise);
    return node.render(Given.key(key, value)).strip();
  }

  private List<String> texts(String key) throws JobException {
    List<String> texts = new ArrayList<>();
    for (JsonNode text : arguments.path(key)) {
      texts.add(node.render(text.asString("")));
    }
    return texts;
  }
}
