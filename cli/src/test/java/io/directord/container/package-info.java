/**
 * The container image, seen from outside, with real podman. Most of it runs only when it is asked
 * for, since it needs root, and takes the image's name and the ports of this machine: see {@link
 * io.directord.container.Podman}, which is also where to start reading.
 */
package io.directord.container;
