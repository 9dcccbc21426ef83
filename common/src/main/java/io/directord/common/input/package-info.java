/** Files that people name, on the command line and elsewhere; start at {@link GivenFile}. */
package io.directord.common.input;
