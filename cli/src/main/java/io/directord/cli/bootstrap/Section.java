package io.directord.cli.bootstrap;

import io.directord.common.validation.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One of the two parts of a catalog, gathered from all its files. */
final class Section {
  static final String SERVERS = "directord_server";
  static final String CLIENTS = "directord_clients";

  /**
   * @param place where it is written
   * @param values as written
   */
  record Target(Place.InFile place, ObjectNode values) {}

  final String name;
  final Map<String, JsonNode> args = new LinkedHashMap<>();
  final List<Target> targets = new ArrayList<>();
  final List<CatalogJob> jobs = new ArrayList<>();

  /** Where it is first written; null if it is in no file. */
  Place.InFile place;

  /** Whether a file has the key, if only with an empty list. */
  boolean hasTargets;

  boolean hasJobs;

  Section(String name) {
    this.name = name;
  }

  /** Whether this is about servers, rather than clients. */
  boolean isOfServers() {
    return name.equals(SERVERS);
  }
}
