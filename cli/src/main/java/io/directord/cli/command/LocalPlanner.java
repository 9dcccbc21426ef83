package io.directord.cli.command;

import io.directord.common.config.Settings;
import io.directord.common.orchestration.Planner;
import io.directord.common.tree.FingerprintStore;
import io.directord.verbs.Components;
import io.directord.verbs.external.ComponentDirectories;
import java.nio.file.Path;

/** The planner of a command: with the verbs installed here, for files of its working directory. */
final class LocalPlanner {
  private LocalPlanner() {}

  static Planner of(Settings settings) {
    return new Planner(
        Components.installed(ComponentDirectories.of(settings)),
        Path.of("").toAbsolutePath(),
        FingerprintStore.in(settings.get(Settings.CACHE_PATH)));
  }
}
