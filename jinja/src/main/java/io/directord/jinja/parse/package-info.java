/** From text to tree: {@code Lexer} splits at the delimiters, {@code Parser} parses the parts. */
package io.directord.jinja.parse;
