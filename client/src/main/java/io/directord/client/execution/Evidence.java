package io.directord.client.execution;

import io.directord.common.json.Json;
import io.directord.common.security.Digests;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.StringNode;

/**
 * Decides whether a success still counts: its inputs, and what it left on the node. Of values only
 * digests are kept.
 *
 * @param args names that its templates looked up
 * @param envs variables that its commands name
 * @param seen digest of the values of both, as the job saw them
 * @param kept names of the arguments that it set
 * @param left digest of their values
 * @param paths files and directories that it put in place
 */
record Evidence(
    List<String> args,
    List<String> envs,
    String seen,
    List<String> kept,
    String left,
    List<PlacedPath> paths) {

  private static final String OF_NOTHING = sha256(Json.mapper().createArrayNode());

  /** Of a job that uses no values and leaves nothing, as most commands do. */
  private static final Evidence NONE =
      new Evidence(List.of(), List.of(), OF_NOTHING, List.of(), OF_NOTHING, List.of());

  private static final JsonNode NONE_AS_JSON = Json.tree(NONE);

  static Evidence of(
      Map<String, JsonNode> args,
      Map<String, String> envs,
      Map<String, JsonNode> kept,
      List<PlacedPath> paths) {
    if (args.isEmpty() && envs.isEmpty() && kept.isEmpty() && paths.isEmpty()) {
      return NONE;
    }
    return new Evidence(
        List.copyOf(args.keySet()),
        List.copyOf(envs.keySet()),
        digest(args, envs),
        List.copyOf(kept.keySet()),
        digest(kept, Map.of()),
        List.copyOf(paths));
  }

  /** As the cache keeps it; not to be changed. */
  JsonNode toJson() {
    return this == NONE ? NONE_AS_JSON : Json.tree(this);
  }

  /**
   * Whether the job would do the same now, and its work is still in place.
   *
   * @param argsNow current arguments of templates
   * @param envsNow current environment of commands
   */
  boolean holds(Map<String, JsonNode> argsNow, Map<String, String> envsNow)
      throws InterruptedException {
    if (!seen.equals(digest(chosen(args, argsNow::get), chosen(envs, envsNow::get)))
        || !left.equals(digest(chosen(kept, argsNow::get), Map.of()))) {
      return false;
    }
    for (PlacedPath path : paths) {
      if (!path.isThere()) {
        return false;
      }
    }
    return true;
  }

  private static <V> Map<String, V> chosen(List<String> names, Function<String, V> values) {
    SortedMap<String, V> chosen = new TreeMap<>();
    names.forEach(name -> chosen.put(name, values.apply(name)));
    return chosen;
  }

  /** Digest of both, sorted by name; a name without a value counts too. */
  private static String digest(Map<String, JsonNode> args, Map<String, String> envs) {
    if (args.isEmpty() && envs.isEmpty()) {
      return OF_NOTHING;
    }
    ArrayNode all = Json.mapper().createArrayNode();
    new TreeMap<>(args).forEach((name, value) -> add(all, "a:" + name, value));
    new TreeMap<>(envs)
        .forEach(
            (name, value) ->
                add(all, "e:" + name, value == null ? null : StringNode.valueOf(value)));
    return sha256(all);
  }

  private static String sha256(ArrayNode all) {
    return Digests.sha256(all.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void add(ArrayNode all, String name, JsonNode value) {
    ArrayNode pair = all.addArray().add(name);
    if (value != null) {
      pair.add(value);
    }
  }
}
