package io.directord.client.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The environment that this process was started with, byte for byte, as commands inherit it:
 * without the client's own variables, and with the locale that the launcher exchanged for one that
 * Java needs.
 */
public final class ClientEnvironment {
  /** What {@code LC_ALL} was before the launcher set it; empty if it was not set. */
  private static final String LOCALE_BEFORE = System.getProperty("directord.lc_all");

  private static final String LOCALE = "LC_ALL";

  private static final Set<String> SYSTEMD =
      Set.of("NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC");

  private final Collection<String> hidden;
  private final List<byte[]> entries;
  private final List<String> names;

  /**
   * @param hidden names of variables that commands do not get
   */
  public ClientEnvironment(Collection<String> hidden) {
    this.hidden = Set.copyOf(hidden);
    this.entries = new ArrayList<>();
    this.names = new ArrayList<>();
    for (byte[] entry : ownEntries()) {
      String name = name(entry);
      if (!this.hidden.contains(name) && !(LOCALE_BEFORE != null && name.equals(LOCALE))) {
        add(name, entry);
      }
    }
    if (LOCALE_BEFORE != null && !LOCALE_BEFORE.isEmpty()) {
      add(LOCALE, (LOCALE + '=' + LOCALE_BEFORE).getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * The same without what is meant for the client alone: its settings, among them the shared key,
   * and what lets it speak with systemd.
   */
  public static ClientEnvironment withoutSettings() {
    return new ClientEnvironment(
        System.getenv().keySet().stream()
            .filter(name -> name.startsWith("DIRECTORD_") || SYSTEMD.contains(name))
            .toList());
  }

  /** Entries {@code NAME=VALUE}, with variables that override existing ones. */
  List<byte[]> with(Map<String, String> variables) {
    List<byte[]> all = new ArrayList<>(entries.size() + variables.size());
    for (int i = 0; i < entries.size(); i++) {
      if (!variables.containsKey(names.get(i))) {
        all.add(entries.get(i));
      }
    }
    variables.forEach(
        (name, value) -> all.add((name + '=' + value).getBytes(StandardCharsets.UTF_8)));
    return all;
  }

  /** Makes the environment of a process that Java starts the same. */
  void applyTo(Map<String, String> environment) {
    hidden.forEach(environment::remove);
    if (LOCALE_BEFORE != null) {
      environment.remove(LOCALE);
      if (!LOCALE_BEFORE.isEmpty()) {
        environment.put(LOCALE, LOCALE_BEFORE);
      }
    }
  }

  private void add(String name, byte[] entry) {
    names.add(name);
    entries.add(entry);
  }

  private static List<byte[]> ownEntries() {
    List<byte[]> entries = new ArrayList<>();
    try {
      byte[] all = Files.readAllBytes(Path.of("/proc/self/environ"));
      int start = 0;
      for (int i = 0; i < all.length; i++) {
        if (all[i] == 0) {
          entries.add(java.util.Arrays.copyOfRange(all, start, i));
          start = i + 1;
        }
      }
    } catch (IOException e) {
      System.getenv()
          .forEach(
              (name, value) -> entries.add((name + '=' + value).getBytes(StandardCharsets.UTF_8)));
    }
    return entries;
  }

  private static String name(byte[] entry) {
    String text = new String(entry, StandardCharsets.UTF_8);
    int end = text.indexOf('=');
    return end < 0 ? text : text.substring(0, end);
  }
}
