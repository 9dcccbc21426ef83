package io.directord.jinja.parse;

import io.directord.jinja.parse.Token.Kind;
import io.directord.jinja.syntax.AssignmentTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses the targets of assignments. */
final class TargetParser {
  private static final Set<String> CONSTANTS =
      Set.of("true", "True", "false", "False", "none", "None");

  private final Tokens words;
  private final Nesting nesting;

  TargetParser(Tokens words, Nesting nesting) {
    this.words = words;
    this.nesting = nesting;
  }

  /** A name, or several with commas. */
  AssignmentTarget targets() {
    nesting.enter(words.next().line());
    List<AssignmentTarget> targets = new ArrayList<>();
    boolean several = false;
    while (words.at(Kind.NAME) && !words.at("in") || words.at("(")) {
      targets.add(one());
      if (!words.skip(",")) {
        break;
      }
      several = true;
    }
    if (targets.isEmpty()) {
      throw words.fail("can't assign to " + words.next().shown());
    }
    nesting.leave();
    return several ? new AssignmentTarget.Several(targets) : targets.get(0);
  }

  private AssignmentTarget one() {
    if (words.skip("(")) {
      AssignmentTarget inner = targets();
      words.expect(")");
      return inner;
    }
    return new AssignmentTarget.Name(name());
  }

  /** As {@link #targets}, or an attribute of a namespace. */
  AssignmentTarget assigned() {
    if (!words.second().is(".")) {
      return targets();
    }
    String namespace = words.name();
    words.expect(".");
    return new AssignmentTarget.Attribute(namespace, words.name());
  }

  /** A name that a value can have. */
  String name() {
    if (CONSTANTS.contains(words.next().text())) {
      throw words.fail("can't assign to " + words.next().shown());
    }
    return words.name();
  }
}
