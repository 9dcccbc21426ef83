package io.directord.server;

import io.directord.common.config.HookSettings;
import io.directord.common.config.Settings;
import io.directord.common.validation.ValidationError;
import io.directord.common.validation.WrongSettingException;
import io.directord.server.hook.HookSender;
import io.directord.server.hook.IncomingHooks;
import io.directord.verbs.Components;
import io.directord.verbs.external.ComponentDirectories;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The hooks of the configuration as it was read last, whoever leads. Thread-safe. */
final class Hooks {
  private final IncomingHooks incoming = new IncomingHooks();
  private volatile Read now;

  /**
   * What was read, secrets and orchestrations included.
   *
   * @param settings as written
   */
  record Read(HookSettings settings, HookSender.Table told, IncomingHooks.Table incoming) {}

  private Hooks(Read read) {
    replace(read);
  }

  /** Those of the configuration at the start. */
  static Hooks of(Settings settings) throws WrongSettingException {
    List<ValidationError> errors = new ArrayList<>();
    Read read = read(settings, errors);
    if (!errors.isEmpty()) {
      throw new WrongSettingException(
          Settings.HOOKS.name(),
          errors.stream().map(ValidationError::toString).collect(Collectors.joining("\n")));
    }
    return new Hooks(read);
  }

  /**
   * Reads them.
   *
   * @param errors receives what is wrong; what is returned must not be used then
   */
  static Read read(Settings settings, List<ValidationError> errors) {
    HookSettings hooks = settings.get(Settings.HOOKS);
    return new Read(
        hooks,
        HookSender.read(hooks.hooks(), errors),
        hooks.incoming().isEmpty()
            ? new IncomingHooks.Table(Map.of())
            : IncomingHooks.read(
                hooks.incoming(), Components.installed(ComponentDirectories.of(settings)), errors));
  }

  void replace(Read read) {
    incoming.replace(read.incoming());
    now = read;
  }

  Read now() {
    return now;
  }

  IncomingHooks incoming() {
    return incoming;
  }
}
