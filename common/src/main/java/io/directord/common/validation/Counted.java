package io.directord.common.validation;

/** Numbers of things, as people write them. */
public final class Counted {
  private Counted() {}

  /** As in 1 job, 2 jobs. */
  public static String of(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
