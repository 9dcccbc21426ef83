package io.directord.jinja.parse;

import java.util.function.Consumer;

/**
 * The filters and tests that exist.
 *
 * @param filter fails for an unknown filter
 * @param test fails for an unknown test
 */
public record Vocabulary(Consumer<String> filter, Consumer<String> test) {}
