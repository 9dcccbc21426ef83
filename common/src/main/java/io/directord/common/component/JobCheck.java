package io.directord.common.component;

import io.directord.common.job.Fingerprint;
import io.directord.common.job.Job;
import io.directord.common.json.JsonProblem;
import io.directord.common.validation.Quoted;
import io.directord.common.validation.ValidationError;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Validates jobs, however they were made: the planner before submission, the server on receipt.
 * Looks at nothing but the job.
 */
public final class JobCheck {
  private JobCheck() {}

  /** Validates arguments that the verb's planning half has completed. */
  public static <A> void planned(
      Component<A> component, A arguments, Job job, ArgumentErrors errors) {
    common(job, errors);
    component.validate(arguments, errors);
  }

  /**
   * Validates a job that came as JSON.
   *
   * @param keys whether the verb knows all its keys, and has no other
   */
  public static <A> void written(
      Component<A> component, ObjectNode written, boolean keys, ArgumentErrors errors) {
    ArgumentErrors found = new ArgumentErrors();
    Class<?> arguments = component.newArguments().getClass();
    if (keys) {
      ArgumentKeys.check(component.verb(), arguments, written, found);
    } else {
      ArgumentKeys.checkMisspelt(component.verb(), arguments, written, found);
    }
    Set<String> wrong =
        found.all().stream().map(error -> error.place().toString()).collect(Collectors.toSet());
    errors.addAll(found.all());
    // A key whose value has the wrong type counts as not given, and is told once.
    ArgumentErrors more = new ArgumentErrors();
    try {
      component.validate(component.read(written.deepCopy().remove(wrong)), more);
    } catch (JacksonException e) {
      ValidationError error = JsonProblem.of(e);
      more.add(error.place().toString(), error.message());
    }
    errors.addAll(
        more.all().stream().filter(error -> !wrong.contains(error.place().toString())).toList());
  }

  /** Validates the common part of a job. */
  public static void common(Job job, ArgumentErrors errors) {
    name("stdout_arg", job.stdoutArg(), errors);
    name("stderr_arg", job.stderrArg(), errors);
    keptOutput(job, errors);
    fingerprint("job_sha3_224", job.fingerprint(), errors);
    fingerprint("parent_sha3_224", job.parent().fingerprint(), errors);
    text("job_name", job.name(), errors);
    text("parent_name", job.parent().name(), errors);
    text("verb", job.verb(), errors);
    job.targets().forEach(target -> text("targets", target, errors));
    texts("", job.arguments(), errors);
  }

  /** The output of a command that is not awaited is discarded. */
  private static void keptOutput(Job job, ArgumentErrors errors) {
    boolean kept = job.stdoutArg() != null || job.stderrArg() != null;
    if (kept && job.verb().equals("RUN") && job.arguments().path("no_block").asBoolean(false)) {
      errors.add(
          job.stdoutArg() != null ? "stdout_arg" : "stderr_arg",
          "with --no-block there is no output to keep, since the command is not awaited");
    }
  }

  private static void fingerprint(String key, String text, ArgumentErrors errors) {
    if (text != null && !Fingerprint.isFingerprint(text)) {
      errors.add(
          key,
          "a SHA3-224 of 56 lower-case hexadecimal digits is expected, not "
              + Quoted.of(text)
              + "; it may be left out");
    }
  }

  private static void name(String key, String name, ArgumentErrors errors) {
    if (name != null) {
      errors.check(key, () -> Values.name(name));
      text(key, name, errors);
    }
  }

  /** Every text of a value, and every key of an object. */
  private static void texts(String key, JsonNode value, ArgumentErrors errors) {
    if (value.isString()) {
      text(key, value.stringValue(), errors);
    } else if (value.isArray()) {
      for (JsonNode element : value) {
        texts(key, element, errors);
      }
    } else if (value.isObject()) {
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        text(key, entry.getKey(), errors);
        texts(
            key.isEmpty() ? entry.getKey() : key + "." + entry.getKey(), entry.getValue(), errors);
      }
    }
  }

  private static void text(String key, String text, ArgumentErrors errors) {
    Values.textError(text).ifPresent(message -> errors.add(key, message));
  }
}
