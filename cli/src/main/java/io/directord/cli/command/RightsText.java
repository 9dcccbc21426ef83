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

  /** Says for whom the answer is: a bare name may be that of a token, of a role or of a user. */
  static String of(Bodies.May may) {
    return may.allowed()
        ? "yes: "
            + title(may.user())
            + " may submit jobs of "
            + may.verb()
            + " on node "
            + may.node()
        : "no: " + may.lacking();
  }

  private static String title(String user) {
    return user.startsWith("token:") || user.startsWith("role:")
        ? user.replaceFirst(":", " ")
        : "user " + user;
  }

  private static String listed(List<String> words) {
    return words.isEmpty() ? "none" : String.join(", ", words);
  }
}
