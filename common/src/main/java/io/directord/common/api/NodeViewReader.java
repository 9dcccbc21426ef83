package io.directord.common.api;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/** Reads a {@link NodeView} by hand, since reflection takes a good part of the time of a list. */
final class NodeViewReader extends ValueDeserializer<NodeView> {
  @Override
  public NodeView deserialize(JsonParser in, DeserializationContext context) {
    return of(FlatObject.read(in, context));
  }

  static NodeView of(FlatObject json) {
    return new NodeView(
        json.text("identity"),
        new NodePresence(
            json.constant("state", NodeView.State.class),
            json.instant("last_seen"),
            json.duration("expiry"),
            json.number("held"),
            json.instant("held_until")),
        new NodeClient(
            json.text("version"),
            json.duration("host_uptime"),
            json.duration("agent_uptime"),
            json.text("machine_id"),
            json.text("driver")),
        json.number("outstanding"),
        json.text("remark"),
        new NodeTraits(
            labels(json.object("labels")), facts(json.object("facts")), json.texts("addresses")));
  }

  private static Map<String, NodeLabel> labels(FlatObject json) {
    Map<String, NodeLabel> labels = new LinkedHashMap<>();
    if (json != null) {
      for (String name : json.json().propertyNames()) {
        labels.put(name, label(json.object(name)));
      }
    }
    return labels;
  }

  private static Map<String, String> facts(FlatObject json) {
    Map<String, String> facts = new LinkedHashMap<>();
    if (json != null) {
      for (String name : json.json().propertyNames()) {
        facts.put(name, json.text(name));
      }
    }
    return facts;
  }

  private static NodeLabel label(FlatObject json) {
    return json == null
        ? null
        : new NodeLabel(
            json.text("value"), json.constant("origin", NodeLabel.Origin.class), json.text("self"));
  }
}
