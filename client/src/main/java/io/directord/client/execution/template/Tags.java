package io.directord.client.execution.template;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.ForTag;
import com.hubspot.jinjava.lib.tag.IfTag;
import com.hubspot.jinjava.lib.tag.SetTag;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.tree.parse.TagToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The engine's statements where Jinja2's mean something else, and those that it lacks. */
final class Tags {
  private Tags() {}

  /** What the nodes print. */
  static String rendered(List<Node> nodes, JinjavaInterpreter in) {
    Output out = new Output();
    nodes.forEach(node -> out.add(node.render(in).getValue()));
    return out.toString();
  }

  /** What is done with these names in a scope of their own. */
  static <T> T scoped(JinjavaInterpreter in, Map<?, ?> names, Supplier<T> inside) {
    in.enterScope();
    try {
      names.forEach((name, value) -> Names.set(in.getContext(), Values.text(name), value));
      return inside.get();
    } finally {
      in.leaveScope();
    }
  }

  private static boolean holds(String condition, TagNode node, JinjavaInterpreter in) {
    try {
      return Values.truth(in.resolveELExpression(condition, node.getLineNumber()));
    } catch (TemplateException e) {
      throw e.at(node.getLineNumber());
    }
  }

  /** {@code if}, with Python's truth. */
  static final class If extends IfTag {
    private static final long serialVersionUID = 1;

    @Override
    public boolean isPositiveIfElseNode(TagNode node, JinjavaInterpreter in) {
      return holds(node.getHelpers(), node, in);
    }
  }

  /** {@code set}, which unpacks. */
  static final class Set extends SetTag {
    private static final long serialVersionUID = 1;

    @Override
    public void executeSet(
        TagToken token, JinjavaInterpreter in, String[] names, List<?> values, boolean override) {
      Object value =
          values.size() == 1 && !token.getHelpers().strip().endsWith(",")
              ? values.get(0)
              : Tuple.of(new ArrayList<>(values));
      Target.assign(in.getContext(), String.join(",", names), value);
    }
  }

  /** {@code for}: its condition, {@code else}, and names of a turn that end with it. */
  static final class For extends ForTag {
    private static final long serialVersionUID = 1;
    private static final String RECURSIVE = "recursive";

    @Override
    public String interpret(TagNode node, JinjavaInterpreter in) {
      String head = node.getHelpers();
      int of = PythonScanner.find(head, "in");
      if (of < 0) {
        throw new TemplateException("expected token 'in'", node.getLineNumber());
      }
      String elements = head.substring(of + 2);
      int mark = PythonScanner.find(elements, RECURSIVE);
      boolean recursive = mark >= 0 && elements.substring(mark).strip().equals(RECURSIVE);
      elements = recursive ? elements.substring(0, mark) : elements;
      int choice = PythonScanner.find(elements, "if");
      String condition = choice < 0 ? null : elements.substring(choice + 2);
      Object all =
          in.resolveELExpression(
              choice < 0 ? elements : elements.substring(0, choice), node.getLineNumber());
      Turns turns = new Turns(node, in, head.substring(0, of), condition, recursive);
      return turns.render(all, 0);
    }
  }

  /** The turns of a loop. */
  private record Turns(
      TagNode node, JinjavaInterpreter in, String target, String condition, boolean recursive) {

    String render(Object all, int depth) {
      List<Object> chosen = new ArrayList<>();
      for (Object element : Values.iterate(all)) {
        if (condition == null || holds(element)) {
          chosen.add(element);
        }
      }
      int end = 0;
      List<Node> nodes = new ArrayList<>(node.getChildren());
      while (end < nodes.size() && !nodes.get(end).getName().equals("else")) {
        end++;
      }
      if (chosen.isEmpty() && end < nodes.size()) {
        return turn(nodes.subList(end + 1, nodes.size()), Map.of(), null);
      }
      Function again = given -> render(given.bind("loop", "iterable")[0], depth + 1);
      Loop loop = new Loop(chosen, depth, recursive ? again : null);
      Output out = new Output();
      for (int i = 0; i < chosen.size(); i++) {
        Interpreter.current().limits().step();
        loop.moveTo(i);
        out.add(turn(nodes.subList(0, end), Map.of("loop", loop), chosen.subList(i, i + 1)));
      }
      return out.toString();
    }

    private boolean holds(Object element) {
      return scoped(
          in,
          Map.of(),
          () -> {
            Target.assign(in.getContext(), target, element);
            return Tags.holds(condition, node, in);
          });
    }

    private String turn(List<Node> nodes, Map<String, Object> names, List<Object> element) {
      return scoped(
          in,
          names,
          () -> {
            if (element != null) {
              Target.assign(in.getContext(), target, element.get(0));
            }
            return rendered(nodes, in);
          });
    }
  }

  /** {@code with}. */
  static final class With implements Tag {
    private static final long serialVersionUID = 1;

    @Override
    public String interpret(TagNode node, JinjavaInterpreter in) {
      Object names =
          in.resolveELExpression(
              Functions.HIDDEN_DICT + "(" + node.getHelpers() + ")", node.getLineNumber());
      return scoped(in, Values.map(names), () -> rendered(node.getChildren(), in));
    }

    @Override
    public String getName() {
      return "with";
    }
  }

  /** {@code print}. */
  static final class Print implements Tag {
    private static final long serialVersionUID = 1;

    @Override
    public String interpret(TagNode node, JinjavaInterpreter in) {
      Output out = new Output();
      for (String expression : PythonScanner.split(node.getHelpers())) {
        out.add(Values.text(in.resolveELExpression(expression, node.getLineNumber())));
      }
      return out.toString();
    }

    @Override
    public String getEndTagName() {
      return null;
    }

    @Override
    public String getName() {
      return "print";
    }
  }

  /** {@code filter}, for what it encloses. */
  static final class Filter implements Tag {
    private static final long serialVersionUID = 1;

    /** No name of a template, so that it cannot be in the way of one. */
    private static final String ENCLOSED = "$enclosed";

    @Override
    public String interpret(TagNode node, JinjavaInterpreter in) {
      String enclosed = scoped(in, Map.of(), () -> rendered(node.getChildren(), in));
      String filtered = ENCLOSED + "|" + node.getHelpers();
      return scoped(
          in,
          Map.of(ENCLOSED, enclosed),
          () -> Values.text(in.resolveELExpression(filtered, node.getLineNumber())));
    }

    @Override
    public String getName() {
      return "filter";
    }
  }
}
