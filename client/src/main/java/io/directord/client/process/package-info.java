/**
 * Commands as the kernel sees them. {@link io.directord.client.process.Spawner} starts them, by
 * {@link io.directord.client.process.NativeSpawner} where this machine's C library allows it, else
 * by {@link io.directord.client.process.JdkSpawner}; {@link
 * io.directord.client.process.ProcessTree} finds and ends all that a job has started.
 */
package io.directord.client.process;
