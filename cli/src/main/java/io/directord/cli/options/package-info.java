/**
 * What stands on the command line: the settings as options, the rules by which words belong to an
 * option or to the verb, and the messages for wrong usage.
 */
package io.directord.cli.options;
