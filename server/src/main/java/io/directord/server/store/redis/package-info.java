/**
 * The store in a Redis database. Start with {@link io.directord.server.store.redis.RedisStore}. The
 * only package that sees the driver.
 */
package io.directord.server.store.redis;
