package io.directord.server.api;

import io.directord.server.access.Caller;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How much of something each user may have, so that nobody locks out others. Root and the server's
 * own user may have all of it; any other user a quarter, and all others together leave an eighth to
 * these two.
 *
 * @param what it is, in the plural
 * @param max how much there is
 */
record UserShares(String what, int max) {
  private static final int PARTS_FOR_USERS = 4;
  private static final int PARTS_WITH_THE_RESERVE = 8;

  /** Which bound is reached. */
  enum Bound {
    /** Of the caller's user. */
    OWN,
    /** Of all but root and the server's own user. */
    OTHERS,
    /** Everything is in use. */
    ALL
  }

  /**
   * The bound that keeps a caller from having one more; null if none does.
   *
   * @param holders whose those are that are in use
   */
  Bound reached(Caller caller, List<Caller> holders) {
    if (!caller.hasServersRights()) {
      if (holders.stream().filter(caller::equals).count() >= max / PARTS_FOR_USERS) {
        return Bound.OWN;
      }
      if (holders.stream().filter(holder -> !holder.hasServersRights()).count() >= ofOthers()) {
        return Bound.OTHERS;
      }
    }
    return holders.size() >= max ? Bound.ALL : null;
  }

  private int ofOthers() {
    return max - max / PARTS_WITH_THE_RESERVE;
  }

  /** Says what is used up, by whom, and what to do. */
  String refusal(Bound bound, Caller caller, List<Caller> holders) {
    return switch (bound) {
      case OWN ->
          String.format(
              "%s has %d %s, and no user may have more of the %d: end some of them, or try"
                  + " again in a moment",
              caller.title(), max / PARTS_FOR_USERS, what, max);
      case OTHERS ->
          String.format(
              "%d of %d %s are in use%s, and the rest is kept for root and the server's own user:"
                  + " try again when some have ended",
              ofOthers(), max, what, mostOf(holders));
      case ALL ->
          String.format(
              "all %d %s are in use%s: try again when some have ended", max, what, mostOf(holders));
    };
  }

  private static String mostOf(List<Caller> holders) {
    Map<String, Long> byUser =
        holders.stream()
            .map(Caller::user)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    return byUser.entrySet().stream()
        .max(Comparator.comparingLong(Map.Entry::getValue))
        .map(most -> ", " + most.getValue() + " of them by " + Caller.title(most.getKey()))
        .orElse("");
  }
}
