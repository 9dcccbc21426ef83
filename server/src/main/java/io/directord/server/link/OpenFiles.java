package io.directord.server.link;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many files and connections a process may have open. Java raises the limit of its process as
 * far as it may.
 *
 * @param limit of them
 */
public record OpenFiles(long limit) {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Pattern OPEN_FILES = Pattern.compile("(?m)^Max open files +(\\d+)");

  /** A connection for jobs, and one for files while it takes some. */
  private static final int PER_NODE = 2;

  /** What the server has open besides: jars, the store, contents, connections of commands. */
  private static final int BESIDES = 256;

  /** A port's share in any case. */
  private static final int MIN_CONNECTIONS = 8;

  private static final String HOW =
      ", with LimitNOFILE= in the server's unit, --ulimit nofile= of a container, or ulimit -n";

  /** Read once, since nothing can be read when it is reached. */
  private static final OpenFiles OF_THIS_PROCESS = read();

  /** The limit of this process; none if the system does not tell it. */
  public static OpenFiles ofThisProcess() {
    return OF_THIS_PROCESS;
  }

  private static OpenFiles read() {
    try {
      Matcher limit = OPEN_FILES.matcher(Files.readString(LIMITS));
      return new OpenFiles(limit.find() ? Long.parseLong(limit.group(1)) : Long.MAX_VALUE);
    } catch (IOException e) {
      return new OpenFiles(Long.MAX_VALUE);
    }
  }

  /** What is to be said to the operator of a server with so many nodes; empty if it is enough. */
  public Optional<String> warning(int nodes) {
    long needed = (long) PER_NODE * nodes + BESIDES;
    return limit >= needed
        ? Optional.empty()
        : Optional.of(
            "the server may have "
                + limit
                + " open files, which is too few for the "
                + nodes
                + " nodes that it knows: raise the limit to "
                + needed
                + HOW);
  }

  /**
   * The share of a port, so that all ports together leave enough for the rest of the server.
   *
   * @param percent of the connections that nodes may have
   */
  public int connections(int percent) {
    long all =
        Math.max(MIN_CONNECTIONS, (Math.min(limit, Integer.MAX_VALUE) - BESIDES) * percent / 100);
    return (int) all;
  }

  /** Why no more connections are kept. */
  public String tooFew() {
    return "more would not leave enough of the " + limit + " open files: raise that limit" + HOW;
  }

  /** Why a connection cannot be accepted. */
  public String refusal() {
    return "cannot take another connection, and tries again every second. If the server has "
        + limit
        + " files and connections open, that is its limit: raise it"
        + HOW;
  }
}
