/** Standard output and error, the terminal they may be, and how a command ends. */
package io.directord.cli.console;
