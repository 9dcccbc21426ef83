package io.directord.jinja.syntax;

import java.util.List;
import java.util.Map;

/**
 * A whole template.
 *
 * @param blocks all of it, by their names
 */
public record Page(List<Statement> body, Map<String, Statement.Block> blocks) {}
