package io.directord.verbs.external;

import io.directord.common.component.Component;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * Verbs that others wrote in Java: providers of {@link Component} on the class path and in jars in
 * the components directories. One that cannot be loaded is logged and left out.
 */
public final class JavaComponents {
  private static final Logger LOG = System.getLogger(JavaComponents.class.getName());

  private JavaComponents() {}

  /** The verbs by name. Their classes stay loaded until the process ends. */
  public static Map<String, Component<?>> load(List<Path> directories) {
    ClassLoader loader = JavaComponents.class.getClassLoader();
    List<URL> jars = jars(directories);
    if (!jars.isEmpty()) {
      loader = new URLClassLoader(jars.toArray(URL[]::new), loader);
    }
    Map<String, Component<?>> found = new TreeMap<>();
    @SuppressWarnings("rawtypes")
    Iterator<Component> providers = ServiceLoader.load(Component.class, loader).iterator();
    while (true) {
      try {
        if (!providers.hasNext()) {
          return found;
        }
        Component<?> component = providers.next();
        found.putIfAbsent(component.verb(), component);
      } catch (ServiceConfigurationError | LinkageError e) {
        LOG.log(Level.ERROR, "a verb cannot be loaded: {0}", e.toString());
      }
    }
  }

  private static List<URL> jars(List<Path> directories) {
    List<URL> jars = new ArrayList<>();
    for (Path directory : directories) {
      if (!Files.isDirectory(directory)) {
        continue;
      }
      try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*.jar")) {
        for (Path jar : found) {
          jars.add(url(jar));
        }
      } catch (IOException e) {
        LOG.log(
            Level.WARNING, "{0} cannot be searched for jars: {1}", directory, IoErrors.sayWhere(e));
      }
    }
    return jars;
  }

  private static URL url(Path jar) throws MalformedURLException {
    return jar.toUri().toURL();
  }
}
