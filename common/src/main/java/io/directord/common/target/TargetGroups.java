package io.directord.common.target;

import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The groups of nodes that the server's configuration names.
 *
 * @param byName what stands for the nodes of each; no group contains itself
 */
public record TargetGroups(Map<String, List<Target>> byName) {
  public static final TargetGroups NONE = new TargetGroups(Map.of());

  /** Maximum number of groups. */
  private static final int MAX_GROUPS = 1000;

  /** Maximum number of parts of a group, with those of groups within it. */
  private static final long MAX_PARTS = 10_000;

  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._/-]{0,62}");

  public TargetGroups {
    byName = Map.copyOf(byName);
  }

  /** Why a text cannot be the name of a group, for a message; empty if it can. */
  public static Optional<String> nameError(String name) {
    return NAME.matcher(name).matches()
        ? Optional.empty()
        : Optional.of(
            "a group's name is made of at most 63 letters, digits and, behind the first, . _ - /");
  }

  /**
   * A group as it was written.
   *
   * @param place of its name
   */
  public record Written(String name, Place place, List<TargetList.Line> targets) {}

  /**
   * Reads groups.
   *
   * @param errors receives what is wrong with them, each at its place
   */
  public static TargetGroups of(List<Written> written, List<ValidationError> errors) {
    Reader reader = new Reader(written, errors);
    written.forEach(reader::check);
    if (errors.isEmpty()) {
      written.forEach(group -> reader.size(group.name(), group.place(), new LinkedHashSet<>()));
    }
    return errors.isEmpty() ? new TargetGroups(reader.targets) : NONE;
  }

  /** One call of {@link #of}. */
  private static final class Reader {
    private final Map<String, List<Target>> targets = new LinkedHashMap<>();
    private final Map<String, Written> groups = new HashMap<>();
    private final Map<String, Long> sizes = new HashMap<>();
    private final List<ValidationError> errors;

    Reader(List<Written> written, List<ValidationError> errors) {
      this.errors = errors;
      written.forEach(group -> groups.put(group.name(), group));
      if (written.size() > MAX_GROUPS) {
        errors.add(
            written
                .get(MAX_GROUPS)
                .place()
                .error("there may be " + MAX_GROUPS + " groups at most"));
      }
    }

    void check(Written group) {
      nameError(group.name()).ifPresent(wrong -> errors.add(group.place().error(wrong)));
      if (group.targets().isEmpty()) {
        errors.add(group.place().error("group " + group.name() + " is empty: name its nodes"));
      }
      List<Target> all = new ArrayList<>();
      for (TargetList.Line line : group.targets()) {
        Target target = Target.of(line.text());
        all.add(target);
        if (target instanceof Target.Invalid invalid) {
          errors.add(
              line.place()
                  .right(invalid.column() - 1)
                  .error(invalid.message())
                  .withCode(ErrorCode.INVALID_TARGET));
        } else if (target instanceof Target.Matching matching) {
          references(matching.expression(), part -> check(part, line.place()));
        }
      }
      targets.put(group.name(), all);
    }

    private void check(Expression part, Place.InFile place) {
      Place at = place.right(part.column() - 1);
      if (part instanceof Expression.Results) {
        errors.add(at.error("a group cannot name the nodes of jobs"));
      } else if (part instanceof Expression.Group group && !groups.containsKey(group.name())) {
        errors.add(
            at.error(
                "unknown group "
                    + group.name()
                    + Nearest.hint(group.name(), new TreeSet<>(groups.keySet()))));
      }
    }

    /** How many parts it has; notes a group that contains itself. */
    private long size(String name, Place place, Set<String> within) {
      Long known = sizes.get(name);
      if (known != null) {
        return known;
      }
      if (!within.add(name)) {
        errors.add(
            place.error(
                "group "
                    + name
                    + " contains itself: "
                    + String.join(" -> ", within)
                    + " -> "
                    + name));
        return 0;
      }
      long[] size = {0};
      for (Target target : targets.get(name)) {
        size[0]++;
        if (errors.isEmpty() && target instanceof Target.Matching matching) {
          references(
              matching.expression(),
              part -> {
                if (errors.isEmpty() && part instanceof Expression.Group group) {
                  size[0] += size(group.name(), groups.get(name).place(), within);
                }
              });
        }
      }
      within.remove(name);
      if (size[0] > MAX_PARTS && errors.isEmpty()) {
        errors.add(
            groups
                .get(name)
                .place()
                .error("group " + name + " has more than " + MAX_PARTS + " parts with its groups"));
      }
      sizes.put(name, size[0]);
      return size[0];
    }

    private static void references(
        Expression expression, java.util.function.Consumer<Expression> to) {
      if (expression instanceof Expression.Not not) {
        references(not.operand(), to);
      } else if (expression instanceof Expression.And and) {
        and.operands().forEach(operand -> references(operand, to));
      } else if (expression instanceof Expression.Or or) {
        or.operands().forEach(operand -> references(operand, to));
      } else {
        to.accept(expression);
      }
    }
  }
}
