package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.context.Servers;
import io.directord.cli.options.Spec;
import io.directord.common.api.ApiException;
import io.directord.common.api.Bodies;
import io.directord.common.api.ServerAddress;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.Settings;
import java.io.IOException;

/** Makes a link that logs a browser in to the server's page, once. */
final class UiMode implements Mode {
  private static final String LOCAL = "localhost";

  private String host;

  @Override
  public Spec spec() {
    return Spec.of("ui", this)
        .usage(
            "directord ui [--host HOST]",
            "Makes a link that logs a browser in to the server's page. It may be used once, within a"
                + " minute; the login has your rights, and ends after 8 hours, or when the token is"
                + " revoked with which the link was made. The server needs api_address in its"
                + " configuration. A browser asks once whether it should trust the server's"
                + " certificate: compare its fingerprint.")
        .option(
            "--host",
            "HOST",
            "Name or address by which the browser reaches the server. Default: that of the context;"
                + " at the server's socket the host of api_address, or localhost if that is every"
                + " address.",
            given -> host = given)
        .examples("  directord ui", "  directord ui --host directord.example");
  }

  @Override
  public int run(Settings settings, Console console) throws Failure, IOException {
    ServerAddress server = Servers.of(settings);
    Bodies.PageLink made;
    try {
      made = new ServerConnection(server, new BusyServer(console::error)).access().pageLink();
    } catch (ApiException e) {
      throw Failure.refused("ui", e);
    }
    console.out().println(url(server, made) + "/#link=" + made.link());
    console.error(
        "Open it within a minute; it can be used once. The certificate has the fingerprint "
            + made.fingerprint());
    return ExitStatus.OK;
  }

  private String url(ServerAddress server, Bodies.PageLink made) {
    if (host == null && server instanceof ServerAddress.Remote remote) {
      return remote.server().url();
    }
    String name = host != null ? host : made.host() == null ? LOCAL : made.host();
    boolean isBare = name.contains(":") && !name.startsWith("[");
    return "https://" + (isBare ? "[" + name + "]" : name) + ":" + made.port();
  }
}
