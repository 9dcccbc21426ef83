package io.directord.common.component.builtin;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanException;
import picocli.CommandLine.Option;

/** The options of every verb that makes something with an owner and a mode. */
public abstract class OwnedArguments {
  private static final int MAX_MODE = 07777;

  @JsonIgnore
  @Option(names = "--chown", paramLabel = "USER[:GROUP]", description = "Owner, by name or number.")
  public String chown;

  @JsonIgnore
  @Option(names = "--chmod", paramLabel = "OCTAL", description = "Mode, such as 0644.")
  public String chmod;

  /** What {@link #chown} and {@link #chmod} say, as it travels in the job. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public String user;

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public String group;

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public Integer mode;

  /** Checks the options as written and makes what travels of them. */
  final void planOwnership(String verb) throws PlanException {
    if (chown != null) {
      String[] parts = chown.split(":", 2);
      user = parts[0].isEmpty() ? null : parts[0];
      group = parts.length == 1 || parts[1].isEmpty() ? null : parts[1];
      if (user == null && group == null) {
        throw new PlanException(verb + ": --chown: USER[:GROUP] is expected, not '" + chown + "'");
      }
    }
    if (chmod != null) {
      mode = octal(verb);
    }
  }

  private int octal(String verb) throws PlanException {
    try {
      int bits = Integer.parseInt(chmod.startsWith("0o") ? chmod.substring(2) : chmod, 8);
      if (bits >= 0 && bits <= MAX_MODE) {
        return bits;
      }
    } catch (NumberFormatException e) {
      // Said below, together with numbers out of range.
    }
    throw new PlanException(
        verb + ": --chmod: an octal mode such as 0644 is expected, not '" + chmod + "'");
  }

  /** The node half: templates in owner and group are rendered. */
  final NodeContext.Ownership ownership(NodeContext node) throws JobException {
    return new NodeContext.Ownership(
        user == null ? null : node.render(user), group == null ? null : node.render(group), mode);
  }
}
