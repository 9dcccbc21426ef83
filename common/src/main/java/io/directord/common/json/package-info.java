/** Conversion of values to JSON and back, the same on the wire, in the API and in the stores. */
package io.directord.common.json;
