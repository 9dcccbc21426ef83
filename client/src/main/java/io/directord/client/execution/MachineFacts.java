package io.directord.client.execution;

import io.directord.common.component.ReservedNames;
import io.directord.common.json.Json;
import io.directord.common.storage.IoErrors;
import io.directord.common.wire.NodeAttributes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Facts of the node for templates: its name, and facts of its machine. They are read once, for the
 * first template, and kept as long as the client runs.
 */
public final class MachineFacts {
  private static final Path OS_RELEASE = Path.of("/etc/os-release");
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
  private static final Path KERNEL = Path.of("/proc/sys/kernel/osrelease");
  private static final Path MACHINE_ID = Path.of("/etc/machine-id");
  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final int MAX_ADDRESSES = 16;
  private static final String MEMORY_TOTAL = "MemTotal:";

  private MachineFacts() {}

  /** Loads the facts on demand. */
  private static final class Holder {
    static final JsonNode FACTS = read();
  }

  /** The arguments and the facts. */
  static Map<String, JsonNode> and(Map<String, JsonNode> args, String identity) {
    Map<String, JsonNode> all = new LinkedHashMap<>(args);
    all.put(ReservedNames.NODE, StringNode.valueOf(identity));
    all.put(ReservedNames.FACT, Holder.FACTS);
    return all;
  }

  /**
   * What the node says of itself to the server. Read anew each time, since addresses change; that
   * takes half a millisecond, and some twenty of them the first time.
   *
   * @param labels of its configuration
   * @param limits further facts: what the configuration does not let jobs do
   */
  public static NodeAttributes attributes(
      Map<String, String> labels, boolean container, Map<String, String> limits) {
    Map<String, String> release = release(lines(OS_RELEASE));
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("os", release.getOrDefault("ID", ""));
    facts.put("os.version", release.getOrDefault("VERSION_ID", ""));
    facts.put("kernel", first(KERNEL));
    facts.put("arch", arch(System.getProperty("os.arch", "")));
    facts.put("cpus", String.valueOf(Runtime.getRuntime().availableProcessors()));
    facts.put("memory", String.valueOf(memory(lines(MEMORY)) * 1024));
    facts.put("container", String.valueOf(container));
    facts.putAll(limits);
    facts.values().removeIf(value -> value.isBlank() || value.equals("0"));
    List<String> addresses = addresses();
    NodeAttributes all =
        new NodeAttributes(
            labels, facts, addresses.subList(0, Math.min(MAX_ADDRESSES, addresses.size())));
    // A strange value of the system must not keep the node from joining.
    return all.error().isEmpty() ? all : new NodeAttributes(labels, limits, List.of());
  }

  /** Unknown facts are empty texts. */
  private static ObjectNode read() {
    Map<String, String> release = release(lines(OS_RELEASE));
    ObjectNode facts = Json.object();
    facts.put("hostname", first(HOST_NAME));
    facts.put("os", release.getOrDefault("ID", ""));
    facts.put("os_version", release.getOrDefault("VERSION_ID", ""));
    facts.put("os_like", release.getOrDefault("ID_LIKE", ""));
    facts.put("kernel", first(KERNEL));
    facts.put("arch", arch(System.getProperty("os.arch", "")));
    facts.put("cpus", Runtime.getRuntime().availableProcessors());
    facts.put("memory", memory(lines(MEMORY)) / 1024);
    facts.put("machine_id", first(MACHINE_ID));
    facts.set("addresses", Json.tree(addresses()));
    return facts;
  }

  /** Keys and values of lines as {@code KEY="value"}. */
  static Map<String, String> release(List<String> lines) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : lines) {
      int equals = line.indexOf('=');
      if (equals > 0 && !line.startsWith("#")) {
        String value = line.substring(equals + 1).strip();
        boolean quoted =
            value.length() > 1
                && "'\"".indexOf(value.charAt(0)) >= 0
                && value.charAt(0) == value.charAt(value.length() - 1);
        values.put(
            line.substring(0, equals), quoted ? value.substring(1, value.length() - 1) : value);
      }
    }
    return values;
  }

  /** As {@code uname -m} says it. */
  private static String arch(String java) {
    return java.equals("amd64") ? "x86_64" : java;
  }

  /** In KiB. */
  private static long memory(List<String> lines) {
    for (String line : lines) {
      if (line.startsWith(MEMORY_TOTAL)) {
        String kibibytes = line.substring(MEMORY_TOTAL.length()).replace("kB", "").strip();
        return Long.parseLong(kibibytes);
      }
    }
    return 0;
  }

  private static List<String> addresses() {
    TreeSet<String> addresses = new TreeSet<>();
    try {
      for (NetworkInterface card : NetworkInterface.networkInterfaces().toList()) {
        if (card.isUp() && !card.isLoopback()) {
          card.inetAddresses()
              .filter(address -> !address.isLinkLocalAddress())
              .map(InetAddress::getHostAddress)
              .map(address -> address.replaceFirst("%.*", ""))
              .forEach(addresses::add);
        }
      }
    } catch (SocketException e) {
      System.getLogger(MachineFacts.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "the addresses of this machine cannot be read: {0}",
              IoErrors.say(e));
    }
    return List.copyOf(addresses);
  }

  private static String first(Path file) {
    List<String> lines = lines(file);
    return lines.isEmpty() ? "" : lines.get(0).strip();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException | UncheckedIOException e) {
      // Not on this system, or not for this user: the fact is empty, as documented.
      return List.of();
    }
  }
}
