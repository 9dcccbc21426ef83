/** The modes, one class each, and the command line made of them. */
package io.directord.cli.command;
