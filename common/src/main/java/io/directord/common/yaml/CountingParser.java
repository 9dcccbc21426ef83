package io.directord.common.yaml;

import io.directord.common.validation.Quoted;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Ends the parsing of a file that has too many values before they are all in memory. What aliases
 * make of few is counted later, by {@link YamlValues}, if they are taken.
 */
final class CountingParser extends ParserImpl {
  /** The keys too are read here: there are no more of them than values. */
  private static final int MAX_NODES = 2 * YamlValues.MAX_VALUES;

  private final boolean takesAliases;
  private int nodes;

  CountingParser(StreamReader reader, LoaderOptions options, boolean takesAliases) {
    super(reader, options);
    this.takesAliases = takesAliases;
  }

  @Override
  public Event getEvent() {
    Event event = super.getEvent();
    boolean isNode = event instanceof ScalarEvent || event instanceof CollectionStartEvent;
    if (isNode && ++nodes > MAX_NODES) {
      throw new RefusedException(YamlValues.TOO_MANY, event.getStartMark());
    }
    if (event instanceof AliasEvent alias && !takesAliases) {
      throw new RefusedException(
          "aliases such as *"
              + Quoted.begin(alias.getAnchor())
              + " are not taken here: write out what it stands for",
          event.getStartMark());
    }
    return event;
  }

  /** The file has what is not read. */
  static final class RefusedException extends MarkedYAMLException {
    private static final long serialVersionUID = 1;

    private RefusedException(String why, Mark mark) {
      super(null, null, why, mark);
    }
  }
}
