package io.directord.common.orchestration;

import io.directord.common.component.SourceFile;
import io.directord.common.component.Verbs;
import io.directord.common.config.HookParameter;
import io.directord.common.config.IncomingHook;
import io.directord.common.tree.LocalTree;
import io.directord.common.validation.ValidationError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The jobs of a hook. Immutable. */
public final class HookPlan {
  /** Values of which one is taken to check an orchestration before anybody starts it. */
  private static final List<String> SAMPLES =
      List.of("1", "a", "1.0", "1.0.0", "v1.0.0", "main", "web-1", "A1", "0123456789abcdef");

  /** What was done by the last run is done again by the next. */
  private static final PlanOptions OPTIONS =
      new PlanOptions(List.of(), Set.of(), true, false, false);

  private final HookOrchestration orchestration;
  private final HookSources sources;

  private HookPlan(HookOrchestration orchestration, HookSources sources) {
    this.orchestration = orchestration;
    this.sources = sources;
  }

  /**
   * Reads the orchestration of a hook, with all that it delivers, and checks it.
   *
   * @param verbs that there are
   * @throws InvalidOrchestrationException with all that is wrong
   */
  public static HookPlan read(IncomingHook hook, Verbs verbs) throws InvalidOrchestrationException {
    HookOrchestration read = HookOrchestration.read(hook.file(), hook.names());
    List<ValidationError> errors = new ArrayList<>(read.errors());
    HookPlan plan = new HookPlan(read, new HookSources(hook.file().getParent()));
    if (errors.isEmpty()) {
      errors.addAll(plan.errors(hook, verbs));
    }
    if (!errors.isEmpty()) {
      throw new InvalidOrchestrationException(errors);
    }
    return plan;
  }

  /** Reads what it delivers, with values that it may be started with. */
  private List<ValidationError> errors(IncomingHook hook, Verbs verbs) {
    Map<String, String> samples = new LinkedHashMap<>();
    Map<String, String> others = new LinkedHashMap<>();
    List<String> unknown = new ArrayList<>();
    for (HookParameter parameter : hook.parameters()) {
      List<String> valid = samples(parameter);
      if (valid.isEmpty()) {
        unknown.add(parameter.name());
        valid = SAMPLES;
      }
      samples.put(parameter.name(), valid.get(0));
      others.put(parameter.name(), valid.get(valid.size() - 1));
    }
    List<ValidationError> errors =
        Planner.with(verbs, sources.reading())
            .attempt(orchestration.with(samples), OPTIONS)
            .errors();
    if (!sources.wasAsked()) {
      return unknown.isEmpty() ? errors : List.of();
    }
    if (!unknown.isEmpty()) {
      return List.of(
          hook.place()
              .error(
                  "hook "
                      + hook.name()
                      + ": it delivers files or secrets, which are read now, and no value is known"
                      + " that is right for "
                      + String.join(", ", unknown)
                      + ": give a default"));
    }
    return errors.isEmpty() ? dependent(plan(others, verbs).errors()) : errors;
  }

  private static List<ValidationError> dependent(List<ValidationError> errors) {
    return errors.stream().filter(error -> error.message().contains(HookSources.NOT_READ)).toList();
  }

  /** Values that a parameter may have, as far as some are known. */
  private static List<String> samples(HookParameter parameter) {
    return Stream.of(
            Stream.ofNullable(parameter.fallback()), parameter.values().stream(), SAMPLES.stream())
        .flatMap(values -> values)
        .filter(value -> parameter.error(value) == null)
        .distinct()
        .toList();
  }

  /** The files that it delivers by themselves. */
  public Collection<SourceFile> files() {
    return sources.files();
  }

  /** The directories that it delivers. */
  public List<LocalTree> trees() {
    return sources.trees();
  }

  /** The contents of the secrets that it brings, by SHA-256. */
  public Map<String, byte[]> secrets() {
    return sources.secrets();
  }

  /**
   * The jobs of a run, with ids that nobody else has.
   *
   * @param values of all parameters, which are right
   */
  public Planner.Attempt plan(Map<String, String> values, Verbs verbs) {
    return Planner.with(verbs, sources.read()).attempt(orchestration.with(values), OPTIONS);
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
