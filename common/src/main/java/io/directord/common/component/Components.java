package io.directord.common.component;

import io.directord.common.component.builtin.ArgComponent;
import io.directord.common.component.builtin.CacheEvictComponent;
import io.directord.common.component.builtin.CacheFileComponent;
import io.directord.common.component.builtin.ContainerImageComponent;
import io.directord.common.component.builtin.CopyComponent;
import io.directord.common.component.builtin.EchoComponent;
import io.directord.common.component.builtin.EnvComponent;
import io.directord.common.component.builtin.FacterComponent;
import io.directord.common.component.builtin.JobWaitComponent;
import io.directord.common.component.builtin.PackageComponent;
import io.directord.common.component.builtin.PodComponent;
import io.directord.common.component.builtin.QueryComponent;
import io.directord.common.component.builtin.QueryWaitComponent;
import io.directord.common.component.builtin.QueueSentinelComponent;
import io.directord.common.component.builtin.RebootComponent;
import io.directord.common.component.builtin.RunComponent;
import io.directord.common.component.builtin.SecontextComponent;
import io.directord.common.component.builtin.ServiceComponent;
import io.directord.common.component.builtin.WaitComponent;
import io.directord.common.component.builtin.WorkdirComponent;
import io.directord.common.config.Nearest;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The verbs that exist. A verb's component is made when it is first asked for, since a command line
 * that starts in a fraction of a second uses one or two. Thread-safe.
 */
public final class Components {
  private final Map<String, Supplier<Component<?>>> suppliers;
  private final Map<String, Component<?>> made = new ConcurrentHashMap<>();

  private Components(Map<String, Supplier<Component<?>>> suppliers) {
    this.suppliers = suppliers;
  }

  /** The verbs that come with directord. A new one is a class and a line here. */
  public static Components builtin() {
    Map<String, Supplier<Component<?>>> verbs = new TreeMap<>();
    verbs.put("ADD", () -> new CopyComponent("ADD"));
    verbs.put("APT", PackageComponent::apt);
    verbs.put("ARG", ArgComponent::new);
    verbs.put("CACHEEVICT", CacheEvictComponent::new);
    verbs.put("CACHEFILE", CacheFileComponent::new);
    verbs.put("CONTAINER_IMAGE", ContainerImageComponent::new);
    verbs.put("COPY", () -> new CopyComponent("COPY"));
    verbs.put("DNF", PackageComponent::dnf);
    verbs.put("ECHO", EchoComponent::new);
    verbs.put("ENV", EnvComponent::new);
    verbs.put("FACTER", FacterComponent::new);
    verbs.put("JOB_WAIT", JobWaitComponent::new);
    verbs.put("PACKAGE", PackageComponent::any);
    verbs.put("POD", PodComponent::new);
    verbs.put("QUERY", QueryComponent::new);
    verbs.put("QUERY_WAIT", QueryWaitComponent::new);
    verbs.put("QUEUESENTINEL", QueueSentinelComponent::new);
    verbs.put("REBOOT", RebootComponent::new);
    verbs.put("RUN", RunComponent::new);
    verbs.put("SECONTEXT", SecontextComponent::new);
    verbs.put("SERVICE", ServiceComponent::new);
    verbs.put("WAIT", WaitComponent::new);
    verbs.put("WORKDIR", WorkdirComponent::new);
    return new Components(verbs);
  }

  /**
   * @param verb in upper or lower case
   * @throws PlanException naming the verbs that exist, if this is none of them
   */
  public Component<?> find(String verb) throws PlanException {
    String name = verb.toUpperCase(Locale.ROOT);
    Supplier<Component<?>> supplier = suppliers.get(name);
    if (supplier == null) {
      throw new PlanException(
          "unknown verb "
              + verb
              + Nearest.hint(name, verbs())
              + "; the verbs are "
              + String.join(", ", verbs()));
    }
    return made.computeIfAbsent(name, absent -> supplier.get());
  }

  /** In upper case and alphabetical order. */
  public SortedSet<String> verbs() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(suppliers.keySet()));
  }
}
