package io.directord.common.config;

import io.directord.common.target.Expression;
import io.directord.common.target.Target;
import io.directord.common.target.TargetGroups;
import io.directord.common.target.TargetList;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Place;
import io.directord.common.validation.Quoted;
import io.directord.common.validation.ValidationError;
import io.directord.common.wire.NodeAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The roles that the server's configuration names. Checked when they are read, but for the verbs,
 * which only the server knows.
 *
 * @param roles in their order
 */
public record RoleSettings(List<Role> roles) {
  public static final RoleSettings NONE = new RoleSettings(List.of());

  /** Roles that there are without being written. */
  public static final List<String> BUILT_IN = List.of("admin", "operator", "read");

  /** What stands for all verbs, or all nodes. */
  public static final String ALL = "*";

  private static final String NAME = "[a-z0-9][a-z0-9_-]{0,62}";
  private static final String WHO = "(user|group):[^\\s:]{1,100}";

  public RoleSettings {
    roles = List.copyOf(roles);
  }

  /** What a role may allow beside running jobs of its verbs. */
  public enum Also {
    /** See nodes, jobs and results, and follow them. */
    READ,
    /** Cancel jobs that are wholly on its nodes, and of its verbs. */
    CANCEL,
    /** Pause and resume runs of such jobs. */
    PAUSE,
    /** Forget jobs that have ended. */
    PURGE,
    /** Label and forget its nodes. */
    NODES;

    /** As it is written. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A word of the file, and where it stands. */
  public record Word(String text, Place.InFile place) {}

  /**
   * One role.
   *
   * @param who users and groups of the system; tokens name their role themselves
   * @param verbs whose jobs may be run; {@link #ALL} for all
   * @param targets on which nodes, as written
   * @param hooks which may be started; {@link #ALL} for all
   */
  public record Role(
      Word name,
      List<Word> who,
      List<Word> verbs,
      List<TargetList.Line> targets,
      Set<Also> also,
      List<Word> hooks) {

    /** Users and groups, as {@code user:ada} and {@code group:web}. */
    public Set<String> members() {
      return who.stream().map(Word::text).collect(Collectors.toSet());
    }
  }

  /**
   * The word's meaning.
   *
   * @param errors receives what is wrong
   * @return null if it is wrong
   */
  static Also also(Word word, List<ValidationError> errors) {
    List<String> all = Arrays.stream(Also.values()).map(Also::word).toList();
    if (!all.contains(word.text())) {
      errors.add(
          word.place()
              .error(
                  "also: one of "
                      + String.join(", ", all)
                      + " is expected, not "
                      + Quoted.of(word.text())
                      + Nearest.hint(word.text(), all)));
      return null;
    }
    return Also.values()[all.indexOf(word.text())];
  }

  /**
   * Adds all that is wrong.
   *
   * @param startable the hooks that may be started
   */
  void check(TargetGroups groups, Set<String> startable, List<ValidationError> errors) {
    for (Role role : roles) {
      Word name = role.name();
      if (!name.text().matches(NAME) || BUILT_IN.contains(name.text())) {
        errors.add(
            name.place()
                .error(
                    BUILT_IN.contains(name.text())
                        ? "the role " + name.text() + " is there already, and is as it is"
                        : "a role's name is made of small letters, digits, _ and -"));
      }
      for (Word who : role.who()) {
        if (!who.text().matches(WHO)) {
          errors.add(
              who.place()
                  .error("who: user:NAME or group:NAME is expected, not " + Quoted.of(who.text())));
        }
      }
      if (role.verbs().isEmpty() != role.targets().isEmpty()) {
        errors.add(
            name.place()
                .error(
                    "role "
                        + name.text()
                        + " needs both verbs and targets, or neither, and has no "
                        + (role.verbs().isEmpty() ? "verbs" : "targets")
                        + "; '*' stands for all of them"));
      }
      role.targets().forEach(line -> new TargetCheck(groups, line, errors).check());
      role.hooks().stream()
          .filter(hook -> !hook.text().equals(ALL) && !startable.contains(hook.text()))
          .forEach(hook -> errors.add(unknown(hook, startable)));
    }
  }

  private static ValidationError unknown(Word hook, Set<String> startable) {
    String name = hook.text();
    String none = "; no hook of the configuration has start, and only these can be started";
    return hook.place()
        .error(
            "unknown hook " + name + (startable.isEmpty() ? none : Nearest.hint(name, startable)))
        .withCode(ErrorCode.UNKNOWN_HOOK);
  }

  /** Looks whether a target can be what rights rest on: names, and labels set at the server. */
  private record TargetCheck(
      TargetGroups groups, TargetList.Line line, List<ValidationError> errors) {
    void check() {
      if (line.text().equals(ALL)) {
        return;
      }
      Target target = Target.of(line.text());
      if (target instanceof Target.Invalid invalid) {
        add(invalid.column(), invalid.message());
      } else if (target instanceof Target.Matching matching) {
        check(matching.expression(), 0, "");
      }
    }

    private void add(int column, String message) {
      errors.add(line.place().right(column - 1).error(message).withCode(ErrorCode.INVALID_TARGET));
    }

    private void check(Expression part, int column, String within) {
      int at = column == 0 ? part.column() : column;
      if (part instanceof Expression.Not not) {
        check(not.operand(), column, within);
      } else if (part instanceof Expression.And and) {
        and.operands().forEach(one -> check(one, column, within));
      } else if (part instanceof Expression.Or or) {
        or.operands().forEach(one -> check(one, column, within));
      } else if (part instanceof Expression.Group group) {
        check(group, at, within);
      } else if (part instanceof Expression.Results) {
        add(at, "a role cannot rest on how jobs ended");
      } else if (part instanceof Expression.Label label && isToldByNodes(label.key())) {
        add(
            at,
            within
                + "a role cannot rest on @"
                + label.key()
                + ", which nodes say of themselves: use names, or labels that 'directord manage"
                + " --label' sets");
      }
    }

    private static boolean isToldByNodes(String key) {
      return NodeAttributes.FACTS.contains(key)
          || key.equals(NodeAttributes.ADDRESSES)
          || key.equals("state")
          || key.equals("version");
    }

    private void check(Expression.Group group, int column, String within) {
      List<Target> targets = groups.byName().get(group.name());
      if (targets == null) {
        add(
            column,
            "unknown group "
                + group.name()
                + Nearest.hint(group.name(), new TreeSet<>(groups.byName().keySet())));
        return;
      }
      for (Target target : targets) {
        if (target instanceof Target.Matching matching) {
          check(matching.expression(), column, "group " + group.name() + ": ");
        }
      }
    }
  }
}
