/**
 * Files put where other users may be at work: {@link io.directord.client.files.Destination} finds
 * the place as the kernel would, {@link io.directord.client.files.Staging} holds content until it
 * is whole, and {@link io.directord.client.files.Ownership} is set by descriptor. Nothing here is
 * looked up by name twice, so swapping names gains nothing.
 */
package io.directord.client.files;
