package io.directord.server.dispatch;

import io.directord.server.store.JobStore;
import io.directord.server.store.MemoryStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A store in memory, but for what a test makes of it. */
final class StoreStub {
  private StoreStub() {}

  /** Comes between a question to the store and its answer. */
  interface Between {

    /**
     * @param method of {@link JobStore}
     * @param store asks the real one
     */
    Object answer(String method, Call store) throws Throwable;
  }

  /** The real store's answer. */
  interface Call {
    Object ask() throws Throwable;
  }

  static JobStore of(MemoryStore memory, Between between) {
    return (JobStore)
        Proxy.newProxyInstance(
            JobStore.class.getClassLoader(),
            new Class<?>[] {JobStore.class},
            (proxy, method, arguments) ->
                between.answer(
                    method.getName(),
                    () -> {
                      try {
                        return method.invoke(memory, arguments);
                      } catch (InvocationTargetException e) {
                        throw e.getCause();
                      }
                    }));
  }
}
