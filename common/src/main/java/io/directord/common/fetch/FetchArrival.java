package io.directord.common.fetch;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What a node has sent to its end.
 *
 * @param files number of files that came whole, each with the fingerprint that was sent with it
 * @param flaw why something of it is not sound, for people; empty if all is
 * @param shared true if every server of several has it; null if it is with one
 */
public record FetchArrival(
    int files, String flaw, @JsonInclude(JsonInclude.Include.NON_NULL) Boolean shared) {

  /** With one server. */
  public FetchArrival(int files, String flaw) {
    this(files, flaw, null);
  }

  /** This, with every server. */
  public FetchArrival withAll() {
    return new FetchArrival(files, flaw, true);
  }
}
