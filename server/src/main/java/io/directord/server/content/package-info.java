/**
 * The content delivered by ADD and COPY: kept by fingerprint, sealed once, served in chunks to
 * nodes named by a live job. Start with {@code ContentStore}; {@code Deliveries} answers the
 * content port.
 */
package io.directord.server.content;
