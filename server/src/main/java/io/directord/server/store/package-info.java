/**
 * The durable state of the server: jobs, results, enrolled nodes. Start with {@link
 * io.directord.server.store.JobStore}; {@link io.directord.server.store.StoreWriter} is the one
 * thread that changes it, in groups that are durable before anything is sent. Used by the
 * dispatcher only.
 */
package io.directord.server.store;
