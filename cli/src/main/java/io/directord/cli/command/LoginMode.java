package io.directord.cli.command;

import io.directord.cli.console.Confirmation;
import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.context.Contexts;
import io.directord.cli.context.ServerContext;
import io.directord.cli.options.Spec;
import io.directord.common.api.ApiException;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.HostPort;
import io.directord.common.config.Settings;
import io.directord.common.http.TlsServer;
import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Quoted;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Makes a server on another machine known, with its certificate and a token. */
final class LoginMode implements Mode {
  private static final String SCHEME = "https://";
  private static final String STANDARD_INPUT = "-";
  private static final int DEFAULT_PORT = 8443;
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** HTTP status: the token is right, and its role too small to see the server. */
  private static final int FORBIDDEN = 403;

  private final List<String> words = new ArrayList<>();
  private String name;
  private String fingerprint;
  private String token;
  private String tokenFile;

  @Override
  public Spec spec() {
    return Spec.of("login", this)
        .usage(
            "directord login https://HOST:PORT [--name NAME] [--fingerprint DIGEST]%n"
                + "         [--token-file FILE | --token TOKEN]",
            "Makes a server on another machine known here, and has all commands use it from now"
                + " on. The server needs api_address in its configuration, and 'directord token"
                + " create' there makes the token. The token is asked for, unless an option says"
                + " where it is. The server's certificate is shown by its fingerprint, for you to"
                + " compare, and no other one is accepted later: the server's log has the"
                + " fingerprint, and so has 'openssl x509 -fingerprint -sha256 -noout -in' the"
                + " file api_certificate.pem in its state directory.")
        .operands("URL", "Where the server is, such as https://directord.example:8443.", words::add)
        .option(
            "--name",
            "NAME",
            "Name of the context. Default: the host, unless that is the name of another server's.",
            given -> name = given)
        .option(
            "--fingerprint",
            "DIGEST",
            "SHA-256 digest of the server's certificate, so that it need not be confirmed.",
            given -> fingerprint = given)
        .option(
            "--token-file",
            "FILE",
            "File with the token; - is standard input.",
            given -> tokenFile = given)
        .option(
            "--token",
            "TOKEN",
            "The token, which is then seen in the list of processes; - reads it from standard"
                + " input.",
            given -> token = given)
        .examples(
            "  directord login https://directord.example:8443",
            "  directord login https://10.0.0.5:8443 --name production --token-file token",
            "  ssh server directord token create ada --role operator |",
            "    directord login https://server:8443 --fingerprint \"$DIGEST\" --token-file -");
  }

  @Override
  public int run(Settings settings, Console console) throws Failure, IOException {
    if (words.size() != 1) {
      throw Failure.usage("login: one URL is expected, such as https://directord.example:8443");
    }
    if (token != null && tokenFile != null) {
      throw Failure.usage("login: only one of --token and --token-file can be given");
    }
    HostPort server = server(words.get(0));
    String context = name == null ? nameOf(server) : name;
    if (context.equals(Contexts.SOCKET) || !context.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
      throw Failure.usage(
          "login: --name: letters, digits, '.', '_' and '-' are expected, and not 'socket', but not "
              + Quoted.of(context));
    }
    Contexts contexts = Contexts.of(System.getenv());
    requireOwn(context, server, contexts);
    String pinned = pinned(server, console);
    String secret = secret(console);
    ServerContext made = new ServerContext(server.host(), server.port(), pinned, secret);
    try {
      new ServerConnection(made.address(context), new BusyServer(console::error)).status();
    } catch (ApiException e) {
      if (e.problem().status() != FORBIDDEN) {
        throw Failure.refused("login", e);
      }
    }
    contexts.edit(
        (current, all) -> {
          all.put(context, made);
          return context;
        });
    console
        .out()
        .println(
            "Logged in to "
                + made.url()
                + ". All commands are for it from now on; 'directord context use socket' goes back"
                + " to the server on this machine.");
    return ExitStatus.OK;
  }

  /** Its host; of an address of IPv6 without the colons. */
  private static String nameOf(HostPort server) {
    return server.host().replaceAll("[^A-Za-z0-9._-]+", "-").replaceFirst("^-+", "");
  }

  /** A name that was not given must not take the place of another server's context. */
  private void requireOwn(String context, HostPort server, Contexts contexts)
      throws Failure, IOException {
    ServerContext known = contexts.read().contexts().get(context);
    boolean isOther =
        known != null && !(known.host().equals(server.host()) && known.port() == server.port());
    if (name == null && isOther) {
      throw Failure.usage(
          "login: the context "
              + context
              + " is there already, for "
              + known.url()
              + ": give this one a name with --name");
    }
  }

  private static HostPort server(String url) throws Failure {
    String rest = url.startsWith(SCHEME) ? url.substring(SCHEME.length()) : null;
    if (rest != null) {
      rest = rest.replaceFirst("/$", "");
      try {
        return HostPort.parse(rest.matches(".*:\\d+") ? rest : rest + ":" + DEFAULT_PORT);
      } catch (IllegalArgumentException e) {
        // Reported below, as any other text that is not a URL.
      }
    }
    throw Failure.usage(
        "login: a URL such as https://directord.example:8443 is expected, not " + Quoted.of(url));
  }

  /** The fingerprint that was given, or that was shown and confirmed. */
  private String pinned(HostPort server, Console console) throws Failure, IOException {
    if (fingerprint != null) {
      try {
        return TlsServer.parseFingerprint(fingerprint);
      } catch (IllegalArgumentException e) {
        throw Failure.usage("login: --fingerprint: " + e.getMessage());
      }
    }
    String shown;
    try {
      shown = TlsServer.askFingerprint(server.host(), server.port(), TIMEOUT);
    } catch (IOException e) {
      throw new Failure(
          ErrorCode.SERVER_NOT_RUNNING,
          "login: no server at "
              + SCHEME
              + server
              + ": "
              + IoErrors.say(e)
              + ". See that it runs with api_address set and can be reached from here",
          e);
    }
    if (console.terminal() == null) {
      throw Failure.usage(
          "login: the certificate of "
              + SCHEME
              + server
              + " has the fingerprint "
              + shown
              + "; compare it with the one in the server's log, and give it with --fingerprint:"
              + " there is no terminal to ask at");
    }
    console.err().println("The certificate of " + SCHEME + server + " has the fingerprint");
    console.err().println("  " + shown);
    console.err().println("which must be the one in the server's log.");
    Confirmation.require("Is it?", console);
    return shown;
  }

  private String secret(Console console) throws Failure, IOException {
    if (STANDARD_INPUT.equals(token) || STANDARD_INPUT.equals(tokenFile)) {
      String line =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      return required(line, "standard input");
    }
    if (token != null) {
      console.error(
          "directord: --token shows the token to every user of this machine, in the list of"
              + " processes: give it as '--token -' on standard input, or with --token-file");
      return required(token, "--token");
    }
    if (tokenFile != null) {
      byte[] read = PrivateFiles.read(Path.of(tokenFile));
      return required(new String(read, StandardCharsets.UTF_8), tokenFile);
    }
    java.io.Console terminal = System.console();
    if (terminal == null || console.terminal() == null) {
      throw Failure.usage(
          "login: there is no terminal to ask for the token: give it with --token-file FILE, or on"
              + " standard input with --token-file -");
    }
    char[] typed = terminal.readPassword("Token: ");
    return required(typed == null ? null : new String(typed), "the terminal");
  }

  private static String required(String text, String from) throws Failure {
    String stripped = text == null ? "" : text.strip();
    if (!stripped.matches("[\\x21-\\x7e]{1,200}")) {
      throw Failure.usage("login: " + from + " has no token, which is one word");
    }
    return stripped;
  }
}
