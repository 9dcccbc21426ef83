package io.directord.client;

import io.directord.client.execution.JobVerbs;
import io.directord.common.wire.Heartbeat;
import io.directord.verbs.Components;
import io.directord.verbs.external.Facts;
import io.directord.verbs.external.Shipments;
import io.directord.verbs.external.ShippedComponent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The verbs that this node can run: its own, and those that jobs bring along. */
final class NodeVerbs {
  private static final Logger LOG = System.getLogger(NodeVerbs.class.getName());

  private NodeVerbs() {}

  /** Their description for the server. */
  static Set<String> capabilities(Components components) {
    return Stream.concat(
            Stream.of(
                Heartbeat.DEFINITIONS,
                Heartbeat.PREVIEW,
                Heartbeat.WHEN_CHANGED,
                Heartbeat.SECRETS,
                Heartbeat.SURROUNDINGS,
                Heartbeat.TREES,
                Heartbeat.WHY),
            components.verbsInJava().stream().map(Heartbeat::verb))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Finds the component of a job's verb; null if unknown. */
  static JobVerbs of(Components components, Shipments shipments) {
    return job -> {
      try {
        Facts facts = Facts.of(job.arguments());
        return facts == null
            ? components.inJava(job.verb())
            : new ShippedComponent(job.verb(), facts, shipments);
      } catch (IllegalArgumentException e) {
        LOG.log(Level.WARNING, "job {0}: {1}", job.id(), e.getMessage());
        return null;
      }
    };
  }
}
