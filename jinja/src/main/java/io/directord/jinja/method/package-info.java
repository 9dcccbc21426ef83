/** Attributes of values, and the methods of Python's types. Start with {@code Lookup}. */
package io.directord.jinja.method;
