package io.directord.jinja.parse;

import io.directord.jinja.parse.Token.Kind;
import io.directord.jinja.syntax.Target;
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
  Target targets() {
    nesting.enter(words.next().line());
    List<Target> targets = new ArrayList<>();
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
    return several ? new Target.Several(targets) : targets.get(0);
  }

  private Target one() {
    if (words.skip("(")) {
      Target inner = targets();
      words.expect(")");
      return inner;
    }
    return new Target.Name(name());
  }

  /** As {@link #targets}, or an attribute of a namespace. */
  Target assigned() {
    if (!words.second().is(".")) {
      return targets();
    }
    String namespace = words.name();
    words.expect(".");
    return new Target.Attribute(namespace, words.name());
  }

  /** A name that a value can have. */
  String name() {
    if (CONSTANTS.contains(words.next().text())) {
      throw words.fail("can't assign to " + words.next().shown());
    }
    return words.name();
  }
}
