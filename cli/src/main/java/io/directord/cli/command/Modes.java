package io.directord.cli.command;

import io.directord.common.config.Setting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The modes by name. Each is created on demand, so that the classes of other modes are never
 * loaded.
 */
final class Modes {

  /**
   * @param scope settings that are options of the mode, or null
   * @param greedy options that take every word up to the next option
   * @param hasVerb whether its words belong to a verb
   */
  record Entry(Supplier<Mode> maker, Setting.Scope scope, Set<String> greedy, boolean hasVerb) {}

  private final Map<String, Entry> all = new LinkedHashMap<>();

  Modes add(String name, Supplier<Mode> maker, Setting.Scope scope) {
    all.put(name, new Entry(maker, scope, Set.of(), false));
    return this;
  }

  Modes add(String name, Supplier<Mode> maker, Set<String> greedy, boolean hasVerb) {
    all.put(name, new Entry(maker, null, greedy, hasVerb));
    return this;
  }

  List<String> names() {
    return List.copyOf(all.keySet());
  }

  Entry get(String name) {
    return all.get(name);
  }
}
