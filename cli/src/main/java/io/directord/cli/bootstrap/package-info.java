/**
 * Bootstrap: prepares machines by SSH, before they are nodes. {@link
 * io.directord.cli.bootstrap.CatalogReader} reads catalogs, {@link
 * io.directord.cli.bootstrap.NodeInstall} makes nodes, {@link io.directord.cli.bootstrap.Bootstrap}
 * runs the steps of all hosts, and {@link io.directord.cli.bootstrap.SshHosts} connects to them.
 * Start at {@code Bootstrap}.
 */
package io.directord.cli.bootstrap;
