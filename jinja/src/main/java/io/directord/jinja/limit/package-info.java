/** What a rendering may take: {@code Limits} for all, {@code Budget} for the one in this thread. */
package io.directord.jinja.limit;
