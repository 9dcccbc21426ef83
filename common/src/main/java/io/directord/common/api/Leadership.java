package io.directord.common.api;

import java.time.Duration;
import java.util.List;

/**
 * Which of the servers with one database leads.
 *
 * @param leads whether it is the one that answers
 * @param leader who leads and where it listens; null if nobody does
 * @param epoch how many times a server has begun to lead
 * @param sinceRenewal of the leader's lease; null if nobody leads
 * @param standbys the servers that would take over
 */
public record Leadership(
    boolean leads, String leader, long epoch, Duration sinceRenewal, List<String> standbys) {

  public Leadership {
    standbys = standbys == null ? List.of() : List.copyOf(standbys);
  }
}
