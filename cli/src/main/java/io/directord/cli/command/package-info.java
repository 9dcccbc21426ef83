/** The modes, a class each, and the command line that they make together. */
package io.directord.cli.command;
