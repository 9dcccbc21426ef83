package io.directord.client.execution;

import io.directord.common.component.JobException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The secrets of a node, in memory only: when its client ends, they are gone. Thread-safe. */
public final class Secrets {
  private static final int MAX = 256;

  private Map<String, String> values = Map.of();
  private volatile Mask mask = Mask.NONE;

  /** Keeps a secret, in place of one of the same name. */
  synchronized void put(String name, String value) throws JobException {
    if (values.size() == MAX && !values.containsKey(name)) {
      throw new JobException(
          "this node keeps " + MAX + " secrets already: CACHEEVICT args drops all of them");
    }
    Map<String, String> changed = new LinkedHashMap<>(values);
    changed.put(name, value);
    replace(changed);
  }

  /** Forgets a secret, since an argument takes its name. */
  synchronized void remove(String name) {
    if (values.containsKey(name)) {
      Map<String, String> changed = new LinkedHashMap<>(values);
      changed.remove(name);
      replace(changed);
    }
  }

  /** Forgets all; returns their number. */
  synchronized int clear() {
    int number = values.size();
    replace(Map.of());
    return number;
  }

  private void replace(Map<String, String> changed) {
    values = changed;
    mask = Mask.of(new ArrayList<>(changed.values()));
  }

  /** By name; a snapshot. */
  synchronized Map<String, String> all() {
    return values;
  }

  /**
   * Those of some names.
   *
   * @throws JobException if one of them is not here
   */
  Map<String, String> named(List<String> names) throws JobException {
    Map<String, String> all = all();
    Map<String, String> found = new LinkedHashMap<>();
    for (String name : names) {
      if (!all.containsKey(name)) {
        throw new JobException(
            "the secret "
                + name
                + " is not on this node: ARG --secret brings it. Secrets are kept in memory only, so"
                + " they are gone when the client was started again");
      }
      found.put(name, all.get(name));
    }
    return found;
  }

  /** What hides them. */
  Mask mask() {
    return mask;
  }

  /** A text without them; null for null. */
  public String hide(String text) {
    return mask.hide(text);
  }
}
