/**
 * Limits of renderings: {@code TemplateLimits} for all, {@code Budget} for the rendering in this
 * thread.
 */
package io.directord.jinja.limit;
