/**
 * The command line. {@link io.directord.cli.Main} parses, starts and waits; every mode is a class
 * in {@code command}. Packages import in this order only: {@code command}, {@code follow}, {@code
 * output}, {@code options}, {@code console}; {@code log} is used by the server and client modes.
 */
package io.directord.cli;
