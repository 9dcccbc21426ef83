package io.directord.cli.options;

import picocli.CommandLine.IFactory;

/**
 * For picocli, which makes objects of classes named in annotations; we name none. Its own factory
 * looks for Groovy on the class path when it is first touched, and so opens every library there is.
 */
public final class NoFactory implements IFactory {
  public static final NoFactory INSTANCE = new NoFactory();

  private NoFactory() {}

  @Override
  public <K> K create(Class<K> type) {
    throw new IllegalStateException("nothing is to be made of " + type);
  }
}
