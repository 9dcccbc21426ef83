/** Python's values and operators. Start with {@code Values}. */
package io.directord.jinja.value;
