/**
 * What systemd and this process say to each other: {@link io.directord.cli.systemd.Unit} is the
 * unit of a server or client, {@link io.directord.cli.systemd.Supervision} tells systemd how the
 * process is.
 */
package io.directord.cli.systemd;
