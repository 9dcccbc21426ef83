/**
 * Keys: from the shared key to the server's CURVE keys, the nodes' own keys, key files, and the
 * sealing of what ADD and COPY deliver. {@code docs/security.md} says how the keys are used.
 */
package io.directord.common.security;
