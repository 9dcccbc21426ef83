package io.directord.common.job;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * How many files a FETCH has brought from a node. What is null is left out of the JSON form.
 *
 * @param said how many the node says that it has sent whole; null if it does not say that, as one
 *     of an earlier version
 * @param came how many have come whole to the server that judged the result; null if nothing has
 *     come to its end there
 * @param server that keeps what came, of several; null if there is one alone, all have it, or
 *     nothing came
 * @param refuted whether the node takes the job for a success, and what has come is none: the node
 *     knows of no reason not to run later jobs of the parent
 */
public record BroughtFiles(
    @JsonInclude(JsonInclude.Include.NON_NULL) Integer said,
    @JsonInclude(JsonInclude.Include.NON_NULL) Integer came,
    @JsonInclude(JsonInclude.Include.NON_NULL) String server,
    boolean refuted) {

  /** As a node says it. */
  public static BroughtFiles said(int files) {
    return new BroughtFiles(files, null, null, false);
  }

  /** How many there are by what is known: the node's number counts before the server's. */
  public int files() {
    return said != null ? said : came != null ? came : 0;
  }
}
