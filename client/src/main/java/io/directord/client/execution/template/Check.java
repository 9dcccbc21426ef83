package io.directord.client.execution.template;

import com.hubspot.jinjava.tree.ExpressionNode;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.tree.parse.ExpressionToken;
import java.util.Set;
import jinjava.de.odysseus.el.tree.TreeBuilderException;

/** Finds mistakes in a whole template: the engine looks at a part only when it is reached. */
final class Check {
  private static final Set<String> EXPRESSIONS = Set.of("if", "elif");
  private static final Set<String> BRANCHES = Set.of("elif", "else");

  private Check() {}

  static void all(Node root) {
    boolean last = false;
    for (Node node : root.getChildren()) {
      try {
        if (node instanceof ExpressionNode) {
          expression(((ExpressionToken) node.getMaster()).getExpr());
        } else if (node instanceof TagNode tag) {
          branch(tag, root, last);
          last |= tag.getName().equals("else");
        }
      } catch (TemplateException e) {
        throw e.at(node.getLineNumber());
      }
      all(node);
    }
  }

  private static void branch(TagNode tag, Node around, boolean afterElse) {
    String name = tag.getName();
    if (EXPRESSIONS.contains(name)) {
      expression(tag.getHelpers());
    }
    if (name.equals("print")) {
      PythonScanner.split(tag.getHelpers()).forEach(Check::expression);
    }
    if (name.equals("for") && PythonScanner.find(tag.getHelpers(), "in") < 0) {
      throw new TemplateException("expected token 'in'");
    }
    boolean plain = name.equals("else") && around.getName().equals("for");
    if (BRANCHES.contains(name) && (afterElse || !plain && !around.getName().equals("if"))) {
      throw new TemplateException("Encountered unknown tag '" + name + "'");
    }
    if (name.equals("else") && !tag.getHelpers().isBlank()) {
      throw new TemplateException(
          "expected token 'end of statement block', got '" + tag.getHelpers().strip() + "'");
    }
  }

  private static void expression(String text) {
    if (text.isBlank()) {
      throw new TemplateException("Expected an expression, but there is none");
    }
    try {
      Engine.parse(text);
    } catch (TreeBuilderException e) {
      boolean end = e.getEncountered().equals("'}'");
      throw new TemplateException(
          "'"
              + text.strip()
              + "' cannot be read: "
              + (end ? "it ends where " : e.getEncountered() + " stands where ")
              + (e.getExpected().equals("'}'") ? "its end" : e.getExpected())
              + " is expected");
    }
  }
}
