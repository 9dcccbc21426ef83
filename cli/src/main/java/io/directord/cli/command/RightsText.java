package io.directord.cli.command;

import io.directord.common.api.Bodies;
import java.util.ArrayList;
import java.util.List;

/** What a caller may do, for people. */
final class RightsText {
  private RightsText() {}

  static List<String> of(Bodies.WhoAmI me) {
    List<String> lines = new ArrayList<>();
    lines.add(me.user() + (me.everything() ? " may do everything" : ""));
    if (!me.everything() && me.roles().isEmpty()) {
      lines.set(0, me.user() + " has no role, and may do nothing");
    }
    for (Bodies.Granted role : me.roles()) {
      lines.add("role " + role.role() + " may:");
      role.may().forEach(what -> lines.add("  " + what));
      lines.add("  verbs: " + (role.verbs() == null ? "all" : listed(role.verbs())));
      lines.add("  nodes: " + (role.targets() == null ? "all" : listed(role.targets())));
    }
    return lines;
  }

  private static String listed(List<String> words) {
    return words.isEmpty() ? "none" : String.join(", ", words);
  }
}
