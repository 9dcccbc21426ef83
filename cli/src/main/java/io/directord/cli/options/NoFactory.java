package io.directord.cli.options;

import picocli.CommandLine.IFactory;

/**
 * A factory that is never called, since no annotation names a class. picocli's default factory
 * searches the class path for Groovy when it is loaded, which opens every library.
 */
final class NoFactory implements IFactory {
  static final NoFactory INSTANCE = new NoFactory();

  private NoFactory() {}

  @Override
  public <K> K create(Class<K> type) {
    throw new IllegalStateException("unexpected request for an object of " + type);
  }
}
