package io.directord.verbs.builtin;

import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** The actions of CONTAINER_IMAGE on the node, by podman. */
final class ImageActions {
  /** What podman says of its progress are lines of a few hundred bytes. */
  private static final int MAX_LINE = 1 << 20;

  private final Podman podman;
  private final NodeContext node;

  ImageActions(Podman podman, NodeContext node) {
    this.podman = podman;
    this.node = node;
  }

  Outcome pull(List<String> images, boolean tlsVerify) throws JobException, InterruptedException {
    List<String> failures = new ArrayList<>();
    for (String image : images) {
      Map<String, String> query =
          Map.of("reference", image, "tlsVerify", Boolean.toString(tlsVerify));
      String error = transfer("/images/pull", query);
      if (error != null) {
        failures.add(image + ": " + error);
      }
    }
    return outcome("pull", failures);
  }

  Outcome push(List<String> images, boolean tlsVerify) throws JobException, InterruptedException {
    List<String> failures = new ArrayList<>();
    for (String image : images) {
      Map<String, String> query = Map.of("tlsVerify", Boolean.toString(tlsVerify));
      String error = transfer(path(image) + "/push", query);
      if (error != null) {
        failures.add(image + ": " + error);
      }
    }
    return outcome("push", failures);
  }

  Outcome tag(List<String> images) throws JobException, InterruptedException {
    if (images.size() != 2) {
      throw new JobException("--tag needs two images, not " + images);
    }
    String name = images.get(1);
    // The last colon begins the tag, unless it is the one of a registry's port.
    int colon = name.lastIndexOf(':');
    boolean tagged = colon > name.lastIndexOf('/');
    Map<String, String> query =
        Map.of(
            "repo", tagged ? name.substring(0, colon) : name,
            "tag", tagged ? name.substring(colon + 1) : "latest");
    Podman.Reply reply = podman.call("POST", path(images.get(0)) + "/tag", query, null);
    node.stdout(reply.ok() ? images.get(0) + " is also " + name : "");
    return outcome("tag", reply.ok() ? List.of() : List.of(reply.problem()));
  }

  Outcome list() throws JobException, InterruptedException {
    Podman.Reply reply = podman.call("GET", "/images/json", Map.of(), null);
    node.stdout(reply.ok() ? reply.text() : "");
    return outcome("list", reply.ok() ? List.of() : List.of(reply.problem()));
  }

  /** The image's description; a list of them if several images were named. */
  Outcome inspect(List<String> images) throws JobException, InterruptedException {
    ArrayNode found = Json.mapper().createArrayNode();
    List<String> failures = new ArrayList<>();
    for (String image : images) {
      Podman.Reply reply = podman.call("GET", path(image) + "/json", Map.of(), null);
      if (reply.ok()) {
        found.add(reply.json());
      } else {
        failures.add(image + ": " + reply.problem());
      }
    }
    boolean one = images.size() == 1 && found.size() == 1;
    node.stdout(Json.text(one ? found.get(0) : found));
    return outcome("inspect", failures);
  }

  private static String path(String image) {
    return "/images/" + Podman.encode(image);
  }

  /** Passes on the progress that podman reports; returns the error that it reports, or null. */
  private String transfer(String path, Map<String, String> query)
      throws JobException, InterruptedException {
    return podman.stream(
        "POST",
        path,
        query,
        null,
        (status, exchange) -> {
          if (status / 100 != 2) {
            return Podman.whole(status, exchange).problem();
          }
          return progress(new BufferedInputStream(exchange.reply()));
        });
  }

  private String progress(InputStream reply) throws IOException {
    String error = null;
    for (String line = line(reply); line != null; line = line(reply)) {
      JsonNode said = json(line);
      node.stdout(said.has("stream") ? said.path("stream").asString("") : line + "\n");
      error = said.hasNonNull("error") ? said.path("error").asString("") : error;
    }
    return error;
  }

  /** The next line, without its end; null if there is none. */
  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    if (next < 0) {
      return null;
    }
    for (; next >= 0 && next != '\n'; next = in.read()) {
      if (line.size() == MAX_LINE) {
        throw new IOException("a line of the reply is longer than " + (MAX_LINE >> 20) + " MiB");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  private static JsonNode json(String line) {
    try {
      return Json.mapper().readTree(line);
    } catch (JacksonException e) {
      return Json.mapper().missingNode();
    }
  }

  private static Outcome outcome(String action, List<String> failures) {
    return failures.isEmpty()
        ? Outcome.Succeeded.FINISHED
        : new Outcome.Failed(
            Outcome.Reason.ERROR, "podman cannot " + action + ": " + String.join("; ", failures));
  }
}
