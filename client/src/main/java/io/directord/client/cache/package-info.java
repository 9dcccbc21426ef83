/**
 * Arguments, environment variables and fingerprints already done, kept across restarts: {@link
 * io.directord.client.cache.NodeCache}.
 */
package io.directord.client.cache;
