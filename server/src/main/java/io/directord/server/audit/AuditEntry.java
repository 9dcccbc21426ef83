package io.directord.server.audit;

import java.util.List;

/**
 * What somebody has asked for.
 *
 * @param who the caller, as it was verified
 * @param from {@code socket}, or the address of the machine
 * @param action the method and the path
 * @param allowed whether the caller may do it
 * @param status of the answer, as of HTTP
 * @param subject null if there is no more to say
 */
public record AuditEntry(
    String who, String from, String action, boolean allowed, int status, Subject subject) {

  /**
   * What the log says by itself.
   *
   * @param what null if the action says all
   * @param why likewise
   */
  static AuditEntry notice(String action, String what, String why) {
    Subject subject =
        what == null && why == null ? null : new Subject(List.of(), List.of(), 0, "", 0, what, why);
    return new AuditEntry("server", "socket", action, true, 200, subject);
  }

  /**
   * What it was about.
   *
   * @param verbs of jobs
   * @param jobs their ids; the first of them
   * @param jobCount how many there are
   * @param nodes folded, such as {@code web-[1-40]}
   * @param nodeCount how many there are
   * @param what it was else about, such as {@code token ci, role nightly}; null if that is all
   * @param why it was refused; null if it was not
   */
  public record Subject(
      List<String> verbs,
      List<String> jobs,
      int jobCount,
      String nodes,
      int nodeCount,
      String what,
      String why) {}
}
