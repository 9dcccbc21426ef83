/**
 * Places files where other users may be active: {@link io.directord.client.files.Destination}
 * resolves the path as the kernel would, {@link io.directord.client.files.Staging} holds content
 * until it is complete, and {@link io.directord.client.files.Ownership} is set by descriptor. No
 * name is looked up twice, so swapping names is useless.
 */
package io.directord.client.files;
