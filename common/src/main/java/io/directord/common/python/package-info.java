/**
 * Python's notation of values, which the original's users write, read and have scripts for: one
 * reader of literals, one printer, one list of truth values.
 */
package io.directord.common.python;
