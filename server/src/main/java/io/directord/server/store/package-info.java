/**
 * What outlives the server: jobs, results, enrolled nodes. Start with {@link
 * io.directord.server.store.JobStore}; {@link io.directord.server.store.StoreWriter} is the one
 * thread that changes it, in groups that are on the disk before anybody hears of them. Used by the
 * dispatcher alone.
 */
package io.directord.server.store;
