/** Evaluates the tree: {@code Renderer} for statements, {@code Evaluator} for expressions. */
package io.directord.jinja.evaluate;
