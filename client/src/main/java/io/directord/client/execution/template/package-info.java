/**
 * Templates with Jinja2's meaning, as the original configures it: strict undefined, trailing
 * newlines kept, no loader. {@link io.directord.client.execution.template.Templates} is the door.
 *
 * <p>The engine is Jinjava, which is bent to Jinja2's meaning where it can be extended: its scanner
 * and parser of templates, its statements, scopes and libraries of filters and tests do the work.
 * {@code Engine} puts together what is ours:
 *
 * <ul>
 *   <li>{@code Lexer} cuts a template at its marks where Jinja2 does, into {@code Segment}s, of
 *       which {@code Tree} makes the engine's tree.
 *   <li>{@code PythonParser} and {@code PythonScanner} extend the engine's parser of expressions:
 *       the precedence of operators, and nodes whose values are Python's.
 *   <li>{@code Tags} and {@code Macro} extend its statements, and add what it lacks.
 *   <li>{@code Root} gives it the filters and tests of {@code Filters} and {@code Tests}, and none
 *       of its own that Jinja2 has not: so nothing reaches files, the network, or Java.
 *   <li>{@code Interpreter} prints values as Python does, and ends a template at its first mistake,
 *       which the engine would note and go on. {@code Check} looks for mistakes where the engine
 *       would not come by.
 * </ul>
 *
 * <p>Values are Java's {@code String}, {@code Boolean}, {@code Long} or (if larger) {@code
 * BigInteger}, {@code Double}, plain {@code List}s and {@code Map}s ({@code Tuple} where Python has
 * one), null for None, {@code Undefined}, and what has {@code Members} or is a {@code Function}.
 * None is null everywhere but among the names of the engine's contexts, for which {@code Names} is
 * asked. What values are and do in Python's sense is in {@code Values}, {@code Operators}, {@code
 * Lookup}, and the tables of methods.
 */
package io.directord.client.execution.template;
