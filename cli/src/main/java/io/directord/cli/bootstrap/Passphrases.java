package io.directord.cli.bootstrap;

import java.io.Console;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.session.SessionContext;

/** Asks at the terminal for the passphrases of key files, once for each. Thread-safe. */
final class Passphrases implements FilePasswordProvider {
  private static final int MAX_TRIES = 3;

  private final Map<String, String> known = new HashMap<>();
  private final Set<String> locked = new TreeSet<>();

  /** Why keys could not be used; empty if there was no such key. */
  synchronized String locked() {
    return locked.isEmpty() ? "" : "; " + String.join("; ", locked);
  }

  @Override
  public synchronized String getPassword(SessionContext session, NamedResource key, int tries)
      throws IOException {
    String name = key.getName();
    if (tries == 0 && known.containsKey(name)) {
      return known.get(name);
    }
    Console terminal = System.console();
    if (terminal == null) {
      throw locked(
          name + " is encrypted, and there is no terminal to ask for its passphrase: ssh-add it");
    }
    char[] typed = terminal.readPassword("Passphrase of %s: ", name);
    if (typed == null || typed.length == 0) {
      throw locked(name + " is encrypted, and no passphrase was given");
    }
    known.put(name, new String(typed));
    return known.get(name);
  }

  private IOException locked(String why) {
    locked.add(why);
    return new IOException(why);
  }

  @Override
  public synchronized ResourceDecodeResult handleDecodeAttemptResult(
      SessionContext session, NamedResource key, int tries, String passphrase, Exception failure)
      throws IOException {
    if (failure == null) {
      return null;
    }
    if (tries + 1 < MAX_TRIES) {
      return ResourceDecodeResult.RETRY;
    }
    throw locked("wrong passphrase for " + key.getName());
  }
}
