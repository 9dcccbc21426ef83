/** Python's values and operators. Start with {@code PythonValues}. */
package io.directord.jinja.value;
