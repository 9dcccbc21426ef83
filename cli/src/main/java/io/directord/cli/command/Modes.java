package io.directord.cli.command;

import io.directord.common.config.Setting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The modes that exist, made only when they are asked for: the others are never loaded. */
final class Modes {

  /**
   * @param scope settings that are options of the mode, or null
   * @param greedy options that take every word up to the next option
   * @param hasVerb whether the words are those of a verb
   */
  record Entry(Supplier<Mode> maker, Setting.Scope scope, Set<String> greedy, boolean hasVerb) {
    Entry(Supplier<Mode> maker, Setting.Scope scope, Set<String> greedy) {
      this(maker, scope, greedy, false);
    }
  }

  private static final Map<String, Entry> ALL = new LinkedHashMap<>();

  static {
    ALL.put("server", new Entry(ServerMode::new, Setting.Scope.SERVER, Set.of()));
    ALL.put("client", new Entry(ClientMode::new, Setting.Scope.CLIENT, Set.of()));
    ALL.put("exec", new Entry(ExecMode::new, null, Set.of("--target"), true));
    ALL.put("orchestrate", new Entry(OrchestrateMode::new, null, Set.of("--target", "--restrict")));
    ALL.put("manage", new Entry(ManageMode::new, null, Set.of()));
    ALL.put("completion", new Entry(CompletionMode::new, null, Set.of()));
  }

  private Modes() {}

  static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  static Entry get(String name) {
    return ALL.get(name);
  }
}
