package io.directord.verbs.builtin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.JobException;
import io.directord.common.component.PlanException;
import io.directord.common.component.ReadableNode;
import io.directord.common.component.Syntax;
import io.directord.common.validation.Quoted;
import tools.jackson.databind.node.ObjectNode;

/** Arguments of verbs that set owner and mode. */
public abstract class OwnedArguments {
  private static final int MAX_MODE = 07777;

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public String user;

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public String group;

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public Integer mode;

  /** Adds the options that set them. */
  static <A extends OwnedArguments> Syntax<A> options(Syntax<A> syntax) {
    return syntax
        .option(
            "--chown",
            "USER[:GROUP]",
            "Owner, by name or number.",
            (arguments, text) -> arguments.chown(text))
        .option(
            "--chmod",
            "OCTAL",
            "Mode, such as 0644.",
            (arguments, text) -> arguments.mode = octal(text));
  }

  final void chown(String text) throws PlanException {
    String[] parts = text.split(":", 2);
    user = parts[0].isEmpty() ? null : parts[0];
    group = parts.length == 1 || parts[1].isEmpty() ? null : parts[1];
    if (user == null && group == null) {
      throw new PlanException("USER[:GROUP] is expected, not " + Quoted.of(text));
    }
  }

  private static int octal(String text) throws PlanException {
    try {
      int bits = Integer.parseInt(text.startsWith("0o") ? text.substring(2) : text, 8);
      if (bits >= 0 && bits <= MAX_MODE) {
        return bits;
      }
    } catch (NumberFormatException e) {
      // Reported below, like numbers out of range.
    }
    throw new PlanException("an octal mode such as 0644 is expected, not " + Quoted.of(text));
  }

  /** Adds the keys that are given to a job. */
  final void planInto(ObjectNode job) {
    if (user != null) {
      job.put("user", user);
    }
    if (group != null) {
      job.put("group", group);
    }
    if (mode != null) {
      job.put("mode", mode);
    }
  }

  final void validateMode(ArgumentErrors errors) {
    errors.require(
        mode == null || mode >= 0 && mode <= MAX_MODE,
        "mode",
        "the number of a mode is expected, from 0 to 4095, such as 420 for 0644");
  }

  /** The node half: templates in owner and group are rendered. */
  final ReadableNode.Ownership ownership(ReadableNode node) throws JobException {
    return new ReadableNode.Ownership(
        user == null ? null : node.render(user), group == null ? null : node.render(group), mode);
  }
}
