package io.directord.verbs;

import io.directord.common.component.Component;
import io.directord.common.component.PlanException;
import io.directord.common.component.Verbs;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.ValidationError;
import io.directord.verbs.builtin.ArgComponent;
import io.directord.verbs.builtin.CacheEvictComponent;
import io.directord.verbs.builtin.CacheFileComponent;
import io.directord.verbs.builtin.ContainerImageComponent;
import io.directord.verbs.builtin.CopyComponent;
import io.directord.verbs.builtin.EnvComponent;
import io.directord.verbs.builtin.FacterComponent;
import io.directord.verbs.builtin.FetchComponent;
import io.directord.verbs.builtin.JobWaitComponent;
import io.directord.verbs.builtin.PackageComponent;
import io.directord.verbs.builtin.PodComponent;
import io.directord.verbs.builtin.QueryComponent;
import io.directord.verbs.builtin.QueryWaitComponent;
import io.directord.verbs.builtin.QueueSentinelComponent;
import io.directord.verbs.builtin.RebootComponent;
import io.directord.verbs.builtin.RunComponent;
import io.directord.verbs.builtin.SecontextComponent;
import io.directord.verbs.builtin.ServiceComponent;
import io.directord.verbs.builtin.WaitComponent;
import io.directord.verbs.builtin.WorkdirComponent;
import io.directord.verbs.external.Definitions;
import io.directord.verbs.external.JavaComponents;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The verbs that exist: those that come with directord, those that users define, and those that
 * others wrote in Java, in this order. A verb's component is made when it is first asked for, since
 * a command line that starts in a fraction of a second uses one or two. Thread-safe.
 */
public final class Components implements Verbs {
  private static final Map<String, Supplier<Component<?>>> BUILTIN = builtinVerbs();

  private final Map<String, Component<?>> made = new ConcurrentHashMap<>();
  private final List<Path> directories;
  private final Definitions definitions;
  private Map<String, Component<?>> java;

  private Components(List<Path> directories, Map<String, Component<?>> java) {
    this.directories = directories;
    this.definitions = new Definitions(directories);
    this.java = java;
  }

  /** The verbs that come with directord, and what the class path has. */
  public static Components builtin() {
    return new Components(List.of(), null);
  }

  /**
   * All verbs. A definition is read when it is first asked for, once; who wants to see what has
   * changed since asks a new object.
   *
   * @param directories where definitions and jars are, see {@link
   *     io.directord.verbs.external.ComponentDirectories}
   */
  public static Components installed(List<Path> directories) {
    return new Components(directories, null);
  }

  /** The same, with the definitions as they are now; what is in jars stays as it was. */
  public Components afresh() {
    return new Components(directories, java());
  }

  /** A new one is a class and a line here. */
  private static Map<String, Supplier<Component<?>>> builtinVerbs() {
    Map<String, Supplier<Component<?>>> verbs = new TreeMap<>();
    verbs.put("ADD", () -> new CopyComponent("ADD"));
    verbs.put("APT", PackageComponent::apt);
    verbs.put("ARG", ArgComponent::new);
    verbs.put("CACHEEVICT", CacheEvictComponent::new);
    verbs.put("CACHEFILE", CacheFileComponent::new);
    verbs.put("CONTAINER_IMAGE", ContainerImageComponent::new);
    verbs.put("COPY", () -> new CopyComponent("COPY"));
    verbs.put("DNF", PackageComponent::dnf);
    verbs.put("ENV", EnvComponent::new);
    verbs.put("FACTER", FacterComponent::new);
    verbs.put("FETCH", FetchComponent::new);
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
    return verbs;
  }

  @Override
  public Component<?> find(String verb) throws PlanException {
    String name = verb.toUpperCase(Locale.ROOT);
    Component<?> component = BUILTIN.containsKey(name) ? inJava(name) : made.get(name);
    if (component == null) {
      component = definitions.find(name);
      if (component == null) {
        component = inJava(name);
      }
      if (component == null) {
        throw unknown(verb, name);
      }
      made.put(name, component);
    }
    return component;
  }

  private PlanException unknown(String verb, String name) {
    String message =
        "unknown verb "
            + verb
            + Nearest.hint(name, verbs())
            + "; the verbs are "
            + String.join(", ", verbs())
            + definitions.hint(name);
    return new PlanException(
        List.of(new ValidationError(message).withCode(ErrorCode.UNKNOWN_VERB)));
  }

  /**
   * The verb that needs no definition, built in or in a jar, or null.
   *
   * @param name in upper case
   */
  public Component<?> inJava(String name) {
    Supplier<Component<?>> supplier = BUILTIN.get(name);
    return supplier == null
        ? java().get(name)
        : made.computeIfAbsent(name, absent -> supplier.get());
  }

  /** Whether the verb comes with directord, so that nobody else can define it. */
  public static boolean isBuiltIn(String verb) {
    return BUILTIN.containsKey(verb.toUpperCase(Locale.ROOT));
  }

  private synchronized Map<String, Component<?>> java() {
    if (java == null) {
      java = JavaComponents.load(directories);
    }
    return java;
  }

  /** In upper case and alphabetical order. */
  public SortedSet<String> verbs() {
    TreeSet<String> verbs = new TreeSet<>(BUILTIN.keySet());
    verbs.addAll(definitions.verbs());
    verbs.addAll(java().keySet());
    return Collections.unmodifiableSortedSet(verbs);
  }

  /** Those that need no definition. */
  public SortedSet<String> verbsInJava() {
    TreeSet<String> verbs = new TreeSet<>(BUILTIN.keySet());
    verbs.addAll(java().keySet());
    return Collections.unmodifiableSortedSet(verbs);
  }
}
