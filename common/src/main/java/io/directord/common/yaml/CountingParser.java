package io.directord.common.yaml;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Ends the parsing of a file that has too many values before they are all in memory. What aliases
 * make of few is counted later, by {@link YamlValues}.
 */
final class CountingParser extends ParserImpl {
  /** The keys too are read here: there are no more of them than values. */
  private static final int MAX_NODES = 2 * YamlValues.MAX_VALUES;

  private int nodes;

  CountingParser(StreamReader reader, LoaderOptions options) {
    super(reader, options);
  }

  @Override
  public Event getEvent() {
    Event event = super.getEvent();
    boolean isNode = event instanceof ScalarEvent || event instanceof CollectionStartEvent;
    if (isNode && ++nodes > MAX_NODES) {
      throw new TooManyException(event.getStartMark());
    }
    return event;
  }

  /** The file has more values than are read. */
  static final class TooManyException extends MarkedYAMLException {
    private static final long serialVersionUID = 1;

    private TooManyException(Mark mark) {
      super(null, null, "too many values", mark);
    }
  }
}
