package io.directord.verbs.builtin;

import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.JobException;
import io.directord.common.component.PlanException;
import io.directord.common.component.ReadableNode;
import io.directord.common.validation.Quoted;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Validates paths on the node: absolute, and possibly templates. */
final class Destinations {
  private Destinations() {}

  /**
   * Refuses texts that cannot become absolute paths. The result of a template is checked on the
   * node.
   */
  static String checked(String path) throws PlanException {
    if (!path.startsWith("/") && !path.startsWith("{{") && !path.startsWith("{%")) {
      throw new PlanException("an absolute path on the node is expected, not " + Quoted.of(path));
    }
    return path;
  }

  /** Validates such a path in a job. */
  static void validate(String key, String path, ArgumentErrors errors) {
    if (errors.given(key, path, "an absolute path on the node is needed")) {
      errors.check(key, () -> checked(path));
    }
  }

  static Path render(String path, ReadableNode node) throws JobException {
    String rendered = node.render(path);
    try {
      Path destination = Path.of(rendered);
      if (destination.isAbsolute()) {
        return destination;
      }
    } catch (InvalidPathException e) {
      throw new JobException("'" + rendered + "' is not a valid path: " + e.getReason(), e);
    }
    throw new JobException("an absolute path is needed, not " + Quoted.of(rendered));
  }
}
