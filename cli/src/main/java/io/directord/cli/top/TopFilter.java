package io.directord.cli.top;

/**
 * What is to be listed, as the command's options say.
 *
 * @param target for which nodes are listed; null for all
 * @param text that listed jobs have in their lines; may be empty
 */
public record TopFilter(Listed view, String target, String text) {}
