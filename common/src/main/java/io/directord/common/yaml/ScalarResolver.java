package io.directord.common.yaml;

import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Tells numbers from texts as PyYAML does, for which files of the original and of Ansible are
 * written. The library takes more texts for numbers, such as {@code 1e3}.
 */
final class ScalarResolver extends Resolver {
  private static final Pattern FLOATING =
      Pattern.compile(
          "[-+]?[0-9][0-9_]*\\.[0-9_]*(?:[eE][-+][0-9]+)?"
              + "|\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
              + "|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*"
              + "|[-+]?\\.(?:inf|Inf|INF)"
              + "|\\.(?:nan|NaN|NAN)");

  private static final Pattern INTEGER =
      Pattern.compile(
          "[-+]?0b[0-1_]+"
              + "|[-+]?0[0-7_]+"
              + "|[-+]?(?:0|[1-9][0-9_]*)"
              + "|[-+]?0x[0-9a-fA-F_]+"
              + "|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+");

  @Override
  public void addImplicitResolver(Tag tag, Pattern pattern, String first, int limit) {
    Pattern ours = tag.equals(Tag.FLOAT) ? FLOATING : tag.equals(Tag.INT) ? INTEGER : pattern;
    super.addImplicitResolver(tag, ours, first, limit);
  }
}
