/**
 * Who asks, and what it may do. {@link io.directord.server.access.Caller} is made by the API for
 * each connection and goes with every request into the core; {@link
 * io.directord.server.access.Authorizer} decides.
 */
package io.directord.server.access;
