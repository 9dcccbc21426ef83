package io.directord.common.component;

import io.directord.common.config.Nearest;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.node.ObjectNode;

/** Finds keys of a job that its verb does not know: most likely another key was meant. */
public final class KnownKeys {
  /** No class of arguments has a field of that name. */
  private static final ObjectNode STRANGE = Json.object().putNull("");

  private KnownKeys() {}

  /** Throws {@link PlanException} naming every key that the verb's arguments do not have. */
  public static void refuseUnknown(Component<?> component, ObjectNode written)
      throws PlanException {
    Optional<TreeSet<String>> known = of(component);
    if (known.isPresent()) {
      refuse(component, written, known.get(), false);
    }
  }

  /** Likewise, but only where the key looks like one that every job may have. */
  static void refuseMisspelt(Component<?> component, ObjectNode written) throws PlanException {
    refuse(component, written, of(component).orElseGet(TreeSet::new), true);
  }

  private static void refuse(
      Component<?> component, ObjectNode written, TreeSet<String> known, boolean misspeltOnly)
      throws PlanException {
    Collection<String> candidates = new TreeSet<>(JobJson.commonKeys());
    if (!misspeltOnly) {
      candidates.addAll(known);
    }
    List<String> mistakes = new ArrayList<>();
    for (String key : written.propertyNames()) {
      Optional<String> near = Nearest.to(key, candidates);
      boolean strange = !known.contains(key) && !key.equals(Job.BYPASS);
      if (strange && (!misspeltOnly || near.isPresent())) {
        mistakes.add(
            component.verb()
                + ": unknown key "
                + key
                + near.map(meant -> " (did you mean " + meant + "?)").orElse("")
                + "; it knows "
                + (known.isEmpty() ? "none of its own" : String.join(", ", known)));
      }
    }
    if (!mistakes.isEmpty()) {
      throw new PlanException(mistakes);
    }
  }

  /** The keys of a verb's arguments; empty if it takes any. */
  private static Optional<TreeSet<String>> of(Component<?> component) {
    try {
      Json.mapper()
          .readerFor(component.newArguments().getClass())
          .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .readValue(STRANGE);
    } catch (UnrecognizedPropertyException e) {
      TreeSet<String> known = new TreeSet<>();
      e.getKnownPropertyIds().forEach(key -> known.add(key.toString()));
      return Optional.of(known);
    } catch (JacksonException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }
}
