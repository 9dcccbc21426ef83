/** From text to tree: {@code Lexer} cuts at the marks, {@code Parser} reads what they hold. */
package io.directord.jinja.parse;
