package io.directord.client.execution;

import io.directord.client.cache.Merge;
import io.directord.common.component.Preview;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * What the jobs of one dry run would have changed on this node so far, in memory. Belongs to the
 * lane of the dry run.
 */
public final class Foreseen {
  /** Limit of values and paths that are kept; what is beyond counts as unknown. */
  private static final long MAX_BYTES = 512 << 10;

  /** The kernel's limit. */
  private static final int MAX_LINKS = 40;

  private static final String TOO_MUCH = "what would be set before it, which is too much to keep";

  private final Map<String, JsonNode> args = new LinkedHashMap<>();
  private final Map<String, String> envs = new LinkedHashMap<>();

  /** Arguments and variables of an unknown value, and where it would come from. */
  private final Map<String, String> unknownArgs = new HashMap<>();

  private final Map<String, String> unknownEnvs = new HashMap<>();

  /** The digest of a file that would be placed. */
  private final Map<Path, String> files = new HashMap<>();

  private final Set<Path> directories = new HashSet<>();
  private final Map<UUID, String> failures = new HashMap<>();

  /** Of jobs that others follow. */
  private final Map<String, Preview.Effect> effects = new HashMap<>();

  private boolean argsGone;
  private boolean envsGone;
  private boolean doneGone;
  private String anyArgs;
  private String anything;
  private long bytes;

  private boolean keeps(long more) {
    bytes += more;
    return bytes <= MAX_BYTES;
  }

  void arg(String name, JsonNode value) {
    if (keeps(name.length() + value.toString().length())) {
      args.put(name, value);
      unknownArgs.remove(name);
    } else {
      unknownArg(name, TOO_MUCH);
    }
  }

  /** The value that an argument would have. */
  static JsonNode merged(JsonNode old, JsonNode value, boolean extend) {
    return extend && old != null ? Merge.of(old, value) : value;
  }

  void env(String name, String value) {
    if (keeps(name.length() + value.length())) {
      envs.put(name, value);
      unknownEnvs.remove(name);
    } else {
      unknownEnvs.put(name, TOO_MUCH);
    }
  }

  /**
   * @param from where the value would come from, for people
   */
  public void unknownArg(String name, String from) {
    args.remove(name);
    if (keeps(name.length() + from.length())) {
      unknownArgs.put(name, from);
    } else {
      anyArgs = TOO_MUCH;
    }
  }

  void unknownArgs(String from) {
    anyArgs = from;
  }

  void argsGone() {
    argsGone = true;
    args.clear();
    unknownArgs.clear();
    anyArgs = null;
  }

  void envsGone() {
    envsGone = true;
    envs.clear();
    unknownEnvs.clear();
  }

  void argGone(String name) {
    unknownArg(name, "CACHEEVICT, which drops it");
  }

  void doneGone() {
    doneGone = true;
  }

  /** Whether no earlier work would count as done any more. */
  boolean isDoneGone() {
    return doneGone;
  }

  void file(Path path, String sha256) {
    if (keeps(path.toString().length())) {
      files.put(resolved(path), sha256);
    } else {
      anything = TOO_MUCH;
    }
  }

  /** The digest of the file that would be there; null if it would be as it is. */
  String file(Path path) {
    return files.get(resolved(path));
  }

  void directory(Path path) {
    if (keeps(path.toString().length())) {
      directories.add(resolved(path));
    } else {
      anything = TOO_MUCH;
    }
  }

  /** Whether the directory would have been made. */
  boolean makes(Path directory) {
    Path there = resolved(directory);
    return directories.stream().anyMatch(made -> made.startsWith(there));
  }

  /**
   * Whether files or directories would come to a path, or into it.
   *
   * @param path absolute; of a pattern only the directories before it count
   */
  boolean isIn(String path) {
    int pattern = path.replaceAll("[*?\\[].*", "").length();
    int end = pattern < path.length() ? path.lastIndexOf('/', pattern - 1) : path.length();
    Path above = resolved(Path.of(path.substring(0, Math.max(1, end))));
    return makes(above) || files.keySet().stream().anyMatch(file -> file.startsWith(above));
  }

  /** Where a path leads, links included, so that what has two paths is known by both. */
  private static Path resolved(Path path) {
    return resolved(path, 0);
  }

  private static Path resolved(Path path, int links) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      // It is not there, or may not be looked at.
    }
    try {
      if (links < MAX_LINKS && Files.isSymbolicLink(path)) {
        return resolved(path.resolveSibling(Files.readSymbolicLink(path)), links + 1);
      }
    } catch (IOException e) {
      return path;
    }
    Path parent = path.getParent();
    return parent == null ? path : resolved(parent, links).resolve(path.getFileName());
  }

  /** A job would do what nobody can foresee. */
  public void anything(String title) {
    anything = anything == null ? title : anything;
  }

  /** The first job that would do what nobody can foresee; null if there is none. */
  public String anything() {
    return anything;
  }

  /** A job of that parent would fail, so that its later ones would not run. */
  public void fails(UUID parent, String title) {
    if (keeps(title.length())) {
      failures.putIfAbsent(parent, title);
    }
  }

  /** What a job of that parent would do. */
  public void effect(UUID parent, String job, Preview.Effect effect) {
    if (keeps(job.length())) {
      effects.put(parent + job, effect);
    }
  }

  /** Whether a job of that parent would change something, or may do so. */
  boolean mayChange(UUID parent, String job) {
    return effects.getOrDefault(parent + job, Preview.Effect.UNCHANGED) != Preview.Effect.UNCHANGED;
  }

  /** The job of that parent that would fail; null if none would. */
  public String failure(UUID parent) {
    return failures.get(parent);
  }

  /** The arguments as they would be, without those of an unknown value. */
  Map<String, JsonNode> args(Map<String, JsonNode> now) {
    Map<String, JsonNode> all = new LinkedHashMap<>(argsGone ? Map.of() : now);
    all.putAll(args);
    all.keySet().removeAll(unknownArgs.keySet());
    return all;
  }

  /** Likewise the variables. */
  Map<String, String> envs(Map<String, String> now) {
    Map<String, String> all = new LinkedHashMap<>(envsGone ? Map.of() : now);
    all.putAll(envs);
    all.keySet().removeAll(unknownEnvs.keySet());
    return all;
  }

  /**
   * Where the value of the first argument among these that is unknown would come from; null if all
   * are known.
   */
  String unknown(Set<String> names) {
    return names.stream()
        .filter(unknownArgs::containsKey)
        .sorted()
        .findFirst()
        .map(name -> name + ", which would come from " + unknownArgs.get(name))
        .orElse(null);
  }

  /** The job that would set arguments of which not even the names are known; or null. */
  String anyArgs() {
    return anyArgs;
  }
}
