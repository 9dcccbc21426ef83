/**
 * The HTTP API as records, the same at both ends, and {@code ServerConnection}, the library that
 * speaks it. {@code docs/openapi.yaml} describes it for other languages.
 */
package io.directord.common.api;
