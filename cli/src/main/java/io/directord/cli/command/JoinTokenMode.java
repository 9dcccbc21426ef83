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
import io.directord.common.api.JoinTokenView;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.Settings;
import io.directord.common.job.Span;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Creates, lists and revokes the tokens with which nodes enrol without the shared key. */
final class JoinTokenMode implements Mode {
  static final List<String> ACTIONS = List.of("create", "list", "revoke");
  private static final String NAME = "join-token";
  private static final String DEFAULT_TTL = "1h";

  private final List<String> words = new ArrayList<>();
  private final List<String> nodes = new ArrayList<>();
  private String ttl;
  private Integer uses;
  private OutputFormat format;

  @Override
  public Spec spec() {
    return Spec.of(NAME, this)
        .usage(
            "directord join-token create [--node NAME]... [--uses COUNT] [--ttl TIME]%n"
                + "       directord join-token list [--output FORMAT]%n"
                + "       directord join-token revoke ID",
            "The tokens with which nodes enrol that have no shared key. create prints a new one,"
                + " which is shown only once: the server keeps a digest. Give it to a node's client"
                + " with --join-token, in DIRECTORD_JOIN_TOKEN, or as the file join_token beside its"
                + " configuration. A node that has enrolled needs it no more. revoke makes a token"
                + " void; nodes that have enrolled with it stay.")
        .operands("ACTION", "create, list or revoke, and the ID of a token.", words::add)
        .list(
            "--node",
            "NAME",
            "With create: which node may enrol with it; * and ? stand for others. May be repeated."
                + " Default: any.",
            nodes::add)
        .count(
            "--uses",
            "COUNT",
            "With create: how many nodes may enrol with it, at most 10000. Default: 1.",
            given -> uses = given)
        .option(
            "--ttl",
            "TIME",
            "With create: how long it may be used, such as 10m or 7d, at most 30d. Default: 1h.",
            given -> ttl = given)
        .choice(
            "--output",
            "FORMAT",
            OutputFormat.class,
            "With create and list: table, json, yaml or jsonl. Default: table.",
            given -> format = given)
        .examples(
            "  directord join-token create --node web-1",
            "  (umask 077; directord join-token create --uses 20 --node 'web-*' > join_token)",
            "  directord join-token list",
            "  directord join-token revoke 5f0c7ad21b9e");
  }

  @Override
  public int run(Settings settings, Console console) throws Failure, IOException {
    String action = ActionWord.of(words, ACTIONS, "join-token: create, list or revoke is expected");
    boolean revoke = action.equals("revoke");
    if (words.size() != (revoke ? 2 : 1)) {
      throw Failure.usage(
          "join-token: " + action + (revoke ? " takes the ID of one token" : " takes no name"));
    }
    boolean create = action.equals("create");
    if (!create && (!nodes.isEmpty() || uses != null || ttl != null)) {
      throw Failure.usage("join-token: --node, --uses and --ttl belong to create");
    }
    ServerConnection server =
        new ServerConnection(Servers.of(settings), new BusyServer(console::error));
    try {
      return switch (action) {
        case "create" -> create(server, console);
        case "list" -> list(server.access().joinTokens(), console);
        default -> revoke(server, words.get(1), console);
      };
    } catch (ApiException e) {
      throw Failure.refused(NAME, e);
    }
  }

  private Duration time() throws Failure {
    try {
      return Span.parse(ttl == null ? DEFAULT_TTL : ttl);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("join-token: --ttl: " + e.getMessage());
    }
  }

  private int create(ServerConnection server, Console console) throws Failure, IOException {
    Bodies.CreatedJoinToken created =
        server.access().createJoinToken(nodes, uses == null ? 1 : uses, time());
    if (format != null && format != OutputFormat.TABLE) {
      console.out().print(Structured.text(created, format));
      return ExitStatus.OK;
    }
    console.out().println(created.secret());
    JoinTokenView token = created.token();
    console.error(
        "The join token "
            + token.id()
            + " enrols "
            + (token.terms().uses() == 1 ? "one node" : token.terms().uses() + " nodes")
            + (nodes.isEmpty() ? "" : " of " + String.join(", ", nodes))
            + " until "
            + Times.shortMoment(token.terms().expiresAt())
            + ". It is shown only here; use it with 'directord client --join-token -'.");
    return ExitStatus.OK;
  }

  private int list(List<JoinTokenView> tokens, Console console) {
    if (format != null && format != OutputFormat.TABLE) {
      console.out().print(Structured.text(tokens, format));
      return ExitStatus.OK;
    }
    if (tokens.isEmpty()) {
      console.out().println("There are no join tokens.");
      return ExitStatus.OK;
    }
    Table table =
        new Table(
            console.columns(),
            Column.keep("TOKEN"),
            Column.keep("USED"),
            Column.keep("EXPIRES"),
            Column.cut("FOR"),
            Column.cut("JOINED"),
            Column.cut("CREATED"),
            Column.cut("BY"));
    for (JoinTokenView token : tokens) {
      JoinTokenView.Terms terms = token.terms();
      boolean expired = token.spent() && token.used() < terms.uses();
      table.row(
          token.id(),
          token.used() + " of " + terms.uses(),
          expired ? "expired" : Times.shortMoment(terms.expiresAt()),
          terms.nodes().isEmpty() ? "any" : String.join(" ", terms.nodes()),
          String.join(" ", token.joined()),
          Times.shortMoment(token.createdAt()),
          token.createdBy());
    }
    table.lines().forEach(console.out()::println);
    return ExitStatus.OK;
  }

  private static int revoke(ServerConnection server, String id, Console console)
      throws IOException {
    JoinTokenView token = server.access().revokeJoinToken(id);
    console
        .out()
        .println(
            "The join token "
                + token.id()
                + " is void"
                + (token.joined().isEmpty()
                    ? "."
                    : "; nodes that have enrolled with it stay: "
                        + String.join(", ", token.joined())
                        + "."));
    return ExitStatus.OK;
  }
}
