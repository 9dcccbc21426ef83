/**
 * What ADD and COPY deliver: kept by fingerprint, sealed once, served in chunks to nodes that a
 * live job names. Start with {@code ContentStore}; {@code Deliveries} answers the content port.
 */
package io.directord.server.content;
