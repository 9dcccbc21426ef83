package io.directord.server.hook;

import io.directord.common.api.IncomingHookView;
import io.directord.common.config.IncomingHook;
import io.directord.common.orchestration.HookPlan;
import io.directord.common.orchestration.InvalidOrchestrationException;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.ValidationError;
import io.directord.verbs.Components;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The hooks that others may start, as the configuration was read last. Thread-safe. */
public final class IncomingHooks {
  private volatile Map<String, StartableHook> all = Map.of();

  /** What was read, and may take the place of what is there. */
  public record Table(Map<String, StartableHook> hooks) {}

  /**
   * Reads the files of hooks.
   *
   * @param errors receives what is wrong
   */
  public static Table read(
      List<IncomingHook> settings, Components components, List<ValidationError> errors) {
    Map<String, StartableHook> hooks = new LinkedHashMap<>();
    for (IncomingHook hook : settings) {
      try {
        hooks.put(
            hook.name(),
            new StartableHook(hook, HookPlan.read(hook, components), secret(hook), components));
      } catch (InvalidOrchestrationException e) {
        errors.addAll(e.errors());
      } catch (IOException e) {
        errors.add(hook.place().error("hook " + hook.name() + ": " + IoErrors.sayWhere(e)));
      }
    }
    return new Table(hooks);
  }

  private static IncomingSecret secret(IncomingHook hook) throws IOException {
    return hook.secretFile() == null ? null : IncomingSecret.of(hook.signing(), hook.secretFile());
  }

  /** Puts what was read in place; counts and limits of hooks that stay go on. */
  public void replace(Table read) {
    Map<String, StartableHook> before = all;
    read.hooks().forEach((name, hook) -> hook.follow(before.get(name)));
    all = read.hooks();
  }

  /** Null if there is none of that name. */
  public StartableHook find(String name) {
    return all.get(name);
  }

  public Collection<String> names() {
    return all.keySet();
  }

  /** In the order of the configuration. */
  public List<IncomingHookView> views() {
    return all.values().stream().map(StartableHook::view).toList();
  }
}
