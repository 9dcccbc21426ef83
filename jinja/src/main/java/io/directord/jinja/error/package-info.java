/** What is wrong with a template: {@code TemplateException}. */
package io.directord.jinja.error;
