package io.directord.common.api;

/**
 * What a job has brought from a node, and the server keeps until it was downloaded.
 *
 * @param bytes size of the archive that it is
 */
public record FetchedFrom(String node, long bytes) {}
