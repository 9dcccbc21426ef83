/** The errors of templates: {@code TemplateException}. */
package io.directord.jinja.error;
