package io.directord.common.api;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;

/** Reads a {@link NodeView} by hand, since reflection takes a good part of the time of a list. */
final class NodeViewReader extends ValueDeserializer<NodeView> {
  @Override
  public NodeView deserialize(JsonParser in, DeserializationContext context) {
    FlatObject json = FlatObject.read(in, context, NodeView.class);
    return new NodeView(
        json.text("identity"),
        new NodePresence(
            json.value("state", NodeView.State.class),
            json.value("last_seen", Instant.class),
            json.value("expiry", Duration.class),
            json.number("held"),
            json.value("held_until", Instant.class)),
        new NodeClient(
            json.text("version"),
            json.value("host_uptime", Duration.class),
            json.value("agent_uptime", Duration.class),
            json.text("machine_id"),
            json.text("driver")),
        json.number("outstanding"),
        json.text("remark"),
        new NodeTraits(
            labels(json.object("labels")), facts(json.object("facts")), addresses(json)));
  }

  private static Map<String, NodeLabel> labels(FlatObject json) {
    Map<String, NodeLabel> labels = new LinkedHashMap<>();
    if (json != null) {
      for (String name : json.json().propertyNames()) {
        labels.put(name, json.value(name, NodeLabel.class));
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

  private static List<String> addresses(FlatObject json) {
    List<String> addresses = new ArrayList<>();
    for (JsonNode address : json.json().path("addresses")) {
      addresses.add(address.asString(null));
    }
    return addresses;
  }
}
