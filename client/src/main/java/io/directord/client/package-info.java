/**
 * The client: runs on every node, takes jobs, runs them in order, answers. Start with {@link
 * io.directord.client.Client}, which puts the rooms together.
 */
package io.directord.client;
