/** The filters and tests, by name in {@code Library}. */
package io.directord.jinja.filter;
