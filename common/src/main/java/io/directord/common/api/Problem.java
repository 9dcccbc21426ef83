package io.directord.common.api;

/**
 * An error as RFC 9457 has it.
 *
 * @param status the HTTP status
 * @param title what was wrong, the same for the same kind of problem
 * @param detail what was wrong here, and what to do about it
 */
public record Problem(int status, String title, String detail) {
  public static final String MEDIA_TYPE = "application/problem+json";
}
