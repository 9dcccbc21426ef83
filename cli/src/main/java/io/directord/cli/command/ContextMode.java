package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.context.Contexts;
import io.directord.cli.context.ServerContext;
import io.directord.cli.context.Servers;
import io.directord.cli.options.Spec;
import io.directord.cli.output.Column;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.Structured;
import io.directord.cli.output.Table;
import io.directord.common.config.Settings;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Shows, chooses and removes contexts, which are servers that this user has logged in to. */
final class ContextMode implements Mode {
  static final List<String> ACTIONS = List.of("list", "use", "remove");

  private final List<String> words = new ArrayList<>();
  private OutputFormat format;

  /** Without its token. */
  private record View(String name, boolean current, String url, String fingerprint) {}

  @Override
  public Spec spec() {
    return Spec.of("context", this)
        .usage(
            "directord context list [--output FORMAT]%n"
                + "       directord context use NAME%n"
                + "       directord context remove NAME",
            "A context is a server that 'directord login' has made known, and the token for it. All"
                + " commands are for the one in use, unless --context NAME or DIRECTORD_CONTEXT"
                + " names another one. The context socket is the server on this machine, at its"
                + " Unix socket; it is in use as long as no other was chosen. remove forgets the"
                + " token here; 'directord token revoke' makes it void.")
        .operands("ACTION", "list, use or remove, and the NAME of a context.", words::add)
        .choice(
            "--output",
            "FORMAT",
            OutputFormat.class,
            "With list: table, json, yaml or jsonl. Default: table.",
            given -> format = given)
        .examples(
            "  directord context list",
            "  directord context use production",
            "  directord context use socket",
            "  directord context remove production");
  }

  @Override
  public int run(Settings settings, Console console) throws Failure, IOException {
    Contexts contexts = Contexts.of(System.getenv());
    String action = words.isEmpty() ? "list" : words.get(0);
    if (!ACTIONS.contains(action)) {
      throw Failure.usage(
          "context: list, use or remove is expected, not "
              + Quoted.of(action)
              + Nearest.hint(action, ACTIONS));
    }
    boolean list = action.equals("list");
    if (words.size() > (list ? 1 : 2) || !list && words.size() < 2) {
      throw Failure.usage(
          "context: " + action + (list ? " takes no name" : " takes the NAME of one context"));
    }
    if (!list && format != null) {
      throw Failure.usage("context: --output belongs to list");
    }
    if (list) {
      return list(contexts.read(), console);
    }
    return action.equals("use")
        ? use(contexts, words.get(1), console)
        : remove(contexts, words.get(1), console);
  }

  private int list(Contexts.Known known, Console console) {
    List<View> views = new ArrayList<>();
    views.add(
        new View(
            Contexts.SOCKET,
            known.current() == null,
            "the server on this machine, at its Unix socket",
            ""));
    known
        .contexts()
        .forEach(
            (name, one) ->
                views.add(
                    new View(name, name.equals(known.current()), one.url(), one.fingerprint())));
    if (format != null && format != OutputFormat.TABLE) {
      console.out().print(Structured.text(views, format));
      return ExitStatus.OK;
    }
    Table table =
        new Table(
            console.columns(),
            Column.keep("CONTEXT"),
            Column.keep("IN_USE"),
            Column.keep("SERVER"),
            Column.cut("FINGERPRINT"));
    views.forEach(
        view ->
            table.row(view.name(), view.current() ? "yes" : "", view.url(), view.fingerprint()));
    table.lines().forEach(console.out()::println);
    return ExitStatus.OK;
  }

  private static int use(Contexts contexts, String name, Console console)
      throws Failure, IOException {
    Contexts.Known known = contexts.read();
    if (!name.equals(Contexts.SOCKET) && !known.contexts().containsKey(name)) {
      throw Servers.unknown(known, name);
    }
    String chosen = name.equals(Contexts.SOCKET) ? null : name;
    contexts.edit((current, all) -> chosen);
    ServerContext server = known.contexts().get(name);
    console
        .out()
        .println(
            chosen == null
                ? "Commands are for the server on this machine, at its Unix socket."
                : "Commands are for " + server.url() + ".");
    return ExitStatus.OK;
  }

  private static int remove(Contexts contexts, String name, Console console)
      throws Failure, IOException {
    Contexts.Known known = contexts.read();
    if (!known.contexts().containsKey(name)) {
      throw Servers.unknown(known, name);
    }
    contexts.edit(
        (current, all) -> {
          all.remove(name);
          return name.equals(current) ? null : current;
        });
    console
        .out()
        .println(
            "The context "
                + name
                + " is removed"
                + (name.equals(known.current())
                    ? "; commands are for the server on this machine, at its Unix socket."
                    : "."));
    return ExitStatus.OK;
  }
}
