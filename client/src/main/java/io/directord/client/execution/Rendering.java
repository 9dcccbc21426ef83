package io.directord.client.execution;

import io.directord.common.component.JobException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** Templates with the arguments of a node, and where they may have them its secrets. */
final class Rendering {
  private final Execution.Node node;
  private final Traces traces;
  private volatile boolean isSecretive;

  Rendering(Execution.Node node, Traces traces) {
    this.node = node;
    this.traces = traces;
  }

  /** Whether anything was rendered that had a secret in it. */
  boolean isSecretive() {
    return isSecretive;
  }

  /** What is not a blueprint: commands, paths, what the node keeps. */
  String text(String template) throws JobException {
    if (!Templates.isTemplate(template)) {
      return Templates.render(template, Map.of(), Set.of());
    }
    Map<String, JsonNode> args = names();
    Set<String> named = new HashSet<>();
    try {
      String text = Templates.render(template, args, named);
      refuseSecrets(named);
      return text;
    } catch (JobException e) {
      refuseSecrets(named);
      throw e;
    } finally {
      traces.rendered(named, args);
    }
  }

  /** What is rendered may be seen by others: commands, paths, what the node keeps. */
  private void refuseSecrets(Set<String> named) throws JobException {
    for (String name : node.secrets().all().keySet()) {
      if (named.contains(name)) {
        throw new JobException(
            name
                + " is a secret, which templates of jobs cannot have, since others can read commands"
                + " and what nodes keep: use RUN --secret "
                + name
                + " and the variable $"
                + name
                + ", or a blueprint that COPY places");
      }
    }
  }

  /** A blueprint rendered, which may have secrets in it. */
  FilePlacer.Rendered blueprint(String template) throws JobException {
    Map<String, JsonNode> args = names();
    Map<String, JsonNode> all = new HashMap<>(args);
    Map<String, String> secrets = node.secrets().all();
    secrets.forEach((name, value) -> all.put(name, StringNode.valueOf(value)));
    Set<String> named = new HashSet<>();
    try {
      String text = Templates.render(template, all, named);
      return new FilePlacer.Rendered(text, !Collections.disjoint(named, secrets.keySet()));
    } finally {
      isSecretive |= named.removeAll(secrets.keySet());
      traces.rendered(named, args);
    }
  }

  /** The arguments of templates. */
  Map<String, JsonNode> names() {
    return MachineFacts.and(node.cache().args(), node.identity());
  }
}
