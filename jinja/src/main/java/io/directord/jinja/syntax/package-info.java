/** The tree of a template: {@code Statement}s and {@code Expression}s. */
package io.directord.jinja.syntax;
