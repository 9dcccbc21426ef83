package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.context.Servers;
import io.directord.cli.options.Spec;
import io.directord.cli.output.Column;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.Structured;
import io.directord.cli.output.Table;
import io.directord.cli.output.Times;
import io.directord.common.api.ApiException;
import io.directord.common.api.Bodies;
import io.directord.common.api.ServerConnection;
import io.directord.common.api.TokenView;
import io.directord.common.config.Settings;
import io.directord.common.job.Span;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Creates, lists and revokes the tokens with which a server is used from other machines. */
final class TokenMode implements Mode {
  static final List<String> ACTIONS = List.of("create", "list", "revoke");
  private static final String DEFAULT_TTL = "30d";

  private final List<String> words = new ArrayList<>();
  private String role;
  private String ttl;
  private OutputFormat format;

  @Override
  public Spec spec() {
    return Spec.of("token", this)
        .usage(
            "directord token create NAME --role ROLE [--ttl TIME]%n"
                + "       directord token list [--output FORMAT]%n"
                + "       directord token revoke NAME",
            "The tokens with which 'directord login' on other machines uses this server. create"
                + " prints a new one, which is shown only once: the server keeps its digest."
                + " revoke makes one void at once, and cuts off what uses it.")
        .operands("ACTION", "create, list or revoke, and the NAME of a token.", words::add)
        .option(
            "--role",
            "ROLE",
            "With create: what it may do. admin: everything; operator: run, cancel and see jobs;"
                + " read: see nodes and jobs.",
            given -> role = given)
        .option(
            "--ttl",
            "TIME",
            "With create: how long it may be used, such as 12h or 90d, at most 365d. Default: 30d.",
            given -> ttl = given)
        .choice(
            "--output",
            "FORMAT",
            OutputFormat.class,
            "With create and list: table, json, yaml or jsonl. Default: table.",
            given -> format = given)
        .examples(
            "  directord token create ada --role operator",
            "  (umask 077; directord token create ci --role operator --ttl 90d > token)",
            "  directord token list",
            "  directord token revoke ci");
  }

  @Override
  public int run(Settings settings, Console console) throws Failure, IOException {
    String action = ActionWord.of(words, ACTIONS, "token: create, list or revoke is expected");
    boolean list = action.equals("list");
    if (words.size() != (list ? 1 : 2)) {
      throw Failure.usage(
          "token: " + action + (list ? " takes no name" : " takes the NAME of one token"));
    }
    boolean create = action.equals("create");
    if (!create && (role != null || ttl != null)) {
      throw Failure.usage("token: --role and --ttl belong to create");
    }
    if (create && role == null) {
      throw Failure.usage(
          "token: create needs --role: admin, operator, read, or one of the configuration's roles");
    }
    ServerConnection server =
        new ServerConnection(Servers.of(settings), new BusyServer(console::error));
    try {
      return switch (action) {
        case "create" -> create(server, words.get(1), console);
        case "list" -> list(server.access().tokens(), console);
        default -> revoke(server, words.get(1), console);
      };
    } catch (ApiException e) {
      throw Failure.refused("token", e);
    }
  }

  private Duration time() throws Failure {
    try {
      return Span.parse(ttl == null ? DEFAULT_TTL : ttl);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("token: --ttl: " + e.getMessage());
    }
  }

  private int create(ServerConnection server, String name, Console console)
      throws Failure, IOException {
    Bodies.CreatedToken created = server.access().createToken(name, role, time());
    if (format != null && format != OutputFormat.TABLE) {
      console.out().print(Structured.text(created, format));
      return ExitStatus.OK;
    }
    console.out().println(created.secret());
    TokenView token = created.token();
    console.error(
        "The token "
            + token.name()
            + " has the role "
            + token.role()
            + " until "
            + Times.shortMoment(token.expiresAt())
            + ". It is shown only here; use it with 'directord login'.");
    return ExitStatus.OK;
  }

  private int list(List<TokenView> tokens, Console console) {
    if (format != null && format != OutputFormat.TABLE) {
      console.out().print(Structured.text(tokens, format));
      return ExitStatus.OK;
    }
    if (tokens.isEmpty()) {
      console.out().println("There are no tokens.");
      return ExitStatus.OK;
    }
    Table table =
        new Table(
            console.columns(),
            Column.keep("TOKEN"),
            Column.keep("ROLE"),
            Column.keep("EXPIRES"),
            Column.cut("CREATED"),
            Column.cut("BY"));
    for (TokenView token : tokens) {
      table.row(
          token.name(),
          token.role(),
          token.expired() ? "expired" : Times.shortMoment(token.expiresAt()),
          Times.shortMoment(token.createdAt()),
          token.createdBy());
    }
    table.lines().forEach(console.out()::println);
    return ExitStatus.OK;
  }

  private static int revoke(ServerConnection server, String name, Console console)
      throws IOException {
    TokenView token = server.access().revokeToken(name);
    console.out().println("The token " + token.name() + " is void.");
    return ExitStatus.OK;
  }
}
