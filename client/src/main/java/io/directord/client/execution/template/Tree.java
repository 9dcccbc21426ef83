package io.directord.client.execution.template;

import com.hubspot.jinjava.lib.tag.EndTag;
import com.hubspot.jinjava.lib.tag.FlexibleTag;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.ExpressionNode;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.tree.TextNode;
import com.hubspot.jinjava.tree.parse.ExpressionToken;
import com.hubspot.jinjava.tree.parse.TagToken;
import com.hubspot.jinjava.tree.parse.TextToken;
import com.hubspot.jinjava.tree.parse.TokenScannerSymbols;
import com.hubspot.jinjava.tree.parse.WhitespaceControlParser;
import java.util.List;
import java.util.function.Function;

/** Builds the engine's tree of a template from its {@link Segment}s. */
final class Tree {
  private static final WhitespaceControlParser STRICT = WhitespaceControlParser.STRICT;

  private final Function<String, Tag> tags;
  private final TokenScannerSymbols symbols;
  private Node parent;

  private Tree(Node root, Function<String, Tag> tags) {
    this.parent = root;
    this.tags = tags;
    this.symbols = root.getSymbols();
  }

  /**
   * @param root without children; they are added
   * @param tags finds a tag by its name, and fails if there is none
   */
  static void build(Node root, List<Segment> segments, Function<String, Tag> tags) {
    Tree tree = new Tree(root, tags);
    for (Segment segment : segments) {
      Limits.proceed();
      tree.add(segment);
    }
    if (tree.parent != root) {
      throw new TemplateException(
          "Unexpected end of template. The innermost block that needs to be closed is '"
              + tree.parent.getName()
              + "'",
          tree.parent.getLineNumber());
    }
  }

  private void add(Segment segment) {
    int line = segment.line();
    if (segment instanceof Segment.Text text) {
      add(new TextNode(new TextToken(text.text(), line, 0, symbols, STRICT)));
    } else if (segment instanceof Segment.Output output) {
      // The engine takes marks and spaces off again.
      String image = "{{ " + output.expression() + " }}";
      add(new ExpressionNode(new ExpressionToken(image, line, 0, symbols, STRICT)));
    } else if (segment instanceof Segment.Statement statement) {
      add(statement);
    }
  }

  private void add(Node node) {
    node.setParent(parent);
    parent.getChildren().add(node);
  }

  private void add(Segment.Statement statement) {
    int line = statement.line();
    if (statement.name().isEmpty()) {
      throw new TemplateException("tag name expected", line);
    }
    try {
      Tag tag = tags.apply(statement.name());
      if (tag instanceof EndTag) {
        close(statement);
        return;
      }
      String image = "{% " + statement.name() + " " + statement.rest() + " %}";
      TagToken token = new TagToken(image, line, 0, symbols, STRICT);
      TagNode node = new TagNode(tag, token, symbols);
      add(node);
      boolean alone = tag instanceof FlexibleTag flexible && !flexible.hasEndTag(token);
      parent = alone || node.getEndName() == null ? parent : node;
    } catch (TemplateException e) {
      throw e.at(line);
    }
  }

  private void close(Segment.Statement end) {
    if (!(parent instanceof TagNode open)) {
      throw new TemplateException("Encountered unknown tag '" + end.name() + "'");
    }
    if (!open.getEndName().equals(end.name())) {
      throw new TemplateException(
          "Encountered unknown tag '"
              + end.name()
              + "'. The innermost block that needs to be closed is '"
              + open.getName()
              + "', by '"
              + open.getEndName()
              + "'");
    }
    boolean named = open.getName().equals("block") && open.getHelpers().strip().equals(end.rest());
    if (!end.rest().isEmpty() && !named) {
      throw new TemplateException(
          "expected token 'end of statement block', got '" + end.rest() + "'");
    }
    parent = open.getParent();
  }
}
