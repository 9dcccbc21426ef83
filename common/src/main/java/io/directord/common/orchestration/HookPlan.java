package io.directord.common.orchestration;

import io.directord.common.component.Verbs;
import io.directord.common.config.HookParameter;
import io.directord.common.config.IncomingHook;
import io.directord.common.validation.ValidationError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The jobs of a hook. Immutable. */
public final class HookPlan {
  /** Values of which one is taken to check an orchestration before anybody starts it. */
  private static final List<String> SAMPLES =
      List.of("1", "a", "1.0", "1.0.0", "v1.0.0", "main", "web-1", "A1", "0123456789abcdef");

  /** What was done by the last run is done again by the next. */
  private static final PlanOptions OPTIONS =
      new PlanOptions(List.of(), Set.of(), true, false, false);

  private final HookOrchestration orchestration;

  private HookPlan(HookOrchestration orchestration) {
    this.orchestration = orchestration;
  }

  /**
   * Reads the orchestration of a hook, and checks it.
   *
   * @param verbs that there are
   * @throws InvalidOrchestrationException with all that is wrong
   */
  public static HookPlan read(IncomingHook hook, Verbs verbs) throws InvalidOrchestrationException {
    HookOrchestration read = HookOrchestration.read(hook.file(), hook.names());
    List<ValidationError> errors = new ArrayList<>(read.errors());
    HookPlan plan = new HookPlan(read);
    Map<String, String> samples = samples(hook);
    if (errors.isEmpty() && samples != null) {
      errors.addAll(plan.plan(samples, verbs).errors());
    }
    if (!errors.isEmpty()) {
      throw new InvalidOrchestrationException(errors);
    }
    return plan;
  }

  /** A value for each parameter; null if there is one of which none is known. */
  private static Map<String, String> samples(IncomingHook hook) {
    Map<String, String> samples = new LinkedHashMap<>();
    for (HookParameter parameter : hook.parameters()) {
      String sample = parameter.fallback();
      if (sample == null && !parameter.values().isEmpty()) {
        sample = parameter.values().get(0);
      }
      if (sample == null) {
        sample =
            SAMPLES.stream().filter(one -> parameter.error(one) == null).findFirst().orElse(null);
      }
      if (sample == null) {
        return null;
      }
      samples.put(parameter.name(), sample);
    }
    return samples;
  }

  /**
   * The jobs of a run, with ids that nobody else has.
   *
   * @param values of all parameters, which are right
   */
  public Planner.Attempt plan(Map<String, String> values, Verbs verbs) {
    return Planner.withoutFiles(verbs).attempt(orchestration.with(values), OPTIONS);
  }

  /**
   * The values of all parameters.
   *
   * @param given by the caller
   * @param errors receives what is wrong, one sentence each
   */
  public static Map<String, String> values(
      IncomingHook hook, Map<String, String> given, List<String> errors) {
    Map<String, String> values = new LinkedHashMap<>();
    for (HookParameter parameter : hook.parameters()) {
      String value = given.getOrDefault(parameter.name(), parameter.fallback());
      String error =
          value == null
              ? parameter.name() + ": a value is needed, and none was given"
              : parameter.error(value);
      if (error == null) {
        values.put(parameter.name(), value);
      } else {
        errors.add(error);
      }
    }
    return values;
  }
}
