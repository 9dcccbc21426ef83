/**
 * Traces for a collector, off unless {@code otlp_endpoint} is set: {@link
 * io.directord.server.trace.SpanExporter} makes spans of what the store has, and sends them as
 * OTLP/HTTP with JSON.
 */
package io.directord.server.trace;
