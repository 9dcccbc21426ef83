package io.directord.server.node;

import io.directord.common.target.Expression.Ending;
import java.util.Map;
import java.util.Set;

/**
 * How earlier jobs ended, as far as targets ask for it; read from the store beforehand.
 *
 * @param byReference what targets call them, such as last
 */
public record EarlierResults(Map<String, Found> byReference) {
  /** Where no target asks. */
  public static final EarlierResults NONE = new EarlierResults(Map.of());

  public EarlierResults {
    byReference = Map.copyOf(byReference);
  }

  /** What there is of a reference. */
  public sealed interface Found {}

  /**
   * The jobs are kept.
   *
   * @param jobs which they are, for people
   * @param nodes identities by how the jobs ended there
   */
  public record Nodes(String jobs, Map<Ending, Set<String>> nodes) implements Found {}

  /** There is no such job, or more than one, or it cannot be read. */
  public record Unknown(String message) implements Found {}

  Found of(String reference) {
    return byReference.getOrDefault(
        reference, new Unknown("the results of earlier jobs cannot be named here"));
  }
}
