package io.directord.cli.console;

import java.lang.reflect.Proxy;

/**
 * POSIX signals. Java offers them only in {@code sun.misc}, for which the compiler always warns, so
 * they are reached by reflection. All JDKs have them, in the module jdk.unsupported.
 */
public final class Signals {
  private Signals() {}

  /**
   * Runs the action, on a thread of its own, whenever the process receives the signal. Replaces the
   * previous handler.
   *
   * @param name without SIG
   */
  public static void on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      action.run();
                      yield null;
                    }
                    case "hashCode" -> System.identityHashCode(self);
                    case "equals" -> self == arguments[0];
                    default -> name;
                  });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Java runtime does not give access to signals", e);
    }
  }
}
