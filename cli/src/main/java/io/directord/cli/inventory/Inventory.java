package io.directord.cli.inventory;

import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.common.wire.Identities;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Hosts, groups and variables as an Ansible inventory has them. Not thread-safe. */
final class Inventory {
  static final String ALL = "all";
  static final String UNGROUPED = "ungrouped";
  static final int MAX_HOSTS = 50_000;
  private static final int MAX_GROUPS = 2_000;
  private static final int MAX_MEMBERS = 500_000;
  private static final int MAX_VARIABLES = 1_000_000;

  private final Map<String, Group> groups = new LinkedHashMap<>();
  private final Map<String, Variables> hosts = new LinkedHashMap<>();
  private final List<ValidationError> errors = new ArrayList<>();
  private final List<ValidationError> leftOut = new ArrayList<>();
  private int members;
  private int variables;

  /** The variables of a group or host: those of the inventory, and those of files beside it. */
  record Variables(Map<String, Variable> inline, Map<String, Variable> beside) {
    Variables() {
      this(new LinkedHashMap<>(), new LinkedHashMap<>());
    }
  }

  /**
   * A group.
   *
   * @param place where it is first named
   */
  record Group(Place place, Set<String> hosts, Set<String> children, Variables variables) {
    Group(Place place) {
      this(place, new LinkedHashSet<>(), new LinkedHashSet<>(), new Variables());
    }
  }

  Map<String, Group> groups() {
    return groups;
  }

  Map<String, Variables> hosts() {
    return hosts;
  }

  /** What makes the inventory wrong as a whole. */
  List<ValidationError> errors() {
    return errors;
  }

  /** What directord has no place for, each with its place and the reason. */
  List<ValidationError> leftOut() {
    return leftOut;
  }

  void error(Place place, String message) {
    errors.add(place.error(message));
  }

  void leaveOut(Place place, String message) {
    leftOut.add(place.error(message));
  }

  Group group(String name, Place place) {
    if (!groups.containsKey(name) && groups.size() == MAX_GROUPS) {
      throw new TooLargeException(MAX_GROUPS + " groups");
    }
    return groups.computeIfAbsent(name, absent -> new Group(place));
  }

  /** Adds a host with variables, also to the group unless that is {@code all}. */
  void host(String name, String group, Map<String, Variable> own, Place place) {
    Optional<String> refused = Identities.error(name);
    if (refused.isPresent()) {
      leaveOut(place, "host " + name + ": " + refused.get());
      return;
    }
    if (++members > MAX_MEMBERS || !hosts.containsKey(name) && hosts.size() == MAX_HOSTS) {
      throw new TooLargeException(MAX_HOSTS + " hosts");
    }
    variables += own.size();
    if (variables > MAX_VARIABLES) {
      throw new TooLargeException(MAX_VARIABLES + " variables of hosts");
    }
    if (!group.equals(ALL)) {
      group(group, place).hosts().add(name);
    }
    hosts.computeIfAbsent(name, absent -> new Variables()).inline().putAll(own);
  }

  /** Groups that contain others come before these; alphabetically where neither does. */
  List<String> byDepth() {
    Map<String, Integer> depths = new TreeMap<>();
    groups.keySet().forEach(name -> depths.put(name, 1));
    boolean deeper = true;
    for (int round = 0; deeper && round <= groups.size(); round++) {
      deeper = false;
      for (Map.Entry<String, Group> parent : groups.entrySet()) {
        for (String child : parent.getValue().children()) {
          int depth = depths.get(parent.getKey()) + 1;
          if (depths.get(child) < depth) {
            depths.put(child, depth);
            deeper = true;
          }
        }
      }
    }
    if (deeper) {
      groups.forEach(
          (name, group) -> {
            if (containsItself(name)) {
              error(group.place(), "group " + name + " contains itself, through its children");
            }
          });
    }
    return depths.keySet().stream().sorted(Comparator.comparing(depths::get)).toList();
  }

  private boolean containsItself(String name) {
    Set<String> below = new LinkedHashSet<>();
    List<String> next = new ArrayList<>(groups.get(name).children());
    while (!next.isEmpty()) {
      String child = next.remove(next.size() - 1);
      if (below.add(child)) {
        next.addAll(groups.get(child).children());
      }
    }
    return below.contains(name);
  }

  /** All hosts of a group and of the groups in it. */
  Set<String> hostsOf(String name) {
    Set<String> seen = new LinkedHashSet<>(List.of(name));
    Set<String> all = new LinkedHashSet<>();
    List<String> next = new ArrayList<>(seen);
    while (!next.isEmpty()) {
      Group group = groups.get(next.remove(next.size() - 1));
      all.addAll(group.hosts());
      group.children().stream().filter(seen::add).forEach(next::add);
    }
    return all;
  }

  /** Thrown for more than any inventory has. */
  static final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooLargeException(String limit) {
      super("there are more than " + limit);
    }
  }
}
