package io.directord.common.component;

import io.directord.common.job.Job;
import io.directord.common.json.JsonProblem;
import io.directord.common.validation.ValidationError;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What must hold of a job whoever planned it, asked at every door: of the planner's jobs before
 * they are submitted, and by the server of those that it is given. It looks at nothing but the job.
 */
public final class JobCheck {
  private JobCheck() {}

  /** Notes what is wrong with arguments that the verb's planning half has completed. */
  public static <A> void planned(
      Component<A> component, A arguments, Job job, ArgumentErrors errors) {
    common(job, errors);
    component.validate(arguments, errors);
  }

  /**
   * Notes what is wrong with a job that came as JSON.
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
    if (found.isEmpty()) {
      try {
        component.validate(component.read(written), found);
      } catch (JacksonException e) {
        ValidationError error = JsonProblem.of(e);
        found.add(error.place().toString(), error.message());
      }
    }
    errors.addAll(found.all());
  }

  /** Notes what is wrong with what all jobs have. */
  public static void common(Job job, ArgumentErrors errors) {
    name("stdout_arg", job.stdoutArg(), errors);
    name("stderr_arg", job.stderrArg(), errors);
    keptOutput(job, errors);
    text("job_name", job.name(), errors);
    text("parent_name", job.parent().name(), errors);
    text("verb", job.verb(), errors);
    job.targets().forEach(target -> text("targets", target, errors));
    texts("", job.arguments(), errors);
  }

  /** What a command says that is not waited for goes nowhere. */
  private static void keptOutput(Job job, ArgumentErrors errors) {
    boolean kept = job.stdoutArg() != null || job.stderrArg() != null;
    if (kept && job.verb().equals("RUN") && job.arguments().path("no_block").asBoolean(false)) {
      errors.add(
          job.stdoutArg() != null ? "stdout_arg" : "stderr_arg",
          "there is no output to keep of a command that is not waited for, because of --no-block");
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
