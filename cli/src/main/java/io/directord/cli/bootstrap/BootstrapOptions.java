package io.directord.cli.bootstrap;

/**
 * What is the same for all ways to bootstrap.
 *
 * @param threads how many hosts at once
 * @param verbose whether the output of commands is shown as it comes
 */
public record BootstrapOptions(SshOptions ssh, int threads, boolean verbose) {}
