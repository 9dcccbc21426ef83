package io.directord.server.content;

/**
 * The contents of the server, as callers of the API see them.
 *
 * @param delivered what jobs deliver
 * @param trees those whose manifests are among them
 * @param fetched what jobs have brought
 * @param intakes wait for room in it
 */
public record StoredContents(
    ContentStore delivered, Trees trees, FetchedStore fetched, Intakes intakes) {}
