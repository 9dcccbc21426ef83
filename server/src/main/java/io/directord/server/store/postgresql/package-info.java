/**
 * The store in a PostgreSQL database. Start with {@link
 * io.directord.server.store.postgresql.PostgresStore}. The only package that sees the driver.
 */
package io.directord.server.store.postgresql;
