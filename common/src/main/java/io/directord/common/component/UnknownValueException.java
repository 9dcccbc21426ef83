package io.directord.common.component;

/**
 * Thrown in a dry run where something is needed that only a job that is not run can bring: what the
 * job would do is unknown.
 */
public final class UnknownValueException extends JobException {
  private static final long serialVersionUID = 1L;

  /**
   * @param needed the name of what is needed, and where it would come from
   */
  public UnknownValueException(String needed) {
    super("needs " + needed);
  }
}
