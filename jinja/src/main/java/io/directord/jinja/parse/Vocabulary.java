package io.directord.jinja.parse;

import java.util.function.Consumer;

/**
 * What exists beside the language.
 *
 * @param filter fails if there is no filter of a name
 * @param test fails if there is no test of a name
 */
public record Vocabulary(Consumer<String> filter, Consumer<String> test) {}
