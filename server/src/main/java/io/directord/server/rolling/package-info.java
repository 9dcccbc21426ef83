/**
 * How one parent goes from node to node: {@link io.directord.server.rolling.Rollout} decides which
 * of them may begin, and knows neither jobs nor messages nor the store. {@code docs/rolling.md}
 * says for people what it does.
 */
package io.directord.server.rolling;
