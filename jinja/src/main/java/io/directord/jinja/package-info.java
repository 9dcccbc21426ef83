/**
 * Jinja2's template language, for Java: {@link io.directord.jinja.Environment} is the entry point.
 * It knows no other module and no library, and reaches neither files nor Java's reflection: a
 * template can do what the language says with the values that it is given, within {@link
 * io.directord.jinja.limit.TemplateLimits}, and nothing else.
 *
 * <p>A template goes this way, and the packages know each other in this order only:
 *
 * <ol>
 *   <li>{@code parse} cuts it at its marks and reads what stands between them,
 *   <li>into the sealed trees of {@code syntax},
 *   <li>which {@code evaluate} goes through, with the names of a {@link
 *       io.directord.jinja.evaluate.Context},
 *   <li>calling what {@code filter} and {@code method} hold
 *   <li>with the values of {@code value}, which behave as Python's do;
 *   <li>everything that loops or grows is charged to the {@code limit} of the rendering first,
 *   <li>and every error is an {@link io.directord.jinja.error.TemplateException}.
 * </ol>
 */
package io.directord.jinja;
