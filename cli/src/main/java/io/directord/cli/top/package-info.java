/**
 * The screen of {@code directord top}. {@link TopModel} is what is shown and what keys do, {@link
 * TopScreen} makes lines of it, both without a terminal; {@link TopLoop} has them meet keys and the
 * server; only {@link TopTerminal} sees JLine. {@link TopReport} is the form for pipes.
 */
package io.directord.cli.top;
