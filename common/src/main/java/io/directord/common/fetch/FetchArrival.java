package io.directord.common.fetch;

/**
 * What a node has sent to its end.
 *
 * @param files number of files that came whole, each with the fingerprint that was sent with it
 * @param flaw why something of it is not sound, for people; empty if all is
 */
public record FetchArrival(int files, String flaw) {}
