package io.directord.cli.context;

import io.directord.cli.console.Failure;
import io.directord.common.api.ServerAddress;
import io.directord.common.config.Settings;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Place;
import io.directord.common.validation.Quoted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds out which server a command is for. */
public final class Servers {
  private Servers() {}

  /**
   * The context that was named; else the socket, if its path was given on the command line or in
   * the environment; else the context in use; else the socket.
   *
   * @throws Failure if there is no such context
   * @throws IOException if the contexts cannot be read
   */
  public static ServerAddress of(Settings settings) throws Failure, IOException {
    Optional<String> name = name(settings, Contexts.of(System.getenv()));
    return name.isEmpty()
        ? ServerAddress.ofSockets(settings.serverSockets())
        : of(settings, name.get());
  }

  /** The context of this command, named or in use; empty for the socket of the settings. */
  private static Optional<String> name(Settings settings, Contexts contexts) throws IOException {
    Optional<String> named = settings.find(Settings.CONTEXT);
    return named.isPresent() ? named : inUse(settings, contexts);
  }

  /** The context in use, if it counts where none is named. */
  public static Optional<String> inUse(Settings settings, Contexts contexts) throws IOException {
    return isSocketGiven(settings)
        ? Optional.empty()
        : Optional.ofNullable(contexts.read().current());
  }

  /**
   * Looks that the context of this command exists.
   *
   * @throws Failure if there is no such context
   * @throws IOException if the contexts cannot be read
   */
  public static void check(Settings settings, Contexts contexts) throws Failure, IOException {
    Optional<String> name = name(settings, contexts);
    if (name.isPresent() && !name.get().equals(Contexts.SOCKET)) {
      find(contexts, name.get());
    }
  }

  /** The server of that context. */
  public static ServerAddress of(Settings settings, String name) throws Failure, IOException {
    return name.equals(Contexts.SOCKET)
        ? ServerAddress.ofSockets(settings.serverSockets())
        : find(Contexts.of(System.getenv()), name).address(name);
  }

  /** Rather than by the configuration file, which says it for all users. */
  private static boolean isSocketGiven(Settings settings) {
    return settings.origin(Settings.SOCKET_PATH).filter(Place.Key.class::isInstance).isPresent();
  }

  private static ServerContext find(Contexts contexts, String name) throws Failure, IOException {
    Contexts.Known known = contexts.read();
    ServerContext found = known.contexts().get(name);
    if (found == null) {
      throw unknown(known, name);
    }
    return found;
  }

  /** There is no context of that name. */
  public static Failure unknown(Contexts.Known known, String name) {
    List<String> names = new ArrayList<>(known.contexts().keySet());
    names.add(Contexts.SOCKET);
    return new Failure(
        ErrorCode.UNKNOWN_CONTEXT,
        "unknown context "
            + Quoted.of(name)
            + Nearest.hint(name, names)
            + "; 'directord context list' shows those that there are, 'directord login' makes one");
  }
}
