package io.directord.server.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.UUID;

/**
 * The targets of a job at its submission.
 *
 * @param targets identities, in order; results are kept by their index
 * @param leftOut expired nodes, which a job leaves out unless it names them
 * @param limit by which they were narrowed, as it was written; empty for no limit
 * @param forgotten nodes that a target stood for by the results of earlier jobs, and that were not
 *     enrolled any more
 * @param repeats of a rerun, the job that was submitted first, and that these targets missed; null
 *     if it repeats none
 */
public record Resolved(
    List<String> targets,
    List<String> leftOut,
    List<String> limit,
    List<String> forgotten,
    @JsonInclude(JsonInclude.Include.NON_NULL) UUID repeats) {

  /** All but the targets may be null, as in jobs kept by an older server. */
  public Resolved {
    targets = List.copyOf(targets);
    leftOut = leftOut == null ? List.of() : List.copyOf(leftOut);
    limit = limit == null ? List.of() : List.copyOf(limit);
    forgotten = forgotten == null ? List.of() : List.copyOf(forgotten);
  }

  /** Of a job that repeats none. */
  public Resolved(
      List<String> targets, List<String> leftOut, List<String> limit, List<String> forgotten) {
    this(targets, leftOut, limit, forgotten, null);
  }

  /** Other targets, found in the same way. */
  public Resolved with(List<String> others) {
    return new Resolved(others, leftOut, limit, forgotten, repeats);
  }

  /** The same, of a job that repeats that one. */
  public Resolved repeating(UUID job) {
    return new Resolved(targets, leftOut, limit, forgotten, job);
  }
}
