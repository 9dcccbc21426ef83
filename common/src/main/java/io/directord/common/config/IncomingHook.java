package io.directord.common.config;

import io.directord.common.validation.Place;
import java.nio.file.Path;
import java.util.List;

/**
 * An orchestration that a program elsewhere may start.
 *
 * @param file the orchestration, by its absolute path
 * @param parameters what callers may say
 * @param signing how callers without a token prove who they are
 * @param secretFile with what they sign; null without signing
 * @param limits against storms
 * @param place where the configuration has it
 */
public record IncomingHook(
    String name,
    Path file,
    List<HookParameter> parameters,
    Signing signing,
    Path secretFile,
    RunLimits limits,
    Place.InFile place) {

  public IncomingHook {
    parameters = List.copyOf(parameters);
  }

  /** How a request is signed. */
  public enum Signing {
    /** Not at all: a token is needed. */
    NONE,
    /** As Standard Webhooks has it, and as the events that hooks are told. */
    STANDARD,
    /** With {@code X-Hub-Signature-256} over the body, as GitHub and others do. */
    GITHUB;
  }

  /**
   * How many runs it may have.
   *
   * @param open that have not ended; further ones are refused
   * @param perMinute that may begin in a minute
   */
  public record RunLimits(int open, int perMinute) {}

  public int maxOpen() {
    return limits.open();
  }

  public int perMinute() {
    return limits.perMinute();
  }

  /** The names of what callers may say. */
  public List<String> names() {
    return parameters.stream().map(HookParameter::name).toList();
  }
}
